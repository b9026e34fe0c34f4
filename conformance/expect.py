"""What pandas and the libraries themselves say. Runs in a process of its own, which never imports golive.

``python -m conformance.expect FOLDER ROWS NAME ...`` fits each case and writes ``FOLDER/NAME.pickle``: the fitted
model, the cleaned test rows, and what `predict_proba` gives for them.
"""

from __future__ import annotations

import pickle
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conformance import data
from conformance.cases import everything

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from conformance.cases import Case

_TRIED = 20
"""Rows of one kind that are tried alone, before the kind is believed to raise."""


@dataclass(frozen=True)
class Expected:
    """A fitted case and what Python says about the test rows."""

    model: Any
    score: NDArray[np.float64]
    """Probability of class 1; NaN where there is none."""
    raises: NDArray[np.bool_]
    """Rows on which the cleaning function or the model raises."""
    dropped: NDArray[np.bool_]
    """Rows that the cleaning function leaves out."""
    cleaned: pd.DataFrame
    """Cleaned rows, by their number in the test part; without those that raise or are left out."""


def main(folder: Path, rows: int, names: list[str]) -> None:
    warnings.simplefilter("ignore")
    train, test = data.training(), data.test(rows)
    for name in names:
        expected = expect(everything()[name], train, test)
        (folder / f"{name}.pickle").write_bytes(pickle.dumps(expected))
        print(name, flush=True)
    if any(module.partition(".")[0] == "golive" for module in sys.modules):
        raise SystemExit("golive was imported where expected values are made")


def expect(case: Case, train: pd.DataFrame, test: pd.DataFrame) -> Expected:
    raw = train[list(case.columns)]
    X = case.clean(raw.copy()) if case.clean else raw
    model = case.make()
    y = train[data.OUTCOME].loc[X.index]
    (case.fit or _plainly)(model, X.to_numpy() if case.array else X, y)
    return answer(case, model, raw, test[list(case.columns)])


def answer(case: Case, model: Any, train: pd.DataFrame, test: pd.DataFrame) -> Expected:
    def clean(rows: pd.DataFrame) -> pd.DataFrame:
        if case.frozen:
            return case.frozen(rows.copy(), train)  # type: ignore[no-any-return]
        return case.clean(rows.copy()) if case.clean else rows

    def one_row_each(rows: pd.DataFrame) -> pd.DataFrame:
        """Cleaned rows under their own numbers; a merge forgets them."""
        found = clean(rows)
        return found if found.index.isin(rows.index).all() or len(found) != len(rows) else found.set_axis(rows.index)

    kinds = kinds_of_rows(train, test)
    cleaned, cannot = tried(one_row_each, test.assign(), kinds)
    left = cleaned.index.to_numpy()
    score = np.full(len(test), np.nan)

    def predict(rows: pd.DataFrame) -> pd.DataFrame:
        given = model.predict_proba(rows.to_numpy() if case.array else rows)
        return pd.DataFrame({"score": np.asarray(given, dtype=np.float64)[:, 1]}, index=rows.index)

    found, silent = tried(predict, cleaned, kinds[left])
    score[found.index.to_numpy()] = found["score"].to_numpy()
    raises = np.zeros(len(test), dtype=bool)
    raises[[*cannot, *silent]] = True
    dropped = ~raises
    dropped[left] = False
    return Expected(model, score, raises, dropped, cleaned)


def kinds_of_rows(train: pd.DataFrame, test: pd.DataFrame) -> NDArray[np.intp]:
    """Number rows by what is unusual in them: missing values, texts that training never had, numbers beyond it."""
    marks = {}
    for name in test.columns:
        known, given = train[name], test[name]
        marks[f"{name} missing"] = given.isna()
        if pd.api.types.is_bool_dtype(known.dtype) or not pd.api.types.is_numeric_dtype(known.dtype):
            marks[f"{name} new"] = ~given.isin(known.unique()) & (known.nunique() < 500)
        else:
            marks[f"{name} low"], marks[f"{name} high"] = given < known.min(), given > known.max()
    return np.asarray(pd.DataFrame(marks).groupby(list(marks), sort=False).ngroup(), dtype=np.intp)


def tried(
    step: Callable[[pd.DataFrame], pd.DataFrame], rows: pd.DataFrame, kinds: NDArray[np.intp]
) -> tuple[pd.DataFrame, list[int]]:
    """Return what a step gives for the rows that it takes, and the numbers of those on which it raises."""
    try:
        return step(rows), []
    except Exception:  # whatever it is: which rows do it has to be found out
        pass
    pieces, cannot = [], []
    for kind in np.unique(kinds):
        piece, silent = _kind(step, rows[kinds == kind])
        pieces += piece
        cannot += silent
    return (pd.concat(pieces).sort_index() if pieces else rows.iloc[:0]), cannot


def _kind(
    step: Callable[[pd.DataFrame], pd.DataFrame], rows: pd.DataFrame
) -> tuple[list[pd.DataFrame], list[int]]:  # fmt: skip
    """Rows of one kind: all at once; else a few alone; else, where they differ, halves."""
    try:
        return [step(rows)], []
    except Exception:  # as above
        if len(rows) == 1:
            return [], rows.index.tolist()
    alone = [_kind(step, rows.iloc[[row]])[0] for row in range(min(_TRIED, len(rows)))]
    if not any(alone):
        return [], rows.index.tolist()
    middle = len(rows) // 2
    (first, no), (second, none) = _kind(step, rows.iloc[:middle]), _kind(step, rows.iloc[middle:])
    return [*first, *second], [*no, *none]


def _plainly(model: Any, X: Any, y: Any) -> None:
    model.fit(X, y)


if __name__ == "__main__":
    # The pickles name the class by its module, and this module is called __main__ here.
    from conformance.expect import main as by_its_name

    by_its_name(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
