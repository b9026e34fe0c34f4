"""The marks of training rows, and the look whether others are among them."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from golive.records.training_rows import Span, TrainingRows
from golive.tables.marks import marks, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from golive.records.document import Digest

    Columns = Mapping[str, NDArray[Any]]

MOST = 1_000_000
LOOSE = "training rows without a bundle"
"""The key where there is no bundle."""
_ISO = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?")


class Met(NamedTuple):
    """How many rows are among the training rows."""

    looked: int
    """Rows that could be looked up."""
    found: int
    twins: float
    """Share of training rows that meet another training row: what chance alone gives."""


def remember(
    columns: Columns, inputs: Sequence[str], *, outcome: str, event: str, bundle: Digest | None = None
) -> TrainingRows:
    """Make the record.

    Parameters
    ----------
    columns
        The training frame, cells of any kind.
    inputs
        Columns that a mark is made of; all of them are in ``columns``.
    outcome, event
        The outcome column, which may be absent, and the label of the event.
    bundle
        The bundle fitted on these rows.
    """
    found = marks({name: columns[name] for name in inputs}, bundle or LOOSE)
    different, sizes = np.unique(found, return_counts=True)
    happened = None
    if outcome in columns:
        # The model may have been fitted on other names for the same: of those nothing can be counted.
        happened = sum(plain(label) == plain(event) for label in columns[outcome].tolist()) or None
    return TrainingRows(
        bundle=bundle,
        columns=tuple(inputs),
        rows=len(found),
        twins=int(sizes[sizes > 1].sum()),
        marks=base64.b64encode(different[:MOST].astype("<u8").tobytes()).decode(),
        whole=len(different) <= MOST,
        event=event,
        events=happened,
        dates=tuple(span for name, cells in columns.items() if (span := _span(name, cells))),
    )


def meet(known: TrainingRows, columns: Columns) -> Met:
    """Look rows up among the training rows; every column of ``known.columns`` must be there."""
    kept = np.frombuffer(base64.b64decode(known.marks), dtype="<u8").astype(np.uint64)
    found = marks({name: columns[name] for name in known.columns}, known.bundle or LOOSE)
    if not known.whole:
        found = found[found <= kept[-1]]
    place = np.minimum(np.searchsorted(kept, found), len(kept) - 1)
    return Met(len(found), int((kept[place] == found).sum()), known.twins / known.rows)


def _span(name: str, cells: NDArray[Any]) -> Span | None:
    if cells.dtype.kind == "M":
        cells = cells.astype("datetime64[us]")
    texts = []
    for cell in cells.tolist():
        if (text := plain(cell)) is None:
            continue
        if not _ISO.fullmatch(text):
            return None
        texts.append(text)
    return Span(column=name, first=min(texts), last=max(texts)) if texts else None
