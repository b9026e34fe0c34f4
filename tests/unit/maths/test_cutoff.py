from __future__ import annotations

import numpy as np
import pytest

from golive.maths.cutoff import choose
from golive.maths.folds import FOLDS


def spread(gain: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Give every fold the same share of each bin."""
    return np.repeat(gain[:, None] / FOLDS, FOLDS, axis=1)


def test_a_clear_best_edge_is_chosen_and_owes_nothing() -> None:
    gain = np.where(np.arange(100) < 60, 1.0, -1.0)
    found = choose(spread(gain), np.full(100, 20))
    assert found.edge == found.best == 60
    assert set(found.by_fold) == {60}
    assert found.honest == pytest.approx(60.0)
    assert found.optimism == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("sign", "edge"), [(1.0, 50), (-1.0, 0)])
def test_where_every_bin_agrees_everybody_gets_the_same(sign: float, edge: int) -> None:
    found = choose(spread(np.full(50, sign)), np.full(50, 4))
    assert found.edge == edge
    assert set(found.by_fold) == {edge}


def test_ties_take_the_middle_of_the_best_edges() -> None:
    gain = np.array([1.0, 0.0, 0.0, 0.0, -1.0])
    assert choose(spread(gain), np.full(5, 10)).best == 2


def test_one_bin_is_all_or_nobody() -> None:
    assert choose(spread(np.array([3.0])), np.array([100])).edge == 1
    assert choose(spread(np.array([-3.0])), np.array([100])).edge == 0


def test_noise_promises_more_than_it_holds() -> None:
    rng = np.random.default_rng(7)
    kept = 0.0
    for _ in range(30):
        found = choose(rng.normal(size=(200, FOLDS)), np.full(200, 20))
        kept += found.gain[found.best] - found.honest
        assert found.gain[found.best] >= found.gain[found.edge]
    assert kept / 30 > 20
