"""The first look at many rows: are they measurable, and how large are they?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.errors import InputError
from golive.maths.batch import batch
from golive.maths.formula import show
from golive.maths.sizes import sizes
from golive.maths.words import count
from golive.tables.scan import EVENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from golive.maths.batch import Batch
    from golive.maths.shape import Shape
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


def sized(scan: Scan, shape: Shape, *, probability: bool) -> dict[str, float]:
    """Refuse rows that cannot be measured; return the ends and sums of scores and amounts, see `golive.maths.sizes`."""
    found = sizes(rows_of(scan, shape), shape)
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
    return found


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
