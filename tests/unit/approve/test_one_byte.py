"""One changed byte anywhere in a signed bundle is found, and the place is named."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from golive.approve.locate import changed_byte
from golive.approve.rehearse import rehearse
from golive.approve.sign import sign
from golive.approve.verify import verify
from golive.approve.written import keep
from golive.engine import signoff
from golive.engine.approval import FILE, approval
from golive.engine.files import BUILD_FILES
from golive.engine.signed import SIGNED
from golive.errors import ApprovalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .conftest import Loans

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@pytest.fixture
def signed(checked: Loans) -> Path:
    """Everything that a bundle may hold, signed twice."""
    keep(checked.bundle, rehearse(checked.bundle, checked.rows, outcome="Status"))
    (checked.bundle / "evidence" / "report.html").write_text("<!doctype html>\n", encoding="utf-8")
    for role in ("risk", "product"):
        sign(checked.bundle, role=role, name="A. Signer", conditions=["at most 500 a day"], now=NOW)
    return checked.bundle


def changes(path: Path, count: int) -> Iterator[None]:
    """Change one byte after the other, first and last among them, and put it back."""
    draw, data = random.Random(path.name), path.read_bytes()
    places = {0, len(data) - 1, *(draw.randrange(len(data)) for _ in range(count))}
    for place in sorted(places):
        value = draw.choice([byte for byte in range(256) if byte != data[place]])
        path.write_bytes(data[:place] + bytes([value]) + data[place + 1 :])
        yield
    path.write_bytes(data)


def test_the_bundle_holds_every_file_that_can_be_signed(signed: Path) -> None:
    there = {path.relative_to(signed).as_posix() for path in signed.rglob("*") if path.is_file()}
    assert there == {*SIGNED, *BUILD_FILES, FILE}


@pytest.mark.parametrize("name", sorted({*SIGNED, *BUILD_FILES}))
def test_a_changed_byte_in_a_file_is_found_and_the_file_is_named(signed: Path, name: str) -> None:
    assert all(line.holds for line in verify(signed, today=TODAY).lines)
    for _ in changes(signed / name, 60):
        found = verify(signed, today=TODAY)
        said = [*found.changed, *(line.why for line in found.lines)]
        assert any(f"`{name}`" in words for words in said), said
        if name not in BUILD_FILES:  # those are found by opening the bundle, which whoever serves does first
            with pytest.raises(ApprovalError):
                approval(signed, roles=["risk"], accept_typed=True, today=TODAY)
    assert all(line.holds for line in verify(signed, today=TODAY).lines)


def test_a_changed_byte_in_the_chain_is_found_in_its_line(signed: Path) -> None:
    path, data = signed / FILE, (signed / FILE).read_bytes()
    lengths = [len(line) for line in signoff.lines(data)]
    for _ in changes(path, 300):
        now = path.read_bytes()
        place = next(at for at, (was, byte) in enumerate(zip(data, now, strict=True)) if was != byte)
        chain = signoff.read(now)
        assert chain.broken is not None
        assert chain.broken.line == (1 if place < lengths[0] else 2)


def test_the_changed_byte_of_the_chain_is_the_one_that_is_named(folder: Path, say: Callable[..., None]) -> None:
    say("risk")
    path, data = folder / FILE, (folder / FILE).read_bytes()
    for _ in changes(path, 20):
        now = path.read_bytes()
        place = next(at for at, (was, byte) in enumerate(zip(data, now, strict=True)) if was != byte)
        first, *after = signoff.lines(now)
        found = changed_byte(first, after[0] if after else b"")
        assert found is not None
        assert (found.position, found.was, found.now) == (place, data[place], now[place])
