"""Which variables hold the rows that judge the model, and which statements only look at them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.records.tidied import Leak
from golive.tidy.names import names_in, targets
from golive.tidy.target import called, is_split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from golive.tidy.facts import World
    from golive.tidy.program import Unit
    from golive.tidy.target import Target

_ROWS = frozenset({"frame", "series", "array", "other"})
"""Kinds of variables that may hold one entry per row."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A notebook, looked at for what its numbers were judged with."""

    kept: Sequence[Unit]
    """The slice."""
    world: World
    target: Target
    rows: frozenset[str]
    """Variables that the reported numbers are computed with: outcome and features of the rows that judge."""
    split: int
    """Position in ``kept`` of the first split; the length where there is none."""

    @property
    def before(self) -> list[Unit]:
        """What runs before the split, definitions aside."""
        return [unit for unit in self.kept[: self.split] if not isinstance(unit.tree, (ast.FunctionDef, ast.ClassDef))]


def judged(kept: Sequence[Unit], world: World, target: Target) -> Judged:
    """Look back from the reports to the rows."""
    split = next((index for index, unit in enumerate(kept) if is_split(unit.tree)), len(kept))
    return Judged(kept=kept, world=world, target=target, rows=_rows(kept, world, target), split=split)


def suspect(unit: Unit, line: int, kind: str, what: str) -> Leak:
    """What leaks at a line and cannot be taken out mechanically."""
    place = f"cell {unit.cell}, line {line}"
    return Leak(cell=unit.cell, line=line, kind=kind, what=f"{place}: {what}", repaired=False)


def values(units: Sequence[Unit]) -> Iterator[tuple[Unit, str, ast.expr]]:
    """Every variable that is bound to something, the latest first: the statement, the name, what it is bound to."""
    for unit in reversed(units):
        tree = unit.tree
        if not isinstance(tree, ast.Assign):
            continue
        for target in tree.targets:
            yield from ((unit, name, value) for name, value in _pairs(target, tree.value))


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        return [(target.id, value)]
    if not isinstance(target, (ast.Tuple, ast.List)):
        return []
    parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts) else None
    given = parts or [value] * len(target.elts)
    return [(one.id, part) for one, part in zip(target.elts, given, strict=True) if isinstance(one, ast.Name)]


def _rows(kept: Sequence[Unit], world: World, target: Target) -> frozenset[str]:
    """From the reported expressions back through predictions, no further than where the model is asked."""
    models = {name for name, kind in world.kinds.items() if kind == "model"}
    found: set[str] = set()
    for report in target.reports:
        found |= names_in(report.expression)
        found |= report.unit.facts.reads if report.unit_needed else set()
        last = kept.index(report.unit) if report.unit in kept else len(kept)
        for unit in reversed(kept[:last]):
            asked = unit.facts.reads & models and unit.facts.binds & found and not _fits(unit.tree)
            if asked and len(targets(unit.tree)) == 1:
                found |= unit.facts.reads
    return frozenset(name for name in found if world.kinds.get(name) in _ROWS)


def _fits(tree: ast.AST) -> bool:
    return any(isinstance(node, ast.Call) and called(node) == "fit" for node in ast.walk(tree))
