"""A function that cannot be followed, as a look-up: what it gives for each value that the training rows have.

Only for a column with few values, and only for a function that gives the same tomorrow: it is called again, twice, on
each value, under the same watch as all the user's code (no clock, no files, no random numbers), and must give what
pandas got. A value that was never seen has no answer, so such a case has no score.
"""

from __future__ import annotations

import ast
import functools
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from golive.errors import UnsupportedError
from golive.pack.trace.calls import is_library, is_library_module, is_own_object
from golive.pack.trace.kinds import is_constant, plain
from golive.pack.trace.rewrite import definition
from golive.pack.trace.site import refusal
from golive.pack.trace.tables import member, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.series import Series
    from golive.pack.trace.tables import Cell

MOST_TEXTS = 100
"""Values of a text column, at most: with more the contract calls it free text."""
MOST_NUMBERS = 20
"""Values of a column of whole numbers or truths, at most."""
_CHANGING = frozenset(
    ("add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault",
     "sort", "update", "write")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Probed:
    """What a function gave for each value."""

    answers: dict[Cell, Any]
    """Value, as the graph knows it, -> what pandas got; the missing one is None."""
    dtype: Any

    def replay(self, series: Series) -> Any:
        """The look-up by pandas, on other rows; a value that was not seen raises."""
        keys = [plain(cell) for cell in series.real]
        if unknown := [key for key in keys if key not in self.answers]:
            raise refusal(f"{unknown[0]!r} was not among the values that the function was asked about")
        return pd.Series([self.answers[key] for key in keys], index=series.real.index, name=series.real.name).astype(
            self.dtype
        )

    def expr(self, series: Series, kind: str) -> Expr:
        """The look-up as a node; what was not seen is guarded."""
        nodes, x = series.session.nodes, series.expr
        pairs = [(key, answer) for key, answer in self.answers.items() if key is not None]
        seen = member(nodes, x, [key for key, _ in pairs], missing=None in self.answers)
        series.session.guard(nodes.inverse(seen))
        return table(nodes, x, pairs, None, self.answers.get(None), kind)


def probed(series: Series, function: Any, call: Callable[[Any], Any], real: Any, why: Exception) -> Probed:
    """Ask the function about each value of a column that it could not be followed for.

    Parameters
    ----------
    series
        The column.
    function, call
        The user's function, and how it is called under watch on one cell.
    real
        What pandas got from it.
    why
        Why it could not be followed; raised again where this is no way out.

    Raises
    ------
    UnsupportedError
        The function may give another answer tomorrow, or it gave two different ones.
    """
    cells = _cells(series)
    if cells is None or not _lasting(function):
        raise why
    answers: dict[Cell, Any] = {}
    for (key, _), answer in zip(cells, real.array, strict=True):
        if key is None and plain(answers.setdefault(key, answer)) != plain(answer):
            raise why  # None and NaN are one missing value in the graph
        _agree(function, key, answers.setdefault(key, answer), answer)
    for _ in range(2):
        for key, cell in dict(cells).items():
            _agree(function, key, answers[key], _asked(call, cell, why))
    if not all(is_constant(answer) for answer in answers.values()):
        raise why
    return Probed(answers, real.dtype)


def user_functions(function: Any) -> Iterator[types.FunctionType]:
    """The user's own functions that a function is made of, itself first."""
    return (one for one, _ in _reachable(function, set()))


def called(function: Any) -> str:
    """How the function is called in the list of what was frozen."""
    name = getattr(function, "__name__", type(function).__name__)
    return "a lambda" if name == "<lambda>" else str(name)


def spoken(found: Probed) -> str:
    """The first answers, for people."""
    pairs = [f"{key if key is not None else 'missing'} -> {plain(answer)}" for key, answer in found.answers.items()]
    return ", ".join(pairs[:4]) + (f" and {len(pairs) - 4} more" if pairs[4:] else "")


def _cells(series: Series) -> list[tuple[Cell, Any]] | None:
    """Every cell as the graph knows it and as pandas hands it to a function; None where there are too many values."""
    handed: list[Any] = []
    series.real.apply(lambda cell: handed.append(cell))
    keys = [plain(cell) for cell in handed]
    values = {key for key in keys if key is not None}
    if series.expr.kind == "number" and any(value % 1 for value in values):
        return None
    few = len(values) <= (MOST_TEXTS if series.expr.kind == "text" else MOST_NUMBERS)
    return list(zip(keys, handed, strict=True)) if few else None


def _asked(call: Callable[[Any], Any], cell: Any, why: Exception) -> Any:
    try:
        return call(cell)
    except UnsupportedError:
        raise  # the watch found what may change: more useful than why the function could not be followed
    except Exception:
        raise why from None


def _agree(function: Any, key: Cell, one: Any, other: Any) -> None:
    same = type(one) is type(other) and one == other
    if not same and not (is_constant(one) and is_constant(other) and plain(one) == plain(other)):
        raise refusal(
            f"`{called(function)}` gives {one!r:.40} and {other!r:.40} for the same value {key!r:.40}",
            "keep what changes (counters, caches, clocks, random numbers) out of the cleaning function",
        )


def _lasting(function: Any) -> bool:
    """Whether neither the function nor its helpers write into what outlives a call, or meet a class of the user's own.

    What the operators of such a class do (``==``, ``in``, ``[]``) runs unwatched.
    """
    held = vars(function).values() if is_own_object(function) else ()
    return not any(map(_strange, held)) and not any(
        _writes_outside(one, own) or any(map(_strange, _met(one))) for one, own in _reachable(function, set())
    )


def _strange(value: Any) -> bool:
    """Whether something is a class of the user's own, or an object of one; functions are looked into by themselves."""
    if isinstance(value, types.FunctionType | types.MethodType | types.ModuleType | functools.partial):
        return False
    kind = value if isinstance(value, type) else type(value)
    return not is_library_module(kind.__module__)


def _met(function: types.FunctionType) -> list[Any]:
    """What the names in a function stand for outside of it."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    names = function.__globals__ | {name: cell.cell_contents for name, cell in cells}
    used = {node.id for node in ast.walk(definition(function.__code__)) if isinstance(node, ast.Name)}
    return [names[name] for name in sorted(used & set(names))]


def _reachable(function: Any, known: set[types.CodeType]) -> Iterator[tuple[types.FunctionType, bool]]:
    """The user's functions that a call can come to by name; with each whether its first argument outlives the call."""
    own = isinstance(function, types.MethodType)
    if own:
        function = function.__func__
    elif not isinstance(function, types.FunctionType) and not isinstance(function, type):
        inner = type(function).__dict__.get("__call__")  # an object of the user's own class
        own, function = isinstance(inner, types.FunctionType), getattr(function, "func", inner)
    if not isinstance(function, types.FunctionType) or is_library(function) or function.__code__ in known:
        return
    known.add(function.__code__)
    yield function, own
    for inner in _met(function):
        yield from _reachable(inner, known)


def _writes_outside(function: types.FunctionType, own: bool) -> bool:
    code = function.__code__
    local = set(code.co_varnames[1:] if own else code.co_varnames) | set(code.co_cellvars)
    for node in ast.walk(definition(code)):
        if isinstance(node, ast.Global | ast.Nonlocal):
            return True
        written = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del) and not isinstance(node, ast.Name)
        changing = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGING
        if (written or changing) and (root := _root(node)) is not None and root not in local:
            return True
    return False


def _root(node: Any) -> str | None:
    """The name that ``a[b].c`` and ``a.append(...)`` begin with."""
    while not isinstance(node, ast.Name):
        node = node.func if isinstance(node, ast.Call) else getattr(node, "value", None)
        if node is None:
            return None
    return node.id
