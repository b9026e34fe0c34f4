"""What a notebook was made for: its final model and the numbers it reported for it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from golive.tidy.program import Unit


@dataclass(frozen=True, kw_only=True)
class Report:
    """One reported number and the expression that gives it."""

    name: str
    """For people, e.g. ``AUC``."""
    value: float
    unit: Unit
    expression: ast.expr
    """Evaluated after ``unit`` where ``unit_needed``, else in its place."""
    unit_needed: bool


@dataclass(frozen=True, kw_only=True)
class Target:
    model: str
    """The variable that holds it."""
    reports: tuple[Report, ...]
    returns: dict[str, tuple[ast.expr, ...]] = field(default_factory=dict)
    """Function that only printed its metrics -> what it must return instead."""
    folds: bool = False
    """Judged on folds: the model may be fitted after its numbers were reported."""


def is_split(tree: ast.AST) -> bool:
    """Whether a statement calls scikit-learn's `train_test_split`."""
    return any(isinstance(node, ast.Call) and called(node) == "train_test_split" for node in ast.walk(tree))


def split_call(tree: ast.AST) -> ast.Call:
    """The call of a statement that `is_split`."""
    return next(node for node in ast.walk(tree) if isinstance(node, ast.Call) and is_split(node))


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""
