"""Where the graph jumps: every constant at which the smallest step of an input changes what follows.

A switch says: look at node ``x`` on training row ``base``; where it passes ``at``, something jumps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.pack.reach import first_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from golive.engine.program import Program
    from golive.pack.sample import Sample
    from golive.records.graph import Graph, Node

_COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne", "minimum", "maximum")
_STEPS = ("floor", "ceil", "trunc", "round")
_GUARD = 1e300
"""A constant beyond this only asks whether something is infinite."""
_KEYS = 100
"""Keys of a table that are tried, at most."""


@dataclass(frozen=True)
class Switch:
    """``x`` passing ``at`` (or passing the node ``other``) on a training row."""

    x: int
    at: float
    base: int
    other: int | None = None


def find(program: Program, data: bytes, sample: Sample) -> list[Switch]:
    """Return every switch of the graph, those of trees last; ``data`` is what its arrays are read from."""
    found: list[Switch] = []
    for node in program.graph.nodes:
        if node.op != "trees":
            found += _of_node(program, data, sample, node)
    for node in program.graph.nodes:
        if node.op == "trees":
            found += _of_trees(program, data, sample, node)
    return list(dict.fromkeys(found))


def arrays_of(graph: Graph, data: bytes, node: Node) -> dict[str, NDArray[Any]]:
    """Return the arrays of a node by the names of its operation."""
    places = {name: graph.arrays[held] for name, held in node.arrays.items()}
    return {
        name: np.frombuffer(data, dtype=place.dtype, count=place.length, offset=place.offset)
        for name, place in places.items()
    }


def _of_trees(program: Program, data: bytes, sample: Sample, node: Node) -> Iterator[Switch]:
    arrays = arrays_of(program.graph, data, node)
    values = program.columns(sample.columns, keep=set(node.args))
    matrix = np.column_stack([values[arg] for arg in node.args])
    first = first_rows(matrix, arrays)
    for split in np.flatnonzero((arrays["left"] >= 0) & (first >= 0)):
        threshold = float(arrays["threshold"][split])
        if np.isfinite(threshold):
            yield Switch(node.args[int(arrays["feature"][split])], threshold, int(first[split]))


def _of_node(program: Program, data: bytes, sample: Sample, node: Node) -> Iterator[Switch]:
    bases = sorted({0, len(sample) // 2, len(sample) - 1})
    moving = [arg for arg in node.args if not _is_constant(program, arg)]
    for at in _constants(program, data, node) if moving else []:
        for base in bases:
            yield Switch(moving[0], at, base)
    if node.op in _COMPARISONS and len(moving) == 2:
        for base in bases:
            yield Switch(moving[0], 0.0, base, other=moving[1])
    if node.op in _STEPS:
        half = 0.5 if node.op == "round" else 0.0
        values = program.columns(sample.columns, keep={node.args[0]})[node.args[0]]
        scale = 10.0 ** float(node.params.get("decimals", 0.0))  # type: ignore[arg-type]
        for base in bases:
            if np.isfinite(values[base]):
                yield Switch(node.args[0], (np.floor(values[base] * scale) + half) / scale, base)


def _constants(program: Program, data: bytes, node: Node) -> list[float]:
    """Return the constants of a node at which it jumps or bends."""
    if node.op in (*_COMPARISONS, "mod", "floordiv"):
        fixed = [program.graph.nodes[arg] for arg in node.args if _is_constant(program, arg)]
        return [0.0] * (node.op in ("mod", "floordiv")) + _numbers(*(node.params["value"] for node in fixed))
    if node.op == "clip":
        return _numbers(node.params["low"], node.params["high"])
    if node.op in ("lookup", "isin") and program.kinds[node.args[0]] == "number":
        return _numbers(*node.params["keys"][:_KEYS])  # type: ignore[index]
    if node.op == "cut":
        return _numbers(*arrays_of(program.graph, data, node)["edges"].tolist())
    return []


def _is_constant(program: Program, number: int) -> bool:
    return program.graph.nodes[number].op == "number"


def _numbers(*values: object) -> list[float]:
    return [value for value in values if isinstance(value, float) and abs(value) < _GUARD]
