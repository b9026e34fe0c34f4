"""Read csv, parquet and workbooks, every cell as text; csv and parquet through DuckDB.

DuckDB's own guessing turns yes/no into booleans and 007 into 7, so nothing is guessed: delimiter and header are read
from the first line, all columns are text, and `golive.tables.cast` gives them the types of the contract. pandas is
never loaded, extensions are never fetched.

A cell is missing when it is empty or spells one of `NULLS` (the same as pandas' defaults), quoted or not. In parquet
only a real null and a NaN are missing.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import os
import re
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from golive.errors import InputError, WorldError, need
from golive.tables.book import read_book, sheets
from golive.tables.files import BOOKS, PARQUET, PATTERN, kind_of, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray

Texts = dict[str, "NDArray[np.object_]"]
"""Column -> text or None, (n,) each, in the order of the file."""

NULLS = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip
DELIMITERS = (",", ";", "\t", "|")
FRACTIONS = ("DOUBLE", "FLOAT")
LONGEST_HEADER = 1 << 20
LOOKED_THROUGH = 1 << 28
"""Bytes from which a csv is first looked through for broken lines: that takes no memory, holding all rows does."""


def read(path: str | Path, *, sheet: str | None = None, most: int | None = None) -> Texts:
    """Read rows as text.

    Parameters
    ----------
    path
        ``.csv``, ``.csv.gz`` (also ``.tsv``, ``.txt``), ``.parquet`` or ``.xlsx``; or a folder or a pattern of parquet
        parts, see `golive.tables.files.parts`.
    sheet
        Sheet of a workbook; the first one by default.
    most
        Rows to read from the top; all by default. Of parts, so many of each.

    Raises
    ------
    InputError
        No such file, an unknown kind, an empty file, a repeated column, a line that is not like the others (its number
        is named), parts of different columns, a sheet that is not there.
    """
    files = parts(Path(path))
    kind = kind_of(files[0])
    if kind in BOOKS:
        return {name: cells[:most] for name, cells in read_book(files[0], sheet=sheet, missing=NULLS).items()}
    if sheet is not None:
        raise InputError(
            f"`{files[0].name}` has no sheets; the sheet `{sheet}` was asked for", hint="leave --sheet out"
        )
    limit = "" if most is None else f"limit {most}"
    return _read_parts(files, limit) if kind == PARQUET else _read_csv(files[0], limit)


def other_sheets(path: Path) -> tuple[str, ...]:
    """Return the sheets of a workbook that are not read unless somebody asks for them."""
    return sheets(path)[1:] if path.suffix.lower() in BOOKS else ()


def many(path: Path, most: int) -> bool:
    """Return whether a file has more rows than some number; of a csv, more lines. Workbooks never have."""
    files = parts(path)
    kind = kind_of(files[0])
    if kind in BOOKS:
        return False
    if kind == PARQUET:
        with connected(files[0]) as connection:
            query = f"select count(*) from read_parquet([{', '.join(map(exactly, files))}])"
            return int(connection.execute(query).fetchall()[0][0]) > most
    lines = -1  # the header is no row
    with gzip.open(files[0]) if kind.endswith(".gz") else files[0].open("rb") as file:
        while piece := file.read(1 << 22):
            lines += piece.count(b"\n")
            if lines > most:
                return True
    return False


def header(path: Path) -> tuple[list[str], str]:
    """Return the names in the first line of a csv, each once, and the delimiter between them."""
    try:
        with _open(path) as file:
            start = file.readline(LONGEST_HEADER)
    except (EOFError, gzip.BadGzipFile, zlib.error) as exc:
        raise _no_gzip(path, str(exc)) from exc
    line = _text(start, path)
    if not line.strip():
        raise InputError(
            f"`{path.name}` is empty; expected a first line with the names of the columns", hint="name a file with rows"
        )
    try:
        delimiter = max(DELIMITERS, key=lambda sign: len(_split(line, sign)))
        names = [name or f"Unnamed: {at}" for at, name in enumerate(_split(line, delimiter))]
    except csv.Error as exc:
        raise InputError(
            f"the first line of `{path.name}` cannot be read: {exc}", hint="expected the names of the columns"
        ) from exc
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(f"`{path.name}` has the column `{repeated[0]}` twice", hint="rename one of the two")
    return names, delimiter


def _read_csv(path: Path, limit: str) -> Texts:
    source = csv_source(path)
    with connected(path) as connection:
        if not limit and path.stat().st_size > LOOKED_THROUGH:
            connection.execute(f"select count(columns(*)) from {source}").fetchall()
        found = connection.execute(f"select * from {source} {limit}").fetchnumpy()
        return {name: _texts(column) for name, column in found.items()}


def csv_source(path: Path) -> str:
    """Return how SQL names the rows of a csv: every column as text, by the rules of this file."""
    names, delimiter = header(path)
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    compression = "gzip" if path.suffix == ".gz" else "none"
    return f"""read_csv({exactly(path)}, auto_detect = false, header = true, delim = {quoted(delimiter)},
                        quote = '"', escape = '"', columns = {{{columns}}},
                        nullstr = [{", ".join(map(quoted, NULLS))}], compression = '{compression}')"""


def _read_parts(files: Sequence[Path], limit: str) -> Texts:
    """Read parquet parts one after the other: as text, an integer in one part may be a fraction in the next."""
    found = [_read_parquet(file, limit) for file in files]
    first = list(found[0])
    for file, part in zip(files[1:], found[1:], strict=True):
        for name, here, there in (
            *((name, file, files[0]) for name in part if name not in first),
            *((name, files[0], file) for name in first if name not in part),
        ):
            raise InputError(
                f"`{here.name}` has the column `{name}`, `{there.name}` has not; expected parts with the same columns",
                hint="name only parts that were written together",
            )
    return {name: np.concatenate([part[name] for part in found]) for name in first}


def _read_parquet(path: Path, limit: str) -> Texts:
    with connected(path) as connection:
        return texts_from(connection, f"read_parquet({exactly(path)})", limit)


def texts_from(connection: Any, source: str, limit: str) -> Texts:
    """Return rows of a source (in SQL) as text; ``limit`` is what stands behind it: a condition, or how many."""
    kinds = {name: kind for name, kind, *_ in connection.execute(f"describe select * from {source}").fetchall()}
    # Older DuckDB writes some doubles one digit short, so fractions stay numbers until Python writes them.
    casts = ", ".join(
        f"cast({name_in_sql(name)} as {'double' if kind in FRACTIONS else 'varchar'}) as {name_in_sql(name)}"
        for name, kind in kinds.items()
    )
    found = connection.execute(f"select {casts} from {source} {limit}").fetchnumpy()
    return {name: _written(column) if kinds[name] in FRACTIONS else _texts(column) for name, column in found.items()}


def _texts(column: NDArray[np.object_]) -> NDArray[np.object_]:
    values = np.array(np.ma.getdata(column), dtype=object)
    values[np.ma.getmaskarray(column)] = None
    return values


def _written(column: NDArray[np.float64]) -> NDArray[np.object_]:
    """Write doubles as the shortest text that reads back as the same double."""
    missing = np.ma.getmaskarray(column) | np.isnan(np.ma.getdata(column))
    values = np.array([repr(value) for value in np.ma.getdata(column).tolist()], dtype=object)
    values[missing] = None
    return values


def quoted(text: str) -> str:
    """Quote a text for SQL."""
    # Bound parameters would make DuckDB look for pandas, and load it.
    return "'" + text.replace("'", "''") + "'"


def exactly(path: Path) -> str:
    """Quote the name of one file: for DuckDB every name is a pattern, and `a[1].csv` would be the file `a1.csv`."""
    return quoted("".join(f"[{char}]" if char in PATTERN else char for char in str(path)))


def name_in_sql(text: str) -> str:
    """Quote the name of a column for SQL."""
    return '"' + text.replace('"', '""') + '"'


def _text(start: bytes, path: Path) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(f"`{path.name}` is UTF-16, not UTF-8 text", hint=f"iconv -f utf-16 -t utf-8 {path.name}")
    if b"\0" in start:
        raise InputError(
            f"`{path.name}` is not text: it holds zero bytes", hint="expected lines of cells, with the names first"
        )
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise InputError(f"`{path.name}` is not UTF-8 text", hint=f"iconv -f latin1 -t utf-8 {path.name}") from exc


def _no_gzip(path: Path, why: str) -> InputError:
    return InputError(
        f"`{path.name}` is not a readable gzip file: {why}", hint=f"look at it with: gunzip -t {path.name}"
    )


def _open(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter))


@contextmanager
def connected(path: Path, **settings: str | bool) -> Iterator[Any]:
    """Open DuckDB in memory; its errors become ours, about a file. ``settings`` are DuckDB's."""
    duckdb = need("duckdb", extra="prove")
    own = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": _threads()}
    with duckdb.connect(":memory:", config=own | settings) as connection:
        # In a shell it would draw a bar on stdout, which belongs to the data.
        connection.execute("set enable_progress_bar = false")
        try:
            yield connection
        except (duckdb.Error, MemoryError) as exc:
            raise _translated(exc, path) from exc


def _threads() -> int:
    return max(1, min(8, os.cpu_count() or 1))


def _translated(exc: Exception, path: Path) -> InputError | WorldError:
    text = str(exc)
    if isinstance(exc, MemoryError) or type(exc).__name__ == "OutOfMemoryException":
        return WorldError(
            f"`{path.name}` does not fit into memory", hint="keep only the columns that are needed, and write parquet"
        )
    if "GZIP" in text:
        return _no_gzip(path, "its end is missing" if "end of GZIP" in text else "it is damaged")
    if type(exc).__name__ == "IOException":
        return WorldError(f"`{path.name}` could not be read: {text.splitlines()[0]}")
    line = re.search(r"Line:\s*(\d+)", text)
    what = re.search(r"(?m)^(Expected Number of Columns.*|Value with unterminated quote.*|Invalid unicode.*)$", text)
    said = what[1].strip() if what else text.splitlines()[0]
    if line:
        return InputError(
            f"`{path.name}` line {line[1]} cannot be read: {said}",
            hint=f"look at it with: sed -n {line[1]}p {path.name}",
        )
    return InputError(f"`{path.name}` cannot be read: {said}")
