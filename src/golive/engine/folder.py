"""A bundle comes into being whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from golive.engine.files import BUILD_FILES, MANIFEST
from golive.engine.whole import fill, new_folder
from golive.errors import OutputExistsError
from golive.records.document import digest, encode
from golive.records.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_bundle(out: Path, files: Mapping[str, bytes], *, name: str, force: bool = False) -> Path:
    """Write the files of a build and their manifest as a new folder.

    They are written beside ``out`` under another name, flushed to disk, and only then renamed: whoever looks sees no
    bundle or a whole one, also after Ctrl-C or a power cut.

    Parameters
    ----------
    out
        The folder to make.
    files
        `BUILD_FILES`, each with its bytes.
    name
        What people call the bundle.
    force
        Replace a bundle that is there, with all that was added to it. Another kind of folder is never replaced.

    Returns
    -------
    Path
        ``out``.

    Raises
    ------
    OutputExistsError
        ``out`` is there, and ``force`` was not given or it is not a bundle.
    WorldError
        The disk would not take it.
    """
    _may_write(out, force=force)
    unfit = sorted(set(files) ^ set(BUILD_FILES))
    if unfit:
        raise ValueError(f"a bundle is made of {BUILD_FILES}; missing or unknown: {unfit}")
    manifest = Manifest(name=name, files={file: digest(files[file]) for file in BUILD_FILES})
    with new_folder(out) as new:
        fill(new, {**files, MANIFEST: encode(manifest)})
    return out


def _may_write(out: Path, *, force: bool) -> None:
    if not os.path.lexists(out):
        return
    if not force:
        raise OutputExistsError(f"`{out}` is already there", hint="choose another folder, or add --force to replace it")
    if out.is_symlink() or not out.is_dir() or (any(out.iterdir()) and not (out / MANIFEST).is_file()):
        raise OutputExistsError(f"`{out}` is not a bundle, so it is not replaced", hint="choose another folder")
