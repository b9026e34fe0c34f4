"""What is maximised and which limits hold, what all prices together may do, and what profit costs in revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.page.markup import element, join
from golive.page.parts import Head, figure, rows_of, section, table
from golive.page.plots import trade_curve
from golive.page.words import capital, plural, rule

if TYPE_CHECKING:
    from golive.page.markup import Child, Markup
    from golive.prove.report.place import Shown
    from golive.records.earned import KeptLimit

WORDS = {
    "approval_rate": "share of cases that get the favourable action",
    "reject_rate": "share of cases that get the other action",
    "bad_rate": "share that goes bad among those favoured", "profit_per_case": "profit per case",
    "revenue_per_case": "revenue per case",
}  # fmt: skip


def aim(found: Shown) -> Markup | None:
    """Return what can be maximised, and the limits, to be changed."""
    money = found.money
    parts: list[Child] = []
    if money.trade is not None:
        names = ("profit", "revenue")
        options = [element("option", capital(name), value=name, selected=name == money.objective) for name in names]
        chosen = element("select", *options, id="objective", class_="needs-script")
        still = element("span", money.objective, class_="without-script")
        parts.append(element("div", element("label", "Maximise", for_="objective"), chosen, still, class_="row"))
    parts += [_limit(found, at, one) for at, one in enumerate(money.limits)]
    if not parts:
        return None
    return element("div", *parts, element("strong", found("kept")), class_="control")


def _limit(found: Shown, at: int, one: KeptLimit) -> Markup:
    side = "at most" if one.at_most else "at least"
    name = f"{capital(WORDS.get(one.quantity, visible(one.quantity)))}: {side}"
    typed = element("input", type="number", id=f"bound-{at}", data_bound=at, value=repr(one.bound), step="any",
                    class_="needs-script")  # fmt: skip
    still = element("span", f"{one.bound:g}", class_="without-script")
    head = element("div", element("label", name, for_=f"bound-{at}"), typed, still, class_="row")
    return join((head, element("small", found.say(f"The kept cut-off has {{limit.{at}}}."))))


def together(found: Shown) -> Markup | None:
    """Return what all prices may do when they move together inside their ranges."""
    joint, money = found.money.joint, found.money
    if joint is None:
        return None
    lead = (
        "Each price is drawn from its range, its value the most likely and every other less so the further away, all of"
        " them independently, a thousand times; the cut-off is kept. How they really move together nobody has said."
    )
    rows: list[list[Child]] = [
        [f"against {rule(one)}", found(f"joint.{at}"), found(f"joint.{at}.span"), found(f"joint.{at}.lost")]
        for at, one in enumerate(money.against)
    ]
    heads = [
        Head(name) for name in (f"Gain per 1,000 {plural(money.row)}", "Middle", "95 of 100 draws", "Nothing gained in")
    ]
    said = found.say(
        "In {*joint.lost} of the draws nothing is gained against what decides. Keeping the cut-off instead of choosing"
        " again costs {joint.regret} per 1,000 on average, at most {joint.regret.high} in 95 of 100 draws."
    )
    still = f" Not drawn, because tied to a column: {', '.join(map(visible, joint.still))}." if joint.still else ""
    return section("together", "All prices together", element("p", said, still), table(
        "1,000 draws of the prices, cut-off kept", heads, rows, kind="words"), lead=lead)  # fmt: skip


def trading(found: Shown) -> Markup | None:
    """Return profit against revenue: what choosing for the one costs in the other."""
    trade, money = found.money.trade, found.money
    if trade is None:
        return None
    per = 1000 / found.evidence.rows
    profit, revenue = ([per * value for value in values] for values in (trade.profit, trade.revenue))
    drawn = trade_curve(
        revenue, profit, at=money.cutoff.edge, title="Profit against revenue",
        description="Every cut-off is a point; the marked one is kept. The two choices stand in the table.",
        across_title=f"revenue, {money.currency} per 1,000", upward_title=f"profit, {money.currency} per 1,000",
    )  # fmt: skip
    heads = [Head(name) for name in ("Chosen for", "Cut-off", "Profit per 1,000", "Revenue per 1,000")]
    figures = ("cut", "profit", "revenue")
    rows: list[list[Child]] = [
        [name, *(found(f"trade.{name}.{one}") for one in figures)] for name in ("profit", "revenue")
    ]
    lead = (
        "Revenue is not profit: a cut-off chosen for the one gives up some of the other. Both are honest figures,"
        f" valued on rows that did not choose; n = {found.evidence.rows:,}."
    )
    caption = "Each point is a cut-off, valued on these very rows at the recorded prices"
    beside = rows_of(figure(drawn, caption), table("What each choice earns", heads, rows, kind="words"))
    return section("trade", "Profit and revenue", beside, lead=lead)
