"""The report in a real browser: at two widths, light and dark, offline, by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.chain.chromium import CHROMIUM, Page

from golive.prove.measure import measure
from golive.prove.report import html
from golive.prove.report.figures import figures
from golive.prove.report.late import late
from golive.prove.report.place import Shown
from golive.prove.report.setting import Setting, recorded
from golive.prove.template import money_template
from golive.records.money import parse

if TYPE_CHECKING:
    from pathlib import Path

    from golive.records.evidence import Evidence

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the report was NOT looked at")
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    rng = np.random.default_rng(11)
    bad = np.arange(900) < 250
    score = np.round(1 / (1 + np.exp(-rng.normal(np.where(bad, 1.5, -1.5), 1.4))), 4)
    columns = {"Amount": np.round(rng.lognormal(7, 0.5, 900)), "Time": rng.integers(12, 60, 900).astype(float)}
    outcome = ["bad" if one else "good" for one in bad]
    return measure(outcome, score, event="bad", money=parse(money_template()), columns=columns)


@pytest.fixture(scope="module")
def report(evidence: Evidence, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html(evidence), encoding="utf-8")
    return path


def text(page: Page, name: str) -> str:
    return str(page.run(f"document.querySelector('[data-show=\"{name}\"]').textContent"))


def set_price(page: Page, at: int, value: float) -> None:
    page.run(f"""{{ const typed = document.getElementById('price-{at}'); typed.focus(); typed.value = {value};
        typed.dispatchEvent(new Event('input', {{ bubbles: true }})); }}""")
    page.settle()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_and_says_nothing_to_the_console(page: Page, report: Path, width: int, dark: bool) -> None:
    page.open(report, width=width, dark=dark)
    assert page.said == []
    assert page.run("document.documentElement.scrollWidth") == width
    ink, paper = page.run("(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))")
    brightness = [sum(map(int, one.strip("rgb()").split(","))) for one in (ink, paper)]
    assert (brightness[0] > brightness[1]) == dark


@pytest.mark.parametrize("width", WIDTHS)
def test_only_tables_are_wider_than_the_page_and_they_scroll_in_their_box(page: Page, report: Path, width: int) -> None:
    page.open(report, width=width)
    outside = page.run("""[...document.querySelectorAll('main *')]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.box')).length""")
    assert outside == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_what_the_script_writes_at_first_was_already_there(
    page: Page, report: Path, evidence: Evidence, width: int
) -> None:
    page.open(report, width=width)
    assert evidence.money
    found, shown = said_by_python(evidence, recorded(evidence)), every_figure(page)
    word = shown.pop("word").lower()
    assert word == found.words("word")
    assert shown == {name: found.words(name) for name in shown}
    assert page.run("document.getElementById('changed').hidden") is True


@pytest.mark.parametrize("width", WIDTHS)
def test_moving_the_cut_off_says_what_python_says(page: Page, report: Path, evidence: Evidence, width: int) -> None:
    page.open(report, width=width)
    assert evidence.money
    before = text(page, "sentence")
    page.run("document.getElementById('edge').focus()")
    page.press("ArrowLeft", 7)
    setting = Setting(recorded(evidence).prices, evidence.money.cutoff.edge - 7)
    found = Shown(evidence, evidence.money, figures(evidence, setting))
    assert text(page, "sentence") == found.words("sentence") != before
    assert text(page, "cell.3.money") == found.words("cell.3.money")
    assert text(page, "gain.0") == found.words("gain.0")
    assert found.words("cut") in page.run("document.activeElement.getAttribute('aria-valuetext')")
    assert page.said == []


def test_a_price_changes_everything_and_the_way_back_restores_it(page: Page, report: Path, evidence: Evidence) -> None:
    page.open(report, width=1280)
    assert evidence.money
    before = page.run("document.querySelector('main').textContent")
    curve = page.run("document.getElementById('curve-line').getAttribute('d')")
    set_price(page, 0, 0.05)
    prices = {**recorded(evidence).prices, evidence.assumptions[0].name: 0.05}
    found = Shown(evidence, evidence.money, figures(evidence, Setting(prices)))
    for name in (
        "gain.0",
        "gain.1.span",
        "honest",
        "promised.total",
        "chosen.cut",
        "yes",
        "asked",
        "even.1",
        "hangs.value",
    ):
        assert text(page, name) == found.words(name)
    assert page.run("document.getElementById('curve-line').getAttribute('d')") != curve
    assert page.run("document.getElementById('slide-0').valueAsNumber") == pytest.approx(0.05)
    assert page.run("document.getElementById('changed').hidden") is False
    page.run("document.getElementById('changed-back').click()")
    page.settle()
    page.run(REST)
    assert page.run("document.querySelector('main').textContent") == before
    assert page.run("document.getElementById('curve-line').getAttribute('d')") == curve
    assert page.said == []


def said_by_python(evidence: Evidence, setting: Setting) -> Shown:
    assert evidence.money
    return Shown(evidence, evidence.money, {**figures(evidence, setting), **late(evidence, setting)})


def every_figure(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.run("""Object.fromEntries(
        [...document.querySelectorAll('[data-show]')].map((one) => [one.dataset.show, one.textContent]))""")
    return found


REST = (
    "new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))), 400))"
)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_figure_on_the_page_is_pythons_after_many_controls_were_moved(
    page: Page, report: Path, evidence: Evidence, width: int
) -> None:
    page.open(report, width=width)
    prices = dict(recorded(evidence).prices)
    rng = np.random.default_rng(width)
    for turn in range(6):
        at = turn % len(evidence.assumptions)
        value = round(evidence.assumptions[at].value * rng.uniform(0.6, 1.4), 3)
        prices[evidence.assumptions[at].name] = value
        set_price(page, at, value)
        volume = int(rng.integers(0, len(evidence.table.high) + 1))
        slide(page, "volume", volume)
        setting = Setting(prices, volume=volume)
        page.run(REST)
        found, shown = said_by_python(evidence, setting), every_figure(page)
        assert shown.pop("word").lower() == found.words("word")
        assert shown == {name: found.words(name) for name in shown}
    assert page.said == []


def slide(page: Page, name: str, value: float) -> None:
    page.run(f"""{{ const one = document.getElementById('{name}'); one.value = {value};
        one.dispatchEvent(new Event('input', {{ bubbles: true }})); }}""")
    page.settle()


def test_objective_and_ranges_change_what_depends_on_them(page: Page, report: Path, evidence: Evidence) -> None:
    page.open(report, width=1280)
    page.run("""{ const one = document.getElementById('objective'); one.value = 'revenue';
        one.dispatchEvent(new Event('change')); }""")
    page.run("""{ const one = document.querySelector('[data-end="0 1"]'); one.value = 0.2;
        one.dispatchEvent(new Event('input', { bubbles: true })); }""")
    page.run(REST)
    name = evidence.assumptions[0].name
    low = evidence.assumptions[0].low or 0.0
    setting = Setting(recorded(evidence).prices, objective="revenue", ranges={name: (low, 0.2)})
    found, shown = said_by_python(evidence, setting), every_figure(page)
    assert shown.pop("word").lower() == found.words("word")
    assert shown == {name: found.words(name) for name in shown}
    assert shown["objective"] == "revenue"
    assert page.run("document.getElementById('changed').hidden") is False
    page.run("document.getElementById('changed-back').click()")
    page.run(REST)
    assert every_figure(page)["objective"] == "profit"
    assert page.said == []


def test_the_number_of_buckets_can_be_changed_and_ten_are_those_of_the_record(page: Page, report: Path) -> None:
    page.open(report, width=1280)
    before = page.run("document.querySelector('#meaning tbody').textContent")
    for many in (20, 10):
        page.run(f"""{{ const one = document.getElementById('many'); one.value = {many};
            one.dispatchEvent(new Event('change')); }}""")
        page.settle()
        assert page.run("document.querySelector('#meaning tbody').rows.length") == many
    assert page.run("document.querySelector('#meaning tbody').textContent") == before
    assert page.said == []


def test_the_keyboard_alone_reaches_and_moves_every_kind_of_control_with_a_visible_focus(
    page: Page, report: Path
) -> None:
    page.open(report, width=1280)
    reached: dict[str, str] = {}
    for _ in range(60):
        page.press("Tab")
        name, look = page.run("""(({ id }) => [id, getComputedStyle(document.activeElement).outlineStyle])(
            document.activeElement)""")
        reached[name] = look
        if name == "volume":
            before = text(page, "more.yes")
            page.press("ArrowRight", 3)
            assert text(page, "more.yes") != before
    wanted = {"volume", "many", "edge", "cut-typed", "price-0", "slide-0", "price-1", "slide-1", "objective"}
    assert wanted <= reached.keys()
    assert {reached[name] for name in wanted} == {"solid"}


def test_a_cut_off_can_be_typed(page: Page, report: Path) -> None:
    page.open(report, width=1280)
    page.run("""{ const typed = document.getElementById('cut-typed'); typed.value = 0.9;
        typed.dispatchEvent(new Event('change')); }""")
    page.settle()
    assert text(page, "sentence") == text(page, "asked")
    page.run("document.getElementById('edge-back').click()")
    page.settle()
    assert text(page, "cut") == text(page, "chosen.cut")


def test_the_keyboard_reaches_every_control_in_the_order_of_the_page(page: Page, report: Path) -> None:
    page.open(report, width=1280)
    reached: list[str] = []
    while "slide-1" not in reached and len(reached) < 30:
        page.press("Tab")
        reached.append(page.run("(({ id, className, tagName }) => id || className || tagName)(document.activeElement)"))
    controls = [name for name in reached if name in {"edge", "cut-typed", "price-0", "slide-0", "price-1", "slide-1"}]
    assert controls == ["edge", "cut-typed", "price-0", "slide-0", "price-1", "slide-1"]
    assert {"box", "SUMMARY"} <= set(reached)


def test_without_script_the_page_is_whole_and_shows_no_dead_controls(page: Page, report: Path) -> None:
    page.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open(report, width=1280, settle=False)
        shown = page.count("input, button, .button.needs-script")
    finally:
        page.ask("Emulation.setScriptExecutionDisabled", value=False)
    assert shown == 0


def test_on_paper_there_are_no_sliders_and_nothing_is_cut_off(page: Page, report: Path, tmp_path: Path) -> None:
    page.open(report, width=1280)
    page.ask("Emulation.setEmulatedMedia", media="print")
    try:
        assert page.run("getComputedStyle(document.getElementById('edge')).display") == "none"
        assert page.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    finally:
        page.ask("Emulation.setEmulatedMedia", media="")
    page.print(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
