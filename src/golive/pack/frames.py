"""The frames that were handed in, looked at before anything is computed from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from golive.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.pack.draft import Estimator

FEWEST = 30
"""Rows below which neither a range nor a category list says anything."""


def checked(frame: object, what: str, *, fewest: int = FEWEST) -> pd.DataFrame:
    """Return the frame when it can be worked with.

    Parameters
    ----------
    frame
        What was handed in.
    what
        What people call it: ``train`` or ``holdout``.
    fewest
        Rows it must have.

    Raises
    ------
    InputError
        Not a pandas DataFrame, too few rows, a column name that is not text or that occurs twice.
    """
    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"`{what}` is a {type(frame).__name__}; expected a pandas DataFrame", hint="pd.read_csv(...)")
    _check_names(frame, what)
    if frame.empty:
        raise InputError(
            f"`{what}` has {len(frame)} rows and {frame.shape[1]} columns; expected data",
            hint="give the rows that the model was fitted on" if what == "train" else "give rows, or leave it out",
        )
    if len(frame) < fewest:
        raise InputError(
            f"`{what}` has {len(frame)} rows; expected at least {fewest}",
            hint="give the whole frame that the model was fitted on" if what == "train" else "",
        )
    return frame


def model_columns(model: Estimator, cleaned: pd.DataFrame, outcome: str | None) -> tuple[str, ...]:
    """Return the columns that the model was fitted on, in its order.

    Raises
    ------
    InputError
        One of them is not there, or the model kept no names and the number of columns differs.
    """
    there = [name for name in cleaned.columns if name != outcome]
    wanted = _fitted_names(model)
    # Older LightGBM calls the columns of an array Column_0, Column_1 and so on; CatBoost calls them 0, 1.
    nameless = all(re.fullmatch(r"(Column_)?\d+", name) and name not in there for name in wanted)
    if nameless:
        return _by_position(model, there)
    # LightGBM writes spaces as underscores.
    renamed = {re.sub(r"\s", "_", name): name for name in there} if "lightgbm" in type(model).__module__ else {}
    found = [name if name in cleaned.columns else renamed.get(name) for name in wanted]
    missing = [name for name, column in zip(wanted, found, strict=True) if column is None]
    if missing:
        raise InputError(
            f"the model was fitted with the column{'s' if missing[1:] else ''} {listed(missing)}, "
            f"and the cleaned training frame has no such column",
            hint=f"it has: {listed(there)}. Give the frame and the cleaning function that the model was fitted with",
        )
    return tuple(name for name in found if name is not None)


def _fitted_names(model: Estimator) -> list[str]:
    """Return the names that the model kept; none where it was fitted on an array."""
    for attribute in ("feature_names_in_", "feature_names_"):  # CatBoost has the first and leaves it empty
        try:
            names = getattr(model, attribute)
        except AttributeError:
            continue
        if names is not None:
            return [str(name) for name in names]
    return []


def require(frame: pd.DataFrame, names: Sequence[str], what: str) -> None:
    """Raise when a raw column is not there."""
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise InputError(
            f"`{what}` has no column {listed(missing)}", hint=f"it has: {listed([str(c) for c in frame.columns])}"
        )


def blamed(frame: pd.DataFrame) -> str:
    """Name the column that a model most likely stumbled over, and the cell; empty when none stands out."""
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_float_dtype(column.dtype) and len(rows := np.flatnonzero(np.isinf(column.to_numpy()))):
            return f"column `{name}` is infinite in {len(rows)} rows, first in row {rows[0]}"
        if not pd.api.types.is_numeric_dtype(column.dtype) and (found := _text_among_numbers(column, str(name))):
            return found
    return ""


def _text_among_numbers(column: pd.Series, name: str) -> str:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return ""
    filled = column.notna().to_numpy(dtype=bool)
    numeric = pd.to_numeric(column, errors="coerce").notna().to_numpy(dtype=bool)
    texts = np.flatnonzero(filled & ~numeric)
    if not texts.size or texts.size > filled.sum() / 2:
        return ""
    return f"column `{name}` holds the text {str(column.iloc[texts[0]])!r} in row {texts[0]} among numbers"


def listed(names: Sequence[str], most: int = 12) -> str:
    """Join names for a message."""
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def _check_names(frame: pd.DataFrame, what: str) -> None:
    if isinstance(frame.columns, pd.MultiIndex):
        raise InputError(
            f"`{what}` has column names of {frame.columns.nlevels} levels",
            hint="df.columns = ['_'.join(map(str, c)) for c in df.columns]",
        )
    odd = [name for name in frame.columns if not isinstance(name, str)]
    if odd:
        raise InputError(f"`{what}` has a column named {odd[0]!r}; expected text", hint="df.columns.astype(str)")
    twice = frame.columns[frame.columns.duplicated()].unique().tolist()
    if twice:
        raise InputError(f"`{what}` has {listed(twice)} more than once", hint="keep one of each, or rename them")


def _by_position(model: Estimator, there: Sequence[str]) -> tuple[str, ...]:
    wanted = getattr(model, "n_features_in_", None)
    if wanted is not None and wanted != len(there):
        raise InputError(
            f"the model was fitted on {wanted} columns without names, and the cleaned training frame has {len(there)}: "
            f"{listed(there)}",
            hint="fit the model on a DataFrame, or let the cleaning function return only the model's columns",
        )
    return tuple(there)
