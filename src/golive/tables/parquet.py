"""Rows of text and numbers into a parquet file, through DuckDB, in a bounded memory."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from golive.tables.read import connected, exactly, name_in_sql, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def write_parquet(path: Path, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write a file that is not there yet.

    Parameters
    ----------
    path
        The file.
    columns
        Name -> DuckDB's type (``VARCHAR``, ``BIGINT``, ``DOUBLE``), in the order of the file.
    rows
        Cells by column, None where there is no value.

    Returns
    -------
    int
        Rows written.
    """
    encoder, count = msgspec.json.Encoder(), 0
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part") as lines:
        for row in rows:
            lines.write(encoder.encode(row) + b"\n")
            count += 1
        lines.flush()
        kinds = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns.items())
        names = ", ".join(name_in_sql(name) for name in columns)
        with connected(path) as connection:
            connection.execute(
                f"COPY (SELECT {names} FROM read_json({exactly(Path(lines.name))}, columns = {{{kinds}}},"
                f" format = 'newline_delimited', maximum_object_size = {1 << 26}))"
                f" TO {quoted(str(path))} (FORMAT parquet)"
            )
    return count
