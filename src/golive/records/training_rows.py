"""What is kept of the training frame so that `prove` can see whether it is judged on the same rows.

It stays with the training project, beside the bundle and never inside it: ``credit.golive`` has
``credit.training-rows.json`` as its neighbour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from golive.records.document import Digest, Part, Record

if TYPE_CHECKING:
    from pathlib import PurePath

P = TypeVar("P", bound="PurePath")

SUFFIX = ".training-rows.json"


class Span(Part, frozen=True, kw_only=True):
    """A column of dates in the training frame."""

    column: str
    first: str
    """ISO 8601, as text."""
    last: str


class TrainingRows(Record, frozen=True, kw_only=True, tag="training_rows/1"):
    """Marks of the training rows, and what else of them the checks compare with."""

    bundle: Digest | None
    """The bundle that was fitted on them; its id is the key of the marks. Null for rows named on the command line."""
    columns: tuple[str, ...]
    """The raw columns that a mark is made of."""
    rows: int
    twins: int
    """Rows that have the same content in ``columns`` as another one: so many meet by chance alone."""
    marks: str
    """Base64 of ascending 64-bit whole numbers, lowest byte first. Of more than a million different marks the million
    smallest."""
    whole: bool
    """Whether these are all marks; else rows with a mark above the last one cannot be looked up."""
    event: str
    """Label of the event."""
    events: int | None
    """Rows with the event; null where the frame had no outcome, or one without that label."""
    dates: tuple[Span, ...] = ()


def beside(bundle: P) -> P:
    """Return where the file of a bundle lies.

    Examples
    --------
    >>> from pathlib import PurePosixPath
    >>> beside(PurePosixPath("models/credit.golive")).as_posix()
    'models/credit.training-rows.json'
    """
    return bundle.with_name(bundle.name.removesuffix(".golive") + SUFFIX)
