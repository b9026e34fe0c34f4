"""The page's JavaScript says what Python says, on more than a thousand settings of prices and cut-off."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.special import gammaincinv  # type: ignore[import-untyped, unused-ignore]  # no stubs
from tests.unit.prove.script import needs_node
from tests.unit.prove.script import run as script_run

import golive.prove
from golive.maths.intervals import wilson
from golive.maths.table_sums import bins
from golive.page.numbers import price, show
from golive.prove.measure import measure
from golive.prove.report.data import page_data
from golive.prove.report.figures import figures
from golive.prove.report.late import late
from golive.prove.report.setting import Setting, recorded
from golive.prove.template import money_template
from golive.records.money import parse

if TYPE_CHECKING:
    from golive.page.numbers import Shown
    from golive.records.evidence import Evidence

HERE = Path(golive.prove.__file__).parent
CENT = 0.005
PER_WORLD = 210
LIMITS = 'subject_to = ["approval_rate >= 0.8", "profit_per_case >= -300"]'
REVENUE = 'maximise = "revenue"\nsubject_to = ["bad_rate <= 0.2", "revenue_per_case >= 40"]'
AIMED = ("limits", "revenue")
WORLDS = (
    "telling",
    "useless",
    "scorecard",
    "ties",
    "few events",
    "customers",
    "dates",
    "today's rule",
    "today's constant",
    "limits",
    "revenue",
)


def world(
    n: int,
    distinct: int,
    *,
    seed: int,
    rising: bool = True,
    tells: float = 2.0,
    today: str = "",
    more: str = 'maximise = "profit"',
) -> Evidence:
    """Return evidence of drawn rows; ``today`` and ``more`` are put into the money file."""
    rng = np.random.default_rng(seed)
    bad = rng.uniform(size=n) < 0.3
    score = 1 / (1 + np.exp(-rng.normal(np.where(bad, tells / 2, -tells / 2))))
    score = np.round(score * distinct) / distinct
    columns = {"Amount": np.round(rng.lognormal(7, 0.8, n)), "Time": rng.integers(6, 60, n).astype(float)}
    text = money_template().replace('# rule = "approve all"', today).replace('maximise = "profit"', more)
    if not rising:
        text = text.replace('below = "approve"', 'below = "reject"').replace('above = "reject"', 'above = "approve"')
        score = np.round(850 - 550 * score)
    return measure(
        ["bad" if one else "good" for one in bad], score, event="bad", money=parse(text), columns=columns,
        higher_is_better=not rising,
    )  # fmt: skip


def customers() -> Evidence:
    """Return evidence of rows that belong to customers and have weights."""
    rng = np.random.default_rng(9)
    bad = rng.uniform(size=400) < 0.3
    score = np.round(1 / (1 + np.exp(-rng.normal(np.where(bad, 1.0, -1.0)))), 2)
    columns = {"Amount": np.round(rng.lognormal(7, 0.8, 400)), "Time": rng.integers(6, 60, 400).astype(float)}
    return measure(
        np.where(bad, "bad", "good"), score, event="bad", money=parse(money_template()), columns=columns,
        group=rng.integers(0, 150, 400), weight=rng.uniform(0.5, 2.0, 400),
    )  # fmt: skip


def dated() -> Evidence:
    """Return evidence of rows with dates: chosen early, judged late."""
    rng = np.random.default_rng(2)
    bad = rng.uniform(size=700) < 0.3
    score = np.round(1 / (1 + np.exp(-rng.normal(np.where(bad, 1.0, -1.0)))), 2)
    columns = {"Amount": np.round(rng.lognormal(7, 0.8, 700)), "Time": rng.integers(6, 60, 700).astype(float)}
    days = np.datetime64("2024-01-01") + rng.integers(0, 700, 700)
    money = parse(money_template())
    return measure(np.where(bad, "bad", "good"), score, event="bad", money=money, columns=columns, date=days)


@cache
def worlds() -> dict[str, Evidence]:
    return {
        "telling": world(400, 60, seed=1),
        "useless": world(300, 40, seed=2, tells=0.0),
        "scorecard": world(300, 30, seed=3, rising=False),
        "ties": world(200, 5, seed=4),
        "few events": world(34, 30, seed=5),
        "customers": customers(),
        "dates": dated(),
        "today's rule": world(300, 50, seed=6, today='rule = "Amount >= 1200"'),
        "today's constant": world(300, 50, seed=7, today='rule = "reject all"'),
        "limits": world(300, 50, seed=8, more=LIMITS),
        "revenue": world(300, 50, seed=9, today='rule = "Amount >= 1200"', more=REVENUE),
    }


def settings(evidence: Evidence, seed: int) -> list[Setting]:
    """Draw prices far outside their ranges too, some at their recorded values; and cut-offs, both ends included."""
    rng = random.Random(seed)
    found = [
        recorded(evidence),
        Setting(recorded(evidence).prices, 0),
        Setting(recorded(evidence).prices, bins(evidence.table)),
    ]
    while len(found) < PER_WORLD:
        prices = {one.name: one.value * rng.choice([1.0, 0.0, rng.uniform(0.1, 3)]) for one in evidence.assumptions}
        edge, volume = (rng.choice([None, rng.randrange(bins(evidence.table) + 1)]) for _ in range(2))
        found.append(Setting(prices, edge, volume, *aims(evidence, rng)))
    return found


def aims(evidence: Evidence, rng: random.Random) -> tuple[Any, Any, Any]:
    """Draw another objective, other limits and other ranges, or leave them."""
    bounds = tuple(one.bound * rng.uniform(0.7, 1.2) for one in evidence.table.limits)
    ranges = {one.name: (one.value * rng.uniform(0.3, 1), 1.7 * one.value) for one in evidence.assumptions[:1]}
    return rng.choice([None, "profit", "revenue"]), rng.choice([None, bounds or None]), rng.choice([None, ranges])


def asked_of_script(one: Setting) -> dict[str, Any]:
    return {
        "prices": one.prices, "edge": one.edge, "volume": one.volume, "objective": one.objective, "bounds": one.bounds,
        "ranges": one.ranges, "capacity": one.capacity,
    }  # fmt: skip


def run(script: str, given: object) -> Any:
    return script_run(script, given, recompute=HERE / "recompute.js", report=HERE / "report" / "figures.js")


def differences(ours: dict[str, tuple[str, Shown]], theirs: dict[str, list[Any]]) -> list[str]:
    """Return the figures that differ by a cent, by a millionth of a share, or by a word."""
    assert ours.keys() == theirs.keys()
    return [
        f"{name}: {value} and {theirs[name][1]}"
        for name, (kind, value) in ours.items()
        if kind != theirs[name][0] or not alike(value, theirs[name][1])
    ]


def alike(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, tuple):
        return all(alike(*pair) for pair in zip(ours, theirs, strict=True))
    if isinstance(ours, float):
        small = 1e-6 if abs(ours) <= 1 else CENT
        return isinstance(theirs, (int, float)) and abs(ours - theirs) < small
    return bool(ours == theirs)


def on_the_edge(ours: dict[str, tuple[str, Shown]], name: str) -> bool:
    """Whether a sentence names money so near to a half that the last bit decides how it is rounded."""
    lost = ours.get(f"{name}.lost", ("", None))[1]
    return isinstance(lost, float) and any(abs(lost * scale % 1 - 0.5) < 1e-6 for scale in (1, 100))


@needs_node
@pytest.mark.parametrize("name", WORLDS)
def test_every_figure_on_the_page_is_equal_to_the_cent(name: str) -> None:
    evidence = worlds()[name]
    asked = settings(evidence, seed=len(name))
    found = run(
        "answer = given.settings.map((one) => report.figures(given.data, one));",
        {"data": page_data(evidence), "settings": [asked_of_script(one) for one in asked]},
    )
    for setting, theirs in zip(asked, found, strict=True):
        ours = figures(evidence, setting)
        wrong = [one for one in differences(ours, theirs) if not on_the_edge(ours, one.partition(":")[0])]
        assert not wrong, setting


@needs_node
@pytest.mark.parametrize("name", WORLDS)
def test_what_takes_a_thousand_draws_is_equal_too(name: str) -> None:
    evidence = worlds()[name]
    asked = settings(evidence, seed=len(name) + 1)[:10]
    found = run(
        "answer = given.settings.map((one) => report.late(given.data, one));",
        {"data": page_data(evidence), "settings": [asked_of_script(one) for one in asked]},
    )
    for setting, theirs in zip(asked, found, strict=True):
        assert not differences(late(evidence, setting), theirs), setting


@needs_node
@pytest.mark.parametrize("many", [2, 4, 5, 10, 20])
def test_buckets_of_any_offered_number_are_those_of_the_rows(many: int) -> None:
    rng = np.random.default_rng(many)
    bad = rng.uniform(size=500) < 0.3
    score = np.round(1 / (1 + np.exp(-rng.normal(np.where(bad, 1.0, -1.0)))), 3)
    columns = {"Amount": np.ones(500) * 900, "Time": np.ones(500) * 12}
    evidence = measure(
        bad, score, event=True, money=parse(money_template().replace('"bad"', '"true"')), columns=columns
    )
    found = run(f"answer = report.buckets(given, {many});", page_data(evidence))
    for k, one in enumerate(found):
        here = (score >= k / many) & ((score < (k + 1) / many) if k < many - 1 else True)
        assert (one["n"], one["events"]) == (here.sum(), bad[here].sum())
        assert one["mean"] == (pytest.approx(score[here].mean()) if here.any() else None)
        low, high = wilson(int(bad[here].sum()), int(here.sum()))
        assert (one["low"], one["high"]) == pytest.approx((low, high))
    if many == len(evidence.buckets):
        assert [one["n"] for one in found] == [one.n for one in evidence.buckets]


@needs_node
def test_three_bands_follow_capacity_and_prices() -> None:
    review = """
[review]
capacity_per_day = 6
cost = { value = 12, range = [8, 20], owner = "operations" }
bad_stopped = { value = 0.7, range = [0.5, 0.9], owner = "risk" }
good_passed = { value = 0.9, range = [0.8, 1.0], owner = "risk" }
"""
    rng = np.random.default_rng(3)
    bad = rng.uniform(size=300) < 0.3
    score = np.round(1 / (1 + np.exp(-rng.normal(np.where(bad, 1.0, -1.0)))), 2)
    columns = {"Amount": np.round(rng.lognormal(7, 0.8, 300)), "Time": rng.integers(6, 60, 300).astype(float)}
    text = money_template().replace('above = "reject"', 'middle = "review"\nabove = "reject"') + review
    evidence = measure(np.where(bad, "bad", "good"), score, event="bad", money=parse(text), columns=columns)
    prices = recorded(evidence).prices
    dear = {name: value * 1.3 for name, value in prices.items()}
    asked = [Setting(prices), *(Setting(prices, capacity=one) for one in (0.0, 2.0, 15.0)), Setting(dear, capacity=9.0)]
    found = run(
        "answer = given.settings.map((one) => report.late(given.data, one));",
        {"data": page_data(evidence), "settings": [asked_of_script(one) for one in asked]},
    )
    for setting, theirs in zip(asked, found, strict=True):
        assert not differences(late(evidence, setting), theirs), setting
    assert evidence.money
    assert evidence.money.bands
    assert late(evidence, asked[0])["bands.added"][1] == pytest.approx(1000 * evidence.money.bands.added.per_row)
    shown = {setting.capacity: late(evidence, setting)["bands.1"][1] for setting in asked[:4]}
    assert shown[0.0] == 0.0
    assert shown[2.0] != shown[15.0]


def test_more_than_a_thousand_settings_are_compared() -> None:
    assert PER_WORLD * len(worlds()) > 1000
    assert tuple(worlds()) == WORLDS


@needs_node
def test_numbers_are_written_alike() -> None:
    rng = random.Random(7)
    drawn = (rng.uniform(-1, 1) * 10 ** rng.uniform(-6, 8) for _ in range(300))
    values = [0.0, 0.005, -0.004, 99.994, 99.995, 0.5, 0.0005, 0.9995, 1.0, 1e-7, *drawn]
    kinds = ["gain", "money", "count", "score", "figure"]
    asked: list[tuple[str, Any]] = [
        (kind, abs(value) if kind == "score" else value) for kind in kinds for value in values
    ]
    asked += [("share", min(abs(value), 1.0)) for value in values]
    asked += [
        ("shares", (0.0001, 0.5)),
        ("span", (-3.5, 70000.0)),
        ("span", (None, None)),
        ("gain", None),
        ("text", "x"),
    ]
    theirs = run('answer = given.map(([kind, value]) => report.show(kind, value, "EUR"));', asked)
    assert theirs == [show(kind, value, "EUR") for kind, value in asked]
    prices = run("answer = given.map((value) => [report.price(value), report.price(value, 3)]);", values)
    assert prices == [[price(value), price(value, 3)] for value in values]


@needs_node
def test_gamma_quantiles_are_scipys_to_ten_digits() -> None:
    shapes = [1.0, 1.3, 2.0, 7.5, 40.0, 333.3, 5e3, 9.9e3, 1.1e4, 1e6]
    asked = [(shape, p) for shape in shapes for p in (0.025, 0.5, 0.975)]
    found = run("answer = given.map(([shape, p]) => recompute.gammaQuantile(shape, p));", asked)
    assert found == pytest.approx([float(gammaincinv(shape, p)) for shape, p in asked], rel=1e-10)


@needs_node
def test_a_price_that_divides_and_becomes_zero_is_refused_not_shown_as_infinity() -> None:
    changed = money_template().replace('"margin * Amount * Time / 12"', '"Amount / margin"')
    rng = np.random.default_rng(0)
    bad, score = rng.uniform(size=200) < 0.3, rng.uniform(size=200)
    columns = {"Amount": rng.uniform(1, 9, 200), "Time": np.ones(200)}
    evidence = measure(bad, score, event=True, money=parse(changed.replace('"bad"', '"true"')), columns=columns)
    asked = "report.figures(given, { prices: {...given.prices, margin: 0} });"
    script = f"try {{ {asked} }} catch (problem) {{ answer = problem.name; }}"
    assert run(script, {**page_data(evidence), "prices": recorded(evidence).prices}) == "RangeError"
