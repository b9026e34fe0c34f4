"""The status page in a real browser: at two widths, offline, with text that is out for harm."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.chain.chromium import CHROMIUM, HOSTILE, Page

from golive.chain.status.page import html
from golive.records.brief import STAGES
from golive.records.status import Before, FirstOutcomes, Item, Stage, State, Status

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the status page was NOT looked at")
TODAY = date(2026, 11, 30)
LONG = "golive prove " + "a-folder-with-a-long-name/" * 12 + HOSTILE


def status() -> Status:
    items = tuple(
        Item(
            id=f"pack.{state.value}",
            stage="pack",
            name=f"{state.value} {HOSTILE}",
            state=state,
            text=LONG,
            owner="head of consumer lending",
            since=TODAY,
            next=LONG,
        )
        for state in State
    )
    stages = tuple(
        Stage(
            stage=one,
            done=TODAY,
            took=4,
            expected=TODAY,
            owner="product",
            before=Before(models=2, shortest=3, longest=19),
        )
        for one in STAGES
    )
    first = FirstOutcomes(day=TODAY, mature_after_days=0, counted_from=TODAY, decided=True, text="They can be trusted.")
    return Status(
        project=HOSTILE, day=TODAY, left=3, items=items, stages=stages, first_outcomes=first, notes=(HOSTILE,)
    )


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_the_screen_and_runs_nothing(page: Page, tmp_path: Path, width: int, dark: bool) -> None:
    path = tmp_path / "status.html"
    path.write_text(html(status()), encoding="utf-8")
    page.open(path, width=width, dark=dark)
    assert page.said == []
    assert page.run("document.documentElement.scrollWidth") == width
    assert "3 items left until production" in page.run("document.title")
    assert page.count("article") == 3
    assert page.count("img") == 0
    colours = page.run("[...document.querySelectorAll('article h3 span')].map((one) => getComputedStyle(one).color)")
    assert len(set(colours)) == 3  # and the word stands beside the colour
    assert page.run("document.querySelector('article h3').textContent").startswith("open")
