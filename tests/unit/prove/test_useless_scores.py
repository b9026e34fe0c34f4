"""Random scores on real amounts are hardly ever called useful; `python -m benchmarks useless` draws more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from benchmarks import useless

from golive.prove.measure import measure

ROWS = useless.applications()


@pytest.mark.parametrize(
    ("name", "n", "draws"), [("break_even", 60, 200), ("approving_pays", 200, 60), ("rejecting_pays", 200, 60)]
)
def test_a_random_score_is_hardly_ever_used(name: str, n: int, draws: int) -> None:
    assert useless.used(ROWS, useless.price_sets()[name], n, draws) <= useless.MOST * draws


def test_the_three_price_sets_differ_in_which_constant_action_is_best() -> None:
    earned = {name: useless.approving(ROWS, money) for name, money in useless.price_sets().items()}
    assert earned["approving_pays"] > 50
    assert earned["rejecting_pays"] < -50
    assert abs(earned["break_even"]) < 2


@pytest.mark.parametrize("name", useless.price_sets())
def test_a_score_that_knows_everything_is_used_on_the_same_rows(name: str) -> None:
    """The control: the draws above do not fail for want of rows."""
    rng = np.random.default_rng(0)
    bad, good = (rng.permutation(np.flatnonzero(ROWS.outcome == label)) for label in ("bad", "good"))
    taken = np.concatenate([bad[:40], good[:160]])
    columns: dict[str, Any] = {"Amount": ROWS.amount[taken]}
    score = np.where(ROWS.outcome[taken] == "bad", 0.9, 0.1) + 0.1 * rng.random(200)
    found = measure(ROWS.outcome[taken], np.minimum(score, 1), money=useless.price_sets()[name], columns=columns)
    assert found.verdict.word in useless.USED
