"""What the page says of swapped cases, bands, segments and protected groups is what the record says."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import numpy as np
import pytest

from golive.page.numbers import MINUS, SPACE, show
from golive.prove.measure import measure
from golive.prove.report import html
from golive.prove.template import money_template
from golive.records.money import parse

if TYPE_CHECKING:
    from types import SimpleNamespace

    from golive.records.evidence import Evidence

REVIEW = """
[review]
capacity_per_day = 3
cost = { value = 12, range = [8, 20], owner = "operations" }
bad_stopped = { value = 0.7, range = [0.5, 0.9], owner = "risk" }
good_passed = { value = 0.9, range = [0.8, 1.0], owner = "risk" }
"""


class Rows(HTMLParser):
    """Every row of every table, by caption."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.caption, self.inside = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag if tag in ("caption", "td", "th", "tr") else self.inside
        if tag == "caption":
            self.caption = ""
        if tag == "tr":
            self.tables.setdefault(self.caption, []).append([])
        if tag in ("td", "th"):
            self.tables[self.caption][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = "" if tag in ("caption", "td", "th") else self.inside

    def handle_data(self, data: str) -> None:
        if self.inside == "caption":
            self.caption += data
        elif self.inside in ("td", "th"):
            self.tables[self.caption][-1][-1] += data


@pytest.fixture(scope="module")
def evidence(world: SimpleNamespace) -> Evidence:
    rng = np.random.default_rng(4)
    text = money_template().replace('# rule = "approve all"', 'rule = "reject if Amount > 1500"')
    text = text.replace('above = "reject"', 'middle = "review"\nabove = "reject"') + REVIEW
    region = rng.choice(["north", "<b>south"], 1000)
    return measure(
        world.outcome, world.score, event="bad", money=parse(text), columns=world.columns, segment={"region": region},
        protected={"sex": rng.choice(["f", "m"], 1000)},
    )  # fmt: skip


def test_the_swap_set_is_shown_in_cases_and_money(evidence: Evidence) -> None:
    assert evidence.money
    assert evidence.money.swap
    rows = Rows(html(evidence)).tables["Swap set, all rows"]
    assert [row[0] for row in rows[1:]] == [
        "Newly approved",
        "No longer approved",
        "Approved, as today",
        "Not approved, as today",
    ]
    for row, part in zip(rows[1:], evidence.money.swap.parts, strict=True):
        assert row[1:3] == [f"{part.n:,}", f"{part.events:,}"]
        assert row[6] == show("gain", part.change, "EUR")


def test_what_people_add_stands_apart_and_is_called_assumed(evidence: Evidence) -> None:
    assert evidence.money
    assert evidence.money.bands
    page = html(evidence)
    section = re.sub("<[^>]*>", "", page[page.index('<section id="bands"') :].partition("</section>")[0])
    said = section.replace(SPACE, " ").replace(MINUS, "-")
    added = evidence.money.bands.added
    assert f"Assumed, not measured: people in the middle add {1000 * added.per_row:+,.0f} EUR" in said
    assert "no part of the word above" in said
    measured = Rows(page).tables["Measured on these rows"]
    assert [row[1] for row in measured[1:]] == [
        show("gain", 1000 * one.per_row, "EUR") for one in evidence.money.bands.measured
    ]


def test_segments_and_groups_are_shown_with_their_number_and_range(evidence: Evidence) -> None:
    page = html(evidence)
    segments, groups = Rows(page).tables["By region"], Rows(page).tables["Groups"]
    assert "<b>south" not in page
    for row, one in zip(segments[1:], evidence.segments, strict=True):
        assert row[1:3] == [f"{one.n:,}", f"{one.events:,}"]
        assert row[5] == show("gain", one.against[0].total, "EUR")
    for row, group in zip(groups[1:], evidence.protected, strict=True):
        assert row[1] == f"{group.n:,}"
        assert group.favourable
        assert row[2] == show("share", group.favourable.value)


def test_what_nobody_can_know_is_said_on_the_first_screen(world: SimpleNamespace) -> None:
    text = money_template().replace('# rule = "approve all"', 'rule = "reject if Amount > 1500"')
    text = text.replace('labelled = "everyone"', 'labelled = "only approved"')
    found = measure(world.outcome, world.score, event="bad", money=parse(text), columns=world.columns)
    assert found.money
    page = html(found)
    first = page[page.index('<header id="first"') : page.index("</header>")]
    hidden = found.money.swap is not None and not all(one.observable for one in found.money.swap.parts)
    assert hidden == ("is not observable" in first)
    assert hidden
