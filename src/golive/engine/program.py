"""A graph made ready to run: one case in plain Python numbers, or whole columns in numpy.

What follows from one text input alone is computed once per distinct text: by columns it is then spread over the rows,
by row it is remembered.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.operations import OPERATIONS, Coded, Text
from golive.engine.operations.kinds import result_kind
from golive.engine.operations.operation import Constants
from golive.engine.steps import Plan, Step
from golive.errors import BundleError, ContractError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from golive.engine.operations import Column, Value
    from golive.engine.operations.operation import Codes, Running
    from golive.records.graph import Graph, Node

_DTYPES = ("<f8", "<i4", "<u1")


class Program:
    """A graph that was checked whole: every operation known, every kind and constant fitting.

    Raises
    ------
    BundleError
        The graph does not hold together; the node is named.
    """

    def __init__(self, graph: Graph, arrays: bytes = b"") -> None:
        self.graph = graph
        self._data = arrays
        self.kinds: list[str] = []
        self.running: dict[int, Running] = {}
        self._steps: list[Step] = []
        self._fixed: dict[int, tuple[Any, Any]] = {}
        self._texts: list[int | None] = []  # per node: the text input that its value follows from alone
        for number, node in enumerate(graph.nodes):
            self._add(number, node)
        self._check_ends()
        self._inputs = [(name, node, self.kinds[node]) for name, node in graph.inputs.items()]
        self._fixed_row, self._fixed_columns = (
            [self._fixed[node][way] if node in self._fixed else None for node in range(len(graph.nodes))]
            for way in (0, 1)
        )
        self._whole = Plan(self._steps, self._texts)
        self._plans: dict[frozenset[int], Plan] = {}

    def row(self, case: Mapping[str, Value], keep: Collection[int] | None = None) -> list[Any]:
        """Run one case.

        Parameters
        ----------
        case
            Raw input -> value; a number that is None or NaN is missing.
        keep
            The nodes whose values are wanted; all of them when absent. The others are None.

        Returns
        -------
        list
            One value per node: float (NaN = missing), str or None, bool.
        """
        values: list[Any] = self._fixed_row.copy()
        for name, node, kind in self._inputs:
            values[node] = _value(name, case, kind)
        with np.errstate(all="ignore"):
            self._plan(keep).run(values)
        return values

    def columns(self, columns: Mapping[str, Column], keep: Collection[int] | None = None) -> list[Any]:
        """Run whole columns.

        Parameters
        ----------
        columns
            Raw input -> float64 (n,), bool (n,) or `Text`.
        keep
            The nodes whose values are wanted; all of them when absent. Others are dropped as soon as possible.

        Returns
        -------
        list
            One column of n rows per node; None where it was not kept.
        """
        rows = _rows(columns)
        values: list[Any] = self._fixed_columns.copy()
        codes: dict[int | None, Codes] = {}
        for name, node, kind in self._inputs:
            values[node] = _column(name, columns)
            if kind == "text":
                codes[node], values[node] = values[node].codes, _distinct(values[node])
        plan = self._plan(keep).steps
        last = {arg: step.node for step in plan for arg in step.args} if keep is not None else {}
        with np.errstate(all="ignore"):
            for node, args, _, function, mixed, coded in plan:
                given = [values[arg] for arg in args]
                if mixed:
                    given = [_spread(values[arg], codes.get(self._texts[arg]), coded=coded) for arg in args]
                values[node] = function(*given)
                for arg in args:
                    if last.get(arg) == node and keep is not None and arg not in keep:
                        values[arg] = None
        wanted = range(len(values)) if keep is None else keep
        found: list[Any] = [None] * len(values)
        for node in wanted:
            found[node] = _filled(_spread(values[node], codes.get(self._texts[node])), rows)
        return found

    def _plan(self, keep: Collection[int] | None) -> Plan:
        """Return the steps that some nodes need; each set of nodes is planned once."""
        if keep is None:
            return self._whole
        key = frozenset(keep)
        if key not in self._plans:
            needed = set(key)
            for node in range(len(self.graph.nodes) - 1, -1, -1):
                if node in needed:
                    needed.update(self.graph.nodes[node].args)
            self._plans[key] = Plan([step for step in self._steps if step.node in needed], self._texts)
        return self._plans[key]

    def _add(self, number: int, node: Node) -> None:
        if node.op not in OPERATIONS:
            raise _broken(number, node, "there is no such operation", "the bundle was written by a newer golive")
        if any(not 0 <= arg < number for arg in node.args):
            raise _broken(number, node, f"its arguments {list(node.args)} are not all earlier nodes")
        kinds = tuple(self.kinds[arg] for arg in node.args)
        arrays = {name: self._array(number, node, place) for name, place in node.arrays.items()}
        constants = Constants(node.params, arrays, len(node.args), kinds)
        try:
            self.kinds.append(result_kind(node.op, OPERATIONS[node.op], constants))
        except UnsupportedError as exc:
            raise _broken(number, node, exc.message) from exc
        self._texts.append(number if node.op == "input" and self.kinds[number] == "text" else None)
        if node.op != "input":
            running = self.running[number] = OPERATIONS[node.op].start(constants)
            if all(arg in self._fixed for arg in node.args):
                self._fix(number, node, running)
            else:
                from_texts = {self._texts[arg] for arg in node.args if arg not in self._fixed}
                mixed = len(from_texts) > 1
                self._texts[number] = None if mixed else from_texts.pop()
                self._steps.append(Step(number, node.args, running.row, running.columns, mixed, node.op == "linear"))

    def _fix(self, number: int, node: Node, running: Running) -> None:
        """Run what depends on no input once, instead of for every case."""
        args = [self._fixed[arg] for arg in node.args]
        with np.errstate(all="ignore"):
            self._fixed[number] = (
                running.row(*[row for row, _ in args]),
                running.columns(*[column for _, column in args]),
            )

    def _array(self, number: int, node: Node, name: str) -> NDArray[Any]:
        place = self.graph.arrays.get(name)
        if place is None or place.dtype not in _DTYPES:
            raise _broken(number, node, f"its array `{name}` is not described in the graph")
        dtype = np.dtype(place.dtype)
        end = place.offset + place.length * dtype.itemsize
        if place.offset < 0 or place.offset % 8 or place.length < 0 or end > len(self._data):
            raise _broken(number, node, f"its array `{name}` lies outside arrays.bin ({len(self._data)} bytes)")
        return np.frombuffer(self._data, dtype=dtype, count=place.length, offset=place.offset)

    def _check_ends(self) -> None:
        graph = self.graph
        found = {str(node.params["name"]): number for number, node in enumerate(graph.nodes) if node.op == "input"}
        ends = [*graph.cleaned.values(), *graph.rules.values(), graph.score, *(term.node for term in graph.terms)]
        if graph.inputs != found:
            raise BundleError("graph.json: `inputs` does not name its input nodes")
        if any(not 0 <= end < len(graph.nodes) for end in ends) or self.kinds[graph.score] != "number":
            raise BundleError("graph.json: the score, a cleaned column or a term is not a node of the right kind")
        if any(self.kinds[node] != "boolean" for node in graph.rules.values()):
            raise BundleError("graph.json: a rule is not a boolean node")
        for term in graph.terms:
            node = graph.nodes[term.node]
            if node.op not in ("linear", "trees") or len(term.sources) != len(node.args):
                raise BundleError(f"graph.json: the term of node {term.node} does not fit the node")


def _broken(
    number: int, node: Node, problem: str, hint: str = "restore the bundle from where it was built"
) -> BundleError:
    where = f" ({node.where})" if node.where else ""
    return BundleError(f"graph.json: node {number}, `{node.op}`{where}: {problem}", hint=hint)


def _value(name: str, case: Mapping[str, Value], kind: str) -> Value:
    if name not in case:
        raise ContractError(f"the input `{name}` is absent", problems=[(0, name, "absent")])
    value = case[name]
    if kind == "number":
        return math.nan if value is None else float(value)
    return value


def _rows(columns: Mapping[str, Column]) -> int:
    lengths = {len(column.codes if isinstance(column, Text) else column) for column in columns.values()}
    if len(lengths) > 1:
        raise ContractError(f"the columns have different lengths: {sorted(lengths)}")
    return max(lengths, default=1)


def _column(name: str, columns: Mapping[str, Column]) -> Column:
    if name not in columns:
        raise ContractError(f"the column `{name}` is absent", problems=[(0, name, "absent")])
    return columns[name]


def _distinct(text: Text) -> Text:
    """Return each text of a dictionary once, null last."""
    return Text(np.append(np.arange(len(text.values), dtype=np.int32), np.int32(-1)), text.values)


def _spread(value: Any, codes: Codes | None, *, coded: bool = False) -> Any:
    """Give each row the value of its text; what does not follow from a text alone stays as it is."""
    if codes is None:
        return value
    if isinstance(value, Text):
        return Text(value.codes[codes], value.values)
    if not value.ndim:
        return value
    return Coded(codes, value) if coded else value[codes]


def _filled(value: Column, rows: int) -> Column:
    """Give a value that all rows share one entry per row."""
    if isinstance(value, Text):
        return Text(np.broadcast_to(value.codes, (rows,)), value.values)
    if value.shape == (rows,):
        return value
    filled: Column = np.broadcast_to(value, (rows,)).copy()  # type: ignore[assignment]
    return filled
