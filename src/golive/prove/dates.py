"""The date of each row, and the cut into rows that choose and later rows that judge.

Only one way of writing dates is read, because no other is read alike by everybody: year, month, day (ISO 8601), perhaps
with a time. Real dates of parquet and of frames are taken as they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import InputError
from golive.maths.blocks import FEWEST, Cut, cut
from golive.maths.words import count, rows_text
from golive.prove.cases import is_missing
from golive.records.parts import Dates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Dated:
    """Rows with a date."""

    column: str
    day: Integers
    """Days since 1970-01-01, (n,)."""
    cut: Cut

    def need_both(self, event: NDArray[np.bool_], label: str) -> None:
        """Refuse later rows that all ended the same way; ``event``: whether it happened, of the same rows.

        Raises
        ------
        InputError
            There is nothing to judge on.
        """
        late = event[self.cut.late]
        if late.any() and not late.all():
            return
        since = _iso(int(self.day[self.cut.late].min()))
        what = f"ended in `{label}`" if late.all() else f"have no `{label}`"
        raise InputError(
            f"the {count(len(late))} from {since} on, on which the cut-off is to be judged, all {what}; expected both"
            " outcomes",
            hint="leave out late rows whose outcome is not known yet, or leave --date out",
        )

    def told(self, event: NDArray[np.bool_]) -> Dates:
        """Return what is said about the two parts; ``event``: whether it happened, of the same rows."""
        late, days = self.cut.late, [_iso(int(day)) for day in (self.day.min(), self.day.max())]
        split = _iso(int(self.day[late].min()))
        early = int((~late).sum())
        text = (
            f"The cut-off was chosen on {count(early)} from {days[0]} on, and judged on the {count(int(late.sum()))}"
            f" from {split} to {days[1]}."
        )
        return Dates(
            column=self.column,
            first=days[0],
            split=split,
            last=days[1],
            early=early,
            early_events=int((~late & event).sum()),
            late=int(late.sum()),
            blocks=self.cut.blocks,
            text=text + (f" {no_range(self.cut.blocks)}" if self.cut.blocks < FEWEST else ""),
        )


def no_range(blocks: int) -> str:
    """Say why there is no range."""
    return f"The later rows make only {count(blocks, 'block')} of time; {FEWEST} is the least for a range."


def dated(column: str, cells: NDArray[Any]) -> Dated:
    """Read the dates of rows, and cut the rows in two."""
    day = days(column, cells)
    if day.min() == day.max():
        raise InputError(
            f"all rows have the date {_iso(int(day[0]))} in `{column}`; expected earlier and later ones",
            hint="leave --date out when the rows are of one day",
        )
    return Dated(column, day, cut(day))


def days(column: str, cells: NDArray[Any]) -> Integers:
    """Return days since 1970-01-01, (n,).

    Raises
    ------
    InputError
        A missing date, numbers, dates written in another way or in two ways: both ways are named with their rows.
    """
    if cells.dtype.kind == "M":
        _refuse_missing(column, np.isnat(cells))
        return cells.astype("datetime64[D]").astype(np.int64)
    if cells.dtype.kind not in "OUS":
        raise InputError(f"column `{column}` holds {cells.dtype.name}; expected dates", hint=_HINT)
    values = cells.tolist()
    _refuse_missing(column, np.array([is_missing(value) for value in values]))
    known: dict[object, int | None] = {value: _day(value) for value in set(values)}
    if None in known.values():
        raise _unread(column, values, known)
    return np.array([known[value] for value in values], dtype=np.int64)


_HINT = "write dates as year-month-day, 2024-03-31: no other way is read alike by everybody"


def _day(value: object) -> int | None:
    if isinstance(value, datetime):
        value = value.astimezone(UTC) if value.tzinfo else value
        return (value.date() - _EPOCH).days
    if isinstance(value, date):
        return (value - _EPOCH).days
    if isinstance(value, str) and _ISO.fullmatch(value.strip()):
        try:
            found = datetime.fromisoformat(_short(value.strip()))
        except ValueError:
            return None
        return _day(found)
    return None


def _short(text: str) -> str:
    """Return the text with at most six digits of a second, which is all that Python keeps."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


def _unread(column: str, values: list[object], known: dict[object, int | None]) -> InputError:
    """Say what stands there instead of ISO dates: one other way of writing, or several."""
    ways: dict[str, list[int]] = defaultdict(list)
    for row, value in enumerate(values):
        ways["2024-03-31" if known[value] is not None else _way(value)].append(row)
    listed = "; ".join(f"like {values[rows[0]]!r} in {rows_text(rows)}" for rows in list(ways.values())[:3])
    said = "holds cells" if len(ways) == 1 else f"writes dates in {len(ways)} ways,"
    return InputError(f"column `{column}` {said} {listed}; expected dates like 2024-03-31", hint=_HINT)


def _way(value: object) -> str:
    """Return how a text writes a date: every digit is a 9, every letter an a."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", str(value)[:40]))


def _refuse_missing(column: str, missing: NDArray[np.bool_]) -> None:
    if missing.any():
        raise InputError(
            f"the date is missing in {count(int(missing.sum()))}: {rows_text(np.flatnonzero(missing))}",
            hint="leave these rows out: it is not known whether they came early or late",
        )


def _iso(day: int) -> str:
    return date.fromordinal(_EPOCH.toordinal() + day).isoformat()
