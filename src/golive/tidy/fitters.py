"""Statements that fit a transformer of scikit-learn to rows, or apply it to them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from golive.tidy.columns import Lens
    from golive.tidy.program import Unit

FITTING = frozenset({"fit", "fit_transform", "fit_resample"})
_NOUNS = ("imputer", "scaler", "encoder", "selector", "transformer", "discretizer", "binarizer", "normalizer")


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """``target = estimator.how(source)``, for all columns or for some."""

    unit: Unit
    how: str
    """``fit``, ``transform`` or ``fit_transform``."""
    estimator: str
    """Its variable; empty when it is made in place."""
    made: ast.Call | None
    """How it is made, when it is made in place."""
    source: str
    target: str
    """The frame that takes the result; empty for a plain `fit`."""
    columns: ast.expr | None
    """The columns it is for, as written; none for all."""
    names: frozenset[str] | None
    """The same, where they are known."""
    wrapped: bool
    """The result is put into a frame with names again."""
    supervised: bool
    """The outcome is handed in as well."""


def fitting(unit: Unit, lens: Lens) -> Fitting | None:
    """Read a statement that fits or applies a transformer; none when it is anything else."""
    tree = unit.tree
    if isinstance(tree, ast.Assign) and len(tree.targets) == 1:
        return _read(unit, tree.value, tree.targets[0], lens)
    return _read(unit, tree.value, None, lens) if isinstance(tree, ast.Expr) else None


def fitted_inline(unit: Unit, lens: Lens) -> list[Fitting]:
    """Transformers fitted inside another call, as in ``model.fit(scaler.fit_transform(X), y)``."""
    arguments = [argument for call in fits(unit.tree) for argument in call.args]
    return [found for argument in arguments if (found := _read(unit, argument, None, lens))]


def fits(tree: ast.AST) -> list[ast.Call]:
    """Calls that fit something."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FITTING
    ]


def noun(call: ast.Call, makers: dict[str, str]) -> str:
    """What a fitting call fits, in a word: ``imputer``. ``makers``: variable -> class it was made with."""
    assert isinstance(call.func, ast.Attribute)
    made = call.func.value
    name = ""
    if isinstance(made, ast.Call):
        name = made.func.attr if isinstance(made.func, ast.Attribute) else getattr(made.func, "id", "")
    elif isinstance(made, ast.Name):
        name = makers.get(made.id, made.id)
    return noun_of(name)


def noun_of(name: str) -> str:
    """The same for the name of a class."""
    last = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)[-1:] or [name]
    return last[0].lower() if last[0].lower() in _NOUNS else name or "transformer"


def _read(unit: Unit, value: ast.expr, target: ast.expr | None, lens: Lens) -> Fitting | None:
    call, wrapped = _unwrapped(value)
    if (
        call is None
        or not isinstance(call.func, ast.Attribute)
        or call.func.attr not in ("fit", "transform", "fit_transform")
    ):
        return None
    estimator = call.func.value
    if not isinstance(estimator, (ast.Name, ast.Call)) or not call.args:
        return None
    source, columns = _whole_or_part(call.args[0])
    if source not in lens.frames:
        return None
    fit_only = call.func.attr == "fit"
    into, into_columns = ("", columns) if fit_only or target is None else _whole_or_part(target)
    if (columns is None) != (into_columns is None) or (columns and into_columns and not _same(columns, into_columns)):
        return None
    kept = target.id if fit_only and isinstance(target, ast.Name) else ""  # scaler = StandardScaler().fit(X)
    return Fitting(
        unit=unit,
        how=call.func.attr,
        estimator=estimator.id if isinstance(estimator, ast.Name) else kept,
        made=estimator if isinstance(estimator, ast.Call) else None,
        source=source,
        target=into,
        columns=columns,
        names=lens.names(columns) if columns is not None else None,
        wrapped=wrapped,
        supervised=len(call.args) > 1,
    )


def _unwrapped(value: ast.expr) -> tuple[ast.Call | None, bool]:
    """``pd.DataFrame(scaler.transform(X), columns=...)`` is ``scaler.transform(X)`` with names."""
    if not isinstance(value, ast.Call):
        return None, False
    framed = isinstance(value.func, ast.Attribute) and value.func.attr == "DataFrame"
    if framed and value.args and isinstance(value.args[0], ast.Call):
        return value.args[0], True
    return value, False


def _whole_or_part(node: ast.expr) -> tuple[str, ast.expr | None]:
    if isinstance(node, ast.Name):
        return node.id, None
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return node.value.id, node.slice
    return "", None


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.dump(one) == ast.dump(other)
