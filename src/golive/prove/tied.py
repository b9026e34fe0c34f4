"""Rows that share a score, or all they hold: how many scores there are, and identical rows in folds of their own."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.maths import tally
from golive.maths.batch import whole
from golive.maths.folds import FOLDS, PRIME, folds
from golive.prove.sized import SCORE, rows_of
from golive.tables.scan import EVENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from golive.maths.fine import Fine
    from golive.maths.shape import Shape, Steps
    from golive.maths.tally import Places
    from golive.tables.scan import Scan

    Arrays = Mapping[str, NDArray[Any]]
    Integers = NDArray[np.int64]

AT_ONCE = 12_000_000
"""Scores that are held at a time."""
WHOLE_AT_ONCE = 500_000
"""Rows that are held at a time."""


def told_apart(scan: Scan, found: Fine) -> tuple[int, Integers]:
    """Return how many different scores there are, and the entries in which some score stands more than once."""
    distinct, tied = 0, [np.zeros(0, dtype=np.int64)]
    for some in portions(np.arange(len(found.n)), found.n, AT_ONCE):
        if not found.mixed[some].any():
            distinct += len(some)
            tied.append(some[found.n[some] > 1])
            continue
        score = _scores(scan, between(found, some), int(found.n[some].sum()))
        score.sort()
        again = score[1:] == score[:-1]
        distinct += len(score) - int(np.count_nonzero(again))
        tied.append(np.searchsorted(found.low, np.unique(score[1:][again]), side="right") - 1)
    return distinct, np.unique(np.concatenate(tied))


def _scores(scan: Scan, between: tuple[float, float], most: int) -> NDArray[np.float64]:
    found, n = np.empty(most), 0
    for some in scan.batches((SCORE,), between):
        found[n : n + len(some[SCORE])] = some[SCORE]
        n += len(some[SCORE])
    return found[:n]


def moved_twins(
    scan: Scan, shape: Shape, step: Steps, found: Fine, places: Places, tied: Integers, told: tuple[str, ...]
) -> list[tuple[Arrays, dict[str, Arrays]]]:
    """Return cells that move identical rows to folds of their own: of the table, and by column of codes."""
    moved = []
    also = tuple(name for name in told if name != tally.EVERYBODY)
    for some in portions(tied, found.n, WHOLE_AT_ONCE):
        turns = 1 + int(found.n[some].sum()) // (2 * WHOLE_AT_ONCE)
        ends = np.linspace(0, PRIME, turns + 1).tolist()
        for hashes in pairwise(ends):
            near = rows_of(scan, shape, between(found, some), also)
            rows = tally.twins(near, shape, places, found.bin[some], told, hashes)
            moved += [_moved(rows, shape, step, told)] if len(rows["n"]) else []
    return moved


def _moved(rows: Arrays, shape: Shape, step: Steps, told: tuple[str, ...]) -> tuple[Arrays, dict[str, Arrays]]:
    """Return cells that take identical rows out of the fold of occurrence 0 and put each into its own."""
    n = rows["n"].astype(np.int64)
    sizes = _by_fold(rows["hashed"], n, np.asarray(rows.get("start", np.zeros(len(n), dtype=np.int64))))
    row, into = np.nonzero(sizes)
    fold = np.append(folds(rows["hashed"], 0), into)
    at = np.append(np.arange(len(n)), row)
    weight = np.append(-n, sizes[row, into])
    sums = {name: weight * value[at] for name, value in _whole(rows, shape, step).items()}
    keys = {"part": rows["part"][at], EVENT: rows[EVENT][at], "fold": fold, "n": weight}
    money = _whole_money(rows, step)
    apart = {**keys, "negative": money.pop("negative")[at], **{name: weight * one[at] for name, one in money.items()}}
    by_sign = summed({**keys, "sign": rows["sign"][at], **sums}, ("part", EVENT, "fold", "sign"))
    return by_sign, {name: summed({**apart, "code": rows[name][at]}, tally.TOLD_BY) for name in told}


def summed(cells: Arrays, keys: tuple[str, ...]) -> Arrays:
    """Return each cell once, with the sums of all that have its keys."""
    columns = [cells[name].astype(np.int64) for name in keys]
    size = [int(column.max()) + 1 for column in columns]
    place, at = np.unique(np.ravel_multi_index(columns, size), return_inverse=True)
    found: dict[str, NDArray[Any]] = dict(zip(keys, np.unravel_index(place, size), strict=True))
    return found | {name: exact(cells[name], at, len(place)) for name in cells if name not in keys}


def _by_fold(hashed: NDArray[np.float64], n: Integers, start: Integers) -> Integers:
    """Return how many of the n rows of each content lie in each fold, their occurrences counted from a start."""
    found, last = np.zeros((len(n), FOLDS), dtype=np.int64), np.cumsum(n)
    for first in range(0, int(last[-1]), WHOLE_AT_ONCE):
        place = np.arange(first, min(first + WHOLE_AT_ONCE, int(last[-1])))
        row = np.searchsorted(last, place, side="right")
        fold = folds(hashed[row], place - (last - n)[row] + start[row])
        np.add.at(found, (row, fold), 1)
    return found


def _whole_money(rows: Arrays, step: Steps) -> dict[str, Integers]:
    """Return what `golive.maths.tally.Told` sums up; without prices nothing."""
    if "below" not in rows:
        return {"negative": np.zeros(len(rows["n"]), dtype=np.int64)}
    gain = rows["below"] - rows["above"]
    money = zip(tally.TOLD_SUMS, (rows["below"], rows["above"], gain * gain), step.told, strict=True)
    return {
        "negative": (gain < 0).astype(np.int64),
        **{name: whole(value, per).astype(np.int64) for name, value, per in money},
    }


def _whole(rows: Arrays, shape: Shape, step: Steps) -> dict[str, Integers]:
    """Return bases and products as whole numbers of steps."""
    found = {f"sum{at}": whole(rows[name], step.bases[at]) for at, name in enumerate(shape.names)}
    for at, (one, other) in enumerate(shape.pairs):
        found[f"product{at}"] = whole(rows[one] * rows[other], step.products[at])
    return {name: value.astype(np.int64) for name, value in found.items()}


def between(found: Fine, entries: Integers) -> tuple[float, float]:
    """Return the lowest and the highest score of some entries: an engine skips the other rows early."""
    return float(found.low[entries].min()), float(found.high[entries].max())


def portions(entries: Integers, n: Integers, most: int) -> Iterator[Integers]:
    """Yield entries whose rows come to about so many at a time."""
    if len(entries):
        portion = np.cumsum(n[entries]) // most
        yield from (entries[portion == one] for one in np.unique(portion))


def exact(values: NDArray[Any], key: Integers, size: int) -> Integers:
    found = np.zeros(size + 1, dtype=np.int64)
    np.add.at(found, key, values.astype(np.int64))
    return found[:size]
