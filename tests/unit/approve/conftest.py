"""A folder that looks like a bundle to the sign-off: files and bytes, no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.engine import signoff
from golive.engine.approval import FILE, NEEDED, read_chain, subjects
from golive.records.signoff import Shown, Signature, SignOff, Statement

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from golive.records.signoff import Word


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every file that must be signed, each with other bytes."""
    bundle = tmp_path / "churn.golive"
    for name in NEEDED:
        path = bundle / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"the bytes of {name}\n", encoding="utf-8")
    return bundle


@pytest.fixture
def say(folder: Path) -> Callable[..., None]:
    """Append a statement to the chain without any of the checks of `golive approve sign`."""

    def append(
        role: str,
        decision: Word = "approve",
        *,
        name: str = "A. Signer",
        expires: date | None = None,
        kind: str = "typed",
        conditions: tuple[str, ...] = (),
    ) -> None:
        word = SignOff(
            previous=read_chain(folder).head or signoff.FIRST,
            role=role,
            name=name,
            decision=decision,
            shown=(Shown(name="earned per 1,000 cases", text="29,400 EUR", value=29400.0),),
            conditions=conditions,
            signed_at="2026-03-01T09:00:00Z",
            expires=expires,
            signature=Signature(kind=kind),  # type: ignore[arg-type]  # the tests name both kinds as text
        )
        with (folder / FILE).open("ab") as file:
            file.write(signoff.line(Statement(subject=subjects(folder), predicate=word)))

    return append
