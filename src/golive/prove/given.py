"""The optional columns: what a row stands for, and how it is told apart from others. Checked before any sum.

They change how rows fill the score table, and nothing behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import InputError
from golive.maths.folds import fold_of_text
from golive.maths.units import scaled
from golive.maths.words import count, rows_text
from golive.prove.cases import column_names, is_missing, label_text, one_column
from golive.prove.dates import Dated, dated
from golive.prove.labels import Labels, read_labels
from golive.tables.cast import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]

MOST_REPEATED = 50_000_000
"""Rows that counts may add up to: repeated rows are really repeated, in memory."""


@dataclass(frozen=True)
class Given:
    """The optional columns of n rows; None where there is none."""

    n: int
    repeats: Integers | None = None
    """How many rows each stands for, (n,); 0 leaves it out."""
    weight: Values | None = None
    """Sampling weights as they were given, (n,)."""
    customer: Integers | None = None
    """Code of the customer, (n,): its place among all ids, sorted as texts."""
    fold: Integers | None = None
    """Fold of the customer, (n,)."""

    @property
    def rows(self) -> int:
        """Rows that are measured."""
        return self.n if self.repeats is None else int(self.repeats.sum())

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Repeat values of the rows, (..., n), as often as the rows stand for."""
        return values if self.repeats is None else np.repeat(values, self.repeats, axis=-1)

    def spread_codes(self, codes: Integers | None) -> Integers | None:
        return None if codes is None else self.spread(codes)

    def rows_of(self, spread: Sequence[int]) -> tuple[int, ...]:
        """Return the rows that some of the repeated ones stand for, each once."""
        if self.repeats is None:
            return tuple(spread)
        return tuple(np.unique(np.repeat(np.arange(self.n), self.repeats)[list(spread)]).tolist())

    def scaled_weight(self) -> Values | None:
        """Return the weights of the measured rows, adding up to their number."""
        return None if self.weight is None else scaled(self.spread(self.weight))


def given(n: int, columns: object, *, group: object = None, counts: object = None, weight: object = None) -> Given:
    """Read the optional columns.

    Parameters
    ----------
    n
        Rows.
    columns
        Where a column that is named by a text is looked up.
    group
        The customer of each row: one value per row, or the name of a column.
    counts
        How many equal rows each stands for.
    weight
        Sampling weight of each row.

    Raises
    ------
    InputError
        Of other rows, missing, negative, infinite, no number; a count that is not whole. Column, value and row are
        named.
    """
    read = _Reader(n, columns)
    customer, fold = read.customers(group)
    weights, repeats = read.numbers("weight", weight), read.counts(counts)
    if weights is not None and not weights.any():
        raise InputError("the weight is 0 in all rows; expected the share of the world that each row stands for")
    if weights is not None:  # a row without weight stands for nobody
        repeats = np.where(weights > 0, np.ones(n, dtype=np.int64) if repeats is None else repeats, 0)
        repeats = None if (repeats == 1).all() else repeats
    return Given(n, repeats, weights, customer, fold)


def told_apart_by(stands: Given, columns: object, wanted: object, name: str) -> tuple[Labels, ...]:
    """Read columns of segments or groups: the name of one, several names, or a dict of columns."""
    if wanted is None:
        return ()
    if isinstance(wanted, str):
        wanted = [wanted]
    read = _Reader(stands.n, columns)
    named: dict[str, object] = {}
    if isinstance(wanted, dict) or hasattr(wanted, "columns"):
        named = {column: wanted[column] for column in column_names(wanted)}  # type: ignore[index]  # a dict or a frame
    elif isinstance(wanted, (list, tuple)) and all(isinstance(one, str) for one in wanted):
        named = {one: read.named(name, one) for one in wanted}
    elif getattr(wanted, "name", None):  # a Series
        named = {str(wanted.name): wanted}  # type: ignore[attr-defined]  # just asked
    else:
        raise InputError(
            f"`{name}` is {type(wanted).__name__}; expected the name of a column, several names, or a dict of columns",
            hint=f"{name}={{'region': frame['region']}}",
        )
    return tuple(read_labels(column, stands.spread(read.column(column, values))) for column, values in named.items())


def dated_by(stands: Given, columns: object, date: object) -> Dated | None:
    """Read the dates of the measured rows: values, or the name of a column."""
    if date is None:
        return None
    name = date if isinstance(date, str) else str(getattr(date, "name", None) or "date")
    if isinstance(date, dict):  # a column with its name
        ((name, date),) = date.items()
    return dated(name, stands.spread(_Reader(stands.n, columns).column("date", date)))


@dataclass(frozen=True)
class _Reader:
    n: int
    columns: object

    def column(self, name: str, values: object) -> NDArray[Any]:
        """Return the values of an optional column; a text is the name of a column among the others."""
        if isinstance(values, str):
            values = self.named(name, values)
        array = one_column(name, values)
        if len(array) != self.n:
            raise InputError(
                f"`{name}` has {count(len(array))}, the outcomes have {self.n:,}; they must be the same rows"
            )
        return array

    def numbers(self, name: str, values: object) -> Values | None:
        if values is None:
            return None
        array = self.column(name, values)
        found = np.array([_number(one) for one in array.tolist()], dtype=np.float64)
        self._refuse(name, array, ~np.isfinite(found), "missing or no finite number", "a number")
        self._refuse(name, array, found < 0, "negative", "0 or more")
        return found

    def counts(self, values: object) -> Integers | None:
        found = self.numbers("count", values)
        if found is None:
            return None
        self._refuse("count", found, found != np.floor(found), "not whole", "a whole number of equal rows")
        if found.sum() > MOST_REPEATED:
            raise InputError(
                f"the counts add up to {found.sum():,.0f} rows; expected at most {MOST_REPEATED:,}",
                hint="give them as weights: the points are the same",
            )
        if not found.any():
            raise InputError("the count is 0 in all rows; expected the number of equal rows that each stands for")
        return found.astype(np.int64)

    def customers(self, values: object) -> tuple[Integers, Integers] | tuple[None, None]:
        if values is None:
            return None, None
        array = self.column("group", values)
        missing = np.array([is_missing(one) for one in array.tolist()])
        self._refuse("group", array, missing, "missing", "the customer of each row")
        known, code = np.unique(
            np.array([label_text(one) for one in array.tolist()], dtype=object), return_inverse=True
        )
        if len(known) == 1:
            raise InputError(
                f"all rows belong to the customer `{known[0]}`; expected several customers",
                hint="leave --group out when each row stands for itself",
            )
        return code.astype(np.int64), fold_of_text(known.tolist())[code]

    def named(self, name: str, column: str) -> object:
        """Return the column that is looked up by its name."""
        try:
            return self.columns[column]  # type: ignore[index]  # a frame or a dict, or nothing at all
        except (KeyError, TypeError):
            raise InputError(
                f"`{name}` names the column `{column}`, which is not among the columns given",
                hint="pass the raw frame with columns=frame, or the values themselves",
            ) from None

    def _refuse(self, name: str, values: NDArray[Any], wrong: Bools, what: str, expected: str) -> None:
        rows = np.flatnonzero(wrong)
        if len(rows):
            raise InputError(
                f"the {name} is {what} in {count(len(rows))}: {rows_text(rows)}, the first is {values[rows[0]]!r};"
                f" expected {expected}",
                hint=_HINTS[name],
            )


_HINTS = {
    "count": "a count says how many equal rows stand behind this one; what is not whole is a weight",
    "weight": "a weight says how many cases of the world this row stands for",
    "group": "give rows without a customer an id of their own",
}


def _number(value: object) -> float:
    if isinstance(value, str):
        value = number(value)
    try:
        return float(value)  # type: ignore[arg-type]  # whatever it is, that is the question
    except (TypeError, ValueError):
        return float("nan")
