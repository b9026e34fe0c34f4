"""Two policies side by side, in sentences: what changed for a case, a customer or an owner; not how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec.structs

from golive.errors import DocumentError
from golive.records import condition
from golive.records.difference import Change, Difference
from golive.records.policy_fields import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from golive.records.document import Digest
    from golive.records.rules import Band, Case, Policy, Rule

_ROUTING = {
    "review.capacity_per_day": "people look at {} cases a day",
    "review.order": "the queue is ordered by {}",
    "review.overflow": "beyond the capacity the action is {}",
    "review.message": "beyond the capacity the customer reads {}",
    "overrides.roles": "overrides are made by {}",
    "overrides.reasons": "an override gives one of the reasons {}",
    "overrides.most": "the largest share of overrides is {}",
    "overrides.period_days": "the share of overrides is over {} days",
    "overrides.from_cases": "the share of overrides is asked from {} decisions",
    "overrides.beyond": "above that share the service does: {}",
    "control.share": "the control arm gets a share of {}",
    "control.low": "the control arm begins at the score {}",
    "control.high": "the control arm ends at the score {}",
    "control.action": "the control arm's action is {}",
    "control.daily_loss_cap": "the control arm may lose {} a day",
    "effective.first": "the first day is {}",
    "effective.last": "the last day is {}",
    "effective.utc_offset": "days begin by the clock {}",
}
"""What a value of the routing means, in a sentence."""


def diff(old: Policy, new: Policy, *, before: Digest, after: Digest) -> Difference:
    """Compare two policies.

    Parameters
    ----------
    old, new
        As they were read.
    before, after
        Digests of their files.

    Returns
    -------
    Difference
        Without changes when both do the same with every case and say the same to everybody.
    """
    changes = tuple(Change(what=what, id=name, text=text) for what, name, text in _all(old, new))
    return Difference(before=before, after=after, changes=changes)


def sentences(old: Policy, new: Policy) -> tuple[str, ...]:
    """Return the changes as sentences."""
    return tuple(text for _, _, text in _all(old, new))


Said = tuple[str, str, str]


def _all(old: Policy, new: Policy) -> Iterator[Said]:
    for compare in (_top, _actions, _inputs, _rules, _bands, _fallback, _reasons, _routing, _cases):
        yield from compare(old, new)


def _top(old: Policy, new: Policy) -> Iterator[Said]:
    for field in ("id", "version", "owner"):
        was, now = getattr(old, field), getattr(new, field)
        if was != now:
            yield "policy", "", f"The {field} is {_said(now)} instead of {_said(was)}."


def _actions(old: Policy, new: Policy) -> Iterator[Said]:
    for action in new.actions:
        if action not in old.actions:
            yield "action", action, f"The action {action} is new."
    for action in old.actions:
        if action not in new.actions:
            yield "action", action, f"The action {action} is gone."
    if old.favourable != new.favourable:
        yield "action", "", f"The favourable action is {new.favourable} instead of {old.favourable}."


def _inputs(old: Policy, new: Policy) -> Iterator[Said]:
    was, now = ({each.name: each for each in policy.inputs} for policy in (old, new))
    for name in now:
        if name not in was:
            yield "input", name, f"Input {name}: expected to be a {now[name].kind.value}{_range(now[name])}."
        elif (gone := _range(was[name])) != (there := _range(now[name])):
            yield (
                "input",
                name,
                f"Input {name}: expected{there or ' at any value'} instead of{gone or ' at any value'}.",
            )
        elif was[name].kind is not now[name].kind:
            yield "input", name, f"Input {name}: {now[name].kind.value} instead of {was[name].kind.value}."
    for name in was:
        if name not in now:
            yield "input", name, f"Input {name}: nothing is expected of it any more."


def _range(expected: Any) -> str:
    low = "" if expected.low is None else f" from {plain(expected.low)}"
    return low + ("" if expected.high is None else f" to {plain(expected.high)}")


def _rules(old: Policy, new: Policy) -> Iterator[Said]:
    was, now = ({rule.id: rule for rule in policy.rules} for policy in (old, new))
    for place, rule in enumerate(new.rules):
        if rule.id not in was:
            after = f"after {new.rules[place - 1].id}" if place else "asked first"
            yield "rule", rule.id, f"Rule {rule.id} is new, {after}: if {_flat(rule.when)}, then {rule.action}."
        else:
            yield from (("rule", rule.id, text) for text in _rule(was[rule.id], rule))
    for rule in old.rules:
        if rule.id not in now:
            yield "rule", rule.id, f"Rule {rule.id} is gone: if {_flat(rule.when)}, then {rule.action}."
    yield from _order([rule.id for rule in old.rules], [rule.id for rule in new.rules])


def _rule(was: Rule, now: Rule) -> Iterator[str]:
    if not _same_condition(was.when, now.when):
        yield f"Rule {now.id} asks `{_flat(now.when)}` instead of `{_flat(was.when)}`."
    if was.action != now.action:
        yield f"Rule {now.id} gives {now.action} instead of {was.action}."
    names = {"reason": "reason code", "message": "text for the customer", "owner": "owner", "legal": "legal note"}
    for field, name in names.items():
        yield from _text(f"Rule {now.id}", name, getattr(was, field), getattr(now, field))


def _order(old: Sequence[str], new: Sequence[str]) -> Iterator[Said]:
    was, now = [name for name in old if name in new], [name for name in new if name in old]
    if was != now:
        yield "rule", "", f"Rules are asked in another order: {', '.join(now)} instead of {', '.join(was)}."


def _bands(old: Policy, new: Policy) -> Iterator[Said]:
    was, now = ({band.id: band for band in policy.bands} for policy in (old, new))
    for band in new.bands:
        if band.id not in was:
            yield "band", band.id, f"Band {band.id} is new: scores {_ends(band)} get {band.action}."
        else:
            yield from (("band", band.id, text) for text in _band(was[band.id], band))
    for band in old.bands:
        if band.id not in now:
            yield "band", band.id, f"Band {band.id} is gone: scores {_ends(band)} got {band.action}."


def _band(was: Band, now: Band) -> Iterator[str]:
    if was.low != now.low:
        yield f"Band {now.id} begins at {plain(now.low)} instead of {plain(was.low)}: {_moved(was.low, now.low)}."
    if was.high != now.high:
        yield f"Band {now.id} ends at {plain(now.high)} instead of {plain(was.high)}: {_moved(was.high, now.high)}."
    if was.action != now.action:
        yield f"Band {now.id} gives {now.action} instead of {was.action}."
    yield from _text(f"Band {now.id}", "text for the customer", was.message, now.message)


def _moved(was: float, now: float) -> str:
    return f"scores from {plain(min(was, now))} to {plain(max(was, now))} change hands"


def _fallback(old: Policy, new: Policy) -> Iterator[Said]:
    was, now = old.fallback, new.fallback
    if was.action != now.action:
        yield "fallback", "", f"What cannot be decided gets {now.action} instead of {was.action}."
    yield from (("fallback", "", text) for text in _text("Fallback", "text for the customer", was.message, now.message))


def _reasons(old: Policy, new: Policy) -> Iterator[Said]:
    if old.most_reasons != new.most_reasons:
        yield "reasons", "", f"An answer has at most {new.most_reasons} reasons instead of {old.most_reasons}."
    for name in dict.fromkeys((*old.reason_texts, *new.reason_texts)):
        found = _text(f"Reason {name}", "text", old.reason_texts.get(name, ""), new.reason_texts.get(name, ""))
        yield from (("reasons", name, text) for text in found)


def _routing(old: Policy, new: Policy) -> Iterator[Said]:
    was, now = _flattened(old), _flattened(new)
    for path, sentence in _ROUTING.items():
        if _said(was.get(path)) != _said(now.get(path)):  # an empty text says what no table says: nothing
            told = sentence.format(_said(now.get(path)))
            yield "routing", path.split(".", maxsplit=1)[0], f"Routing: {told} instead of {_said(was.get(path))}."


def _flattened(policy: Policy) -> dict[str, object]:
    tables = msgspec.structs.asdict(policy.routing)
    return {
        f"{table}.{field}": value
        for table, part in tables.items()
        if part is not None
        for field, value in msgspec.structs.asdict(part).items()
    }


def _cases(old: Policy, new: Policy) -> Iterator[Said]:
    was, now = [_case(case) for case in old.cases], [_case(case) for case in new.cases]
    yield from (("case", "", f"A case is new: {case}.") for case in now if case not in was)
    yield from (("case", "", f"A case is gone: {case}.") for case in was if case not in now)


def _case(case: Case) -> str:
    listed = ", ".join(f"{name} = {_said(value)}" for name, value in sorted(case.inputs.items())) or "no input"
    score = "any score" if case.score is None else f"the score {plain(case.score)}"
    return f"{listed} and {score} must come out as {case.action}"


def _text(whose: str, name: str, was: str, now: str) -> Iterator[str]:
    if was == now:
        return
    if not was or not now:
        yield f"{whose}: the {name} is {'gone' if was else 'new'}: {_said(was or now)}."
    else:
        yield f"{whose}: the {name} is {_said(now)} instead of {_said(was)}."


def _same_condition(one: str, other: str) -> bool:
    try:
        return condition.read(one) == condition.read(other)
    except DocumentError:
        return one == other


def _flat(text: str) -> str:
    return " ".join(text.split())


def _ends(band: Band) -> str:
    return f"from {plain(band.low)} to {plain(band.high)}"


def _said(value: object) -> str:
    if value is None or value in ((), ""):
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, tuple):
        return ", ".join(map(_said, value))
    return f"`{_flat(value)}`" if isinstance(value, str) else str(value)
