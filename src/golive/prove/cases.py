"""Outcomes, scores and columns as people have them (lists, arrays, Series, frames), checked before any sum."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import InputError
from golive.maths.words import count, rows_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]

FEWEST = 30
"""Rows below which nothing is measured."""
_BOTH = "take rows of both outcomes: where all ended the same way there is nothing to tell apart"
_WHOLE = re.compile(r"-?\d+\.0+", re.ASCII)
SHOWN = 5
"""Rows named in a message."""


@dataclass(frozen=True)
class Cases:
    """Rows that can be measured."""

    event: Bools
    """Whether the event happened, (n,)."""
    score: Values
    """Finite scores, (n,)."""
    label: str
    """The label of the event."""
    outcome: str
    """Name of the outcome column; empty when it had none."""
    labels: frozenset[str] = frozenset()
    """Both labels."""


def cases(
    outcome: object,
    score: object,
    *,
    event: object = None,
    probability: bool = True,
    rows: int | None = None,
    about: str = "",
) -> Cases:
    """Read outcomes and scores.

    Parameters
    ----------
    outcome
        One label per row.
    score
        One number per row.
    event
        The label that counts as the event; may be left out when labels are 0/1 or booleans.
    probability
        Whether scores must lie in 0..1.
    rows
        How many rows these stand for, where that is not one each.
    about
        What the bundle says its score is the probability of. Where it is one of the labels, no other can be the event.

    Raises
    ------
    InputError
        Different lengths, fewer than 30 rows, a missing or a third label, one class only, an event that is not
        among the labels or not what the bundle is about, a score that is missing, not finite, text, or outside 0..1.
    """
    labels, scores = one_column("outcome", outcome), one_column("score", score)
    if len(labels) != len(scores):
        raise InputError(f"there are {len(labels)} outcomes and {len(scores)} scores; expected one of each per row")
    if (rows if rows is not None else len(labels)) < FEWEST:
        raise InputError(
            f"there are {count(rows if rows is not None else len(labels))}; expected at least {FEWEST}",
            hint="fewer rows cannot show anything about a score; take a larger part for the judgement",
        )
    happened, label, known = _events(labels, event, about)
    return Cases(happened, _scores(scores, probability), label, str(getattr(outcome, "name", None) or ""), known)


def one_column(name: str, values: object) -> NDArray[Any]:
    """Return values of any kind as an array, (n,)."""
    array: NDArray[Any] = np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)
    if array.dtype.kind in "US" and not isinstance(values, np.ndarray):
        array = np.array(list(values), dtype=object)  # type: ignore[call-overload]  # numpy would write nan as a text
    if array.ndim != 1:
        hint = "pass the column of the event: model.predict_proba(X)[:, 1]" if name == "score" else "pass one column"
        raise InputError(f"`{name}` has shape {array.shape}; expected one value per row", hint=hint)
    return array


def row_count(outcome: object) -> int:
    """Return the number of rows."""
    return len(one_column("outcome", outcome))


def column_names(columns: object) -> tuple[str, ...]:
    """Return the columns of a frame (pandas, polars) or of a dict of columns; none when there is nothing."""
    if columns is None:
        return ()
    named: Any = getattr(columns, "columns", columns)  # a frame, or a dict
    return tuple(str(name) for name in named)


def text_column(columns: object, name: str) -> NDArray[Any]:
    """Return a column as it stands, texts as texts; a file's columns know how (``texts``), a frame's are taken."""
    texts = getattr(columns, "texts", None)
    if callable(texts) and not hasattr(columns, "to_numpy"):
        return one_column(name, texts(name))
    return one_column(name, columns[name])  # type: ignore[index]  # a frame or a dict


def pick(columns: object, names: Sequence[str], n: int) -> Mapping[str, NDArray[Any]]:
    """Return some columns as arrays."""
    found = {name: one_column(name, columns[name]) for name in names}  # type: ignore[index]  # a frame or a dict
    for name, values in found.items():
        if len(values) != n:
            raise InputError(
                f"column `{name}` has {count(len(values))}, the outcomes have {n}; they must be the same rows"
            )
    return found


def label_text(label: object) -> str:
    """Write a label as people type it: ``bad``, ``1``, ``true``; a file may hold 1.0 for 1."""
    if isinstance(label, (bool, np.bool_)):
        return str(bool(label)).lower()
    if isinstance(label, (float, np.floating)) and float(label).is_integer():
        return str(int(label))
    text = str(label)
    return text.partition(".")[0] if _WHOLE.fullmatch(text) else text


def label_counts(
    labels: Mapping[str | None, int], event: object, name: str, first: Callable[[Sequence[str | None]], Sequence[int]]
) -> tuple[dict[str, int], str]:
    """Return how often each label stands among many rows, and which one is the event; refuse what `cases` refuses.

    Parameters
    ----------
    labels
        Cell -> how many rows; None where it is missing.
    event
        The label that counts as the event; may be left out when labels are 0/1 or booleans.
    name
        The column, for messages.
    first
        Gives the first rows (from 0, a few more than are named) with one of some cells, for messages.
    """
    if labels.get(None):
        raise InputError(
            f"the outcome `{name}` is missing in {count(labels[None])}: {rows_text(first([None]))}",
            hint="leave these rows out: a case without an outcome proves nothing",
        )
    found: dict[str, int] = {}
    for text, size in labels.items():
        found[label_text(text)] = found.get(label_text(text), 0) + size
    found = dict(sorted(found.items()))
    wanted = _wanted(found, event)
    _need_two(
        found, wanted, lambda label: first([text for text in labels if text is not None and label_text(text) == label])
    )
    return found, wanted


def _events(labels: NDArray[Any], event: object, about: str) -> tuple[Bools, str, frozenset[str]]:
    missing = np.array([is_missing(label) for label in labels.tolist()])
    if missing.any():
        raise InputError(
            f"the outcome is missing in {count(int(missing.sum()))}: {rows_text(np.flatnonzero(missing))}",
            hint="leave these rows out: a case without an outcome proves nothing",
        )
    texts = np.array([label_text(label) for label in labels.tolist()], dtype=object)
    known, sizes = np.unique(texts.astype(str), return_counts=True)
    found = dict(zip(known.tolist(), sizes.tolist(), strict=True))
    wanted = _wanted(found, _agreed(found, event, about))
    _need_two(found, wanted, lambda label: np.flatnonzero(texts == label).tolist())
    return np.asarray(texts == wanted, dtype=bool), wanted, frozenset(found)


def _need_two(found: Mapping[str, int], wanted: str, rows_of: Callable[[str], Sequence[int]]) -> None:
    """Refuse a third label, and one alone; ``rows_of`` gives the rows of a label, for messages."""
    if len(found) > 2:
        raise InputError(
            f"the outcome has {len(found)} values: {_listed(found)}; expected the event `{wanted}` and one other."
            f" The rarest other stands in {rows_text(rows_of(_rarest(found, wanted)))}",
            hint="leave rows without a final outcome out, or join labels that mean the same",
        )
    if len(found) == 1:
        only, size = next(iter(found.items()))
        raise InputError(f"all {count(size)} have the outcome `{only}`; expected two outcomes", hint=_BOTH)


def _agreed(found: Mapping[str, int], event: object, about: str) -> object:
    """Return the event that was asked for, or what the bundle is about; refuse another one than that."""
    if about not in found:
        return event
    if event is None:
        return about
    if label_text(event) in found and label_text(event) != about:
        raise InputError(
            f"the event is `{label_text(event)}`, but the bundle gives the probability of `{about}`",
            hint=f"leave the event out, or say {about!r}; a bundle about another label is packed with --event",
        )
    return event


def _wanted(found: Mapping[str, int], event: object) -> str:
    if event is None:
        for label in ("1", "true"):
            if label in found and set(found) <= {label, "0", "false"}:
                return label
        raise InputError(f"the outcome has the labels {_listed(found)}; which one is the event?", hint=_example(found))
    text = label_text(event)
    if text in found or text.lower() in found:
        return text if text in found else text.lower()
    if len(found) == 1:
        raise InputError(
            f"all rows have the outcome `{next(iter(found))}`; expected two outcomes, one of them `{text}`", hint=_BOTH
        )
    near = get_close_matches(text, found, n=1) or [min(found, key=lambda label: found[label])]
    raise InputError(
        f"the event `{text}` is not among the labels {_listed(found)}", hint=f"did you mean event={near[0]!r}?"
    )


def _example(found: Mapping[str, int]) -> str:
    return f"event={min(found, key=lambda label: found[label])!r} names it (on the command line: --event)"


def _rarest(found: Mapping[str, int], wanted: str) -> str:
    return min((label for label in found if label != wanted), key=lambda label: found[label])


def _listed(found: Mapping[str, int]) -> str:
    shown = [f"`{label}` ({size:,})" for label, size in list(found.items())[:SHOWN]]
    return ", ".join(shown) + (f" and {len(found) - SHOWN} more" if len(found) > SHOWN else "")


def _scores(scores: NDArray[Any], probability: bool) -> Values:
    if scores.dtype.kind in "mMc":  # numpy would give nanoseconds, and half of a complex number
        raise InputError(f"the score holds {scores.dtype.name}; expected numbers", hint="model.predict_proba(X)[:, 1]")
    try:
        values = scores.astype(np.float64)
    except (TypeError, ValueError) as exc:
        raise InputError(f"the score holds text: {exc}; expected numbers", hint="model.predict_proba(X)[:, 1]") from exc
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        raise InputError(
            f"the score is missing or not finite in {count(len(bad))}: {rows_text(bad)}",
            hint="a case without a score was not decided by it; leave it out or mend the scoring",
        )
    outside = np.flatnonzero((values < 0) | (values > 1))
    if probability and len(outside):
        raise InputError(
            f"the score is {values[outside[0]]:g} in {rows_text(outside[:1])}, outside 0..1"
            f" ({count(len(outside))} in all); expected probabilities",
            hint="divide percentages by 100; for any other score say so: probability=False (on the command line:"
            " --any-score), and --higher-is-better for a scorecard",
        )
    return values


def is_missing(label: object) -> bool:
    """Return whether a cell holds nothing: None, NaN, pandas' NA and NaT."""
    return (
        label is None or type(label).__name__ in ("NAType", "NaTType") or (isinstance(label, float) and label != label)
    )
