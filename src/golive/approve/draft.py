"""A first policy from the evidence, for people to edit: bands, guards, fallback, test cases."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from golive.approve.overlay import EVIDENCE, need_folder, opened_with
from golive.approve.priced import money_in
from golive.errors import InputError
from golive.maths.money import needed
from golive.records import document
from golive.records.contract import Kind, Known
from golive.records.evidence import Evidence
from golive.records.rules import REVIEW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from golive.records.contract import Contract, Input
    from golive.records.evidence import MoneyEvidence
    from golive.records.money import Money

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = {"and", "or", "not", "in", "is", "missing", "true", "false", "score"}


def draft(bundle: Path) -> str:
    """Return the text of a policy that does what the evidence suggests, and one careful thing more.

    The bands are cut where the evidence cut; everything else is there to be read and changed by the owner of the rule:
    hard rules that send a case to people when a column that the prices are made of lies beyond what training saw, the
    fallback, and test cases.

    Parameters
    ----------
    bundle
        The bundle folder, with evidence and money in it.

    Raises
    ------
    InputError
        There is no evidence with prices, or it suggests doing the same with everybody.
    """
    need_folder(bundle)
    opened = opened_with(bundle, None)
    if not (bundle / EVIDENCE).is_file():
        raise InputError(
            f"`{bundle}` has no evidence yet, so nothing suggests a policy",
            hint=f"golive prove {bundle} HOLDOUT --outcome COLUMN --event LABEL --money money.toml --out FOLDER",
        )
    evidence = document.read(bundle / EVIDENCE, Evidence)
    found = evidence.money
    if found is None:
        raise InputError(
            "the evidence has no prices, so no cut-off was chosen",
            hint="golive prove BUNDLE HOLDOUT --money money.toml",
        )
    if not found.cutoff.chosen and (found.bands is None or not any(found.bands.chosen)):
        raise InputError(
            f"the evidence suggests no cut-off: `{found.cutoff.constant}` for everybody",
            hint="there is nothing to decide by score; write a policy by hand if there are hard rules",
        )
    lines = _lines(opened.manifest.name, opened.contract, evidence, found, money_in(bundle), opened.explainer.names)
    return "\n".join(lines) + "\n"


def readable_cut(low: float, high: float) -> float:
    """Return the shortest decimal in the middle half of the gap between two neighbouring scores.

    Every number in the gap decides these rows alike; the middle half keeps away from the scores on both sides.
    """
    middle, room = (low + high) / 2, (high - low) / 4
    for digits in range(1, 17):
        rounded = round(middle, digits)
        if abs(rounded - middle) <= room:
            return rounded
    return middle


def _cut(evidence: Evidence, money: MoneyEvidence) -> float:
    edge, chosen = money.cutoff.edge, money.cutoff.chosen[0]
    low, high = evidence.table.high[edge - 1], evidence.table.low[edge]
    return readable_cut(low, high) if low < chosen < high else chosen


def _lines(
    name: str, contract: Contract, evidence: Evidence, found: MoneyEvidence, money: Money, explained: Sequence[str]
) -> Iterator[str]:
    outer = _outer(evidence, found)
    guarded = _guarded(contract, needed(money))
    owner = _owner(money)
    actions = dict.fromkeys((found.below, REVIEW, found.above))
    yield f"# Drafted from the evidence: {evidence.verdict.word.value}."
    yield "# Read it, change it, then: golive approve check, rehearse, sign."
    yield "# docs/reference/policy.md explains each field."
    yield f"id = {_text(f'{name}-first')}"
    yield 'version = "1"'
    yield f"owner = {_text(owner)}"
    yield ""
    yield "[actions]"
    yield f"names = [{', '.join(map(_text, actions))}]"
    yield f"favourable = {_text(found.favourable)}   # must never happen by mistake"
    for place, unseen in enumerate(guarded, start=1):
        yield from _guard(unseen, place, owner)
    yield from _bands(found, outer)
    yield ""
    yield "# Whatever cannot be decided: a broken contract, a missing value that a rule needs, any error."
    yield "[fallback]"
    yield f"action = {_text(REVIEW)}"
    yield 'message = "A person looks at your case."'
    yield from _reasons(explained)
    if found.bands is not None and money.review is not None:
        yield from _queue(money.review.capacity_per_day)
    yield from _cases(guarded, outer, found)


def _outer(evidence: Evidence, found: MoneyEvidence) -> tuple[float, float]:
    """Return where the lowest band ends and where the highest begins: at the one cut-off, or around the middle."""
    if found.bands is None:
        cut = _cut(evidence, found)
        return cut, cut
    return _cut_at(evidence, found.bands.edges[0]), _cut_at(evidence, found.bands.edges[1])


def _cut_at(evidence: Evidence, edge: int) -> float:
    """Return the readable number of an edge; 0 or 1 where the band beyond it is empty."""
    if edge in (0, len(evidence.table.low)):
        return 1.0 if edge else 0.0
    return readable_cut(evidence.table.high[edge - 1], evidence.table.low[edge])


def _bands(found: MoneyEvidence, outer: tuple[float, float]) -> Iterator[str]:
    low, high = outer
    if low > 0:
        yield from _band("low", 0.0, low, found.below, f"score below {_number(low)}")
    if low < high:
        people = "people look, as many as they can; what they add is assumed"
        yield from _band("middle", low, high, REVIEW, f"score from {_number(low)}: {people}")
    if high < 1:
        yield from _band("high", high, 1.0, found.above, f"score from {_number(high)}; chosen for the most money")


def _guard(unseen: Input, place: int, owner: str) -> Iterator[str]:
    assert unseen.low is not None and unseen.high is not None  # `_guarded` looks for both
    who = _name(unseen.name)
    known = f"{who} is not missing and " if unseen.nullable else ""
    outside = f"{who} < {_number(unseen.low)} or {who} > {_number(unseen.high)}"
    yield ""
    yield f"# Training saw {unseen.name} from {_number(unseen.low)} to {_number(unseen.high)}."
    yield "[[rules]]"
    yield f"id = {_text(f'{unseen.name}-beyond-training')}"
    yield f"when = {_text(f'{known}({outside})' if known else outside)}"
    yield f"action = {_text(REVIEW)}"
    yield f'reason = "R{place:02}"'
    yield 'message = "A person looks at your case."'
    yield f"owner = {_text(owner)}"


def _band(band: str, low: float, high: float, action: str, why: str) -> Iterator[str]:
    yield ""
    yield f"[[bands]]   # {why}"
    yield f"id = {_text(band)}"
    yield f"from = {_number(low)}"
    yield f"to = {_number(high)}"
    yield f"action = {_text(action)}"
    yield 'message = ""   # for the customer'


def _reasons(explained: Sequence[str]) -> Iterator[str]:
    yield ""
    yield "[reasons]"
    yield "most = 4"
    if explained:
        yield ""
        yield "# What the customer reads when an input raised the risk, whatever its value."
        yield f"# Empty: golive's own words, such as {_text(f'{explained[0]} is ...: raises the risk')}."
        yield "[reasons.texts]"
        yield from (f'{_key(name)} = ""' for name in explained)


def _queue(capacity: float) -> Iterator[str]:
    yield ""
    yield "# How many cases people can look at on one day, as the money file says. What is beyond waits."
    yield "[review]"
    yield f"capacity_per_day = {max(int(capacity), 1)}"


def _cases(guarded: Sequence[Input], outer: tuple[float, float], found: MoneyEvidence) -> Iterator[str]:
    yield ""
    yield "# Cases that must come out as written each time the policy is compiled."
    inside = {unseen.name: unseen.low for unseen in guarded}
    for unseen in guarded:
        assert unseen.high is not None
        beyond = unseen.high + max(1.0, abs(unseen.high) / 10)
        why = f"{unseen.name} beyond what training saw, whatever the score"
        yield from _case({**inside, unseen.name: beyond}, None, REVIEW, why)
    known = next((unseen.name for unseen in guarded if not unseen.nullable), None)
    if known is not None:
        yield from _case({}, 0.0, REVIEW, f"without {known} the rule cannot be asked: the fallback")
    low, high = outer
    lowest = found.below if low > 0 else REVIEW if high > 0 else found.above
    yield from _case(inside, 0.0, lowest, "the lowest score")
    if 0 < low < high:
        yield from _case(inside, low, REVIEW, "exactly on the lower cut-off: people look")
    if 0 < high < 1:
        yield from _case(inside, high, found.above, "exactly on the cut-off: the upper band")
    yield from _case(inside, 1.0, found.above if high < 1 else REVIEW if low < 1 else found.below, "the highest score")


def _case(inputs: dict[str, float | None], score: float | None, action: str, why: str) -> Iterator[str]:
    listed = ", ".join(f"{_key(name)} = {_number(value)}" for name, value in inputs.items() if value is not None)
    yield ""
    yield f"[[cases]]   # {why}"
    yield f"inputs = {{ {listed} }}" if listed else "inputs = {}"
    if score is not None:
        yield f"score = {_number(score)}"
    yield f"action = {_text(action)}"


def _guarded(contract: Contract, priced: Sequence[str]) -> list[Input]:
    """Pick the inputs of the guards: each number with a range that a price is made of; the first of all without one.

    What a price is made of decides how much one mistake costs: there, nothing beyond training passes without a person.
    """
    ranged = [
        known
        for known in contract.inputs
        if known.kind is Kind.number and known.low is not None and known.high is not None
        if known.known is not Known.after and "`" not in known.name and known.name.isprintable()
    ]
    found = {known.name: known for known in ranged}
    return [found[name] for name in priced if name in found] or sorted(ranged, key=lambda known: known.nullable)[:1]


def _owner(money: Money) -> str:
    named = [assumption.owner for assumption in money.assumptions if assumption.owner]
    return (money.volume.owner if money.volume else "") or next(iter(named), "") or "risk owner"


def _name(name: str) -> str:
    """Write an input in a condition."""
    return name if _PLAIN.fullmatch(name) and name not in _WORDS else f"`{name}`"


def _key(name: str) -> str:
    """Write an input as a TOML key."""
    return name if _PLAIN.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _number(number: float) -> str:
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)
