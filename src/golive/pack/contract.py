"""The contract, read from the training frame: what one case must look like before it is scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from golive.engine.contract import LARGEST
from golive.errors import InputError
from golive.records.contract import Contract, Input, Kind, Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from golive.records.contract import RowRule

MOST_CATEGORIES = 100
"""A text column with more values than this is free text."""


def probe(
    train: pd.DataFrame, kinds: Mapping[str, Kind], used: Sequence[str], tolerant: Collection[str], *,
    event: str, outcome: str | None, reasons: str, reasons_in: str = "log-odds", rules: tuple[RowRule, ...] = (),
    forms: Mapping[str, str] | None = None,
) -> Contract:  # fmt: skip
    """Describe the inputs that the graph uses.

    Parameters
    ----------
    train
        The raw training frame.
    kinds
        Kind of each column.
    used
        The inputs, in the order of the frame.
    tolerant
        Text inputs whose unknown values the user's own encoder was told to accept; others break the contract.
    event, outcome, reasons, reasons_in, rules
        Fields of the contract.
    forms
        Text inputs that are read as dates, and how they are written.

    Raises
    ------
    InputError
        A training row that no case may look like: an infinite number, or a whole number beyond 2**53.
    """
    forms = forms or {}
    inputs = tuple(
        _input(train[name], name, kinds[name], accept=name in tolerant, form=forms.get(name, "")) for name in used
    )
    return Contract(
        inputs=inputs, event=event, outcome=outcome or "", reasons=reasons, reasons_in=reasons_in, rows=len(train),
        rules=rules,
    )  # fmt: skip


def tolerant(
    used: Sequence[str], tolerated: Collection[str], depends: Mapping[str, tuple[str, ...]]
) -> frozenset[str]:  # fmt: skip
    """Return the inputs whose unknown values go only to encoders that were told to accept them."""
    goes_to = {name: {column for column, made_of in depends.items() if name in made_of} for name in used}
    return frozenset(name for name, columns in goes_to.items() if columns and columns <= set(tolerated))


def _input(column: pd.Series, name: str, kind: Kind, *, accept: bool, form: str) -> Input:
    nullable = bool(column.isna().any())
    if kind is Kind.number:
        low, high = _range(column, name)
        return Input(name=name, kind=kind, nullable=nullable, low=low, high=high)
    if kind is Kind.boolean:
        return Input(name=name, kind=kind, nullable=False)
    if form:  # the dates of training say nothing about those to come
        return Input(name=name, kind=kind, nullable=nullable, form=form, unknown=Unknown.accept)
    if isinstance(column.dtype, pd.CategoricalDtype):  # pandas has no place for others, so neither has the product
        categories = tuple(sorted(str(one) for one in column.dtype.categories))
        return Input(name=name, kind=kind, nullable=nullable, categories=categories)
    seen = sorted(str(value) for value in column.dropna().unique())
    if len(seen) > MOST_CATEGORIES:
        return Input(name=name, kind=kind, nullable=nullable, unknown=Unknown.accept)
    unknown = Unknown.accept if accept else Unknown.refuse
    return Input(name=name, kind=kind, nullable=nullable, categories=tuple(seen), unknown=unknown)


def _range(column: pd.Series, name: str) -> tuple[float | None, float | None]:
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.flatnonzero(np.isinf(values))
    if infinite.size:
        raise InputError(
            f"column `{name}` is infinite in {infinite.size} rows, first in row {infinite[0]}",
            hint="a product cannot send infinity; make it missing before the model is fitted",
        )
    if np.any(np.abs(values) >= LARGEST):
        raise InputError(
            f"column `{name}` holds numbers beyond 2**53, where whole numbers are no longer exact",
            hint="an id is text, or no input at all",
        )
    filled = values[~np.isnan(values)]
    return (float(filled.min()), float(filled.max())) if filled.size else (None, None)
