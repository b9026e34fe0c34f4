"""Choose early, judge late."""

from __future__ import annotations

import datetime
import random
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from tests.unit.prove.script import needs_node
from tests.unit.prove.script import run as run_script

import golive.prove
from golive.cli import run
from golive.errors import InputError
from golive.maths.blocks import quantile, widened
from golive.maths.money import payoffs
from golive.maths.recompute import chosen, curve, revalued, standing
from golive.prove.dates import days
from golive.prove.measure import measure
from golive.prove.template import money_template
from golive.records.document import decode, encode, read
from golive.records.evidence import Evidence, Word
from golive.records.money import parse

if TYPE_CHECKING:
    from types import SimpleNamespace

MONEY = parse(money_template())
N = 1000
DAYS = np.random.default_rng(12).integers(0, 300, N)
TEXTS = [(datetime.date(2024, 1, 1) + datetime.timedelta(int(day))).isoformat() for day in DAYS]


def judged(world: SimpleNamespace, **given: Any) -> Evidence:
    return measure(world.outcome, world.score, **{"money": MONEY, "columns": world.columns, "date": TEXTS} | given)


def part(world: SimpleNamespace, which: Any) -> tuple[Any, Any, dict[str, Any]]:
    columns = {name: column[which] for name, column in world.columns.items()}
    return np.array(world.outcome)[which], world.score[which], columns


def late(found: Evidence) -> Any:
    assert found.dates is not None
    return np.array(TEXTS) >= found.dates.split


def test_later_rows_are_judged_and_earlier_ones_are_in_no_figure(world: SimpleNamespace) -> None:
    found = judged(world)
    after = late(found)
    outcome, score, columns = part(world, after)
    alone = measure(outcome, score, money=MONEY, columns=columns)
    assert found.dates is not None
    assert (found.dates.early, found.dates.late) == ((~after).sum(), after.sum())
    assert abs(found.dates.early - N / 2) < 5
    assert (found.dates.first, found.dates.last, found.dates.blocks) == (min(TEXTS), max(TEXTS), 20)
    assert (found.rows, found.events, found.base_rate) == (alone.rows, alone.events, alone.base_rate)
    assert found.buckets == alone.buckets
    assert found.calibration == alone.calibration
    assert found.classification.auc == alone.classification.auc
    assert sum(cell.n for cell in found.classification.cells) == after.sum()


def test_what_happens_later_chooses_nothing(world: SimpleNamespace) -> None:
    found = judged(world)
    after = late(found)
    turned = np.where(after, np.roll(np.array(world.outcome), 1), world.outcome)
    other = judged(world)
    other = measure(turned, world.score, money=MONEY, columns=world.columns, date=TEXTS)
    assert found.money is not None
    assert other.money is not None
    assert other.money.honest != found.money.honest
    (cut,), (again,) = found.money.cutoff.chosen, other.money.cutoff.chosen
    assert ((world.score < cut) == (world.score < again)).mean() > 0.995  # bins may end at another late score


def test_its_money_is_that_of_the_later_rows_and_its_range_holds_rows_and_blocks(world: SimpleNamespace) -> None:
    found = judged(world)
    assert found.money is not None
    assert found.money.honest is not None
    outcome, score, columns = part(world, late(found))
    (cut,) = found.money.cutoff.chosen
    paid = payoffs(MONEY, columns, outcome == "bad")
    earned = np.where(score < cut, paid["approve"], paid["reject"])
    assert found.money.honest.total == pytest.approx(earned.sum())
    day = DAYS[late(found)]
    known, sizes = np.unique(day, return_counts=True)
    middle = 2 * (np.cumsum(sizes) - sizes) + sizes
    block = np.searchsorted(known, day)
    block = ((20 * middle) // (2 * len(day)))[block]
    for against in found.money.against:
        gain = earned - paid[against.action]
        assert against.per_row == pytest.approx(gain.mean())
        sums, rows = np.bincount(block, weights=gain).astype(float), np.bincount(block).astype(float)
        low, high = widened(gain.mean(), gain.mean(), sums, rows, quantile(20, 0.025))
        assert against.low is not None
        assert against.high is not None
        assert against.low <= low + 1e-9 < high - 1e-9 <= against.high
        assert against.low < gain.mean() - 1.9 * gain.std() / np.sqrt(len(gain))
    assert "random_part" not in [one.code for one in found.verdict.conditions]
    assert "random_part" in [one.code for one in judged(world, date=None).verdict.conditions]


def test_a_cut_off_that_stops_working_is_not_used_because_it_worked() -> None:
    """The money turns round half way: a random part would not show it."""
    rng = np.random.default_rng(5)
    n = 4000
    day = np.sort(rng.integers(0, 400, n))
    bad = rng.random(n) < 0.25
    tells = np.where(day < 220, 2.0, -2.0)
    score = 1 / (1 + np.exp(-rng.normal(np.where(bad, tells, -tells), 1.0)))
    columns = {"Amount": np.full(n, 1000.0), "Time": np.full(n, 24.0)}
    labels = np.where(bad, "bad", "good")
    dates = np.datetime64("2024-01-01") + day
    dated = measure(labels, score, money=MONEY, columns=columns, date=dates)
    assert dated.verdict.word is Word.do_not_use
    assert measure(labels[:2000], score[:2000], money=MONEY, columns={k: v[:2000] for k, v in columns.items()}
                   ).verdict.word is Word.use_with_conditions  # fmt: skip


def test_fewer_than_eight_blocks_have_no_range_and_it_is_said(world: SimpleNamespace) -> None:
    found = judged(world, date=[f"2024-{1 + at % 12:02}-01" for at in range(N)])
    assert found.dates is not None
    assert found.dates.blocks == 6
    assert found.money is not None
    assert found.money.honest is None
    assert found.verdict.word is Word.not_enough_data
    assert "only 6 blocks of time; 8 is the least" in found.verdict.sentence
    assert found.verdict.rows_sentence == "Take rows of a longer time."
    assert "only 6 blocks of time" in found.dates.text


@pytest.mark.parametrize(
    "kind",
    [
        np.array,
        pd.Series,
        lambda texts: pd.to_datetime(pd.Series(texts)),
        lambda texts: np.array(texts, dtype="datetime64[D]"),
        lambda texts: [datetime.date.fromisoformat(text) for text in texts],
        lambda texts: [datetime.datetime.fromisoformat(text) for text in texts],
        lambda texts: [f"{text} 00:00:00" for text in texts],
        lambda texts: [f"{text}T10:30:00.123456789Z" for text in texts],
        lambda texts: pd.Series(texts, dtype="category"),
    ],
)
def test_any_kind_of_date_means_the_same(kind: Any) -> None:
    expected = (np.array(TEXTS[:50], dtype="datetime64[D]")).astype(np.int64)
    column = kind(TEXTS[:50])
    cells = column.to_numpy() if hasattr(column, "to_numpy") else np.asarray(column, dtype=object)
    if isinstance(column, np.ndarray):
        cells = column
    assert days("when", cells).tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ([*TEXTS[:990], *["31.03.2024"] * 10], r"writes dates in 2 ways, like '20.*' in rows 0, 1, 2, 3, 4 \.\.\. .*"
         r"like '31\.03\.2024' in rows 990, 991"),
        (["3/31/2024", *["31.03.2024"] * 999], "in 2 ways, like '3/31/2024' in row 0 .*; like '31.03.2024' in rows 1,"),
        (["31.03.2024"] * N, r"holds cells like '31\.03\.2024' in rows 0, .*expected dates like 2024-03-31"),
        (["2024-02-30"] * N, "holds cells like '2024-02-30'"),
        ([20240331] * N, "holds int64; expected dates"),
        ([None, *TEXTS[1:]], r"the date is missing in 1 row: row 0 \(from 0\)"),
        (pd.to_datetime(pd.Series([None, *TEXTS[1:]])), "the date is missing in 1 row: row 0"),
        ([TEXTS[0]] * N, "all rows have the date 20..-..-.. in `date`; expected earlier and later ones"),
        (TEXTS[:-1], "`date` has 999 rows, the outcomes have 1,000"),
        ("when", "`date` names the column `when`, which is not among the columns given"),
    ],
)  # fmt: skip
def test_dates_that_cannot_be_read_are_refused(world: SimpleNamespace, date: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        judged(world, date=date)


def test_counts_of_two_equal_doubled_rows_with_dates_in_every_byte(world: SimpleNamespace) -> None:
    columns = {name: np.repeat(column, 2) for name, column in world.columns.items()}
    theirs = measure(
        np.repeat(world.outcome, 2), np.repeat(world.score, 2), money=MONEY, columns=columns, date=np.repeat(TEXTS, 2)
    )
    mine = judged(world, count=[2] * N)
    assert (mine.money, mine.table, mine.dates) == (theirs.money, theirs.table, theirs.dates)


def test_weights_add_up_to_the_rows_in_both_parts(world: SimpleNamespace) -> None:
    found = judged(world, weight=np.where(np.arange(N) % 3 == 0, 5.0, 1.0))
    assert found.table.early is not None
    assert found.dates is not None
    assert sum(found.table.early.n) == pytest.approx(found.dates.early)
    assert sum(found.table.by_fold.n) == pytest.approx(found.dates.late) == found.rows


def test_segments_and_swap_set_are_those_of_the_later_rows(world: SimpleNamespace) -> None:
    region = np.where(np.arange(N) % 3 == 0, "north", "south")
    today = np.where(np.arange(N) % 2 == 0, "approve", "reject")
    found = judged(world, segment={"region": region}, today=today)
    assert found.money is not None
    assert found.money.swap is not None
    assert sum(one.n for one in found.segments) == late(found).sum() == sum(one.n for one in found.money.swap.parts)
    (against,) = [one for one in found.money.against if one.decides]
    assert sum(round(100 * one.against[0].total) for one in found.segments) == round(100 * against.per_row * found.rows)
    whole = judged(world, segment={"all": ["x"] * N}, today=today)
    assert (whole.segments[0].against[0].low, whole.segments[0].against[0].high) == pytest.approx(
        (against.low, against.high)
    )
    assert decode(encode(found), Evidence, name="evidence.json").dates == found.dates


def test_the_command_line_reads_dates_of_csv_and_parquet(
    tmp_path: Path, world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import duckdb

    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame({"Status": world.outcome, "score": world.score, **world.columns, "when": TEXTS})
    frame.to_csv("table.csv", index=False)
    wanted = 'select * replace (cast("when" as timestamp) as "when") from read_csv('
    duckdb.sql(f"copy ({wanted}'table.csv')) to 'table.parquet'")
    (tmp_path / "money.toml").write_text(money_template())
    tails = ["--score", "score", "--outcome", "Status", "--money", "money.toml", "--date", "when"]
    for kind in ("csv", "parquet"):
        assert run(["prove", "--table", f"table.{kind}", *tails, "--out", kind]) in (0, 1)
    one, other = (read(tmp_path / kind / "evidence.json", Evidence) for kind in ("csv", "parquet"))
    assert one.dates == other.dates
    assert one.dates is not None
    assert one.dates.column == "when"
    assert one.money == other.money == judged(world).money
    page = (tmp_path / "csv" / "report.html").read_text()
    assert "judged on the" in page
    assert "The rows carry no date" not in page
    capsys.readouterr()
    frame.assign(when=["31.03.2024", *TEXTS[1:]]).to_csv("mixed.csv", index=False)
    assert run(["prove", "--table", "mixed.csv", *tails, "--out", "mixed"]) == 2
    assert "column `when` writes dates in 2 ways" in capsys.readouterr().err


def test_three_bands_are_chosen_early_and_judged_late(world: SimpleNamespace) -> None:
    text = money_template().replace('above = "reject"', 'above = "reject"\nmiddle = "review"', 1)
    text = text.replace("cases_per_month = 400", "cases_per_month = 400\nbusiest_day = 40", 1)
    text += """
[review]
capacity_per_day = 8
cost = { value = 5, owner = "o", source = "s" }
bad_stopped = { value = 0.6, owner = "o", source = "s" }
good_passed = { value = 0.9, owner = "o", source = "s" }
"""
    found = judged(world, money=parse(text))
    assert found.money is not None
    assert found.money.bands is not None
    outcome, score, columns = part(world, late(found))
    low, high = (cut if cut is not None else np.inf for cut in found.money.bands.chosen)
    paid = payoffs(MONEY, columns, outcome == "bad")
    for one, action in zip(found.money.bands.measured, ("approve", "reject"), strict=True):
        earned = np.where(score < low, paid["approve"], np.where(score >= high, paid["reject"], paid[action]))
        gain = earned - paid[action]
        assert one.per_row == pytest.approx(gain.mean())
        assert one.low is not None
        assert one.high is not None
        assert one.low < gain.mean() - 1.9 * gain.std() / np.sqrt(len(gain))
        assert one.low < one.per_row < one.high


@cache
def tables() -> tuple[Evidence, ...]:
    """With dates: plain, under limits with a rule of today, with customers and weights, with too few blocks."""
    rng = np.random.default_rng(31)
    n = 500
    bad = rng.random(n) < 0.3
    score = np.round(1 / (1 + np.exp(-rng.normal(np.where(bad, 0.9, -0.9)))), 2)
    columns = {"Amount": np.round(rng.lognormal(7, 0.8, n)), "Time": rng.integers(6, 60, n).astype(float)}
    labels = np.where(bad, "bad", "good")
    when = np.datetime64("2023-01-01") + rng.integers(0, 200, n)
    limited = parse(money_template().replace('maximise = "profit"', 'subject_to = ["approval_rate >= 0.8"]'))
    told: list[dict[str, Any]] = [
        {"money": MONEY, "date": when},
        {"money": limited, "date": when, "today": columns["Amount"] > 1200},
        {"money": MONEY, "date": when, "group": rng.integers(0, 200, n), "weight": rng.uniform(0.5, 3, n)},
        {"money": MONEY, "date": np.datetime64("2023-01-01") + rng.integers(0, 6, n)},
    ]
    return tuple(measure(labels, score, columns=columns, **one) for one in told)


@needs_node
@pytest.mark.parametrize("case", range(4))
def test_the_page_says_the_same_under_other_prices(case: int) -> None:
    evidence = tables()[case]
    rng = random.Random(case)
    asked = [
        {one.name: one.value * rng.choice([1.0, rng.uniform(0.2, 3)]) for one in evidence.assumptions}
        for _ in range(40)
    ]
    script = """
      answer = given.asked.map((prices) => {
        const choice = recompute.chosen(given.table, prices), curve = recompute.curve(given.table, prices);
        const values = [choice.edge, 40].map((edge, at) => {
          const one = recompute.standing(given.table, prices, edge, at ? null : choice);
          return [one.total, one.low, one.high, one.sd,
            ...one.against.flatMap((gain) => [gain.point, gain.low, gain.high, gain.sd])];
        });
        const valued = recompute.revalued(given.table, prices, choice, "revenue");
        return [choice.edge, choice.best, choice.byFold, choice.honest, values, curve.low[30], valued.honest];
      });
    """
    given = {"table": evidence.table, "asked": asked}
    answers = run_script(script, given, recompute=Path(golive.prove.__file__).parent / "recompute.js")
    for prices, (edge, best, by_fold, honest, values, low, revenue) in zip(asked, answers, strict=True):
        choice = chosen(evidence.table, prices)
        assert (choice.edge, choice.best, list(choice.by_fold)) == (edge, best, by_fold)
        assert choice.honest == pytest.approx(honest, abs=0.005)
        for place, made, theirs in ((choice.edge, choice, values[0]), (40, None, values[1])):
            one = standing(evidence.table, prices, place, made)
            ours = [one.total, one.low, one.high, one.sd]
            ours += [part for gain in one.against for part in (gain.point, gain.low, gain.high, gain.sd)]
            assert [None if value is None else pytest.approx(value, abs=0.005) for value in ours] == theirs
        assert curve(evidence.table, prices)[1][30] == pytest.approx(low, abs=0.005)
        assert revalued(evidence.table, prices, choice, "revenue").honest == pytest.approx(revenue, abs=0.005)
