"""What the serving side asks before it answers anybody."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from golive.engine import signoff
from golive.engine.approval import FILE, approval
from golive.engine.signed import NEEDED, about, subjects
from golive.errors import ApprovalError
from golive.records.document import digest_file

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 3, 2)


def refusal(folder: Path, *roles: str, accept_typed: bool = True, today: date = TODAY) -> str:
    with pytest.raises(ApprovalError) as caught:
        approval(folder, roles=roles or ("risk",), accept_typed=accept_typed, today=today)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_two_roles_that_signed_these_bytes_approve(folder: Path, say: Callable[..., None]) -> None:
    say("risk", expires=date(2026, 12, 31), conditions=("at most 500 a day",))
    say("product", name="B. Owner", expires=date(2026, 6, 30))
    approved = approval(folder, roles=("Risk", "product"), accept_typed=True, today=TODAY)
    assert [(a.role, a.name, a.line, a.identity) for a in approved.approvers] == [
        ("Risk", "A. Signer", 1, "typed"),
        ("product", "B. Owner", 2, "typed"),
    ]
    assert [condition.text for condition in approved.approvers[0].conditions] == ["at most 500 a day"]
    assert approved.expires == date(2026, 6, 30)
    assert (approved.bundle, approved.policy) == (
        digest_file(folder / "manifest.json"),
        digest_file(folder / "policy.toml"),
    )


def test_no_signature_at_all_is_refused(folder: Path) -> None:
    assert "signed by nobody" in refusal(folder)


def test_no_required_role_is_refused_rather_than_satisfied(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    with pytest.raises(ApprovalError, match="no role was named"):
        approval(folder, roles=(), accept_typed=True, today=TODAY)


def test_every_missing_role_is_named_at_once(folder: Path, say: Callable[..., None]) -> None:
    say("sales")
    message = refusal(folder, "risk", "sales", "legal")
    assert "`risk` has not signed" in message
    assert "`legal` has not signed" in message
    assert "`sales`" not in message


def test_a_typed_name_needs_the_explicit_flag(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    assert "typed name" in refusal(folder, accept_typed=False)
    assert approval(folder, roles=["risk"], accept_typed=True, today=TODAY).lines == 1


def test_a_signature_that_cannot_be_checked_does_not_count(folder: Path, say: Callable[..., None]) -> None:
    say("risk", kind="ssh")
    assert "no allowed signers were named" in refusal(folder)


def test_an_approval_holds_on_its_last_day_and_not_after(folder: Path, say: Callable[..., None]) -> None:
    say("risk", expires=TODAY)
    assert approval(folder, roles=["risk"], accept_typed=True, today=TODAY).expires == TODAY
    assert "expired on 2026-03-02" in refusal(folder, today=date(2026, 3, 3))


def test_the_latest_word_of_a_role_counts(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    say("risk", "reject")
    assert "rejected it" in refusal(folder)
    say("risk")
    assert approval(folder, roles=["risk"], accept_typed=True, today=TODAY).approvers[0].line == 3
    say("RISK ", "withdraw")
    assert "withdrew" in refusal(folder)


def test_a_rejection_by_a_role_that_was_not_asked_is_not_passed_over(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    say("legal", "reject")
    assert "`legal` (A. Signer, line 2) rejected it" in refusal(folder)


@pytest.mark.parametrize("name", NEEDED)
def test_one_changed_byte_in_any_signed_file_is_named(folder: Path, say: Callable[..., None], name: str) -> None:
    say("risk")
    data = bytearray((folder / name).read_bytes())
    data[3] ^= 1
    (folder / name).write_bytes(data)
    message = refusal(folder)
    assert f"`{name}` was changed" in message
    assert message.count("was changed") == 1


@pytest.mark.parametrize("name", NEEDED)
def test_a_signed_file_that_is_gone_is_named(folder: Path, say: Callable[..., None], name: str) -> None:
    say("risk")
    (folder / name).unlink()
    assert f"`{name}` is gone" in refusal(folder)


def test_a_file_that_appeared_after_the_signature_was_never_signed(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    (folder / "policy" / "golden.json").write_text("[]", encoding="utf-8")
    assert "`policy/golden.json` was never signed" in refusal(folder)


def test_a_signature_that_leaves_a_needed_file_out_approves_nothing(folder: Path, say: Callable[..., None]) -> None:
    (folder / "money.toml").unlink()
    say("risk")
    assert "`money.toml` was never signed" in refusal(folder)


def test_bytes_that_were_signed_before_a_change_hold_again_when_they_are_back(
    folder: Path, say: Callable[..., None]
) -> None:
    say("risk")
    before = (folder / "policy.toml").read_bytes()
    (folder / "policy.toml").write_bytes(b"another rule")
    say("risk", "reject")
    assert "rejected it" in refusal(folder)
    (folder / "policy.toml").write_bytes(before)
    assert approval(folder, roles=["risk"], accept_typed=True, today=TODAY).approvers[0].line == 1


def test_a_remembered_line_must_still_be_in_the_chain(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    first = (folder / FILE).read_bytes()
    old, files = approval(folder, roles=["risk"], accept_typed=True, today=TODAY).head, about(subjects(folder))
    say("legal", "reject")
    say("legal")
    head = approval(folder, roles=["risk"], accept_typed=True, today=TODAY, spoken={old: files}).head
    (folder / FILE).write_bytes(first)
    assert approval(folder, roles=["risk"], accept_typed=True, today=TODAY).lines == 1
    with pytest.raises(ApprovalError, match="removed or rewritten"):
        approval(folder, roles=["risk"], accept_typed=True, today=TODAY, spoken={old: files, head: files})


@pytest.mark.parametrize("verdict", ["do not use", "not enough data"])
def test_an_approval_against_the_verdict_says_so_or_does_not_count(
    folder: Path, say: Callable[..., None], verdict: str
) -> None:
    (folder / "evidence" / "evidence.json").write_text(f'{{"verdict": {{"word": "{verdict}"}}}}', encoding="utf-8")
    say("risk")
    assert f"the verdict is `{verdict}`" in refusal(folder)
    say("risk", although="use")
    assert f"the verdict is `{verdict}`" in refusal(folder)
    say("risk", although=verdict)
    (found,) = approval(folder, roles=["risk"], accept_typed=True, today=TODAY).approvers
    assert found.although == verdict


def test_evidence_that_cannot_be_read_approves_nothing(folder: Path, say: Callable[..., None]) -> None:
    (folder / "evidence" / "evidence.json").write_text("no evidence", encoding="utf-8")
    say("risk")
    assert "the verdict is `unreadable`" in refusal(folder)


def test_conditions_of_a_role_that_was_not_asked_come_with_the_approval(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    say("legal", conditions=("at most 500 a day",), expires=TODAY)
    found = approval(folder, roles=["risk"], accept_typed=True, today=TODAY)
    assert [one.role for one in found.approvers] == ["risk", "legal"]
    assert found.expires is None


def test_a_chain_of_the_format_before_is_read_line_by_line() -> None:
    old = signoff.read((Path(__file__).parent / "old" / "signoff-1.jsonl").read_bytes())
    assert old.broken is None
    words = [entry.statement.predicate for entry in old.entries]
    assert [(word.role, word.decision) for word in words] == [
        ("risk", "approve"),
        ("product", "approve"),
        ("product", "approve"),
        ("risk", "withdraw"),
    ]
    assert [word.expires for word in words][2] == date(2099, 12, 31)
    (condition,) = words[2].conditions
    assert (condition.text, condition.term) == ("at most 500 a day", None)  # it was signed as text, and stays text


def test_a_chain_goes_on_in_the_format_of_today_after_lines_of_the_format_before(
    folder: Path, say: Callable[..., None]
) -> None:
    (folder / FILE).write_bytes((Path(__file__).parent / "old" / "signoff-1.jsonl").read_bytes())
    say("risk")
    assert approval(folder, roles=["risk"], accept_typed=True, today=TODAY).lines == 5


def test_the_hint_names_what_helps(folder: Path, say: Callable[..., None]) -> None:
    with pytest.raises(ApprovalError) as nobody:
        approval(folder, roles=[], today=date(2026, 3, 2))
    assert "--role risk" in str(nobody.value.hint)
    assert "golive.toml" in str(nobody.value.hint)
    say("risk")
    with pytest.raises(ApprovalError) as typed:
        approval(folder, roles=["risk"], today=date(2026, 3, 2))
    assert "--accept-typed" in str(typed.value.hint)
    say("risk", kind="ssh")
    with pytest.raises(ApprovalError) as unknown:
        approval(folder, roles=["risk"], today=date(2026, 3, 2))
    assert "--config golive.toml" in str(unknown.value.hint)
