"""Hostile rows: every switch approached until nothing lies between, inside the contract, the same each time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from golive.pack.answers import Python
from golive.pack.compilers.trees import single
from golive.pack.contract import probe
from golive.pack.crossing import _double, _ordinal
from golive.pack.door import Door
from golive.pack.drawing import draw
from golive.pack.hostile import hostile_rows
from golive.pack.sample import Sample
from golive.pack.switches import arrays_of

COLUMNS = ["income", "age", "debt"]


def drawn_door(model: Any, train: pd.DataFrame) -> tuple[Door, Sample]:
    drawn = draw(model, train, train, list(train.columns), clean=None, outcome=None, event_index=1)
    used = [name for name in train.columns if name in drawn.graph.inputs]
    contract = probe(train, drawn.kinds.known, used, (), event="1", outcome=None, reasons="paths")
    return Door(contract, drawn.graph, drawn.data), Sample(train, contract)


@pytest.fixture(scope="module")
def boosted(loans: pd.DataFrame, bad: pd.Series) -> tuple[Door, Sample, Any]:
    model = HistGradientBoostingClassifier(max_iter=5, max_leaf_nodes=6, random_state=0).fit(loans[COLUMNS], bad)
    return *drawn_door(model, loans[COLUMNS]), model


def rows_of(door: Door, sample: Sample, **options: Any) -> tuple[pd.DataFrame, ...]:
    return hostile_rows(door.program, door.data, sample, **options)


def test_each_threshold_is_met_exactly_and_by_its_neighbours(boosted: tuple[Door, Sample, Any]) -> None:
    door, sample, _ = boosted
    frames = rows_of(door, sample)
    (node,) = [node for node in door.graph.nodes if node.op == "trees"]
    arrays = arrays_of(door.graph, door.data, node)
    for split in np.flatnonzero(arrays["left"] >= 0):
        name = str(door.graph.nodes[node.args[arrays["feature"][split]]].params["name"])
        threshold = arrays["threshold"][split]
        values = set(np.concatenate([frame[name].to_numpy(dtype=float) for frame in frames]))
        near = np.float32(threshold)
        wanted = [threshold, np.nextafter(threshold, np.inf), near, np.nextafter(near, np.float32(np.inf))]
        assert {float(value) for value in wanted} <= values
        assert np.nextafter(near, np.float32(-np.inf)) in values


def test_the_contract_is_kept_by_every_hostile_row(boosted: tuple[Door, Sample, Any]) -> None:
    door, sample, _ = boosted
    for frame in rows_of(door, sample):
        assert not door.broken(frame).any()


def test_types_of_columns_are_kept_and_once_more_as_doubles(boosted: tuple[Door, Sample, Any]) -> None:
    door, sample, _ = boosted
    typed, doubles = rows_of(door, sample)
    assert typed.dtypes.to_dict() == sample.train.dtypes.to_dict()
    assert doubles["age"].dtype == np.float64 and (doubles["age"] % 1 != 0).any()


def test_both_zeros_null_and_the_ends_are_there(boosted: tuple[Door, Sample, Any]) -> None:
    door, sample, _ = boosted
    typed = rows_of(door, sample)[0]
    debt = typed["debt"].to_numpy()
    assert {str(value) for value in debt[debt == 0]} == {"0.0", "-0.0"}
    assert typed["income"].isna().any() and not typed["debt"].isna().any()
    assert {sample.train["debt"].min(), sample.train["debt"].max(), 2.0**53 - 1, 1 - 2.0**53} <= set(debt)


def test_same_input_same_rows_and_never_more_than_asked_for(boosted: tuple[Door, Sample, Any]) -> None:
    door, sample, _ = boosted
    for first, second in zip(rows_of(door, sample), rows_of(door, sample), strict=True):
        pd.testing.assert_frame_equal(first, second)
    assert sum(map(len, rows_of(door, sample, most=300))) <= 300


def test_every_split_is_reached_by_a_row_on_either_side(boosted: tuple[Door, Sample, Any]) -> None:
    """Turning one split's comparison into "less than" changes a score, so each split is decided at its threshold."""
    door, sample, model = boosted
    (node,) = [node for node in door.graph.nodes if node.op == "trees"]
    arrays = arrays_of(door.graph, door.data, node)
    place = door.graph.arrays[node.arrays["threshold"]]
    frames = rows_of(door, sample)
    expected = [Python(model, COLUMNS, 1).answer(f, np.zeros(len(f), dtype=bool)).score for f in frames]
    for split in np.flatnonzero(arrays["left"] >= 0):
        changed = arrays["threshold"].copy()
        changed[split] = np.nextafter(changed[split], -np.inf)
        data = door.data[: place.offset] + changed.tobytes() + door.data[place.offset + changed.nbytes :]
        other = Door(door.contract, door.graph, data)
        differs = [np.abs(other.ask(f).score.columns - e).max() > 1e-12 for f, e in zip(frames, expected, strict=True)]
        assert any(differs), f"split {split}"


def test_a_linear_model_needs_few_rows(loans: pd.DataFrame, bad: pd.Series) -> None:
    model = make_pipeline(SimpleImputer(), LogisticRegression(max_iter=1000)).fit(loans[COLUMNS], bad)
    door, sample = drawn_door(model, loans[COLUMNS])
    assert 50 < sum(map(len, rows_of(door, sample))) < 500


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(finite, finite)
def test_ordinals_are_in_the_order_of_doubles_and_lead_back(a: float, b: float) -> None:
    pair = np.array([a, b])
    first, second = _ordinal(pair).tolist()
    assert (first < second) == (a < b or (a == b == 0.0 and str(a) < str(b)))
    assert _double(_ordinal(pair)).tobytes() == pair.tobytes()


@given(st.floats(-1e308, 1e308))
def test_neighbouring_doubles_have_neighbouring_ordinals(a: float) -> None:
    pair = np.array([a, np.nextafter(a, np.inf)])
    first, second = _ordinal(pair).tolist()
    assert second - first == (2 if a == 0.0 and str(a) == "-0.0" else 1)


narrow = st.floats(width=32, allow_nan=False, allow_infinity=False, min_value=-(2.0**100), max_value=2.0**100)


@given(narrow, st.floats(-1.0, 2.0), st.sampled_from([-1, 0, 1]))
def test_a_threshold_in_single_precision_is_one_in_double(near: float, share: float, step: int) -> None:
    """``float32(x) <= t`` is the same question as ``x <= single(t)``, for every double x."""
    following = float(np.nextafter(np.float32(near), np.float32(np.inf)))
    threshold = near + (following - near) * share
    x = float(single(np.array([threshold]))[0])
    for value in (x, float(np.nextafter(x, np.inf)), float(np.nextafter(x, -np.inf)), threshold + step * 1e-9):
        assert (float(np.float32(value)) <= threshold) == (value <= x)
