from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.prove.measure import measure
from golive.prove.template import money_template
from golive.records.document import encode
from golive.records.evidence import Word
from golive.records.money import parse

if TYPE_CHECKING:
    from types import SimpleNamespace

MONEY = parse(money_template())


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_the_order_of_the_rows_changes_no_byte(seed: int) -> None:
    rng = np.random.default_rng(5)
    n = 120
    outcome = rng.random(n) < 0.3
    score = rng.integers(0, 15, n) / 15
    columns = {"Amount": rng.integers(1, 4, n) * 500.0, "Time": rng.integers(1, 3, n) * 12.0}
    order = np.random.default_rng(seed).permutation(n)
    labels = np.where(outcome, "bad", "good")
    expected = encode(measure(labels, score, money=MONEY, columns=columns))
    moved = {name: column[order] for name, column in columns.items()}
    assert encode(measure(labels[order], score[order], money=MONEY, columns=moved)) == expected


@settings(max_examples=20)
@given(st.floats(0, 1), st.integers(30, 120), st.integers(1, 29))
def test_a_constant_score_is_worth_nothing_whatever_it_is(score: float, n: int, events: int) -> None:
    outcome = np.arange(n) < events
    columns = {"Amount": np.full(n, 1000.0), "Time": np.full(n, 12.0)}
    labels = np.where(outcome, "bad", "good")
    found = measure(labels, np.full(n, score), money=MONEY, columns=columns)
    (bucket,) = found.lift
    assert bucket.lift == 1.0
    assert found.classification.auc == 0.5
    assert "constant_score" in [one.code for one in found.warnings]
    assert found.money is not None
    assert found.money.cutoff.constant in ("approve", "reject")
    assert found.verdict.word in (Word.do_not_use, Word.not_enough_data)


def test_the_same_rows_give_the_same_bytes(world: SimpleNamespace) -> None:
    first = encode(measure(world.outcome, world.score, money=MONEY, columns=world.columns))
    assert encode(measure(world.outcome, world.score, money=MONEY, columns=world.columns)) == first


def test_scores_that_cannot_be_told_apart_by_order_keep_every_point_value(world: SimpleNamespace) -> None:
    """Each row twice: all point values stay, intervals shrink."""
    double = {name: np.repeat(column, 2) for name, column in world.columns.items()}
    one = measure(world.outcome, world.score, money=MONEY, columns=world.columns)
    two = measure(np.repeat(world.outcome, 2), np.repeat(world.score, 2), money=MONEY, columns=double)
    assert [bucket.rate for bucket in two.buckets] == pytest.approx([bucket.rate for bucket in one.buckets])
    assert two.classification.auc == pytest.approx(one.classification.auc)
    assert two.money is not None
    assert one.money is not None
    assert two.money.promised.per_row == pytest.approx(one.money.promised.per_row)


def test_a_perfect_score_on_200_rows_with_40_events_is_used() -> None:
    rng = np.random.default_rng(2)
    outcome = np.arange(200) < 40
    score = np.where(outcome, 1 - 0.1 * rng.random(200), 0.1 * rng.random(200))
    columns = {"Amount": np.full(200, 1000.0), "Time": np.full(200, 24.0)}
    found = measure(np.where(outcome, "bad", "good"), score, money=MONEY, columns=columns)
    assert found.verdict.word in (Word.use, Word.use_with_conditions)


def test_few_events_have_a_verdict_but_no_interval() -> None:
    outcome = np.arange(400) < 9
    columns = {"Amount": np.full(400, 1000.0), "Time": np.full(400, 24.0)}
    score = np.linspace(1, 0, 400)
    found = measure(np.where(outcome, "bad", "good"), score, money=MONEY, columns=columns)
    assert found.verdict.word is Word.not_enough_data
    assert found.verdict.negative
    assert found.money is not None
    assert found.money.honest is None
    assert "seen only 9 times" in found.verdict.sentence
    assert "few_events" in [one.code for one in found.warnings]
