"""A loop over frames, taken apart: what is done to each of them, without those that the result does not need."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from golive.tidy.facts import World, look
from golive.tidy.names import names_in
from golive.tidy.program import needed
from golive.tidy.singly import singly
from golive.tidy.training import asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.program import Unit
    from golive.tidy.target import Target


def in_turn(kept: Sequence[Unit], world: World, target: Target) -> tuple[list[Unit], Target]:
    """``for d in (train, test): d["a"] = ...`` is done to each frame; where the test rows are not needed, to one."""
    judged = {report.unit for report in target.reports}
    flat: list[Unit] = []
    for unit in kept:
        over = unit.tree.iter if isinstance(unit.tree, ast.For) and unit not in judged else None
        frames = over is not None and all(world.kinds.get(name) == "frame" for name in names_in(over))
        flat += singly(unit, world) if frames else [unit]
    if len(flat) == len(kept):
        return list(kept), target
    # Without the loop its variable no longer stands for all frames: they are not changed through each other.
    apart = World(kinds=world.kinds, functions=dict(world.functions), modules=world.modules, stars=world.stars)
    again = {unit: replace(unit, facts=look(unit.tree, apart)) for unit in flat}
    reports = tuple(replace(report, unit=again.get(report.unit, report.unit)) for report in target.reports)
    units, _ = needed(list(again.values()), {target.model} | asked(world, target))
    return units, replace(target, reports=reports)
