"""A status as page, table and words: hostile text stays text."""

from __future__ import annotations

import csv
import io
from datetime import date
from html.parser import HTMLParser

import pytest

from golive.chain.status.page import html
from golive.chain.status.table import COLUMNS, csv_of
from golive.chain.status.words import before, done, expected, headline
from golive.records.brief import STAGES
from golive.records.status import Before, FirstOutcomes, Item, Stage, State, Status

TODAY = date(2026, 11, 30)
HOSTILE = '=HYPERLINK("x")</script><img src=x onerror=alert(1)>\x1b[2J\u202e'


def stage(**more: object) -> Stage:
    given = {"stage": "pack", "done": None, "took": None, "expected": None, "owner": "", "before": None} | more
    return Stage(**given)  # type: ignore[arg-type]


def status(*items: Item) -> Status:
    return Status(
        project=HOSTILE,
        day=TODAY,
        left=sum(item.left for item in items),
        items=items,
        stages=tuple(stage(stage=one) for one in STAGES),
        first_outcomes=FirstOutcomes(
            day=None, mature_after_days=None, counted_from=TODAY, decided=False, text="not known"
        ),
        notes=(HOSTILE,),
    )


def item(state: State, text: str = "y") -> Item:
    return Item(id=f"pack.{text}", stage="pack", name=text, state=state, text=text, owner=text, since=TODAY, next=text)


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


@pytest.mark.parametrize("state", State)
def test_hostile_text_is_no_markup_on_the_page(state: State) -> None:
    page = html(status(item(state, HOSTILE)))
    assert Tags(page).seen <= {
        *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "article", "h1", "h2", "h3"),
        *("p", "span", "code", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "li"),
    }
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_no_cell_of_the_table_is_a_formula_or_drives_a_terminal() -> None:
    data = csv_of(status(item(State.open, HOSTILE), item(State.open, "@SUM(1)"), item(State.open, "-1+1")))
    lines = list(csv.reader(io.StringIO(data.decode())))
    assert tuple(lines[0]) == COLUMNS
    for line in lines[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in line)
    assert b"\x1b" not in data


def test_what_is_left_comes_first_and_what_is_done_is_no_item_of_it() -> None:
    page = html(status(item(State.done, "finished"), item(State.failed, "broken")))
    assert page.index("broken") < page.index("finished")
    assert "1 item left until production, 1 of them failed." in page


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ((State.done,), "Nothing is left."),
        ((State.done, State.waiting), "Nothing is left. 1 item for a day to come."),
        ((State.open,), "1 item left until production."),
        ((State.open, State.later, State.failed), "3 items left until production, 1 of them failed."),
    ],
)
def test_the_headline_counts_what_somebody_has_to_do(states: tuple[State, ...], said: str) -> None:
    assert headline(status(*map(item, states))) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, ("not done", "", "")),
        ({"done": date(2026, 11, 9), "took": 1}, ("2026-11-09, 1 day", "", "")),
        ({"expected": date(2026, 12, 2)}, ("not done", "2026-12-02 (in 2 days)", "")),
        ({"expected": TODAY}, ("not done", "2026-11-30 (today)", "")),
        ({"expected": date(2026, 11, 29)}, ("not done", "2026-11-29 (1 day ago)", "")),
        (
            {"done": date(2026, 11, 9), "took": 3, "expected": date(2026, 11, 2)},
            ("2026-11-09, 3 days", "2026-11-02 (7 days later)", ""),
        ),
        (
            {"done": date(2026, 11, 9), "took": 3, "expected": date(2026, 11, 9)},
            ("2026-11-09, 3 days", "2026-11-09 (kept)", ""),
        ),
        ({"before": Before(models=2, shortest=4, longest=19)}, ("not done", "", "4 to 19 days in 2 models")),
        ({"before": Before(models=3, shortest=1, longest=1)}, ("not done", "", "1 day in 3 models")),
    ],
)
def test_days_in_words(given: dict[str, object], said: tuple[str, str, str]) -> None:
    found = stage(**given)
    assert (done(found), expected(found, TODAY), before(found)) == said
