"""The score tables, each defined once as a lazy narwhals frame: what stands for the rows when there are too many.

Every engine gives the same bytes. Files are added up by `golive.maths.tally`, which gives these bytes too, for a
fraction of the CPU.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

import narwhals as nw

from golive.tables.expressions import EVENT, SCORE, bases, bin_of, content, first_fold, money, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.maths.shape import Shape, Steps

    Frame = nw.LazyFrame[Any]
    Expression = nw.Expr

SIZES = {EVENT: 2, "side": 2, "fold": 20, "sign": 32}
"""Keys that are small whole numbers, and how many values they have."""


def prepared(frame: Frame, shape: Shape) -> Frame:
    """Add to every row its bin, the bases, and what the `below` action gains over the `above` action.

    Parameters
    ----------
    frame
        Rows with ``score``, ``event`` (1.0 or 0.0) and the columns of the money file.
    shape
        What the tables are made of. The other functions of this file take what this one gives.
    """
    return with_money(frame, shape).with_columns(bin=bin_of(shape.grid))


def with_money(frame: Frame, shape: Shape) -> Frame:
    """Add the bases, and what the `below` action gains over the `above` action, to every row."""
    if shape.compiled is None:
        return frame
    if shape.names:
        frame = frame.with_columns(**dict(zip(shape.names, bases(shape.compiled, shape.columns or {}), strict=True)))
    below, above = (money(shape.compiled, action, shape.names, shape.line) for action in (0, 1))
    frame = frame.with_columns(below=below, above=above).with_columns(gain=nw.col("below") - nw.col("above"))
    if shape.line is None:
        return frame
    return frame.with_columns(profit=money(shape.compiled, 0, shape.names) - money(shape.compiled, 1, shape.names))


def fine(frame: Frame, shape: Shape, step: Steps) -> Frame:
    """Return rows by bin of the grid and outcome: n, smallest and largest score, sums of score, its square and gain."""
    return _counted(frame, ("bin", EVENT), step, priced=shape.compiled is not None)


def split(frame: Frame, shape: Shape, step: Steps, places: Frame) -> Frame:
    """Return the rows of some bins as in `fine`, by the side of a score within each.

    Parameters
    ----------
    frame, shape, step
        As for `fine`.
    places
        Frame with columns ``bin`` and ``place``; a bin that is not there is left out.
    """
    frame = frame.join(places, on="bin", how="inner")
    side = nw.when(nw.col(SCORE) >= nw.col("place")).then(nw.lit(1)).otherwise(nw.lit(0))
    frame = frame.with_columns(side=side)
    return _counted(frame, ("bin", "side", EVENT), step, priced=shape.compiled is not None)


def within(frame: Frame, shape: Shape, step: Steps, places: Frame) -> Frame:
    """Return the gain by score of the rows of some bins (column ``bin`` of ``places``)."""
    frame = frame.join(places, on="bin", how="inner")
    return _summed(frame, ("bin", SCORE), {"gains": whole(nw.col("gain"), step.gain)})


def folded(frame: Frame, shape: Shape, step: Steps, places: Frame) -> Frame:
    """Return rows by part, outcome, fold and signs of the money: n, sums of the bases and of their products.

    The fold is that of a row that stands alone (occurrence 0); `twins` finds the others.

    Parameters
    ----------
    frame, shape, step
        As for `fine`.
    places
        Frame with columns ``bin``, ``part`` and ``place``: rows of the bin belong to that part below the place, to the
        next one from there on.
    """
    frame = _parted(frame, shape, places)
    frame = frame.with_columns(hashed=content([nw.col(name) for name in shape.names]))
    for name, value in first_fold("hashed"):
        frame = frame.with_columns(**{name: value})
    return _summed(frame, ("part", EVENT, "fold", "sign"), _sums(shape, step))


def twins(frame: Frame, shape: Shape, places: Frame) -> Frame:
    """Return the rows that are not alone: each content once, with its count, part, signs and hash.

    Parameters
    ----------
    frame, shape, places
        As for `folded`; rows of bins that are not in ``places`` are left out.
    """
    frame = _parted(frame, shape, places)
    alike = (SCORE, EVENT, *shape.names)
    frame = frame.group_by(*alike).agg(
        nw.len().alias("n"), nw.col("part").min().alias("part"), nw.col("sign").min().alias("sign")
    )
    frame = frame.filter(nw.col("n") > 1)
    return frame.with_columns(hashed=content([nw.col(name) for name in shape.names]))


def _parted(frame: Frame, shape: Shape, places: Frame) -> Frame:
    frame = frame.join(places, on="bin", how="inner")
    part = nw.when(nw.col(SCORE) >= nw.col("place")).then(nw.col("part") + 1).otherwise(nw.col("part"))
    return frame.with_columns(part=part, sign=_sign(shape))


def _sign(shape: Shape) -> Expression:
    """See `golive.records.score_table.SignCells`."""
    if shape.compiled is None:
        return nw.lit(0)
    weights = {"below": 1, "above": 2, "gain": 4} | ({} if shape.line is None else {"profit": 16})
    parts = [nw.when(nw.col(name) < 0).then(nw.lit(weight)).otherwise(nw.lit(0)) for name, weight in weights.items()]
    return reduce(add, parts)


def _counted(frame: Frame, keys: tuple[str, ...], step: Steps, *, priced: bool) -> Frame:
    score, gain = nw.col(SCORE), nw.col("gain")
    sums = {"scores": whole(score, step.score), "squares": whole(score * score, step.square)}
    plain = []
    if priced:
        # What a bin may gain at most inside: a bound, so a plain sum will do.
        sums["gains"] = whole(gain, step.gain)
        frame = frame.with_columns(up=nw.max_horizontal(gain, nw.lit(0.0)))
        plain = [nw.col("up").sum()]
    ends = [nw.col(SCORE).min().alias("low"), nw.col(SCORE).max().alias("high")]
    return _summed(frame, keys, sums, *ends, *plain)


def _sums(shape: Shape, step: Steps) -> dict[str, Expression]:
    sums = {f"sum{at}": whole(nw.col(name), step.bases[at]) for at, name in enumerate(shape.names)}
    return sums | {
        f"product{at}": whole(nw.col(one) * nw.col(other), step.products[at])
        for at, (one, other) in enumerate(shape.pairs)
    }


def _summed(frame: Frame, keys: tuple[str, ...], sums: Mapping[str, Expression], *others: Expression) -> Frame:
    """Count rows by some keys, and sum whole numbers exactly."""
    packed = all(name in SIZES for name in keys[1:])
    by = ("cell",) if packed else keys
    if packed:
        sums = {"cell": _packed(keys), **sums}
    frame = frame.with_columns(**sums) if sums else frame
    added = [name for name in sums if name != "cell"]
    frame = frame.group_by(*by).agg(nw.len().alias("n"), *others, *(nw.col(name).sum() for name in added))
    if packed:
        frame = _unpacked(frame, keys)
    return frame.with_columns(**{name: nw.col(name).cast(nw.Int64) for name in added}) if added else frame


def _packed(keys: tuple[str, ...]) -> Expression:
    """Return several small keys as one whole number: engines group by it in half the time."""
    cell = nw.col(keys[0]).cast(nw.Int64)
    for name in keys[1:]:
        cell = cell * SIZES[name] + nw.col(name).cast(nw.Int64)
    return cell


def _unpacked(frame: Frame, keys: tuple[str, ...]) -> Frame:
    frame = frame.with_columns(cell=nw.col("cell").cast(nw.Float64))
    for name in reversed(keys[1:]):
        rest = (nw.col("cell") / SIZES[name]).floor()
        value = (nw.col("cell") - rest * SIZES[name]).cast(nw.Int64)
        frame = frame.with_columns(**{name: value, "cell": rest})
    return frame.with_columns(**{keys[0]: nw.col("cell").cast(nw.Int64)}).drop("cell")
