"""The gains and the mistakes, as numbers: taken from the rehearsal or the evidence, never computed anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.approve.moved import before
from golive.page.escape import visible
from golive.page.numbers import per_thousand, show
from golive.page.words import done, everybody, other
from golive.records.rehearsal import BEFORE, EARLIER

if TYPE_CHECKING:
    from golive.approve.page.view import View


class Gain(NamedTuple):
    """What is earned more than by something else, per 1,000 cases."""

    name: str
    per_thousand: float
    low: float | None
    high: float | None
    alone: bool = False
    """Known of the cut-off alone, not of the whole rule."""

    @property
    def said(self) -> str:
        """The name, and what the figure is of where that is not the whole rule."""
        return f"{self.name} (by the cut-off alone)" if self.alone else self.name

    def span(self, currency: str) -> str:
        """Return the range in words."""
        if self.low is None or self.high is None:
            return "no range: too few events"
        return show("span", (self.low, self.high), currency)


class Mistake(NamedTuple):
    """Cases that would have been better off with the other action."""

    name: str
    of_thousand: float
    cost: float | None
    """Per 1,000 of all cases, positive; None without prices."""


def compared(found: View) -> list[Gain]:
    """Return the gains of the whole rule as rehearsed, else of the cut-off alone; what is done today first.

    Today is what the money file says is done today. The policy before is another thing: it comes after that, and only
    where something of the difference has a price.
    """
    money = found.evidence.money
    today = {one.name for one in money.against if one.today} if money else set()
    gains: dict[str, Gain] = {}
    for one in found.rehearsal.against if found.rehearsal is not None else ():
        if one.name not in EARLIER:
            gains[one.name] = Gain(_named(one.name, today), one.per_thousand, one.low, one.high)
    for other_ in money.against if money is not None else ():
        if found.rehearsal is None or (other_.today and other_.name not in gains):
            gains[other_.name] = Gain(
                _named(other_.name, today), 1000 * other_.per_row, per_thousand(other_.low), per_thousand(other_.high),
                alone=found.rehearsal is not None,
            )  # fmt: skip
    last = before(found.rehearsal) if found.rehearsal is not None else None
    if last is not None and (not last.changed or last.unknown < last.changed):
        gains[BEFORE] = Gain(BEFORE, last.per_thousand, last.low, last.high)
    return [gains[name] for name in sorted(gains, key=lambda name: (name not in today, name != BEFORE))]


def mistakes(found: View) -> list[Mistake]:
    """Return the two mistakes of the cut-off."""
    money, thousandth = found.evidence.money, 1000 / found.evidence.rows
    if money is None:
        return []
    bad, made = visible(found.evidence.event), []
    for cell in found.evidence.classification.cells:
        if cell.event != (cell.above == (money.favourable == money.above)):
            continue
        cost = None if cell.money is None or cell.other is None else (cell.other - cell.money) * thousandth
        name = (
            f"{done(money.favourable)} and turn out “{bad}”"
            if cell.event
            else f"{done(other(money))} although they would not have turned out “{bad}”"
        )
        made.append(Mistake(name, cell.n * thousandth, cost))
    return made


def _named(name: str, today: set[str]) -> str:
    action = name.removesuffix(" all")
    if action == name:
        return visible(name)
    return f"{everybody(action)}, as today" if name in today else everybody(action)
