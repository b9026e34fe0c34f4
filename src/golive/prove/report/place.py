"""Where a figure stands on the page: the script finds it by its name and writes it again when prices move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.page.markup import Markup, element
from golive.page.numbers import show

if TYPE_CHECKING:
    from golive.prove.report.figures import Figures
    from golive.records.evidence import Evidence, MoneyEvidence


@dataclass(frozen=True)
class Shown:
    """The evidence with its figures, ready to be put into sentences."""

    evidence: Evidence
    money: MoneyEvidence
    figures: Figures

    def __call__(self, name: str, kind: str = "") -> Markup:
        """Return the place of one figure."""
        return element("span", self.words(name), data_show=name, class_=kind or None)

    def strong(self, name: str) -> Markup:
        """Return the place of a figure that a reader's eye should find."""
        return element("b", self.words(name), data_show=name)

    def words(self, name: str) -> str:
        kind, value = self.figures[name]
        return show(kind, value, self.money.currency)
