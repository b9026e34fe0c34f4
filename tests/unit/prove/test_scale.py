"""The evidence from score tables against the evidence from rows, on the same files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import duckdb
import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from golive.errors import InputError
from golive.maths import tally
from golive.prove import run, scale, tied
from golive.prove.asked import Asked
from golive.prove.run import from_table
from golive.prove.scale import from_large
from golive.prove.template import money_template
from golive.records.document import encode
from golive.tables import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.records.evidence import Evidence

HEADER = "score,Status,Amount,Time"


def lines(n: int = 3000, *, seed: int = 1, digits: int | None = 4) -> list[str]:
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(1.2 - 1.2 * rng.normal(size=n)))
    bad = rng.random(n) < p
    # From 0.01 to 0.99 a bin of the grid is 1e-4 wide: there four digits are one score per bin.
    score = p if digits is None else np.clip(np.round(p, digits), 0.0101, 0.9898)
    amount, time = np.round(rng.lognormal(7, 0.6, n), 2), rng.integers(12, 60, n)
    columns = zip(score.tolist(), bad.tolist(), amount.tolist(), time.tolist(), strict=True)
    return [f"{s!r},{'bad' if b else 'good'},{a},{t}" for s, b, a, t in columns]


def written(folder: Path, rows: Sequence[str], name: str = "rows.csv", header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


@pytest.fixture
def money(tmp_path: Path) -> Path:
    path = tmp_path / "money.toml"
    path.write_text(money_template())
    return path


def asked(money: Path | None, **others: Any) -> Asked:
    return Asked(outcome="Status", event="bad", money=money, **others)


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two records differ; floats may by 1e-9 of their size: squares are kept to ten digits."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            d for key in one.keys() | other.keys() for d in differences(one.get(key), other.get(key), f"{path}.{key}")
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [d for at, pair in enumerate(zip(one, other, strict=True)) for d in differences(*pair, f"{path}[{at}]")]
    same = one == other or (isinstance(one, float) and one == pytest.approx(other, rel=1e-9, abs=1e-6))
    return [] if same else [f"{path}: {one} {other}"]


def record(evidence: Evidence) -> Any:
    return json.loads(encode(evidence))


@pytest.mark.parametrize("seed", [1, 2])
def test_where_every_score_has_a_bin_of_its_own_all_of_the_evidence_is_the_same(
    tmp_path: Path, money: Path, seed: int
) -> None:
    """Lift, cut-off, honest value and interval, confusion, calibration, verdict: everything, not a choice of it."""
    path = written(tmp_path, lines(seed=seed))
    rows, tables = from_table(path, "score", asked(money)), from_large(path, "score", asked(money))
    assert differences(record(rows), record(tables)) == []
    assert tables.classification.within is None


def test_rows_that_are_not_like_the_first_ones_change_no_figure(
    tmp_path: Path, money: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums are counted by steps that the first rows suggest; where all rows say otherwise, they are counted again."""
    monkeypatch.setattr(stream, "ROWS", 500)
    path = written(tmp_path, sorted(lines(), key=lambda row: float(row.split(",")[2])))
    again = mock.Mock(wraps=tally.fine)
    monkeypatch.setattr(tally, "fine", again)
    one, other = from_table(path, "score", asked(money)), from_large(path, "score", asked(money))
    assert differences(record(one), record(other)) == []
    assert again.call_count == 1


def with_parts(rows: Sequence[str], *, ties: bool) -> list[str]:
    """Add a region (one is missing), a sex as a number, and many small towns."""
    rng = np.random.default_rng(5)
    if ties:  # a hundred different rows stand for all
        rows = [rows[at] for at in rng.integers(0, 100, len(rows))]
    region = rng.choice(["north", "south", "east", ""], len(rows), p=[0.5, 0.3, 0.15, 0.05])
    sex, town = rng.integers(1, 3, len(rows)), rng.integers(0, 60, len(rows)) ** 2 // 60
    return [f"{row},{a},{b}.0,t{c}" for row, a, b, c in zip(rows, region, sex, town, strict=True)]


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("priced", [True, False])
def test_segments_and_protected_groups_are_those_of_the_rows(
    tmp_path: Path, money: Path, priced: bool, ties: bool
) -> None:
    path = written(tmp_path, with_parts(lines(), ties=ties), header=f"{HEADER},region,sex,town")
    wanted = asked(money if priced else None, segments=("region", "town"), protected=("sex",))
    rows, tables = from_table(path, "score", wanted), from_large(path, "score", wanted)
    assert {one.column for one in rows.segments} == {"region", "town"}
    assert [one.value for one in rows.protected] == ["1", "2"]
    assert any(one.joined for one in rows.segments)
    assert differences(record(rows), record(tables)) == []


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("segments", [(), ("region",)])
def test_who_changes_hands_against_today_is_the_same(
    tmp_path: Path, money: Path, segments: tuple[str, ...], ties: bool
) -> None:
    path = written(tmp_path, with_parts(lines(), ties=ties), header=f"{HEADER},region,sex,town")
    money.write_text(money.read_text().replace('# rule = "approve all"', 'rule = "approve all"'))
    wanted = asked(money, segments=segments)
    rows, tables = from_table(path, "score", wanted), from_large(path, "score", wanted)
    assert rows.money is not None
    assert rows.money.swap is not None
    assert differences(record(rows), record(tables)) == []


@pytest.mark.parametrize("ties", [False, True])
def test_what_is_maximised_may_be_revenue_under_limits(tmp_path: Path, money: Path, ties: bool) -> None:
    path = written(tmp_path, with_parts(lines(), ties=ties), header=f"{HEADER},region,sex,town")
    prices = money.read_text().replace('maximise = "profit"', 'maximise = "revenue"')
    limits = 'subject_to = ["approval_rate >= 0.6", "profit_per_case >= -5000"]'
    money.write_text(prices.replace('# subject_to = ["approval_rate >= 0.6"]', limits))
    wanted = asked(money, segments=("region",))
    rows, tables = from_table(path, "score", wanted), from_large(path, "score", wanted)
    assert rows.money is not None
    assert (rows.money.objective, len(rows.money.limits)) == ("revenue", 2)
    assert {one & 16 for one in rows.table.by_sign.sign} == {0, 16}  # type: ignore[union-attr]  # there are prices
    assert differences(record(rows), record(tables)) == []


def test_parts_of_a_parquet_file_are_read_as_the_rows_are(tmp_path: Path, money: Path) -> None:
    path, parquet = written(tmp_path, lines()), tmp_path / "rows.parquet"
    parts = (
        "Time % 3 as whole, (Time % 4) / 10.0::double as fraction, Time % 2 = 0 as truth, nullif(Time % 5, 0) as gap"
    )
    duckdb.execute(f"copy (select *, {parts} from read_csv('{path}')) to '{parquet}' (format parquet)")
    wanted = asked(money, segments=("whole", "fraction", "truth", "gap"))
    rows, tables = from_table(parquet, "score", wanted), from_large(parquet, "score", wanted)
    assert {one.value for one in rows.segments if one.column == "fraction"} == {"0", "0.1", "0.2", "0.3"}
    assert differences(record(rows), record(tables)) == []


def test_an_identifier_is_no_segment_of_many_rows_either(tmp_path: Path, money: Path) -> None:
    path = written(tmp_path, [f"{row},id{at}" for at, row in enumerate(lines())], header=f"{HEADER},id")
    with pytest.raises(InputError, match=r"column `id` has .* different values"):
        from_large(path, "score", asked(money, segments=("id",)))
    with pytest.raises(InputError, match=r"no column `idd`.*did you mean `id`"):
        from_large(path, "score", asked(money, segments=("idd",)))


@pytest.mark.parametrize("digits", [4, None])
def test_how_many_rows_are_held_at_a_time_changes_no_byte(
    tmp_path: Path, money: Path, monkeypatch: pytest.MonkeyPatch, digits: int | None
) -> None:
    path = written(tmp_path, with_parts(lines(digits=digits), ties=True) + with_parts(lines(digits=digits), ties=False),
                   header=f"{HEADER},region,sex,town")  # fmt: skip
    wanted = asked(money, segments=("region",))
    whole = encode(from_large(path, "score", wanted))
    monkeypatch.setattr(tied, "AT_ONCE", 700)
    monkeypatch.setattr(tied, "WHOLE_AT_ONCE", 300)
    monkeypatch.setattr(tally, "LOOSE", 50)
    monkeypatch.setattr(stream, "ROWS", 100)
    assert encode(from_large(path, "score", wanted)) == whole


def test_without_prices_too(tmp_path: Path) -> None:
    path = written(tmp_path, lines())
    rows, tables = from_table(path, "score", asked(None)), from_large(path, "score", asked(None))
    assert differences(record(rows), record(tables)) == []


def test_ties_of_identical_rows_get_the_folds_they_have_by_rows(tmp_path: Path) -> None:
    """52 scores and payoffs without columns: 104 different rows stand for 5,000."""
    rng = np.random.default_rng(3)
    score = rng.integers(1, 53, 5000) / 53
    rows = [
        f"{one!r},{'bad' if bad else 'good'}" for one, bad in zip(score.tolist(), rng.random(5000) < score, strict=True)
    ]
    path = written(tmp_path, rows, header="score,Status")
    prices = tmp_path / "flat.toml"
    prices.write_text(
        'currency = "EUR"\n[actions]\nbelow = "approve"\nabove = "reject"\n'
        '[assumptions.loss]\nvalue = 60\nowner = "o"\n'
        '[payoff.approve]\nevent = "0 - loss"\nno_event = 40\n[payoff.reject]\nevent = 0\nno_event = 0\n'
    )
    one, other = from_table(path, "score", asked(prices)), from_large(path, "score", asked(prices))
    assert differences(record(one), record(other)) == []
    assert len(set(one.table.by_fold.n)) > 8  # not the same number in every fold


def test_a_scorecard_of_whole_points_is_the_same(tmp_path: Path, money: Path) -> None:
    rows = [line.split(",", 1) for line in lines()]
    points = [f"{round(850 - 550 * float(score))},{rest}" for score, rest in rows]
    path = written(tmp_path, points)
    flipped = tmp_path / "flipped.toml"
    flipped.write_text(
        money.read_text()
        .replace('below = "approve"', 'below = "x"')
        .replace('above = "reject"', 'above = "approve"')
        .replace('below = "x"', 'below = "reject"')
    )
    wanted = asked(flipped, higher_is_better=True)
    one, other = from_table(path, "score", wanted), from_large(path, "score", wanted)
    assert differences(record(one), record(other)) == []


def test_the_best_cut_off_is_exact_wherever_it_lies(tmp_path: Path, money: Path) -> None:
    path = written(tmp_path, lines(digits=None))
    rows, tables = from_table(path, "score", asked(money)), from_large(path, "score", asked(money))
    assert rows.money is not None
    assert tables.money is not None
    assert tables.money.promised.total == pytest.approx(rows.money.promised.total, rel=1e-12)
    assert tables.money.promised_cutoff == pytest.approx(rows.money.promised_cutoff, rel=1e-12)
    assert [one.total for one in tables.money.against] == pytest.approx([one.total for one in rows.money.against])
    assert tables.verdict.word == rows.verdict.word
    assert tables.score == rows.score
    assert tables.classification.brier == pytest.approx(rows.classification.brier, rel=1e-9)
    assert [one.n for one in tables.buckets] == [one.n for one in rows.buckets]


def test_what_bins_cannot_know_lies_within_the_bounds_that_are_recorded(tmp_path: Path, money: Path) -> None:
    for seed in range(4):
        rows = lines(2000, seed=seed, digits=None)
        tables = from_large(written(tmp_path, rows), "score", asked(money))
        score, bad = np.array([float(row.split(",")[0]) for row in rows]), ["bad" in row for row in rows]
        within = tables.classification.within
        assert within is not None
        for bounds, exact, shown in (
            (within.auc, roc_auc_score(bad, score), tables.classification.auc),
            (
                within.average_precision,
                average_precision_score(bad, score),
                tables.classification.average_precision,
            ),
            (within.ks, distance(score, np.array(bad)), tables.classification.ks),
        ):
            assert bounds[0] - 1e-12 <= exact <= bounds[1] + 1e-12
            assert bounds[0] - 1e-12 <= shown <= bounds[1] + 1e-12
        assert within.auc[0] < within.auc[1]
        assert "binned" in [one.code for one in tables.warnings]


def distance(score: NDArray[np.float64], bad: NDArray[np.bool_]) -> float:
    at = np.sort(score)
    shares = [np.searchsorted(np.sort(score[which]), at, side="right") / which.sum() for which in (bad, ~bad)]
    return float(np.abs(shares[0] - shares[1]).max())


def test_permuted_rows_and_parquet_give_the_same_bytes(tmp_path: Path, money: Path) -> None:
    rows = lines(digits=None)
    first = from_large(written(tmp_path, rows), "score", asked(money))
    order = np.random.default_rng(0).permutation(len(rows))
    moved = written(tmp_path, [rows[at] for at in order], "moved.csv")
    parquet = tmp_path / "rows.parquet"
    duckdb.execute(f"copy (select * from read_csv('{moved}')) to '{parquet}' (format parquet, row_group_size 2048)")
    for path in (moved, parquet):
        other = record(from_large(path, "score", asked(money)))
        assert differences({**record(first), "digests": None}, {**other, "digests": None}) == []
        assert encode(from_large(path, "score", asked(money))) == encode(from_large(path, "score", asked(money)))
    moved_again = record(from_large(moved, "score", asked(money)))
    assert {**record(first), "digests": None} == {**moved_again, "digests": None}


def test_parts_of_parquet_are_one_table(tmp_path: Path, money: Path) -> None:
    path = written(tmp_path, lines())
    folder = tmp_path / "parts"
    folder.mkdir()
    for part in (0, 1):
        query = f"select * from read_csv('{path}') where Time % 2 = {part}"
        duckdb.execute(f"copy ({query}) to '{folder}/part-{part}.parquet' (format parquet)")
    one, other = from_large(path, "score", asked(money)), from_large(folder, "score", asked(money))
    assert differences({**record(one), "digests": None}, {**record(other), "digests": None}) == []


def test_many_rows_go_by_tables_and_what_tables_cannot_do_is_refused_by_name(
    tmp_path: Path, money: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, lines(digits=None))
    assert from_table(path, "score", asked(money)).classification.within is None
    monkeypatch.setattr(run, "ROWS", 2000)
    assert from_table(path, "score", asked(money)).classification.within is not None
    held = from_table(path, "score", asked(money, group="Time"))
    assert held.classification.within is None  # the rows can still be held
    monkeypatch.setattr(scale, "HELD", 2500)
    with pytest.raises(InputError, match=r"more than 2,500 rows; not worked out for so many: --group"):
        from_table(path, "score", asked(money, group="Time"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("0.5,bad,abc,12", r"column `Amount` holds 'abc' in row 3000"),
        ("0.5,bad,1_000,12", r"column `Amount` holds '1_000' in row 3000"),
        ("0.5,bad,,12", r"column `Amount` is missing or not finite in 1 row, the first is row 3000"),
        ("nan,bad,100,12", r"the score is missing or not finite in 1 row, the first is row 3000"),
        ("1.5,bad,100,12", r"the score is 1.5 in row 3000, outside 0..1 \(from "),
        ("0.5,ugly,100,12", r"the outcome has 3 values: .*`ugly` \(1\)"),
        ("0.5,,100,12", r"the outcome `Status` is missing in 1 row"),
        ("0.5,bad,-100,12", r"loss is -60 in some row"),
        ("0.5,bad,100", r"line 3002 cannot be read"),
    ],
)
def test_bad_cells_are_named(tmp_path: Path, money: Path, row: str, message: str) -> None:
    path = written(tmp_path, [*lines(), row])
    with pytest.raises(InputError, match=message):
        from_large(path, "score", asked(money))


def test_neither_pandas_nor_another_engine_is_loaded(tmp_path: Path, money: Path) -> None:
    path = written(tmp_path, lines(digits=None))
    code = f"""
import sys
from pathlib import Path
from golive.prove.asked import Asked
from golive.prove.scale import from_large
from_large(Path({str(path)!r}), "score", Asked(outcome="Status", event="bad", money=Path({str(money)!r})))
print(sorted({{"pandas", "pyarrow", "polars", "sklearn", "narwhals", "scipy"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
