"""One changed byte anywhere in the chain is found, and the line and the byte are named."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.approve.locate import Changed, around, changed_byte
from golive.engine import signoff
from golive.records.document import Digest
from golive.records.signoff import Sha256, Shown, Signature, SignOff, Statement, Subject

if TYPE_CHECKING:
    from golive.engine.signoff import Chain


def statement(previous: Digest, role: str) -> Statement:
    return Statement(
        subject=(Subject(name="manifest.json", digest=Sha256(sha256="ab" * 32)),),
        predicate=SignOff(
            previous=previous,
            role=role,
            name="Zoë Öztürk",
            decision="approve",
            shown=(Shown(name="earned", text="12.40 €", value=12.4),),
            signed_at="2026-03-01T09:00:00Z",
            signature=Signature(kind="typed"),
        ),
    )


def chained(*roles: str) -> list[bytes]:
    made: list[bytes] = []
    for role in roles:
        previous = signoff.read(b"".join(made)).head or signoff.FIRST
        made.append(signoff.line(statement(previous, role)))
    return made


LINES = chained("risk", "product", "legal")
DATA = b"".join(LINES)


def place(position: int) -> tuple[int, int]:
    """The line (from 1) and the position in it of a byte of the whole file."""
    for number, line in enumerate(LINES, start=1):
        if position < len(line):
            return number, position
        position -= len(line)
    raise AssertionError


def broken(data: bytes) -> tuple[int, Chain]:
    chain = signoff.read(data)
    assert chain.broken is not None
    return chain.broken.line, chain


def test_an_untouched_chain_holds() -> None:
    chain = signoff.read(DATA)
    assert chain.broken is None
    assert [entry.statement.predicate.role for entry in chain.entries] == ["risk", "product", "legal"]


def test_a_statement_comes_back_from_its_line() -> None:
    assert signoff.read(LINES[0]).entries[0].statement == statement(signoff.FIRST, "risk")


def test_a_line_is_an_in_toto_statement() -> None:
    line = msgspec.json.decode(LINES[0])
    assert line["_type"] == "https://in-toto.io/Statement/v1"
    assert line["subject"] == [{"name": "manifest.json", "digest": {"sha256": "ab" * 32}}]
    assert line["predicateType"] == "urn:golive:signoff:2"
    assert line["predicate"]["decision"] == "approve"


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
@settings(max_examples=500, deadline=None)
def test_any_changed_byte_is_found_in_its_line(position: int, flip: int) -> None:
    data = bytearray(DATA)
    data[position] ^= flip
    number, chain = broken(bytes(data))
    assert number == place(position)[0]
    assert len(chain.entries) == number - 1


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
@settings(max_examples=12, deadline=None)
def test_any_changed_byte_is_located_with_what_it_was(position: int, flip: int) -> None:
    data = bytearray(DATA)
    data[position] ^= flip
    number, at = place(position)
    first, *after = signoff.lines(bytes(data))[number - 1 :]
    assert changed_byte(first, after[0] if after else b"") == Changed(at, DATA[position], data[position])


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_line_that_is_cut_anywhere_is_found(number: int) -> None:
    start = len(b"".join(LINES[:number]))
    for end in range(start + 1, start + len(LINES[number])):
        assert broken(DATA[:end])[0] == number + 1


def test_every_other_order_is_found() -> None:
    for order in permutations(range(3)):
        if order != (0, 1, 2):
            expected = next(at for at, number in enumerate(order) if at != number) + 1
            assert broken(b"".join(LINES[number] for number in order))[0] == expected


@pytest.mark.parametrize("number", [0, 1])
def test_a_line_removed_before_the_last_is_found(number: int) -> None:
    assert broken(b"".join(line for at, line in enumerate(LINES) if at != number))[0] == number + 1


def test_a_line_that_stands_twice_is_found() -> None:
    assert broken(LINES[0] + LINES[0])[0] == 2


def test_a_rewritten_line_with_its_own_digest_made_right_breaks_the_line_after_it() -> None:
    forged = signoff.line(msgspec.structs.replace(statement(signoff.FIRST, "risk"), subject=()))
    number, chain = broken(forged + LINES[1] + LINES[2])
    assert number == 2
    assert chain.broken is not None
    assert "does not follow" in chain.broken.problem


def test_a_field_nobody_knows_is_refused_even_with_a_right_digest() -> None:
    body = LINES[0][: -signoff.TAIL] + b',"also":1'
    assert broken(signoff.seal(body))[0] == 1


def test_an_empty_line_is_found() -> None:
    assert broken(DATA + b"\n")[0] == 4


def test_a_change_of_two_bytes_is_found_and_not_explained() -> None:
    data = bytearray(LINES[0])
    data[40] ^= 1
    data[90] ^= 1
    assert broken(bytes(data))[0] == 1
    assert changed_byte(bytes(data)) is None


def test_the_text_around_the_change_is_shown() -> None:
    data = LINES[0].replace(b'"12.40', b'"19.40')
    change = changed_byte(data)
    assert change is not None
    was, now = around(data, change)
    assert "12.40" in was
    assert "19.40" in now
