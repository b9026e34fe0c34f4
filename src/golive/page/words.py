"""The names of actions and rows as they stand in a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.records.evidence import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.records.evidence import Against, Assumed, MoneyEvidence

FORMS = {
    "accept": ("accepting", "accepted", "accepts"),
    "approve": ("approving", "approved", "approves"),
    "block": ("blocking", "blocked", "blocks"),
    "call": ("calling", "called", "calls"),
    "contact": ("contacting", "contacted", "contacts"),
    "decline": ("declining", "declined", "declines"),
    "ignore": ("ignoring", "ignored", "ignores"),
    "refuse": ("refusing", "refused", "refuses"),
    "reject": ("rejecting", "rejected", "rejects"),
    "review": ("reviewing", "reviewed", "reviews"),
}
"""Action -> doing it, done, does. Other names are people's own and stand in quotation marks."""

KINDS = {
    Word.use: "good", Word.use_with_conditions: "fair", Word.do_not_use: "poor", Word.not_enough_data: "fair",
    Word.no_prices: "open",
}  # fmt: skip
"""Verdict -> the class of its colour; the word itself always stands there too."""


def done(action: str) -> str:
    """Return what happened to a case: ``approved``."""
    return FORMS[action][1] if action in FORMS else f"given “{visible(action)}”"


def does(action: str) -> str:
    """Return what the score does: ``approves``."""
    return FORMS[action][2] if action in FORMS else f"gives “{visible(action)}” to"


def everybody(action: str) -> str:
    """Return the simple rule of one action for all: ``approving everybody``."""
    return f"{FORMS[action][0] if action in FORMS else f'“{visible(action)}” for'} everybody"


def rule(one: Against) -> str:
    """Return an alternative as it stands in a sentence: ``approving everybody``, ``today's rule``."""
    return everybody(one.action) if one.action else visible(one.name)


def priced(one: Assumed) -> str:
    """Return what a price is called: its meaning in the owner's words, else its name."""
    return visible(one.means or one.name)


def order(money: MoneyEvidence) -> list[int]:
    """Put what is done today first, then what the verdict asks about, then the action above the cut-off."""
    against = money.against
    return sorted(range(len(against)), key=lambda at: (not against[at].today, not against[at].decides, -at))


def other(money: MoneyEvidence) -> str:
    """Return the action that is not the favourable one."""
    return money.above if money.favourable == money.below else money.below


def plural(row: str) -> str:
    """Return what several rows are called."""
    return visible(row) + ("" if row.endswith("s") else "s")


def listed(names: Sequence[str], word: str) -> str:
    """Return names in a sentence: ``approve, review or reject``."""
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def capital(said: str) -> str:
    """Return a sentence's beginning with a capital letter; the rest stays."""
    return said[:1].upper() + said[1:]


def quoted(said: str) -> str:
    """Return a sentence of the record with its backticks as quotation marks, every character visible."""
    return re.sub(r"`([^`]*)`", r"“\1”", visible(said))
