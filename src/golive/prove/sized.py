"""The first look at many rows: are they measurable, and how large are they?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from golive.errors import InputError
from golive.maths import tally
from golive.maths.batch import batch, bins
from golive.maths.formula import show
from golive.maths.shape import binary, steps
from golive.maths.sizes import Sizes
from golive.maths.words import count
from golive.tables.scan import EVENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from golive.maths.batch import Batch
    from golive.maths.shape import Shape, Steps
    from golive.maths.tally import Cells
    from golive.tables.scan import Scan

SCORE = "score"


def rows_of(
    scan: Scan, shape: Shape, between: tuple[float, float] | None = None, also: tuple[str, ...] = ()
) -> Iterator[Batch]:
    """Read the rows once, with their money.

    Parameters
    ----------
    scan, shape
        The open file, and what is made of it.
    between
        Lowest and highest score; the other rows are left out.
    also
        More columns.
    """
    columns = (SCORE, EVENT, *(shape.columns or {}).values(), *also)
    return (batch(some, shape) for some in scan.batches(columns, between))


class Sized(NamedTuple):
    """What one look at the rows gives."""

    known: dict[str, float]
    """See `golive.maths.sizes`."""
    step: Steps
    cells: Cells
    """The fine table of probabilities; of other scores nothing, for its bins depend on their ends."""


def sized(scan: Scan, shape: Shape, *, probability: bool, minor_units: int, told: bool = False) -> Sized:
    """Refuse rows that cannot be measured; return the ends and sums of scores and amounts, and the fine table.

    Its sums need the steps, and the steps need the sums of all rows. So the rows are counted by the steps that the
    first of them suggest, and counted again in the rare case that all of them say otherwise.
    """
    sizes, guess, counted = Sizes(shape, told=told), None, None
    for one in rows_of(scan, shape):
        sizes.add(one)
        if not probability or not sizes.regular:
            continue
        if guess is None or counted is None:
            guess = _steps(scan.rows, sizes.found, shape, scan.rows / len(one.score))
            counted = tally.Counted(shape, guess)
        counted.add(one, bins(one.score, shape.grid))
    _refuse(scan, shape, sizes.found, probability=probability)
    step = _steps(scan.rows, sizes.found, shape, 1.0, minor_units)
    if not probability or guess is None or counted is None:
        return Sized(sizes.found, step, {})
    if (step.score, step.square, step.gain) == (guess.score, guess.square, guess.gain):
        return Sized(sizes.found, step, tally.unsplit(*counted.cells()))
    return Sized(sizes.found, step, tally.fine(rows_of(scan, shape), shape, step))


def _steps(rows: int, known: Mapping[str, float], shape: Shape, times: float, minor_units: int | None = None) -> Steps:
    """Return the steps for sums that come to so many times what is known; those of the bases only for minor units."""
    top = max(abs(known["low"]), abs(known["high"]))
    whole = minor_units is not None
    amounts = [known[f"size{at}"] for at in range(len(shape.names))] if whole else []
    products = [known[f"product{at}"] for at in range(len(shape.pairs))] if whole else []
    found = steps(rows, top, times * known.get("size_gain", 1.0), amounts, products, minor_units or 0)
    told = [known[name] for name in ("size_below", "size_above", "square_gain") if name in known]
    return replace(found, told=tuple(binary(size + rows * 1e-9) for size in told))


def _refuse(scan: Scan, shape: Shape, found: Mapping[str, float], *, probability: bool) -> None:
    _refuse_missing(scan, shape, found)
    if probability and (found["low"] < 0 or found["high"] > 1):
        row, value = scan.first(SCORE, f"{SCORE} < 0 or {SCORE} > 1")
        raise InputError(
            f"the score is {value:g} in row {row}, outside 0..1 (from {found['low']:g} to {found['high']:g} in all);"
            " expected probabilities",
            hint="divide percentages by 100; for any other score say so: --any-score, and --higher-is-better for a"
            " scorecard",
        )
    _refuse_infinite(shape, found)
    _refuse_added_costs(found)


def _refuse_missing(scan: Scan, shape: Shape, found: Mapping[str, float]) -> None:
    names = {SCORE: "the score", **{name: f"column `{said}`" for said, name in (shape.columns or {}).items()}}
    for name, said in names.items():
        if found[f"bad_{name}"]:
            row, _ = scan.first(name, f"{name} is null or not isfinite({name})")
            raise InputError(
                f"{said} is missing or not finite in {count(int(found[f'bad_{name}']))}, the first is row {row}",
                hint="leave these rows out, or fill the column before proving",
            )


def _refuse_infinite(shape: Shape, found: Mapping[str, float]) -> None:
    for at, tree in enumerate(shape.compiled.bases[1:] if shape.compiled else ()):
        ends = found[f"top{at}"], found[f"bottom{at}"]
        if not np.isfinite(ends).all():
            raise InputError(f"`{show(tree)}` is {ends[0]:g} in some row; expected a finite amount")


def _refuse_added_costs(found: Mapping[str, float]) -> None:
    for name, most in found.items():
        if name.startswith("spent_") and most > 0:
            _, acted, happened, line = name.split("_")
            raise InputError(
                f"a {line} is {-most:g} in some row (action {'above' if acted == '1' else 'below'}, outcome"
                f" {'event' if happened == '1' else 'no_event'}); costs and losses are written as positive amounts",
                hint="write the amount without its minus sign, or use `revenue`",
            )
