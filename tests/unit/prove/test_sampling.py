"""Rows that were re-sampled are corrected where it is declared, and only there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from golive.errors import DocumentError, InputError
from golive.maths.prior import resampled, shifted
from golive.prove.measure import measure
from golive.prove.template import money_template
from golive.records.money import Money, parse

if TYPE_CHECKING:
    from golive.records.evidence import Evidence

RATE = 0.05


def declared(rate: float = RATE) -> Money:
    return parse(money_template() + f'\n[sampling]\nbase_rate = {rate}\nowner = "head of risk"\n')


def test_probabilities_move_by_the_odds() -> None:
    assert shifted(np.array([0.9, 0.5]), 0.5, 0.05) == pytest.approx([0.3214285714, 0.05], abs=1e-10)
    assert shifted(np.array([0.0, 1.0, 0.3]), 0.2, 0.2).tolist() == pytest.approx([0.0, 1.0, 0.3])
    there = shifted(np.linspace(0, 1, 11), 0.5, 0.02)
    assert shifted(there, 0.02, 0.5) == pytest.approx(np.linspace(0, 1, 11))


def test_rows_weigh_as_much_as_their_outcome_is_too_rare() -> None:
    event = np.array([True] * 50 + [False] * 50)
    weight = resampled(event, None, RATE)
    assert weight.sum() == pytest.approx(100)
    assert weight[event].sum() / weight.sum() == pytest.approx(RATE)
    given = np.linspace(1, 2, 100)
    both = resampled(event, given, RATE)
    assert both[event].sum() / both.sum() == pytest.approx(RATE)
    assert (both / given)[event] == pytest.approx((both / given)[0])  # the weights given still tell cases apart


def thinned() -> tuple[SimpleNamespace, SimpleNamespace]:
    """A world of 20,000 cases with calibrated scores, and the same thinned to as many events as others."""
    rng = np.random.default_rng(11)
    n = 20_000
    score = 1 / (1 + np.exp(-rng.normal(-3.6, 1.2, n)))
    bad = rng.random(n) < score
    columns = {"Amount": np.round(rng.lognormal(7, 0.3, n)), "Time": np.full(n, 24.0)}
    whole = SimpleNamespace(outcome=np.where(bad, "bad", "good"), score=score, columns=columns, rate=bad.mean())
    kept = bad | (rng.random(n) < bad.mean() / (1 - bad.mean()))
    seen = bad[kept].mean()
    part = SimpleNamespace(
        outcome=whole.outcome[kept], score=shifted(score[kept], bad.mean(), seen), rate=bad.mean(),
        columns={name: column[kept] for name, column in columns.items()},
    )  # fmt: skip
    return whole, part


def test_a_thinned_part_says_what_the_world_says() -> None:
    whole, part = thinned()
    true = measure(whole.outcome, whole.score, money=parse(money_template()), columns=whole.columns)
    found = measure(part.outcome, part.score, money=declared(whole.rate), columns=part.columns)
    assert found.base_rate == pytest.approx(whole.rate, abs=1e-9)
    assert found.sampled is not None
    assert (found.sampled.declared, found.sampled.scores) == (whole.rate, True)
    assert found.calibration is not None
    assert found.calibration.ratio == pytest.approx(1, abs=0.1)
    assert found.money is not None
    assert true.money is not None
    assert found.money.against[0].total / found.rows == pytest.approx(true.money.against[0].total / true.rows, rel=0.1)
    assert found.money.cutoff.chosen[0] == pytest.approx(true.money.cutoff.chosen[0], abs=0.05)
    plain = measure(part.outcome, part.score, money=parse(money_template()), columns=part.columns)
    assert plain.money is not None
    assert plain.money.against[0].total < 0 < found.money.against[0].total  # what the thinned rows alone would say


def test_nothing_is_corrected_that_nobody_declared(world: SimpleNamespace) -> None:
    found: Evidence = measure(world.outcome, world.score / 4, money=parse(money_template()), columns=world.columns)
    assert found.sampled is None
    assert found.base_rate == 0.25
    (said,) = [one.text for one in found.warnings if one.code == "base_rate"]
    assert "these rows have 25 %" in said
    assert "declare it in [sampling]" in said
    same = measure(world.outcome, world.score, money=parse(money_template()), columns=world.columns)
    assert "base_rate" not in [one.code for one in same.warnings]


def test_a_score_that_is_no_probability_stays_and_its_rows_are_weighed(world: SimpleNamespace) -> None:
    points = np.round(1000 * world.score)
    found = measure(world.outcome, points, money=declared(), columns=world.columns, probability=False)
    assert found.base_rate == pytest.approx(RATE)
    assert (found.score.low, found.score.high) == (points.min(), points.max())
    assert found.sampled is not None
    assert not found.sampled.scores


@pytest.mark.parametrize("rate", ["0", "1", "5"])
def test_a_base_rate_is_a_share(rate: str) -> None:
    with pytest.raises(DocumentError, match="expected a share between 0 and 1"):
        parse(money_template() + f"\n[sampling]\nbase_rate = {rate}\n")


def test_nobody_answers_for_the_base_rate(world: SimpleNamespace) -> None:
    money = parse(money_template() + "\n[sampling]\nbase_rate = 0.25\n")
    verdict = measure(world.outcome, world.score, money=money, columns=world.columns).verdict
    (missing,) = [one.text for one in verdict.conditions if one.code == "owner_missing"]
    assert "base rate" in missing


def test_the_scores_of_a_bundle_are_not_corrected_behind_its_back(world: SimpleNamespace) -> None:
    bundle = SimpleNamespace(id="sha256:" + "0" * 64, contract=None)
    with pytest.raises(InputError, match="calibrate the model before packing"):
        measure(world.outcome, world.score, money=declared(), columns=world.columns, bundle=bundle)
