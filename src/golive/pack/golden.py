"""Golden rows: synthetic cases with every answer, which travel with the bundle so that any export can be checked.

They are drawn from the contract with a fixed seed and are never training rows. Expected cells and scores come from
pandas and the model; contributions, which Python does not know, from the engine.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from golive.engine.operations.dates import ISO
from golive.pack.dates import written
from golive.pack.forms import golden_text
from golive.pack.parity import compare
from golive.records.contract import Kind, Unknown
from golive.records.golden import Golden, GoldenRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.pack.answers import Python
    from golive.pack.door import Door
    from golive.pack.sample import Cell, Edits, Sample
    from golive.records.contract import Input

WANTED = 256
_SEED = 20_240_229
_ROUNDS = 20
_NULL = 0.08
_STRANGE = 0.05
_STRANGER = "golden: never seen"


def golden_rows(door: Door, python: Python, sample: Sample, *, wanted: int = WANTED) -> Golden:
    """Make the golden rows.

    Parameters
    ----------
    door, python
        The graph, and pandas with the model.
    sample
        The training rows: the types of columns, and what must not be repeated.
    wanted
        Number of rows.

    Raises
    ------
    ParityError
        The graph and Python disagree on one of them.
    """
    rng = np.random.default_rng(_SEED)
    known = _identities(sample.train[list(sample.inputs)].itertuples(index=False, name=None))
    rows: list[GoldenRow] = []
    for attempt in range(_ROUNDS):
        cases = [_case(sample, rng, number + attempt * wanted) for number in range(wanted)]
        fresh = [case for case in cases if _identity(case.values()) not in known]
        rows += _answered(door, python, sample, fresh or cases)
        if len(rows) >= wanted:
            break
    return Golden(rows=tuple(rows[:wanted]))


def drawn_cases(sample: Sample, wanted: int) -> list[Edits]:
    """Return synthetic cases of a contract; none of them is asked anything."""
    rng = np.random.default_rng(_SEED)
    return [_case(sample, rng, number) for number in range(wanted)]


def _answered(door: Door, python: Python, sample: Sample, cases: list[Edits]) -> list[GoldenRow]:
    raw = sample.frame([0] * len(cases), cases)
    told = door.ask(raw)
    answer = python.answer(raw, told.silent, told.ruled)
    compare(door, "golden", raw, told, answer)
    kept = np.flatnonzero(answer.is_cleaned & ~np.isnan(answer.score))
    kinds = {name: door.program.kinds[node] for name, node in door.graph.cleaned.items()}
    rows = raw.iloc[kept].reset_index(drop=True)
    names, parts = door.contributions(rows)
    made = []
    for number, row in enumerate(kept.tolist()):
        cleaned = {name: scalar(answer.cleaned.at[row, name], kind) for name, kind in kinds.items()}
        if any(isinstance(cell, float) and math.isinf(cell) for cell in cleaned.values()):
            continue  # a document holds finite numbers only
        shares = dict(zip(names, parts[number].tolist(), strict=True))
        if any(math.isnan(share) for share in shares.values()):
            shares = {}  # a mixture with the typical case has no score, so there are no contributions
        made.append(GoldenRow(inputs=cases[row], cleaned=cleaned, score=float(answer.score[row]), contributions=shares))
    return made


def _case(sample: Sample, rng: np.random.Generator, number: int) -> Edits:
    return {name: _cell(sample, known, rng, number) for name, known in sample.inputs.items()}


def _cell(sample: Sample, known: Input, rng: np.random.Generator, number: int) -> Cell:
    null, strange, place = rng.random(3).tolist()
    if known.nullable and null < _NULL:
        return None
    if known.kind is Kind.boolean:
        return bool(place < 0.5)
    if known.kind is Kind.number:
        return _number(sample, known, place, bent=number % 2 == 1)
    if known.form:
        return golden_text(sample.train[known.name], known.form, place)
    if known.unknown is Unknown.accept and strange < _STRANGE:
        return _STRANGER
    if known.categories is None:
        return f"golden text {int(place * 1000)}"
    # In turn first, so that each category occurs; then at random.
    count = len(known.categories)
    return known.categories[number % count if number < 2 * count else int(place * count)]


def _number(sample: Sample, known: Input, place: float, *, bent: bool) -> float:
    """Return a number in the range seen; every other row leans towards the low end, where most real numbers are."""
    low, high = known.low or 0.0, known.high or 0.0
    value = low + (high - low) * (place**3 if bent else place)
    numbers = sample.numbers(known.name)
    if not np.any(np.modf(numbers[~np.isnan(numbers)])[0]):
        return float(min(max(round(value), low), high))
    return float(min(max(round(value, 4 if high - low < 100 else 2), low), high))


def scalar(cell: object, kind: str) -> Cell:
    """Return a cell of pandas as a golden row holds it."""
    if pd.isna(cell):  # type: ignore[call-overload]  # a cell is a scalar
        return None
    if kind == "text":
        return str(cell)
    return bool(cell) if kind == "boolean" else float(cell)  # type: ignore[arg-type]


def _identities(rows: Iterable[Sequence[object]]) -> set[str]:
    return {_identity(row) for row in rows}


def _identity(cells: Iterable[object]) -> str:
    return repr([_plain(cell) for cell in cells])


def _plain(cell: object) -> Cell:
    if isinstance(cell, (bool, np.bool_)):
        return bool(cell)
    if isinstance(cell, str):
        return cell
    if isinstance(cell, pd.Timestamp):
        return written(cell, ISO)
    return None if pd.isna(cell) else float(cell)  # type: ignore[arg-type, call-overload]
