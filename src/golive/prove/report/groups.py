"""Who is treated differently, and what people may add: swap set, three bands, segments, protected groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.page.groups import limited, named, treated
from golive.page.markup import element
from golive.page.numbers import NOTHING, per_thousand, show
from golive.page.parts import Head, section, table
from golive.page.words import capital, done, plural, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.page.markup import Child, Markup
    from golive.prove.report.place import Shown
    from golive.records.earned import Bands
    from golive.records.evidence import Evidence, MoneyEvidence
    from golive.records.parts import Segment, SwapPart

RECORDED = "At the recorded prices; these tables stay as they are when a control is moved."


def swapped(found: Shown) -> Markup | None:
    """Return the cases that today's decisions treat otherwise, in cases and money."""
    swap, money = found.money.swap, found.money
    if swap is None:
        return None
    yes = done(money.favourable)
    names = {
        "newly_favoured": f"newly {yes}", "newly_refused": f"no longer {yes}", "both_favoured": f"{yes}, as today",
        "both_refused": f"not {yes}, as today",
    }  # fmt: skip
    bad = visible(found.evidence.event)
    heads = ("Cases", "n", f"“{bad}”", "Share", "95 %", f"They earn, {money.currency}", "Change to today", "95 %")
    rows = [[capital(names.get(one.code, one.code)), *_swap(one, money)] for one in swap.parts]
    unseen = not all(one.observable for one in swap.parts)
    scenarios = [element("li", quoted(one.text)) for one in money.scenarios if unseen]
    return section(
        "swap", "Who is decided otherwise than today", element("p", quoted(swap.text)),
        table("Swap set, all rows", [Head(name) for name in heads], rows, kind="words"),
        element("ul", *scenarios) if scenarios else None, lead=RECORDED,
    )  # fmt: skip


def _swap(one: SwapPart, money: MoneyEvidence) -> list[Child]:
    if not one.observable:
        return [show("count", float(one.n)), "not observable", *[NOTHING] * 5]
    share = limited(one.rate)
    gains = [NOTHING if value is None else show("gain", value, money.currency) for value in (one.money, one.change)]
    ends = (one.change_low, one.change_high)
    span = show("span", ends, money.currency) if one.change else NOTHING
    return [show("count", float(one.n)), show("count", float(one.events)), *share, *gains, span]


def banded(found: Shown) -> Markup | None:
    """Return the three bands: what is measured on the outer ones, and apart from it what people are assumed to add."""
    bands, money = found.money.bands, found.money
    if bands is None:
        return None
    names = (money.below, bands.middle, money.above)
    parts = [found.say(f"{{name}}: {{*bands.{at}}}", name=visible(name)) for at, name in enumerate(names)]
    now = repr(bands.capacity_per_day).removesuffix(".0")
    typed = element("input", type="number", id="capacity", min=0, step=1, value=now, class_="needs-script")
    still = element("span", show("count", bands.capacity_per_day), class_="without-script")
    asked = element(
        "div", element("label", "Cases that people can take in a day", for_="capacity"), typed, still, class_="row"
    )
    said = found.say(
        "Of 1,000 {row}: {one}, {two}, {three}. The cut-offs are {bands.cut.0} and {bands.cut.1}. The day that the"
        " capacity is held against has {day} cases, so the middle holds at most {bands.share}.",
        row=plural(money.row), one=parts[0], two=parts[1], three=parts[2], day=show("count", bands.per_day),
    )  # fmt: skip
    control = element("div", asked, class_="control")
    return section("bands", "Three bands", control, element("p", said), _measured(found, bands), _assumed(found))


def _measured(found: Shown, bands: Bands) -> Markup:
    heads = ("The outer bands, the middle left as it is", "Per 1,000", "95 %", "Decisions that change")
    rows: list[list[Child]] = [
        [
            f"against {visible(one.name)}",
            *(found(f"bands.{name}") for name in (f"gain.{at}", f"gain.{at}.span", f"changed.{at}")),
        ]
        for at, one in enumerate(bands.measured)
    ]
    return table("Measured on these rows", [Head(name) for name in heads], rows, kind="words")


def _assumed(found: Shown) -> Markup:
    said = found.say(
        "people in the middle add {*bands.added} {(bands.added.span)} per 1,000. Nobody has measured it on these rows,"
        " and it is no part of the word above."
    )
    return element("p", element("strong", "Assumed, not measured: "), said)


def segmented(evidence: Evidence) -> Markup | None:
    """Return the segments, whose sums add up; a loser is named only when chance alone would hardly show it."""
    if not evidence.segments:
        return None
    lead = (
        "Sums of a column's segments add up to the whole. A segment is a loser only when its range lies below zero"
        f" after correcting for how many were looked at (Holm 1979). {RECORDED}"
    )
    columns = list(dict.fromkeys(one.column for one in evidence.segments))
    tables = [_segments(evidence, [one for one in evidence.segments if one.column == name], name) for name in columns]
    return section("segments", "Segments", *tables, lead=lead)


def _segments(evidence: Evidence, found: Sequence[Segment], column: str) -> Markup:
    currency = evidence.money.currency if evidence.money else ""
    rules = [one.name for one in found[0].against]
    heads = [visible(column), "n", f"“{visible(evidence.event)}”", "Share", "95 %"]
    heads += [f"{part} against {visible(name)}" for name in rules for part in (f"{currency}", "per 1,000, 95 %,")]
    rows = []
    for one in found:
        cells: list[Child] = [named(one), show("count", float(one.n)), show("count", float(one.events)),
                              show("share", one.rate), show("shares", (one.rate_low, one.rate_high))]  # fmt: skip
        for gain in one.against:
            ends = per_thousand(gain.low), per_thousand(gain.high)
            cells += [show("gain", gain.total, currency), show("span", ends, currency)]
        rows.append(cells)
    return table(f"By {visible(column)}", [Head(name) for name in heads], rows)


def protected(evidence: Evidence) -> Markup | None:
    """Return what the cut-off does with groups that the law protects; they had no part in the choice."""
    if not evidence.protected:
        return None
    lead = (
        "What the kept cut-off does with groups that the law protects. The groups had no part in its choice. A ratio of"
        " shares under 0.8, or over 1.25, is what many rules ask about; where chance alone does not explain it, it is"
        " bold and a condition. Whether it is lawful is not for a page to say."
    )
    return section("protected", "Protected groups", treated(evidence), lead=lead)
