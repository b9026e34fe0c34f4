"""Segments, protected groups and the swap set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from golive.cli import run
from golive.cli.prove import lines
from golive.errors import InputError
from golive.maths.folds import fold_of
from golive.maths.intervals import wilson
from golive.maths.money import payoffs
from golive.prove.four_fifths import under_four_fifths
from golive.prove.measure import measure
from golive.prove.split import named
from golive.prove.template import money_template
from golive.records.document import decode, encode, read
from golive.records.evidence import Evidence, Word
from golive.records.money import parse
from golive.records.parts import ProtectedGroup, Share
from golive.records.today import Today

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace

MONEY = parse(money_template())
N = 1000


def judged(world: SimpleNamespace, **given: Any) -> Evidence:
    return measure(world.outcome, world.score, **{"money": MONEY, "columns": world.columns} | given)


@pytest.fixture(scope="module")
def region() -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.random.default_rng(1).choice(["north", "south", "west"], N, p=[0.5, 0.3, 0.2])


def honest_gains(world: SimpleNamespace, found: Evidence, action: str) -> np.ndarray[Any, Any]:
    """Gain of every row against an action for everybody, under the cut-off that its fold did not choose."""
    assert found.money is not None
    bad = np.array(world.outcome) == "bad"
    order = np.lexsort((world.columns["Time"], world.columns["Amount"], bad, world.score))
    amount, time = world.columns["Amount"][order], world.columns["Time"][order]
    # The bases of the money file in the order in which its formulas name them.
    bases = np.where(bad[order], [amount, 0 * amount], [0 * amount, amount * time])
    names = {basis: at for at, basis in enumerate(found.table.bases[1:])}
    assert len(names) == 2
    amounts = bases if next(iter(names)) == "Amount" else bases[::-1]
    folds = np.empty(N, dtype=int)
    folds[order] = fold_of(world.score[order], bad[order], amounts)
    cuts = [one[0] if one else np.inf for one in found.money.cutoff.folds]
    above = world.score >= np.array(cuts)[folds]
    paid = payoffs(MONEY, world.columns, bad)
    return np.where(above, paid["reject"], paid["approve"]) - paid[action]


def test_segments_have_the_honest_money_of_their_rows_and_add_up_to_the_cent(
    world: SimpleNamespace, region: np.ndarray[Any, Any]
) -> None:
    found = judged(world, segment={"region": region})
    assert found.money is not None
    assert [one.value for one in found.segments] == ["north", "south", "west"]
    assert sum(one.n for one in found.segments) == N
    assert sum(one.events for one in found.segments) == 250
    for at, against in enumerate(found.money.against):
        parts = [one.against[at] for one in found.segments]
        assert {part.name for part in parts} == {against.name}
        assert round(sum(round(100 * part.total) for part in parts)) == round(100 * against.per_row * N)
        gains = honest_gains(world, found, against.action)
        for one, part in zip(found.segments, parts, strict=True):
            assert part.total == pytest.approx(gains[region == one.value].sum(), abs=0.011)
            assert part.per_row == part.total / one.n
            assert part.low is not None
            assert part.high is not None
            assert part.low < part.per_row < part.high <= (part.adjusted_high or 0)
    for one in found.segments:
        bad = np.array(world.outcome)[region == one.value] == "bad"
        assert (one.n, one.events) == (len(bad), bad.sum())
        assert (one.rate, one.rate_low, one.rate_high) == (bad.mean(), *wilson(int(bad.sum()), len(bad)))


def test_a_segment_of_all_rows_has_the_range_of_all_rows(world: SimpleNamespace) -> None:
    found = judged(world, segment={"all": ["x"] * N})
    (one,) = found.segments
    assert found.money is not None
    for mine, against in zip(one.against, found.money.against, strict=True):
        assert (mine.low, mine.high) == pytest.approx((against.low, against.high), rel=1e-7)
        assert mine.adjusted_high is not None
        assert against.high is not None
        assert mine.adjusted_high > against.high  # two alternatives are asked


def turned(n: int, seed: int, share: float) -> tuple[Any, Any, dict[str, Any], Any]:
    """A score that tells the truth, except in a part of the rows, where it tells the opposite."""
    rng = np.random.default_rng(seed)
    bad = rng.random(n) < 0.25
    part = rng.random(n) < share
    score = 1 / (1 + np.exp(-rng.normal(np.where(bad ^ part, 1.5, -1.5), 1.0)))
    columns = {"Amount": np.full(n, 1000.0), "Time": np.full(n, 24.0)}
    return np.where(bad, "bad", "good"), score, columns, np.where(part, "east", "west")


def test_a_segment_that_loses_is_named_and_is_a_condition() -> None:
    outcome, score, columns, side = turned(3000, 3, 0.1)
    found = measure(outcome, score, money=MONEY, columns=columns, segment={"side": side})
    assert {one.value: one.loser for one in found.segments} == {"west": False, "east": True}
    assert found.verdict.word is Word.use_with_conditions
    (said,) = [one for one in found.verdict.conditions if one.code == "losing_segment"]
    assert "side = east" in said.text
    assert "2 segments were looked at: it loses for side east; see the report." in lines(found)
    plain = measure(outcome, score, money=MONEY, columns=columns)
    assert "losing_segment" not in [one.code for one in plain.verdict.conditions]


def test_the_segment_of_missing_values_and_the_rest_are_called_what_they_are() -> None:
    outcome, score, columns, side = turned(3000, 3, 0.1)
    rare = np.array([f"r{at % 25}" for at in range(3000)], dtype=object)
    missing = np.full(3000, None, dtype=object)
    told = {}
    for called, losing in (("missing", missing), ("other value", rare)):
        cells = np.where(side == "east", losing, "west").astype(object)
        found = measure(outcome, score, money=MONEY, columns=columns, segment={"side": cells})
        assert any(called in named(one) for one in found.segments)
        (told[called],) = [line for line in lines(found) if "segments were looked at" in line]
    assert "it loses for side missing;" in told["missing"]
    assert "(missing)" not in told["other value"] and "None" not in told["other value"]


def test_segments_by_lot_are_hardly_ever_losers() -> None:
    losers = 0
    for seed in range(40):
        outcome, score, columns, _ = turned(600, seed, 0.0)
        lot = np.random.default_rng(seed + 100).choice(list("abcdefgh"), 600)
        found = measure(outcome, score, money=MONEY, columns=columns, segment={"lot": lot})
        losers += any(one.loser for one in found.segments)
    assert losers <= 2


def test_missing_values_are_a_segment_and_rare_ones_are_joined_in_plain_sight(world: SimpleNamespace) -> None:
    values = [None if at % 10 == 0 else f"v{at % 40:02}" if at < 900 else f"rare {at}" for at in range(N)]
    found = judged(world, segment={"kind": values})
    *kept, rest, missing = found.segments
    assert len(kept) == 19
    assert all(one.joined == 0 and one.value is not None for one in kept)
    assert (rest.value, rest.joined) == (None, 107)  # 90 rare ones, and 17 of the 36 others
    assert (missing.value, missing.joined, missing.n) == (None, 0, 100)
    assert sum(one.n for one in found.segments) == N
    assert kept[0].value == "v01"  # of equal size the first in the order of texts
    small = [one for one in found.segments if min(one.events, one.n - one.events) < 10]
    assert small
    assert all(part.low is None and part.adjusted_high is None for one in small for part in one.against)


def test_an_identifier_is_no_segment() -> None:
    many = np.arange(1001)
    outcome = np.where(many % 4 == 0, "bad", "good")
    with pytest.raises(
        InputError, match="column `id` has 1,001 different values in 1,001 rows; expected at most 1,000"
    ):
        measure(outcome, many / 2000, segment={"id": many}, event="bad")


@pytest.mark.parametrize("kind", [list, np.array, pd.Series, lambda values: pd.Series(values).astype("category")])
def test_any_kind_of_column_is_the_same_segment(
    world: SimpleNamespace, region: np.ndarray[Any, Any], kind: Any
) -> None:
    values = [None if at == 7 else one for at, one in enumerate(region.tolist())]
    expected = judged(world, segment={"region": values}).segments
    given = np.array(values, dtype=object) if kind is np.array else kind(values)
    assert judged(world, segment={"region": given}).segments == expected
    frame = pd.DataFrame({**world.columns, "region": given})
    assert judged(world, columns=frame, segment=["region"]).segments == expected
    assert judged(world, columns=frame, segment="region").segments == expected


def test_segments_need_no_prices(world: SimpleNamespace, region: np.ndarray[Any, Any]) -> None:
    found = measure(world.outcome, world.score, event="bad", segment={"r": region}, protected={"r": region})
    assert [one.against for one in found.segments] == [(), (), ()]
    assert [one.favourable for one in found.protected] == [None, None, None]
    assert [one.n for one in found.protected] == [one.n for one in found.segments]


def test_what_cannot_be_a_segment_is_refused(world: SimpleNamespace) -> None:
    with pytest.raises(InputError, match="`segment` is ndarray; expected the name of a column"):
        judged(world, segment=np.array(["a"] * N))
    with pytest.raises(InputError, match="`segment` names the column `region`, which is not among the columns given"):
        judged(world, segment="region")
    with pytest.raises(InputError, match="`region` has 3 rows, the outcomes have 1,000"):
        judged(world, segment={"region": ["a", "b", "c"]})


def test_protected_groups_have_their_rates_and_their_ratio(world: SimpleNamespace) -> None:
    sex = np.where(np.random.default_rng(4).random(N) < 0.4, "f", "m")
    found = judged(world, protected={"sex": sex})
    assert found.money is not None
    (cut,) = found.money.cutoff.chosen
    bad, approved = np.array(world.outcome) == "bad", world.score < cut
    m, f = found.protected
    assert (m.value, m.reference, m.ratio) == ("m", True, None)
    assert (f.value, f.reference) == ("f", False)
    for group in (m, f):
        here = sex == group.value
        assert (group.n, group.events) == (here.sum(), (here & bad).sum())
        for share, which, among in (
            (group.favourable, approved, here),
            (group.good_refused, ~approved, here & ~bad),
            (group.bad_favoured, approved, here & bad),
        ):
            assert share is not None
            part, n = int((which & among).sum()), int(among.sum())
            assert (share.n, share.value, share.low, share.high) == (n, part / n, *wilson(part, n))
    counts = [int((approved & (sex == one)).sum()) for one in "fm"]
    limits = stats.contingency.relative_risk(counts[0], f.n, counts[1], m.n).confidence_interval(0.95)
    assert (f.ratio, f.ratio_low, f.ratio_high) == pytest.approx(
        (counts[0] / f.n / (counts[1] / m.n), limits.low, limits.high), rel=0.02
    )


def test_a_group_favoured_less_than_four_fifths_as_often_is_a_condition_of_the_law(world: SimpleNamespace) -> None:
    risky = np.argsort(np.argsort(world.score)) > 800
    sex = np.where(risky | (np.arange(1000) % 4 == 0), "f", "m")
    found = judged(world, protected={"sex": sex})
    (one,) = [one for one in found.verdict.conditions if one.code == "under_four_fifths"]
    f = next(group for group in found.protected if group.value == "f")
    assert f.ratio is not None
    assert f"`sex` `f` gets `approve` in {f.favourable.value:.0%}".replace("%", " %") in one.text  # type: ignore[union-attr]
    assert f"cases, {round(f.ratio, 2):g} times as often ({round(f.ratio_low or 0, 2):g} to " in one.text
    assert one.who == "legal or compliance officer"
    assert f"Condition: {one.text} (legal or compliance officer can lift it)" in lines(found)


def test_it_is_asked_either_way_round_and_never_where_chance_explains_it(world: SimpleNamespace) -> None:
    risky = np.argsort(np.argsort(world.score)) > 800
    sex = np.where(risky, "m", np.where(np.arange(1000) % 3 == 0, "f", "m"))  # m has the most rows and is refused more
    found = judged(world, protected={"sex": sex})
    (one,) = [one for one in found.verdict.conditions if one.code == "under_four_fifths"]
    assert "`sex` `m` gets `approve` in " in one.text
    few = np.where(np.isin(np.argsort(np.argsort(world.score)), [10, 990, 995]), "f", "m")
    assert "under_four_fifths" not in [one.code for one in judged(world, protected={"sex": few}).verdict.conditions]


def test_of_many_groups_three_are_named() -> None:
    def group(value: str, approved: float, ratio: float | None) -> ProtectedGroup:
        share = Share(n=100, value=approved, low=approved, high=approved)
        return ProtectedGroup(
            column="origin", value=value, n=100, events=10, favourable=share, reference=ratio is None, ratio=ratio,
            ratio_low=ratio, ratio_high=ratio, good_refused=None, bad_favoured=None,
        )  # fmt: skip

    groups = [group("a", 0.8, None), *(group(name, 0.4, 0.5) for name in "bcdef"), group("g", 0.7, 0.875)]
    assert under_four_fifths(groups, "approve").count(" times as often") == 3
    assert "; and 2 more: under four fifths." in under_four_fifths(groups, "approve")
    assert under_four_fifths([groups[0], groups[-1]], "approve") == ""


def test_protected_groups_choose_nothing(world: SimpleNamespace) -> None:
    sex = np.where(np.arange(N) % 3 == 0, "f", "m")
    assert msgspec.structs.replace(judged(world, protected={"sex": sex}), protected=()) == judged(world)


def test_the_swap_set_says_who_changes_and_adds_up_to_the_gain_against_today(world: SimpleNamespace) -> None:
    today = np.where(np.random.default_rng(6).random(N) < 0.6, "approve", "reject")
    found = judged(world, today=today)
    assert found.money is not None
    assert found.money.swap is not None
    (cut,) = found.money.cutoff.chosen
    bad, now, then = np.array(world.outcome) == "bad", world.score < cut, today == "approve"
    paid = payoffs(MONEY, world.columns, bad)
    sets = [now & ~then, ~now & then, now & then, ~now & ~then]
    earned = np.where(now, paid["approve"], paid["reject"])
    before = np.where(then, paid["approve"], paid["reject"])
    for part, here in zip(found.money.swap.parts, sets, strict=True):
        assert (part.n, part.events) == (here.sum(), (here & bad).sum())
        assert part.rate is not None
        assert part.rate.value == (here & bad).sum() / here.sum()
        assert part.money == pytest.approx(earned[here].sum())
    new, gone, *same = found.money.swap.parts
    (against,) = [one for one in found.money.against if one.today]
    assert (new.change or 0) + (gone.change or 0) == pytest.approx(against.per_row * N)
    luck = (earned - before).sum() - against.per_row * N
    for part, here in zip((new, gone), sets[:2], strict=True):
        expected = (earned - before)[here].sum() - luck * part.n / (new.n + gone.n)
        assert part.change == pytest.approx(expected)
        assert part.change_low is not None
        assert part.change_high is not None
        assert part.change_low < expected < part.change_high
    assert [part.change for part in same] == [0, 0]
    assert f"{new.n} applications would newly get “approve”" in found.money.swap.text


def test_today_may_be_the_same_for_everybody(world: SimpleNamespace) -> None:
    money = msgspec.structs.replace(MONEY, today=Today(action="approve"))
    found = judged(world, money=money).money
    assert found is not None
    assert found.swap is not None
    assert [part.n for part in found.swap.parts] == [0, found.cutoff.above, found.cutoff.below, 0]
    assert found.swap.parts[1].change == pytest.approx(found.against[0].per_row * N)
    assert judged(world).money.swap is None  # type: ignore[union-attr]  # there are prices


def test_what_was_never_approved_cannot_be_seen(world: SimpleNamespace) -> None:
    money = msgspec.structs.replace(MONEY, today=Today(action="approve"), labelled="only approved")
    found = judged(world, money=money).money
    assert found is not None
    assert found.swap is not None
    new, gone, *_ = found.swap.parts
    assert not new.observable
    assert (new.rate, new.money, new.change) == (None, None, None)
    assert gone.observable
    assert found.swap.text.startswith("Newly “approve”: not observable")
    assert "a second filter behind today's process" in found.swap.text


def test_parts_read_back_as_they_were_written(world: SimpleNamespace, region: np.ndarray[Any, Any]) -> None:
    found = judged(world, segment={"r": region}, protected={"r": region}, today=(world.score > 0.6).astype(int))
    assert decode(encode(found), Evidence, name="evidence.json").segments == found.segments
    assert decode(encode(found), Evidence, name="evidence.json").protected == found.protected
    assert encode(decode(encode(found), Evidence, name="evidence.json")) == encode(found)


def test_the_command_line_takes_several_segments(
    tmp_path: Path, world: SimpleNamespace, region: np.ndarray[Any, Any], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame({"Status": world.outcome, "score": world.score, **world.columns, "region": region})
    frame["sex"] = ["f", None] * (N // 2)
    frame["done"] = np.where(world.score < 0.5, "approve", "reject")
    frame.to_csv("table.csv", index=False)
    (tmp_path / "money.toml").write_text(money_template())
    command = ["prove", "--table", "table.csv", "--score", "score", "--outcome", "Status", "--money", "money.toml"]
    options = ["--segment", "region", "--segment", "sex", "--protected", "sex", "--today", "done"]
    assert run([*command, *options, "--out", "proof"]) in (0, 1)
    found = read(tmp_path / "proof" / "evidence.json", Evidence)
    assert [(one.column, one.value) for one in found.segments] == [
        ("region", "north"), ("region", "south"), ("region", "west"), ("sex", "f"), ("sex", None),
    ]  # fmt: skip
    assert found.money is not None
    assert found.money.swap is not None
    expected = judged(world, columns=frame, segment=["region", "sex"], protected="sex", today=frame["done"])
    assert found.segments == expected.segments
    assert found.money.swap == expected.money.swap  # type: ignore[union-attr]  # there are prices
    capsys.readouterr()
    assert run([*command, "--segment", "regio", "--out", "other"]) == 2
    assert "`table.csv` has no column `regio` (did you mean `region`?)" in capsys.readouterr().err
