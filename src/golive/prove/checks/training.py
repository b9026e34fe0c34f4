"""What these rows have to do with those the model was fitted on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from golive.errors import InputError
from golive.maths.intervals import Z, binomial_tail
from golive.maths.words import count, percent
from golive.prove.conditions import SCIENTIST
from golive.records.checked import Checked, State
from golive.tables.training import meet

if TYPE_CHECKING:
    from golive.prove.checks.sample import Sample
    from golive.records.training_rows import TrainingRows

CHANCE = 0.001
"""Below this probability more rows meet the training rows than chance explains."""
MOSTLY = 0.5
"""Share of training rows at which nothing is judged any more."""
FAR = (0.8, 1.25)
"""Base rate here / base rate in training; further out is far."""


def shared_rows(rows: Sample, known: TrainingRows | None, why: str) -> Checked:
    """Look for rows that the model was fitted on.

    Parameters
    ----------
    rows
        The sample.
    known
        The training rows, where they are known.
    why
        Why they are not.

    Raises
    ------
    InputError
        Half of the rows or more are training rows.

    Notes
    -----
    Rows that describe cases coarsely meet by chance. How often, the training rows say themselves: by the share of
    them that meets another one.
    """
    if known is None:
        return Checked(code="training_rows", state=State.impossible, text=why)
    missing = [name for name in known.columns if name not in rows.columns]
    if missing or not known.columns:
        what = f"the column `{missing[0]}` of the training rows is not among those given" if missing else "no columns"
        return Checked(
            code="training_rows", state=State.impossible, text=f"Training rows cannot be looked for: {what}."
        )
    met = meet(known, rows.columns)
    if not met.looked:
        text = "Training rows cannot be looked for: of so many only some are known, and none of these rows is near."
        return Checked(code="training_rows", state=State.impossible, text=text)
    said = f"{met.found:,} of {count(met.looked)} that were looked up are among the {known.rows:,} training rows"
    by_chance = max(met.twins, 1 / known.rows)
    if binomial_tail(met.found, met.looked, min(by_chance, 1.0)) >= CHANCE:
        alike = f", as chance gives: {percent(met.twins)} of those meet each other" if met.found else ""
        return Checked(code="training_rows", state=State.passed, text=f"{said}{alike}.")
    if met.found >= MOSTLY * met.looked:
        raise InputError(
            f"these are rows that the model was fitted on: {said}",
            hint="judge it on rows it has not seen; what it says of its own training rows is always too good",
        )
    text = f"{said}: what it says of those is too good. Leave them out."
    return Checked(code="training_rows", state=State.failed, text=text, condition=True, who=SCIENTIST)


def base_rate(rows: int, here: float, known: TrainingRows | None, why: str) -> Checked:
    """Compare the share of events with that of the training rows."""
    if known is None or known.events is None:
        text = why if known is None else "The training rows have no outcome of that name, so its share is not known."
        return Checked(code="base_rate", state=State.impossible, text=text)
    there = known.events / known.rows
    said = f"{percent(here)} of these rows are `{known.event}`, {percent(there)} of the training rows were"
    half = Z * math.sqrt(here * (1 - here) / rows + there * (1 - there) / known.rows)
    far = not FAR[0] * there <= here <= FAR[1] * there and abs(here - there) > half
    if not far:
        return Checked(code="base_rate", state=State.passed, text=f"{said}.")
    text = f"{said}: either the world has moved, or rows were picked by their outcome on one side."
    return Checked(code="base_rate", state=State.failed, text=text)


def later_cases(date: str | None, first: str | None) -> Checked:
    """Look whether there is a date, so that the cut-off was judged on later cases than those that chose it."""
    if date is None:
        text = "No column of dates was named (--date): the score was judged on a random part, not on later cases."
        return Checked(code="random_part", state=State.failed, text=text)
    since = f", the first is of {first}" if first else ""
    return Checked(code="random_part", state=State.passed, text=f"The rows have dates in `{date}`{since}.")


def training_dates(column: str | None, first: str | None, known: TrainingRows | None, why: str) -> Checked:
    """Look whether training rows are later than the first of these.

    Parameters
    ----------
    column
        The column of the date; None where there is none.
    first
        The earliest date of these rows, ISO 8601.
    """
    code = "training_dates"
    if column is None or known is None:
        text = "No date was given, so nothing is known of what came first." if column is None else why
        return Checked(code=code, state=State.impossible, text=text)
    span = next((one for one in known.dates if one.column == column), None)
    if span is None or first is None:
        where = "the training rows have" if span is None else "these rows have"
        text = f"What came first cannot be said: {where} no dates such as 2024-03-31 in `{column}`."
        return Checked(code=code, state=State.impossible, text=text)
    if span.last < first:
        return Checked(
            code=code, state=State.passed, text=f"The last training row is of {span.last}, these begin with {first}."
        )
    text = f"Training rows go on until {span.last}, and these begin with {first}: the model has seen what came later."
    return Checked(code=code, state=State.failed, text=text, condition=True, who=SCIENTIST)
