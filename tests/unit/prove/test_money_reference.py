from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from golive.maths.formula import parse as parse_formula
from golive.maths.linear import split
from golive.maths.money import payoffs
from golive.prove.template import money_template
from golive.records import money

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "money.md"


def test_the_reference_shows_the_file_that_init_money_writes() -> None:
    block, *_excerpts = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert block.strip() == money_template().strip()


@pytest.mark.parametrize("text", [money_template(), (files("golive.chain") / "data" / "money.toml").read_text()])
def test_the_files_that_are_shipped_work(text: str) -> None:
    found = payoffs(money.parse(text), {"Amount": [1000.0, 1000.0], "Time": [12.0, 24.0]}, [False, True])
    assert found["approve"][0] > 0 > found["approve"][1]
    assert found["reject"].max() <= 0


def test_every_frozen_price_of_the_reference_is_frozen() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| `(cap|fee|free)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == 3
    for text, name in rows:
        assert set(split(parse_formula(text), {"cap", "fee", "free", "margin"}).frozen) == {name}


def test_every_field_of_the_reader_is_in_the_reference() -> None:
    text = PAGE.read_text(encoding="utf-8")
    fields = ["currency", "minor_units", "row", "outcome.event", "outcome.mature_after_days", "actions.below"]
    fields += ["actions.above", "actions.favourable", "today.rule", "today.impossible", "volume.cases_per_month"]
    fields += [
        "running.cost_per_month",
        "population.labelled",
        *(f"assumptions.NAME.{key}" for key in ("value", "range")),
    ]
    assert [field for field in fields if f"`{field}`" not in text] == []
