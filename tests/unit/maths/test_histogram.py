from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from golive.maths.histogram import BINS, SIZE, TAIL, arrange, grid, score_table
from golive.maths.table_sums import counts, edge_at, event_counts

probabilities = hnp.arrays(np.float64, st.integers(2, 400), elements=st.floats(0, 1))


def test_the_grid_covers_0_to_1_with_a_step_of_1e_4_in_the_middle() -> None:
    assert grid(np.array([0.0, 1.0])).tolist() == [0, SIZE - 1]
    middle = np.arange(100, 9900) / 1e4
    assert grid(middle).tolist() == list(range(TAIL, TAIL + 9800))


@pytest.mark.parametrize("decade", range(2, 8))
def test_the_grid_is_ever_finer_towards_the_ends(decade: int) -> None:
    step = 10.0 ** -(decade + 3)
    start = 10.0 ** -(decade + 1)
    scores = start + step * np.arange(0.5, 50)
    assert (np.diff(grid(scores)) == 1).all()
    assert (np.diff(grid(1 - scores)) == -1).all()


@given(probabilities)
def test_the_grid_never_falls(score: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    found = grid(np.sort(score))
    assert (np.diff(found) >= 0).all()
    assert found.min() >= 0
    assert found.max() < SIZE


@given(probabilities, st.integers(0, 2**32))
def test_bins_add_up_to_the_rows_and_no_score_is_split(
    score: np.ndarray[tuple[int], np.dtype[np.float64]], seed: int
) -> None:
    event = np.random.default_rng(seed).random(len(score)) < 0.4
    table = score_table(arrange(score, event))
    assert counts(table).sum() == len(score)
    assert event_counts(table).sum() == event.sum()
    assert counts(table).min() > 0
    assert len(table.low) <= BINS
    assert all(low <= high for low, high in zip(table.low, table.high, strict=True))
    assert all(high < low for high, low in zip(table.high, table.low[1:], strict=False))
    assert sum(table.score_sum) == pytest.approx(score.sum())


@given(probabilities, st.integers(1, 19))
def test_marks_that_people_ask_about_cut_exactly(
    score: np.ndarray[tuple[int], np.dtype[np.float64]], mark: int
) -> None:
    table = score_table(arrange(score, score > 0.5))
    assert counts(table)[: edge_at(table, mark / 20)].sum() == (score < mark / 20).sum()


def test_the_best_cut_off_of_the_rows_is_an_edge() -> None:
    rng = np.random.default_rng(0)
    score = rng.random(5000)
    rows = arrange(score, rng.random(5000) < score)
    gain = np.where(rows.event, -1.0, 0.3) * rng.lognormal(size=5000)
    table = score_table(rows, money=np.stack([gain, np.zeros(5000)]))
    best = int(np.argmax(np.append(0, np.cumsum(gain))))
    assert best in np.append(0, np.cumsum(counts(table)))


@given(st.permutations(range(60)))
def test_the_order_of_the_rows_changes_nothing(order: list[int]) -> None:
    rng = np.random.default_rng(1)
    score, event = rng.integers(0, 20, 60) / 20, rng.random(60) < 0.4
    values = np.stack([np.ones(60), rng.lognormal(size=60)])
    one, other = arrange(score, event, values), arrange(score[order], event[order], values[:, order])
    money = [np.stack([rows.values[1], -rows.values[0]]) for rows in (one, other)]
    assert score_table(one, money=money[0]) == score_table(other, money=money[1])
