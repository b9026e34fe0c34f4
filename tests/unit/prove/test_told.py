"""Limits, the other objective, bands and prices that move are lines of their own: printed, shown to signers, kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.approve.shown import shown
from golive.cli.prove import lines
from golive.prove.measure import measure
from golive.prove.template import money_template
from golive.records.money import parse

if TYPE_CHECKING:
    from types import SimpleNamespace

    from golive.records.evidence import Evidence

REVIEW = """
[review]
capacity_per_day = 4
cost = { value = 12 }
bad_stopped = { value = 0.7, range = [0.5, 0.9] }
good_passed = { value = 0.9 }
"""


def found(world: SimpleNamespace, objective: str = 'maximise = "profit"', more: str = "") -> Evidence:
    text = money_template().replace('maximise = "profit"', objective)
    if more:
        text = text.replace('above = "reject"', 'middle = "review"\nabove = "reject"') + more
    return measure(world.outcome, world.score, money=parse(text), columns=world.columns)


def test_every_line_is_printed(world: SimpleNamespace) -> None:
    said = lines(found(world, 'subject_to = ["approval_rate >= 0.8"]', REVIEW))
    (limit,) = [line for line in said if line.startswith("Limit approval_rate >= 0.8: 0.8")]
    assert limit.endswith(".")
    (beside,) = [line for line in said if line.startswith("Revenue beside it, per 1,000 applications: against ")]
    assert "approve all -" in beside
    assert any(line.startswith("Three bands, cut at ") and "the middle may hold 21 %" in line for line in said)
    assert any(line.startswith("Assumed, not measured: people add ") for line in said)
    assert any(line.startswith("With all prices moved inside their ranges, per 1,000 applications") for line in said)


def test_a_signer_is_shown_what_is_assumed_as_assumed(world: SimpleNamespace) -> None:
    evidence = found(world, more=REVIEW)
    assert evidence.money is not None
    assert evidence.money.bands is not None
    lines_of = {one.name: one for one in shown(evidence, None)}
    added = lines_of["what people are assumed to add per 1,000 cases"]
    assert added.text.endswith("assumed and not measured")
    assert added.value == 1000 * evidence.money.bands.added.per_row
    assert lines_of["cases in the three bands"].value == evidence.money.bands.rows[1]
    assert lines_of["the cut-off earns in revenue per 1,000 cases"].value is not None


def test_revenue_is_never_called_what_the_cut_off_earns(world: SimpleNamespace) -> None:
    """Realised money is profit, so that what is held against it must be profit, too."""
    evidence = found(world, 'maximise = "revenue"\nsubject_to = ["bad_rate <= 0.1"]')
    money = evidence.money
    assert money is not None
    assert money.honest is not None
    assert money.profit is not None
    assert money.beside is not None
    assert "more revenue (range " in evidence.verdict.sentence
    names = [one.name for one in shown(evidence, None)]
    assert "the cut-off earns per 1,000 cases" not in names
    assert {"the cut-off earns in revenue per 1,000 cases", "the cut-off earns in profit per 1,000 cases"} <= set(names)
    assert money.profit.per_row == money.beside.per_row != money.honest.per_row
    assert money.profit_against == money.beside.against
    plain = found(world).money
    assert plain is not None
    assert plain.honest is not None
    assert plain.profit is not None
    assert plain.profit.per_row == plain.honest.per_row
    assert [one.per_row for one in plain.profit_against] == pytest.approx([one.per_row for one in plain.against])
