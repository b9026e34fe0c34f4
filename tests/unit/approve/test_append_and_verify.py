"""A signature is added whole or not at all, and what the chain says is said line by line."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from golive.approve.append import append
from golive.approve.verify import verify
from golive.engine import signoff
from golive.engine.approval import FILE, read_chain
from golive.engine.signed import subjects
from golive.errors import ApprovalError
from golive.records import document
from golive.records.signoff import Signature, SignOff, Statement, Verified

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from golive.records.document import Digest

TODAY = date(2026, 3, 2)


def maker(folder: Path) -> Callable[[Digest], Statement]:
    def statement(previous: Digest) -> Statement:
        word = SignOff(
            previous=previous,
            role="risk",
            name="A. Signer",
            decision="approve",
            shown=(),
            signed_at="2026-03-01T09:00:00Z",
            signature=Signature(kind="typed"),
        )
        return Statement(subject=subjects(folder), predicate=word)

    return statement


def test_each_line_names_the_one_before(folder: Path) -> None:
    first = append(folder, maker(folder))
    second = append(folder, maker(folder))
    chain = read_chain(folder)
    assert chain.broken is None
    assert [entry.statement for entry in chain.entries] == [first, second]
    assert second.predicate.previous == chain.entries[0].digest


def test_signers_at_the_same_moment_wait_for_each_other(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: append(folder, maker(folder)), range(40)))
    chain = read_chain(folder)
    assert chain.broken is None
    assert len(chain.entries) == 40


def test_nothing_is_added_to_a_broken_chain(folder: Path) -> None:
    append(folder, maker(folder))
    broken = (folder / FILE).read_bytes().replace(b"A. Signer", b"B. Signer")
    (folder / FILE).write_bytes(broken)
    with pytest.raises(ApprovalError, match=r"line 1 .* nothing was added"):
        append(folder, maker(folder))
    assert (folder / FILE).read_bytes() == broken


def test_a_disk_that_fills_up_leaves_no_half_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(folder, maker(folder))
    before = (folder / FILE).read_bytes()
    write = os.write

    def full(file: int, data: bytes) -> int:
        write(file, data[:40])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left"):
        append(folder, maker(folder))
    assert (folder / FILE).read_bytes() == before


def test_a_statement_that_cannot_be_made_leaves_the_chain_as_it_was(folder: Path) -> None:
    append(folder, maker(folder))
    before = (folder / FILE).read_bytes()

    def fails(previous: Digest) -> Statement:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        append(folder, fails)
    assert (folder / FILE).read_bytes() == before


def test_which_statements_hold_and_why_others_do_not(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    (folder / "policy.toml").write_text("another rule", encoding="utf-8")
    say("risk", expires=date(2026, 3, 1))
    say("product")
    say("product")
    say("legal", "reject", conditions=("after the audit",))
    found = verify(folder, today=TODAY)
    assert found.broken is None
    assert [(line.role, line.holds) for line in found.lines] == [
        ("risk", False),
        ("risk", False),
        ("product", False),
        ("product", True),
        ("legal", True),
    ]
    assert found.lines[0].why == "signed other bytes: `policy.toml` was changed"
    assert "expired on 2026-03-01" in found.lines[1].why
    assert found.lines[2].why == "the same role spoke again in line 4"
    assert found.head == read_chain(folder).head
    assert document.decode(document.encode(found), Verified, name="verified.json") == found


def test_a_changed_name_is_shown_as_it_was_signed(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    say("product")
    path = folder / FILE
    path.write_bytes(path.read_bytes().replace(b"A. Signer", b"B. Signer", 1))
    found = verify(folder, today=TODAY)
    assert found.lines == ()
    assert found.broken is not None
    assert found.broken.line == 1
    assert "B. Signer" in found.broken.problem
    assert "A. Signer" in found.broken.problem


def test_a_line_before_the_break_is_still_told(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    say("product")
    path = folder / FILE
    path.write_bytes(path.read_bytes()[:-30])
    found = verify(folder, today=TODAY)
    assert [line.role for line in found.lines] == ["risk"]
    assert found.broken is not None
    assert found.broken.line == 2
    assert "cut short" in found.broken.problem


def test_no_chain_is_an_empty_log(folder: Path) -> None:
    found = verify(folder, today=TODAY)
    assert (found.lines, found.broken, found.head) == ((), None, None)


def test_a_statement_of_unknown_form_is_the_break(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    path = folder / FILE
    plain = msgspec.json.decode(path.read_bytes())
    del plain["digest"]
    plain["predicate"]["decision"] = "shrug"
    path.write_bytes(signoff.seal(msgspec.json.encode(plain)[:-1]))
    found = verify(folder, today=TODAY)
    assert found.broken is not None
    assert "not a statement" in found.broken.problem
