"""The page to decide on: what it is, the rule, what it earns and costs, what changes, for whom, how to sign exactly it.

One file, for a board as well as for a risk owner; offline, on a phone, on paper. It works nothing out: every number on
it is one of the evidence or of the rehearsal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.approve.page.changes import changes, people
from golive.approve.page.first import first
from golive.approve.page.money import earns, wrong
from golive.approve.page.rule import rule
from golive.approve.page.signing import conditions, exactly, signatures, to_sign
from golive.approve.page.view import View, view
from golive.page.document import document
from golive.page.escape import visible
from golive.page.markup import element

if TYPE_CHECKING:
    from golive.page.markup import Markup

__all__ = ["View", "html", "view"]


def html(found: View) -> str:
    """Return the page: the same bundle, the same signatures, the same bytes."""
    title = f"To decide: {visible(found.name)}, {visible(found.policy.id)} version {visible(found.policy.version)}"
    sections: tuple[Markup | None, ...] = (
        first(found),
        rule(found),
        earns(found),
        wrong(found),
        changes(found),
        people(found),
        conditions(found),
        signatures(found),
        to_sign(found),
        exactly(found),
    )
    return document(title, element("main", *sections))
