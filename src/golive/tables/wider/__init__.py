"""A file of rows with columns added: read in batches, written again in its own format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.errors import InputError
from golive.tables.files import BOOKS, PARQUET, kind_of
from golive.tables.wider.parts import Added, Batch, Cell, Wide

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Added", "Batch", "Cell", "Wide", "wide"]


def wide(path: Path, *, sheet: str | None = None, encoding: str | None = None) -> Wide:
    """Open a file to which columns are to be added.

    Parameters
    ----------
    path
        ``.csv``, ``.tsv``, ``.txt``, ``.csv.gz``, ``.parquet``, ``.xlsx`` or ``.xlsm``.
    sheet
        Of a workbook; the first one by default.
    encoding
        Of a csv; UTF-8, or what its byte order mark says, by default.

    Raises
    ------
    InputError
        No such file, an unknown kind, nothing in it, a repeated column, an option that is not for this kind.
    """
    kind = kind_of(path)
    for option, given, fits in (("sheet", sheet, kind in BOOKS), ("encoding", encoding, kind not in (PARQUET, *BOOKS))):
        if given is not None and not fits:
            raise InputError(f"`{path.name}` has no {option} to choose; --{option} was given", hint="leave it out")
    if encoding is not None and not _is_encoding(encoding):
        raise InputError(f"there is no encoding `{encoding}`", hint="for example utf-8, cp1252, latin1, utf-16")
    if path.stat().st_size == 0:
        raise InputError(f"`{path.name}` is empty", hint="name a file with rows")
    if kind in BOOKS:
        from golive.tables.wider.book import Book

        return Book(path, sheet=sheet)
    if kind == PARQUET:
        from golive.tables.wider.columns import Columns

        return Columns(path)
    from golive.tables.wider.lines import Lines

    return Lines(path, encoding=encoding)


def _is_encoding(name: str) -> bool:
    try:
        "".encode(name)
    except LookupError:  # unknown, or a codec that is not about text
        return False
    return True
