"""Groups that the law protects and that are favoured less than four fifths as often as another: a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.maths.four_fifths import Under, under
from golive.maths.words import number, percent, rounded
from golive.prove.split import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.records.parts import ProtectedGroup

NAMED = 3
"""Groups that are named; of more it is said how many."""


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
