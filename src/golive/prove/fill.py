"""The table of the evidence from a file that is too large to hold: three passes, and what they need of each other.

1. `checked`: are these rows measurable, and how large are they? 2. The fine table, and where the best cut-off lies.
3. The table of the evidence: parts of the fine table by outcome, fold and sign. Identical rows are counted beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from golive.errors import InputError
from golive.maths.fine import Fine, best_gap, best_inside, fine, gaps, promising, replaced, straddled
from golive.maths.folds import FOLDS, folds, halves
from golive.maths.formula import show
from golive.maths.histogram import written
from golive.maths.words import count
from golive.records.score_table import FoldCells, SignCells, Table
from golive.tables import score_tables
from golive.tables.expressions import EVENT, SCORE, Grid, money
from golive.tables.score_tables import Shape, Steps, steps, with_money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from golive.maths.money import Payoffs
    from golive.records.money import Money
    from golive.tables.scan import Scan

    Arrays = Mapping[str, NDArray[Any]]
    Frame = nw.LazyFrame[Any]
    Integers = NDArray[np.int64]

AT_ONCE = 4_000_000
"""Scores that are held at a time."""
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


def filled(scan: Scan, frame: Frame, shape: Shape, priced: Money | None, *, probability: bool) -> Filled:
    """Fill the table of the evidence.

    Parameters
    ----------
    scan, frame
        The open file, and its rows with the outcome as 1.0 and 0.0.
    shape
        Payoffs and columns; its grid is that of probabilities, and is chosen here for other scores.
    priced
        The money file; none without prices.
    probability
        Whether the score must lie in 0..1.
    """
    known = _checked(scan, frame, shape, priced, probability=probability)
    if not probability:
        shape = replace(shape, grid=Grid(known["low"], known["high"]))
    top = max(abs(known["low"]), abs(known["high"]))
    amounts = [known[f"size{at}"] for at in range(len(shape.names))]
    products = [known[f"product{at}"] for at in range(len(shape.pairs))]
    digits = priced.minor_units if priced else 0
    step = steps(scan.rows, top, known.get("size_gain", 1.0), amounts, products, digits)
    frame = score_tables.prepared(frame, shape)
    found, best = _refined(scan, frame, shape, step, probability=probability)
    cut, edges = gaps(found, best, probability=probability)
    parts = np.searchsorted(cut, np.arange(len(found.n)), side="right")
    cells = _cells(scan, frame, shape, step, found, parts)
    distinct, moved = _told_apart(scan, frame, shape, step, found, parts)
    return Filled(
        _table(found, parts, edges, _joined(cells, moved), shape, step),
        found,
        _below_zero(shape, known),
        distinct,
        (known["most"], known["least"]) if priced else None,
    )


def _checked(scan: Scan, frame: Frame, shape: Shape, priced: Money | None, *, probability: bool) -> dict[str, float]:
    """Refuse rows that cannot be measured; return the ends of scores and amounts."""
    columns = [f"x{at}" for at in range(len(shape.columns or {}))]
    bad = {name: _count(~nw.col(name).is_finite() | nw.col(name).is_null()) for name in (SCORE, *columns)}
    wanted = [nw.col(SCORE).min().alias("low"), nw.col(SCORE).max().alias("high")]
    frame = frame.with_columns(**{f"bad_{name}": one for name, one in bad.items()})
    wanted += [nw.col(f"bad_{name}").sum() for name in bad] + [
        nw.col(name).min().alias(f"low_{name}") for name in columns
    ]
    if columns:
        frame = frame.with_columns(**{f"under_{name}": _count(nw.col(name) < 0) for name in columns})
    wanted += [nw.col(f"under_{name}").sum() for name in columns]
    found = {name: float(value[0] or 0) for name, value in scan.collect(frame.select(*wanted)).items()}
    _refuse_missing(scan, shape, found)
    if probability and (found["low"] < 0 or found["high"] > 1):
        row, value = scan.first(SCORE, f"{SCORE} < 0 or {SCORE} > 1")
        raise InputError(
            f"the score is {value:g} in row {row}, outside 0..1 (from {found['low']:g} to {found['high']:g} in all);"
            " expected probabilities",
            hint="divide percentages by 100; for any other score say so: --any-score, and --higher-is-better for a"
            " scorecard",
        )
    return found | (_amounts(scan, frame, shape) if priced else {})


def _below_zero(shape: Shape, known: Mapping[str, float]) -> dict[str, tuple[int, float]]:
    return {
        name: (int(known[f"under_x{at}"]), known[f"low_x{at}"])
        for at, name in enumerate(shape.columns or {})
        if known[f"under_x{at}"]
    }


def _count(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def _refuse_missing(scan: Scan, shape: Shape, found: Mapping[str, float]) -> None:
    names = {SCORE: "the score", **{f"x{at}": f"column `{name}`" for at, name in enumerate(shape.columns or {})}}
    for name, said in names.items():
        if found[f"bad_{name}"]:
            row, _ = scan.first(name, f"{name} is null or not isfinite({name})")
            raise InputError(
                f"{said} is missing or not finite in {count(int(found[f'bad_{name}']))}, the first is row {row}",
                hint="leave these rows out, or fill the column before proving",
            )


def _amounts(scan: Scan, frame: Frame, shape: Shape) -> dict[str, float]:
    """Return the ends of the bases and of the gain; refuse what is not finite, and costs that would be added."""
    assert shape.compiled is not None
    frame = with_money(frame, shape)
    ends = {f"top{at}": nw.col(name).max() for at, name in enumerate(shape.names)}
    ends |= {f"bottom{at}": nw.col(name).min() for at, name in enumerate(shape.names)}
    ends |= {"most": nw.col("gain").max(), "least": nw.col("gain").min()}
    sizes = {f"size{at}": nw.col(name).abs() for at, name in enumerate(shape.names)}
    sizes |= {f"product{at}": (nw.col(one) * nw.col(other)).abs() for at, (one, other) in enumerate(shape.pairs)}
    sizes |= {"size_gain": nw.col("gain").abs()}
    spent = {}
    for action in (0, 1):
        for event in (0, 1):
            for line in ("cost", "loss"):
                terms = shape.compiled.terms
                if any((t.action, t.event, t.line) == (action, event, line) and t.basis for t in terms):
                    spent[f"spent_{action}_{event}_{line}"] = (
                        nw.when(nw.col(EVENT) == event)
                        .then(money(shape.compiled, action, shape.names, line))
                        .otherwise(nw.lit(0.0))
                    )
    frame = frame.with_columns(**sizes, **spent)
    wanted = [one.alias(name) for name, one in ends.items()] + [nw.col(name).max() for name in spent]
    wanted += [nw.col(name).sum() for name in sizes]
    found = {name: float(value[0]) for name, value in scan.collect(frame.select(*wanted)).items()}
    for at, tree in enumerate(shape.compiled.bases[1:]):
        ends_of = found[f"top{at}"], found[f"bottom{at}"]
        if not np.isfinite(ends_of).all():
            raise InputError(f"`{show(tree)}` is {ends_of[0]:g} in some row; expected a finite amount")
    for name in spent:
        if found[name] > 0:
            _, acted, happened, line = name.split("_")
            raise InputError(
                f"a {line} is {-found[name]:g} in some row (action {'above' if acted == '1' else 'below'}, outcome"
                f" {'event' if happened == '1' else 'no_event'}); costs and losses are written as positive amounts",
                hint="write the amount without its minus sign, or use `revenue`",
            )
    return found


def _refined(scan: Scan, frame: Frame, shape: Shape, step: Steps, *, probability: bool) -> tuple[Fine, int | None]:
    """Return the fine table with the best cut-off of all as an edge, and how many entries lie below it."""
    per = {"score": step.score, "square": step.square, "gain": step.gain}
    found = fine(scan.collect(score_tables.fine(frame, shape, step)), per)
    splits = straddled(found) if probability else {}
    best = None
    if shape.compiled is not None:
        best = _best_inside(scan, frame, shape, step, found)
        if best is not None:
            splits[best[0]] = best[1]
    if splits:
        places = scan.table({"bin": [int(found.bin[at]) for at in splits], "place": list(splits.values())})
        near = _between(frame, found, np.array(list(splits)))
        found = replaced(found, fine(scan.collect(score_tables.split(near, shape, step, places)), per))
    return found, best_gap(found) if shape.compiled is not None else None


def _best_inside(scan: Scan, frame: Frame, shape: Shape, step: Steps, found: Fine) -> tuple[int, float] | None:
    """Look inside the entries where a better cut-off may lie, some millions of rows at a time."""
    assert found.gain is not None
    most, best = int(np.append(0, np.cumsum(found.gain)).max()), None
    for some in _portions(promising(found), found.n):
        places = scan.table({"bin": found.bin[some].tolist()})
        rows = scan.collect(score_tables.within(_between(frame, found, some), shape, step, places))
        order = np.lexsort((rows[SCORE], rows["bin"]))
        at = np.searchsorted(found.bin, rows["bin"][order])
        better = best_inside(found, at, rows[SCORE][order], rows["gains"][order], most)
        if better is not None:
            most, best = better[2], better[:2]
    return best


def _between(frame: Frame, found: Fine, entries: Integers) -> Frame:
    """Return the rows from the lowest to the highest score of some entries: an engine skips the others early."""
    low, high = float(found.low[entries].min()), float(found.high[entries].max())
    return frame.filter((nw.col(SCORE) >= low) & (nw.col(SCORE) <= high))


def _portions(entries: Integers, n: Integers) -> Iterator[Integers]:
    """Yield entries a few million rows at a time."""
    if len(entries):
        portion = np.cumsum(n[entries]) // AT_ONCE
        yield from (entries[portion == one] for one in np.unique(portion))


def _cells(scan: Scan, frame: Frame, shape: Shape, step: Steps, found: Fine, parts: Integers) -> Arrays:
    return scan.collect(score_tables.folded(frame, shape, step, _places(scan, found, parts)))


def _places(scan: Scan, found: Fine, parts: Integers, only: Integers | None = None) -> Frame:
    """Return the part of each bin, and where it is cut when it belongs to two."""
    bins, first, sizes = np.unique(found.bin, return_index=True, return_counts=True)
    ends = parts[first + sizes - 1]
    place = np.where(ends > parts[first], found.low[first + sizes - 1], NOWHERE)
    kept = np.ones(len(bins), dtype=bool) if only is None else np.isin(bins, only)
    return scan.table({"bin": bins[kept].tolist(), "part": parts[first][kept].tolist(), "place": place[kept].tolist()})


def _told_apart(
    scan: Scan, frame: Frame, shape: Shape, step: Steps, found: Fine, parts: Integers
) -> tuple[int, list[Arrays]]:
    """Return how many different scores there are, and cells that move identical rows to folds of their own."""
    distinct, tied = 0, []
    for some in _portions(np.arange(len(found.n)), found.n):
        mixed = some[found.mixed[some]]
        distinct += len(some) - len(mixed)
        tied += [one for one in some[~found.mixed[some]].tolist() if found.n[one] > 1]
        if not len(mixed):
            continue
        score = scan.collect(_between(frame, found, some).select(SCORE))[SCORE]
        score.sort()
        starts = np.flatnonzero(np.append(True, score[1:] != score[:-1]))
        again = score[starts][np.diff(np.append(starts, len(score))) > 1]
        place = np.searchsorted(found.low, score[starts], side="right") - 1
        distinct += int(np.isin(place, mixed).sum())
        tied += np.unique(np.searchsorted(found.low, again, side="right") - 1).tolist()
    entries = np.unique(np.array(tied, dtype=np.int64))
    moved = []
    for some in _portions(entries, found.n):
        places = _places(scan, found, parts, found.bin[some])
        rows = scan.collect(score_tables.twins(_between(frame, found, some), shape, places))
        moved += [_moved(rows, shape, step)] if len(rows["n"]) else []
    return distinct, moved


def _moved(rows: Arrays, shape: Shape, step: Steps) -> Arrays:
    """Return cells that take identical rows out of the fold of occurrence 0 and put each into its own."""
    n = rows["n"].astype(np.int64)
    row = np.repeat(np.arange(len(n)), n)
    occurrence = np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    fold = folds(rows["hashed"][row], occurrence)
    first = fold[occurrence == 0]
    at = np.append(np.arange(len(n)), row)
    weight = np.append(-n, np.ones(len(row), dtype=np.int64))
    sums = {name: weight * value[at] for name, value in _whole(rows, shape, step).items()}
    keys = {name: rows[name][at] for name in ("part", EVENT, "sign")}
    return {**keys, "fold": np.append(first, fold), "n": weight, **sums}


def _whole(rows: Arrays, shape: Shape, step: Steps) -> dict[str, Integers]:
    """Return bases and products as whole numbers of steps, as `golive.tables.expressions.whole` does."""
    found = {f"sum{at}": np.floor(rows[name] * step.bases[at] + 0.5) for at, name in enumerate(shape.names)}
    for at, (one, other) in enumerate(shape.pairs):
        found[f"product{at}"] = np.floor(rows[one] * rows[other] * step.products[at] + 0.5)
    return {name: value.astype(np.int64) for name, value in found.items()}


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
    cell, key, n = _keyed((cells["part"].astype(np.int64) * 2 + event) * 8 + cells["sign"], cells["n"])
    happened = cell // 8 % 2
    sums = _sums(cells, key, n, happened, compiled, step)
    # The first basis is 1 where some formula uses it, so its products are the sums themselves.
    first = [np.where(sums[0] > 0, one, 0.0) for one in sums]
    others = [_exact(cells[f"product{at}"], key, len(n)) / per for at, per in enumerate(step.products)]
    return SignCells(
        bin=tuple((cell // 16).tolist()),
        event=tuple(happened.tolist()),
        sign=tuple((cell % 8).tolist()),
        n=tuple(n.tolist()),
        sums=written(np.array(sums), 13),
        products=written(np.array([*first, *others]), 10),
    )


def _keyed(key: Integers, n: NDArray[Any]) -> tuple[Integers, Integers, Integers]:
    """Return the cells that hold rows, the place of each entry among them (-1: an empty cell), and their rows."""
    cell, place = np.unique(key, return_inverse=True)
    rows = _exact(n, place, len(cell))
    kept = np.where(rows > 0, np.cumsum(rows > 0) - 1, -1)
    return cell[rows > 0], kept[place], rows[rows > 0]


def _sums(
    cells: Arrays, key: Integers, n: Integers, happened: Integers, compiled: Payoffs, step: Steps
) -> list[NDArray[np.float64]]:
    uses = [any(term.basis == 0 and term.event == event for term in compiled.terms) for event in (0, 1)]
    ones = n * np.array(uses)[happened]
    return [
        ones.astype(np.float64), *(_exact(cells[f"sum{at}"], key, len(n)) / per for at, per in enumerate(step.bases))
    ]  # fmt: skip


def _exact(values: NDArray[Any], key: Integers, size: int) -> Integers:
    found = np.zeros(size + 1, dtype=np.int64)
    np.add.at(found, key, values.astype(np.int64))
    return found[:size]
