"""The bands of the interval, by simulation with known truth; `python -m benchmarks.interval` draws more."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

BENCHMARK = runpy.run_path(str(Path(__file__).parents[3] / "benchmarks" / "interval.py"))
DRAWS = 200


@cache
def summary(name: str) -> Any:
    return BENCHMARK["simulate"](BENCHMARK["WORLDS"][name], DRAWS, seed=1)


@pytest.mark.parametrize("name", list(BENCHMARK["WORLDS"]))
def test_the_interval_holds_what_it_says(name: str) -> None:
    world, found = BENCHMARK["WORLDS"][name], summary(name)
    # 200 draws instead of 1,000: coverage may miss its band by two standard errors of the difference.
    assert found.coverage >= world.coverage - 0.01
    assert found.against_rejecting >= BENCHMARK["REJECT_COVERAGE"]
    assert found.false_gain <= world.false_gain


@pytest.mark.parametrize("name", list(BENCHMARK["WORLDS"]))
def test_the_point_is_not_far_off(name: str) -> None:
    found = summary(name)
    noise = 2 * found.width / 3.92 / DRAWS**0.5
    assert abs(found.bias) <= BENCHMARK["WORLDS"][name].bias + noise


@pytest.mark.parametrize("name", list(BENCHMARK["WORLDS"]))
def test_the_best_of_the_same_rows_promises_too_much(name: str) -> None:
    assert summary(name).promised > BENCHMARK["PROMISED"]


def test_the_usual_interval_fails_near_a_constant_action() -> None:
    assert summary(BENCHMARK["NEAR"]).naive < BENCHMARK["NAIVE"]
