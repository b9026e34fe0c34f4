"""Where a figure stands on the page: the script finds it by its name and writes it again when prices move."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.page.markup import Markup, element, join
from golive.page.numbers import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.page.markup import Child
    from golive.prove.report.figures import Figures
    from golive.records.evidence import Evidence, MoneyEvidence

_GAP = re.compile(r"\{([*(]?)([a-z0-9_.]+)\)?\}")


@dataclass(frozen=True)
class Shown:
    """The evidence with its figures, ready to be put into sentences."""

    evidence: Evidence
    money: MoneyEvidence
    figures: Figures

    def __call__(self, name: str) -> Markup:
        """Return the place of one figure."""
        return element("span", self.words(name), data_show=name)

    def say(self, template: str, **words: Child) -> Markup:
        """Fill a sentence: ``{name}`` is a word given here or a figure, ``{*name}`` one that the eye should find,
        ``{(name)}`` one that stands in quiet brackets."""
        return say(template, _Figures(self, words))

    def words(self, name: str) -> str:
        kind, value = self.figures[name]
        return show(kind, value, self.money.currency)


def say(template: str, words: dict[str, Child]) -> Markup:
    """Fill a sentence where every word is given."""
    return join(_filled(template, words))


class _Figures(dict[str, "Child"]):
    """The words given, and behind them all figures."""

    def __init__(self, found: Shown, words: dict[str, Child]) -> None:
        super().__init__(words)
        self.found = found

    def __missing__(self, name: str) -> Markup:
        return self.found(name)


def _filled(template: str, words: dict[str, Child]) -> Iterator[Child]:
    last = 0
    for gap in _GAP.finditer(template):
        yield template[last : gap.start()]
        how, name = gap.groups()
        if how == "*":
            yield element("b", words[name])
        elif how == "(":
            yield element("span", "(", words[name], ")", class_="quiet")
        else:
            yield words[name]
        last = gap.end()
    yield template[last:]
