"""Shapley values over the raw inputs: what each input adds between a typical case and this one.

A mixture has some inputs of the case and the rest of the baseline. In a given order the inputs of the case come in one
after the other, and each is credited with the change of the score. The mean is taken over the orders of the document
and their mirrors, so the contributions of a case add up to ``score(case) - score(baseline)``. One case and many are
computed by the same columns, in blocks that bound the memory. Where a mixture has no score, nothing is said at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.operations import Text
from golive.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.engine.operations import Column
    from golive.engine.operations.operation import Booleans, Numbers
    from golive.engine.program import Program
    from golive.records.graph import Scalar, Shapley

BLOCK = 8192
"""Mixtures that are scored at once, at most, unless one case needs more."""


class Mixtures:
    """Scores the mixtures of a case with the baseline."""

    def __init__(self, program: Program, shapley: Shapley) -> None:
        _check(program, shapley)
        self.needs = frozenset(program.graph.inputs[name] for name in shapley.inputs)
        self._program, self._shapley = program, shapley
        self._masks, self._steps = _walks(shapley)
        self._ways = 2.0 * len(shapley.orders)
        self._others = {
            name: _constant(None, program.kinds[node])
            for name, node in program.graph.inputs.items()
            if name not in shapley.inputs
        }

    def typical(self) -> float:
        """Return the score of the baseline itself; where that is missing there are no contributions at all."""
        kinds = [self._program.kinds[self._program.graph.inputs[name]] for name in self._shapley.inputs]
        baseline = [_constant(base, kind) for base, kind in zip(self._shapley.baseline, kinds, strict=True)]
        return float(self._scores(baseline)[0, 0])

    def row(self, values: Sequence[Any]) -> list[float]:
        """Return one contribution per input, from the values of the graph for one case."""
        inputs = self._program.graph.inputs
        columns = [_constant(values[inputs[name]], self._program.kinds[inputs[name]]) for name in self._shapley.inputs]
        return self._added(columns)[:, 0].tolist()  # type: ignore[no-any-return]

    def columns(self, values: Sequence[Any], rows: int) -> Numbers:
        """Return an array (inputs, rows) of the same."""
        inputs = self._program.graph.inputs
        columns: list[Column] = [values[inputs[name]] for name in self._shapley.inputs]
        added = np.empty((len(columns), rows))
        block = max(1, BLOCK // len(self._masks))
        for start in range(0, rows, block):
            piece = slice(start, start + block)
            added[:, piece] = self._added([_piece(column, piece) for column in columns])
        return added

    def _added(self, columns: Sequence[Column]) -> Numbers:
        score = self._scores(columns)
        added = np.zeros((len(columns), score.shape[1]))
        for before, after, place in self._steps:
            added[place] += score[after] - score[before]
        added /= self._ways
        added[:, np.isnan(score).any(axis=0)] = np.nan
        return added

    def _scores(self, columns: Sequence[Column]) -> Numbers:
        """Return an array (mixtures, rows)."""
        shapley, end = self._shapley, self._program.graph.score
        mixed = {
            name: _mixed(column, base, self._masks[:, [place]])
            for place, (name, column, base) in enumerate(zip(shapley.inputs, columns, shapley.baseline, strict=True))
        }
        score: Numbers = self._program.columns(mixed | _repeated(self._others, mixed), keep={end})[end]
        return score.reshape(len(self._masks), -1)


def _walks(shapley: Shapley) -> tuple[Booleans, list[tuple[int, int, int]]]:
    """Return the mixtures (mixtures, inputs), each once, and the steps: mixture before, mixture after, input."""
    number: dict[frozenset[int], int] = {frozenset(): 0}
    steps = []
    for order in shapley.orders:
        for way in (order, order[::-1]):
            present: frozenset[int] = frozenset()
            for place in way:
                before, present = present, present | {place}
                steps.append((number[before], number.setdefault(present, len(number)), place))
    masks = np.array([[place in present for place in range(len(shapley.inputs))] for present in number])
    return masks, steps


def _mixed(column: Column, base: Scalar, mask: Booleans) -> Column:
    """Return the column where the mask (mixtures, 1) is true, else the baseline, one mixture after the other."""
    if isinstance(column, Text):
        code = -1 if base is None else len(column.values)
        codes = np.where(mask, column.codes, np.int32(code)).ravel()
        return Text(codes, [*column.values, *([str(base)] if base is not None else [])])
    if column.dtype == np.bool_:
        return np.where(mask, column, bool(base)).ravel()
    return np.where(mask, column, np.nan if base is None else float(base)).ravel()


def _repeated(others: dict[str, Column], mixed: dict[str, Column]) -> dict[str, Column]:
    """Return inputs that the score does not depend on, as long as the others."""
    first = next(iter(mixed.values()))
    rows = len(first.codes if isinstance(first, Text) else first)
    return {name: _piece(column, np.zeros(rows, dtype=np.intp)) for name, column in others.items()}


def _constant(value: Scalar, kind: str) -> Column:
    if kind == "text":
        return Text(np.array([-1 if value is None else 0], dtype=np.int32), [] if value is None else [str(value)])
    if kind == "boolean":
        return np.array([bool(value)])
    return np.array([np.nan if value is None else float(value)])


def _piece(column: Column, rows: Any) -> Column:
    return Text(column.codes[rows], column.values) if isinstance(column, Text) else column[rows]


def _check(program: Program, shapley: Shapley) -> None:
    kinds = {name: program.kinds[node] for name, node in program.graph.inputs.items()}
    places = list(range(len(shapley.inputs)))
    fitting = len(shapley.baseline) == len(places) == len(set(shapley.inputs)) and all(
        name in kinds and _fits(kinds[name], base) for name, base in zip(shapley.inputs, shapley.baseline, strict=False)
    )
    if not places or not fitting or not shapley.orders or any(sorted(order) != places for order in shapley.orders):
        raise BundleError(
            "graph.json: `shapley` does not fit the graph",
            hint="expected inputs of the graph, a baseline of their kinds, and orders of all of them",
        )


def _fits(kind: str, base: Scalar) -> bool:
    if kind == "boolean" or isinstance(base, bool):
        return kind == "boolean" and isinstance(base, bool)
    return base is None or isinstance(base, str) == (kind == "text")
