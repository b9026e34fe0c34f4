"""A parquet file made wider, by DuckDB: its columns keep their types, their order and the compression.

Cells to be added are written into a temporary csv beside the new file and joined by position, so neither file is ever
held in memory.
"""

from __future__ import annotations

import csv
import math
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from golive.errors import InputError
from golive.tables.read import FRACTIONS, connected, exactly, name_in_sql, quoted
from golive.tables.wider.parts import AT_ONCE, Batch, Cell, Wide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from golive.tables.wider.parts import Added, Fill

MEMORY = "160MB"
"""What DuckDB may hold."""
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_DATES = ("DATE", "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S")
_KINDS = {"text": "varchar", "number": "double", "truth": "boolean"}
_CODECS = ("snappy", "zstd", "gzip", "brotli", "lz4", "lz4_raw", "uncompressed")


class Columns(Wide):
    """A parquet file, see `golive.tables.wider.parts.Wide`.

    Raises
    ------
    InputError
        Not parquet, or names that differ only in upper and lower case, which DuckDB cannot keep apart.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with self._connected() as connection:
            found = connection.execute(f"describe select * from {self._source}").fetchall()
            written = connection.execute(f"select name from parquet_schema({exactly(path)})").fetchall()
        self._kinds = {name: kind for name, kind, *_ in found}
        self.names = tuple(self._kinds)
        if strange := [name for name in self.names if (name,) not in written]:
            raise InputError(
                f"`{path.name}` has two columns that differ only in upper and lower case: one reads as `{strange[0]}`",
                hint="rename one of the two",
            )

    def batches(self, names: Collection[str], numbers: Collection[str] = ()) -> Iterator[Batch]:
        wanted = [name for name in self.names if name in names]
        cells = ", ".join(self._cell(name, number=name in numbers) for name in wanted) or "1"
        with self._connected() as connection:
            found = connection.execute(f"select {cells} from {self._source}")
            place = 1
            while rows := found.fetchmany(AT_ONCE):
                columns = dict(zip(wanted, map(_plain, zip(*rows, strict=True)), strict=False))
                yield Batch(range(place, place + len(rows)), columns)
                place += len(rows)

    def where(self, place: int, column: str) -> str:
        return f"row {place}, column `{column}`"

    def write(
        self, out: Path, added: Sequence[Added], names: Collection[str], numbers: Collection[str], fill: Fill
    ) -> None:
        folder = Path(tempfile.mkdtemp(prefix="golive-"))
        try:
            beside = folder / "added.csv"
            with beside.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
                writer.writerow([f"c{at}" for at in range(len(added))])
                for batch in self.batches(names, numbers):
                    writer.writerows(map(_row, zip(*fill(batch), strict=True)))
            with self._connected() as connection:
                connection.execute(self._copy(out, added, beside, self._codec(connection)))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def _source(self) -> str:
        return f"read_parquet({exactly(self.path)})"

    def _copy(self, out: Path, added: Sequence[Added], beside: Path, codec: str) -> str:
        columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(added)))
        read = (
            f"read_csv({exactly(beside)}, auto_detect = false, header = true, delim = ',', quote = '\"', "
            f"escape = '\"', nullstr = '', allow_quoted_nulls = true, columns = {{{columns}}})"
        )
        cells = ", ".join(
            f"cast(substr(b.c{at}, 2) as {_KINDS[one.kind]}) as {name_in_sql(one.name)}" for at, one in enumerate(added)
        )
        joined = f"select a.*, {cells} from {self._source} a positional join {read} b"
        return f"copy ({joined}) to {quoted(str(out))} (format parquet, compression {codec})"

    def _codec(self, connection: Any) -> str:
        found = connection.execute(f"select compression from parquet_metadata({exactly(self.path)}) limit 1").fetchall()
        codec = str(found[0][0]).lower() if found else "snappy"
        return codec if codec in _CODECS else "snappy"

    def _cell(self, name: str, *, number: bool) -> str:
        kind, cell = self._kinds[name], name_in_sql(name)
        if name in self.forms and kind in _DATES:
            return f"strftime({cell}, {quoted(self.forms[name])})"
        # Older DuckDB writes some doubles one digit short, so fractions stay numbers until Python writes them.
        return f"cast({cell} as {'double' if kind in FRACTIONS or (number and kind in _WHOLE) else 'varchar'})"

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        spill = tempfile.mkdtemp(prefix="golive-")
        try:
            with connected(self.path, memory_limit=MEMORY, temp_directory=spill) as connection:
                yield connection
        finally:
            shutil.rmtree(spill, ignore_errors=True)


def _row(cells: Sequence[Cell]) -> list[str]:
    """Return cells for the temporary csv: null is an empty one, everything else stands behind a mark."""
    return ["" if cell is None else f".{cell}" for cell in cells]


def _plain(cells: Sequence[Cell]) -> list[Cell]:
    """Return cells in which NaN is null."""
    return [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in cells]
