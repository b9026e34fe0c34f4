"""Signing: the numbers that were shown, the files that are there, and nothing that does not fit together."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

import msgspec
import pytest

from golive.approve.rehearse import rehearse
from golive.approve.sign import sign, to_sign
from golive.approve.verify import verify
from golive.approve.written import keep
from golive.engine.approval import FILE, approval
from golive.errors import ApprovalError, BundleError, DocumentError, GoliveError, InputError
from golive.records import document
from golive.records.evidence import Evidence, Word

if TYPE_CHECKING:
    from .conftest import Loans

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def test_two_signatures_approve_what_is_there(checked: Loans) -> None:
    keep(checked.bundle, rehearse(checked.bundle, checked.rows, outcome="Status"))
    sign(checked.bundle, role="risk", name="A. Signer", expires=date(2026, 12, 31), now=NOW)
    sign(checked.bundle, role="product", name="B. Owner", conditions=["at most 500 a day"], now=NOW)
    approved = approval(checked.bundle, roles=["risk", "product"], accept_typed=True, today=date(2026, 6, 1))
    assert [[c.text for c in one.conditions] for one in approved.approvers] == [[], ["at most 500 a day"]]
    assert approved.expires == date(2026, 12, 31)
    assert approved.approvers[0].signed_at == "2026-03-01T09:30:00Z"


def test_the_exact_numbers_that_were_shown_are_in_the_statement(checked: Loans) -> None:
    rehearsal = rehearse(checked.bundle, checked.rows, outcome="Status")
    keep(checked.bundle, rehearsal)
    numbers, _ = to_sign(checked.bundle)
    statement = sign(checked.bundle, role="risk", name="A. Signer", seen=numbers, now=NOW)
    assert statement.predicate.shown == numbers
    shown = {line.name: line for line in numbers}
    evidence = document.read(checked.bundle / "evidence" / "evidence.json", Evidence)
    assert evidence.money is not None and evidence.money.honest is not None
    assert shown["verdict"].text == evidence.verdict.sentence
    assert shown["the cut-off earns per 1,000 cases"].value == 1000 * evidence.money.honest.per_row
    assert shown["rehearsed: the policy earns per 1,000 cases"].value == rehearsal.per_thousand
    assert f"{rehearsal.per_thousand:,.0f} EUR" in shown["rehearsed: the policy earns per 1,000 cases"].text


def test_what_was_not_rehearsed_is_said_to_the_signer(checked: Loans) -> None:
    numbers, files = to_sign(checked.bundle)
    assert "not rehearsed" in {line.name: line.text for line in numbers}["rehearsal"]
    assert [one.name for one in files] == [
        "manifest.json",
        "policy.toml",
        "policy/graph.json",
        "money.toml",
        "evidence/evidence.json",
        "policy/golden.json",
    ]


def test_numbers_that_changed_after_they_were_shown_are_not_signed(checked: Loans) -> None:
    numbers, _ = to_sign(checked.bundle)
    keep(checked.bundle, rehearse(checked.bundle, checked.rows, outcome="Status"))
    with pytest.raises(ApprovalError, match="changed after they were shown"):
        sign(checked.bundle, role="risk", name="A. Signer", seen=numbers)
    assert not (checked.bundle / FILE).exists()


def test_withdrawing_takes_the_approval_back(checked: Loans) -> None:
    sign(checked.bundle, role="risk", name="A. Signer", now=NOW)
    sign(checked.bundle, role="risk", name="A. Signer", decision="withdraw", now=NOW)
    with pytest.raises(ApprovalError, match="withdrew"):
        approval(checked.bundle, roles=["risk"], accept_typed=True, today=NOW.date())


def test_a_bundle_without_evidence_or_policy_cannot_be_signed(loans: Loans) -> None:
    with pytest.raises(ApprovalError, match=r"`policy\.toml`, `policy/graph\.json` missing"):
        sign(loans.bundle, role="risk", name="A. Signer")


@pytest.mark.parametrize(
    ("name", "before", "error"),
    [
        ("arrays.bin", b"", BundleError),
        ("policy.toml", b"Amount > ", DocumentError),  # 4000 becomes 5000: a case in the file comes out otherwise
        ("money.toml", b"", ApprovalError),
    ],
)
def test_a_changed_file_is_not_signed(checked: Loans, name: str, before: bytes, error: type[GoliveError]) -> None:
    data = bytearray((checked.bundle / name).read_bytes())
    data[data.index(before) + len(before) if before else len(data) // 2] ^= 1
    (checked.bundle / name).write_bytes(data)
    with pytest.raises(error):
        sign(checked.bundle, role="risk", name="A. Signer")
    assert not (checked.bundle / FILE).exists()


def test_evidence_of_another_bundle_is_not_signed(checked: Loans) -> None:
    path = checked.bundle / "evidence" / "evidence.json"
    evidence = document.read(path, Evidence)
    other = msgspec.structs.replace(evidence.digests, bundle="sha256:" + "0" * 64)
    document.write(msgspec.structs.replace(evidence, digests=other), path)
    with pytest.raises(ApprovalError, match="the evidence speaks about another bundle"):
        sign(checked.bundle, role="risk", name="A. Signer")


@pytest.mark.parametrize("text", ["", "  ", "two\nlines", "\x1b[31mred", "a" * 501])
def test_names_roles_and_conditions_are_visible_text_on_one_line(checked: Loans, text: str) -> None:
    for fields in ({"role": text, "name": "A"}, {"role": "risk", "name": text}):
        with pytest.raises(InputError, match="visible characters"):
            sign(checked.bundle, **fields)  # type: ignore[arg-type]  # keywords
    with pytest.raises(InputError, match="condition 1"):
        sign(checked.bundle, role="risk", name="A", conditions=[text])


def test_a_day_that_has_passed_cannot_be_the_last(checked: Loans) -> None:
    with pytest.raises(InputError, match="has passed"):
        sign(checked.bundle, role="risk", name="A. Signer", expires=date(2026, 2, 28), now=NOW)


def test_names_keep_their_letters(checked: Loans) -> None:
    sign(checked.bundle, role="crédit", name="Zoë Öztürk-李", now=NOW)
    (line,) = verify(checked.bundle, today=NOW.date()).lines
    assert (line.role, line.name, line.holds) == ("crédit", "Zoë Öztürk-李", True)


def other_evidence(loans: Loans, **changes: object) -> Evidence:
    """Write evidence with something else in it; everything it speaks about stays the same."""
    path = loans.bundle / "evidence" / "evidence.json"
    found = msgspec.structs.replace(document.read(path, Evidence), **changes)
    document.write(found, path)
    return found


def test_a_rehearsal_beside_newer_evidence_is_not_signed(checked: Loans) -> None:
    """Its money was corrected by what the old evidence said."""
    keep(checked.bundle, rehearse(checked.bundle, checked.rows, outcome="Status"))
    other_evidence(checked, rows=599)
    with pytest.raises(ApprovalError, match="the rehearsal speaks about another evidence"):
        sign(checked.bundle, role="risk", name="A. Signer", now=NOW)
    keep(checked.bundle, rehearse(checked.bundle, checked.rows, outcome="Status"))
    sign(checked.bundle, role="risk", name="A. Signer", now=NOW)


@pytest.mark.parametrize("word", [Word.do_not_use, Word.not_enough_data])
def test_an_approval_against_the_verdict_says_it_in_its_own_word(checked: Loans, word: Word) -> None:
    verdict = document.read(checked.bundle / "evidence" / "evidence.json", Evidence).verdict
    other_evidence(checked, verdict=msgspec.structs.replace(verdict, word=word))
    for although in ("", "use", "Do not use!"):
        with pytest.raises(ApprovalError, match=f"the verdict of the evidence is `{word.value}`"):
            sign(checked.bundle, role="risk", name="A. Signer", although=although, now=NOW)
    statement = sign(checked.bundle, role="risk", name="A. Signer", although=word.value, now=NOW)
    assert statement.predicate.although == word.value
    (line,) = verify(checked.bundle, today=NOW.date()).lines
    assert (line.holds, line.although) == (True, word.value)
    (found,) = approval(checked.bundle, roles=["risk"], accept_typed=True, today=NOW.date()).approvers
    assert found.although == word.value


def test_a_verdict_that_is_not_there_cannot_be_set_aside(checked: Loans) -> None:
    with pytest.raises(ApprovalError, match="is not `do not use`"):
        sign(checked.bundle, role="risk", name="A. Signer", although="do not use", now=NOW)


@pytest.mark.parametrize("decision", ["reject", "withdraw"])
def test_only_an_approval_sets_a_verdict_aside(checked: Loans, decision: Literal["reject", "withdraw"]) -> None:
    with pytest.raises(ApprovalError, match=f"not `{decision}`"):
        sign(checked.bundle, role="risk", name="A. Signer", decision=decision, although="\x1b[31m", now=NOW)
    assert not (checked.bundle / FILE).exists()


@pytest.mark.parametrize("decision", ["reject", "withdraw"])
def test_a_word_against_a_bundle_needs_neither_a_good_verdict_nor_files_that_fit(
    checked: Loans, decision: Literal["reject", "withdraw"]
) -> None:
    keep(checked.bundle, rehearse(checked.bundle, checked.rows, outcome="Status"))
    verdict = document.read(checked.bundle / "evidence" / "evidence.json", Evidence).verdict
    other_evidence(checked, verdict=msgspec.structs.replace(verdict, word=Word.do_not_use))
    sign(checked.bundle, role="risk", name="A. Signer", decision=decision, now=NOW)
    (line,) = verify(checked.bundle, today=NOW.date()).lines
    assert (line.decision, line.holds) == (decision, True)
