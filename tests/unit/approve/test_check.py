"""A policy is checked whole, and what is compiled is what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.approve.check import check
from golive.approve.sign import sign
from golive.approve.verify import verify
from golive.engine.bundle import load
from golive.errors import BundleError, DocumentError, InputError, OutputExistsError
from golive.records import document
from golive.records.golden_decisions import GoldenDecisions

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Loans


def replaced(loans: Loans, old: str, new: str) -> None:
    path = loans.bundle / "policy.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_problem_is_named_at_once_with_its_place(checked: Loans) -> None:
    replaced(checked, 'when = "Amount < 100', 'when = "Amont < 100')
    replaced(checked, 'action = "reject"', 'action = "regect"')
    replaced(checked, "to = 1\n", "to = 0.9\n")
    with pytest.raises(DocumentError) as caught:
        check(checked.bundle)
    problems = caught.value.problems
    assert len(problems) >= 2
    assert all(problem.startswith("policy.toml:") for problem in problems)
    assert any("Amont" in problem for problem in problems)
    assert any("regect" in problem for problem in problems)


def test_a_case_that_comes_out_otherwise_stops_it(checked: Loans) -> None:
    before = (checked.bundle / "policy" / "graph.json").read_bytes()
    replaced(checked, "score = 1\n", "score = 0.01\n")
    with pytest.raises(DocumentError, match="expected `reject`"):
        check(checked.bundle)
    assert (checked.bundle / "policy" / "graph.json").read_bytes() == before


def test_an_edited_policy_does_not_open_until_it_is_checked(checked: Loans) -> None:
    replaced(checked, "Amount > 4000", "Amount > 3000")
    with pytest.raises(BundleError, match="golive approve check"):
        load(checked.bundle)
    check(checked.bundle)
    assert load(checked.bundle).decide({"Income": 300, "Amount": 3500, "Records": "no"}).action == "review"


def test_the_bundle_id_stays_when_a_policy_is_compiled(loans: Loans, checked: Loans) -> None:
    before = load(checked.bundle).id
    replaced(checked, "Amount > 4000", "Amount > 3000")
    check(checked.bundle)
    assert load(checked.bundle).id == before


def test_checking_twice_writes_the_same_bytes(checked: Loans) -> None:
    names = ("policy.toml", "policy/graph.json", "policy/golden.json")
    before = [(checked.bundle / name).read_bytes() for name in names]
    check(checked.bundle)
    assert [(checked.bundle / name).read_bytes() for name in names] == before


def test_golden_decisions_are_what_the_bundle_decides(checked: Loans) -> None:
    golden = document.read(checked.bundle / "policy" / "golden.json", GoldenDecisions)
    opened = load(checked.bundle)
    assert golden.policy == opened.policy_digest
    assert golden.rows
    for row in golden.rows:
        decision = opened.decide(row.inputs)
        assert (decision.action, decision.score, decision.band) == (row.action, row.score, row.band)


def test_another_file_is_checked_under_its_own_name_and_then_put_in(checked: Loans, tmp_path: Path) -> None:
    other = tmp_path / "mine.toml"
    text = (checked.bundle / "policy.toml").read_text(encoding="utf-8")
    other.write_text(text.replace("Amount > 4000", "Amount > > 4000"), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"mine\.toml:\d+:\d+"):
        check(checked.bundle, policy=other)
    assert (checked.bundle / "policy.toml").read_text(encoding="utf-8") == text
    other.write_text(text.replace("Amount > 4000", "Amount > 3000"), encoding="utf-8")
    check(checked.bundle, policy=other)
    assert (checked.bundle / "policy.toml").read_bytes() == other.read_bytes()


def test_a_signed_policy_is_not_replaced_by_accident(checked: Loans, tmp_path: Path) -> None:
    sign(checked.bundle, role="risk", name="A. Signer")
    other = tmp_path / "mine.toml"
    text = (checked.bundle / "policy.toml").read_text(encoding="utf-8")
    other.write_text(text.replace("Amount > 4000", "Amount > 3000"), encoding="utf-8")
    with pytest.raises(OutputExistsError, match="signed with another policy"):
        check(checked.bundle, policy=other)
    check(checked.bundle, policy=other, force=True)
    from datetime import date

    (line,) = verify(checked.bundle, today=date(2026, 1, 1)).lines
    assert "`policy.toml` was changed" in line.why
    check(checked.bundle, policy=checked.bundle / "policy.toml")  # nobody's signature is undone any more


def test_no_policy_and_no_bundle_are_said_plainly(loans: Loans, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the policy .* is not there"):
        check(loans.bundle)
    with pytest.raises(BundleError, match="not a bundle folder"):
        check(tmp_path / "nothing")
    (loans.bundle / "policy.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DocumentError, match="UTF-8"):
        check(loans.bundle)


def test_nothing_is_left_beside_the_bundle(checked: Loans) -> None:
    assert [path.name for path in checked.bundle.parent.iterdir() if path.name.startswith(".")] == []
