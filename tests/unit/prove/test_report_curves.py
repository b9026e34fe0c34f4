"""The two curves of the report: what the score means, and what acting on it is worth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from golive.prove.measure import measure
from golive.prove.report import html
from golive.prove.report.curves import acting, reliable

if TYPE_CHECKING:
    from types import SimpleNamespace

    from golive.records.evidence import Evidence
    from golive.records.money import Money


@pytest.fixture(scope="module")
def unpriced(world: SimpleNamespace) -> Evidence:
    return measure(world.outcome, world.score, event="bad")


def points(page: str, ident: str, kind: str) -> list[tuple[float, float]]:
    """Points of one line of a drawing, in pixels."""
    inside = page[page.index(f'id="{ident}"') :]
    inside = inside[: inside.index("</svg>")]
    moves = re.search(rf'<path (?:d="M([^"]*)" class="{kind}"|class="{kind}" d="M([^"]*)")', inside)
    assert moves is not None
    return [(float(x), float(y)) for x, y in (pair.split() for pair in (moves[1] or moves[2]).rstrip("Z").split("L"))]


def test_the_reliability_curve_has_its_steps_on_its_band(unpriced: Evidence) -> None:
    assert unpriced.calibration is not None
    drawn = reliable(unpriced.calibration)
    assert drawn is not None
    page = str(drawn)
    steps = points(page, "reliability-plot", "curve")
    assert len(steps) == 2 * len(unpriced.calibration.curve)
    assert [x for x, _ in steps] == sorted(x for x, _ in steps)
    assert [y for _, y in steps] == sorted((y for _, y in steps), reverse=True), "upwards is a smaller y"
    assert len(points(page, "reliability-plot", "band")) == 2 * len(unpriced.calibration.band)
    assert page.count("<tr>") == 1 + len(unpriced.calibration.curve)


def test_acting_on_everybody_leaves_the_picture_and_the_score_stays(unpriced: Evidence) -> None:
    page = str(acting(unpriced))
    score, everybody = (points(page, "decision-plot", kind) for kind in ("curve", "ideal"))
    assert score[0] == pytest.approx(everybody[0], abs=0.5)
    assert len(everybody) < len(score)
    assert max(y for _, y in (*score, *everybody)) <= 338.05, "nothing lies below the axis"


def test_the_decision_curve_is_for_readers_without_prices(
    unpriced: Evidence, world: SimpleNamespace, money: Money
) -> None:
    assert unpriced.decision_curve is not None
    assert "Does acting on the score help?" in html(unpriced)
    priced = html(measure(world.outcome, world.score, money=money, columns=world.columns))
    assert "decision-plot" not in priced
    assert "reliability-plot" in priced


def test_a_scorecard_has_neither(world: SimpleNamespace) -> None:
    page = html(measure(world.outcome, 850 - 550 * world.score, event="bad", higher_is_better=True))
    assert "decision-plot" not in page
    assert "reliability-plot" not in page
