"""Which rows a value stands on, as the ways that lead to them from what was read."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from golive.tidy.flow.conditions import Condition, apart, undecided

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

Spot = tuple[int, int]
"""Cell and line."""


@dataclass(frozen=True)
class Step:
    """One step on the way from what was read to some of its rows."""

    kind: str
    """``base`` (read), ``part`` (of a split), ``some`` (a condition), ``slice``, ``without`` or ``again``."""
    key: Hashable
    part: Hashable = 0
    """Which part; the bounds of a slice."""
    spot: Spot = field(default=(0, 0), compare=False)
    random: bool = field(default=False, compare=False)
    """Which rows they are is left to chance."""
    by_outcome: bool = field(default=False, compare=False)
    marks: frozenset[object] = field(default=frozenset(), compare=False)
    """What the condition depends on."""


Path = tuple[Step, ...]
Rows = frozenset[Path]
NONE: Rows = frozenset()


def base(key: Hashable) -> Rows:
    """All rows of something that was read."""
    return frozenset({(Step("base", key),)})


def then(rows: Rows, step: Step) -> Rows:
    """Some of the rows."""
    return frozenset((*path, step) for path in rows)


def without(rows: Rows, others: Rows, spot: Spot) -> Rows:
    """Those that are not among the others; the other part of a split by its name."""
    return then(rows, Step("without", others, spot=spot))


def again(parts: Iterable[Rows], spot: Spot) -> Rows:
    """All of these together, where some of them are there more than once."""
    paths = [tuple(step for step in path if step.kind != "again") for rows in parts for path in rows]
    step = Step("again", spot, spot=spot)
    whole = [path for path in paths if not any(path != other and path[: len(other)] == other for other in paths)]
    return frozenset((*path, step) for path in whole)


def together(parts: Iterable[Rows], spot: Spot) -> Rows:
    """All of these one below the other."""
    given = [rows for rows in parts if rows]
    doubled = any(meet(one, other) for one, other in itertools.combinations(given, 2))
    repeated = [{path for path in rows if any(step.kind == "again" for step in path)} for rows in given]
    if doubled or any(repeated):
        return again(given, spot)
    return frozenset().union(*given)


def meet(one: Rows, other: Rows) -> bool:
    """Whether two values certainly may stand on the same row: they are not known to be apart, nor undecided."""
    return any(_meet(a, b) for a in one for b in other)


def inside(one: Rows, other: Rows) -> bool:
    """Whether all rows of the one are among those of the other."""
    return bool(one) and all(any(path[: len(way)] == way for way in other) for path in one)


def _meet(one: Path, other: Path) -> bool:
    if one[0] != other[0]:
        return False
    if _left_out(one, other) or _left_out(other, one):
        return False
    for a in one:
        for b in other:
            if a != b and a.kind == b.kind and _apart(a, b):
                return False
    return not _undecided(one, other)


def _left_out(one: Path, other: Path) -> bool:
    """Whether a step of the one leaves out what the other stands on."""
    for step in one:
        if step.kind == "without" and isinstance(step.key, frozenset):
            for way in step.key:
                if _within(other, way):
                    return True
    return False


def _within(path: Path, way: Path) -> bool:
    return all(step in path for step in way)


def _apart(a: Step, b: Step) -> bool:
    if a.kind == "part":
        return a.key == b.key and _other_part(a.part, b.part)
    if a.kind == "some" and isinstance(a.key, Condition) and isinstance(b.key, Condition):
        return apart(a.key, b.key)
    if a.kind == "slice" and a.key == b.key:
        return ends_before(a.part, b.part) or ends_before(b.part, a.part)
    return False


def _other_part(one: Hashable, other: Hashable) -> bool:
    """Whether two parts of one split share no rows; of folds, the rest of one holds the others."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        kinds = (one[0], other[0])
        return kinds == ("test", "test") or (kinds != ("rest", "rest") and one[1] == other[1])
    return one != other


def _undecided(one: Path, other: Path) -> bool:
    """Whether the ways part at two steps of which nothing is known."""
    a, b = next(((a, b) for a, b in zip(one, other, strict=False) if a != b), (None, None))
    if a is None or b is None or a.kind != b.kind:
        return False
    if a.kind == "some" and isinstance(a.key, Condition) and isinstance(b.key, Condition):
        return undecided(a.key, b.key)
    if a.kind == "slice" and a.key == b.key:
        return not crosses(a.part, b.part)
    return False


def ends_before(one: Hashable, other: Hashable) -> bool:
    """Whether a slice ends where another begins, or before."""
    assert isinstance(one, tuple) and isinstance(other, tuple)
    high, low = one[1], other[0]
    if high is None or low is None:
        return False
    if _number(high) and _number(low):
        return bool((high < 0) == (low < 0) and high <= low)
    return bool(high == low)


def crosses(one: Hashable, other: Hashable) -> bool:
    """Whether two slices share rows, however many there are."""
    assert isinstance(one, tuple) and isinstance(other, tuple)
    (low, high), (begin, end) = one, other
    if low is None and begin is None:
        return True
    if high is None and end is None:
        return True
    if _number(high) and _number(begin) and (high < 0) == (begin < 0) and begin < high:
        return bool((low is None or (_number(low) and low <= begin)) and (end is None or _number(end)))
    if _number(low) and _number(end) and (low < 0) == (end < 0) and low < end:
        return bool((begin is None or (_number(begin) and begin <= low)) and (high is None or _number(high)))
    return False


def _number(value: object) -> bool:
    return isinstance(value, (int, float))
