"""Which groups are favoured less than four fifths as often as another, beyond what chance explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from golive.records.parts import ProtectedGroup

LEAST = 0.8
"""Four fifths: a ratio of shares favoured under this is what many rules ask about."""


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
