"""Rows to learn from and rows to hand in, put together, cleaned together and cut apart again.

The raw rows are all of them: what the cleaning learns, it learns from all. Only those whose outcome is known are split.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from golive.tidy.frames import names_of
from golive.tidy.program import Unit, needed, synthetic
from golive.tidy.selections import selections
from golive.tidy.singly import singly
from golive.tidy.target import called

if TYPE_CHECKING:
    from golive.tidy.cuts import Cut
    from golive.tidy.facts import World
    from golive.tidy.selections import Selection


def with_known_outcome(found: Cut, world: World) -> Cut | None:
    """Take out what cuts the rows apart again before they are split; none where no rows were put together."""
    split, before = found.split, [part for unit in found.before for part in singly(unit, world)]
    wanted = {split.features, split.outcome} | needed(found.after, names_of(found.after))[1]
    wanted |= set().union(*(unit.facts.reads for unit in split.cutting))
    used = needed(before, wanted)[0]
    if not any(_puts_together(unit) for unit in used):
        return None
    cuts = {unit: taken[0] for unit in used if len(taken := selections(unit, world)) == 1 and taken[0].rows}
    if not cuts:
        return None
    left = [part for unit in before for part in (_all_rows(cuts[unit], world) if unit in cuts else [unit])]
    return replace(found, before=needed(left, wanted)[0], split=replace(split, known=tuple(cuts)))


def _puts_together(unit: Unit) -> bool:
    """``pd.concat([train, test])``: rows below each other."""
    return any(
        isinstance(node, ast.Call)
        and called(node) == "concat"
        and not any(one.arg == "axis" and not _is_zero(one.value) for one in node.keywords)
        for node in ast.walk(unit.tree)
    )


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (0, "index")


def _all_rows(cut: Selection, world: World) -> list[Unit]:
    """The same columns of all rows."""
    code = cut.columns.replace("{}", cut.base)
    return [synthetic(f"{cut.name} = {code}", cut.unit, world)] if code != cut.name else []
