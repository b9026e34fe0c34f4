"""A file of rows as cases of a contract: who each one is, and what each cell means.

A cell that is not what the contract says stays as it is, so that the engine sends the row to the fallback and says why.
What makes the whole file unclear (a column that is not there, ids that are not ids, two decimal signs) is refused
before anything is decided.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from golive.errors import InputError
from golive.records.contract import Kind
from golive.records.document import digest_file
from golive.records.fields import nearest
from golive.tables.cast import need_inputs, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from golive.records.contract import Contract, Input
    from golive.tables.wider import Batch, Cell, Wide

POINT, COMMA = ".", ","
_TRUTH = {"true": True, "false": False}
_WITH_COMMA = re.compile(r"\s*[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_THOUSANDS = re.compile(r"\s*[+-]?\d{1,3}(,\d{3})+\s*", re.ASCII)
_SHOWN = 5
_LONGEST = 200


class Cases(NamedTuple):
    """Some cases that follow each other."""

    ids: list[str]
    columns: dict[str, list[Cell]]
    """Input -> value of the type in the contract, null, or the text of the file where it is no such value."""

    def inputs(self) -> Iterator[dict[str, object]]:
        """Yield each case as the product would send it."""
        names = list(self.columns)
        for cells in zip(*self.columns.values(), strict=True):
            yield dict(zip(names, cells, strict=True))

    def arrays(self) -> dict[str, Any]:
        """Return the columns as the engine reads them fastest."""
        return {name: _array(cells) for name, cells in self.columns.items()}


class Reader:
    """Reads the cases of an open file.

    Parameters
    ----------
    source
        The open file.
    path
        Its place; made ids are taken from its bytes.
    contract
        The inputs.
    ids
        The column that names the cases; without one the ids are made: the digest of the file and the row's number.
    decimal
        The decimal sign of a csv, when it is known.

    Raises
    ------
    ContractError
        Columns are missing.
    InputError
        Ids that are missing, too long or there twice; numbers with both decimal signs, or with one that may also part
        thousands.
    """

    def __init__(
        self, source: Wide, path: Path, contract: Contract, *, ids: str | None = None, decimal: str | None = None
    ) -> None:
        need_inputs(source.names, contract)
        if decimal is not None and source.decimal is None:
            raise InputError(f"`{path.name}` holds numbers as numbers; a decimal sign was given", hint="leave it out")
        if ids is not None and ids not in source.names:
            raise InputError(
                f"there is no column `{ids}` to name the cases{nearest(ids, source.names)}",
                hint=f"the file has: {', '.join(source.names)}",
            )
        self._source, self._inputs, self._ids = source, contract.inputs, ids
        source.forms.update({one.name: one.form for one in contract.inputs if "%" in one.form})
        self.names = frozenset({one.name for one in contract.inputs} | ({ids} if ids else set()))
        self.numbers = frozenset(one.name for one in contract.inputs if one.kind is Kind.number)
        self._made = f"f-{digest_file(path).removeprefix('sha256:')[:16]}" if ids is None else ""
        self.rows = 0
        self._first = 0
        self._look_through(decimal)

    def cases(self, batch: Batch) -> Cases:
        """Return the cases of a batch; batches are handed in in order."""
        columns = {one.name: _typed(batch.columns[one.name], one, self._source.decimal) for one in self._inputs}
        if self._ids is not None:
            return Cases([id_of(cell) or "" for cell in batch.columns[self._ids]], columns)
        self._first += len(batch.places)
        numbers = range(self._first - len(batch.places) + 1, self._first + 1)
        return Cases([f"{self._made}-{number}" for number in numbers], columns)

    def _look_through(self, decimal: str | None) -> None:
        """Read the whole file once, so that what is wrong with it is known before the first decision."""
        signs, ids = _Signs(self._source), _Ids(self._source, self._ids or "")
        for batch in self._source.batches(self.names, self.numbers):
            self.rows += len(batch.places)
            if self._source.decimal is not None and decimal is None:
                signs.look(batch, self.numbers)
            if self._ids is not None:
                ids.look(batch)
        if not self.rows:
            raise InputError("the file has names but no rows", hint="name a file with cases")
        ids.refuse()
        if self._source.decimal is not None:
            self._source.decimal = decimal or signs.found()


class _Signs:
    """Which decimal sign do the numbers of a csv have?"""

    def __init__(self, source: Wide) -> None:
        self._source = source
        self._seen: dict[str, str] = {}
        """``point``, ``comma`` or ``either`` (1,500) -> the first cell of its kind."""

    def look(self, batch: Batch, names: frozenset[str]) -> None:
        for name in names:
            for at, cell in enumerate(batch.columns[name]):
                if isinstance(cell, str) and (COMMA in cell or POINT in cell):
                    self._one(cell, batch.places[at], name)

    def _one(self, cell: str, place: int, name: str) -> None:
        if COMMA not in cell:
            kind = "point" if number(cell) is not None else ""
        elif _THOUSANDS.fullmatch(cell):
            kind = "either"
        else:
            kind = "comma" if _WITH_COMMA.fullmatch(cell) else ""
        if kind and kind not in self._seen:
            self._seen[kind] = f"{cell.strip()} in {self._source.where(place, name)}"

    def found(self) -> str:
        seen = self._seen
        comma = seen.get("comma") or seen.get("either")
        if comma and "point" in seen:
            raise InputError(
                f"numbers are written with a point ({seen['point']}) and with a comma ({comma})",
                hint="write all alike; or --decimal point (or comma) says which is meant, and the others go to people",
            )
        if comma and "comma" not in seen:
            raise InputError(
                f"the comma may part thousands or decimals: {comma}",
                hint="--decimal comma or --decimal point says which",
            )
        return COMMA if comma else POINT


class _Ids:
    """Are the ids of a column ids? Of each only a number of 64 bits is kept, so that millions fit."""

    def __init__(self, source: Wide, column: str) -> None:
        self._source, self._column = source, column
        self._hashes = array("q")
        self._wrong: list[str] = []
        self._bad = 0

    def look(self, batch: Batch) -> None:
        for place, cell in zip(batch.places, batch.columns[self._column], strict=True):
            text = id_of(cell)
            if text is None or len(text) > _LONGEST or not text.isprintable():
                self._bad += 1
                what = "is empty" if text is None else "is no line of at most 200 printable characters"
                if len(self._wrong) < _SHOWN:
                    self._wrong.append(f"{self._source.where(place, self._column)} {what}")
            self._hashes.append(hash(text))

    def refuse(self) -> None:
        problems = list(self._wrong)
        if self._bad > len(problems):
            problems.append(f"{self._bad - len(problems):,} more")
        problems += self._repeated()
        if problems:
            raise InputError(
                f"the column `{self._column}` does not name the cases: {'; '.join(problems)}",
                hint="each case needs an id of its own; without --id they are made",
            )

    def _repeated(self) -> list[str]:
        values, times = np.unique(np.frombuffer(self._hashes, dtype=np.int64), return_counts=True)
        suspects = set(values[times > 1].tolist())
        if not suspects:
            return []
        places: dict[str, list[int]] = {}
        for batch in self._source.batches([self._column]):
            for place, cell in zip(batch.places, batch.columns[self._column], strict=True):
                text = id_of(cell)
                if text is not None and hash(text) in suspects and len(places) <= 100 * _SHOWN:
                    places.setdefault(text, []).append(place)
        twice = [(text, where) for text, where in places.items() if len(where) > 1]
        shown = [
            f"{text!r} stands in {self._source.where(where[0], self._column)} and again in {where[1]}"
            for text, where in twice[:_SHOWN]
        ]
        return shown + ([f"{len(twice) - _SHOWN:,} more twice"] if len(twice) > _SHOWN else [])


def id_of(cell: Cell) -> str | None:
    """Return a cell as the id of a case; a whole number has no fraction."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return None if cell is None or not str(cell).strip() else str(cell)


def _typed(cells: Sequence[Cell], known: Input, decimal: str | None) -> list[Cell]:
    if known.kind is Kind.text:
        return [cell if cell is None or isinstance(cell, str) else repr(cell) for cell in cells]
    if known.kind is Kind.boolean:
        return [_TRUTH.get(cell.strip().lower(), cell) if isinstance(cell, str) else cell for cell in cells]
    read = _with_comma if decimal == COMMA else number
    return [cell if not isinstance(cell, str) or (value := read(cell)) is None else value for cell in cells]


def _with_comma(text: str) -> float | None:
    if POINT in text:
        return None
    return number(text.replace(COMMA, POINT, 1))


def _array(cells: list[Cell]) -> Any:
    if all(cell is None or isinstance(cell, float) for cell in cells):
        return np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
    return cells
