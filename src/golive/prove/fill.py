"""The table of the evidence from a file that is too large to hold: three passes, and what they need of each other.

1. `checked`: are these rows measurable, and how large are they? 2. The fine table, and where the best cut-off lies.
3. The table of the evidence: parts of the fine table by outcome, fold and sign. Identical rows are counted beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.maths import tally
from golive.maths.fine import Fine, best_gap, best_inside, fine, gaps, promising, replaced, straddled
from golive.maths.folds import FOLDS, halves
from golive.maths.formula import show
from golive.maths.histogram import SIGNS, written
from golive.maths.shape import Grid
from golive.maths.tally import Places
from golive.prove.sized import SCORE, rows_of, sized
from golive.prove.tied import WHOLE_AT_ONCE, between, exact, moved_twins, portions, told_apart
from golive.records.score_table import FoldCells, SignCells, Table
from golive.tables.scan import EVENT, ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from golive.maths.money import Payoffs
    from golive.maths.shape import Shape, Steps
    from golive.records.money import Money
    from golive.tables.scan import Scan

    Arrays = Mapping[str, NDArray[Any]]
    Integers = NDArray[np.int64]

NOWHERE = 1e308
"""A place that no score reaches: the bin is not cut."""


@dataclass(frozen=True)
class Filled:
    """What stands for the rows."""

    table: Table
    fine: Fine
    below_zero: dict[str, tuple[int, float]]
    """Column of the money file -> rows below zero, and the lowest amount; columns without such rows are left out."""
    distinct: int
    """Different scores."""
    largest: tuple[float, float] | None
    """Largest gain of one row by giving it the `below` action, and largest loss; without prices none."""
    sampled: Integers
    """Numbers of the rows that were asked for as a sample, ascending."""
    told: dict[str, Arrays]
    """By column of codes, see `golive.maths.tally.Told`; some cells are taken back by others."""
    step: Steps


def filled(
    scan: Scan,
    shape: Shape,
    priced: Money | None,
    *,
    probability: bool,
    sample: float = 0.0,
    told: Mapping[str, int] | None = None,
) -> Filled:
    """Fill the table of the evidence.

    Parameters
    ----------
    scan
        The open file; it knows which outcomes are the event.
    shape
        Payoffs and columns; its grid is that of probabilities, and is chosen here for other scores.
    priced
        The money file; none without prices.
    probability
        Whether the score must lie in 0..1.
    sample
        Rows are sampled whose content has a hash below this.
    told
        Columns of codes that tell rows apart, and how many codes each has.
    """
    told = told or {}
    digits = priced.minor_units if priced else 0
    known, step, cells = sized(scan, shape, probability=probability, minor_units=digits, told=bool(told))
    if not probability:
        shape = replace(shape, grid=Grid(known["low"], known["high"]))
        cells = tally.fine(rows_of(scan, shape), shape, step)
    found, best = _refined(scan, shape, step, cells, probability=probability)
    cut, edges = gaps(found, best, probability=probability)
    parts = np.searchsorted(cut, np.arange(len(found.n)), side="right")
    places = _places(found, parts, shape.grid.size)
    also = tuple(name for name in told if name != tally.EVERYBODY)
    made = tally.folded(rows_of(scan, shape, also=(ROW, *also)), shape, step, places, sample, told)
    distinct, tied = told_apart(scan, found)
    moved = moved_twins(scan, shape, step, found, places, tied, tuple(told))
    return Filled(
        _table(found, parts, edges, _joined(made.cells, [cells for cells, _ in moved]), shape, step),
        found,
        _below_zero(shape, known),
        distinct,
        (known["most"], known["least"]) if priced else None,
        np.sort(made.sampled),
        {name: _joined(made.told[name], [apart[name] for _, apart in moved]) for name in told},
        step,
    )


def _below_zero(shape: Shape, known: Mapping[str, float]) -> dict[str, tuple[int, float]]:
    return {
        said: (int(known[f"under_{name}"]), known[f"low_{name}"])
        for said, name in (shape.columns or {}).items()
        if known[f"under_{name}"]
    }


def _refined(scan: Scan, shape: Shape, step: Steps, cells: Arrays, *, probability: bool) -> tuple[Fine, int | None]:
    """Return the fine table with the best cut-off of all as an edge, and how many entries lie below it."""
    per = {"score": step.score, "square": step.square, "gain": step.gain}
    found = fine(cells, per)
    splits = straddled(found) if probability else {}
    best = None
    if shape.compiled is not None:
        best = _best_inside(scan, shape, step, found)
        if best is not None:
            splits[best[0]] = best[1]
    if splits:
        cuts = {int(found.bin[at]): place for at, place in splits.items()}
        near = rows_of(scan, shape, between(found, np.array(list(splits))))
        found = replaced(found, fine(tally.split(near, shape, step, cuts), per))
    return found, best_gap(found) if shape.compiled is not None else None


def _best_inside(scan: Scan, shape: Shape, step: Steps, found: Fine) -> tuple[int, float] | None:
    """Look inside the entries where a better cut-off may lie, some millions of rows at a time."""
    assert found.gain is not None
    most, best = int(np.append(0, np.cumsum(found.gain)).max()), None
    for some in portions(promising(found), found.n, 4 * WHOLE_AT_ONCE):
        near = rows_of(scan, shape, between(found, some))
        rows = tally.within(near, shape, step, found.bin[some])
        at = np.searchsorted(found.bin, rows["bin"])
        better = best_inside(found, at, rows[SCORE], rows["gains"], most)
        if better is not None:
            most, best = better[2], better[:2]
    return best


def _places(found: Fine, parts: Integers, size: int) -> Places:
    """Return the part of each bin, and where it is cut when it belongs to two."""
    bins, first, sizes = np.unique(found.bin, return_index=True, return_counts=True)
    ends = parts[first + sizes - 1]
    part, cut = np.zeros(size, dtype=np.int64), np.full(size, NOWHERE)
    part[bins] = parts[first]
    cut[bins] = np.where(ends > parts[first], found.low[first + sizes - 1], NOWHERE)
    return Places(part, cut, int(parts[-1]) + 1)


def _joined(cells: Arrays, moved: list[Arrays]) -> Arrays:
    return {name: np.concatenate([cells[name], *(one[name] for one in moved)]) for name in cells}


def _table(found: Fine, parts: Integers, edges: NDArray[np.float64], cells: Arrays, shape: Shape, step: Steps) -> Table:
    first = np.flatnonzero(np.append(True, parts[1:] != parts[:-1]))
    last = np.append(first[1:], len(parts)) - 1
    compiled = shape.compiled
    return Table(
        edges=tuple(edges.tolist()),
        low=tuple(found.low[first].tolist()),
        high=tuple(found.high[last].tolist()),
        score_sum=tuple(np.add.reduceat(found.score, first).tolist()),
        folds=FOLDS,
        halves=halves(),
        bases=() if compiled is None else tuple(show(basis) for basis in compiled.bases),
        terms=() if compiled is None else compiled.terms,
        by_fold=_fold_cells(cells, compiled, step),
        by_sign=None if compiled is None else _sign_cells(cells, compiled, step),
    )


def _fold_cells(cells: Arrays, compiled: Payoffs | None, step: Steps) -> FoldCells:
    event = cells[EVENT].astype(np.int64)
    cell, key, n = _keyed((cells["part"].astype(np.int64) * 2 + event) * FOLDS + cells["fold"], cells["n"])
    happened = cell // FOLDS % 2
    return FoldCells(
        bin=tuple((cell // (2 * FOLDS)).tolist()),
        event=tuple(happened.tolist()),
        fold=tuple((cell % FOLDS).tolist()),
        n=tuple(n.tolist()),
        sums=() if compiled is None else written(np.array(_sums(cells, key, n, happened, compiled, step)), 13),
    )


def _sign_cells(cells: Arrays, compiled: Payoffs, step: Steps) -> SignCells:
    event = cells[EVENT].astype(np.int64)
    cell, key, n = _keyed((cells["part"].astype(np.int64) * 2 + event) * SIGNS + cells["sign"], cells["n"])
    happened = cell // SIGNS % 2
    sums = _sums(cells, key, n, happened, compiled, step)
    # The first basis is 1 where some formula uses it, so its products are the sums themselves.
    first = [np.where(sums[0] > 0, one, 0.0) for one in sums]
    others = [exact(cells[f"product{at}"], key, len(n)) / per for at, per in enumerate(step.products)]
    return SignCells(
        bin=tuple((cell // (2 * SIGNS)).tolist()),
        event=tuple(happened.tolist()),
        sign=tuple((cell % SIGNS).tolist()),
        n=tuple(n.tolist()),
        sums=written(np.array(sums), 13),
        products=written(np.array([*first, *others]), 10),
    )


def _keyed(key: Integers, n: NDArray[Any]) -> tuple[Integers, Integers, Integers]:
    """Return the cells that hold rows, the place of each entry among them (-1: an empty cell), and their rows."""
    cell, place = np.unique(key, return_inverse=True)
    rows = exact(n, place, len(cell))
    kept = np.where(rows > 0, np.cumsum(rows > 0) - 1, -1)
    return cell[rows > 0], kept[place], rows[rows > 0]


def _sums(
    cells: Arrays, key: Integers, n: Integers, happened: Integers, compiled: Payoffs, step: Steps
) -> list[NDArray[np.float64]]:
    uses = [any(term.basis == 0 and term.event == event for term in compiled.terms) for event in (0, 1)]
    ones = n * np.array(uses)[happened]
    return [
        ones.astype(np.float64), *(exact(cells[f"sum{at}"], key, len(n)) / per for at, per in enumerate(step.bases))
    ]  # fmt: skip
