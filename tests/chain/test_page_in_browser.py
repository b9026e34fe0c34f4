"""The page to decide on in a real browser: two widths, light and dark, offline, by keyboard, on paper."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.chain.chromium import CHROMIUM, Page

from golive.approve.page import html, view

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the page was NOT looked at")


@pytest.fixture(scope="module")
def written(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("decide") / "page.html"
    found = view(made / "b.golive", roles=["risk", "product"], today=date(2026, 3, 2))
    path.write_text(html(found), encoding="utf-8")
    return path


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_says_nothing_to_the_console(page: Page, written: Path, width: int, dark: bool) -> None:
    page.open(written, width=width, dark=dark)
    assert page.said == []
    assert page.run("document.documentElement.scrollWidth") == width
    ink, paper = page.run("(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))")
    brightness = [sum(map(int, one.strip("rgb()").split(","))) for one in (ink, paper)]
    assert (brightness[0] > brightness[1]) == dark


@pytest.mark.parametrize("width", [1280, 390])
def test_only_tables_are_wider_than_the_page_and_they_scroll_in_their_box(
    page: Page, written: Path, width: int
) -> None:
    page.open(written, width=width)
    outside = page.run("""[...document.querySelectorAll('main *')]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.box')).length""")
    assert outside == 0


def test_the_keyboard_reaches_the_way_to_sign_and_every_table(page: Page, written: Path) -> None:
    page.open(written, width=1280)
    reached = set()
    for _ in range(60):
        page.press("Tab")
        reached.add(page.run("document.activeElement.getAttribute('href') || document.activeElement.ariaLabel || ''"))
    tables = set(page.run("[...document.querySelectorAll('.box')].map((one) => one.ariaLabel)"))
    assert tables | {"#to-sign"} <= reached


def test_on_paper_nothing_is_cut_off(page: Page, written: Path, tmp_path: Path) -> None:
    page.open(written, width=700)  # less than what A4 has between its margins
    page.print(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    page.ask("Emulation.setEmulatedMedia", media="print")
    page.settle()
    outside = page.run("""[...document.querySelectorAll('main *')]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.textContent)""")
    assert outside == []
