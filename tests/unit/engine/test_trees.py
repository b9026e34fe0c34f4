"""Trees by bit vectors and trees by walking are the same trees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from golive.engine.builder import Builder
from golive.engine.operations import paths
from golive.engine.operations.bits import Bits
from golive.engine.operations.operation import Constants
from golive.engine.operations.shape import Shape, shape
from golive.engine.operations.trees import MOST_WORDS, fits, start
from golive.engine.operations.walk import Walk
from golive.engine.program import Program
from golive.errors import UnsupportedError

FEATURES = 4


def forest(trees: int, leaves: int, seed: int = 0, *, single: bool = False) -> Constants:
    """Return random trees of exactly so many leaves, grown by splitting a random leaf, nodes in any order."""
    rng = np.random.default_rng(seed)
    lists: list[list[Any]] = [[] for _ in range(6)]
    feature, threshold, left, right, missing, root = lists
    for _ in range(trees):
        root.append(len(left))
        here = [len(left)]
        _leaf(feature, threshold, left, right, missing)
        while len(here) < leaves:
            node = here.pop(int(rng.integers(len(here))))
            feature[node] = int(rng.integers(FEATURES))
            threshold[node] = float(rng.integers(-6, 7)) / 2
            missing[node] = int(rng.integers(2))
            for side in (left, right):
                side[node] = len(left)
                here.append(len(left))
                _leaf(feature, threshold, left, right, missing)
    arrays = {
        "feature": np.asarray(feature, "<i4"),
        "threshold": np.asarray(threshold, "<f8"),
        "left": np.asarray(left, "<i4"),
        "right": np.asarray(right, "<i4"),
        "missing_left": np.asarray(missing, "<u1"),
        "value": rng.normal(size=len(left)),
        "root": np.asarray(root, "<i4"),
    }
    if single:
        arrays["value"] = arrays["value"].astype(np.float32).astype(np.float64)
    return Constants({"base": 0.25, "single": single}, arrays, FEATURES, ("number",) * FEATURES)


def _leaf(*lists: list[Any]) -> None:
    for values, empty in zip(lists, (0, 0.0, -1, -1, 0), strict=True):
        values.append(empty)


def rows(count: int, seed: int = 1) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    rng = np.random.default_rng(seed)
    columns = [rng.integers(-7, 8, size=count) / 2 for _ in range(FEATURES)]
    for column in columns:
        column[rng.random(count) < 0.1] = np.nan
        column[:2] = (np.inf, -np.inf)
    return columns


def form(constants: Constants) -> Shape:
    left, right, root = (constants.arrays[name].astype(np.intp) for name in ("left", "right", "root"))
    return shape(left, right, root)


def bits(constants: Constants) -> Bits:
    return Bits(constants, form(constants))


def walk(constants: Constants) -> Walk:
    return Walk(constants, form(constants))


@pytest.mark.parametrize(
    ("trees", "leaves"),
    [
        (1, 1),
        (3, 2),
        (5, 8),
        (5, 9),
        (7, 16),
        (6, 31),
        (6, 32),
        (6, 33),
        (4, 64),
        (4, 65),
        (3, 200),
        (300, 3),
        (70, 300),
    ],
)
def test_bit_vectors_and_walking_agree_to_the_bit(trees: int, leaves: int) -> None:
    constants = forest(trees, leaves)
    assert fits(constants) == ""
    columns = rows(50)
    fast, slow = bits(constants), walk(constants)
    expected = slow.columns(*columns)
    assert fast.columns(*columns).tolist() == expected.tolist()
    cases = [tuple(column[row].item() for column in columns) for row in range(50)]
    assert [fast.row(*case) for case in cases] == expected.tolist()
    assert [slow.row(*case) for case in cases] == expected.tolist()


@pytest.mark.parametrize("leaves", [31, 300])
def test_single_precision_rounds_after_every_tree(leaves: int) -> None:
    constants = forest(60, leaves, single=True)
    assert fits(constants) == ""
    columns = rows(40)
    one_tree = [forest(60, leaves, single=True)._replace(arrays={**constants.arrays, "root": root[None]}) for root in
                constants.arrays["root"]]  # fmt: skip
    expected = np.full(40, 0.25, dtype=np.float32)
    for tree in one_tree:
        expected += (walk(tree._replace(params={"base": 0.0, "single": False})).columns(*columns)).astype(np.float32)
    cases = [tuple(column[row].item() for column in columns) for row in range(40)]
    for way in (bits(constants), walk(constants)):
        assert way.columns(*columns).tolist() == expected.tolist()
        assert [way.row(*case) for case in cases] == expected.tolist()
    doubles = constants._replace(params={"base": 0.25, "single": False})
    assert (bits(doubles).columns(*columns) != expected).any()


def test_leaves_beyond_single_precision_do_not_fit_it() -> None:
    assert "single-precision" in fits(forest(2, 4)._replace(params={"base": 0.25, "single": True}))


@pytest.mark.parametrize(("trees", "leaves"), [(1, 1), (6, 31), (3, 200), (300, 3)])
def test_contributions_add_up_and_are_equal_by_row_and_by_column(trees: int, leaves: int) -> None:
    constants = forest(trees, leaves)
    columns = rows(600)
    roots = float(constants.arrays["value"][constants.arrays["root"]].sum())
    for way in (bits(constants), walk(constants)):
        added = np.stack(way.contributions(*columns), axis=1)
        assert added.sum(axis=1) + roots + 0.25 == pytest.approx(way.columns(*columns), abs=1e-11)
        for row in range(0, 600, 37):
            assert way.row_contributions(*(column[row].item() for column in columns)) == added[row].tolist()


def test_slots_for_every_argument_or_only_for_those_asked_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    constants, columns = forest(9, 3), rows(300)
    every = np.stack(bits(constants).contributions(*columns))
    monkeypatch.setattr(paths, "FEW", 0)
    asked = bits(constants)
    assert np.stack(asked.contributions(*columns)).tolist() == every.tolist()
    assert asked.row_contributions(*(column[7].item() for column in columns)) == every[:, 7].tolist()


def test_a_contribution_belongs_to_the_argument_that_was_asked() -> None:
    arrays = {**forest(1, 2).arrays, "feature": np.asarray([2, 0, 0], "<i4"), "value": np.asarray([1.0, 3.0, -4.0])}
    way = bits(Constants({"base": 0.0, "single": False}, arrays, FEATURES))
    low = way.row_contributions(0.0, 0.0, -9.0, 0.0)
    assert low == [0.0, 0.0, 2.0, 0.0]


def test_large_trees_are_walked_and_small_ones_are_not() -> None:
    assert isinstance(start(forest(2, 31)), Bits)
    assert isinstance(start(forest(2, 64 * MOST_WORDS + 1)), Walk)


@pytest.mark.parametrize(
    ("name", "position", "value", "message"),
    [
        ("left", 0, 0, "reached twice"),
        ("right", 0, 1, "reached twice"),
        ("left", 0, 99, "not a node"),
        ("root", 0, -1, "not a node"),
        ("feature", 0, FEATURES, "not an argument"),
        ("feature", 0, -1, "not an argument"),
        ("value", 1, np.nan, "not finite"),
        ("threshold", 0, np.nan, "NaN"),
    ],
)
def test_arrays_that_are_no_trees_are_refused(name: str, position: int, value: float, message: str) -> None:
    arrays = {key: array.copy() for key, array in forest(1, 2).arrays.items()}
    arrays[name][position] = value
    b = Builder()
    with pytest.raises(UnsupportedError, match=message):
        b.node("trees", *(b.input(str(i), "number") for i in range(FEATURES)), arrays=arrays, base=0.0, single=False)


def test_trees_of_constants_alone_give_one_score_per_row() -> None:
    b = Builder()
    node = b.node("trees", *[b.node("number", value=1)] * FEATURES, arrays=forest(3, 4).arrays, base=0.0, single=False)
    program = Program(*b.finish({"x": b.input("x", "number")}, node))
    values = program.columns({"x": np.zeros(5)})
    assert values[program.graph.score].tolist() == [program.row({"x": 0.0})[program.graph.score]] * 5
