"""The score against what is done today, case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from golive.errors import DocumentError, InputError
from golive.maths.intervals import Side, difference
from golive.maths.money import payoffs
from golive.maths.recompute import chosen, standing
from golive.maths.table_sums import TODAY
from golive.prove.asked import Asked
from golive.prove.measure import measure
from golive.prove.run import from_table
from golive.prove.template import money_template
from golive.records.document import encode
from golive.records.money import Money, parse

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace

    from golive.records.evidence import Against, Evidence


def with_rule(rule: str) -> Money:
    return parse(money_template().replace('# rule = "approve all"', f"rule = {rule}"))


def measured(world: SimpleNamespace, rule: str = '"Amount >= 1200"') -> Evidence:
    return measure(world.outcome, world.score, money=with_rule(rule), columns=world.columns)


def today_of(evidence: Evidence) -> Against:
    assert evidence.money is not None
    return evidence.money.against[TODAY]


def test_the_verdict_asks_about_the_rule_alone(world: SimpleNamespace) -> None:
    found = measured(world)
    assert found.money is not None
    assert [(one.name, one.decides, one.today) for one in found.money.against] == [
        ("approve all", False, False),
        ("reject all", False, False),
        ("today's rule", True, True),
    ]
    assert "against today's rule" in found.verdict.sentence
    assert {one.alternative for one in found.verdict.break_even} <= {"today's rule"}


def test_the_difference_is_that_of_the_rows_where_the_two_differ(world: SimpleNamespace) -> None:
    """Point, limits and changed decisions of a fixed cut-off, worked out again from the rows."""
    found, n = measured(world), len(world.score)
    money = payoffs(with_rule('"Amount >= 1200"'), world.columns, np.array(world.outcome) == "bad")
    prices = {one.name: one.value for one in found.assumptions}
    choice = chosen(found.table, prices)
    fixed = standing(found.table, prices, choice.edge).against[TODAY]
    rejected, before = world.score >= found.table.low[choice.edge], world.columns["Amount"] >= 1200
    taken, other = (np.where(one, money["reject"], money["approve"]) for one in (rejected, before))
    switched = np.where(before, money["approve"] - money["reject"], money["reject"] - money["approve"])
    assert fixed.point * n == pytest.approx((taken - other).sum(), abs=0.005)
    assert fixed.changed == (rejected != before).sum()
    assert fixed.total == pytest.approx(other.sum(), abs=0.005)
    sides = []
    for sign in (1, -1):
        won = np.maximum(sign * switched, 0)
        mine = won[rejected != before]
        sides.append(Side(float(mine.sum()), float((mine**2).sum()), float((won**2).sum() / won.sum())))
    assert (fixed.low, fixed.high) == pytest.approx(difference(sides[0], sides[1], n), rel=1e-8)


def unsaid(found: Evidence) -> bytes:
    """Return the bytes of evidence without the words of the rule."""
    assert found.money
    return encode(replace(found, money=replace(found.money, today_rule="")))


def test_every_way_to_say_it_gives_the_same_bytes(world: SimpleNamespace) -> None:
    before = world.columns["Amount"] >= 1200
    words = np.where(before, "reject", "approve")
    frame = pd.DataFrame({**world.columns, "decided": before.astype(int), "decision made": words, "yes": before})
    rules = ['"Amount >= 1200"', '"reject if Amount >= 1200"', '"approve if Amount < 1200"', '"decided"']
    rules += ['"`decision made`"', '"decision made"', '"yes"']
    found = {
        unsaid(measure(world.outcome, world.score, money=with_rule(rule), columns=frame, event="bad")) for rule in rules
    }
    plain = parse(money_template())
    found.add(unsaid(measure(world.outcome, world.score, money=plain, columns=frame, event="bad", today=words)))
    assert len(found) == 1


def test_a_rule_that_gives_everybody_the_same_is_that_constant(world: SimpleNamespace) -> None:
    money = measured(world, '"Amount >= 1e9"').money
    assert money is not None
    everybody, _, ruled = money.against
    assert (ruled.per_row, ruled.low, ruled.high, ruled.changed) == pytest.approx(
        (everybody.per_row, everybody.low, everybody.high, everybody.changed)
    )
    assert ruled.total == pytest.approx(everybody.total)


def test_the_same_policy_as_today_changes_nothing(world: SimpleNamespace) -> None:
    first = measure(world.outcome, world.score, money=parse(money_template()), columns=world.columns)
    assert first.money is not None
    (cut,) = first.money.cutoff.chosen
    again = measure(
        world.outcome, world.score, money=parse(money_template()), columns=world.columns, today=world.score >= cut
    )
    same = today_of(again)
    assert (same.per_row, same.low, same.high, same.changed) == (0.0, 0.0, 0.0, 0)
    assert again.verdict.word.value == "do not use"
    assert "the same as today's rule: only 0 decisions" in again.verdict.sentence


def test_the_order_of_the_rows_changes_no_byte(world: SimpleNamespace) -> None:
    order = np.random.default_rng(3).permutation(len(world.score))
    moved = {name: column[order] for name, column in world.columns.items()}
    again = measure(
        np.array(world.outcome)[order], world.score[order], money=with_rule('"Amount >= 1200"'), columns=moved
    )
    assert encode(again) == encode(measured(world))


def test_a_file_gives_the_column_as_it_stands(world: SimpleNamespace, tmp_path: Path) -> None:
    words = np.where(world.columns["Amount"] >= 1200, "reject", "approve")
    frame = pd.DataFrame({**world.columns, "Status": world.outcome, "score": world.score, "Decided": words})
    frame.to_csv(tmp_path / "rows.csv", index=False)
    for rule in ('"Decided"', '"Amount >= 1200"'):
        (tmp_path / "money.toml").write_text(
            money_template().replace('# rule = "approve all"', f"rule = {rule}"), encoding="utf-8"
        )
        asked = Asked(outcome="Status", event="bad", money=tmp_path / "money.toml")
        found = today_of(from_table(tmp_path / "rows.csv", "score", asked))
        assert found == today_of(measured(world))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            '"Amout >= 1200"',
            r"money.toml:50:9: today's rule needs the column `Amout`, which is not there \(did you mean `Amount`\?\)",
        ),
        ('"decided today"', "money.toml:50:8: today's rule needs the column `decided today`"),
        ('"Time"', r"column `Time` holds neither `approve`, `reject` nor 1 \(`reject`\), 0 \(`approve`\) in"),
    ],
)
def test_a_rule_that_these_rows_cannot_answer_is_refused(world: SimpleNamespace, rule: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        measured(world, rule)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('"accept all"', "money.toml:50:8: `rule` is 'accept all'; expected"),
        ('"Amount >= "', "money.toml:50:18: in `Amount >=`: found the end; expected a name"),
        ('"approve if Amount"', "money.toml:50:20: `Amount` stands alone"),
        ('"score >= 0.5"', "which is the new score"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_with_its_place(rule: str, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        with_rule(rule)
    assert any(said in problem for problem in caught.value.problems), caught.value.problems


def test_a_missing_decision_is_refused(world: SimpleNamespace, money: Money) -> None:
    words = np.where(world.columns["Amount"] >= 1200, "reject", "approve").astype(object)
    words[7] = None
    with pytest.raises(InputError, match=r"in 1 row: row 7 \(from 0\), the first is 'None'"):
        measure(world.outcome, world.score, money=money, columns=world.columns, today=words)


def test_today_said_twice_or_without_prices_is_refused(world: SimpleNamespace) -> None:
    with pytest.raises(InputError, match="given twice"):
        measure(
            world.outcome, world.score, money=with_rule('"approve all"'), columns=world.columns, today=world.score > 0.5
        )
    with pytest.raises(InputError, match="without a money file"):
        measure(world.outcome, world.score, event="bad", today=world.score > 0.5)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('"approve if Amount < 1200"', "approve if Amount < 1200"),
        ('"Amount >= 1200"', "reject if Amount >= 1200"),
        ('"decided"', "as in the column “decided”"),
        ('"approve all"', ""),
        ('"approve all"\nmeans = "nobody is turned away"', "nobody is turned away"),
    ],
)
def test_what_is_done_today_can_be_said_in_words(rule: str, said: str) -> None:
    assert with_rule(rule).today.said == said
