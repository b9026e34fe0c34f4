"""`golive status` asks the files: each thing that is missing, wrong or signed is an item with its state."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.chain.conftest import edit, tree

from golive.chain.status.history import keep
from golive.chain.status.look import look
from golive.chain.status.project import find
from golive.cli import run
from golive.engine.approval import read_chain
from golive.engine.bundle import load
from golive.engine.journal import address
from golive.records.brief import FIELDS
from golive.records.history import Change
from golive.records.status import Before, Item, State, Status
from golive.serve import heads

TODAY = datetime.now(UTC).date()
BRIEF = """
[roles]
risk = "head of credit risk"
product = "head of lending"
[decision]
question = "Do we lend?"
concern_of = "product"
felt_in = "money lost"
[today]
rule = "everybody"
cases_per_month = 450
cost = "12 EUR each"
[acting]
who = "product"
tool = "case list"
[answers]
approve = "pays"
reject = "writes"
[sign]
roles = ["risk"]
"""


def seen() -> Status:
    return look(find(Path()), today=TODAY)


def items(status: Status) -> dict[str, Item]:
    return {item.id: item for item in status.items}


def states(status: Status) -> dict[str, str]:
    return {item.id: item.state.value for item in status.items}


@pytest.fixture
def briefed(world: Path) -> Path:
    """The signed bundle with a whole brief that asks for the one role that signed."""
    (world / "brief.toml").write_text(BRIEF, encoding="utf-8")
    return world


def test_without_anything_every_item_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", str(tmp_path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    listed = {item["id"]: item["state"] for item in found["items"]}
    assert {f"brief.{field}" for field in FIELDS} < set(listed)
    assert {stage["stage"] for stage in found["stages"]} == {item["stage"] for item in found["items"]}
    assert listed["pack.bundle"] == "open"
    assert listed["approve.rehearsal"] == listed["serve.decisions"] == "later"
    assert not {"done", "failed"} & set(listed.values())
    assert tree(tmp_path) == {}


def test_a_signed_bundle_waits_for_its_rehearsal_and_its_service(briefed: Path) -> None:
    found = states(seen())
    assert {ident for ident, state in found.items() if state in ("open", "failed", "later")} == {
        "approve.rehearsal",
        "serve.head",
        "serve.decisions",
    }
    assert found["approve.sign.risk"] == "done"


def test_each_condition_names_who_can_lift_it_and_is_settled_by_the_signature(briefed: Path) -> None:
    conditions = [item for item in seen().items if item.id.startswith("prove.condition.")]
    assert conditions and all(item.owner and item.state is State.done for item in conditions)
    edit(briefed / "brief.toml", 'roles = ["risk"]', 'roles = ["risk", "product"]')
    again = [item for item in seen().items if item.id.startswith("prove.condition.")]
    assert all(item.state is State.open and item.next.startswith("golive prove b.golive") for item in again)


def test_a_blank_and_an_open_question_are_items(briefed: Path) -> None:
    edit(briefed / "brief.toml", 'tool = "case list"', "")
    with (briefed / "brief.toml").open("a") as file:
        file.write('[[asked]]\nwhat = "columns"\nof = "risk"\nasked = 2026-01-05\n')
    found = items(seen())
    assert found["brief.acting.tool"].state is State.open
    whole = found["brief.file"]
    assert (whole.state, "questions are answered" in whole.text) == (State.open, True), "not done above its blanks"
    question = found["brief.asked.risk.columns"]
    assert (question.state, question.owner, question.since) == (State.open, "risk", date(2026, 1, 5))


def test_a_protected_group_without_figures_is_an_item(briefed: Path) -> None:
    edit(briefed / "brief.toml", 'felt_in = "money lost"', 'felt_in = "money lost"\nprotected = ["Age"]')
    found = items(seen())["prove.protected.Age"]
    assert found.state is State.open
    assert found.next.endswith("--protected Age")


def test_golive_toml_names_roles_too(briefed: Path) -> None:
    (briefed / "golive.toml").write_text('[approve]\naccept_typed = true\nroles = ["Risk", "law"]\n')
    found = states(seen())
    assert found["approve.sign.law"] == "open"
    assert found["approve.sign.risk"] == "done"


def test_a_typed_name_counts_only_where_golive_toml_takes_it(briefed: Path) -> None:
    assert "weak" in items(seen())["approve.sign.risk"].text
    (briefed / "golive.toml").write_text("")
    found = items(seen())["approve.sign.risk"]
    assert found.state is State.open
    assert "typed names were not allowed" in found.text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("graph.json", {"pack.bundle": "failed", "prove.evidence": "later", "approve.policy": "later"}),
        ("money.toml", {"prove.evidence": "failed", "approve.sign.risk": "open"}),
        (
            "evidence/evidence.json",
            {"prove.evidence": "failed", "prove.verdict": "later", "approve.sign.risk": "later"},
        ),
        ("policy.toml", {"approve.policy": "open", "approve.sign.risk": "later"}),
        ("signoff.jsonl", {"approve.chain": "failed", "approve.sign.risk": "open"}),
    ],
)
def test_a_byte_that_was_changed_is_found_in_its_stage(briefed: Path, name: str, expected: dict[str, str]) -> None:
    with (briefed / "b.golive" / name).open("ab") as file:
        file.write(b"\n#")
    found = states(seen())
    assert {ident: found[ident] for ident in expected} == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("evidence/evidence.json", {"prove.evidence": "open", "prove.verdict": "later"}),
        ("policy/graph.json", {"approve.policy": "open", "approve.rehearsal": "later"}),
        ("signoff.jsonl", {"approve.sign.risk": "open", "serve.head": "later"}),
    ],
)
def test_what_is_not_there_yet_is_open(briefed: Path, name: str, expected: dict[str, str]) -> None:
    (briefed / "b.golive" / name).unlink()
    found = states(seen())
    assert {ident: found[ident] for ident in expected} == expected


def test_a_policy_that_cannot_be_used_fails_by_itself(briefed: Path) -> None:
    edit(briefed / "b.golive" / "policy.toml", "[fallback]", "[falback]")
    found = items(seen())
    assert (found["pack.bundle"].state, found["approve.policy"].state) == (State.done, State.failed)
    assert "did you mean `fallback`" in found["approve.policy"].text


def test_a_rejection_of_a_role_that_was_not_asked_is_an_item(briefed: Path) -> None:
    assert run(["approve", "sign", "b.golive", "--role", "law", "--as", "L", "--reject", "--yes"]) == 0
    found = items(seen())["approve.sign.law"]
    assert found.state is State.failed
    assert "rejected it" in found.text


def test_outcomes_can_be_trusted_from_the_days_of_the_money_file_on(briefed: Path) -> None:
    found = seen().first_outcomes
    assert (found.mature_after_days, found.decided) == (720, False)
    assert found.day == TODAY + timedelta(days=720)


def test_without_the_days_in_the_money_file_no_day_is_invented(briefed: Path) -> None:
    edit(briefed / "b.golive" / "money.toml", "mature_after_days = 720", "")
    assert seen().first_outcomes.day is None
    (briefed / "b.golive" / "money.toml").write_text("[", encoding="utf-8")
    assert "money.toml cannot be used" in seen().first_outcomes.text


def test_the_service_has_to_see_the_newest_line_and_none_may_go(briefed: Path) -> None:
    at, bundle = address(Path("journal.db")), load(briefed / "b.golive").id
    assert items(seen())["serve.head"].state is State.open
    chain, before = read_chain(briefed / "b.golive"), (briefed / "b.golive" / "signoff.jsonl").read_bytes()
    heads.remember(at, bundle, chain)
    assert items(seen())["serve.head"].state is State.done
    assert run(["approve", "sign", "b.golive", "--role", "risk", "--as", "R", "--yes"]) == 0
    found = items(seen())["serve.head"]
    assert (found.state, found.text) == (State.open, "the service saw line 1 of the sign-off chain last; there are 2")
    heads.remember(at, bundle, read_chain(briefed / "b.golive"))
    (briefed / "b.golive" / "signoff.jsonl").write_bytes(before)
    assert items(seen())["serve.head"].state is State.failed


def test_golive_toml_says_where_the_journal_is(briefed: Path) -> None:
    at = address(briefed / "kept.db")
    heads.remember(at, load(briefed / "b.golive").id, read_chain(briefed / "b.golive"))
    (briefed / "golive.toml").write_text('[approve]\naccept_typed = true\n[serve]\njournal = "kept.db"\n')
    assert items(seen())["serve.head"].state is State.done


def test_a_journal_that_is_none_fails_its_own_items(briefed: Path) -> None:
    for content in ("no journal at all", ""):
        (briefed / "journal.db").write_text(content)
        found = states(seen())
        assert (found["serve.head"], found["serve.decisions"]) == ("failed", "failed")
        assert (briefed / "journal.db").read_text() == content  # who only looks makes no journal of it


def test_after_the_demo_one_question_is_left(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "demo-out", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [item["id"] for item in found["items"] if item["state"] not in ("done", "waiting")] == [
        "brief.asked.data.which inputs are known before the decision"
    ]
    assert found["first_outcomes"]["decided"]
    edit(workspace / "demo-out" / "brief.toml", 'of = "data"', 'of = "data"\nasked = 2026-01-05\nanswered = 2026-01-09')
    assert run(["status", "demo-out"]) == 0


def test_outcomes_are_asked_for_once_they_can_be_there(workspace: Path) -> None:
    project = find(Path("demo-out"))
    early, late = (look(project, today=TODAY + timedelta(days=days)) for days in (1, 721))
    assert items(early)["watch.outcomes"].state is State.waiting
    found = items(late)["watch.outcomes"]
    assert (found.state, found.next) == (
        State.done,
        "golive watch demo-out/credit.golive --journal demo-out/journal.db",
    )


def test_looking_twice_notes_nothing_new(briefed: Path) -> None:
    first = seen()
    before = tree(briefed)
    assert seen() == first
    assert tree(briefed) == before


def test_the_third_model_sees_what_the_two_beside_it_took(briefed: Path) -> None:
    for name, day in (("one", 6), ("two", 10)):
        lines = (
            Change(day=date(2026, 1, 1), item="brief", state=State.done),
            Change(day=date(2026, 1, day), item="pack", state=State.done),
        )
        keep(briefed.parent / name, lines)
        before = {stage.stage: stage.before for stage in seen().stages}
    assert before["pack"] == Before(models=2, shortest=5, longest=9)
    assert before["serve"] is None


def test_a_history_that_cannot_be_kept_is_a_note(briefed: Path) -> None:
    (briefed / ".golive").write_text("in the way")
    (note,) = seen().notes
    assert "the days were not noted" in note


def test_page_and_table_are_written_and_not_written_over(briefed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["status", "--html", "s.html", "--csv", "s.csv"]
    assert run(words) == 1
    shown = capsys.readouterr().out
    assert "signature of risk" in shown
    assert "golive approve rehearse b.golive" in shown
    assert "\x1b" not in shown
    with Path("s.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [line["id"] for line in lines] == [item.id for item in seen().items]
    assert run(words) == 2
    assert run([*words, "--force"]) == 1


def spoilt(world: Path, name: str) -> list[str]:
    if name == "a misspelt field":
        edit(world / "brief.toml", "felt_in", "feltin")
    elif name == "two bundles":
        shutil.copytree(world / "b.golive", world / "c.golive")
    elif name == "a broken history":
        (world / ".golive").mkdir()
        (world / ".golive" / "history.jsonl").write_text("{}\n")
    elif name == "a broken golive.toml":
        (world / "golive.toml").write_text("[approve]\nrole = 3\n")
    elif name == "no TOML":
        (world / "brief.toml").write_bytes(b"\xff")
    elif name == "a zip":
        shutil.make_archive(str(world / "b"), "zip", world / "b.golive")
    return {
        "no folder": ["nowhere"],
        "no such bundle": ["--bundle", "x.golive"],
        "no such journal": ["--journal", "x.db"],
        "no such brief": ["--brief", "x.toml"],
        "a zip": ["--bundle", "b.zip"],
        "a folder for a brief": ["--brief", "b.golive"],
        "a page inside the bundle": ["--html", "b.golive/s.html"],
    }.get(name, [])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a misspelt field", "unknown field `feltin` (did you mean `felt_in`?)"),
        ("two bundles", "holds several bundles: b.golive, c.golive"),
        ("a broken history", "line 1 of"),
        ("a broken golive.toml", "unknown field `role`"),
        ("no TOML", "is not UTF-8 text"),
        ("no folder", "there is no folder `nowhere`"),
        ("no such bundle", "the bundle `x.golive` is not there"),
        ("no such journal", "the journal `x.db` is not there"),
        ("a zip", "is a file; what people add to a bundle is looked at in its folder"),
        ("no such brief", "the brief `x.toml` is not there"),
        ("a folder for a brief", "`b.golive` is a folder; expected a brief"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(briefed: Path, refused: Any, name: str, said: str) -> None:
    refused(("status", *spoilt(briefed, name)), said)


def test_a_page_is_never_written_into_a_bundle(briefed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", *spoilt(briefed, "a page inside the bundle")]) == 2
    assert "lies inside the bundle" in capsys.readouterr().err
    assert not (briefed / "b.golive" / "s.html").exists()
