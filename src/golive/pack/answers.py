"""What pandas and the model themselves answer: the only source of expected values.

Nothing of golive's graph is in here. Warnings of the libraries are kept inside; a row on which Python raises has no
answer.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype

from golive.errors import InputError, UnsupportedError
from golive.pack.frames import blamed
from golive.pack.trace.replayed import Replayed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from golive.pack.draft import Estimator

_ALIKE = 1e-5
"""What a library in single precision may make of the same row in another batch."""
ALONE = 100
"""Rows that are tried one at a time, at most."""


@dataclass(frozen=True)
class Answer:
    """What Python says about some raw rows."""

    cleaned: pd.DataFrame
    """The model's columns, in its order, one row per raw row; empty where the cleaning function raises."""
    score: NDArray[np.float64]
    """Probability of the event; NaN where Python raises."""
    is_cleaned: NDArray[np.bool_]
    """Rows that the cleaning function took."""
    is_asked: NDArray[np.bool_]
    """Rows that were scored, that a rule took away, or on which Python raised."""
    gone: NDArray[np.object_]
    """Name of the rule by which the cleaning function took the row away; empty where it did not."""

    def without(self, rows: NDArray[np.bool_]) -> Answer:
        """Return the same without some rows."""
        kept = self.cleaned.loc[~rows[self.cleaned.index.to_numpy(dtype=np.intp)]]
        return Answer(kept, self.score, self.is_cleaned & ~rows, self.is_asked & ~rows, np.where(rows, "", self.gone))


class Python:
    """The user's side: a model, its columns, and a cleaning function with frozen aggregates."""

    def __init__(
        self, model: Estimator, columns: Sequence[str], event_index: int,
        replay: Callable[[pd.DataFrame], Replayed] | None = None,
    ) -> None:  # fmt: skip
        self._model = model
        self._columns = list(columns)
        self._event_index = event_index
        self._replay = replay or (lambda frame: Replayed(frame, np.arange(len(frame)), {}))

    def training(self, cleaned: pd.DataFrame) -> Answer:
        """Answer for the training rows, which the user's own function cleaned and where nothing may raise.

        Raises
        ------
        InputError
            The model cannot score them; the column that it stumbled over is named where it can be found.
        """
        X = cleaned[self._columns]
        try:
            score = self._predict(X)
        except Exception as exc:
            raise InputError(
                blamed(X) or f"the model cannot score the cleaned training frame: {first_line(exc)}",
                hint="load it with the version of the library that it was fitted with, or fit it again with this one"
                if isinstance(exc, AttributeError)  # a pickle of another version lacks what this one looks for
                else "give the frame and the cleaning function that the model was fitted with",
            ) from exc
        if not np.all((score >= 0.0) & (score <= 1.0)):
            raise UnsupportedError("predict_proba gives something outside 0..1", hint="calibrate the classifier")
        every = np.ones(len(X), dtype=bool)
        return Answer(X, score, every, every, _nowhere(len(X)))

    def check_alone(self, answer: Answer) -> None:
        """Ask for some training rows alone: what production does, and where scikit-learn may answer otherwise.

        Raises
        ------
        UnsupportedError
            A row has another score alone than among the others, so there is no one answer to be equal to.
        """
        X = answer.cleaned
        for row in _telling_rows(X):
            alone, among = float(self._each(X.iloc[[row]])[0]), float(answer.score[row])
            if abs(alone - among) <= _ALIKE:
                continue
            missing = [
                f"`{name}`" for name in X.columns if is_object_dtype(X[name].dtype) and pd.isna(X[name].iloc[row])
            ]
            raise UnsupportedError(
                f"the model gives training row {row} the score {among:.6g} among the other rows and "
                f"{'none' if np.isnan(alone) else f'{alone:.6g}'} alone"
                + (f"; {', '.join(missing)} is missing in it" if missing else ""),
                hint="scikit-learn tells None from NaN, and which it sees may depend on the other rows; make them one"
                " before the model is fitted: df['x'] = df['x'].fillna('missing')",
            )

    def answer(
        self, raw: pd.DataFrame, silent: NDArray[np.bool_], ruled: NDArray[np.bool_] | None = None
    ) -> Answer:  # fmt: skip
        """Answer for any rows.

        Parameters
        ----------
        raw
            Rows before cleaning, numbered from 0.
        silent
            Rows on which the graph has no answer, so that Python should raise. They are tried one at a time, and no
            more than 100 of them.
        ruled
            Of these the rows that break a rule in the graph, which the cleaning function should take away; all at once.
        """
        ruled = np.zeros(len(raw), dtype=bool) if ruled is None else ruled & silent
        gone = _nowhere(len(raw))
        alone = np.flatnonzero(silent & ~ruled)[:ALONE]
        asked = [raw[~silent], raw[ruled], *(raw.iloc[[row]] for row in alone)]
        pieces = [self._cleaned(rows, gone) for rows in asked]
        scores = [(piece.index.to_numpy(), self._each(piece)) for piece in pieces]
        whole = pd.concat([piece for piece in pieces if len(piece)] or pieces[:1])
        score = np.full(len(raw), np.nan)
        for rows, values in scores:
            score[rows] = values
        is_asked = ~silent | ruled
        is_asked[alone] = True
        is_cleaned = np.zeros(len(raw), dtype=bool)
        is_cleaned[whole.index.to_numpy()] = True
        return Answer(whole.sort_index(), score, is_cleaned, is_asked, gone)

    def _cleaned(self, raw: pd.DataFrame, gone: NDArray[np.object_]) -> pd.DataFrame:
        """Clean all rows in one call; where that raises, halve until the rows are found, and leave them out.

        What a rule takes away is written into ``gone``.
        """
        if len(raw) == 0:
            return pd.DataFrame(columns=self._columns)
        try:
            with quiet():
                cleaned = self._replay(raw.reset_index(drop=True))
        except Exception:  # whatever it is: this row has no answer, which is what has to be found out
            if len(raw) == 1:
                return pd.DataFrame(columns=self._columns)
            middle = len(raw) // 2
            halves = (self._cleaned(half, gone) for half in (raw.iloc[:middle], raw.iloc[middle:]))
            parts = [part for part in halves if len(part)]
            return pd.concat(parts) if parts else pd.DataFrame(columns=self._columns)
        for place, rule in cleaned.gone.items():
            gone[raw.index[place]] = rule
        left: pd.DataFrame = cleaned.frame[self._columns]
        return left.set_axis(raw.index[cleaned.places], axis=0)

    def _each(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Score all rows in one call; where that raises, halve until the rows are found."""
        if len(X) == 0:
            return np.empty(0)
        try:
            return self._predict(X)
        except Exception:  # as above
            if len(X) == 1:
                return np.array([np.nan])
        middle = len(X) // 2
        return np.concatenate([self._each(X.iloc[:middle]), self._each(X.iloc[middle:])])

    def _predict(self, X: pd.DataFrame) -> NDArray[np.float64]:
        with quiet():
            return np.asarray(self._model.predict_proba(X), dtype=np.float64)[:, self._event_index]


def _telling_rows(X: pd.DataFrame) -> list[int]:
    """Return the first, and per column of objects the first few in which it is missing."""
    found = dict.fromkeys([0])
    for name in X.columns:
        if is_object_dtype(X[name].dtype):
            found |= dict.fromkeys(np.flatnonzero(X[name].isna())[:3].tolist())
    return list(found)[:ALONE]


def cleaned_by(clean: Callable[[pd.DataFrame], pd.DataFrame] | None, train: pd.DataFrame) -> pd.DataFrame:
    """Run the user's cleaning function on a copy of the training frame.

    Raises
    ------
    InputError
        It raises, or gives something else than a frame.
    """
    if clean is None:
        return train
    name = getattr(clean, "__name__", "clean")
    try:
        with quiet():
            cleaned = clean(train.copy())
    except Exception as exc:
        raise InputError(
            f"`{name}` raises on the training frame: {raised(exc, clean)}",
            hint=f"it must accept `train` as it is; the frame has: {', '.join(map(str, train.columns))}",
        ) from exc
    if not isinstance(cleaned, pd.DataFrame):
        raise InputError(f"`{name}` returns a {type(cleaned).__name__}; expected a DataFrame", hint="return df")
    return cleaned


def _nowhere(rows: int) -> NDArray[np.object_]:
    return np.full(rows, "", dtype=object)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings of other libraries inside: what they warn of is compared, or is not our user's to mend here."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def raised(exc: BaseException, function: object) -> str:
    """Return what a function of the user raises, and on which of its lines or of those that it calls beside it."""
    folder = Path(getattr(getattr(function, "__code__", None), "co_filename", "")).parent
    own = [step for step in extract_tb(exc.__traceback__) if Path(step.filename).parent == folder]
    where = f" ({Path(own[-1].filename).name}:{own[-1].lineno}: `{own[-1].line}`)" if own else ""
    return f"{type(exc).__name__}: {first_line(exc)}{where}"


def first_line(exc: BaseException) -> str:
    """Return the first line of what a foreign error says."""
    return (str(exc).strip().splitlines() or [type(exc).__name__])[0]
