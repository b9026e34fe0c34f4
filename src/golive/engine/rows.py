"""Rows of any kind into columns: frames are read by duck typing, so that neither pandas nor polars is needed.

In a *frame* (a pandas or polars DataFrame, a dict of columns) NaN, NaT, None and NA all mean missing and become null.
In a list of dicts only None is null; NaN is a problem, as it is in a single case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from golive.engine.contract import LARGEST, categories, is_text
from golive.engine.operations.operation import Text
from golive.errors import ContractError
from golive.records.contract import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.engine.operations.operation import Booleans, Codes, Column
    from golive.records.contract import Contract, Input

_ABSENT = object()
_MISSING = ("NAType", "NaTType")
_SCALAR = (str, bytes, int, float, type(None))


class Cells:
    """One row of a table as a case, read cell by cell when it is asked."""

    def __init__(self, table: Table, row: int) -> None:
        self._table, self._row = table, row

    def __getitem__(self, name: str) -> object:
        cell = self._table.columns[name][self._row]
        if self._table.frame and is_missing(cell):
            return None
        if isinstance(cell, np.datetime64):
            return written(cell)
        return cell.item() if isinstance(cell, np.generic) else cell


class Checked(NamedTuple):
    """Rows that were read against a contract."""

    columns: dict[str, Column]
    """One per input. What breaks the contract stands in them as missing (or false) and is marked in ``broken``."""
    broken: Booleans
    """(n,) true where a row breaks the contract."""
    table: Table


class Table:
    """Raw columns by name, each indexable by row number."""

    def __init__(self, columns: Mapping[str, Any], rows: int, *, frame: bool) -> None:
        self.columns = columns
        self.rows = rows
        self.frame = frame

    def case(self, row: int) -> dict[str, object]:
        """Return one row as a case; a missing value of a frame is null."""
        cells = {name: column[row] for name, column in self.columns.items()}
        if self.frame:
            return {name: None if is_missing(cell) else written(cell) for name, cell in cells.items()}
        return {name: cell for name, cell in cells.items() if cell is not _ABSENT}


def read(rows: object, contract: Contract) -> Checked:
    """Read rows into columns and mark those that break the contract.

    Parameters
    ----------
    rows
        A pandas or polars DataFrame, a dict of columns, or a list of dicts.
    contract
        Names and kinds of the inputs. Other columns are not looked at.

    Raises
    ------
    ContractError
        What was given is not rows: one case alone, columns of different lengths, a name that occurs twice.
    """
    table = table_of(rows, [known.name for known in contract.inputs])
    columns: dict[str, Column] = {}
    broken = np.zeros(table.rows, dtype=np.bool_)
    for known in contract.inputs:
        if known.name in table.columns:
            columns[known.name], wrong = _column(table.columns[known.name], known, frame=table.frame)
            if wrong is not None:
                broken |= wrong
        else:
            columns[known.name] = _nothing(known.kind, table.rows)
            broken[:] = True
    return Checked(columns, broken, table)


def table_of(rows: object, names: Sequence[str]) -> Table:
    """Return the named columns of some rows, those that are there."""
    if isinstance(rows, Mapping):
        return _from_columns({name: rows[name] for name in names if name in rows}, rows)
    if hasattr(rows, "columns") and hasattr(rows, "__getitem__"):
        return _from_frame(rows, names)
    if isinstance(rows, Iterable) and not isinstance(rows, (str, bytes)):
        return _from_cases(list(rows), names)
    raise ContractError(
        f"rows are a {type(rows).__name__}", hint="give a DataFrame, a dict of columns or a list of dicts"
    )


def written(cell: Any) -> Any:
    """Return a date of a frame as the text that a product sends (null where missing), anything else as it is."""
    if isinstance(cell, np.datetime64):
        return None if np.isnat(cell) else str(np.datetime_as_string(cell.astype("datetime64[us]")))
    return cell.isoformat() if hasattr(cell, "isoformat") else cell


def is_missing(value: object) -> bool:
    """Return whether a cell of a frame is missing: None, NaN, NaT or NA."""
    if value is None or type(value).__name__ in _MISSING:
        return True
    return isinstance(value, (float, np.generic)) and bool(value != value)


def _from_columns(columns: Mapping[str, Any], whole: Mapping[str, Any]) -> Table:
    if any(isinstance(column, _SCALAR) for column in whole.values()):
        raise ContractError("rows are one single case", hint="give a list of cases: `[case]`, or use decide(case)")
    arrays = {name: _array(column) for name, column in columns.items()}
    lengths = {name: len(array) for name, array in arrays.items()} or {"": _first_length(whole)}
    if len(set(lengths.values())) > 1:
        raise ContractError(f"the columns have different lengths: {lengths}")
    return Table(arrays, next(iter(lengths.values())), frame=True)


def _first_length(whole: Mapping[str, Any]) -> int:
    return next((len(column) for column in whole.values()), 0)


def _from_frame(frame: Any, names: Sequence[str]) -> Table:
    held = [str(name) for name in frame.columns]
    twice = [name for name in names if held.count(name) > 1]
    if twice:
        raise ContractError(f"the column `{twice[0]}` occurs {held.count(twice[0])} times", hint="keep one of them")
    keys = dict(zip(held, frame.columns, strict=True))  # a column called 0 is the input `0`
    return Table({name: _array(frame[keys[name]]) for name in names if name in keys}, len(frame), frame=True)


def _from_cases(cases: list[Any], names: Sequence[str]) -> Table:
    for number, case in enumerate(cases):
        if not isinstance(case, Mapping):
            raise ContractError(f"row {number} is a {type(case).__name__}; expected a dict of inputs")
    columns = {name: [case.get(name, _ABSENT) for case in cases] for name in names}
    return Table(columns, len(cases), frame=False)


def _array(column: Any) -> Any:
    """Return a column as a numpy array or a list."""
    if isinstance(column, (list, tuple)):
        return list(column)
    if _is_strings(column):
        return _Strings(column)
    if hasattr(column, "to_numpy"):
        column = column.to_numpy()
    array = np.asarray(column)
    if array.ndim != 1:
        raise ContractError(f"a column has the shape {array.shape}; expected one value per row")
    return array


def _is_strings(column: Any) -> bool:
    """Return whether a frame keeps codes of its own, or can make them faster than a dict: not from Python's strings."""
    dtype = getattr(column, "dtype", None)
    if isinstance(dtype, np.dtype) or getattr(dtype, "storage", "") == "python":
        return False
    return str(dtype) in ("str", "string", "category") and hasattr(column, "factorize")


def _nothing(kind: Kind, rows: int) -> Column:
    if kind is Kind.number:
        return np.full(rows, np.nan)
    return np.zeros(rows, dtype=np.bool_) if kind is Kind.boolean else Text(np.full(rows, -1, dtype=np.int32), [])


def _column(values: Any, known: Input, *, frame: bool) -> tuple[Column, Booleans | None]:
    """Return the column, and which rows are wrong; null when none is."""
    if known.kind is Kind.text:
        return _texts(values, known, frame=frame)
    if known.kind is Kind.boolean:
        return _booleans(values)
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return _doubles(values, nullable=known.nullable)
    numbers, null, wrong = _numbers(values, frame=frame)
    return numbers, wrong if known.nullable else wrong | null


def _doubles(values: NDArray[Any], *, nullable: bool) -> tuple[NDArray[np.float64], Booleans | None]:
    """Take floating-point numbers as they are; nothing is computed per row where the extremes fit."""
    numbers = np.ascontiguousarray(values, dtype=np.float64)
    inside = numbers.size and np.fmin.reduce(numbers) > -LARGEST and np.fmax.reduce(numbers) < LARGEST
    wrong = None if inside else np.abs(numbers) >= LARGEST
    if not nullable and (null := np.isnan(numbers)).any():
        return numbers, null if wrong is None else wrong | null
    return numbers, wrong


def _numbers(values: Any, *, frame: bool) -> tuple[NDArray[np.float64], Booleans, Booleans]:
    """Return numbers, which are null, which are wrong."""
    if isinstance(values, _Strings):
        values = [values[row] for row in range(len(values))]
    kind = values.dtype.kind if isinstance(values, np.ndarray) else "O"
    if kind in "iu":
        beyond = (values >= int(LARGEST)) | (values <= -int(LARGEST))
        return np.where(beyond, np.nan, values.astype(np.float64)), values != values, beyond
    if kind == "O":
        return _from_objects(values, frame=frame)
    nothing = np.zeros(len(values), dtype=np.bool_)
    return np.full(len(values), np.nan), nothing, ~nothing


def _from_objects(values: Iterable[Any], *, frame: bool) -> tuple[NDArray[np.float64], Booleans, Booleans]:
    cells = [_cell(value, frame=frame) for value in values]
    numbers = np.asarray([np.nan if isinstance(cell, str) else cell for cell in cells], dtype=np.float64)
    null, wrong = ([cell == word for cell in cells] for word in ("null", "wrong"))
    return numbers, np.asarray(null, dtype=np.bool_), np.asarray(wrong, dtype=np.bool_)


def _cell(value: Any, *, frame: bool) -> float | str:
    """Return the number, ``null`` or ``wrong``."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (frame and is_missing(value)):
        return "null"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "wrong"
    return float(value) if abs(value) < LARGEST else "wrong"


def _booleans(values: Any) -> tuple[Booleans, Booleans | None]:
    if isinstance(values, np.ndarray) and values.dtype.kind == "b":
        return values, None
    right = np.asarray([isinstance(value, (bool, np.bool_)) for value in values], dtype=np.bool_)
    return np.asarray(
        [value is not None and bool(fits and value) for value, fits in zip(values, right, strict=True)], dtype=np.bool_
    ), ~right


def _texts(values: Any, known: Input, *, frame: bool) -> tuple[Text, Booleans | None]:
    """Code a column by dictionary; each distinct value is judged once."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        values = [written(value) for value in values]
    coded = values if isinstance(values, _Strings) else _coded(values)
    allowed = categories(known)
    texts: list[str] = []
    table, wrong = np.full(len(coded.values), -1, dtype=np.int32), np.zeros(len(coded.values), dtype=np.bool_)
    for code, value in enumerate(coded.values):
        if isinstance(value, str) and (value in allowed if allowed is not None else is_text(value)):
            table[code] = len(texts)
            texts.append(str(value))
        elif value is None or (frame and is_missing(value)):
            wrong[code] = not known.nullable
        else:
            wrong[code] = True
    if len(texts) == len(coded.values):
        return Text(coded.codes, texts), None
    return Text(table[coded.codes], texts), wrong[coded.codes] if wrong.any() else None


class _Coded(NamedTuple):
    """A column as codes and the distinct values, whatever these are."""

    codes: Codes
    values: list[Any]


class _Ids(dict[Any, int]):
    """Gives each new key the next number."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


def _coded(values: Any) -> _Coded:
    listed = values.tolist() if isinstance(values, np.ndarray) else values
    try:
        return _numbered(listed)
    except TypeError:  # a cell without a hash is never text
        return _numbered([value if type(value).__hash__ is not None else _ABSENT for value in listed])


def _numbered(listed: Sequence[Any]) -> _Coded:
    ids = _Ids()
    try:  # few distinct values are the rule; bytes are made faster than numbers
        codes = np.frombuffer(bytes(map(ids.__getitem__, listed)), dtype=np.uint8).astype(np.int32)
    except ValueError:  # more than 256
        codes = np.fromiter(map(ids.__getitem__, listed), dtype=np.int32, count=len(listed))
    return _Coded(codes, list(ids))


class _Strings:
    """A column that a frame keeps as strings or categories, coded by the frame itself: no value is touched twice."""

    def __init__(self, column: Any) -> None:
        codes, values = column.factorize()
        self.values = [*list(values), None]
        self.codes = np.asarray(codes, dtype=np.int32)
        self.codes[self.codes < 0] = len(self.values) - 1

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> object:
        return self.values[self.codes[row]]
