"""The files of a bundle, read from a folder or from a zip of it, before anything in them is believed."""

from __future__ import annotations

import stat
import zipfile
import zlib
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
LARGEST_ZIP = 512 * 1024 * 1024
"""Bytes that the files of a zip may have together, unpacked."""


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
    return Zipped(path)


class Folder:
    """A bundle as a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not (path / MANIFEST).is_file():  # first, so that no other folder is walked through
            raise _no_bundle(path)
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


class Zipped:
    """A bundle as a zip, read-only. Its files may lie in one folder, as when a bundle folder was zipped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with zipfile.ZipFile(path) as archive:
                entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        except (zipfile.BadZipFile, OSError) as exc:
            raise BundleError(
                f"`{path.name}` is neither a bundle folder nor a zip of one: {exc}", hint="name the folder of a bundle"
            ) from exc
        _harmless(entries)
        self._prefix = _common_folder([entry.filename for entry in entries])
        self._sizes = {entry.filename.removeprefix(self._prefix): entry.file_size for entry in entries}
        if MANIFEST not in self._sizes:
            raise _no_bundle(path)
        self.names = known(self._sizes)

    def read(self, name: str) -> bytes:
        try:
            with zipfile.ZipFile(self._path) as archive, archive.open(self._prefix + name) as file:
                data = file.read(self._sizes[name] + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as exc:
            raise BundleError(f"`{name}` in `{self._path.name}` cannot be read: {exc}") from exc
        if len(data) != self._sizes[name]:
            raise BundleError(f"`{name}` in `{self._path.name}` is not as long as the zip says")
        return data


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


def _no_bundle(path: Path) -> BundleError:
    return BundleError(
        f"`{path}` is no bundle: `{MANIFEST}` is missing",
        hint="golive pack MODEL --train FILE --out FOLDER makes one; restore one that lost it",
    )


def _harmless(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    for entry in entries:
        name = entry.filename
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise BundleError(
                f"the zip has a path outside of it: `{name}`", hint="do not open it; ask where it came from"
            )
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise BundleError(f"`{name}` in the zip is a link")
        if entry.flag_bits & 1:
            raise BundleError(f"`{name}` in the zip is encrypted")
    if len(set(names)) != len(names):
        raise BundleError("a name occurs twice in the zip")
    if (size := sum(entry.file_size for entry in entries)) > LARGEST_ZIP:
        raise BundleError(f"unpacked the zip would have {size:,} bytes; expected at most {LARGEST_ZIP:,}")


def _common_folder(names: list[str]) -> str:
    tops = {name.partition("/")[0] for name in names}
    inside = all("/" in name for name in names) and len(tops) == 1
    return f"{tops.pop()}/" if inside else ""
