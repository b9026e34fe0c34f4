"""The rule itself, in words: what is asked first, where the score is cut, what differs from what was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.approve.sheet.phrase import phrased
from golive.page.escape import visible
from golive.page.markup import element, join
from golive.page.parts import points, section
from golive.page.words import quoted
from golive.records import condition
from golive.records.policy_fields import plain

if TYPE_CHECKING:
    from golive.approve.page.view import View
    from golive.page.markup import Child, Markup
    from golive.records.rules import Policy


def rule(found: View) -> Markup:
    """Return the rules, the bands and the fallback in words, and what differs from the policy signed last."""
    policy = found.policy
    first: list[Child] = [
        join((f"If {_condition(one.when)}: ", element("b", visible(one.action)), _told(one.message, one.id)))
        for one in policy.rules
    ]
    cut: list[Child] = [
        join((f"{_scores(policy, place)}: ", element("b", visible(one.action)), _told(one.message, one.id)))
        for place, one in enumerate(policy.bands)
    ]
    rest = policy.fallback
    cut.append(join(("Whatever cannot be decided: ", element("b", visible(rest.action)), _told(rest.message, ""))))
    asked: tuple[Child, ...] = (element("h3", "Asked first, in this order"), points(first, ordered=True))
    lead = (
        f"A score from 0 to 1 says how likely “{visible(found.evidence.event)}” is. The first line that fits decides;"
        f" where an input that a line needs is missing, the case cannot be decided. Owner: {visible(policy.owner)}."
    )
    return section(
        "rule", "The rule, in words", *(asked if first else ()), element("h3", "Then the score"), points(cut),
        *_differs(found), lead=lead,
    )  # fmt: skip


def _scores(policy: Policy, place: int) -> str:
    band = policy.bands[place]
    if len(policy.bands) == 1:
        return "Any score"
    if place == 0:
        return f"A score below {plain(band.high)}"
    if place == len(policy.bands) - 1:
        return f"A score of {plain(band.low)} or more"
    return f"A score of {plain(band.low)} or more, below {plain(band.high)}"


def _told(message: str, name: str) -> Markup:
    """Return what the customer reads, and what the line is called in the policy."""
    said = f". The customer reads: “{visible(message)}”" if message else "."
    return join((said, element("span", f" ({visible(name)})", class_="quiet") if name else None))


def _condition(text: str) -> str:
    """Write a condition as people say it; one that is too long for that stays as it was written."""
    found = phrased(condition.read(text))
    if found is None:
        return visible(" ".join(text.split()))
    joiner, parts = found
    return visible(f" {joiner} ".join(_comparison(*part) for part in parts))


def _comparison(name: str, word: str, value: str | float | bool | None) -> str:
    being = word if word.startswith("is") else f"is {word}"
    if value is None:
        return f"{name} {being}"
    if isinstance(value, bool):
        return f"{name} {being} {str(value).lower()}"
    return f"{name} {being} {plain(value) if isinstance(value, float) else value}"


def _differs(found: View) -> tuple[Child, ...]:
    """Return what differs from the policy that was signed before; where its text is not here, that is said."""
    title, signed, changes = element("h3", "Since the policy that was signed before"), *found.before
    if signed is None and changes is None:
        return title, element("p", "No other policy of this bundle was ever signed.")
    who = (
        "the file that was named" if signed is None else f"what {visible(signed.name)} ({visible(signed.role)}) signed"
    )
    then = "" if signed is None else f" on {signed.day}"
    if changes is None:
        said = f"It differs from {who}{then}. The text of that policy is not here, so this page cannot say how. "
        how = element("code", "golive approve page BUNDLE --against SIGNED.toml")
        return title, element("p", said, how, class_="fair")
    if not changes:
        return title, element("p", f"It does and says the same as {who}{then}, written otherwise.")
    return title, element("p", f"What differs from {who}{then}:"), points(quoted(one) for one in changes)
