"""Which class the score is the probability of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from golive.errors import InputError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.pack.draft import Estimator

Label = object


@dataclass(frozen=True)
class Event:
    """The class the score is the probability of."""

    index: int
    """Its position in the model's ``classes_``."""
    label: str
    """What people call it, and what the outcome column holds."""
    mapped: bool
    """True when the outcome column has other labels than the model, so that their meaning has to be checked."""


def find_event(model: Estimator, event: Label | None, outcomes: pd.Series | None) -> Event:
    """Return the event.

    Parameters
    ----------
    model
        A fitted classifier.
    event
        What the user said; may be absent when the labels are 0/1 or booleans.
    outcomes
        The outcome column of the training frame, when it was named.

    Raises
    ------
    InputError
        One class only, the event is not among the labels, or it has to be said and was not.
    UnsupportedError
        More than two classes.
    """
    classes = list(np.asarray(model.classes_).tolist())
    _check_two(classes)
    plain = all(isinstance(label, (bool, int, float)) for label in classes) and {float(c) for c in classes} == {
        0.0,
        1.0,
    }
    if event is None:
        if not plain:
            raise _unsaid(classes)
        return Event(1, str(classes[1]), mapped=False)
    for index, label in enumerate(classes):
        if _same(label, event):
            return Event(index, str(label), mapped=False)
    known = _labels(outcomes)
    if plain and len(known) == 2 and any(_same(label, event) for label in known):
        return Event(1, str(event), mapped=True)
    raise InputError(
        f"the event {event!r} is not among the labels",
        hint=f"the model knows {_or(classes)}" + (f", the outcome column holds {_or(known)}" if known else ""),
    )


def outcome_column(train: pd.DataFrame, outcome: str | None) -> pd.Series | None:
    """Return the column that says what happened, after a look at it."""
    if outcome is None:
        return None
    if outcome not in train.columns:
        raise InputError(
            f"`train` has no outcome column `{outcome}`", hint=f"it has: {', '.join(map(str, train.columns))}"
        )
    column = train[outcome]
    if column.isna().any():
        rows = column.isna().to_numpy().nonzero()[0]
        raise InputError(
            f"the outcome `{outcome}` is missing in {len(rows)} of {len(column)} rows, first in row {rows[0]} (from 0)",
            hint="a row without an outcome was not fitted on; give the rows that were",
        )
    if column.nunique() < 2:
        raise InputError(
            f"the outcome `{outcome}` is {column.iloc[0]!r} in every row; expected two classes",
            hint="a model cannot be judged on rows that all ended the same way",
        )
    return column


def check_direction(event: Event, outcomes: pd.Series | None, score: NDArray[np.float64]) -> None:
    """Raise when the scores are higher where the event did not happen: the label names the wrong class."""
    if not event.mapped or outcomes is None:
        return
    happened = np.array([_same(label, event.label) for label in outcomes.tolist()])
    if score[happened].mean() <= score[~happened].mean():
        raise InputError(
            f"the model's class 1 does not seem to be {event.label!r}: its scores are lower where that happened "
            f"({score[happened].mean():.3f} against {score[~happened].mean():.3f})",
            hint="name the other label as the event, or say event=0 or event=1",
        )


def _check_two(classes: Sequence[Label]) -> None:
    if len(classes) == 1:
        raise InputError(f"the model knows one class only, {classes[0]!r}; expected two")
    if len(classes) != 2:
        raise UnsupportedError(
            f"the model knows {len(classes)} classes ({_or(classes)}); only two can be compiled",
            hint="fit one model that says whether the one event that costs money happens",
        )


def _unsaid(classes: Sequence[Label]) -> InputError:
    return InputError(
        f"the labels are {_or(classes)}, and nothing says which of them the score is the probability of",
        hint=f"event={classes[0]!r} or event={classes[1]!r} (on the command line: --event); labels are sorted by name,"
        " so the last one is no answer",
    )


def _labels(outcomes: pd.Series | None) -> list[Label]:
    return [] if outcomes is None else sorted(outcomes.unique().tolist(), key=str)


def _same(label: Label, event: Label) -> bool:
    """Return whether the two are the same label; the command line can only write text."""
    if isinstance(event, str) or isinstance(label, str):
        return str(label).lower() == str(event).lower() if isinstance(label, bool) else str(label) == str(event)
    return bool(label == event)


def _or(labels: Sequence[Label]) -> str:
    return " and ".join(f"`{label}`" for label in labels)
