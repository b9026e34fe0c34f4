"""An export folder is written whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.place import need_place
from golive.engine.whole import fill, new_folder
from golive.errors import OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MARK = ".golive-export"
"""Only a folder that holds this is ever replaced."""


def may_write(out: Path, *, force: bool) -> None:
    """Refuse a folder that is there, unless it is an export and ``force`` is on, or a place where nothing can be."""
    if out.exists():
        ours = (out / _MARK).is_file()
        if not (force and ours):
            hint = "--force replaces it" if ours else "it is no export of golive, so it is never replaced; name another"
            raise OutputExistsError(f"`{out}` is already there", hint=hint)
    need_place(out)


def write_folder(out: Path, files: Mapping[str, bytes], *, force: bool) -> list[Path]:
    """Write files into a new folder and return their paths, in the order given.

    Raises
    ------
    OutputExistsError
        The folder is there and ``force`` is false, or it was not written by an export.
    """
    may_write(out, force=force)
    with new_folder(out) as new:
        fill(new, {**files, _MARK: b"written by golive export\n"})
    return [out / name for name in files]
