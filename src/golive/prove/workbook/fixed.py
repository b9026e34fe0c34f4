"""Sheets of the record as it is: the verdict with its conditions, the buckets with their plot, the lift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from golive.maths.intervals import wilson
from golive.page.words import capital, plural, rule
from golive.prove.report.score import OTHERWISE, QUESTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.prove.workbook.book import Book
    from golive.records.evidence import Bucket, MoneyEvidence

TOP = 3
"""Row of the heads of a table of buckets (zero-based)."""


def summary(book: Book) -> None:
    """The verdict, what it earns as recorded, the conditions, and which bytes it speaks about."""
    evidence, verdict = book.evidence, book.evidence.verdict
    sheet = book.sheet("Summary", (46, 22, 18, 18, 24))
    book.text(sheet, (0, 0), capital(verdict.word.value), "title")
    book.text(sheet, (1, 0), verdict.sentence, "name")
    book.text(sheet, (2, 0), verdict.rows_sentence, "text")
    row = 4
    if evidence.money is not None:
        row = _money(book, sheet, row, evidence.money)
    stands = [f"{one.text} ({one.who} can clear it)" for one in verdict.conditions]
    row = _listed(book, sheet, row, "Conditions", stands)
    row = _listed(book, sheet, row, "Noticed", [one.text for one in evidence.warnings])
    row = _listed(book, sheet, row, "To ask the owner", evidence.questions)
    low, high = wilson(evidence.events, evidence.rows)
    judged = f"{evidence.rows:,} rows, {evidence.events:,} of them “{evidence.event}” ({low:.1%} to {high:.1%})"
    ids = evidence.digests
    said = [judged, evidence.score.direction, *(f"{name}: {one}" for name, one in (
        ("bundle", ids.bundle), ("prices", ids.money), ("file of the rows", ids.holdout)) if one)]  # fmt: skip
    _listed(book, sheet, row, "What was judged", said)


def _money(book: Book, sheet: Any, row: int, money: MoneyEvidence) -> int:
    per = f"{money.currency} per 1,000 {plural(money.row)}"
    book.texts(sheet, (row, 0), ("As recorded", per, "95 % from", "to", "Decisions that change"))
    lines: list[tuple[str, float, float | None, float | None, float | None]] = [
        (f"against {rule(one)}", one.per_row, one.low, one.high, one.changed) for one in money.against
    ]
    if money.honest is not None:
        lines.append(("honest, against nothing", money.honest.per_row, money.honest.low, money.honest.high, None))
    lines.append(("promised: the best of these rows, too good", money.promised.per_row, None, None, None))
    for at, (name, value, low, high, changed) in enumerate(lines, start=row + 1):
        book.text(sheet, (at, 0), name, "name")
        for column, limit in enumerate((value, low, high), start=1):
            book.number(sheet, (at, column), None if limit is None else 1000 * limit)
        book.number(sheet, (at, 4), changed, "count")
    end = row + len(lines) + 1
    told = "They need the choice of the cut-off: the page works them out again, this book does not."
    book.text(sheet, (end, 0), told, "quiet")
    return end + 2


def _listed(book: Book, sheet: Any, row: int, name: str, said: Sequence[str]) -> int:
    if not said:
        return row
    book.text(sheet, (row, 0), name, "head")
    for at, one in enumerate(said, start=row + 1):
        book.text(sheet, (at, 0), one, "text")
    return row + len(said) + 2


def buckets(book: Book) -> None:
    """Mean score against observed rate, by equal width, with its plot."""
    sheet = book.sheet("Buckets", (10, 10, 10, 10, 12, 12, 12, 12, 12, 12))
    question = QUESTION if book.evidence.score.probability else OTHERWISE
    book.text(sheet, (0, 0), question, "title")
    found = [one for one in book.evidence.buckets if one.n]
    _table(book, sheet, found)
    last = TOP + len(found)
    for row, one in enumerate(found, start=TOP + 1):
        assert one.rate is not None
        book.number(sheet, (row, 8), (one.high or one.rate) - one.rate, "figure")
        book.number(sheet, (row, 9), one.rate - (one.low or 0.0), "figure")
    book.texts(sheet, (TOP, 8), ("up to the limit", "down to it"))
    chart = book.made.add_chart({"type": "scatter"})
    columns = {"categories": ["Buckets", TOP + 1, 7, last, 7], "values": ["Buckets", TOP + 1, 4, last, 4]}
    limits = {"type": "custom", "plus_values": f"=Buckets!$I${TOP + 2}:$I${last + 1}", "minus_values":
              f"=Buckets!$J${TOP + 2}:$J${last + 1}", "line": {"color": "#1C5D8C"}}  # fmt: skip
    marker = {"type": "circle", "size": 7, "fill": {"color": "#1C5D8C"}, "border": {"color": "#FFFFFF"}}
    chart.add_series({"name": "what happened", **columns, "y_error_bars": limits, "marker": marker})
    if book.evidence.score.probability:
        book.texts(sheet, (TOP, 11), ("as it should be", ""))
        for row, end in enumerate((0.0, 1.0), start=TOP + 1):
            book.number(sheet, (row, 11), end, "plain")
        ideal = ["Buckets", TOP + 1, 11, TOP + 2, 11]
        line = {"color": "#59646B", "dash_type": "dash", "width": 1.25}
        chart.add_series(
            {"name": "as it should be", "categories": ideal, "values": ideal, "marker": {"type": "none"}, "line": line}
        )
        chart.set_x_axis({"name": "what the score says", "min": 0, "max": 1, "major_gridlines": {"visible": False}})
    else:
        chart.set_x_axis({"name": "what the score says", "major_gridlines": {"visible": False}})
    chart.set_y_axis({"name": "what happened", "min": 0, "max": 1, "num_format": "0%"})
    chart.set_title({"name": question, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_size({"width": 620, "height": 400})
    sheet.insert_chart(last + 2, 0, chart)


def lift(book: Book) -> None:
    """Equal shares, riskiest first."""
    sheet = book.sheet("Lift", (10, 10, 10, 10, 12, 12, 12, 12, 14))
    book.text(sheet, (0, 0), "How well does the score sort?", "title")
    found = book.evidence.lift
    _table(book, sheet, found)
    if book.evidence.money is not None:
        book.text(sheet, (TOP, 9), f"Gain, {book.evidence.money.currency}, of {book.evidence.money.above}", "head")
    book.text(sheet, (TOP, 8), "Lift", "head")
    for row, one in enumerate(found, start=TOP + 1):
        book.number(sheet, (row, 8), one.lift, "figure")
        book.number(sheet, (row, 9), one.money)
    chart = book.made.add_chart({"type": "column"})
    last = TOP + len(found)
    chart.add_series({"name": "lift", "values": ["Lift", TOP + 1, 8, last, 8], "fill": {"color": "#1C5D8C"}, "gap": 40})
    chart.set_x_axis({"name": "part of the cases, riskiest first"})
    chart.set_title({"name": "Lift: 1 is as good as picking at random", "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_size({"width": 620, "height": 360})
    sheet.insert_chart(last + 2, 0, chart)


def _table(book: Book, sheet: Any, found: Sequence[Bucket]) -> None:
    heads = ("Score from", "to", "Cases", f"“{book.evidence.event}”", "Observed", "95 % from", "to", "Mean score")
    book.texts(sheet, (TOP, 0), heads)
    kinds = ("figure", "figure", "count", "count", "share", "share", "share", "figure")
    for row, one in enumerate(found, start=TOP + 1):
        values = (one.from_, one.to, one.n, one.events, one.rate, one.low, one.high, one.mean_score)
        for column, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            book.number(sheet, (row, column), value, kind)
