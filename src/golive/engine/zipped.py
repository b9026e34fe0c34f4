"""A zip of a bundle, read-only: bounded in size, and nothing in it that leads outside."""

from __future__ import annotations

import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

from golive.engine.files import MANIFEST, known, no_bundle
from golive.errors import BundleError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_ZIP = 512 * 1024 * 1024
"""Bytes that the files of a zip may have together, unpacked."""


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
            raise no_bundle(path)
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
