"""The typical case that Shapley values are measured from, and the orders in which inputs replace it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from golive.engine.mixtures import Mixtures
from golive.engine.operations import Text
from golive.engine.program import Program
from golive.records.graph import Shapley

if TYPE_CHECKING:
    from golive.engine.operations import Column
    from golive.pack.sample import Sample
    from golive.records.graph import Graph, Scalar

ORDERS = 8
SEED = 20_240_229


def with_shapley(graph: Graph, data: bytes, sample: Sample) -> Graph:
    """Return the graph with what Shapley values are found from; as it is where the typical case has no score.

    Parameters
    ----------
    graph, data
        A graph without terms, and the bytes of its arrays.
    sample
        The training rows, whose inputs are in the order of the contract.
    """
    used = _used(graph)
    names = tuple(name for name in sample.inputs if graph.inputs[name] in used)
    if not names:
        return graph
    rng = np.random.default_rng(SEED)
    orders = tuple(tuple(rng.permutation(len(names)).tolist()) for _ in range(ORDERS))
    baseline = tuple(typical(sample.columns[name]) for name in names)
    shapley = Shapley(inputs=names, baseline=baseline, orders=orders, seed=SEED)
    scored = not np.isnan(Mixtures(Program(graph, data), shapley).typical())
    return msgspec.structs.replace(graph, shapley=shapley) if scored else graph


def typical(column: Column) -> Scalar:
    """Return the median, or the most frequent text or truth, of equals the first; null where all are missing."""
    if isinstance(column, Text):
        texts = [text for text in column.texts() if text is not None]
        found, counts = np.unique(np.array(texts, dtype=object), return_counts=True)
        return str(found[counts.argmax()]) if texts else None
    if column.dtype == np.bool_:
        return bool(2 * np.count_nonzero(column) > len(column))
    filled = column[~np.isnan(column)]
    # The lower of two in the middle: a value that training really has, so that a table of such values knows it.
    return float(np.quantile(filled, 0.5, method="lower")) if filled.size else None


def _used(graph: Graph) -> set[int]:
    """Return the nodes that the score depends on."""
    used = {graph.score}
    for number in range(graph.score, -1, -1):
        if number in used:
            used.update(graph.nodes[number].args)
    return used
