"""Files and folders that appear whole or not at all: after Ctrl-C, a full disk or a power cut nothing is half there."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from golive.engine.place import is_bundle, need_place
from golive.errors import OutputExistsError, WorldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Give an empty folder beside ``out``; it takes the place of ``out`` when the block ends well.

    What stood there leaves first and comes back when that fails. Whether it may be replaced is asked before.

    Raises
    ------
    InputError
        Nothing can be written there: see `golive.engine.place.need_place`.
    WorldError
        The disk would not take it.
    """
    need_place(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}-", suffix=".part", dir=out.parent))
    except OSError as exc:
        raise WorldError(f"cannot write beside `{out}`: {exc.strerror}") from exc
    try:
        new.chmod(0o755)  # mkdtemp makes it private
        yield new
        for folder, _, _ in os.walk(new):
            _flush(Path(folder))
        _take_place(new, out)
    except OSError as exc:
        raise WorldError(f"cannot write `{out}`: {exc.strerror}") from exc
    finally:
        shutil.rmtree(new, ignore_errors=True)


@contextmanager
def new_file(out: Path, *, force: bool) -> Iterator[Path]:
    """Give a path beside ``out`` to write to, in pieces; it takes the place of ``out`` when the block ends well.

    Raises
    ------
    InputError
        Nothing can be written there: see `golive.engine.place.need_place`.
    OutputExistsError
        It is there and ``force`` is off, or it is a folder.
    WorldError
        The disk would not take it, or the file that is there may not be written.
    """
    may_write(out, force=force)
    need_place(out)
    if out.exists() and not os.access(out, os.W_OK):
        raise WorldError(f"`{out}` may not be written", hint="it is read-only; name another file")
    new: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{out.name}-", suffix=".part", dir=out.parent)
        os.close(handle)
        new = Path(name)
        new.chmod(0o644)  # mkstemp makes it private
        yield new
        with new.open("rb") as written:
            os.fsync(written.fileno())
        new.replace(out)
        _flush(out.parent)
    except OSError as exc:
        raise WorldError(f"cannot write `{out}`: {exc.strerror or exc}") from exc
    finally:
        if new is not None:
            new.unlink(missing_ok=True)


def fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a new folder, each one flushed; names may hold ``/``."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            _write(stream.fileno(), data)


def put_files(wanted: Mapping[Path, Mapping[str, bytes]]) -> tuple[Path, ...]:
    """Write files into folders that may be there: all are written beside their folder first, then put in place.

    Parameters
    ----------
    wanted
        Folder -> name -> bytes. A file that has these bytes already is left alone.

    Returns
    -------
    tuple of Path
        All files, in the order given.

    Raises
    ------
    InputError
        Nothing can be written there: see `golive.engine.place.need_place`.
    WorldError
        The disk would not take them; all is as it was.
    """
    for folder, files in wanted.items():
        for name in files:
            need_place(folder / name)
    waiting: dict[Path, Path] = {}
    try:
        for folder, files in wanted.items():
            folder.parent.mkdir(parents=True, exist_ok=True)
            for name, data in files.items():
                path = folder / name
                if not path.is_file() or path.read_bytes() != data:
                    waiting[path] = _beside(folder, data)
        for path, whole in waiting.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            whole.replace(path)
    except OSError as exc:
        raise WorldError(f"cannot write `{exc.filename}`: {exc.strerror}") from exc
    finally:
        for whole in waiting.values():
            whole.unlink(missing_ok=True)
    return tuple(folder / name for folder, files in wanted.items() for name in files)


def put_new(path: Path, data: bytes, *, force: bool) -> None:
    """Write one file that is not there yet, for people to edit.

    Raises
    ------
    InputError
        Nothing can be written there.
    OutputExistsError
        It is there and ``force`` is off, or it is a folder.
    WorldError
        The disk would not take it.
    """
    may_write(path, force=force)
    put_files({path.parent: {path.name: data}})


def may_write(path: Path, *, force: bool) -> None:
    """Refuse to write a file over a folder, or over a file unless ``force`` is on."""
    if path.is_dir():
        raise OutputExistsError(f"`{path}` is a folder; expected the name of a file", hint=f"name {path / 'NAME'}")
    if path.exists() and not force:
        raise OutputExistsError(f"`{path}` is already there", hint="choose another name, or add --force")


def may_replace(path: Path, *, ours: Callable[[bytes], bool], force: bool) -> None:
    """Refuse as `may_write` does, but not an empty file (a pipeline's own) and none that is ``ours`` by its bytes."""
    need_place(path)
    there = path.exists() and not path.is_dir()
    may_write(path, force=force or (there and (not path.stat().st_size or ours(path.read_bytes()))))


def _beside(folder: Path, data: bytes) -> Path:
    # Not inside a bundle: with a file that it does not know it would be refused by whoever opens it meanwhile.
    beside = folder if folder.is_dir() and not is_bundle(folder) else folder.parent
    handle, name = tempfile.mkstemp(prefix=f".{folder.name}-", suffix=".part", dir=beside)
    whole = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            _write(stream.fileno(), data)
        whole.chmod(0o644)  # mkstemp makes it private
    except BaseException:
        whole.unlink()
        raise
    return whole


def _write(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
    os.fsync(handle)


def _take_place(new: Path, out: Path) -> None:
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
