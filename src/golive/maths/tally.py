"""The score tables, from rows a batch at a time: `golive.tables.score_tables` in numpy, the same bytes.

Whole numbers below 2^53 are added as doubles, so neither the order of the rows nor the size of a batch changes a digit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from golive.maths.batch import bins, whole
from golive.maths.folds import FOLDS, content, folds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from golive.maths.batch import Batch
    from golive.maths.shape import Shape, Steps

    Arrays = Mapping[str, NDArray[Any]]
    Cells = dict[str, NDArray[Any]]
    Bools = NDArray[np.bool_]
    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]

SIGNS, SIGNS_OF_A_LINE = 8, 32
LOOSE = 1 << 18
"""Rows that may be identical and are held before they are put together."""
EVERYBODY = "everybody"
"""Stands for a column that tells nobody apart."""
TOLD_BY, TOLD_SUMS = ("code", "part", "event", "fold", "negative"), ("below", "above", "square")
"""Keys and sums of `Told`; the sums only with prices."""


def fine(rows: Iterable[Batch], shape: Shape, step: Steps) -> Cells:
    """Return rows by bin of the grid and outcome: n, smallest and largest score, sums of score, its square and gain."""
    counted = Counted(shape, step)
    for one in rows:
        counted.add(one, bins(one.score, shape.grid))
    return unsplit(*counted.cells())


def unsplit(cell: Integers, found: Cells) -> Cells:
    """Return what was `Counted` by bin."""
    return {"bin": cell // 2, "event": cell % 2, **found}


def split(rows: Iterable[Batch], shape: Shape, step: Steps, places: Mapping[int, float]) -> Cells:
    """Return the rows of some bins (bin -> place) as in `fine`, by the side of a score within each."""
    at = np.full(shape.grid.size, np.nan)
    at[list(places)] = list(places.values())
    counted = Counted(shape, step, sides=2)
    for one in rows:
        bin_ = bins(one.score, shape.grid)
        here = np.flatnonzero(~np.isnan(at[bin_]))
        some, bin_ = one.taken(here), bin_[here]
        counted.add(some, bin_ * 2 + (some.score >= at[bin_]))
    cell, found = counted.cells()
    return {"bin": cell // 4, "side": cell // 2 % 2, "event": cell % 2, **found}


def within(rows: Iterable[Batch], shape: Shape, step: Steps, wanted: Integers) -> Cells:
    """Return the gain by score of the rows of some bins."""
    chosen = np.zeros(shape.grid.size, dtype=bool)
    chosen[wanted] = True
    kept: list[tuple[Integers, Values, Values]] = [(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))]
    for one in rows:
        assert one.gain is not None
        bin_ = bins(one.score, shape.grid)
        here = chosen[bin_]
        kept.append((bin_[here], one.score[here], whole(one.gain[here], step.gain)))
    bin_, score, gain = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    order = np.argsort(score)  # bins ascend with the score
    bin_, score, gain = bin_[order], score[order], gain[order]
    first = _starts([score, bin_])
    sums = np.add.reduceat(gain, first) if len(first) else gain
    n = np.diff(np.append(first, len(bin_)))
    return {"bin": bin_[first], "score": score[first], "n": n, "gains": sums.astype(np.int64)}


class Folded(NamedTuple):
    """What `folded` gives."""

    cells: Cells
    sampled: Integers
    """Numbers (column ``row``) of the rows with small hashes: the same rows in any order of the file."""
    told: dict[str, Cells]
    """By column of codes, see `Told`."""


def folded(
    rows: Iterable[Batch],
    shape: Shape,
    step: Steps,
    places: Places,
    sampled: float = 0.0,
    told: Mapping[str, int] | None = None,
) -> Folded:
    """Return rows by part, outcome, fold and signs of the money: n, sums of the bases and of their products.

    The fold is that of a row that stands alone (occurrence 0).

    Parameters
    ----------
    rows, shape, step, places
        As for the other tables.
    sampled
        Rows with a `golive.maths.folds.content` below this are the sample.
    told
        Columns of codes that tell rows apart, and how many codes each has.
    """
    apart = {name: Told(shape, step, places.parts, size) for name, size in (told or {}).items()}
    names = (*(f"sum{at}" for at in range(len(shape.names))), *(f"product{at}" for at in range(len(shape.pairs))))
    signs = SIGNS if shape.line is None else SIGNS_OF_A_LINE
    tally, chosen = Tally(places.parts * 2 * FOLDS * signs, names), [np.zeros(0, dtype=np.int64)]
    for one in rows:
        hashed = content(one.score, one.event, one.bases)
        part = places.part(one.score, bins(one.score, shape.grid)) * 2 + one.event
        part = part * FOLDS + folds(hashed, 0)
        cell = part * signs
        cell += _sign(one)
        pairs = [one.bases[a] * one.bases[b] for a in range(len(one.bases)) for b in range(a, len(one.bases))]
        values = [whole(v, s) for v, s in zip(one.bases, step.bases, strict=True)]
        tally.add(cell, values + [whole(v, s) for v, s in zip(pairs, step.products, strict=True)])
        for name, some in apart.items():
            some.add(one, codes_of(one, name), part)
        if sampled:
            chosen.append(one.columns["row"][hashed < sampled])
    cell, found = tally.cells()
    sign, fold, event = cell % signs, cell // signs % FOLDS, cell // (signs * FOLDS) % 2
    part = cell // (signs * FOLDS * 2)
    cells = {"part": part, "event": event, "fold": fold, "sign": sign, **found}
    return Folded(cells, np.concatenate(chosen), {name: some.cells() for name, some in apart.items()})


def codes_of(one: Batch, name: str) -> Integers:
    """Return a column of codes; `EVERYBODY` is one code for all."""
    return np.zeros(len(one.score), dtype=np.int64) if name == EVERYBODY else one.columns[name]


def twins(
    rows: Iterable[Batch],
    shape: Shape,
    places: Places,
    wanted: Integers,
    told: Sequence[str] = (),
    hashes: tuple[float, float] = (0.0, math.inf),
) -> Cells:
    """Return the rows of some bins that are not alone: each content once, with its count, part, signs and hash.

    With columns of codes (``told``) each content stands once for each of their values, ``start`` says how many rows
    of the content come before, and ``below`` and ``above`` are the money of a row. Rows whose hash does not lie in
    ``hashes`` (the second excluded) are left out: where too many rows share a bin, they are taken in turns.
    """
    chosen = np.zeros(shape.grid.size, dtype=bool)
    chosen[wanted] = True
    names = ("score", "event", *shape.names)
    more = ("below", "above") if told and shape.compiled is not None else ()
    named = (*names, *told, "part", "sign", "hashed", *more, "n")
    kept: list[list[NDArray[Any]]] = []
    held, most = 0, LOOSE
    for one in rows:
        bin_ = bins(one.score, shape.grid)
        part, sign = places.part(one.score, bin_), np.broadcast_to(_sign(one), one.score.shape)
        hashed = content(one.score, one.event, one.bases)
        money = [] if one.below is None or one.above is None or not more else [one.below, one.above]
        codes = [codes_of(one, name) for name in told]
        columns = (
            one.score,
            one.event,
            *one.bases,
            *codes,
            part,
            sign,
            hashed,
            *money,
            np.ones(len(bin_), dtype=np.int64),
        )
        here = np.flatnonzero(chosen[bin_] & (hashed >= hashes[0]) & (hashed < hashes[1]))
        kept.append([column[here] for column in columns])
        held += len(here)
        if held > most:  # a few contents may stand for all rows
            kept = [list(_joined(kept, named, (*names, *told)).values())]
            held = len(kept[0][0])
            most = held + LOOSE
    if not kept:
        return {}
    cells = _joined(kept, named, (*names, *told))
    if told:
        return _with_starts(cells, names, told)
    return {name: column[cells["n"] > 1] for name, column in cells.items()}


def _joined(kept: list[list[NDArray[Any]]], named: Sequence[str], alike: Sequence[str]) -> Cells:
    """Return each content once, with the rows it stands for."""
    cells = dict(zip(named, map(np.concatenate, zip(*kept, strict=True)), strict=True))
    kept.clear()
    row, n = _alike(cells["hashed"], cells["n"], [cells[name] for name in alike])
    return {**{name: column[row] for name, column in cells.items()}, "n": n}


def _with_starts(cells: Cells, names: Sequence[str], told: Sequence[str]) -> Cells:
    """Put rows of one content beside each other, by their codes, and number them."""
    n = cells.pop("n")
    order = np.lexsort([cells[name] for name in (*told[::-1], *names)])
    cells, n = {name: column[order] for name, column in cells.items()}, n[order]
    first = _starts([cells[name] for name in names])
    size = np.diff(np.append(first, len(n)))
    rows = np.repeat(np.add.reduceat(n, first) if len(first) else n, size)
    before = np.cumsum(n) - n
    start = before - np.repeat(before[first], size)
    return {"n": n[rows > 1], "start": start[rows > 1], **{name: one[rows > 1] for name, one in cells.items()}}


@dataclass(frozen=True)
class Places:
    """The part of each bin of the grid, and where it is cut when it belongs to two."""

    first: Integers
    cut: Values
    parts: int

    def part(self, score: Values, bin_: Integers) -> Integers:
        return self.first[bin_] + (score >= self.cut[bin_])


class Tally:
    """Rows and sums of whole numbers by cell."""

    def __init__(self, size: int, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._n = np.zeros(size)
        self._sums = np.zeros((len(self._names), size))

    def add(self, cell: Integers, values: Sequence[Values]) -> None:
        np.add.at(self._n, cell, np.ones(len(cell)))
        for sums, value in zip(self._sums, values, strict=True):
            np.add.at(sums, cell, value)

    def cells(self) -> tuple[Integers, Cells]:
        """Return the cells that hold rows, ascending, with their rows and sums."""
        cell = np.flatnonzero(self._n)
        sums = {name: one[cell].astype(np.int64) for name, one in zip(self._names, self._sums, strict=True)}
        return cell, {"n": self._n[cell].astype(np.int64), **sums}


class Counted:
    """What `fine` says of each cell."""

    def __init__(self, shape: Shape, step: Steps, *, sides: int = 1) -> None:
        self._step = step
        size = shape.grid.size * sides * 2
        self._low, self._high = np.full(size, np.inf), np.full(size, -np.inf)
        priced = shape.compiled is not None
        self._up = np.zeros(size if priced else 0)
        self._tally = Tally(size, ("scores", "squares", *(("gains",) if priced else ())))

    def add(self, one: Batch, place: Integers) -> None:
        cell = place * 2 + one.event
        np.minimum.at(self._low, cell, one.score)
        np.maximum.at(self._high, cell, one.score)
        values = [whole(one.score, self._step.score), whole(one.score * one.score, self._step.square)]
        if one.gain is not None:
            values.append(whole(one.gain, self._step.gain))
            # What a bin may gain at most inside: a bound, so a plain sum will do.
            np.add.at(self._up, cell, np.maximum(one.gain, 0.0))
        self._tally.add(cell, values)

    def cells(self) -> tuple[Integers, Cells]:
        cell, found = self._tally.cells()
        ends = {"low": self._low[cell], "high": self._high[cell]}
        return cell, {**found, **ends, **({"up": self._up[cell]} if len(self._up) else {})}


class Told:
    """Rows by code, part, outcome, fold and sign of the gain: n, money of both actions, and the gain's square.

    All rows of a cell win or lose by the same choice, so a cell stands for its rows wherever two policies are compared.
    """

    def __init__(self, shape: Shape, step: Steps, parts: int, size: int) -> None:
        self._step, self._parts = step, parts
        self._tally = Tally(size * parts * 2 * FOLDS * 2, TOLD_SUMS if shape.compiled is not None else ())

    def add(self, one: Batch, code: Integers, part: Integers) -> None:
        """Add rows; ``part`` is (part x outcome) x fold."""
        cell = (code.astype(np.int64) * (self._parts * 2 * FOLDS) + part) * 2
        if one.gain is None or one.below is None or one.above is None:
            return self._tally.add(cell, [])
        cell += one.gain < 0
        money = (one.below, one.above, one.gain * one.gain)
        return self._tally.add(cell, [whole(v, s) for v, s in zip(money, self._step.told, strict=True)])

    def cells(self) -> Cells:
        cell, found = self._tally.cells()
        rest = cell // 2
        keys = {"code": rest // (self._parts * 2 * FOLDS), "part": rest // (2 * FOLDS) % self._parts}
        return {**keys, "event": rest // FOLDS % 2, "fold": rest % FOLDS, "negative": cell % 2, **found}


def _alike(hashed: Values, n: Integers, columns: Sequence[NDArray[Any]]) -> tuple[Integers, Integers]:
    """Return one row of each content, and how many have it; sorted by hash, and by more only where a hash is shared."""
    order = np.argsort(hashed)
    starts = _starts([hashed[order]])
    size = np.diff(np.append(starts, len(order)))
    first = np.repeat(order[starts], size)
    other = np.zeros(len(order), dtype=bool)
    for column in columns:
        other |= column[order] != column[first]
    shared = np.logical_or.reduceat(other, starts) if len(starts) else other
    again = order[np.repeat(shared, size)]
    again = again[np.lexsort([column[again] for column in columns])]
    split_at = _starts([column[again] for column in columns])
    rows = np.append(order[starts][~shared], again[split_at])
    if not len(order):
        return rows, n
    alone = np.add.reduceat(n[order], starts)[~shared]
    return rows, np.append(alone, np.add.reduceat(n[again], split_at)) if len(again) else alone


def _starts(columns: Sequence[NDArray[Any]]) -> Integers:
    """Return where something changes in sorted columns."""
    new = np.ones(len(columns[0]), dtype=bool)
    for at, column in enumerate(columns):
        changed = column[1:] != column[:-1]
        new[1:] = changed if at == 0 else new[1:] | changed
    return np.flatnonzero(new)


def _sign(one: Batch) -> Integers | int:
    """See `golive.records.score_table.SignCells`."""
    if one.below is None or one.above is None or one.gain is None:
        return 0
    found: Integers = (one.below < 0) + 2 * (one.above < 0) + 4 * (one.gain < 0)
    if one.profit is not None:
        found += 16 * (one.profit < 0)
    return found
