"""What a cut-off does with groups of people, as a table: the report has it, and the page that is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.maths.four_fifths import under
from golive.page.escape import visible
from golive.page.markup import element, join
from golive.page.numbers import NOTHING, interval, show
from golive.page.parts import Head, table
from golive.page.words import capital, done

if TYPE_CHECKING:
    from golive.page.markup import Child, Markup
    from golive.records.evidence import Evidence
    from golive.records.parts import ProtectedGroup, Segment, Share

MISSING = "missing"


def treated(evidence: Evidence) -> Markup:
    """Return the protected groups: shares that are favoured, their ratio, and the two errors, each with its range.

    A ratio beyond four fifths that chance alone does not explain is bold.
    """
    bad = visible(evidence.event)
    favourable = done(evidence.money.favourable) if evidence.money else "favoured"
    heads = ("Group", "n", capital(favourable), "95 %", "Ratio", "95 %", f"not “{bad}”, not {favourable}", "95 %",
             f"“{bad}”, {favourable}", "95 %")  # fmt: skip
    rows: list[list[Child]] = []
    uneven = [group for found in under(evidence.protected) for group in (found.group, found.against)]
    for one in evidence.protected:
        ratio: tuple[Child, Child] = ("compared with", NOTHING)
        if not one.reference:
            shown = show("figure", one.ratio)
            ratio = (element("strong", shown) if one in uneven else shown, interval(one.ratio_low, one.ratio_high))
        name = join((f"{visible(one.column)}: ", named(one)))
        rows.append([name, show("count", float(one.n)), *limited(one.favourable), *ratio, *limited(one.good_refused),
                     *limited(one.bad_favoured)])  # fmt: skip
    return table("Groups", [Head(name) for name in heads], rows)


def named(one: Segment | ProtectedGroup) -> Child:
    """Return what a group is called."""
    name = f"{one.joined:,} rarer ones" if one.joined else MISSING if one.value is None else visible(one.value)
    return join((name, element("strong", " loses"))) if getattr(one, "loser", False) else name


def limited(one: Share | None) -> tuple[str, str]:
    """Return a share and its range."""
    if one is None or one.value is None:
        return NOTHING, NOTHING
    return show("share", one.value), show("shares", (one.low, one.high))
