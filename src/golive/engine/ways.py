"""A compiled policy for one case: the same graph, of which only what decides is computed.

A policy is a chain of questions, most of which are never reached; `Program.row` would ask them all. This asks them in
turn, with the row functions of the same operations, so that a rule costs little beside a score.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from golive.records.condition import SCORE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from golive.engine.program import Program
    from golive.records.graph import Node

    Case = Mapping[str, Any]
    Asked = Callable[[Case, float], Any]

_COMPARE = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "eq": operator.eq}
"""Comparisons that are false with a missing number."""
_MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq"}


def way(program: Program) -> Callable[[Case, float], int]:
    """Return the function that gives the number of the branch of one case.

    Parameters
    ----------
    program
        What `golive.engine.policy.compile_policy` returned, checked.

    Returns
    -------
    callable
        Of a case that keeps its contract (null is None) and a score (NaN: none).
    """
    return _Chain(program).way()


class _Chain:
    """Turns nodes into questions."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.nodes = program.graph.nodes

    def way(self) -> Callable[[Case, float], int]:
        """Follow the `where` nodes from the answer on: each has a constant on one side, and the rest on the other."""
        questions: list[tuple[Asked, int]] = []
        node = self.nodes[self.program.graph.score]
        while node.op == "where":
            condition, here, there = node.args
            if self.nodes[here].op == "number":
                questions.append((self.asked(condition), self.branch(here)))
                node = self.nodes[there]
            else:
                questions.append((_not(self.asked(condition)), self.branch(there)))
                node = self.nodes[here]
        last, asked = int(_number(node)), tuple(questions)

        def way(case: Case, score: float) -> int:
            for question, branch in asked:
                if question(case, score):
                    return branch
            return last

        return way

    def branch(self, number: int) -> int:
        return int(_number(self.nodes[number]))

    def asked(self, number: int) -> Asked:
        """Return the function that computes a node."""
        node = self.nodes[number]
        if node.op == "input":
            return self.input(node, self.program.kinds[number])
        if node.op in ("number", "text", "boolean"):
            value = node.params["value"]
            return lambda case, score: value
        if node.op in ("and", "or"):
            return self.joined(number)
        if node.op == "not":
            return _not(self.asked(node.args[0]))
        return self.compared(node) or self.computed(number, node)

    def input(self, node: Node, kind: str) -> Asked:
        name = str(node.params["name"])
        if name == SCORE:
            return lambda case, score: score
        if kind != "number":
            return lambda case, score: case[name]

        def number(case: Case, score: float) -> float:
            value = case[name]
            return math.nan if value is None else value

        return number

    def joined(self, number: int) -> Asked:
        op = self.nodes[number].op
        parts = self.parts(number, op)
        if op == "and":
            compared = {arg for part in parts if self.nodes[part].op in _COMPARE for arg in self.nodes[part].args}
            parts = [part for part in parts if self.there(part) not in compared]  # a comparison asks that by itself
        asked = tuple(self.asked(part) for part in parts)
        if len(asked) == 1:
            return asked[0]

        def one(case: Case, score: float) -> bool:
            for part in asked:  # noqa: SIM110  # any() would make a generator for each case
                if part(case, score):
                    return True
            return False

        def every(case: Case, score: float) -> bool:
            for part in asked:  # noqa: SIM110
                if not part(case, score):
                    return False
            return True

        return one if op == "or" else every

    def parts(self, number: int, op: str) -> list[int]:
        node = self.nodes[number]
        return [part for arg in node.args for part in self.parts(arg, op)] if node.op == op else [number]

    def there(self, number: int) -> int | None:
        """Return the node of which this one says that it is not missing; None where it says something else."""
        node = self.nodes[number]
        if node.op == "not" and self.nodes[node.args[0]].op == "is_missing":
            return self.nodes[node.args[0]].args[0]
        return None

    def compared(self, node: Node) -> Asked | None:
        """Return the comparison of an input with a constant, made in one call; None where it is something else."""
        if node.op not in _COMPARE:
            return None
        left, right, op = self.nodes[node.args[0]], self.nodes[node.args[1]], node.op
        if left.op == "number":
            left, right, op = right, left, _MIRRORED[op]
        if left.op != "input" or right.op != "number":
            return None
        return _comparison(op, str(left.params["name"]), _number(right))

    def computed(self, number: int, node: Node) -> Asked:
        row, asked = self.program.running[number].row, tuple(self.asked(arg) for arg in node.args)
        if len(asked) == 1:
            (only,) = asked
            return lambda case, score: row(only(case, score))
        return lambda case, score: row(*[part(case, score) for part in asked])


def _comparison(op: str, name: str, limit: float) -> Asked:
    compare = _COMPARE[op]
    if name == SCORE:
        return lambda case, score: compare(score, limit)

    def compared(case: Case, score: float) -> Any:
        value = case[name]
        return value is not None and compare(value, limit)

    return compared


def _not(asked: Asked) -> Asked:
    return lambda case, score: not asked(case, score)


def _number(node: Node) -> float:
    return float(node.params["value"])  # type: ignore[arg-type]  # a number node holds a number
