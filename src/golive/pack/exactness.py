"""How exact a score can be: the float class of a graph, derived from its operations.

Most of a graph is the library's own sum in doubles. Two things are not: a model that computes in single precision
rounds its probability in a place of its own, and a curve that rises steeply turns the last bit of what it is given
into more than the last bit of the score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.pack.switches import arrays_of

if TYPE_CHECKING:
    from golive.pack.door import Door
    from golive.records.graph import Node

FLOAT64 = 1e-12
SINGLE = 1e-6
"""What a library in single precision is held to."""
_STEEPEST = 1e-4
_LAST_BITS = 2.0**-22
"""Four units in the last place of a single-precision probability."""


def float_class(door: Door) -> tuple[str, float]:
    """Return how exact scores are, in words and as a tolerance."""
    slopes = [slope for number in range(len(door.graph.nodes)) if (slope := _slope(door, number)) is not None]
    steep = max(slopes, default=0.0)
    if any(node.op == "trees" and node.params["single"] for node in door.graph.nodes):
        carried = _carried(door)
        if carried <= SINGLE:
            return "float32-library", SINGLE
        return f"float32-library, then a curve of slope {steep:.0f}", min(carried, _STEEPEST)
    tolerance = min(steep * 1e-14, _STEEPEST)
    if tolerance <= FLOAT64:
        return "float64", FLOAT64
    return f"float64, then a curve of slope {steep:.0f}", tolerance


def _slope(door: Door, number: int) -> float | None:
    """Return how steep a curve is. Behind trees there is no last bit: leaves are added in the library's own order."""
    node = door.graph.nodes[number]
    if node.op != "interpolate" or _added_as_the_library_adds(door, node.args[0]):
        return None
    curve = arrays_of(door.graph, door.data, node)
    return float(np.max(np.diff(curve["y"]) / np.diff(curve["x"])))


def _added_as_the_library_adds(door: Door, number: int) -> bool:
    """Return whether a node is a sum of leaves, or the mean of a forest."""
    node = door.graph.nodes[number]
    return node.op == "trees" or (node.op == "div" and door.graph.nodes[node.args[0]].op == "trees")


def _carried(door: Door) -> float:
    """Return how much of the last bits of single precision arrives at the score."""
    carried: list[float] = []
    for number, node in enumerate(door.graph.nodes):
        given = [carried[arg] for arg in node.args]
        carried.append(_grown(door, number, node, given))
    return carried[door.graph.score]


def _factor(node: Node) -> float:
    """Return by what a constant multiplies; values behind a probability are at most about 1."""
    value = node.params["value"] if node.op == "number" else 1.0
    return abs(value) if isinstance(value, float) else 0.0


def _grown(door: Door, number: int, node: Node, given: list[float]) -> float:
    if node.op == "single":
        return _LAST_BITS
    if not any(given) or node.op == "trees":
        return 0.0
    factors = [_factor(door.graph.nodes[arg]) for arg in node.args]
    if node.op in ("add", "sub", "sum"):
        return sum(given)
    if node.op == "mul":
        return given[0] * factors[1] + given[1] * factors[0]
    if node.op == "div" and factors[1]:
        return given[0] / factors[1]
    if node.op == "linear":
        weights = arrays_of(door.graph, door.data, node)["weights"]
        return float(np.dot(np.abs(weights), given))
    if node.op == "interpolate":
        return given[0] * (_slope(door, number) or 1.0)
    return max(given) / (4.0 if node.op == "sigmoid" else 1.0)
