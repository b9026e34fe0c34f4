"""The graph asked as production asks it: rows read by the engine, checked against the contract, run both ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.contract import LARGEST, problems
from golive.engine.operations import Text
from golive.engine.program import Program
from golive.engine.reasons import Explainer
from golive.engine.rows import read
from golive.pack.switches import arrays_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from golive.engine.operations import Column
    from golive.records.contract import Contract
    from golive.records.graph import Graph, Node

    Values = NDArray[np.float64] | NDArray[np.object_]


SUMS = ("linear", "sum", "mean")
"""Operations whose last bits depend on the order in which their terms are added."""


@dataclass(frozen=True)
class Both:
    """One result by the two evaluators, one entry per row: numbers (missing is NaN) or texts (missing is None)."""

    columns: Values
    row: Values


@dataclass(frozen=True)
class Told:
    """What the graph says about some rows."""

    cleaned: dict[str, Both]
    rules: dict[str, Both]
    """Rule -> 1 where it is kept, 0 where it is broken."""
    score: Both
    unclear: NDArray[np.bool_]
    """Rows that Python may answer and the graph does not: with a text that some readers take for a date or a number and
    others do not, or a number too large to be written. They must have no score."""

    @property
    def silent(self) -> NDArray[np.bool_]:
        """Rows without a score."""
        return np.isnan(self.score.columns.astype(np.float64))

    @property
    def ruled(self) -> NDArray[np.bool_]:
        """Rows that break a rule."""
        broken = np.zeros(len(self.score.columns), dtype=np.bool_)
        for both in self.rules.values():
            broken |= both.columns == 0
        return broken


class Door:
    """A graph and its contract, opened as production opens them."""

    def __init__(self, contract: Contract, graph: Graph, data: bytes) -> None:
        self.contract = contract
        self.graph = graph
        self.data = data
        self.program = Program(graph, data)
        self.terms: dict[int, float] = {}
        """Sum -> how large its terms are on the training rows, see `measure`."""
        self._explainer = Explainer(self.program, contract)
        self._written = [node.args[0] for node in graph.nodes if node.op == "write_number"]
        self._parsed = frozenset(at for at, node in enumerate(graph.nodes) if node.op in ("parse_date", "parse_number"))

    def broken(self, raw: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows break the contract."""
        return read(raw, self.contract).broken

    def problem(self, raw: pd.DataFrame, row: int) -> str:
        """Return in words the first thing that is wrong with a row."""
        case = read(raw.iloc[[row]], self.contract).table.case(0)
        first = problems(self.contract, case)[0]
        return f"`{first.field}`: {first.problem}; expected {first.expected}"

    def measure(self, training: pd.DataFrame) -> None:
        """Look how large the terms of each sum can be: the largest on any training row, in absolute value, added up."""
        sums = {at: node for at, node in enumerate(self.graph.nodes) if node.op in SUMS}
        values = self.program.columns(read(training, self.contract).columns, keep={*_arguments(sums.values())})
        for at, node in sums.items():
            weights = [1.0] * len(node.args)
            if node.op == "linear":
                weights = arrays_of(self.graph, self.data, node)["weights"].tolist()
            self.terms[at] = sum(
                abs(weight) * _largest(values[arg]) for weight, arg in zip(weights, node.args, strict=True)
            )

    def contributions(self, raw: pd.DataFrame) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """Return what each raw input adds, as the engine will say it."""
        values = self.program.columns(read(raw, self.contract).columns, keep=self._explainer.needs)
        return self._explainer.names, self._explainer.columns(values, len(raw))

    def ask(self, raw: pd.DataFrame) -> Told:
        """Run rows that keep the contract, by columns and row by row."""
        checked = read(raw, self.contract)
        graph = self.graph
        wanted = frozenset([*graph.cleaned.values(), *graph.rules.values(), graph.score])
        columns = self.program.columns(checked.columns, keep=wanted.union(self._parsed, self._written))
        rows = [self.program.row(checked.table.case(row), keep=wanted) for row in range(len(raw))]  # type: ignore[arg-type]
        both = {node: Both(plain(columns[node]), self._listed(rows, node)) for node in wanted}
        cleaned, rules = ({name: both[node] for name, node in ends.items()} for ends in (graph.cleaned, graph.rules))
        unclear = self._unclear(columns, len(raw)) | (self._beyond(columns, len(raw)) & np.isnan(columns[graph.score]))
        return Told(cleaned, rules, both[graph.score], unclear)

    def _unclear(self, columns: list[Any], rows: int) -> NDArray[np.bool_]:
        unclear = np.zeros(rows, dtype=np.bool_)
        for node in self._parsed:
            unclear |= np.isposinf(columns[node])
        return unclear

    def _beyond(self, columns: list[Any], rows: int) -> NDArray[np.bool_]:
        """Return where a number of 2^53 or more may be written: Python has all its digits, a double has not."""
        beyond = np.zeros(rows, dtype=np.bool_)
        for node in self._written:
            beyond |= np.abs(columns[node]) >= LARGEST
        return beyond

    def _listed(self, rows: list[list[object]], node: int) -> Values:
        text = self.program.kinds[node] == "text"
        return np.array([row[node] for row in rows], dtype=object if text else np.float64)


def _arguments(nodes: Iterable[Node]) -> Iterable[int]:
    return (arg for node in nodes for arg in node.args)


def _largest(column: NDArray[np.float64]) -> float:
    finite = np.abs(column[np.isfinite(column)])
    return float(finite.max()) if finite.size else 0.0


def plain(column: Column) -> Values:
    """Return a column of the engine as numbers or texts."""
    if isinstance(column, Text):
        return np.array([*column.values, None], dtype=object)[column.codes]
    return column.astype(np.float64)
