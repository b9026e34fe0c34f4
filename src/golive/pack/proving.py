"""Every comparison of a build: training, holdout, unseen and hostile rows, and the user's own scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from golive.errors import InputError, ParityError
from golive.pack.frames import require
from golive.pack.hostile import hostile_rows
from golive.pack.parity import compare
from golive.pack.unseen import unseen_rows
from golive.records.contract import TRAINING
from golive.records.parity import Check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.pack.answers import Answer, Python
    from golive.pack.door import Door
    from golive.pack.sample import Sample

_REFERENCE = 1e-9
_LISTED = 20


def prove(
    door: Door, python: Python, sample: Sample, expected: Answer, holdout: pd.DataFrame | None,
    places: NDArray[np.intp] | None = None,
) -> tuple[tuple[Check, ...], tuple[str, ...]]:  # fmt: skip
    """Compare the graph with Python on everything there is.

    Parameters
    ----------
    door, python
        The two sides.
    sample
        The training rows.
    expected
        What Python said about them, with the user's own cleaning function.
    holdout
        More rows.
    places
        Where the rows of ``expected`` stand among the training rows; the others were taken away. All when absent.

    Returns
    -------
    tuple
        The checks, and in words which holdout rows were left out because they break the contract.

    Raises
    ------
    ParityError
        The two disagree.
    """
    kept = sample.train if places is None else sample.train.iloc[places]
    checks = compare(door, "training", kept, door.ask(kept), expected)
    if len(away := sample.train.drop(index=kept.index)):
        checks += _filtered(door, python, away.reset_index(drop=True))
    left_out: tuple[str, ...] = ()
    if holdout is not None:
        kept, left_out = _within_contract(door, holdout)
        kept = _with_categories(kept, sample.train)
        checks += _compare(door, python, "holdout", kept)
    checks += _compare(door, python, "unseen", unseen_rows(sample))
    hostile = [_compare(door, python, "hostile", raw) for raw in hostile_rows(door.program, door.data, sample)]
    return (*checks, *map(_together, zip(*hostile, strict=True))), left_out


def _filtered(door: Door, python: Python, away: pd.DataFrame) -> tuple[Check, ...]:
    """Compare the training rows that the function took away; all but those of training alone must break a rule."""
    rules = door.contract.rules
    alone = sum(rule.dropped for rule in rules if rule.action == TRAINING)
    kept = int((~door.ask(away).ruled).sum())
    if kept > alone:
        raise ParityError(
            f"{kept:,} of {len(away):,} training rows that the cleaning function took away break no rule",
            hint="nothing was written. Does a filter depend on something that changes between two calls?",
        )
    return _compare(door, python, "training, filtered", away)


def compare_reference(
    reference: object, expected: Answer, train: pd.DataFrame, places: NDArray[np.intp]
) -> tuple[Check, ...]:  # fmt: skip
    """Compare the user's own scores with what the model gives on the training frame.

    Parameters
    ----------
    reference
        One score per training row, or per row that the cleaning function left (``places``); a Series is read by its
        row labels where it has them.
    expected, train, places
        What the model gives on the rows that are left, the training frame, and where they stand in it.

    Raises
    ------
    InputError
        Another number of scores, a NaN, or a difference: then this is not what the model was fitted on.
    """
    if reference is None:
        return ()
    given, rows = _aligned(reference, train, places), len(expected.score)
    if given.shape != (rows,):
        raise InputError(f"`reference` has the shape {given.shape}; expected one score per training row, ({rows},)")
    if np.isnan(given).any():
        raise InputError(
            f"`reference` is NaN in {int(np.isnan(given).sum())} of {rows} rows",
            hint="model.predict_proba(X)[:, 1] of the frame that the model was fitted on",
        )
    difference = np.abs(given - expected.score)
    if difference.max() > _REFERENCE:
        row = int(difference.argmax())
        raise InputError(
            f"the model gives other scores on `train` than `reference`: {int((difference > _REFERENCE).sum())} of "
            f"{rows} rows differ, most in row {row} ({given[row]} given, {expected.score[row]} computed)",
            hint="this is not the frame, or not the cleaning function, that the model was fitted with",
        )
    largest = float(difference.max())
    check = Check(rows="training", what="reference", compared=rows, equal=rows, largest=largest, tolerance=_REFERENCE)
    return (check,)


def _aligned(reference: object, train: pd.DataFrame, places: NDArray[np.intp]) -> NDArray[np.float64]:
    labels = getattr(reference, "index", None)
    if isinstance(labels, pd.Index) and labels.is_unique and train.index[places].isin(labels).all():
        reference = reference.loc[train.index[places]]  # type: ignore[attr-defined]  # a Series
    given = np.asarray(reference, dtype=np.float64)
    return given[places] if given.shape == (len(train),) else given


def _within_contract(door: Door, holdout: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    require(holdout, [known.name for known in door.contract.inputs], "holdout")
    holdout = holdout.reset_index(drop=True)
    broken = np.flatnonzero(door.broken(holdout)).tolist()
    if len(broken) == len(holdout):
        raise InputError(f"every row of `holdout` breaks the contract; row 0: {door.problem(holdout, 0)}")
    left_out = [f"holdout row {row}: {door.problem(holdout, row)}" for row in broken[:_LISTED]]
    left_out += [f"and {len(broken) - _LISTED} more holdout rows"] if len(broken) > _LISTED else []
    return holdout.drop(index=broken).reset_index(drop=True), tuple(left_out)


def _with_categories(holdout: pd.DataFrame, train: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the categories of training: the others break the contract, and their rows are left out."""
    types = {name: dtype for name, dtype in train.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)}
    return holdout.astype({name: dtype for name, dtype in types.items() if name in holdout.columns})


def _compare(door: Door, python: Python, rows: str, raw: pd.DataFrame) -> tuple[Check, ...]:
    told = door.ask(raw)
    return compare(door, rows, raw, told, python.answer(raw, told.silent, told.ruled))


def _together(checks: Sequence[Check]) -> Check:
    """Return one check of the same thing over several sets of rows."""
    first = checks[0]
    return Check(
        rows=first.rows,
        what=first.what,
        compared=sum(check.compared for check in checks),
        equal=sum(check.equal for check in checks),
        largest=max(check.largest for check in checks),
        tolerance=first.tolerance,
    )
