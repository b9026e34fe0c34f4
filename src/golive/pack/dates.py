"""Dates of the training frame as a product sends them, and dates made for the proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from golive.engine.operations.dates import ISO
from golive.pack.trace.dates import is_date, is_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.records.graph import Scalar

__all__ = ["as_texts", "dates_between", "hostile_dates", "is_date", "is_duration", "with_dates", "written"]

_EDGES = (
    "1900-02-28",
    "1900-03-01",
    "1969-12-31",
    "1970-01-01",
    "2000-02-29",
    "2023-12-31",
    "2024-02-29",
    "2100-03-01",
)


def as_texts(column: pd.Series) -> pd.Series:
    """Return dates as ISO text; missing stays missing."""
    texts: pd.Series = column.dt.strftime("%Y-%m-%dT%H:%M:%S.%f").astype(object)
    return texts.where(column.notna(), None)


def with_dates(column: pd.Series, rows: Sequence[int], cells: Sequence[Scalar]) -> pd.Series:
    """Return a column of dates with some cells replaced, given as ISO text."""
    dates = pd.to_datetime(pd.Series([None if cell is None else str(cell) for cell in cells]), format="ISO8601")
    made = column.copy()
    made.iloc[list(rows)] = dates.astype(column.dtype).to_numpy()
    return made


def hostile_dates(column: pd.Series, form: str) -> list[str]:
    """Return dates at the ends of what training saw, one day beyond, and around the ends of months and years."""
    seen = _seen(column, form)
    edges = [pd.Timestamp(edge) for edge in _EDGES]
    if len(seen):
        low, high, day = seen.min(), seen.max(), pd.Timedelta(1, "D")
        edges += [low, low - day, high, high + day, low + (high - low) / 2, high + 400 * day, *seen[:20]]
    if _has_time(form):
        edges += [edge + step for edge in edges for step in (pd.Timedelta(1, "s"), pd.Timedelta(86_399, "s"))]
    return list(dict.fromkeys(written(edge, form) for edge in edges if 1700 < edge.year < 2250))


def dates_between(column: pd.Series, form: str, place: float) -> str:
    """Return a date that lies at a share of the way between the ends of what training saw."""
    seen = _seen(column, form)
    low, high = (seen.min(), seen.max()) if len(seen) else (pd.Timestamp(0), pd.Timestamp(0))
    return written(low + (high - low) * place, form)


def _seen(column: pd.Series, form: str) -> pd.Series:
    found = column.dropna().drop_duplicates()
    if is_date(found):
        return found
    return pd.to_datetime(found, format=form, errors="coerce").dropna()


def _has_time(form: str) -> bool:
    return form == ISO or "%H" in form


def written(date: pd.Timestamp, form: str) -> str:
    """Return a date as text of that form."""
    return date.strftime("%Y-%m-%dT%H:%M:%S" if form == ISO else form)
