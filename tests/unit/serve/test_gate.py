"""Nothing is served that nobody signed: at the start, after a change, and while it runs."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.conformance import bundles
from tests.unit.serve.asking import NOON, Clock, answered

from golive.engine import journal
from golive.errors import ApprovalError, BundleError, GoliveError
from golive.serve.handlers import Request
from golive.serve.service import Service


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return bundles.bundle(tmp_path / "small.golive")


def opened(bundle: Path, **changes: object) -> Service:
    options: dict[str, object] = {"journal": bundle.parent / "journal.db", "roles": bundles.ROLES, "accept_typed": True}
    return Service(bundle, **{**options, **changes})  # type: ignore[arg-type]


def status(service: Service, path: str = "health/ready") -> int:
    return answered(service, Request("GET", path, {}, b"")).status


@pytest.mark.parametrize("name", ["contract.json", "graph.json", "arrays.bin", "golden/golden.json", "manifest.json"])
def test_a_changed_file_of_the_build_stops_the_start(bundle: Path, name: str) -> None:
    data = bytearray((bundle / name).read_bytes())
    data[len(data) // 2] ^= 1
    (bundle / name).write_bytes(data)
    with pytest.raises((BundleError, ApprovalError)):
        opened(bundle)


@pytest.mark.parametrize("name", ["policy.toml", "money.toml", "evidence/evidence.json"])
def test_a_changed_file_that_was_signed_stops_the_start(bundle: Path, name: str) -> None:
    with (bundle / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(ApprovalError, match=f"`{name}` was changed"):
        opened(bundle)


def test_a_rule_that_was_swapped_stops_the_start(bundle: Path) -> None:
    text = (bundle / "policy.toml").read_text(encoding="utf-8")
    (bundle / "policy.toml").write_text(text.replace("to = 0.3", "to = 0.4").replace("from = 0.3", "from = 0.4"))
    with pytest.raises(GoliveError):
        opened(bundle)


def test_without_signatures_it_does_not_start_and_leaves_no_journal(bundle: Path) -> None:
    (bundle / "signoff.jsonl").unlink()
    before = sorted(bundle.parent.rglob("*"))
    with pytest.raises(ApprovalError, match="signed by nobody"):
        opened(bundle)
    assert sorted(bundle.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"roles": ["risk", "legal"]}, "`legal` has not signed"),
        ({"accept_typed": False}, "typed names were not allowed"),
        ({"roles": []}, "no role was named"),
    ],
)
def test_who_must_sign_and_how_comes_from_the_serving_side(bundle: Path, changes: dict[str, object], said: str) -> None:
    with pytest.raises(ApprovalError, match=said):
        opened(bundle, **changes)


def test_a_bundle_without_a_policy_cannot_be_served_even_unapproved(tmp_path: Path) -> None:
    with pytest.raises(ApprovalError, match="has no policy"):
        opened(bundles.bundle(tmp_path / "bare.golive", policy=None), unapproved=True)


def test_unapproved_marks_every_answer_and_row(tmp_path: Path) -> None:
    bundle = bundles.bundle(tmp_path / "small.golive", signed=False)
    body = b'{"case_id": "1", "inputs": {}}'
    with closing(opened(bundle, unapproved=True)) as service:
        headers = {"content-type": "application/json"}
        answer = answered(service, Request("POST", "v1/decisions", headers, body)).document
    assert isinstance(answer, dict)
    assert answer["approved"] is False
    (row,) = journal.read(bundle.parent / "journal.db").decisions
    assert row.approved is False


def test_an_approval_that_expires_while_it_runs_stops_the_answers(tmp_path: Path) -> None:
    bundle = bundles.bundle(tmp_path / "small.golive", signed=False)
    bundles.sign(bundle, "risk", expires=date(2026, 3, 3))
    bundles.sign(bundle, "product")
    clock = Clock()
    with closing(opened(bundle, clock=clock)) as service:
        assert status(service) == 200
        clock.now = NOON + timedelta(days=1)
        assert status(service) == 200
        clock.now = NOON + timedelta(days=2)
        assert status(service) == 503
        assert status(service, "health/live") == 200


def test_a_withdrawal_stops_the_answers_and_a_new_word_lets_them_go_on(bundle: Path) -> None:
    with closing(opened(bundle)) as service:
        assert status(service) == 200
        bundles.sign(bundle, "risk", decision="withdraw")
        assert status(service) == 503
        assert status(service) == 503
        bundles.sign(bundle, "risk")
        assert status(service) == 200


def test_a_chain_that_lost_a_line_is_refused_also_after_a_restart(bundle: Path) -> None:
    old = bundle.parent / "old.jsonl"
    shutil.copy(bundle / "signoff.jsonl", old)
    bundles.sign(bundle, "risk")
    opened(bundle).close()
    shutil.copy(old, bundle / "signoff.jsonl")
    with pytest.raises(ApprovalError, match="lines were removed or rewritten"):
        opened(bundle)


def test_a_shorter_chain_is_refused_while_it_runs(bundle: Path) -> None:
    old = (bundle / "signoff.jsonl").read_bytes()
    with closing(opened(bundle)) as service:
        bundles.sign(bundle, "risk")
        assert status(service) == 200
        (bundle / "signoff.jsonl").write_bytes(old)
        assert status(service) == 503


def test_two_lines_that_follow_the_same_line_are_a_broken_chain(bundle: Path) -> None:
    path = bundle / "signoff.jsonl"
    before = path.read_bytes()
    bundles.sign(bundle, "risk", decision="withdraw")
    withdrawn = path.read_bytes()[len(before) :]
    path.write_bytes(before)
    bundles.sign(bundle, "risk")
    with closing(opened(bundle)) as service:
        assert status(service) == 200
        path.write_bytes(path.read_bytes() + withdrawn)
        assert status(service) == 503
    with pytest.raises(ApprovalError, match="does not follow the line before it"):
        opened(bundle)


def test_a_fork_of_the_chain_is_refused_also_after_a_restart(bundle: Path) -> None:
    """One copy of the bundle got a withdrawal, the other another word: whoever saw the one does not take the other."""
    path = bundle / "signoff.jsonl"
    before = path.read_bytes()
    bundles.sign(bundle, "product")
    with closing(opened(bundle)) as service:
        path.write_bytes(before)
        bundles.sign(bundle, "risk", expires=date(2030, 1, 1))
        assert status(service) == 503
    with pytest.raises(ApprovalError, match="lines were removed or rewritten"):
        opened(bundle)


def test_what_one_worker_saw_every_worker_knows(bundle: Path) -> None:
    old = (bundle / "signoff.jsonl").read_bytes()
    with closing(opened(bundle)) as one, closing(opened(bundle)) as other:
        bundles.sign(bundle, "risk")
        assert status(one) == 200  # the other has not looked yet
        (bundle / "signoff.jsonl").write_bytes(old)
        assert status(other) == 503
        assert status(one) == 503
