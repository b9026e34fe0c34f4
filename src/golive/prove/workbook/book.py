"""One workbook being written: its styles, and the doors through which texts, numbers and formulas go in."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from golive.page.escape import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.records.evidence import Evidence

CREATED = datetime(2026, 1, 1)
"""A fixed day: the same evidence gives the same bytes. When it was proven stands in the sign-off."""
LOOKS_LIKE_A_FORMULA = re.compile(r"[=+\-@\t\r|%]")
LONGEST = 32_000
"""A cell holds 32,767 characters."""
ACCENT, INK, QUIET, INPUT = "#1C5D8C", "#1A2024", "#59646B", "#FFF6DD"
Where = tuple[int, int]


class Book:
    """Sheets of one workbook.

    Text of the data is hostile: it is only ever written as text, every character visible, and what begins like a
    formula is marked as text (the apostrophe of a spreadsheet), so that editing the cell does not wake it.
    """

    def __init__(self, made: Any, evidence: Evidence) -> None:
        self.made, self.evidence = made, evidence
        made.set_properties({"title": "What the score earns", "created": CREATED})
        made.set_calc_mode("auto")
        self._styles: dict[str, Any] = {}

    def sheet(self, name: str, widths: Sequence[float]) -> Any:
        """Add a sheet with the widths of its columns."""
        sheet = self.made.add_worksheet(name)
        sheet.hide_gridlines(2)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        return sheet

    def text(self, sheet: Any, at: Where, value: str, kind: str = "text") -> None:
        """Write text, whatever it looks like."""
        shown = visible(value)[:LONGEST]
        sheet.write_string(*at, shown, self.style(kind, quoted=bool(LOOKS_LIKE_A_FORMULA.match(shown))))

    def texts(self, sheet: Any, at: Where, values: Sequence[str], kind: str = "head") -> None:
        for column, value in enumerate(values):
            self.text(sheet, (at[0], at[1] + column), value, kind)

    def number(self, sheet: Any, at: Where, value: float | None, kind: str = "money") -> None:
        """Write a number; nothing where there is none."""
        if value is not None:
            sheet.write_number(*at, value, self.style(kind))

    def formula(self, sheet: Any, at: Where, formula: str, value: float | str, kind: str = "money") -> None:
        """Write a formula with the value it has at the recorded prices, for readers that do not recalculate."""
        sheet.write_formula(*at, f"={formula}", self.style(kind), value)

    def style(self, kind: str, *, quoted: bool = False) -> Any:
        key = f"{kind}{quoted}"
        if key not in self._styles:
            self._styles[key] = self.made.add_format(STYLES[kind] | ({"quote_prefix": True} if quoted else {}))
        return self._styles[key]


_MONEY: dict[str, object] = {"num_format": "#,##0.00;[Red]-#,##0.00"}
STYLES: dict[str, dict[str, object]] = {
    "text": {"text_wrap": True, "valign": "top"},
    "quiet": {"text_wrap": True, "valign": "top", "font_color": QUIET},
    "title": {"bold": True, "font_size": 20},
    "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "font_color": QUIET},
    "name": {"bold": True, "valign": "top", "text_wrap": True},
    "money": _MONEY,
    "strong": _MONEY | {"bold": True},
    "count": {"num_format": "#,##0"},
    "share": {"num_format": "0.0%"},
    "figure": {"num_format": "0.0000"},
    "plain": {"num_format": "General"},
    "input": {"num_format": "General", "bg_color": INPUT, "border": 1, "border_color": "#C9A53A", "locked": False},
    "fixed": {"num_format": "General", "font_color": QUIET},
}
"""Kind of cell -> how it looks; a coloured cell is one to change."""
