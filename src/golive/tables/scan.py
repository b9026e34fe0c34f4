"""A file of rows that is too large to hold: opened once, read again for each table, in a bounded memory.

DuckDB reads parquet as it is. Text (a csv, or parquet columns of text) is cast once, by the same rule as
`golive.tables.cast`, into a parquet file in a temporary folder that goes away with the scan.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import InputError
from golive.maths.amounts import no_number
from golive.tables.files import PARQUET, kind_of, parts
from golive.tables.read import connected, csv_source, exactly, header, name_in_sql, quoted, texts_from
from golive.tables.stream import batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from golive.tables.read import Texts

    Arrays = dict[str, NDArray[Any]]

MEMORY = "160MB"
"""What DuckDB may hold; the rest of a bounded process is Python and its libraries."""
NUMERIC = (
    "DOUBLE", "FLOAT", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
)  # fmt: skip
LOOKED_AT = 100_000
"""Cells that are looked at for a message."""
ROW, OUTCOME, EVENT = "row", "outcome", "event"
KINDS: dict[str, type[np.generic]] = {ROW: np.int64, EVENT: np.int8}
"""Columns that are no doubles, beside those that were given codes."""
_NUMBER = r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*"


class Scan:
    """An open file: rows with ``row``, ``outcome`` (text) and number columns ``score``, ``x0``, ``x1`` ..."""

    def __init__(self, connection: Any, source: str, whole: str) -> None:
        self._connection = connection
        self._source = source
        self._whole = whole
        self._event = "false"
        self._coded: list[str] = []
        self.rows = int(connection.execute(f"select count(*) from {source}").fetchall()[0][0])

    def labels(self, most: int = 100) -> dict[str | None, int]:
        """Return the values of the outcome and how often each stands there, the most frequent first."""
        query = f"select {OUTCOME}, count(*) from {self._source} group by 1 order by 2 desc, 1 limit {most}"
        return {value: int(n) for value, n in self._connection.execute(query).fetchall()}

    def happened(self, events: Sequence[str]) -> None:
        """Say which texts of the outcome mean that the event happened: ``event`` is 1 there, else 0."""
        self._event = f"{OUTCOME} in ({', '.join(map(quoted, events))})"

    def batches(self, columns: Sequence[str], between: tuple[float, float] | None = None) -> Iterator[Arrays]:
        """Yield some columns of the rows, some thousand rows at a time, in no order; ``event`` is 1 or 0.

        Parameters
        ----------
        columns
            Of ``row``, ``event``, ``score``, ``x0`` ...
        between
            Lowest and highest score: the other rows are left out.
        """
        kinds = {name: np.int64 if name in self._coded else KINDS.get(name, np.float64) for name in columns}
        made = {EVENT: f"cast({self._event} as tinyint)"} | {name: f"coded_{name}.code" for name in self._coded}
        asked = ", ".join(f"{made.get(name, name)} as {name}" for name in columns)
        joined = "".join(
            f" left join coded_{name} on rows_.{name} is not distinct from coded_{name}.value"
            for name in self._coded
            if name in columns
        )
        where = "" if between is None else f" where score between {between[0]!r} and {between[1]!r}"
        return batches(self._connection.sql(f"select {asked} from {self._source} as rows_{joined}{where}"), kinds)

    def values(self, column: str, most: int) -> tuple[NDArray[np.object_], list[int]]:
        """Return the different values of ``t0`` ... as text, and how often each stands there; where there are more
        than ``most`` of them, at least so many."""
        first = f"select count(distinct {column}) from (select {column} from {self._source} limit {LOOKED_AT})"
        (seen,) = self._connection.execute(first).fetchall()[0]
        # An identifier has as many values as rows: they are not all gathered to be refused.
        rows = f"(select * from {self._source} limit {LOOKED_AT})" if seen > 2 * most else self._source
        different = f"select {column} as value, count(*) as n from {rows} group by 1 limit {2 * most + 1}"
        numbered = f"select row_number() over () as place, value, n from ({different})"
        self._connection.execute(f"create or replace temp table values_{column} as {numbered}")
        found = texts_from(self._connection, f"(select value, n from values_{column} order by place)", "")
        return found["value"], [int(n) for n in found["n"]]

    def code(self, column: str, codes: Sequence[int]) -> None:
        """Give each of the `values` a code: from now on the column holds the codes, in `batches`."""
        numbered = (
            f"(select generate_subscripts(list, 1) as place, unnest(list) as code from (select {list(codes)} as list))"
        )
        self._connection.execute(
            f"create or replace temp table coded_{column} as select value, cast(code as bigint) as code"
            f" from values_{column} join {numbered} using (place)"
        )
        self._coded.append(column)

    def first(self, column: str, condition: str) -> tuple[int, object]:
        """Return row number and value of the first row with a condition (in SQL)."""
        query = f"select {ROW}, {column} from {self._source} where {condition} order by {ROW} limit 1"
        row, value = self._connection.execute(query).fetchall()[0]
        return int(row), value

    def rows_with(self, cells: Sequence[str | None], most: int = 6) -> list[int]:
        """Return the first rows whose outcome is one of some cells."""
        texts = [quoted(cell) for cell in cells if cell is not None]
        conditions = [f"{OUTCOME} is null"] if None in cells else []
        conditions += [f"{OUTCOME} in ({', '.join(texts)})"] if texts else []
        query = f"select {ROW} from {self._source} where {' or '.join(conditions)} order by {ROW} limit {most}"
        return [int(row) for (row,) in self._connection.execute(query).fetchall()]

    def cells(self, rows: Sequence[int]) -> Texts:
        """Return all columns of some rows as text, in the order of the file."""
        self._connection.execute(f"create or replace temp table chosen as select unnest({list(rows)}) as {ROW}")
        numbered = f"(select * exclude ({ROW}) from {self._whole} where {ROW} in (select {ROW} from chosen))"
        return texts_from(self._connection, numbered, "")


@contextmanager
def scanned(
    path: Path, *, score: str, outcome: str, amounts: Sequence[str] = (), texts: Sequence[str] = ()
) -> Iterator[Scan]:
    """Open a file of rows.

    Parameters
    ----------
    path
        Csv or parquet, also many parts.
    score, outcome, amounts
        Columns; ``amounts`` become ``x0``, ``x1`` ...
    texts
        More columns, of any kind: ``t0``, ``t1`` ...

    Raises
    ------
    InputError
        A line that is not like the others, parts of different columns, a cell that is not a number.
    """
    files = parts(path)
    folder = Path(tempfile.mkdtemp(prefix="golive-"))
    settings: dict[str, str | bool] = {
        "memory_limit": MEMORY,
        "preserve_insertion_order": True,
        "temp_directory": str(folder / "spill"),
    }
    try:
        with connected(files[0], **settings) as connection:
            wanted = {"score": score, **{f"x{at}": name for at, name in enumerate(amounts)}}
            kept = {OUTCOME: outcome, **{f"t{at}": name for at, name in enumerate(texts)}}
            source = _source(connection, files, kept, wanted, folder)
            connection.execute("set preserve_insertion_order = false")
            yield Scan(connection, source, _numbered(files))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def columns_of(path: Path) -> tuple[str, ...]:
    """Return the names of the columns of a csv or parquet file."""
    files = parts(path)
    if kind_of(files[0]) != PARQUET:
        return tuple(header(files[0])[0])
    with connected(files[0]) as connection:
        query = f"describe select * from read_parquet({exactly(files[0])})"
        return tuple(name for name, *_ in connection.execute(query).fetchall())


def _source(
    connection: Any, files: Sequence[Path], kept: Mapping[str, str], numbers: Mapping[str, str], folder: Path
) -> str:
    if kind_of(files[0]) != PARQUET:
        names, _ = header(files[0])
        return _cast(connection, csv_source(files[0]), dict.fromkeys(names, "VARCHAR"), kept, numbers, folder)
    found = f"read_parquet([{', '.join(map(exactly, files))}], file_row_number = true)"
    kinds = {name: kind for name, kind, *_ in connection.execute(f"describe select * from {found}").fetchall()}
    if len(files) > 1 or any(not _numeric(kinds[name]) for name in numbers.values()):
        return _cast(connection, found, kinds, kept, numbers, folder)
    columns = [f"cast({name_in_sql(name)} as double) as {alias}" for alias, name in numbers.items()]
    return f"(select file_row_number as {ROW}, {', '.join([*_as_text(kept), *columns])} from {found})"


def _as_text(kept: Mapping[str, str]) -> list[str]:
    """Return the outcome as text, and other columns as they are: Python writes their fractions."""
    return [
        f"cast({name_in_sql(name)} as varchar) as {alias}" if alias == OUTCOME else f"{name_in_sql(name)} as {alias}"
        for alias, name in kept.items()
    ]


def _numbered(files: Sequence[Path]) -> str:
    """Return how SQL names the rows of the files as they are, with their numbers."""
    if kind_of(files[0]) != PARQUET:
        return f"(select *, row_number() over () - 1 as {ROW} from {csv_source(files[0])})"
    names = ", ".join(map(exactly, files))
    if len(files) > 1:
        return f"(select *, row_number() over () - 1 as {ROW} from read_parquet([{names}]))"
    source = f"read_parquet({names}, file_row_number = true)"
    return f"(select * exclude (file_row_number), file_row_number as {ROW} from {source})"


def _cast(
    connection: Any,
    source: str,
    kinds: Mapping[str, str],
    kept: Mapping[str, str],
    numbers: Mapping[str, str],
    folder: Path,
) -> str:
    """Cast text once, into a parquet file; a cell that is no number becomes infinite, a missing one stays missing."""
    made = [f"{_number(name, kinds[name])} as {alias}" for alias, name in numbers.items()]
    target = folder / "rows.parquet"
    made = [*_as_text(kept), *made]
    connection.execute(f"copy (select {', '.join(made)} from {source}) to {quoted(str(target))} (format parquet)")
    columns = ", ".join([*kept, *numbers])
    result = (
        f"(select file_row_number as {ROW}, {columns} from read_parquet({quoted(str(target))}, file_row_number = true))"
    )
    for alias, name in numbers.items():
        if not _numeric(kinds[name]):
            bad = f"select min({ROW}) from {result} where isinf({alias})"
            row = connection.execute(bad).fetchall()[0][0]
            if row is not None:
                cells = f"select {name_in_sql(name)} from {source} limit 1 offset {row}"
                text = connection.execute(cells).fetchall()[0][0]
                beside = f"select {name_in_sql(name)} from {source} where isinf({_number(name, kinds[name])})"
                wrong = connection.execute(f"{beside} limit {LOOKED_AT}").fetchall()
                more, hint = no_number(text, [cell for (cell,) in wrong])
                raise InputError(f"column `{name}` holds {text!r} in row {row}{more}; expected a number", hint=hint)
    return result


def _number(name: str, kind: str) -> str:
    cell = name_in_sql(name)
    if _numeric(kind):
        return f"cast({cell} as double)"
    text = f"cast({cell} as varchar)"
    right = f"regexp_full_match({text}, {quoted(_NUMBER)})"
    cast = f"case when {right} then cast(trim({text}) as double) else 'inf'::double end"
    return f"case when {cell} is null then null else {cast} end"


def _numeric(kind: str) -> bool:
    return kind in NUMERIC or kind.startswith("DECIMAL")
