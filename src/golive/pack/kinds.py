"""What each raw column is to the graph, read from its pandas type and its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from golive.records.contract import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Kinds:
    """The columns that can be inputs, and why the others cannot."""

    known: Mapping[str, Kind]
    unfit: Mapping[str, tuple[str, str]]
    """Column -> what is wrong with it, and what to do."""


def kinds_of(frame: pd.DataFrame, *, without: str | None) -> Kinds:
    """Return the kind of every column but the outcome."""
    known: dict[str, Kind] = {}
    unfit: dict[str, tuple[str, str]] = {}
    for name in frame.columns:
        if name == without:
            continue
        found = _kind(frame[name])
        if isinstance(found, Kind):
            known[name] = found
        else:
            unfit[name] = found
    return Kinds(known, unfit)


def _kind(column: pd.Series) -> Kind | tuple[str, str]:
    dtype = column.dtype
    if isinstance(dtype, pd.StringDtype):
        if dtype.na_value is pd.NA:
            return f"it is `{dtype}`, in which a missing text compares as neither true nor false", "astype(object)"
        return Kind.text
    if isinstance(dtype, pd.CategoricalDtype):
        return _kind_of_categories(dtype)
    if not isinstance(dtype, np.dtype):
        return f"it is `{dtype}`", "astype('float64'), astype(object) or astype(bool), before the model is fitted"
    if dtype.kind == "b":
        return Kind.boolean
    if dtype.kind in "iu" or dtype == np.float64:
        return Kind.number
    if dtype.kind == "f":
        return f"it is {dtype}, and a product sends doubles", "astype('float64'), before the model is fitted"
    if dtype.kind == "M":
        return Kind.text  # a product sends dates as text: 2024-03-31
    if dtype.kind == "m":
        return f"it is {dtype}", "hand in both dates, or the time between them as a number"
    return _kind_of_cells(column)


def _kind_of_categories(dtype: pd.CategoricalDtype) -> Kind | tuple[str, str]:
    if len(dtype.categories) and all(isinstance(one, str) for one in dtype.categories):
        return Kind.text
    what = f"it is a category of {dtype.categories.dtype}"
    return what, 'hand in plain numbers, and make them a category in the cleaning function: .astype("category")'


def _kind_of_cells(column: pd.Series) -> Kind | tuple[str, str]:
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred == "string":
        return Kind.text
    if inferred == "boolean" and not column.isna().any():
        return Kind.boolean
    if inferred == "boolean":
        return "it is true, false or missing, and a boolean is never missing", "map it to 1, 0 and NaN"
    largest = max(column.dropna().tolist(), key=abs) if inferred == "integer" else 0
    if abs(largest) > 2**53:
        return f"it holds {largest}, beyond 2**53, where whole numbers are no longer exact", "mend the cell"
    return f"its cells are {inferred}", "make the column one type, for example astype('float64')"
