"""recompute.js gives the same choices, and money to the cent, as golive.maths under objectives, limits and prices."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.unit.prove.script import needs_node
from tests.unit.prove.script import run as script_run

import golive.prove
from golive.maths.assumed import kept
from golive.maths.joint import Ranged, joint, regret_at_ends
from golive.maths.recompute import chosen, revalued, standing
from golive.prove.measure import measure
from golive.prove.objective import limited
from golive.prove.template import money_template
from golive.records.money import parse

if TYPE_CHECKING:
    from golive.records.evidence import Evidence

SCRIPT = Path(golive.prove.__file__).parent / "recompute.js"
CENT = 0.005
OBJECTIVES = {
    "plain": "",
    "limits": 'subject_to = ["approval_rate >= 0.8", "profit_per_case >= -300"]',
    "revenue": 'maximise = "revenue"\nsubject_to = ["bad_rate <= 0.2", "revenue_per_case >= 40"]',
    "rejections": 'subject_to = ["reject_rate <= 0.3"]',
}


@cache
def world(name: str) -> Evidence:
    rng = np.random.default_rng(len(name))
    bad = rng.uniform(size=400) < 0.3
    score = np.round(1 / (1 + np.exp(-rng.normal(np.where(bad, 0.8, -0.8)))), 2)
    columns = {"Amount": np.round(rng.lognormal(7, 0.8, 400)), "Time": rng.integers(6, 60, 400).astype(float)}
    money = parse(money_template().replace('maximise = "profit"', OBJECTIVES[name]))
    return measure(np.where(bad, "bad", "good"), score, money=money, columns=columns, today=columns["Amount"] > 1300)


def prices_of(evidence: Evidence, rng: random.Random) -> dict[str, float]:
    return {one.name: one.value * rng.choice([1.0, rng.uniform(0.2, 3)]) for one in evidence.assumptions}


def run(script: str, given: object) -> Any:
    return script_run(script, given, recompute=SCRIPT)


@needs_node
@pytest.mark.parametrize("name", OBJECTIVES)
def test_choices_for_and_values_in_either_objective_are_equal(name: str) -> None:
    evidence, rng = world(name), random.Random(name)
    asked = [prices_of(evidence, rng) for _ in range(60)]
    script = """
      answer = given.asked.map((prices) => ["profit", "revenue"].map((made) => {
        const choice = recompute.chosen(given.table, prices, made);
        const values = ["profit", "revenue"].map((name) => {
          const valued = recompute.revalued(given.table, prices, choice, name);
          const found = recompute.standing(given.table, prices, choice.edge, valued, name);
          const against = found.against.flatMap((one) => [one.point, one.low, one.high]);
          return [found.total, found.low, found.high, ...against];
        });
        const limits = recompute.limitsAt(given.table, prices, choice.edge);
        return [choice.edge, choice.best, choice.kept, choice.byFold, values, limits];
      }));
    """
    theirs = run(script, {"table": evidence.table, "asked": asked})
    for prices, both in zip(asked, theirs, strict=True):
        for made, (edge, best, holds, by_fold, values, limits) in zip(("profit", "revenue"), both, strict=True):
            choice = chosen(evidence.table, prices, made)
            assert (choice.edge, choice.best, choice.kept, list(choice.by_fold)) == (edge, best, holds, by_fold)
            assert limited(evidence.table, prices, choice.edge) == pytest.approx(limits, rel=1e-9)
            for objective, value in zip(("profit", "revenue"), values, strict=True):
                valued = revalued(evidence.table, prices, choice, objective)
                found = standing(evidence.table, prices, choice.edge, valued, objective)
                ours = [found.total, found.low, found.high]
                ours += [part for one in found.against for part in (one.point, one.low, one.high)]
                assert value == pytest.approx(ours, abs=CENT)


@needs_node
def test_limits_that_a_price_breaks_are_told_on_the_page() -> None:
    evidence = world("limits")
    prices = {one.name: one.value for one in evidence.assumptions} | {"loss given default": 40.0}
    assert not chosen(evidence.table, prices).kept
    assert run("answer = recompute.chosen(given[0], given[1]).kept;", [evidence.table, prices]) is False


@needs_node
@pytest.mark.parametrize("name", OBJECTIVES)
def test_prices_that_move_together_move_alike(name: str) -> None:
    evidence, rng = world(name), random.Random(name)
    asked = [{one.name: one.value for one in evidence.assumptions}, *(prices_of(evidence, rng) for _ in range(6))]
    ranged = [Ranged(one.name, one.low or 0.0, one.high or 0.0) for one in evidence.assumptions]
    script = """
      const joint = require(given.joint);
      answer = given.asked.map((prices) => {
        const choice = recompute.chosen(given.table, prices);
        const ends = given.ranged.map((one) => joint.atEnds(given.table, prices, choice.edge, one));
        return [joint.together(given.table, prices, choice, given.ranged, [false, false, true]), ends];
      });
    """
    listed = [{"name": one.name, "low": one.low, "high": one.high} for one in ranged]
    given = {"table": evidence.table, "asked": asked, "ranged": listed, "joint": str(SCRIPT.with_name("joint.js"))}
    for prices, (theirs, ends) in zip(asked, run(script, given), strict=True):
        choice = chosen(evidence.table, prices)
        stays = kept(evidence.table, choice.edge, choice.optimism)
        ours = joint(stays, choice.edge, prices, ranged, [2])
        assert theirs["lost"] == ours.lost
        assert (theirs["regret"], theirs["regretHigh"]) == pytest.approx((ours.regret, ours.regret_high), abs=1e-6)
        for one, other in zip(ours.against, theirs["against"], strict=True):
            assert [other[key] for key in ("low", "middle", "high", "lost")] == pytest.approx(
                [one.low, one.middle, one.high, one.lost], abs=1e-6
            )
        assert ends == pytest.approx([regret_at_ends(stays, choice.edge, prices, one) for one in ranged], abs=1e-6)
