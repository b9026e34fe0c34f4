"""Sheets with live formulas: prices to change, the money of every cut-off, right and wrong in money.

Money of an action is a sum of products: what one unit earns (a formula of the prices, sheet "Assumptions") times how
much of it lies below a cut-off (sheet "Sums"). So one change of a price runs through all cut-offs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.maths.recompute import cells, curve, standing
from golive.maths.table_sums import ABOVE, BELOW, RULED, bins, weights
from golive.page.words import capital, done, rule
from golive.prove.report.setting import recorded
from golive.prove.workbook.formula import cell, excel
from golive.records.objective import PROFIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from golive.prove.workbook.book import Book
    from golive.records.evidence import Assumed, Evidence, MoneyEvidence
    from golive.records.score_table import Table

    Values = NDArray[np.float64]

FIRST = 5
"""Row of the first price (zero-based), of the first cut-off and of its sums: one row of heads above."""
UNITS = 3
"""Columns of the sheet "Sums" before the units: cut-off, cases without and with the event."""


@dataclass(frozen=True)
class Place:
    """Where things stand, and the values that formulas have at the recorded prices."""

    evidence: Evidence
    money: MoneyEvidence
    units: Values
    """Units below each cut-off: (bins + 1, 2 outcomes * bases)."""
    today: Values | None
    """Units of the rows that today's rule gives the `below` action, (2 * bases,); None without such a rule."""
    n: Values
    """Cases below each cut-off by outcome, (bins + 1, 2)."""

    @property
    def edges(self) -> int:
        return len(self.units)

    @property
    def prices(self) -> int:
        """Row of the prices' end: the cell of the cut-off follows."""
        return FIRST + len(self.evidence.assumptions)

    @property
    def cutoff(self) -> str:
        """The cell of the cut-off, from other sheets."""
        return f"Assumptions!{cell(self.prices + 1, 1)}"

    @property
    def weights(self) -> int:
        """Row of what one unit earns below the cut-off, on the sheet of the assumptions; above it: the next row."""
        return self.prices + 6

    def earned(self, action: int, outcome: int | None = None) -> str:
        """Return the cells of what one unit earns under an action, for one outcome or both."""
        k = self.units.shape[1] // 2
        first, last = (0, 2 * k) if outcome is None else (outcome * k, (outcome + 1) * k)
        row = self.weights + action
        return f"Assumptions!{cell(row, 1 + first)}:{cell(row, last)}"

    def below(self, row: int, outcome: int | None = None) -> str:
        """Return the cells of the units below the cut-off of a row of the sheet "Sums"."""
        k = self.units.shape[1] // 2
        first, last = (0, 2 * k) if outcome is None else (outcome * k, (outcome + 1) * k)
        return f"Sums!{cell(row, UNITS + first, '')}:{cell(row, UNITS + last - 1, '')}"


def summed(evidence: Evidence) -> Place:
    """Add up the table of the record, cut-off by cut-off."""
    table, money = evidence.table, evidence.money
    assert money is not None
    folded, size, k = table.by_fold, bins(table), len(table.bases)
    units, n = np.zeros((size + 1, 2 * k)), np.zeros((size + 1, 2))
    place = np.array(folded.bin) + 1, np.array(folded.event)
    np.add.at(n, place, np.array(folded.n))
    for basis, values in enumerate(folded.sums):
        np.add.at(units, (place[0], place[1] * k + basis), np.array(values))
    return Place(evidence, money, np.cumsum(units, axis=0), _today(evidence), np.cumsum(n, axis=0))


def _today(evidence: Evidence) -> Values | None:
    table, k = evidence.table, len(evidence.table.bases)
    if not table.today or table.by_sign is None:
        return None
    found = np.zeros(2 * k)
    below = (np.array(table.by_sign.sign) & RULED) == 0
    for basis, values in enumerate(table.by_sign.sums):
        np.add.at(found, np.array(table.by_sign.event)[below] * k + basis, np.array(values)[below])
    return found


def assumptions(book: Book, at: Place) -> None:
    """Prices and the cut-off to change, and what one unit earns then."""
    sheet = book.sheet("Assumptions", (34, 16, 12, 12, 26, 40, 30, 60))
    book.text(sheet, (0, 0), "Assumptions", "title")
    said = "Change a coloured cell: the money of every cut-off follows. Nothing else on these sheets is to be changed."
    book.text(sheet, (1, 0), said, "quiet")
    same = [f"{cell(FIRST + row, 1)}={one.value!r}" for row, one in enumerate(at.evidence.assumptions)]
    if same:
        book.formula(sheet, (2, 0), f'IF(AND({",".join(same)}),"These are the recorded prices.",'
                     '"These are not the recorded prices: put them into the money file and prove again.")',
                     "These are the recorded prices.", "name")  # fmt: skip
    heads = ("Price", "Value", "Possible from", "to", "Owner", "Source", "Cannot be changed", "What it means")
    book.texts(sheet, (FIRST - 1, 0), heads)
    for row, one in enumerate(at.evidence.assumptions, start=FIRST):
        _price(book, sheet, row, one)
    chosen = at.money.cutoff.chosen[0] if at.money.cutoff.chosen else _beyond(at)
    book.text(sheet, (at.prices + 1, 0), "Cut-off", "name")
    book.number(sheet, (at.prices + 1, 1), chosen, "input")
    told = f"at this score or a higher one: {at.money.above}; below it: {at.money.below}"
    book.text(sheet, (at.prices + 1, 2), told, "quiet")
    _weights(book, sheet, at)


def _beyond(at: Place) -> float:
    """Return a cut-off that gives everybody the recorded action, where the rows suggest no other."""
    table = at.evidence.table
    return table.low[0] - 1 if at.money.cutoff.edge == 0 else table.high[-1] + 1


def _price(book: Book, sheet: Any, row: int, one: Assumed) -> None:
    book.text(sheet, (row, 0), one.name, "name")
    book.number(sheet, (row, 1), one.value, "input" if one.adjustable else "fixed")
    book.number(sheet, (row, 2), one.low, "plain")
    book.number(sheet, (row, 3), one.high, "plain")
    book.texts(sheet, (row, 4), (one.owner or "nobody yet", one.source, one.why, one.means), "text")


def _weights(book: Book, sheet: Any, at: Place) -> None:
    """Write what one unit of each column earns, per action: the payoffs of the money file."""
    table, money = at.evidence.table, at.money
    prices = {one.name: f"$B${FIRST + row + 1}" for row, one in enumerate(at.evidence.assumptions)}
    value = weights(table, recorded(at.evidence).prices)
    head = [f"{basis}, {outcome}" for outcome in _outcomes(at.evidence) for basis in table.bases]
    book.texts(sheet, (at.weights - 1, 0), ("What one unit earns", *head))
    for action, name in ((BELOW, money.below), (ABOVE, money.above)):
        book.text(sheet, (at.weights + action, 0), name, "name")
        for event in (0, 1):
            for basis in range(len(table.bases)):
                formula = "+".join(_terms(table, prices, (action, event, basis))) or "0"
                where = at.weights + action, 1 + event * len(table.bases) + basis
                book.formula(sheet, where, formula, float(value[action, event, basis]), "plain")


def _terms(table: Table, prices: Mapping[str, str], here: tuple[int, int, int]) -> list[str]:
    """Return the formulas that count in the objective, for an action, an outcome and a unit."""
    return [
        excel(term.coefficient, prices)
        for term in table.terms
        if (term.action, term.event, term.basis) == here and table.objective in (PROFIT, term.line)
    ]


def _outcomes(evidence: Evidence) -> tuple[str, str]:
    return f"not “{evidence.event}”", f"“{evidence.event}”"


def cutoffs(book: Book, at: Place) -> None:
    """The money of every cut-off, against each alternative, with its curve."""
    evidence, money, rows = at.evidence, at.money, at.evidence.rows
    rules = [rule(one) for one in money.against]
    sheet = book.sheet("Cut-offs", (12, 14, 14, 18, 16, *(20 for _ in rules), 14))
    book.text(sheet, (0, 0), "What each cut-off earns", "title")
    said = f"{rows:,} cases; money in {money.currency}, at the prices of the sheet “Assumptions”. A cut-off picked here"
    book.text(sheet, (1, 0), f"{said} by looking at these rows will look better than it is.", "quiet")
    below, above = (capital(done(one)) for one in (money.below, money.above))
    per = f"{money.currency} per 1,000"
    heads = ("Cut-off", f"{below} of 1,000", f"{above} of 1,000", f"{money.currency}, all cases", per)
    book.texts(sheet, (FIRST - 1, 0), (*heads, *(f"{per} against {one}" for one in rules)))
    total = curve(evidence.table, recorded(evidence).prices)[0]
    assert evidence.curve is not None
    others = _others(at, total)
    last = FIRST + at.edges - 1
    for edge, row in enumerate(range(FIRST, last + 1)):
        book.number(sheet, (row, 0), evidence.curve.cutoff[edge], "figure")
        share = 1000 * float(at.n[edge].sum()) / rows
        book.number(sheet, (row, 1), share, "count")
        book.number(sheet, (row, 2), 1000 - share, "count")
        book.formula(sheet, (row, 3), _money(at, row, last), float(total[edge]))
        book.formula(sheet, (row, 4), f"1000*D{row + 1}/{rows}", 1000 * float(total[edge]) / rows)
        for column, (formula, value) in enumerate(others, start=5):
            gain = 1000 * (float(total[edge]) - value) / rows
            book.formula(sheet, (row, column), f"1000*(D{row + 1}-{formula})/{rows}", gain)
    sheet.freeze_panes(FIRST, 1)
    title = f"{per} by how many of 1,000 are {done(money.below)}"
    _curve(book, sheet, last, title, 6 + len(rules))


def _money(at: Place, row: int, last: int) -> str:
    """Return the money of a cut-off: units below it at what `below` earns, the others at what `above` earns."""
    return (
        f"SUMPRODUCT({at.earned(BELOW)},{at.below(row)})"
        f"+SUMPRODUCT({at.earned(ABOVE)},{at.below(last)}-{at.below(row)})"
    )


def _others(at: Place, total: Values) -> list[tuple[str, float]]:
    """Return, per alternative, the formula and the value of its money over all cases."""
    last = FIRST + at.edges - 1
    found = [(f"$D${last + 1}", float(total[-1])), (f"$D${FIRST + 1}", float(total[0]))]
    if at.today is not None:
        ruled = last + 2  # the row under the sums
        formula = f"(SUMPRODUCT({at.earned(BELOW)},{at.below(ruled)})" + (
            f"+SUMPRODUCT({at.earned(ABOVE)},{at.below(last)}-{at.below(ruled)}))"
        )
        weight = weights(at.evidence.table, recorded(at.evidence).prices).reshape(2, -1)
        value = float(weight[BELOW] @ at.today + weight[ABOVE] @ (at.units[-1] - at.today))
        found.append((formula, value))
    return found


def _curve(book: Book, sheet: Any, last: int, title: str, column: int) -> None:
    chart = book.made.add_chart({"type": "scatter", "subtype": "straight"})
    chart.add_series(
        {
            "name": "what each cut-off earns",
            "categories": ["Cut-offs", FIRST, 1, last, 1],
            "values": ["Cut-offs", FIRST, 4, last, 4],
            "line": {"color": "#1C5D8C", "width": 2.25},
        }
    )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_x_axis({"min": 0, "max": 1000, "num_format": "#,##0", "major_gridlines": {"visible": False}})
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#DFE2E1"}}})
    chart.set_legend({"none": True})
    chart.set_size({"width": 720, "height": 400})
    sheet.insert_chart(FIRST - 1, column, chart)


def confusion(book: Book, at: Place) -> None:
    """Right and wrong in cases and money at the cut-off of the sheet "Assumptions"."""
    evidence, money = at.evidence, at.money
    sheet = book.sheet("Right and wrong", (44, 14, 20, 26))
    book.text(sheet, (0, 0), "Right and wrong, in cases and in money", "title")
    last, first = FIRST + at.edges - 1, FIRST
    edge = f"SUMPRODUCT(--(Sums!A{first + 2}:A{last + 1}<{at.cutoff}))"
    book.text(sheet, (1, 0), "Groups of scores below the cut-off", "quiet")
    book.formula(sheet, (1, 1), edge, money.cutoff.edge, "count")
    book.texts(sheet, (3, 0), ("What is done, and how it turns out", "Cases", f"{money.currency}",
                               f"{money.currency} with the other action"))  # fmt: skip
    found = cells(evidence.table, recorded(evidence).prices, money.cutoff.edge)
    for at_, (n, own, other) in enumerate(found):
        action, event = divmod(at_, 2)
        row, done_ = 4 + at_, done((money.below, money.above)[action])
        book.text(sheet, (row, 0), f"{capital(done_)}, {_outcomes(evidence)[event]}", "name")
        for column, formula, value in zip((1, 2, 3), _cell(at, action, event, last), (n, own, other), strict=True):
            book.formula(sheet, (row, column), formula, value, "count" if column == 1 else "money")
    book.text(sheet, (8, 0), "All cases", "name")
    for column, kind in ((1, "count"), (2, "strong"), (3, "money")):
        letter = "ABCD"[column]
        whole = float(sum(one[column - 1] for one in found))
        book.formula(sheet, (8, column), f"SUM({letter}5:{letter}8)", whole, kind)
    _live(book, sheet, at)


def _cell(at: Place, action: int, event: int, last: int) -> tuple[str, str, str]:
    """Return cases, money and money of the other action of one cell of the confusion matrix."""
    k = at.units.shape[1] // 2

    def below(first: int, width: int) -> str:
        rows = f"Sums!{cell(FIRST, first)}:{cell(last, first + width - 1)}"
        return f"INDEX({rows},$B$2+1,0)"

    n, units = below(1 + event, 1), below(UNITS + event * k, k)
    if action == ABOVE:
        n = f"Sums!{cell(last, 1 + event)}-{n}"
        units = f"Sums!{cell(last, UNITS + event * k)}:{cell(last, UNITS + (event + 1) * k - 1)}-{units}"
    return n, *(f"SUMPRODUCT({at.earned(one, event)},{units})" for one in (action, 1 - action))  # type: ignore[return-value]  # three


def _live(book: Book, sheet: Any, at: Place) -> None:
    """Say what this cut-off earns against each alternative."""
    prices, edge = recorded(at.evidence).prices, at.money.cutoff.edge
    found = standing(at.evidence.table, prices, edge)
    total = curve(at.evidence.table, prices)[0]
    per = f"{at.money.currency} per 1,000"
    book.texts(sheet, (10, 0), ("On these very rows, at this cut-off", per))
    for row, (one, (formula, value)) in enumerate(zip(at.money.against, _others(at, total), strict=True), start=11):
        other = formula.replace("$D$", "'Cut-offs'!$D$")
        book.text(sheet, (row, 0), f"against {rule(one)}", "name")
        gain = 1000 * (found.total - value) / at.evidence.rows
        book.formula(sheet, (row, 1), f"1000*(C9-{other})/{at.evidence.rows}", gain, "strong")


def sums(book: Book, at: Place) -> None:
    """What lies below each cut-off; the formulas add it up."""
    table, k = at.evidence.table, len(at.evidence.table.bases)
    sheet = book.sheet("Sums", (22, 14, 14, *(22 for _ in range(2 * k))))
    book.text(sheet, (0, 0), "What lies below each cut-off", "title")
    said = "One row per cut-off of the sheet “Cut-offs”, in the same order. The last row holds all cases"
    said += "; the one under it those that today's rule gives the action below the cut-off." if table.today else "."
    book.text(sheet, (1, 0), said, "quiet")
    units = [f"{basis}, {outcome}" for outcome in _outcomes(at.evidence) for basis in table.bases]
    book.texts(sheet, (FIRST - 1, 0), ("Highest score below", *_outcomes(at.evidence), *units))
    for edge in range(at.edges):
        book.number(sheet, (FIRST + edge, 0), table.high[edge - 1] if edge else None, "plain")
        for column, value in enumerate((*at.n[edge], *at.units[edge]), start=1):
            book.number(sheet, (FIRST + edge, column), float(value), "plain")
    if at.today is not None:
        for column, value in enumerate(at.today, start=UNITS):
            book.number(sheet, (FIRST + at.edges + 1, column), float(value), "plain")
    sheet.freeze_panes(FIRST, 1)
