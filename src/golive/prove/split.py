"""What the deployed cut-off does on parts of the rows: segments, protected groups, and against today's decisions.

Nothing here takes part in choosing the cut-off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from golive.maths.parts import Compared, Weighed, holm, limits, ranged, ratio, totals
from golive.maths.table_sums import ABOVE, TODAY, rows_of
from golive.maths.words import count, whole
from golive.records.parts import Dates, ProtectedGroup, Segment, SegmentGain, Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from golive.maths.cutoff import Choice
    from golive.maths.histogram import Rows
    from golive.maths.recompute import Gain
    from golive.prove.labels import Labels
    from golive.records.score_table import Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]


@dataclass(frozen=True)
class Split:
    """Rows in canonical order with the columns that tell them apart."""

    rows: Rows
    segments: tuple[Labels, ...] = ()
    protected: tuple[Labels, ...] = ()
    dates: Dates | None = None

    @property
    def weighed(self) -> Weighed:
        ones = np.ones(len(self.rows.score))
        weight = ones if self.rows.weight is None else self.rows.weight
        squared = weight if self.rows.squared is None else self.rows.squared
        return Weighed(self.rows.event, weight, squared, self.rows.customer)

    def above(self, table: Table, edge: int) -> Bools:
        """Return which rows get the `above` action under an edge."""
        return np.asarray(self._bin(table) >= edge, dtype=bool)

    def above_left_out(self, table: Table, choice: Choice) -> Bools:
        """Return the same under the edge that was chosen without each row's fold; with dates, on earlier rows."""
        if table.early is not None:
            return self.above(table, choice.edge)
        return np.asarray(self._bin(table) >= np.array(choice.by_fold)[self.rows.fold], dtype=bool)

    def _bin(self, table: Table) -> NDArray[np.int64]:
        return np.searchsorted(np.array(table.low), self.rows.score, side="right") - 1


def compared(split: Split, table: Table, choice: Choice, gain: Values, one: Gain, name: str) -> Compared:
    """Compare the deployed cut-off with an alternative, row by row.

    Parameters
    ----------
    gain
        Money of `below` minus money of `above` per row, (n,).
    one, name
        The gain against the alternative over all rows, and what it is called.
    """
    rows = rows_of(table)
    assert one.action != TODAY or split.rows.today is not None
    other = split.rows.today if one.action == TODAY else np.full(len(gain), one.action == ABOVE)
    assert other is not None
    deployed, left_out = (
        gain * (other.astype(np.int64) - above)
        for above in (split.above(table, choice.edge), split.above_left_out(table, choice))
    )
    either = np.where(other, gain, -gain)
    everywhere = np.ones(len(gain), dtype=bool)
    gained, lost = (split.weighed.side(sign * either, everywhere, 0.0) for sign in (1, -1))
    typical = [side.squares / side.total if side.total > 0 else 0.0 for side in (gained, lost)]
    gained, lost = (
        type(side)(side.total, side.squares, size) for side, size in zip((gained, lost), typical, strict=True)
    )
    blocks = split.rows.fold if table.blocks else None
    return Compared(
        name, deployed, left_out, one.point * rows, choice.optimism / rows, gained, lost, blocks, table.blocks
    )


def segments(judged: Iterable[tuple[Split, Sequence[Compared]]], digits: int = 2) -> tuple[Segment, ...]:
    """Judge every segment of every column, all of them as one family of tests.

    Parameters
    ----------
    judged
        Rows with their segments, and the cut-off against each alternative on them.
    digits
        Of the currency.
    """
    family: list[Callable[[float], float]] = []
    found: list[Segment] = []
    for split, against in judged:
        weighed = split.weighed
        for labels in split.segments:
            sums = [totals(weighed, one, labels.codes, len(labels.labels), digits) for one in against]
            for code in sorted(set(labels.codes.tolist())):
                here = np.asarray(labels.codes == code, dtype=bool)
                gains = [_gain(weighed, one, here, parts[code]) for one, parts in zip(against, sums, strict=True)]
                found.append(_segment(weighed, labels, code, here, tuple(gains)))
                family += [_upper(weighed, one, here) for one in against if ranged(weighed, one, here)]
    return _with_losers(found, iter(holm(family)))


def protected(split: Split, favoured: Bools | None) -> tuple[ProtectedGroup, ...]:
    """Say what is done with every protected group; ``favoured``: which rows get the favourable action."""
    return tuple(group for labels in split.protected for group in _groups(split.weighed, labels, favoured))


def share(weighed: Weighed, which: Bools, here: Bools) -> Share:
    """Return the share of some rows among those here."""
    if not here.any():
        return Share(n=0, value=None, low=None, high=None)
    value, low, high = weighed.rate(which, here)
    return Share(n=whole(weighed.n(here)), value=value, low=low, high=high)


def named(part: Segment | ProtectedGroup) -> str:
    """Return what a part is called in a sentence."""
    if part.joined:
        return f"{count(part.joined, 'other value')}"
    return "missing" if part.value is None else part.value


def _segment(weighed: Weighed, labels: Labels, code: int, here: Bools, gains: tuple[SegmentGain, ...]) -> Segment:
    rate, low, high = weighed.rate(weighed.event, here)
    return Segment(
        column=labels.column,
        value=labels.labels[code].value,
        joined=labels.labels[code].joined,
        n=whole(weighed.n(here)),
        events=whole(weighed.n(here & weighed.event)),
        rate=rate,
        rate_low=low,
        rate_high=high,
        against=gains,
    )


def _gain(weighed: Weighed, one: Compared, here: Bools, total: float) -> SegmentGain:
    low, high = limits(weighed, one, here) if ranged(weighed, one, here) else (None, None)
    return SegmentGain(
        name=one.name, total=total, per_row=total / weighed.n(here), low=low, high=high, adjusted_high=None
    )


def _upper(weighed: Weighed, one: Compared, here: Bools) -> Callable[[float], float]:
    return lambda tail: limits(weighed, one, here, tail)[1]


def _with_losers(found: Sequence[Segment], uppers: Iterator[float]) -> tuple[Segment, ...]:
    """Put the limits after Holm in their places."""
    said = []
    for one in found:
        gains = tuple(gain if gain.high is None else replace(gain, adjusted_high=next(uppers)) for gain in one.against)
        loser = any(gain.adjusted_high is not None and gain.adjusted_high < 0 for gain in gains)
        said.append(replace(one, against=gains, loser=loser))
    return tuple(said)


def _groups(weighed: Weighed, labels: Labels, favoured: Bools | None) -> list[ProtectedGroup]:
    there = sorted(set(labels.codes.tolist()))
    here = [np.asarray(labels.codes == code, dtype=bool) for code in there]
    named = [at for at, code in enumerate(there) if labels.labels[code].value is not None] or [0]
    reference = max(named, key=lambda at: (weighed.n(here[at]), -at))
    rates = None if favoured is None else [weighed.rate(favoured, rows) for rows in here]
    found = []
    for at, (code, rows) in enumerate(zip(there, here, strict=True)):
        label = labels.labels[code]
        apart = None if rates is None or at == reference else ratio(rates[at], rates[reference])
        found.append(
            ProtectedGroup(
                column=labels.column,
                value=label.value,
                joined=label.joined,
                n=whole(weighed.n(rows)),
                events=whole(weighed.n(rows & weighed.event)),
                favourable=None if favoured is None else share(weighed, favoured, rows),
                reference=at == reference,
                ratio=None if apart is None else apart[0],
                ratio_low=None if apart is None else apart[1],
                ratio_high=None if apart is None else apart[2],
                good_refused=None if favoured is None else share(weighed, ~favoured, rows & ~weighed.event),
                bad_favoured=None if favoured is None else share(weighed, favoured, rows & weighed.event),
            )
        )
    return found
