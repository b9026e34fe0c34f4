"""What became different between two policies, in sentences; how they are written is not told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from golive.approve.diff import diff
from golive.cli import run
from golive.records.document import Digest, digest
from golive.records.policy import parse

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "policy.md"
EXAMPLE: str = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]


def sentences(*changes: tuple[str, str], back: bool = False) -> list[str]:
    text = EXAMPLE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    one, two = (parse(text), parse(EXAMPLE)) if back else (parse(EXAMPLE), parse(text))
    return [change.text for change in diff(one, two, before=Digest("a"), after=Digest("b")).changes]


def test_another_way_of_writing_it_is_no_difference() -> None:
    again = re.sub(r" *#.*", "", EXAMPLE).replace("0.25", "0.250").replace("Amount > 4000", "Amount   >   4000")
    assert diff(parse(EXAMPLE), parse(again), before=Digest("a"), after=Digest("b")).changes == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('version = "1"', 'version = "2"', "The version is `2` instead of `1`."),
        ('"reject"]', '"reject", "ask"]', "The action ask is new."),
        ("to = 100_000", "to = 9_000", "Input Income: expected from 0 to 9000 instead of from 0 to 100000."),
        ('Records = { type = "text" }', "", "Input Records: nothing is expected of it any more."),
        ("Amount > 4000", "Amount > 5000", "Rule large-amount asks `Amount > 5000 or Amount > Price` instead of"),
        ('reason = "R02"', 'reason = "R09"', "Rule large-amount: the reason code is `R09` instead of `R02`."),
        ("Loan guideline, section 4.2", "Guideline", "Rule large-amount: the legal note is `Guideline` instead of"),
        ('action = "approve"\nmessage', 'action = "review"\nmessage', "Band low gives review instead of approve."),
        ('message = "Your application is approved."', "", "Band low: the text for the customer is gone: `Your"),
        ("most = 4 ", "most = 2 ", "An answer has at most 2 reasons instead of 4."),
        ("Your income is low for this amount.", "Low.", "Reason Income: the text is `Low.` instead of"),
        ("capacity_per_day = 120", "capacity_per_day = 90", "people look at 90 cases a day instead of 120."),
        ("daily_loss_cap = 2000", "daily_loss_cap = 50", "the control arm may lose 50 a day instead of 2000."),
        ("until = 2027-12-31", "", "the last day is nothing instead of 2027-12-31."),
        ("score = 0.25\n", "score = 0.3\n", "A case is new: Amount = 1000, Income = 120, Price = 1500, Records"),
    ],
)  # fmt: skip
def test_each_change_is_a_sentence(old: str, new: str, said: str) -> None:
    assert any(said in sentence for sentence in sentences((old, new)))


def test_a_moved_border_says_which_scores_change_hands() -> None:
    assert sentences(("to = 0.25", "to = 0.3"), ("from = 0.25", "from = 0.3")) == [
        "Band low ends at 0.3 instead of 0.25: scores from 0.25 to 0.3 change hands.",
        "Band middle begins at 0.3 instead of 0.25: scores from 0.25 to 0.3 change hands.",
    ]


def test_rules_that_came_went_and_moved_are_told() -> None:
    blocks = re.findall(r"\[\[rules\]\]\n(?:.+\n)+", EXAMPLE)
    assert sentences((blocks[1], "")) == ["Rule large-amount is gone: if Amount > 4000 or Amount > Price, then review."]
    assert sentences((blocks[1], ""), back=True) == [
        "Rule large-amount is new, after records-and-no-income: if Amount > 4000 or Amount > Price, then review."
    ]
    assert sentences((blocks[0], "\n"), (blocks[1], blocks[1] + "\n" + blocks[0])) == [
        "Rules are asked in another order: large-amount, records-and-no-income "
        "instead of records-and-no-income, large-amount."
    ]


def test_the_command_says_it_and_prints_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(EXAMPLE)
    new.write_text(EXAMPLE.replace('version = "1"', 'version = "2"'))
    assert run(["approve", "diff", str(old), str(new)]) == 0
    assert capsys.readouterr().err == "The version is `2` instead of `1`.\n"
    assert run(["approve", "diff", str(old), str(new), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["before"] == digest(old.read_bytes())
    assert found["changes"] == [{"what": "policy", "id": "", "text": "The version is `2` instead of `1`."}]
    assert run(["approve", "diff", str(old), str(old)]) == 0
    assert "both do and say the same" in capsys.readouterr().err
    assert run(["approve", "diff", str(old), str(tmp_path / "none.toml")]) == 2
    assert "is not there" in capsys.readouterr().err


def test_the_workbook_commands_write_the_file_only_when_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy, book = tmp_path / "policy.toml", tmp_path / "policy.xlsx"
    policy.write_text(EXAMPLE)
    assert run(["approve", "to-xlsx", str(policy), str(book)]) == 0
    assert run(["approve", "to-xlsx", str(policy), str(book)]) == 2
    capsys.readouterr()
    assert run(["approve", "from-xlsx", str(book), "--policy", str(policy)]) == 0
    assert "nothing was written" in capsys.readouterr().err
    other = tmp_path / "other.toml"
    other.write_text(EXAMPLE.replace('version = "1"', 'version = "7"'))
    assert run(["approve", "from-xlsx", str(book), "--policy", str(other)]) == 2
    assert "is already there" in capsys.readouterr().err
    assert run(["approve", "from-xlsx", str(book), "--policy", str(other), "--force"]) == 0
    assert "The version is `1` instead of `7`." in capsys.readouterr().err
    assert other.read_text() == EXAMPLE


def test_what_nobody_wrote_is_no_sentence() -> None:
    start = EXAMPLE.index("[review.overflow]")
    without = EXAMPLE[: EXAMPLE.index("[review]")]
    found = diff(parse(without), parse(EXAMPLE[:start]), before=Digest("a"), after=Digest("b"))
    said = [change.text for change in found.changes]
    assert "Routing: people look at 120 cases a day instead of nothing." in said
    assert not any("``" in text for text in said)
