"""How exact a score can be: the float class of a graph, derived from its operations.

Most of a graph gives the library's own bits. Two things do not: a sum of many products, whose order is the library's
affair, and a model that computes in single precision. What follows makes more or less of these last bits: weights, a
curve that rises steeply, a temperature near 0 and 1. So the last bits are followed from where they arise to the score.
Leaves of trees are added in the library's own order: behind them there are none.

What the order of a sum makes of its last bits grows with its terms: where the training rows have terms of 1e9 that
cancel out, the class is wider than where they are of ordinary size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.errors import UnsupportedError
from golive.pack.door import SUMS
from golive.pack.switches import arrays_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.pack.door import Door
    from golive.records.graph import Node

FLOAT64 = 1e-12
SINGLE = 1e-6
"""What a library in single precision is held to."""
_STEEPEST = 1e-4
_SUM_BITS = 1e-14
"""What the order of a sum makes of log-odds of an ordinary size."""
_TERM_BITS = 2.0**-50
"""What it makes of terms that add up to 1 in absolute value: eight times what one addition rounds away."""
_SINGLE_BITS = 2.0**-22
"""Four units in the last place of a single-precision probability."""
_SOURCES = dict.fromkeys(SUMS, _SUM_BITS)


def float_class(door: Door) -> tuple[str, float]:
    """Return how exact scores are, in words and as a tolerance.

    Raises
    ------
    UnsupportedError
        A tree asks about a probability of single precision: its last bits would move cases across thresholds.
    """
    if any(node.op == "trees" and node.params["single"] for node in door.graph.nodes):
        name, floor, last = "float32-library", SINGLE, _SINGLE_BITS
        _refuse_trees_behind(door, _carried(door, {"single": last}))
        sources = {**_SOURCES, "single": last}
    else:
        name, floor, last = "float64", FLOAT64, _SUM_BITS
        sources = _SOURCES
    curve, sums = _carried(door, sources)[door.graph.score], _carried(door, sources, sized=True)[door.graph.score]
    if sums <= floor:
        return name, floor
    why = f"a curve of slope {curve / last:.0f}" if curve > floor else f"sums of terms up to {_largest(door):.0e}"
    return f"{name}, {'then' if curve > floor else 'with'} {why}", min(sums, _STEEPEST)


def _refuse_trees_behind(door: Door, carried: list[float]) -> None:
    for node in door.graph.nodes:
        if node.op == "trees" and any(carried[arg] for arg in node.args):
            raise UnsupportedError(
                "a tree asks about a probability that its library computes in single precision; its last bits would"
                " move cases across the tree's thresholds",
                hint="a LogisticRegression as the final estimator, or a HistGradientBoostingClassifier as the member",
            )


def _largest(door: Door) -> float:
    return max(door.terms.values(), default=0.0)


def _carried(door: Door, sources: Mapping[str, float], *, sized: bool = False) -> list[float]:
    """Return how much of the last bits that some operations leave arrives at each node.

    ``sized`` looks at how large the terms of a sum really are, not at sums of an ordinary size.
    """
    carried: list[float] = []
    behind_trees: set[int] = set()
    for number, node in enumerate(door.graph.nodes):
        if node.op == "trees" or behind_trees.intersection(node.args):
            behind_trees.add(number)
        # An input that is rounded to single precision is rounded alike everywhere.
        arises = node.op != "single" or number in behind_trees
        own = sources.get(node.op, 0.0) if arises else 0.0
        if own and sized:
            own = max(own, _TERM_BITS * door.terms.get(number, 0.0))
        carried.append(_grown(door, number, carried) + own)
    return carried


def _grown(door: Door, number: int, carried: list[float]) -> float:
    """Return what an operation makes of the last bits of its arguments."""
    node = door.graph.nodes[number]
    given = [carried[arg] for arg in node.args]
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
        return float(np.dot(np.abs(arrays_of(door.graph, door.data, node)["weights"]), given))
    if node.op == "interpolate":
        curve = arrays_of(door.graph, door.data, node)
        return given[0] * float(np.max(np.diff(curve["y"]) / np.diff(curve["x"])))
    if node.op == "sigmoid":
        return _tempered(door, node, carried) or given[0] / 4.0
    return max(given)


def _tempered(door: Door, node: Node, carried: list[float]) -> float:
    """Return what ``sigmoid(b log(p + e) - b log(1 - p + e))`` makes of the last bits of p; 0 where it is another.

    Its slope is b for b >= 1, and below it grows towards both ends: at 0 it is ``b e^(b - 1)``.
    """
    nodes = door.graph.nodes
    gap = nodes[node.args[0]]
    scaled = [nodes[arg] for arg in gap.args] if gap.op == "sub" else []
    logs = [nodes[product.args[1]] for product in scaled if product.op == "mul"]
    shares = [nodes[log.args[0]] for log in logs if log.op == "log"]
    if len(shares) != 2 or any(share.op != "add" for share in shares):
        return 0.0
    temperature, small = _factor(nodes[scaled[0].args[0]]), _factor(nodes[shares[0].args[1]])
    return float(carried[shares[0].args[0]] * temperature * max(1.0, small ** (temperature - 1.0)))


def _factor(node: Node) -> float:
    """Return by what a constant multiplies; values behind a probability are at most about 1."""
    value = node.params["value"] if node.op == "number" else 1.0
    return abs(value) if isinstance(value, float) else 0.0
