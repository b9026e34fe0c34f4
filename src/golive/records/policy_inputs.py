"""Does a policy speak of inputs that exist, and compare like with like?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.errors import DocumentError
from golive.records import condition
from golive.records.alike import oddity
from golive.records.condition import SCORE, Both, Compare, Literal, Missing, Name, Not, Within
from golive.records.contract import TRAINING, Kind, Unknown
from golive.records.cover import never
from golive.records.fields import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.records.condition import Atom, Tree
    from golive.records.contract import Contract, Input
    from golive.records.rules import Expected, Policy, Rule

_ARTICLE = {Kind.number: "a number", Kind.text: "text", Kind.boolean: "true or false"}


def disagreements(policy: Policy, contract: Contract | None, *, name: str) -> list[str]:
    """Return the problems of rules, reason texts and cases, each with its place.

    Without a contract only the conditions themselves are read.
    """
    judge = _Judge(contract)
    found: list[str] = []
    trees: dict[Tree, str] = {}
    for rule in policy.rules:
        if not rule.when.strip():
            continue  # already said
        try:
            tree = condition.read(rule.when, where=rule.where)
        except DocumentError as exc:
            found += exc.problems
            continue
        if tree in trees:
            found.append(f"{rule.where}: the rule `{rule.id}` never decides: `{trees[tree]}` above asks the same")
        trees.setdefault(tree, rule.id)
        found += judge.rule(tree)
        found += _granted_by_absence(rule, tree) if rule.action == policy.favourable else []
    found += [f"{each.where}: {problem}" for each in policy.inputs for problem in judge.expected(each)]
    if contract is not None and not found:
        found += never(policy, contract)  # of conditions that are right in themselves
    return found + _elsewhere(policy, judge, name) + (list(_row_rules(policy, contract, name)) if contract else [])


def _row_rules(policy: Policy, contract: Contract, name: str) -> Iterator[str]:
    """Yield the row rules whose action the policy does not have, or would grant what the model knows nothing of."""
    for rule in contract.rules:
        if rule.action == TRAINING:
            continue
        where = policy.where.get("actions", name)
        what = f"{where}: cases that break the row rule {rule.name} (expected {rule.text}) get `{rule.action}`"
        if rule.action not in policy.actions:
            yield f"{what}, which is not in `names`{nearest(rule.action, policy.actions)}; expected it there"
        elif rule.action == policy.favourable:
            yield f"{what}, the favourable action; pack again with another one: --filter {rule.name}=review"


def _granted_by_absence(rule: Rule, tree: Tree) -> list[str]:
    asked = [missing for missing in sorted(condition.asked(tree)) if _may_hold(tree, missing) is not False]
    what = f"{rule.where}: the rule `{rule.id}` could give `{rule.action}`, the favourable action, because"
    expected = "expected another action, or a condition that fails then"
    return [f"{what} `{missing}` is missing; {expected}" for missing in asked]


def _elsewhere(policy: Policy, judge: _Judge, name: str) -> list[str]:
    texts = [
        f"{policy.where.get(key, name)}: reason text: {problem}"
        for key in policy.reason_texts
        if (problem := judge.known(key))
    ]
    cases = [(case.where, key, value) for case in policy.cases for key, value in case.inputs.items()]
    return texts + [f"{at}: case: {problem}" for at, key, value in cases for problem in judge.value(key, value)]


class _Judge:
    """Knows the inputs."""

    def __init__(self, contract: Contract | None) -> None:
        self.inputs = None if contract is None else {known.name: known for known in contract.inputs}

    def rule(self, tree: Tree) -> Iterator[str]:
        for atom in condition.atoms(tree):
            unknown = [f"{name.at}: {problem}" for name in condition.names(atom) if (problem := self.known(name.name))]
            yield from unknown
            if not unknown and self.inputs is not None:
                yield from self.atom(atom)

    def expected(self, expected: Expected) -> Iterator[str]:
        """Yield where the policy expects of an input what training did not see."""
        if self.inputs is None:
            return
        known = self.inputs.get(expected.name)
        if known is None:
            yield self.known(expected.name)
        elif known.kind is not expected.kind:
            what = f"`{expected.name}` is {_ARTICLE[known.kind]}; found type = {expected.kind.value!r}"
            yield f"{what}; expected type = {known.kind.value!r}"
        elif known.low is not None and known.high is not None:
            low, high = expected.low, expected.high
            if (low is not None and low > known.high) or (high is not None and high < known.low):
                what = f"training saw `{expected.name}` from {known.low:g} to {known.high:g}, all outside of this range"
                yield f"{what}; expected a range that holds some of it"

    def known(self, name: str) -> str:
        if self.inputs is None or name == SCORE or name in self.inputs:
            return ""
        near = f": {odd}" if (odd := oddity(name)) else nearest(name, [*self.inputs, "score"])
        return f"`{name}` is not an input{near}; the contract has: {', '.join(self.inputs)}"

    def atom(self, atom: Atom) -> Iterator[str]:
        if isinstance(atom, Compare):
            yield from self.compare(atom)
        elif isinstance(atom, Within):
            for literal in atom.values:
                yield from self.against(atom.name, literal)
        elif isinstance(atom, Missing):
            if atom.name.name == SCORE or self.kind(atom.name) is Kind.boolean:
                yield f"{atom.name.at}: `{_shown(atom.name)}` is never missing; take the question out"
        elif self.kind(atom.name) is not Kind.boolean:
            what = f"`{_shown(atom.name)}` is {_ARTICLE[self.kind(atom.name)]} and stands alone"
            yield f"{atom.name.at}: {what}; expected a comparison such as `< 18`"

    def compare(self, atom: Compare) -> Iterator[str]:
        sides = [side for side in (atom.left, atom.right) if isinstance(side, Name)]
        if not sides:
            yield f"{atom.at}: compares two constants, which is always the same; expected an input"
            return
        if atom.op not in ("=", "!=") and self.kind(sides[0]) is not Kind.number:
            kind = _ARTICLE[self.kind(sides[0])]
            yield f"{atom.at}: `{_shown(sides[0])}` is {kind}, which has no order; expected =, != or in"
        elif len(sides) == 2 and self.kind(sides[0]) is not self.kind(sides[1]):
            kinds = [f"`{_shown(side)}` is {_ARTICLE[self.kind(side)]}" for side in sides]
            yield f"{atom.at}: {kinds[0]} and {kinds[1]}; expected two of one kind"
        for side in (atom.left, atom.right):
            if isinstance(side, Literal):
                yield from self.against(sides[0], side)

    def against(self, name: Name, literal: Literal) -> Iterator[str]:
        """Yield what is wrong with a constant that an input is held against."""
        if name.name == SCORE:
            if not isinstance(literal.value, float):
                yield f"{literal.at}: the score is a number; found {literal.value!r}"
            elif not 0 <= literal.value <= 1:
                yield f"{literal.at}: the score is compared with {literal.value:g}; expected a number from 0 to 1"
            return
        assert self.inputs is not None
        for problem in self.value(name.name, literal.value):
            yield f"{literal.at}: {problem}"

    def value(self, name: str, value: float | str | bool) -> Iterator[str]:
        if self.inputs is None:
            return
        if unknown := self.known(name):
            yield unknown
            return
        known = self.inputs[name]
        if _kind(value) is not known.kind:
            quotes = " without quotes" if isinstance(value, str) else " in quotes" if known.kind is Kind.text else ""
            kind = _ARTICLE[known.kind]
            yield f"`{name}` is {kind}; found {_written(value)}; expected {kind}{quotes}"
        elif isinstance(value, str) and not _was_seen(value, known):
            seen = known.categories or ()
            near = nearest(value, seen)
            yield f"`{name}` was never {value!r} in training{near}; expected one of: {', '.join(seen)}"

    def kind(self, name: Name) -> Kind:
        assert self.inputs is not None
        return Kind.number if name.name == SCORE else self.inputs[name.name].kind


def _was_seen(value: str, known: Input) -> bool:
    return known.categories is None or known.unknown is Unknown.accept or value in known.categories


def _kind(value: float | str | bool) -> Kind:
    if isinstance(value, bool):
        return Kind.boolean
    return Kind.text if isinstance(value, str) else Kind.number


def _written(value: float | str | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value).removesuffix(".0")


def _shown(name: Name) -> str:
    return "score" if name.name == SCORE else name.name


def _may_hold(tree: Tree, missing: str) -> bool | None:
    """Return whether a condition holds when an input is missing; None when that depends on the others."""
    if isinstance(tree, Not):
        part = _may_hold(tree.part, missing)
        return None if part is None else not part
    if isinstance(tree, Both):
        sides = (_may_hold(tree.left, missing), _may_hold(tree.right, missing))
        strong = tree.op == "or"  # one side that holds decides an or, one that fails decides an and
        return strong if strong in sides else None if None in sides else not strong
    if isinstance(tree, Missing) and tree.name.name == missing:
        return not tree.negated
    return False if any(name.name == missing for name in condition.names(tree)) else None
