"""recompute.js gives the same choices, and money to the cent, as golive.maths under objectives, limits and prices."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

import golive.prove
from golive.maths.recompute import chosen, revalued, standing
from golive.prove.measure import measure
from golive.prove.objective import limited
from golive.prove.template import money_template
from golive.records.money import parse

if TYPE_CHECKING:
    from golive.records.evidence import Evidence

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="Node is not installed: the page's arithmetic was NOT checked")
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
    """Run JavaScript with what is given as ``given``; it must set ``answer``."""
    assert NODE is not None
    whole = f"""
      const recompute = require({json.dumps(str(SCRIPT))});
      const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
      let answer;
      {script}
      console.log(JSON.stringify(answer));
    """
    done = subprocess.run([NODE, "-e", whole], input=msgspec.json.encode(given), capture_output=True, check=True)
    return json.loads(done.stdout)


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
        for made, (edge, best, kept, by_fold, values, limits) in zip(("profit", "revenue"), both, strict=True):
            choice = chosen(evidence.table, prices, made)
            assert (choice.edge, choice.best, choice.kept, list(choice.by_fold)) == (edge, best, kept, by_fold)
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
