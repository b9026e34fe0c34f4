"""Leak and honesty checks: what must be looked at before a figure is believed.

They look at no more than 20,000 rows, the same ones in any order of the file. Each says what it found, or why it was
not possible. Some are conditions of the verdict, the others notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.prove.checks.background import Background
from golive.prove.checks.columns import duplicates, identifiers, repeated_ids, telling
from golive.prove.checks.inputs import event_name, known_before, outside_ranges
from golive.prove.checks.training import base_rate, later_cases, shared_rows, training_dates

if TYPE_CHECKING:
    from golive.prove.checks.sample import Sample
    from golive.records.checked import Checked

__all__ = ["Background", "look"]


def look(rows: Sample, back: Background, *, event: str, share: float, n: int) -> tuple[Checked, ...]:
    """Check the rows.

    Parameters
    ----------
    rows
        The sample.
    back
        What else is known.
    event
        Label of the event.
    share
        How often it happens, weighted where rows are.
    n
        All rows.

    Raises
    ------
    InputError
        Most of the rows are training rows.
    """
    inputs = tuple(rows.columns) if back.contract is None else tuple(one.name for one in back.contract.inputs)
    dates = frozenset(one.name for one in back.contract.inputs if one.form) if back.contract else frozenset[str]()
    return (
        shared_rows(rows, back.training, back.why),
        later_cases(back.date, back.first),
        training_dates(back.date, back.first, back.training, back.why),
        *known_before(back.contract, back.answers),
        telling(rows, inputs, certain=back.contract is not None),
        identifiers(rows, inputs, dates, certain=back.contract is not None),
        duplicates(rows),
        repeated_ids(rows),
        outside_ranges(rows, back.contract),
        event_name(back.contract, back.labels, event),
        base_rate(n, share, back.training, back.why),
    )
