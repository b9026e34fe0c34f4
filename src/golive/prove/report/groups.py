"""Who is treated differently, and what people may add: swap set, three bands, segments, protected groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.page.markup import element, join
from golive.page.numbers import NOTHING, show
from golive.page.parts import Head, section, table
from golive.prove.report.words import capital, done, plural, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.page.markup import Child, Markup
    from golive.prove.report.place import Shown
    from golive.records.earned import Bands
    from golive.records.evidence import Evidence, MoneyEvidence
    from golive.records.parts import ProtectedGroup, Segment, Share, SwapPart

RECORDED = "At the recorded prices; these tables stay as they are when a control is moved."
MISSING = "missing"


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
    scenarios = [element("li", quoted(one.text)) for one in money.scenarios]
    return section(
        "swap", "Who is decided otherwise than today", element("p", quoted(swap.text)),
        table("Swap set, all rows", [Head(name) for name in heads], rows, kind="words"),
        element("ul", *scenarios) if scenarios else None, lead=RECORDED,
    )  # fmt: skip


def _swap(one: SwapPart, money: MoneyEvidence) -> list[Child]:
    if not one.observable:
        return [show("count", float(one.n)), "not observable", *[NOTHING] * 5]
    share = _share(one.rate)
    gains = [NOTHING if value is None else show("gain", value, money.currency) for value in (one.money, one.change)]
    span = show("span", (one.change_low, one.change_high), money.currency)
    return [show("count", float(one.n)), show("count", float(one.events)), *share, *gains, span]


def banded(found: Shown) -> Markup | None:
    """Return the three bands: what is measured on the outer ones, and apart from it what people are assumed to add."""
    bands, money = found.money.bands, found.money
    if bands is None:
        return None
    n = found.evidence.rows
    first, second = (show("score", cut) if cut is not None else "none" for cut in bands.chosen)
    names = (money.below, bands.middle, money.above)
    parts = [f"{visible(name)}: {show('count', 1000 * rows / n)}" for name, rows in zip(names, bands.rows, strict=True)]
    said = (
        f"Of 1,000 {plural(money.row)}: {', '.join(parts)}. The cut-offs are {first} and {second}. People take"
        f" {show('count', bands.capacity_per_day)} cases a day; the day it is held against has"
        f" {show('count', bands.per_day)}, so the middle holds at most {show('share', bands.share)}."
    )
    return section(
        "bands", "Three bands", element("p", said), _measured(bands, money), _assumed(bands, money), lead=RECORDED
    )


def _measured(bands: Bands, money: MoneyEvidence) -> Markup:
    heads = (
        "Measured: the outer bands, the middle left as it is",
        f"{money.currency} per 1,000",
        "95 %",
        "Decisions that change",
    )
    rows: list[list[Child]] = [
        [f"against {visible(one.name)}", show("gain", 1000 * one.per_row, money.currency),
         show("span", (_times(one.low), _times(one.high)), money.currency), show("count", float(one.changed))]
        for one in bands.measured
    ]  # fmt: skip
    return table("Measured on these rows", [Head(name) for name in heads], rows, kind="words")


def _assumed(bands: Bands, money: MoneyEvidence) -> Markup:
    added = bands.added
    span = show("span", (1000 * added.low, 1000 * added.high), money.currency)
    return element(
        "p", element("strong", "Assumed, not measured: "),
        f"people in the middle add {show('gain', 1000 * added.per_row, money.currency)} ({span}) per 1,000."
        " Nobody has measured it on these rows, and it is no part of the word above.",
    )  # fmt: skip


def _times(value: float | None) -> float | None:
    return None if value is None else 1000 * value


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
        cells: list[Child] = [_named(one), show("count", float(one.n)), show("count", float(one.events)),
                              show("share", one.rate), show("shares", (one.rate_low, one.rate_high))]  # fmt: skip
        for gain in one.against:
            cells += [show("gain", gain.total, currency), show("span", (_times(gain.low), _times(gain.high)), currency)]
        rows.append(cells)
    return table(f"By {visible(column)}", [Head(name) for name in heads], rows)


def _named(one: Segment | ProtectedGroup) -> Child:
    name = f"{one.joined:,} rarer ones" if one.joined else MISSING if one.value is None else visible(one.value)
    return join((name, element("strong", " loses"))) if getattr(one, "loser", False) else name


def protected(evidence: Evidence) -> Markup | None:
    """Return what the cut-off does with groups that the law protects; they had no part in the choice."""
    if not evidence.protected:
        return None
    bad = visible(evidence.event)
    favourable = done(evidence.money.favourable) if evidence.money else "favoured"
    heads = ("Group", "n", capital(favourable), "95 %", "Ratio", "95 %", f"not “{bad}”, not {favourable}", "95 %",
             f"“{bad}”, {favourable}", "95 %")  # fmt: skip
    rows = []
    for one in evidence.protected:
        ratio: tuple[Child, Child] = ("compared with", NOTHING)
        if not one.reference:
            limits = (one.ratio_low, one.ratio_high)
            ratio = (_figure(one.ratio), NOTHING if None in limits else " to ".join(map(_figure, limits)))
        name = join((f"{visible(one.column)}: ", _named(one)))
        rows.append([name, show("count", float(one.n)), *_share(one.favourable), *ratio, *_share(one.good_refused),
                     *_share(one.bad_favoured)])  # fmt: skip
    lead = (
        "What the kept cut-off does with groups that the law protects. The groups had no part in its choice. A ratio of"
        " shares under 0.8 is what many rules ask about; whether it is lawful is not for a page to say."
    )
    return section("protected", "Protected groups", table("Groups", [Head(name) for name in heads], rows), lead=lead)


def _figure(value: float | None) -> str:
    return show("figure", value)


def _share(one: Share | None) -> tuple[str, str]:
    if one is None or one.value is None:
        return NOTHING, NOTHING
    return show("share", one.value), show("shares", (one.low, one.high))
