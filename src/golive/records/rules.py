"""The policy as a record: hard rules, bands of the score, fallback. `golive.records.policy` reads one."""

from __future__ import annotations

from typing import NamedTuple

from golive.records.contract import Kind
from golive.records.document import Part, Record
from golive.records.routing import Routing

REVIEW = "review"
"""The action that every policy has."""


class Expected(Part, frozen=True, kw_only=True):
    """What a case may hold. A value outside of the range goes to the fallback; a missing one is not outside."""

    name: str
    kind: Kind
    low: float | None = None
    """Null: no lower end. Both ends may occur."""
    high: float | None = None
    where: str = ""
    """``policy.toml:11:1``."""


def overrides(action: str, decided: str) -> bool:
    """Return whether an action goes against a decision; settling a review does not."""
    return action != decided != REVIEW


class Rule(Part, frozen=True, kw_only=True):
    """A hard rule. The first that holds decides."""

    id: str
    when: str
    """The condition as written; `golive.records.condition` reads it."""
    action: str
    reason: str = ""
    """Code for statistics and letters, e.g. ``R01``."""
    message: str = ""
    """For the customer."""
    owner: str = ""
    legal: str = ""
    """The ground it stands on, for auditors."""
    where: str = ""
    """``policy.toml:12:8``, the place of ``when``."""


class Band(Part, frozen=True, kw_only=True):
    """Scores from ``low`` (included) to ``high`` (excluded; the last band includes 1)."""

    id: str
    low: float
    high: float
    action: str
    message: str = ""
    where: str = ""
    """``policy.toml:41:1``."""


class Fallback(Part, frozen=True, kw_only=True):
    """What happens to a case that cannot be decided. Never the favourable action."""

    action: str
    message: str = ""


class Case(Part, frozen=True, kw_only=True):
    """A case that must come out as written each time the policy is compiled."""

    inputs: dict[str, float | str | bool]
    """Inputs that are not named are missing."""
    score: float | None
    """0..1. Null: the action must be the same whatever the score."""
    action: str
    where: str = ""
    """``policy.toml:60:1``."""


class Policy(Record, frozen=True, kw_only=True, tag="policy/1"):
    """The pure part of a decision (the same inputs and score, the same action), and the routing beside it."""

    id: str
    version: str
    owner: str
    actions: tuple[str, ...]
    """In the order in which they were written; ``review`` is one of them."""
    favourable: str
    """The action that must never happen by mistake."""
    inputs: tuple[Expected, ...] = ()
    rules: tuple[Rule, ...]
    bands: tuple[Band, ...]
    """Rising, from 0 to 1 without gap."""
    fallback: Fallback
    most_reasons: int = 4
    """At most four."""
    reason_texts: dict[str, str] = {}
    """Input -> text in place of the engine's own."""
    cases: tuple[Case, ...] = ()
    routing: Routing = Routing()
    """What only ``serve`` does, by clock, count or secret. Not compiled, not exported."""
    where: dict[str, str] = {}
    """Places of what has no field for it: ``actions``, and the inputs of ``reason_texts``."""


class Branch(NamedTuple):
    """One way out of a policy."""

    kind: str
    """``fallback``, ``rule`` or ``band``."""
    id: str
    """Of the rule or band; empty for the fallback."""
    action: str
    message: str


def branches(policy: Policy) -> tuple[Branch, ...]:
    """Return the branches in the order of the numbers that the compiled policy answers.

    Number 0 is the fallback, then come the rules, then the bands.
    """
    return (
        Branch("fallback", "", policy.fallback.action, policy.fallback.message),
        *(Branch("rule", rule.id, rule.action, rule.message) for rule in policy.rules),
        *(Branch("band", band.id, band.action, band.message) for band in policy.bands),
    )
