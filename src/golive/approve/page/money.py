"""What it earns, and what it costs when it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.approve.page.compared import compared, mistakes
from golive.page.escape import visible
from golive.page.markup import element
from golive.page.numbers import NOTHING, show
from golive.page.parts import Head, section, table
from golive.page.plots import Range, ranges
from golive.page.words import capital, plural, priced

if TYPE_CHECKING:
    from golive.approve.page.view import View
    from golive.page.markup import Child, Markup


def earns(found: View) -> Markup | None:
    """Return the gains with their ranges, drawn and as a table."""
    gains = compared(found)
    if not gains:
        return None
    per, currency = f"{found.currency} per 1,000 {plural(found.row)}", found.currency
    drawing = ranges(
        [Range(one.name, one.per_thousand, one.low, one.high) for one in gains],
        title="What it earns more",
        description="A dot is a gain; its line is the range in which the true one lies in at least 95 of 100 samples.",
        across_title=f"{per}, more than",
    )
    rows = [[capital(one.said), show("gain", one.per_thousand, currency), one.span(currency)] for one in gains]
    heads = [Head("More than"), Head(f"per 1,000 {plural(found.row)}"), Head("95 %")]
    lead = "The whole rule, tried on cases whose outcome is known."
    if found.rehearsal is None:
        lead = "The cut-off of the evidence alone; the rule was not rehearsed."
    honest = element("p", *_honest(found))
    return section("earns", "What it earns", drawing, table("What it earns more", heads, rows), honest, lead=lead)


def _honest(found: View) -> list[Child]:
    """Say what was taken off, what was left open, and what must not be planned with."""
    said: list[Child] = []
    currency, money, rehearsal = found.currency, found.evidence.money, found.rehearsal
    if rehearsal is not None and rehearsal.optimism:
        off = show("money", rehearsal.optimism, currency)
        said += [element("b", off), " per 1,000 are taken off already: the cut-off was chosen on these very cases. "]
    if rehearsal is not None and rehearsal.queue.cases:
        valued = rehearsal.queue.valued_as
        said.append(
            f"Cases that wait for a person are valued as “{visible(valued)}”. "
            if valued
            else "What people find out about cases that wait for them is not known, and counts 0. "
        )
    if money is not None:
        best = show("money", 1000 * money.promised.per_row, currency)
        said.append(f"The best figure that these cases show, {best}, is too good to plan with.")
    return said


def wrong(found: View) -> Markup | None:
    """Return what the two mistakes cost, and which prices carry the gain."""
    made = mistakes(found)
    if not made:
        return None
    rows: list[list[Child]] = []
    for one in made:
        cost = NOTHING if one.cost is None else show("money", one.cost, found.currency)
        rows.append([capital(one.name), show("count", one.of_thousand), cost])
    heads = [Head("Cases that are"), Head(f"of 1,000 {plural(found.row)}"), Head("they cost, per 1,000")]
    cut = found.evidence.classification.cutoff
    lead = "Against the other of the two actions" + ("." if cut is None else f", at the cut-off {show('score', cut)}.")
    told = table("Mistakes", heads, rows, kind="words")
    return section("wrong", "What it costs when it is wrong", told, *_hangs(found), lead=lead)


def _hangs(found: View) -> list[Child]:
    """Return how far each assumption can move until nothing is gained."""
    called = {one.name: priced(one) for one in found.evidence.assumptions}
    rows: list[list[Child]] = [
        [
            called.get(one.assumption, visible(one.assumption)),
            f"{one.now:.4g}",
            f"{one.value:.4g}",
            visible(one.alternative),
            NOTHING if one.in_range is None else "yes" if one.in_range else "no",
            visible(one.owner),
        ]
        for one in found.evidence.verdict.break_even
    ]
    names = ("Price", "now", "nothing is gained at", "against", "within the owner's range", "owner")
    listed = table("Each alone, the others kept; the nearest first", [Head(name) for name in names], rows)
    return [element("h3", "Which prices carry it"), listed] if rows else []
