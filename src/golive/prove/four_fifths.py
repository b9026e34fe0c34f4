"""Groups that the law protects and that are favoured less than four fifths as often as another: a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.maths.words import number, percent, rounded
from golive.prove.split import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from golive.records.parts import ProtectedGroup

LEAST = 0.8
"""Four fifths: a ratio of shares favoured under this is what many rules ask about."""
NAMED = 3
"""Groups that are named; of more it is said how many."""


class Under(NamedTuple):
    """A group that is favoured less than four fifths as often as another one of its column."""

    group: ProtectedGroup
    against: ProtectedGroup
    ratio: float
    low: float
    """95 % limits."""
    high: float


def under(groups: Sequence[ProtectedGroup]) -> Iterator[Under]:
    """Yield the pairs of a group and the one with the most rows whose ratio is under four fifths, either way round.

    Notes
    -----
    Only where the range of the ratio lies below 1: two shares that chance alone could make so different say nothing.
    """
    references = {one.column: one for one in groups if one.reference}
    for one in groups:
        if one.ratio is None or one.ratio_low is None or one.ratio_high is None:
            continue
        reference = references[one.column]
        if one.ratio < LEAST and one.ratio_high < 1:
            yield Under(one, reference, one.ratio, one.ratio_low, one.ratio_high)
        elif one.ratio * LEAST > 1 and one.ratio_low > 1:
            yield Under(reference, one, 1 / one.ratio, 1 / one.ratio_high, 1 / one.ratio_low)


def under_four_fifths(groups: Sequence[ProtectedGroup], action: str) -> str:
    """Say which groups get an action less than four fifths as often as another; empty where none does."""
    found = [_said(one, action) for one in under(groups)]
    if not found:
        return ""
    more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return (
        f"{'; '.join(found[:NAMED])}{more}: under four fifths. Whoever answers for the law says why that is right, or"
        " the rule changes."
    )


def _said(one: Under, action: str) -> str:
    low, high = (number(rounded(end, 2)) for end in (one.low, one.high))
    group, other = (f"`{named(part)}`" for part in (one.group, one.against))
    return (
        f"`{one.group.column}` {group} gets `{action}` in {_share(one.group)}, {other} in {_share(one.against)} of the"
        f" cases, {number(rounded(one.ratio, 2))} times as often ({low} to {high})"
    )


def _share(group: ProtectedGroup) -> str:
    assert group.favourable is not None
    assert group.favourable.value is not None
    return percent(group.favourable.value)
