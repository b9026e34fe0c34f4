"""A bundle comes into being whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from golive.engine.files import BUILD_FILES, MANIFEST
from golive.errors import OutputExistsError, WorldError
from golive.records.document import digest, encode
from golive.records.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}-", suffix=".part", dir=out.parent))
    except OSError as exc:
        raise WorldError(f"cannot write beside `{out}`: {exc.strerror}") from exc
    try:
        _fill(new, files, name)
        _take_place(new, out)
    except OSError as exc:
        raise WorldError(f"cannot write `{out}`: {exc.strerror}") from exc
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return out


def _may_write(out: Path, *, force: bool) -> None:
    if not os.path.lexists(out):
        return
    if not force:
        raise OutputExistsError(f"`{out}` is already there", hint="choose another folder, or add --force to replace it")
    if out.is_symlink() or not out.is_dir() or (any(out.iterdir()) and not (out / MANIFEST).is_file()):
        raise OutputExistsError(f"`{out}` is not a bundle, so it is not replaced", hint="choose another folder")


def _fill(folder: Path, files: Mapping[str, bytes], name: str) -> None:
    folder.chmod(0o755)  # mkdtemp makes it private
    manifest = Manifest(name=name, files={file: digest(files[file]) for file in BUILD_FILES})
    for file, data in [*files.items(), (MANIFEST, encode(manifest))]:
        path = folder / file
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    for path in [*(path for path in folder.iterdir() if path.is_dir()), folder]:
        _flush(path)


def _take_place(new: Path, out: Path) -> None:
    """Rename the new folder to its place; the old one leaves first and comes back when that fails."""
    if not out.exists():
        new.rename(out)
    else:
        old = Path(tempfile.mkdtemp(prefix=f".{out.name}-", suffix=".old", dir=out.parent))
        try:
            out.rename(old)
            new.rename(out)
        except BaseException:
            if not out.exists():
                old.rename(out)
            raise
        finally:
            if out.exists():
                shutil.rmtree(old, ignore_errors=True)
    _flush(out.parent)


def _flush(folder: Path) -> None:
    """Flush the entries of a folder; where folders cannot be opened there is nothing to flush."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
