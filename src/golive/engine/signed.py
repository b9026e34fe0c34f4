"""The files that a signature speaks about, and what their bytes are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.records.document import digest
from golive.records.signoff import Sha256, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from golive.records.document import Digest

NEEDED = ("manifest.json", "policy.toml", "policy/graph.json", "money.toml", "evidence/evidence.json")
"""Without one of these there is nothing to approve."""
SIGNED = (*NEEDED, "policy/golden.json", "policy/rehearsal.json", "evidence/report.html")
"""Every file that a signature speaks about, in this order. The build's own files stand behind the manifest."""


def subjects(bundle: Path) -> tuple[Subject, ...]:
    """Return the files of a bundle that a signature speaks about, with the digests of their bytes as they are now."""
    present = ((name, bundle / name) for name in SIGNED)
    return tuple(_subject(name, path.read_bytes()) for name, path in present if path.is_file())


def about(files: Sequence[Subject]) -> Digest:
    """Return one digest for the files that a line speaks of, in whichever order it names them."""
    return digest("".join(sorted(f"{one.digest.sha256} {one.name}\n" for one in files)).encode())


def _subject(name: str, data: bytes) -> Subject:
    return Subject(name=name, digest=Sha256(sha256=digest(data).removeprefix("sha256:")))
