"""Which cases a condition covers, as far as that can be told: to find rules and bands that can never decide.

A condition is taken apart into terms that hold when each of their inputs lies in a set. A rule never decides when each
of its terms is empty, or lies inside one term of a rule above it. Comparisons of two inputs stand for themselves. What
is found is certain; not everything is found.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from golive.records import condition
from golive.records.condition import MIRRORED, SCORE, Both, Compare, Literal, Missing, Name, Not, Within
from golive.records.contract import Kind, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from golive.records.condition import Atom, Tree
    from golive.records.contract import Contract
    from golive.records.rules import Policy, Rule

_MOST = 200
"""Terms of one condition; beyond, nothing is said about it."""

Cut = tuple[float, int]
"""Just below a number (0) or just above it (1)."""
Spans = tuple[tuple[Cut, Cut], ...]
Value = float | str | bool
_EVERY: Spans = (((-math.inf, 0), (math.inf, 1)),)


class Cover(NamedTuple):
    """A set of values of one input."""

    missing: bool
    """Whether null is in it."""
    spans: Spans = ()
    """Of a number."""
    values: frozenset[Value] = frozenset()
    """Of a text or a boolean: these, or with ``others`` all but these."""
    others: bool = False

    @property
    def empty(self) -> bool:
        return not (self.missing or self.spans or self.values or self.others)


Key = str | Compare
"""An input; or a comparison of two inputs, which stands for itself."""
Term = dict[Key, Cover]
Above = dict[frozenset[Key], list[tuple[str, Term]]]
"""The terms of the rules above with their rules, by what they bind."""
_TRUE, _FALSE = Cover(False, values=frozenset({True})), Cover(False, values=frozenset({False}))


def never(policy: Policy, contract: Contract) -> Iterator[str]:
    """Yield what can never decide, with its place; rules that cannot be read are passed over."""
    known = _Known(policy, contract)
    above: Above = {}
    for rule, tree in _trees(policy.rules, known):
        known.present |= set(condition.needed(tree))
        what = f"{rule.where}: the rule `{rule.id}` never decides"
        terms = known.terms(tree, True)
        live = [term for term in terms if not any(cover.empty for cover in term.values())]
        if terms and not live:
            yield f"{what}: no case fulfils its condition; expected one that some cases do"
        elif terms and (by := known.inside(live, above)):
            yield f"{what}: `{by}` above always does; move it above `{by}`, or take it out"
        for one in live:
            above.setdefault(known.binding(one), []).append((rule.id, one))
    for band in policy.bands:
        term: Term = {SCORE: Cover(False, (((band.low, 0), (band.high, int(band.high == 1))),))}
        if band.low < band.high and (by := known.inside([term], above)):
            yield f"{band.where}: the band `{band.id}` never decides: the rule `{by}` always does; take one of them out"


def _trees(rules: Sequence[Rule], known: _Known) -> Iterator[tuple[Rule, Tree]]:
    for rule in rules:
        if not rule.when.strip():
            continue
        tree = condition.read(rule.when, where=rule.where)
        if all(name.name in known.full for atom in condition.atoms(tree) for name in condition.names(atom)):
            yield rule, tree


class _Known:
    """What values there are to begin with."""

    def __init__(self, policy: Policy, contract: Contract) -> None:
        self.full = {known.name: Cover(known.nullable and known.kind is not Kind.boolean) for known in contract.inputs}
        self.full[SCORE] = Cover(False, (((0.0, 0), (1.0, 1)),))
        self.present: set[str] = set()
        for known in contract.inputs:
            cover = self.full[known.name]
            if known.kind is Kind.number:
                self.full[known.name] = cover._replace(spans=_EVERY)
            elif known.kind is Kind.boolean:
                self.full[known.name] = cover._replace(values=frozenset({True, False}))
            elif known.categories is not None and known.unknown is Unknown.refuse:
                self.full[known.name] = cover._replace(values=frozenset(known.categories))
            else:
                self.full[known.name] = cover._replace(others=True)
        for expected in policy.inputs:
            low = -math.inf if expected.low is None else expected.low
            high = math.inf if expected.high is None else expected.high
            cover = self.full.get(expected.name, Cover(False))
            self.full[expected.name] = cover._replace(spans=_common(cover.spans, (((low, 0), (high, 1)),)))

    def all(self, key: Key) -> Cover:
        """Return every value that an input can still have."""
        if isinstance(key, Compare):
            return Cover(False, values=frozenset({True, False}))
        return self.full[key]._replace(missing=self.full[key].missing and key not in self.present)

    def terms(self, tree: Tree, truth: bool) -> list[Term]:
        """Return the terms one of which holds when the condition does; none when there are too many."""
        if isinstance(tree, Not):
            return self.terms(tree.part, not truth)
        if not isinstance(tree, Both):
            key, cover = self.atom(tree, truth)
            return [{key: cover}]
        left, right = self.terms(tree.left, truth), self.terms(tree.right, truth)
        if not left or not right or len(left) * len(right) > _MOST:
            return []
        return left + right if (tree.op == "or") == truth else [_joined(one, two) for one in left for two in right]

    def binding(self, term: Term) -> frozenset[Key]:
        """Return the keys of which a term does not take every value; only a term with these can lie inside it."""
        return frozenset(
            key for key, cover in term.items() if cover._replace(missing=False) != self.all(key)._replace(missing=False)
        )

    def inside(self, terms: Iterable[Term], above: Above) -> str:
        """Return the rule above that covers what these terms cover; empty when there is none."""
        found = ""
        for term in terms:
            near = (others for binding, others in above.items() if binding <= term.keys())
            found = next((by for others in near for by, other in others if self.within(term, other)), "")
            if not found:
                return ""
        return found

    def within(self, term: Mapping[Key, Cover], other: Mapping[Key, Cover]) -> bool:
        mine = {key: _both(term.get(key, self.all(key)), self.all(key)) for key in other}
        return all(_both(mine[key], cover) == mine[key] for key, cover in other.items())

    def atom(self, atom: Atom, truth: bool) -> tuple[Key, Cover]:
        """Return the values with which a comparison holds (or, ``truth`` false, does not)."""
        if isinstance(atom, Compare) and isinstance(atom.left, Name) and isinstance(atom.right, Name):
            return Compare(atom.op, atom.left, atom.right), _TRUE if truth else _FALSE
        key = next(name.name for name in condition.names(atom))
        every = self.all(key)
        holds = _both(every, _asked(atom))
        return key, holds if truth else _without(every, holds)


def _asked(atom: Atom) -> Cover:
    """Return the values with which a comparison holds, whatever the input can be."""
    if isinstance(atom, Missing):
        every = Cover(False, _EVERY, others=True)
        return every if atom.negated else Cover(True)
    if isinstance(atom, Within):
        values = [literal.value for literal in atom.values]
        return _these(values, but=atom.negated)
    if not isinstance(atom, Compare):
        return _TRUE
    left, right = atom.left, atom.right
    op, literal = (atom.op, right) if isinstance(right, Literal) else (MIRRORED[atom.op], left)
    assert isinstance(literal, Literal)  # two inputs, and two constants, were met before
    if op in ("=", "!="):
        return _these([literal.value], but=op == "!=")
    return Cover(False, (_half(op, float(literal.value)),))


def _half(op: str, number: float) -> tuple[Cut, Cut]:
    """Return the numbers that ``op`` number holds for."""
    cut = (number, 1 if op in ("<=", ">") else 0)
    return ((-math.inf, 0), cut) if op[0] == "<" else (cut, (math.inf, 1))


def _these(values: Sequence[Value], *, but: bool) -> Cover:
    points = sorted({value for value in values if isinstance(value, float)})
    spans: Spans = tuple(((point, 0), (point, 1)) for point in points)
    names = frozenset(value for value in values if not isinstance(value, float))
    return Cover(False, _rest(spans) if but else spans, names, others=but)


def _joined(one: Term, two: Term) -> Term:
    return {**one, **{key: _both(one[key], cover) if key in one else cover for key, cover in two.items()}}


def _both(one: Cover, two: Cover) -> Cover:
    if one.others and two.others:
        values, others = one.values | two.values, True
    elif one.others or two.others:
        listed, rest = (two, one) if one.others else (one, two)
        values, others = listed.values - rest.values, False
    else:
        values, others = one.values & two.values, False
    return Cover(one.missing and two.missing, _common(one.spans, two.spans), values, others)


def _without(every: Cover, some: Cover) -> Cover:
    return _both(every, Cover(not some.missing, _rest(some.spans), some.values, not some.others))


def _common(one: Spans, two: Spans) -> Spans:
    both = ((max(a[0], b[0]), min(a[1], b[1])) for a in one for b in two)
    return tuple(sorted((low, high) for low, high in both if low < high))


def _rest(spans: Spans) -> Spans:
    cuts = [(-math.inf, 0), *(cut for span in spans for cut in span), (math.inf, 1)]
    return tuple((low, high) for low, high in zip(cuts[::2], cuts[1::2], strict=True) if low < high)
