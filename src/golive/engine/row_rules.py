"""Row filters of the cleaning function as rules on a case: the model was fitted without the rows that break them.

A case that breaks one has no score, and the first rule that it breaks says what happens to it. Filters that only say
which rows a model is fitted on (``training``) are not asked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import BundleError
from golive.records.contract import TRAINING
from golive.records.decision import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.records.contract import Contract, RowRule
    from golive.records.graph import Graph


class RowRules:
    """The rules of a contract that a case is held against.

    Attributes
    ----------
    nodes
        The nodes whose values are read.
    rules
        Those that are asked of a case, in order.

    Raises
    ------
    BundleError
        The graph does not hold exactly these rules.
    """

    def __init__(self, contract: Contract, graph: Graph) -> None:
        asked = [rule for rule in contract.rules if rule.action != TRAINING]
        if [rule.name for rule in asked] != list(graph.rules):
            raise BundleError(
                f"graph.json holds the rules {list(graph.rules)}; the contract says {[rule.name for rule in asked]}",
                hint="restore the bundle from where it was built",
            )
        self._asked = [(graph.rules[rule.name], rule) for rule in asked]
        self.rules = tuple(asked)
        self.nodes = frozenset(node for node, _ in self._asked)

    def broken(self, values: Sequence[Any]) -> RowRule | None:
        """Return the first rule that a case breaks."""
        return next((rule for node, rule in self._asked if not values[node]), None)

    def first(self, values: Sequence[Any], rows: int) -> NDArray[np.intp]:
        """Return for many rows the position in ``rules`` of the first one that each breaks, -1 where it breaks none."""
        found = np.full(rows, -1, dtype=np.intp)
        for position, (node, _) in reversed(list(enumerate(self._asked))):
            found[~values[node]] = position
        return found


def problem(rule: RowRule) -> Problem:
    """Return in words what is wrong with a case that breaks a rule."""
    field = rule.inputs[0] if len(rule.inputs) == 1 else ""
    return Problem(field=field, problem=f"the model knows no such rows ({rule.name})", expected=rule.text)
