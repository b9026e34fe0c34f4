"""What people who look at a case can do, and what they add: ``[review]`` of the money file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from golive.records.assumption import Assumption, read_assumption
from golive.records.document import Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from golive.records.fields import Fields
    from golive.records.toml import Path

PARTS = (("cost", (0.0, math.inf)), ("bad_stopped", (0.0, 1.0)), ("good_passed", (0.0, 1.0)))
"""What is assumed of a reviewer, with the limits of each."""


class Review(Part, frozen=True, kw_only=True):
    """People look at the cases of the middle band and then give one of the two other actions. All of it is assumed."""

    capacity_per_day: float
    """Cases that can be looked at on one day."""
    cost: Assumption
    """What looking at one case costs, in the currency; positive."""
    bad_stopped: Assumption
    """Of the cases with the event, the share that people give the action that is not the favourable one; 0..1."""
    good_passed: Assumption
    """Of the cases without it, the share that people give the favourable action; 0..1."""

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        return (self.cost, self.bad_stopped, self.good_passed)


def read_review(reader: Fields, data: Mapping[str, Any], middle: str) -> Review | None:
    """Take ``[review]`` out of a money file; it and ``actions.middle`` need each other."""
    table = reader.table(data, "review")
    path: Path = ("review",)
    if table is None:
        if middle:
            reader.problem(
                ("actions", "middle"), "`middle` needs `[review]`: capacity_per_day, cost, bad_stopped, good_passed"
            )
        return None
    if not middle:
        reader.problem(path, '`[review]` needs the action of the middle band: `middle = "review"` in `[actions]`')
    reader.known(table, path, ("capacity_per_day", *(name for name, _ in PARTS)))
    capacity = reader.number(table, "capacity_per_day", path)
    if "capacity_per_day" in table and capacity <= 0:
        reader.problem((*path, "capacity_per_day"), f"`capacity_per_day` is {capacity:g}; expected more than 0")
    found = {}
    for name, limits in PARTS:
        if name not in table:
            reader.problem(path, f"`{name}` is missing; expected a table with value, range, owner, source")
        value = table.get(name, {"value": 0.0})
        found[name] = read_assumption(reader, (*path, name), name, value, limits=limits)
    return Review(capacity_per_day=capacity, **found)
