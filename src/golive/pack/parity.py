"""The proof: the graph and Python say the same, or nothing is built.

Expected values come from `golive.pack.answers` alone, the others through `golive.engine`, by columns and row by row.
First every cleaned cell, then every score, then on which side of each cut-off in the middle of a gap the row lies.
Where Python raises, the graph must have no score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from golive.errors import ParityError
from golive.pack.exactness import FLOAT64, float_class
from golive.records.parity import Check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.pack.answers import Answer
    from golive.pack.door import Both, Door, Told, Values

REAL = ("training", "holdout")
"""Sets of rows that were not made here."""
_CUT_OFFS = 1000
_EXAMPLES = 3


def compare(door: Door, rows: str, raw: pd.DataFrame, told: Told, answer: Answer) -> tuple[Check, ...]:
    """Compare the graph with Python on some rows.

    Parameters
    ----------
    door
        The graph that answered.
    rows
        What the rows are called: ``training``, ``holdout``, ``unseen`` or ``hostile``.
    raw
        The rows, for the message.
    told, answer
        What the graph said, and what Python said.

    Returns
    -------
    tuple of Check
        ``cleaned``, ``score`` and ``decision``, before them ``rule`` where the contract has any.

    Raises
    ------
    ParityError
        They disagree; column, node, the user's line and three rows are named.
    """
    _, tolerance = float_class(door)
    if rows != "training" and told.unclear.any():
        if not told.silent[told.unclear].all():
            raise ParityError("a text that readers disagree on got a score", hint="this is a mistake in golive")
        answer = answer.without(told.unclear)
    return (
        *([_rules(door, rows, raw, told, answer)] if told.rules else []),
        _cleaned(door, rows, raw, told, answer),
        _score(door, rows, raw, told.score, answer, tolerance),
        _decision(door, rows, raw, told.score, answer, tolerance),
    )


def sentence(checks: Sequence[Check]) -> str:
    """Say the result in one sentence: training and holdout rows, and the largest difference of a score."""
    real = [check for check in checks if check.what == "score" and check.rows in REAL]
    rows, equal = sum(check.compared for check in real), sum(check.equal for check in real)
    return f"{equal:,} of {rows:,} rows equal, largest difference {max(check.largest for check in real):.0e}"


def _rules(door: Door, rows: str, raw: pd.DataFrame, told: Told, answer: Answer) -> Check:
    """What pandas kept keeps every rule, what it took away breaks the rule of that line."""
    judged = answer.is_cleaned | (answer.gone != "")
    for name, both in told.rules.items():
        known = answer.is_cleaned | (answer.gone == name)
        expected = np.where(answer.is_cleaned, 1.0, 0.0)[known]
        for way, given in (("by columns", both.columns), ("row by row", both.row)):
            different = expected != given[known]
            if different.any():
                wrong = np.flatnonzero(known)[different]
                node = door.graph.rules[name]
                raise _different(
                    door, f"the rule {name}", node, rows, way, raw, wrong, expected[different], given[wrong]
                )
    count = int(judged.sum())
    return Check(rows=rows, what="rule", compared=count, equal=count, largest=0.0, tolerance=0.0)


def _cleaned(door: Door, rows: str, raw: pd.DataFrame, told: Told, answer: Answer) -> Check:
    largest, done = 0.0, answer.is_cleaned
    for name, both in told.cleaned.items():
        node = door.graph.cleaned[name]
        expected = _as_values(answer.cleaned[name], text=door.program.kinds[node] == "text")
        for way, given in (("by columns", both.columns), ("row by row", both.row)):
            equal, difference = _same(expected, given[done], relative=True)
            largest = max(largest, difference)
            if not equal.all():
                wrong = np.flatnonzero(done)[~equal]
                raise _different(door, f"column `{name}`", node, rows, way, raw, wrong, expected[~equal], given[wrong])
    count = int(done.sum())
    return Check(rows=rows, what="cleaned", compared=count, equal=count, largest=largest, tolerance=FLOAT64)


def _score(door: Door, rows: str, raw: pd.DataFrame, both: Both, answer: Answer, tolerance: float) -> Check:
    largest, asked = 0.0, answer.is_asked
    for way, given in (("by columns", both.columns), ("row by row", both.row)):
        equal, difference = _same(answer.score[asked], given[asked], tolerance=tolerance)
        largest = max(largest, difference)
        if not equal.all():
            wrong = np.flatnonzero(asked)[~equal]
            raise _different(
                door, "the score", door.graph.score, rows, way, raw, wrong, answer.score[wrong], given[wrong]
            )
    count = int(asked.sum())
    return Check(rows=rows, what="score", compared=count, equal=count, largest=largest, tolerance=tolerance)


def _decision(door: Door, rows: str, raw: pd.DataFrame, both: Both, answer: Answer, tolerance: float) -> Check:
    scored = answer.is_asked & ~np.isnan(answer.score)
    expected = answer.score[scored]
    at = _middles(expected, tolerance)
    for way, given in (("by columns", both.columns), ("row by row", both.row)):
        flipped = np.searchsorted(at, expected, "right") != np.searchsorted(at, given[scored], "right")
        if flipped.any():
            wrong = np.flatnonzero(scored)[flipped]
            raise _different(
                door, "the decision", door.graph.score, rows, way, raw, wrong, answer.score[wrong], given[wrong]
            )
    count = int(scored.sum())
    return Check(rows=rows, what="decision", compared=count, equal=count, largest=0.0, tolerance=0.0)


def _middles(score: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    """Return cut-offs in the middle of gaps between neighbouring scores, evenly spread over the rows."""
    distinct = np.unique(score)
    wide = np.flatnonzero(np.diff(distinct) > 4 * tolerance)
    if wide.size > _CUT_OFFS:
        wide = wide[np.linspace(0, wide.size - 1, _CUT_OFFS).astype(int)]
    return (distinct[wide] + distinct[wide + 1]) / 2.0


def _as_values(column: pd.Series, *, text: bool) -> Values:
    """Return what pandas gave as numbers or texts; what is neither stays as it is and will differ."""
    objects = column.astype(object)
    if text:
        return objects.where(column.notna(), None).to_numpy(dtype=object)
    try:
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        return objects.to_numpy(dtype=object)


def _same(
    expected: Values, given: Values, *, tolerance: float = FLOAT64, relative: bool = False
) -> tuple[NDArray[np.bool_], float]:
    """Return which entries are equal, and the largest difference of two numbers."""
    if expected.dtype == object or given.dtype == object:
        pairs = zip(expected.tolist(), given.tolist(), strict=True)
        return np.array([_alike(a, b) and a == b for a, b in pairs], dtype=bool), 0.0
    a, b = expected.astype(np.float64), given.astype(np.float64)
    with np.errstate(invalid="ignore"):
        difference = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b))
        if relative:
            difference = np.where(difference > 0, difference / np.maximum(1.0, np.abs(a)), difference)
        equal = difference <= tolerance
    finite = difference[np.isfinite(difference)]
    return equal, float(finite.max()) if finite.size else 0.0


def _alike(a: object, b: object) -> bool:
    """Return whether two cells are of one kind; NumPy's text in a column of objects is text."""
    return type(a) is type(b) or (isinstance(a, str) and isinstance(b, str))


def _different(
    door: Door, what: str, node: int, rows: str, way: str, raw: pd.DataFrame, wrong: NDArray[np.intp],
    expected: Values, given: Values,
) -> ParityError:  # fmt: skip
    where = _where(door, node)
    head = (
        f"{what} differs on {len(wrong):,} of {len(raw):,} {rows} rows, {way} (node {node}, "
        f"`{door.graph.nodes[node].op}`{', ' + where if where else ''})"
    )
    used = [known.name for known in door.contract.inputs]
    lines = [
        f"\n  row {row}: Python {_shown(a)}, graph {_shown(b)}; {raw.iloc[row][used].to_dict()}"
        for row, a, b in zip(wrong[:_EXAMPLES].tolist(), expected, given, strict=False)
    ]
    return ParityError(
        head + "".join(lines),
        hint="nothing was written. Let the line or converter above say plainly what Python does, or report these rows",
    )


def _shown(value: object) -> str:
    if isinstance(value, float) and np.isnan(value):
        return "nothing"
    return repr(value.item() if isinstance(value, np.generic) else value)


def _where(door: Door, node: int) -> str:
    """Return the user's line, of the node or of the nearest one it is made of."""
    waiting = [node]
    for number in waiting:
        if door.graph.nodes[number].where:
            return door.graph.nodes[number].where
        waiting += [arg for arg in door.graph.nodes[number].args if arg not in waiting]
    return ""
