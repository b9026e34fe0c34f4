"""Rows as people find them in their file: lines of a csv, counted from 1 with the names in line 1.

Whatever is wrong with rows is said of arrays, which know no file: ``rows 3, 7 (from 0)``
(`golive.maths.words.rows_text`). Where the rows came from a csv, the same words become ``lines 5, 9``. Parquet,
workbooks and frames have no lines; there it stays as it is.
"""

from __future__ import annotations

import csv
import gzip
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import numpy as np

from golive.errors import InputError
from golive.maths.words import rows_text
from golive.tables.files import BOOKS, PARQUET, kind_of, parts
from golive.tables.read import header

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_ROWS = re.compile(r"\brows? (\d+(?:, \d+)*)( \.\.\.)? \(from 0\)")
_BARE = re.compile(
    r"([\d,]+ of [\d,]+ rows break [\w ]*contract; row \d+(?=:)|.*\b(?:in|is) row \d+(?=[;,]|$))", re.DOTALL
)
"""A message that does not say where its row counts from: of a contract, or the last one named; what stands before it
may be text of a cell."""
SHOWN = 12
"""Rows that are named where they are no mistake."""


@contextmanager
def lines_of(path: Path, kept: NDArray[np.bool_] | None = None) -> Iterator[None]:
    """Name lines of a csv in whatever is said of its rows inside.

    Parameters
    ----------
    path
        The file.
    kept
        Which of its rows are counted, (rows of the file,); all by default.
    """
    try:
        yield
    except InputError as exc:
        bare = _BARE.match(exc.message)
        said = exc.message if bare is None else f"{bare[0]} (from 0){exc.message[bare.end() :]}"
        exc.message = _ROWS.sub(lambda rows: _named(path, kept, rows), said)
        exc.args = (exc.message,)
        raise


def rows_in(path: Path, rows: Sequence[int], kept: NDArray[np.bool_] | None = None) -> str:
    """Return the words for some rows of a file: ``lines 5, 9``."""
    return _ROWS.sub(lambda found: _named(path, kept, found), rows_text(rows, most=SHOWN))


def _named(path: Path, kept: NDArray[np.bool_] | None, found: re.Match[str]) -> str:
    rows = [int(row) for row in found[1].split(", ")]
    if kept is not None:
        rows = np.flatnonzero(kept)[rows].tolist()
    lines, more = _lines(path, rows), found[2] or ""
    named, end = ("row", " (from 0)") if lines is None else ("line", "")
    return f"{named}{'s' if len(rows) > 1 else ''} {', '.join(map(str, lines or rows))}{more}{end}"


def _lines(path: Path, rows: Sequence[int]) -> list[int] | None:
    """Return the line on which each row begins; None where a file has no lines."""
    file = parts(path)[0]
    kind = kind_of(file)
    if kind in (PARQUET, *BOOKS):
        return None
    names, delimiter = header(file)
    found = dict.fromkeys(rows, 0)
    with _opened(file) as text:
        reader = csv.reader(text, delimiter=delimiter)
        row, last = -2, 0
        for cells in reader:
            row += bool(cells) or len(names) == 1  # an empty line is no row, unless a row is one cell
            if row in found and not found[row]:
                found[row] = last + 1
            last = reader.line_num
            if row >= max(rows):
                break
    return list(found.values())


def _opened(file: Path) -> TextIO:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")
