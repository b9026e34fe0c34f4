"""The doubts on the first screen: conditions, harder times, what goes wrong all the same, and what may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.page.markup import Markup, element, join
from golive.page.numbers import show
from golive.page.parts import points
from golive.page.words import done, everybody, order, other, plural, quoted, rule
from golive.prove.report.place import say

if TYPE_CHECKING:
    from golive.page.markup import Child
    from golive.prove.report.place import Shown
    from golive.records.evidence import Evidence

PLAIN = {
    "constant_score": "Every case has the same score: it tells nobody apart.",
    "direction": "The score points the other way: the cases that turn out worse have the lower scores.",
    "few_events": "One of the two outcomes was seen fewer than ten times: too few for a range.",
    "few_scores": "The score has only a few different values.",
    "one_class_model": "Everybody gets the same action.",
    "ruled_rows": "Cases that a rule keeps from the model are not in these figures.",
}
"""Warnings in the words of this screen, by code."""
UNSEEN = (
    "How newly favoured cases turn out is not observable: nobody knows it of cases turned away today. It is a second"
    " filter behind today's process."
)
MOST = 3
"""Conditions that stand here at most, fewer where lines are short; the others stand further down."""


def conditions(evidence: Evidence, most: int) -> list[tuple[str, Child]]:
    """Say what the word depends on, and who can settle it."""
    found = evidence.verdict.conditions
    said: list[Child] = [
        join((quoted(one.text), element("span", f" It is for the {visible(one.who)} to settle.", class_="quiet")))
        for one in found
    ]
    if not said:
        return []
    if len(said) > most:
        rest = len(said) - most + 1
        said[most - 1 :] = [element("a", f"{rest} more conditions, and who can settle them", href="#checks")]
    then = element("span", " This was found at the recorded prices.", class_="changed-only")
    return [("Conditions" if len(said) > 1 else "Condition", join((points(said) if len(said) > 1 else said[0], then)))]


def harder(found: Shown) -> list[tuple[str, Child]]:
    """Say what is left in harder times: what-ifs of the record, at the recorded prices."""
    money = found.money
    asked = [one for one in money.scenarios if one.factor > 1]
    if not asked or money.cutoff.constant is not None:
        return []
    unseen = any(one.factor == 1 for one in money.scenarios)
    today = all(one.against_today is not None for one in asked)
    words: dict[str, Child] = {
        "among": " among cases that were never approved" if unseen else "", "bad": visible(found.evidence.event),
        "done": done(money.favourable), "rule": everybody(other(money)),
    }  # fmt: skip
    for at, one in enumerate(asked):
        words |= {
            f"times.{at}": f"{one.factor:g}", f"bad.{at}": show("share", one.bad_rate),
            f"gain.{at}": show("gain", 1000 * one.per_row, money.currency),
            f"today.{at}": show("gain", 1000 * (one.per_row - (one.against_today or 0)), money.currency),
        }  # fmt: skip
    now = " and what is done today {*today.0}" if today else ""
    first = (
        "A what-if, no forecast. Were “{bad}” {times.0} times as often{among}, {*bad.0} of those {done} would turn out"
        f" so; against {{rule}}, per 1,000, the score would earn {{*gain.0}}{now}"
    )
    more = "".join(
        f". {{times.{at}}} times as often: {{*bad.{at}}}, {{*gain.{at}}}" + (f" and {{*today.{at}}}" if today else "")
        for at in range(1, len(asked))
    )
    then = element("span", " At the recorded prices.", class_="changed-only")
    return [("Harder times", join((say(f"{first}{more}.", words), then)))]


def wrong(found: Shown) -> Markup:
    """Say what goes wrong all the same, and what may."""
    evidence, first = found.evidence, order(found.money)[0]
    against = found.money.against[first]
    lowest = f" Chance may have helped: the gain against {rule(against)} may be as low as {{gain.{first}.low}}."
    lowest = lowest if against.low is not None else ""
    remains = found.say(
        "{*part.1} of 1,000 {row} are {done} and turn out “{bad}” all the same: {*wrong}, already in the figures above."
        + lowest,
        row=plural(found.money.row), done=done(found.money.favourable), bad=visible(evidence.event),
    )  # fmt: skip
    swap = found.money.swap
    hidden = "" if swap is None or all(one.observable for one in swap.parts) else f" {UNSEEN}"
    return join((remains, hidden, *(join((" ", one)) for one in noticed(evidence))))


def noticed(evidence: Evidence) -> list[str]:
    """Return what may go wrong with these rows, in the words of this screen."""
    said = [PLAIN.get(one.code, "There is a warning further down, under “Checks”.") for one in evidence.warnings]
    if evidence.money and not evidence.verdict.conditions and evidence.dates is None:
        said.append("It was tested on a random part of the cases, not on later ones.")
    return list(dict.fromkeys(said))
