from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from golive.maths.buckets import Ties, ties
from golive.maths.classification import area, average_precision, brier, classification, distance, net_benefit, trap
from golive.maths.histogram import arrange, score_table
from golive.maths.recompute import cells
from golive.maths.table_sums import edge_at
from golive.records.evidence import Classification

Values = np.ndarray[tuple[int], np.dtype[np.float64]]
Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]


def drawn(seed: int, levels: int) -> tuple[Values, Bools, Ties]:
    rng = np.random.default_rng(seed)
    score = rng.integers(0, levels + 1, 200) / levels
    event = rng.random(200) < 0.2 + 0.6 * score
    event[:2] = True, False
    rows = arrange(score, event)
    return score, event, ties(rows.score, rows.event)


@given(st.integers(0, 10**6), st.integers(1, 60))
def test_figures_are_those_of_scikit_learn_ties_included(seed: int, levels: int) -> None:
    score, event, found = drawn(seed, levels)
    assert area(found) == pytest.approx(metrics.roc_auc_score(event, score))
    assert average_precision(found) == pytest.approx(metrics.average_precision_score(event, score))
    assert brier(found) == pytest.approx(metrics.brier_score_loss(event, score))
    false, true, _ = metrics.roc_curve(event, score)
    assert distance(found) == pytest.approx(np.abs(true - false).max())


@given(st.integers(0, 10**6))
def test_a_score_turned_round_has_the_same_figures(seed: int) -> None:
    score, event, found = drawn(seed, 30)
    rows = arrange(-score, event)
    turned = ties(rows.score, rows.event)
    assert area(turned, rising=False) == pytest.approx(area(found))
    assert average_precision(turned, rising=False) == pytest.approx(average_precision(found))


def report(score: Values, event: Bools, cutoff: float) -> Classification:
    rows = arrange(score, event)
    table = score_table(rows)
    found = cells(table, None, edge_at(table, cutoff))
    return classification(ties(rows.score, rows.event), found, cutoff=cutoff, event="bad", prices=False)


@pytest.mark.parametrize("cutoff", [0.1, 0.5, 0.9])
def test_the_report_is_that_of_scikit_learn(cutoff: float) -> None:
    score, event, _ = drawn(5, 40)
    found = report(score, event, cutoff)
    said = metrics.classification_report(event, score >= cutoff, output_dict=True, zero_division=0)
    for mine, label in zip(found.report, ("True", "False"), strict=True):
        theirs = said[label]
        assert mine.precision == pytest.approx(theirs["precision"])
        assert mine.recall == pytest.approx(theirs["recall"])
        assert mine.f1 == pytest.approx(theirs["f1-score"])
        assert mine.support == theirs["support"]
    assert found.accuracy == pytest.approx(said["accuracy"])
    assert found.balanced_accuracy == pytest.approx(metrics.balanced_accuracy_score(event, score >= cutoff))
    assert found.auc == pytest.approx(metrics.roc_auc_score(event, score))
    assert found.gini == pytest.approx(2 * found.auc - 1)
    assert found.average_precision == pytest.approx(metrics.average_precision_score(event, score))
    assert found.brier == pytest.approx(metrics.brier_score_loss(event, score))
    assert found.auc_low is not None and found.auc_high is not None
    assert found.auc_low < found.auc < found.auc_high
    assert found.within is None
    matrix = metrics.confusion_matrix(event, score >= cutoff)
    assert [cell.n for cell in found.cells] == [matrix[0, 0], matrix[1, 0], matrix[0, 1], matrix[1, 1]]


@given(st.integers(0, 10**6), st.integers(1, 4), st.sampled_from([0.2, 0.5, 0.8]))
def test_counts_are_repeated_rows(seed: int, most: int, cutoff: float) -> None:
    """A row that counts for k is k rows, and scikit-learn's sample weights say the same."""
    score, event, _ = drawn(seed, 12)
    counts = np.random.default_rng(seed).integers(1, most + 1, len(score))
    found = report(np.repeat(score, counts), np.repeat(event, counts), cutoff)
    counted = arrange(score, event)
    folds = ties(counted.score, counted.event, weight=counts[counted.order].astype(float))
    assert area(folds) == pytest.approx(found.auc)
    said = metrics.classification_report(
        event, score >= cutoff, output_dict=True, zero_division=0, sample_weight=counts
    )  # fmt: skip
    for mine, label in zip(found.report, ("True", "False"), strict=True):
        theirs = said[label]
        assert (mine.precision, mine.recall, mine.f1, mine.support) == pytest.approx(
            (theirs["precision"], theirs["recall"], theirs["f1-score"], theirs["support"])
        )
    false, true, _ = metrics.roc_curve(event, score, sample_weight=counts)
    assert found.ks == pytest.approx(np.abs(true - false).max())
    for mine_, theirs_ in (
        (found.accuracy, metrics.accuracy_score(event, score >= cutoff, sample_weight=counts)),
        (found.balanced_accuracy, metrics.balanced_accuracy_score(event, score >= cutoff, sample_weight=counts)),
        (found.auc, metrics.roc_auc_score(event, score, sample_weight=counts)),
        (found.average_precision, metrics.average_precision_score(event, score, sample_weight=counts)),
        (found.brier, metrics.brier_score_loss(event, score, sample_weight=counts)),
    ):
        assert mine_ == pytest.approx(theirs_)


def test_a_model_that_says_one_thing_is_called_worthless() -> None:
    event = np.arange(100) < 4
    found = report(np.full(100, 0.2), event, 0.5)
    assert found.accuracy == 0.96
    assert found.report[0].precision == found.report[0].recall == 0.0
    assert "always says `not bad` is right in 96 % of the cases and worthless" in found.trap
    assert found.auc == 0.5
    assert "less than that" in trap(0.9, 0.04, "bad")


def test_net_benefit() -> None:
    assert net_benefit(30, 10, 200, 0.2) == pytest.approx(30 / 200 - 10 / 200 * 0.25)
