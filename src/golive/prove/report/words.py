"""The names of actions and rows as they stand in a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from golive.page.escape import visible

if TYPE_CHECKING:
    from golive.records.evidence import Against, MoneyEvidence

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


def capital(said: str) -> str:
    """Return a sentence's beginning with a capital letter; the rest stays."""
    return said[:1].upper() + said[1:]


def quoted(said: str) -> str:
    """Return a sentence of the record with its backticks as quotation marks, every character visible."""
    return re.sub(r"`([^`]*)`", r"“\1”", visible(said))
