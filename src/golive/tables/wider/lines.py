"""A csv made wider: every line stays as it is, to the byte, and cells are put behind it.

Lines are taken one by one, so a file of any size needs little memory; separator, quoting, encoding, byte order mark
and line ends are those of the file because nothing of it is written anew. Two things are: a cell that a spreadsheet
would run is made harmless, and the line that holds it is quoted again.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from golive.errors import InputError
from golive.tables.formulas import harmless, is_formula
from golive.tables.read import DELIMITERS, NULLS
from golive.tables.wider.parts import AT_ONCE, Batch, Cell, Wide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from golive.tables.wider.parts import Added, Fill

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BOM = "\ufeff"
_MISSING = frozenset(NULLS)
_SHOWN = 5
_END = re.compile(r"(\r\n|\n|\r)\Z")


class _Line(NamedTuple):
    """A record of the file: one line, or several where a quoted cell holds line ends."""

    place: int
    cells: list[str]
    raw: str


class Lines(Wide):
    """A csv, see `golive.tables.wider.parts.Wide`.

    Parameters
    ----------
    path
        ``.csv``, ``.tsv``, ``.txt`` or ``.csv.gz``.
    encoding
        Of the file; UTF-8, or what its byte order mark says, where none is named.

    Raises
    ------
    InputError
        Not text in that encoding, no first line with names, a name that occurs twice.
    """

    def __init__(self, path: Path, *, encoding: str | None = None) -> None:
        super().__init__(path, decimal=".")
        self._encoding = encoding or _marked(path)
        self.delimiter = self._found_delimiter()
        first = next(self._lines(), None)
        if first is None or not "".join(first.cells).strip():
            raise InputError(
                f"`{path.name}` is empty; expected a first line with the names of the columns",
                hint="name a file with rows",
            )
        self.names = tuple(name or f"Unnamed: {at}" for at, name in enumerate(first.cells))
        repeated = sorted({name for name in self.names if self.names.count(name) > 1})
        if repeated:
            raise InputError(f"`{path.name}` has the column `{repeated[0]}` twice", hint="rename one of the two")

    def batches(self, names: Collection[str], numbers: Collection[str] = ()) -> Iterator[Batch]:
        """Read some columns as text, in order.

        Raises
        ------
        InputError
            Lines with more or fewer cells than names; the first few are named.
        """
        wrong: list[_Line] = []
        wanted = self._places(names)
        for lines in self._grouped():
            wrong += [line for line in lines if len(line.cells) != len(self.names)]
            if not wrong:
                yield _batch(lines, wanted)
        if wrong:
            raise self._broken(wrong)

    def where(self, place: int, column: str) -> str:
        return f"line {place}, column `{column}`"

    def write(
        self, out: Path, added: Sequence[Added], names: Collection[str], numbers: Collection[str], fill: Fill
    ) -> None:
        """Write the file with cells behind each line."""
        wanted, quoted = self._places(names), _Quoting(self.delimiter, self.decimal or ".")
        neutral: list[tuple[int, int]] = []
        with _open(out, self._encoding, "wt", like=self.path) as file:
            source = self._lines()
            file.write(_behind(_calm(next(source), quoted, neutral), [one.name for one in added], quoted))
            for lines in self._grouped(source, blank=True):
                filled = [line for line in lines if line.cells]
                columns = iter(list(zip(*fill(_batch(filled, wanted)), strict=True)) if filled else [])
                for line in lines:
                    file.write(_behind(_calm(line, quoted, neutral), next(columns), quoted) if line.cells else line.raw)
        if neutral:
            more = "1 cell looks" if len(neutral) == 1 else f"{len(neutral):,} cells look"
            where = self.where(neutral[0][0], self.names[neutral[0][1]])
            self.notes.append(f"{more} like a formula and got a leading apostrophe, the first in {where}")

    def _places(self, names: Collection[str]) -> Mapping[str, int]:
        return {name: at for at, name in enumerate(self.names) if name in names}

    def _grouped(self, source: Iterator[_Line] | None = None, *, blank: bool = False) -> Iterator[list[_Line]]:
        """Yield the records behind the first line in groups; a line with nothing on it is no record."""
        if source is None:
            source = self._lines()
            next(source)
        group: list[_Line] = []
        for line in source:
            if line.cells or blank:
                group.append(line)
            if len(group) == AT_ONCE:
                yield group
                group = []
        if group:
            yield group

    def _lines(self) -> Iterator[_Line]:
        taken: list[str] = []
        with self._reading() as file:
            reader = csv.reader(_kept(file, taken), delimiter=self.delimiter, strict=True)
            place = 1
            while True:
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as exc:
                    raise InputError(
                        f"`{self.path.name}` line {place} cannot be read: {exc}",
                        hint=f"is a quote missing? look at it with: sed -n {place}p {self.path.name}",
                    ) from exc
                raw = taken[0] if len(taken) == 1 else "".join(taken)
                if place == 1 and cells and cells[0].startswith(_BOM):
                    cells = next(csv.reader([raw.removeprefix(_BOM)], delimiter=self.delimiter, strict=True))
                yield _Line(place, cells, raw)
                place += len(taken)
                taken.clear()

    @contextmanager
    def _reading(self) -> Iterator[TextIO]:
        try:
            with _open(self.path, self._encoding, "rt", like=self.path) as file:
                yield file
        except UnicodeDecodeError as exc:
            raise InputError(
                f"`{self.path.name}` is not text in {self._encoding}: {exc.reason}",
                hint="--encoding names another one, for example --encoding cp1252 for a file of a Western Windows",
            ) from exc

    def _found_delimiter(self) -> str:
        with self._reading() as file:
            line = file.readline(1 << 20).removeprefix(_BOM).rstrip("\r\n")
        if "\0" in line:
            raise InputError(
                f"`{self.path.name}` is not text: it holds zero bytes", hint="expected lines of cells, names first"
            )
        try:
            return max(DELIMITERS, key=lambda sign: len(next(csv.reader([line], delimiter=sign), [])))
        except csv.Error as exc:
            raise InputError(f"the first line of `{self.path.name}` cannot be read: {exc}") from exc

    def _broken(self, wrong: Sequence[_Line]) -> InputError:
        shown = ", ".join(f"line {line.place} has {len(line.cells)}" for line in wrong[:_SHOWN])
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        return InputError(
            f"`{self.path.name}` has lines unlike its first, which has {len(self.names)} cells: {shown}{more}",
            hint=f"look at it with: sed -n {wrong[0].place}p {self.path.name}",
        )


class _Quoting:
    """Writes a cell the way csv wants it."""

    def __init__(self, delimiter: str, decimal: str) -> None:
        self.delimiter, self._decimal = delimiter, decimal
        self._special = re.compile(f'[{re.escape(delimiter)}"\r\n]')
        self.suspect = re.compile(rf'(?:^|{re.escape(delimiter)})"?[=+\-@\t\r]')

    def added(self, cell: Cell) -> str:
        if isinstance(cell, bool):
            return str(cell).lower()
        if isinstance(cell, float):
            return self(repr(cell).replace(".", self._decimal))
        return "" if cell is None else self(harmless(cell))

    def __call__(self, text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if self._special.search(text) else text


def _batch(lines: Sequence[_Line], wanted: Mapping[str, int]) -> Batch:
    columns: dict[str, list[Cell]] = {}
    for name, at in wanted.items():
        columns[name] = [None if (text := line.cells[at]) in _MISSING else text for line in lines]
    return Batch([line.place for line in lines], columns)


def _calm(line: _Line, quoted: _Quoting, neutral: list[tuple[int, int]]) -> str:
    """Return a line in which no cell is a formula; as it is where none was."""
    if not quoted.suspect.search(line.raw):
        return line.raw
    found = [at for at, cell in enumerate(line.cells) if is_formula(cell)]
    if not found:
        return line.raw
    neutral += [(line.place, at) for at in found]
    end = _END.search(line.raw)
    return quoted.delimiter.join(quoted(harmless(cell)) for cell in line.cells) + (end[0] if end else "")


def _behind(raw: str, cells: Sequence[Cell], quoted: _Quoting) -> str:
    """Put cells behind a line, before its end."""
    end = _END.search(raw)
    body = raw[: end.start()] if end else raw
    return quoted.delimiter.join([body, *map(quoted.added, cells)]) + (end[0] if end else "")


def _kept(file: TextIO, taken: list[str]) -> Iterator[str]:
    for line in file:
        taken.append(line)
        yield line


def _marked(path: Path) -> str:
    with _unpacked(path), gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        start = file.read(3)
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")


@contextmanager
def _open(path: Path, encoding: str, mode: str, *, like: Path) -> Iterator[TextIO]:
    """Open text without touching its line ends; what an encoding does not have is spelled out when it is written."""
    errors = "strict" if mode == "rt" else "backslashreplace"
    opened: Any = gzip.open if like.suffix == ".gz" else open
    with _unpacked(path), opened(path, mode, encoding=encoding, errors=errors, newline="") as file:
        yield file


@contextmanager
def _unpacked(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as exc:
        raise InputError(
            f"`{path.name}` is not a readable gzip file: {exc}", hint=f"look at it with: gunzip -t {path.name}"
        ) from exc
