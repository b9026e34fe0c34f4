"""Transformers of your own: a function says in graph operations what ``transform`` does, and parity proves it.

The function gets the fitted transformer, the columns that reach it and the operations of docs/reference/graph.md::

    def convert(step, columns, graph):
        return [graph.clip(c, low=step.low_, high=step.high_) for c in columns]
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from golive.engine.operations import OPERATIONS
from golive.errors import GoliveError, InputError, UnsupportedError
from golive.pack.answers import raised
from golive.pack.draft import Converter, Draft, Estimator, Feature, Features, Matrix, called

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class Column:
    """A column on its way through a transformer; operations take it and give it."""

    name: str
    kind: str
    """``number``, ``text`` or ``boolean``."""
    node: int
    inputs: tuple[str, ...]
    draft: Draft


class Operations:
    """Every operation of the graph as a method; numbers and texts among the arguments are constants."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def __getattr__(self, name: str) -> Callable[..., Column]:
        op = name.removesuffix("_")  # graph.and_(a, b)
        if op not in OPERATIONS or op == "input":
            raise UnsupportedError(
                f"there is no operation `{name}` for a converter",
                where=_line(), hint="docs/reference/graph.md lists the operations; `and`, `or`, `not` end in _ here",
            )  # fmt: skip
        return partial(self._node, op)

    def refuse_when(self, condition: Column) -> None:
        """Give no score where the boolean is true: ``transform`` raises there."""
        if not isinstance(condition, Column) or condition.kind != "boolean":
            raise UnsupportedError(
                f"refuse_when got {_shown(condition)}; expected a boolean column",
                where=_line(), hint="for example graph.refuse_when(graph.is_missing(c))",
            )  # fmt: skip
        self._draft.refuse_when(condition.node)

    def _node(self, op: str, *args: object, **params: Any) -> Column:
        where = _line()
        taken = [self._column(op, arg, where) for arg in args]
        arrays = {name: params.pop(name) for name in OPERATIONS[op].arrays if name in params}
        try:
            node = self._draft.builder.node(op, *(c.node for c in taken), where=where, arrays=arrays, **params)
        except TypeError as exc:
            raise UnsupportedError(f"operation `{op}`: {exc}", where=where) from exc
        inputs = tuple(dict.fromkeys(name for c in taken for name in c.inputs))
        return Column(op, self._draft.builder.kind(node), node, inputs, self._draft)

    def _column(self, op: str, arg: object, where: str) -> Column:
        if isinstance(arg, Column):
            if arg.draft is not self._draft:
                raise UnsupportedError(f"operation `{op}`: a column of another build", where=where)
            return arg
        value: Any = arg.item() if hasattr(arg, "item") and getattr(arg, "ndim", 1) == 0 else arg
        kinds = {bool: "boolean", str: "text", int: "number", float: "number"}
        if type(value) not in kinds:
            raise UnsupportedError(
                f"operation `{op}`: an argument is {_shown(arg)}; expected a column, a number or a text",
                where=where, hint="what has a name is given by name, as in graph.clip(c, low=0.0, high=1.0)",
            )  # fmt: skip
        kind = kinds[type(value)]
        return Column(repr(value), kind, self._draft.builder.node(kind, value=value), (), self._draft)


Convert = Any
"""A function of the fitted transformer, its columns and the operations, that returns columns."""


def with_own(table: Mapping[str, Converter], converters: Mapping[type, Convert] | None) -> Mapping[str, Converter]:
    """Return the table of converters with the user's own, which go first.

    Raises
    ------
    InputError
        Not a mapping of classes with ``transform`` to functions.
    """
    if converters is None:
        return table
    if not hasattr(converters, "items"):
        raise InputError(
            f"`converters` is {_shown(converters)}; expected a dict", hint="converters={MyTransformer: convert}"
        )
    own = {}
    for cls, convert in converters.items():
        if not isinstance(cls, type) or not hasattr(cls, "transform"):
            raise InputError(
                f"`converters` has the key {_shown(cls)}; expected a class with `transform`",
                hint="converters={MyTransformer: convert}; classifiers cannot be converted",
            )
        if not callable(convert):
            raise InputError(
                f"`converters` gives `{cls.__name__}` {_shown(convert)}; expected a function",
                hint="def convert(step, columns, graph): ...",
            )
        own[f"{cls.__module__}.{cls.__qualname__}"] = Converter(partial(_converted, convert))
    return {**table, **own}


def _converted(convert: Convert, draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    given = [Column(f.name, draft.builder.kind(f.node), f.node, f.inputs, draft) for f in features]
    what = f"the converter of `{called(estimator)}`"
    try:
        made = convert(estimator, given, Operations(draft))
    except GoliveError:
        raise
    except Exception as exc:
        raise InputError(
            f"{what} raises {raised(exc, convert)}",
            hint="it gets the fitted transformer, its columns and the operations: def convert(step, columns, graph)",
        ) from exc
    if not isinstance(made, list | tuple):
        raise InputError(f"{what} returns {_shown(made)}; expected a list of columns")
    for one in made:
        if not isinstance(one, Column) or one.draft is not draft:
            raise InputError(
                f"{what} returns {_shown(one)} among its columns; expected what `graph` gives",
                hint="a constant column is graph.number(value=1.0)",
            )
    shape: Sequence[int] = getattr(estimator.transform(X), "shape", ())
    if len(shape) != 2 or shape[1] != len(made):
        wanted = f"{shape[1]} columns" if len(shape) == 2 else "what is no table of rows and columns"
        raise InputError(
            f"{what} returns {len(made)} columns, and `transform` makes {wanted} of the training rows",
            hint="return one column for each that `transform` makes, in its order",
        )
    named = given if len(given) == len(made) else made
    return tuple(
        Feature(old.name, new.node, new.inputs, infinite=new.kind == "number")
        for old, new in zip(named, made, strict=True)
    )


def _line() -> str:
    """``scale.py:12``: the line of the converter that called an operation."""
    frame = sys._getframe(1)
    while frame.f_code.co_filename == __file__ and frame.f_back is not None:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"


def _shown(value: object) -> str:
    return f"the {type(value).__name__} {value!r:.60}"
