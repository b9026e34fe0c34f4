"""The files of a bundle, read before anything in them is believed. A zip of one is in `golive.engine.zipped`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from golive.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANIFEST = "manifest.json"
BUILD_FILES = ("contract.json", "graph.json", "arrays.bin", "golden/golden.json", "parity.json")
"""Written by a build, listed in the manifest, never changed."""
LATER_FILES = (
    "money.toml",
    "policy.toml",
    "policy/graph.json",
    "policy/golden.json",
    "policy/rehearsal.json",
    "evidence/evidence.json",
    "evidence/report.html",
    "signoff.jsonl",
)
"""Added by people and later steps; not in the manifest."""
KNOWN = frozenset((MANIFEST, *BUILD_FILES, *LATER_FILES))


class Files(Protocol):
    """Named bytes."""

    names: frozenset[str]

    def read(self, name: str) -> bytes:
        """Return the bytes of one file."""


def open_files(path: Path) -> Files:
    """Open a folder or a zip.

    Raises
    ------
    BundleError
        Not there, not a bundle, or with a file that no bundle has.
    """
    if path.is_dir():
        return Folder(path)
    if not path.exists():
        raise BundleError(f"there is no bundle `{path}`", hint="golive pack MODEL --train FILE --out FOLDER makes one")
    from golive.engine.zipped import Zipped

    return Zipped(path)


class Folder:
    """A bundle as a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not (path / MANIFEST).is_file():  # first, so that no other folder is walked through
            raise no_bundle(path)
        found = [entry for entry in path.rglob("*") if entry.is_symlink() or not entry.is_dir()]
        links = [entry.name for entry in found if entry.is_symlink()]
        if links:
            raise BundleError(f"`{links[0]}` is a link", hint="a bundle holds its files itself; copy the file there")
        self.names = known(entry.relative_to(path).as_posix() for entry in found)

    def read(self, name: str) -> bytes:
        try:
            return (self._path / name).read_bytes()
        except OSError as exc:
            raise BundleError(f"`{name}` cannot be read: {exc.strerror}", hint="restore the bundle") from exc


def known(names: Iterable[str]) -> frozenset[str]:
    """Return the names; refuse one that no bundle has."""
    listed = frozenset(names)
    strangers = sorted(listed - KNOWN)
    if strangers:
        raise BundleError(
            f"`{strangers[0]}` is not a file of a bundle"
            + (f"; {len(strangers) - 1} more are not either" if strangers[1:] else ""),
            hint=f"take it out; a bundle has only: {', '.join(sorted(KNOWN))}",
        )
    return listed


def no_bundle(path: Path) -> BundleError:
    """Return the refusal of what has no manifest."""
    return BundleError(
        f"`{path}` is no bundle: `{MANIFEST}` is missing",
        hint="golive pack MODEL --train FILE --out FOLDER makes one; restore one that lost it",
    )
