"""Raw rows made from training rows: some cells changed, everything else left, types kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from golive.engine.operations import Text
from golive.pack.dates import as_texts, is_date, with_dates
from golive.records.contract import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.engine.operations import Column
    from golive.records.contract import Contract, Input

Cell = float | str | bool | None
Edits = dict[str, Cell]


class Sample:
    """The training rows as a quarry for others."""

    def __init__(self, train: pd.DataFrame, contract: Contract) -> None:
        self.train = train
        self.contract = contract
        self.inputs: dict[str, Input] = {known.name: known for known in contract.inputs}
        self.columns: dict[str, Column] = {name: _column(train[name], known) for name, known in self.inputs.items()}

    def __len__(self) -> int:
        return len(self.train)

    def is_whole(self, name: str) -> bool:
        """Return whether the column was of an integer type, so that the function was only ever given integers."""
        return bool(self.train[name].dtype.kind in "iu")

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Return the column as doubles."""
        column = self.columns[name]
        assert isinstance(column, np.ndarray)
        return column.astype(np.float64)

    def taken(self, base: NDArray[np.intp], name: str, values: NDArray[np.float64]) -> dict[str, Column]:
        """Return engine columns: training rows ``base``, with one number replaced."""
        made: dict[str, Column] = {}
        for other, column in self.columns.items():
            if other == name:
                made[other] = values
            else:
                made[other] = Text(column.codes[base], column.values) if isinstance(column, Text) else column[base]
        return made

    def is_fractional(self, edits: Edits) -> bool:
        """Return whether a cell gives an integer column a number that is none."""
        return any(isinstance(cell, float) and cell % 1 != 0 and self.is_whole(name) for name, cell in edits.items())

    def frame(self, base: Sequence[int], edits: Sequence[Edits], *, fractional: bool = False) -> pd.DataFrame:
        """Return raw rows: training row ``base[i]`` with the cells of ``edits[i]`` replaced, numbered from 0.

        ``fractional`` makes doubles of integer columns, as pandas does when one number in them is none.
        """
        made = self.train.iloc[list(base)].reset_index(drop=True)
        if fractional:
            made = made.astype({name: "float64" for name in self.inputs if self.is_whole(name)})
        changed: dict[str, tuple[list[int], list[Cell]]] = {}
        for row, edit in enumerate(edits):
            for name, cell in edit.items():
                rows, cells = changed.setdefault(name, ([], []))
                rows.append(row)
                cells.append(cell)
        replaced = {name: self._replaced(made[name], name, *change) for name, change in changed.items()}
        return made.assign(**replaced)

    def _replaced(self, column: pd.Series, name: str, rows: list[int], cells: list[Cell]) -> pd.Series:
        if self.inputs[name].kind is Kind.number:
            values = column.to_numpy(copy=True)
            if self.is_whole(name) and values.dtype.kind != "f":
                values = values.astype(np.int64)  # as pandas reads whole numbers; narrower ones have no room
            values[rows] = [np.nan if cell is None else cell for cell in cells]
            return pd.Series(values, index=column.index)
        if is_date(column):
            return with_dates(column, rows, cells)
        objects = column.to_numpy(dtype=object, copy=True)
        objects[rows] = [self._missing(name) if cell is None else cell for cell in cells]
        return pd.Series(objects, index=column.index, dtype=column.dtype)

    def _missing(self, name: str) -> object:
        """Return how the training frame writes a missing text."""
        missing = self.train[name][self.train[name].isna()]
        return missing.iloc[0] if len(missing) else None


def _column(column: pd.Series, known: Input) -> Column:
    if known.kind is Kind.number:
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    if known.kind is Kind.boolean:
        return column.to_numpy(dtype=np.bool_)
    codes, values = pd.factorize(as_texts(column) if is_date(column) else column)
    return Text(codes.astype(np.int32), [str(value) for value in values])
