from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pandas as pd
import pytest

from golive.errors import DocumentError
from golive.maths.recompute import chosen, standing
from golive.prove.measure import measure
from golive.prove.result import Result
from golive.records.document import decode, encode
from golive.records.evidence import Evidence, Word
from golive.records.money import parse

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace

    from golive.records.money import Money


def test_without_prices_everything_but_money_is_there(world: SimpleNamespace) -> None:
    found = measure(world.outcome, world.score, event="bad")
    assert found.verdict.word is Word.no_prices
    assert not found.verdict.negative
    assert len(found.questions) == 3
    assert found.money is None
    assert found.curve is None
    assert found.rows == sum(bucket.n for bucket in found.lift) == sum(bucket.n for bucket in found.buckets) == 1000
    assert found.events == 250
    assert {found.event, found.other} == set(world.outcome)
    assert found.calibration is not None
    assert "nobody has said" in found.sentences[0].text
    assert found.classification.cutoff == 0.5
    assert found.decision_curve is not None
    assert found.decision_curve.benefit[0] == pytest.approx(0.25 - 0.75 * 0.001 / 0.999, abs=1e-3)


def test_with_prices_the_promise_stands_beside_what_is_honest(world: SimpleNamespace, money: Money) -> None:
    found = measure(world.outcome, world.score, money=money, columns=world.columns)
    assert found.money is not None
    assert found.money.honest is not None
    assert found.money.promised.total >= found.money.honest.total
    assert found.money.honest.low < found.money.honest.per_row < found.money.honest.high
    assert [one.name for one in found.money.against] == ["approve all", "reject all"]
    assert found.verdict.word is Word.use_with_conditions
    assert "random_part" in [one.code for one in found.verdict.conditions]
    assert found.questions == ()
    assert {one.assumption for one in found.verdict.break_even} == {"margin", "loss given default"}


def test_what_is_shown_is_what_the_table_says(world: SimpleNamespace, money: Money) -> None:
    found = measure(world.outcome, world.score, money=money, columns=world.columns)
    prices = {one.name: one.value for one in found.assumptions}
    choice = chosen(found.table, prices)
    again = standing(found.table, prices, choice.edge, choice)
    assert found.money is not None
    assert found.money.honest is not None
    assert again.total == found.money.honest.total
    for mine, theirs in zip(found.money.against, again.against, strict=True):
        assert (mine.per_row, mine.low, mine.high) == (theirs.point, theirs.low, theirs.high)
    cells = found.classification.cells
    assert sum(cell.n for cell in cells) == found.rows
    assert sum(cell.money or 0 for cell in cells) == pytest.approx(standing(found.table, prices, choice.edge).total)


def test_any_kind_of_column_means_the_same(world: SimpleNamespace, money: Money) -> None:
    frame = pd.DataFrame({**world.columns, "Status": world.outcome, "score": world.score, "City": "x"})
    columns = {**world.columns, "City": ["x"] * 1000}
    expected = measure(world.outcome, world.score, event="bad", money=money, columns=columns, name="Status")
    series = measure(frame["Status"], frame["score"], event="bad", money=money, columns=frame)
    assert encode(series) == encode(expected)
    category = measure(frame["Status"].astype("category"), frame["score"], event="bad", money=money, columns=frame)
    assert encode(category) == encode(expected)


@pytest.mark.parametrize(
    ("labels", "event"),
    [((0, 1), None), ((False, True), None), ((0.0, 1.0), None), (("0", "1"), "1"), (("true", "false"), "false")],
)
def test_labels_of_0_and_1_need_no_event(
    labels: tuple[object, object], event: str | None, world: SimpleNamespace
) -> None:
    outcome = np.array([labels[label == "bad"] for label in world.outcome])
    assert measure(outcome, world.score, event=event).events == 250


def test_a_scorecard_is_read_the_other_way_round(world: SimpleNamespace) -> None:
    points = 850 - 550 * world.score
    found = measure(world.outcome, points, event="bad", higher_is_better=True)
    same = measure(world.outcome, world.score, event="bad")
    assert found.score.direction == "higher score = more `bad`: no, a higher score means fewer"
    assert found.calibration is None
    assert found.decision_curve is None
    assert found.classification.brier is None
    assert found.classification.auc == pytest.approx(same.classification.auc)
    assert [bucket.events for bucket in found.lift] == [bucket.events for bucket in same.lift]
    assert found.sentences[0].text.startswith("If we reject below ")


def test_a_scorecard_earns_what_the_same_score_earns(world: SimpleNamespace, money: Money) -> None:
    turned = msgspec.structs.replace(
        money,
        actions=msgspec.structs.replace(money.actions, below="reject", above="approve", favourable="approve"),
    )
    points = 850 - 550 * world.score
    found = measure(world.outcome, points, money=turned, columns=world.columns, higher_is_better=True).money
    same = measure(world.outcome, world.score, money=money, columns=world.columns).money
    assert found is not None
    assert same is not None
    assert found.promised.total == pytest.approx(same.promised.total)
    assert {one.action: one.total for one in found.against} == pytest.approx(
        {one.action: one.total for one in same.against}
    )


def test_the_direction_is_doubted_aloud_when_the_score_points_the_other_way(world: SimpleNamespace) -> None:
    found = measure(world.outcome, 1 - world.score, event="bad")
    assert "direction" in [one.code for one in found.warnings]
    assert "direction" not in [one.code for one in measure(world.outcome, world.score, event="bad").warnings]


def test_the_money_file_is_found_by_its_path_and_its_bytes_are_named(
    world: SimpleNamespace, tmp_path: Path, money: Money
) -> None:
    from golive.prove.template import money_template
    from golive.records.document import digest_file

    path = tmp_path / "money.toml"
    path.write_text(money_template(), encoding="utf-8")
    found = measure(world.outcome, world.score, money=path, columns=world.columns)
    assert found.digests.money == digest_file(path)
    assert measure(world.outcome, world.score, money=str(path), columns=world.columns).money == found.money


def test_a_price_inside_min_is_shown_as_not_adjustable(world: SimpleNamespace) -> None:
    text = """
currency = "EUR"
[actions]
below = "approve"
above = "reject"
[assumptions]
cap = { value = 900 }
margin = { value = 0.2 }
[payoff.approve]
no_event = "margin * min(Amount, cap)"
event = "-min(Amount, cap)"
[payoff.reject]
no_event = 0
event = 0
"""
    found = measure(world.outcome, world.score, event="bad", money=parse(text), columns=world.columns)
    adjustable = {one.name: one.adjustable for one in found.assumptions}
    assert adjustable == {"cap": False, "margin": True}
    assert "min(Amount, cap)" in found.assumptions[0].why
    assert "owner_missing" in [one.code for one in found.verdict.conditions]


def test_evidence_reads_back_as_it_was_written(world: SimpleNamespace, money: Money) -> None:
    found = measure(world.outcome, world.score, money=money, columns=world.columns)
    data = encode(found)
    assert encode(decode(data, Evidence, name="evidence.json")) == data
    assert len(msgspec.json.encode(found)) < 400_000


def test_it_says_itself_in_one_glance(world: SimpleNamespace, money: Money) -> None:
    said = repr(measure(world.outcome, world.score, money=money, columns=world.columns))
    assert said.startswith("use with conditions: Use it. Per 1,000 applications, against ")
    assert "higher score = more `bad`: yes" in said


def test_a_notebook_shows_the_report(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ModuleType("golive.prove.report")
    page.notebook = lambda found: f"<p>{found.rows}"  # type: ignore[attr-defined]  # a stand-in for the page
    monkeypatch.setitem(sys.modules, "golive.prove.report", page)
    found = measure(world.outcome, world.score, event="bad")
    assert isinstance(found, Result)
    assert found._repr_html_() == "<p>1000"


def test_prices_without_the_amounts_say_how_to_pass_the_frame(world: SimpleNamespace, money: Money) -> None:
    with pytest.raises(DocumentError, match="columns=frame"):
        measure(world.outcome, world.score, money=money)
