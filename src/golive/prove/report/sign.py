"""How a reader signs: what a signature speaks about, and the commands that take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.markup import element
from golive.page.parts import points, section

if TYPE_CHECKING:
    from golive.page.markup import Child, Markup
    from golive.records.evidence import Evidence

STEPS = (
    ("Write the rule down: ", "golive approve draft BUNDLE --out policy.toml"),
    ("See what it would have done with real cases: ", "golive approve rehearse BUNDLE --rows FILE --outcome COLUMN"),
    ("Sign, each owner for a role: ", "golive approve sign BUNDLE --role ROLE --as NAME"),
)


def signing(evidence: Evidence) -> Markup | None:
    """Return what to do to sign; nothing where there is nothing to sign."""
    if evidence.verdict.negative:
        return None
    lead = (
        "A page cannot sign. A signature names these very files and the figures of this page by their digests, so that"
        " nobody can change either afterwards without it being seen. It may carry conditions and a last day."
    )
    steps: list[Child] = [element("span", said, element("code", command)) for said, command in STEPS]
    if evidence.digests.bundle is None:
        steps.insert(0, "These scores came without a bundle; what runs can be signed once the model is in one.")
    changed = element(
        "p",
        "You have changed prices on this page. Put them into the money file and prove again before you sign:"
        " a signature is about the recorded ones.",
        class_="changed-only",
    )
    return section("sign", "To sign", changed, points(steps, ordered=True), lead=lead)
