"""Rows that stand for several: counts, sampling weights, customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.cli import run
from golive.errors import InputError
from golive.prove.measure import measure
from golive.prove.template import money_template
from golive.records.document import encode, read
from golive.records.evidence import Evidence
from golive.records.money import parse

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace

MONEY = parse(money_template())
N = 1000


def judged(world: SimpleNamespace, **given: Any) -> Evidence:
    return measure(world.outcome, world.score, money=MONEY, columns=world.columns, **given)


def figures(found: Evidence) -> bytes:
    """Every byte but those of the checks, which look at the rows as they were given."""
    return encode(msgspec.structs.replace(found, checks=()))


def widths(found: Evidence) -> list[float]:
    assert found.money is not None
    return [(one.high or 0) - (one.low or 0) for one in found.money.against]


@settings(max_examples=10)
@given(st.lists(st.integers(0, 4), min_size=60, max_size=60))
def test_counts_equal_repeated_rows_in_every_byte(counts: list[int]) -> None:
    rng = np.random.default_rng(4)
    outcome = np.where(rng.random(60) < 0.4, "bad", "good")
    score, amount, time = np.round(rng.random(60), 2), rng.integers(1, 9, 60) * 100.0, np.full(60, 24.0)
    counts = [*counts[:-40], *([2] * 40)]
    repeated = [np.repeat(values, counts) for values in (outcome, score, amount, time)]
    mine = measure(outcome, score, money=MONEY, columns={"Amount": amount, "Time": time}, count=counts)
    theirs = measure(
        repeated[0], repeated[1], money=MONEY, columns={"Amount": repeated[2], "Time": repeated[3]}
    )  # fmt: skip
    assert figures(mine) == figures(theirs)


def test_counts_of_two_equal_doubled_rows_in_every_byte(world: SimpleNamespace) -> None:
    columns = {name: np.repeat(column, 2) for name, column in world.columns.items()}
    theirs = measure(np.repeat(world.outcome, 2), np.repeat(world.score, 2), money=MONEY, columns=columns)
    assert figures(judged(world, count=[2] * N)) == figures(theirs)


def test_weights_of_two_change_no_figure(world: SimpleNamespace) -> None:
    found, plain = judged(world, weight=[2] * N), judged(world)
    assert msgspec.structs.replace(found, table=plain.table) == plain
    assert found.table.by_fold.squared != ()


def test_whole_weights_give_the_points_of_repeated_rows_on_the_cut_offs_that_both_have(world: SimpleNamespace) -> None:
    times = np.random.default_rng(5).integers(1, 4, N)
    found = measure(world.outcome, world.score, event="bad", weight=times)
    repeated = measure(np.repeat(world.outcome, times), np.repeat(world.score, times), event="bad")
    assert found.rows == N
    assert found.base_rate == pytest.approx(repeated.base_rate)
    for name in ("accuracy", "balanced_accuracy", "auc", "average_precision", "brier", "ks", "gini"):
        assert getattr(found.classification, name) == pytest.approx(getattr(repeated.classification, name)), name
    for mine, theirs in zip(found.classification.report, repeated.classification.report, strict=True):
        assert (mine.precision, mine.recall, mine.f1) == pytest.approx((theirs.precision, theirs.recall, theirs.f1))
    for a, b in zip(found.buckets, repeated.buckets, strict=True):
        assert (a.rate, a.lift, a.mean_score, a.gained) == pytest.approx((b.rate, b.lift, b.mean_score, b.gained))
    assert found.calibration is not None
    assert repeated.calibration is not None
    assert found.calibration.slope == pytest.approx(repeated.calibration.slope)
    assert found.calibration.discrimination == pytest.approx(repeated.calibration.discrimination)


def test_unequal_weights_widen_what_is_known(world: SimpleNamespace) -> None:
    weight = np.where(np.arange(N) % 2 == 0, 9.0, 1.0)  # 609 effective rows
    found, plain = judged(world, weight=weight), judged(world)
    for mine, theirs in zip(widths(found), widths(plain), strict=True):
        assert 1.1 < mine / theirs < 1.6  # the square root of 1,000 / 609 is 1.28
    assert found.calibration is not None
    assert plain.calibration is not None
    assert (found.calibration.slope_high or 0) - (found.calibration.slope_low or 0) > 1.1 * (
        (plain.calibration.slope_high or 0) - (plain.calibration.slope_low or 0)
    )


def test_a_row_without_weight_stands_for_nobody(world: SimpleNamespace) -> None:
    kept = np.arange(N) % 3 > 0
    columns = {name: column[kept] for name, column in world.columns.items()}
    outcome = np.array(world.outcome)[kept]
    part = measure(outcome, world.score[kept], money=MONEY, columns=columns, weight=np.ones(kept.sum()))
    assert figures(judged(world, weight=kept.astype(float))) == figures(part)
    assert figures(judged(world, count=kept)) == figures(
        measure(outcome, world.score[kept], money=MONEY, columns=columns)
    )  # fmt: skip


def test_copies_of_customers_add_no_certainty(world: SimpleNamespace) -> None:
    columns = {name: np.repeat(column, 4) for name, column in world.columns.items()}
    copies = np.repeat(world.outcome, 4), np.repeat(world.score, 4)
    customers = np.repeat([f"C{at}" for at in range(N)], 4)
    found = measure(*copies, money=MONEY, columns=columns, group=customers)
    once = judged(world, group=[f"C{at}" for at in range(N)])
    naive = measure(*copies, money=MONEY, columns=columns)
    assert found.money is not None
    assert once.money is not None
    assert found.money.cutoff.chosen == once.money.cutoff.chosen
    for mine, theirs, wrong in zip(widths(found), widths(once), widths(naive), strict=True):
        assert theirs <= mine < 1.2 * theirs
        assert wrong < 0.7 * theirs
    assert [(one.low, one.high) for one in found.buckets] == [
        pytest.approx((one.low, one.high)) for one in once.buckets
    ]
    few = np.repeat(np.arange(40), 25)  # 40 customers of 25 rows, each of one outcome
    outcome = np.where(few < 9, "bad", "good")
    found = measure(outcome, world.score, money=MONEY, columns=world.columns, group=few)
    assert found.events == 225
    assert found.money is not None
    assert found.money.honest is None  # nine customers with the event, not 225


def test_customers_are_told_apart_by_the_text_of_their_ids(world: SimpleNamespace) -> None:
    ids = np.arange(N) // 2
    expected = figures(judged(world, group=ids))
    frame = pd.DataFrame({**world.columns, "id": ids})
    assert figures(judged(world, group=ids.astype(float))) == expected
    assert figures(judged(world, group=[str(one) for one in ids])) == expected
    assert figures(measure(world.outcome, world.score, money=MONEY, columns=frame, group="id")) == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"count": [1.5] + [1] * 999}, "count is not whole in 1 row: row 0 .*the first is .*1.5"),
        ({"count": [1] * 7 + [-1] * 993}, r"count is negative in 993 rows: rows 7, 8, 9, 10, 11 \.\.\."),
        ({"count": [1] * 999 + [None]}, "count is missing or no finite number in 1 row: row 999"),
        ({"count": [100_000] * N}, "counts add up to 100,000,000 rows; expected at most 50,000,000"),
        ({"count": [0] * N}, "count is 0 in all rows"),
        ({"count": [1] * 999}, "`count` has 999 rows, the outcomes have 1,000"),
        ({"weight": [1.0, -0.5] * 500}, "weight is negative in 500 rows: rows 1, 3, .*the first is .*-0.5"),
        ({"weight": [1.0] * 999 + [float("nan")]}, "weight is missing or no finite number in 1 row: row 999"),
        ({"weight": [float("inf")] + [1.0] * 999}, "weight is missing or no finite number in 1 row: row 0"),
        ({"weight": ["1"] * 999 + ["heavy"]}, "weight is missing or no finite number .*'heavy'"),
        ({"weight": [0.0] * N}, "weight is 0 in all rows"),
        ({"weight": "w"}, "`weight` names the column `w`, which is not among the columns given"),
        ({"group": ["a", None] * 500}, "group is missing in 500 rows: rows 1, 3, "),
        ({"group": ["a"] * N}, "all rows belong to the customer `a`"),
        ({"group": np.ones((N, 2))}, r"`group` has shape \(1000, 2\)"),
    ],
)
def test_what_no_row_can_stand_for_is_refused(world: SimpleNamespace, given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        judged(world, **given)


@pytest.fixture
def folder(tmp_path: Path, world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"Status": world.outcome, "score": world.score, **world.columns})
    frame = frame.assign(
        customer=[f"0{at // 2}" for at in range(N)], times=rng.integers(1, 3, N), weight=rng.uniform(0.5, 2, N)
    )
    frame.to_csv("table.csv", index=False)
    (tmp_path / "money.toml").write_text(money_template())
    return tmp_path


COMMAND = ["prove", "--table", "table.csv", "--score", "score", "--outcome", "Status", "--money", "money.toml"]


def test_the_command_line_says_the_same(folder: Path) -> None:
    options = ["--group", "customer", "--count", "times", "--weight", "weight"]
    assert run([*COMMAND, *options, "--out", "proof"]) == 0
    found = read(folder / "proof" / "evidence.json", Evidence)
    frame = pd.read_csv(folder / "table.csv", dtype={"customer": str})
    expected = measure(
        frame["Status"], frame["score"], money="money.toml", columns=frame, group="customer", count="times",
        weight="weight",
    )  # fmt: skip
    assert found.table == expected.table
    assert found.money == expected.money
    assert found.rows == frame["times"].sum()


@pytest.mark.parametrize(("option", "column"), [("--group", "client"), ("--count", "n"), ("--weight", "w")])
def test_a_column_that_is_not_there_is_named(
    folder: Path, option: str, column: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*COMMAND, option, column, "--out", "proof"]) == 2
    assert f"`table.csv` has no column `{column}`" in capsys.readouterr().err
    assert not (folder / "proof").exists()
