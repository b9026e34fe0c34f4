"""The score, today's rule and the two simple ones side by side: what each approves, what turns out bad, what it earns.

What the other rules do with a case is no matter of prices; what they earn is, and stands in places of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.maths.intervals import wilson
from golive.maths.table_sums import effective_in
from golive.page.escape import visible
from golive.page.markup import element, join
from golive.page.numbers import NOTHING, show
from golive.page.parts import Head, table
from golive.page.words import capital, done, order, rule
from golive.prove.report.rules import favoured

if TYPE_CHECKING:
    from golive.page.markup import Child, Markup
    from golive.prove.report.place import Shown
    from golive.records.evidence import Against


def beside(found: Shown) -> Markup:
    """Return the score first, then what is done today, then the other rules."""
    money, bad = found.money, visible(found.evidence.event)
    heads = [
        Head("Of 1,000"), Head(capital(done(money.favourable))), Head(f"of those “{bad}”"),
        Head("earns"), Head("the score earns more"),
    ]  # fmt: skip
    own = [found("yes"), _with(found("bad"), found("bad.span")), found("honest"), NOTHING]
    rows: list[list[Child]] = [["With the score", *own]]
    rows += [_other(found, at) for at in order(money)]
    return table("Side by side: the score and what could be done without it", heads, rows, marked=0, kind="words side")


def named(found: Shown, one: Against) -> str:
    """Return an alternative as it stands in the table; today's in the words of those who follow it."""
    if not one.today:
        return capital(rule(one))
    said = visible(found.money.today_rule)
    if one.action:
        return f"Today: {rule(one)}" + (f" ({said})" if said else "")
    return f"Today: {said}" if said else "Today"


def _other(found: Shown, at: int) -> list[Child]:
    evidence = found.evidence
    n, bad = favoured(evidence, at)
    # Rows that stand for one customer together, or have weights, say as much as fewer rows do.
    independent = n * effective_in(evidence.table, np.ones(len(evidence.table.by_fold.n), dtype=bool)) / evidence.rows
    span = show("shares", wilson(bad / n * independent, independent)) if n else ""
    share: Child = _with(show("share", bad / n), span) if n else NOTHING
    more = _with(found(f"gain.{at}"), found(f"gain.{at}.span"))
    return [named(found, found.money.against[at]), show("count", 1000 * n / evidence.rows), share,
            found(f"all.{at}"), more]  # fmt: skip


def _with(value: Child, span: Child) -> Markup:
    return join((value, " ", element("small", "(", span, ")")))
