"""A policy compiled to graph operations: the same answer in Python, by row and by column, and in every export."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from golive.engine.builder import Builder
from golive.engine.program import Program
from golive.records import condition
from golive.records.condition import SCORE, Both, Compare, Flag, Literal, Missing, Name, Not, Within
from golive.records.policy import branches, refused
from golive.records.policy_inputs import disagreements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from golive.engine.operations.operation import Value
    from golive.records.condition import Atom, Tree
    from golive.records.contract import Contract
    from golive.records.graph import Graph
    from golive.records.rules import Case, Policy

FALLBACK = 0
"""The branch of the fallback, in `golive.records.rules.branches`."""
_COMPARISON = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "=": "eq", "!=": "ne"}


def compile_policy(policy: Policy, contract: Contract, *, name: str = "policy.toml") -> Graph:
    """Compile a policy and run its cases.

    Parameters
    ----------
    policy
        As `golive.records.policy.parse` returned it.
    contract
        The inputs it speaks about.
    name
        How messages call the file.

    Returns
    -------
    Graph
        Reads the raw inputs that the rules name and ``@score``; its ``score`` node is the number of the branch in
        `branches`: 0 the fallback, then the rules, then the bands. It has no arrays.

    Raises
    ------
    DocumentError
        A rule does not fit the contract, or a case comes out otherwise than written; all problems are listed.
    """
    problems = disagreements(policy, contract, name=name)
    if problems:
        raise refused(name, problems)
    graph = _Compiler(policy, contract).graph()
    problems = [problem for case in policy.cases for problem in _judge_case(case, policy, contract, Program(graph))]
    if problems:
        raise refused(name, problems)
    return graph


def same(one: Graph, other: Graph) -> bool:
    """Return whether two compiled policies are equal; where a rule stands in the file does not matter."""
    return _without_places(one) == _without_places(other)


def _without_places(graph: Graph) -> Graph:
    return replace(graph, nodes=tuple(replace(node, where="") for node in graph.nodes))


class _Compiler:
    """Turns rules and bands into one node that holds the number of the branch."""

    def __init__(self, policy: Policy, contract: Contract) -> None:
        self.policy = policy
        self.kinds = {SCORE: "number", **{known.name: known.kind.value for known in contract.inputs}}
        self.b = Builder()
        self.score = self.b.input(SCORE, "number")

    def graph(self) -> Graph:
        b, fallback = self.b, self.number(FALLBACK)
        branch = self.bands()
        for position, rule in reversed(list(enumerate(self.policy.rules, start=1))):
            tree = condition.read(rule.when, where=rule.where)
            branch = b.node("where", self.holds(tree), self.number(position), branch, where=rule.where)
            for name in reversed(condition.needed(tree)):
                if self.kinds[name] != "boolean":
                    missing = b.node("is_missing", self.input(name))
                    branch = b.node("where", missing, fallback, branch, where=rule.where)
        for expected in reversed(self.policy.inputs):
            for beyond, end in (("lt", expected.low), ("gt", expected.high)):
                if end is not None:
                    outside = b.node(beyond, self.input(expected.name), self.number(end))
                    branch = b.node("where", outside, fallback, branch)
        within = b.node("and", b.node("ge", self.score, self.number(0)), b.node("le", self.score, self.number(1)))
        graph, _ = b.finish({}, b.node("where", within, branch, fallback))
        return graph

    def bands(self) -> int:
        """A score on a border is not below it, so it belongs to the upper band."""
        first = 1 + len(self.policy.rules)
        last = len(self.policy.bands) - 1
        branch = self.number(first + last)
        for position, band in reversed(list(enumerate(self.policy.bands[:last]))):
            below = self.b.node("lt", self.score, self.number(band.high))
            branch = self.b.node("where", below, self.number(first + position), branch)
        return branch

    def holds(self, tree: Tree) -> int:
        if isinstance(tree, Not):
            return self.b.node("not", self.holds(tree.part))
        if isinstance(tree, Both):
            return self.b.node(tree.op, self.holds(tree.left), self.holds(tree.right))
        return self.atom(tree)

    def atom(self, atom: Atom) -> int:
        """Any comparison with a missing value is false, ``!=`` and ``not in`` too."""
        if isinstance(atom, Flag):
            return self.input(atom.name.name)
        if isinstance(atom, Missing):
            missing = self.b.node("is_missing", self.input(atom.name.name))
            return self.b.node("not", missing) if atom.negated else missing
        if isinstance(atom, Within):
            return self.within(atom)
        found = self.compare(atom)
        return self.all_there(atom, found) if atom.op == "!=" else found

    def within(self, atom: Within) -> int:
        kind = self.kinds[atom.name.name]
        keys = tuple(dict.fromkeys(literal.value for literal in atom.values))
        if kind == "boolean":
            found = self.b.node("to_number", self.input(atom.name.name))
            keys = tuple(float(key) for key in keys)
        else:
            found = self.input(atom.name.name)
        isin = self.b.node("isin", found, keys=keys, missing=atom.negated)
        return self.b.node("not", isin) if atom.negated else isin

    def compare(self, atom: Compare) -> int:
        left, right = self.operand(atom.left), self.operand(atom.right)
        kind = self.b.kind(left)
        if kind == "boolean":
            differs = self.b.node("xor", left, right)
            return differs if atom.op == "!=" else self.b.node("not", differs)
        if kind == "text":
            return self.b.node("differs" if atom.op == "!=" else "same", left, right)
        return self.b.node(_COMPARISON[atom.op], left, right)

    def all_there(self, atom: Compare, found: int) -> int:
        for name in condition.names(atom):
            if self.kinds[name.name] != "boolean":
                there = self.b.node("not", self.b.node("is_missing", self.input(name.name)))
                found = self.b.node("and", there, found)
        return found

    def operand(self, side: Name | Literal) -> int:
        if isinstance(side, Name):
            return self.input(side.name)
        if isinstance(side.value, bool):
            return self.b.node("boolean", value=side.value)
        return self.b.node("text", value=side.value) if isinstance(side.value, str) else self.number(side.value)

    def input(self, name: str) -> int:
        return self.b.input(name, self.kinds[name])

    def number(self, value: float) -> int:
        return self.b.node("number", value=value)


def _judge_case(case: Case, policy: Policy, contract: Contract, program: Program) -> Iterator[str]:
    """Yield how a case comes out otherwise than written."""
    inputs: dict[str, Value] = {known.name: case.inputs.get(known.name) for known in contract.inputs}
    absent = [name for name in program.graph.inputs if name != SCORE and inputs[name] is None]
    for name in absent:
        if program.kinds[program.graph.inputs[name]] == "boolean":
            yield f"{case.where}: case: `{name}` is true or false and never missing; expected it in `inputs`"
            return
    ways = branches(policy)
    for score in [case.score] if case.score is not None else _telling_scores(policy):
        values = program.row({**inputs, SCORE: score}, keep={program.graph.score})
        found = ways[int(values[program.graph.score])]
        if found.action != case.action:
            by = f"{found.kind} `{found.id}`" if found.id else found.kind
            with_score = "" if case.score is not None else f" with the score {score:g}"
            why = "" if found.kind != "fallback" else _why_not_asked(policy, inputs)
            yield f"{case.where}: case: expected `{case.action}`, the {by} gives `{found.action}`{with_score}{why}"
            return


def _why_not_asked(policy: Policy, inputs: Mapping[str, Value]) -> str:
    """Say which input sent a case to the fallback: one that is out of range, or one that the next rule needs."""
    for expected in policy.inputs:
        value = inputs[expected.name]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            low, high = expected.low, expected.high
            if (low is not None and value < low) or (high is not None and value > high):
                return f", because `{expected.name}` is beyond what [inputs] expects"
    for rule in policy.rules:  # no rule before the first that could not be asked did hold
        for name in condition.needed(condition.read(rule.when, where=rule.where)):
            if inputs[name] is None:
                return f", because the rule `{rule.id}` needs `{name}`, which is empty"
    return ""


def _telling_scores(policy: Policy) -> list[float]:
    """Return scores that stand for all: the borders, and one between each two."""
    found = borders(policy)
    return sorted({*found, *((low + high) / 2 for low, high in pairwise(found))})


def borders(policy: Policy) -> list[float]:
    """Return every score at which the policy may change its mind, rising: 0, 1, those of bands and of rules."""
    found = {0.0, 1.0, *(band.high for band in policy.bands)}
    for rule in policy.rules:
        for atom in condition.atoms(condition.read(rule.when)):
            if isinstance(atom, (Compare, Within)) and SCORE in [name.name for name in condition.names(atom)]:
                sides = atom.values if isinstance(atom, Within) else (atom.left, atom.right)
                found |= {float(side.value) for side in sides if isinstance(side, Literal)}
    return sorted(border for border in found if 0 <= border <= 1)
