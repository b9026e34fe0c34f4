from __future__ import annotations

import errno
from pathlib import Path

import pytest

from golive.engine.whole import fill, new_folder, put_files
from golive.errors import WorldError


def inside(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    for data in (b"1", b"2"):
        with new_folder(out) as new:
            fill(new, {"a/b.txt": data})
    assert inside(tmp_path) == {"deep/out/a/b.txt": b"2"}


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_a_folder_that_was_interrupted_leaves_what_stood_there(tmp_path: Path, stop: type[BaseException]) -> None:
    put_files({tmp_path / "out": {"kept": b"old"}})
    with pytest.raises(stop), new_folder(tmp_path / "out") as new:
        fill(new, {"half": b"new"})
        raise stop
    assert inside(tmp_path) == {"out/kept": b"old"}


def test_files_are_put_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_files({tmp_path / "out": {"a": b"1", "b": b"1"}})
    flushed: list[int] = []

    def full(handle: int) -> None:
        flushed.append(handle)
        if len(flushed) == 2:
            raise OSError(errno.ENOSPC, "No space left on device", "b")

    monkeypatch.setattr("golive.engine.whole.os.fsync", full)
    with pytest.raises(WorldError, match="No space left"):
        put_files({tmp_path / "out": {"a": b"2", "b": b"2"}})
    assert inside(tmp_path) == {"out/a": b"1", "out/b": b"1"}


def test_a_file_that_is_the_same_already_is_left_alone(tmp_path: Path) -> None:
    put_files({tmp_path: {"a": b"1"}})
    before = (tmp_path / "a").stat().st_ino
    assert put_files({tmp_path: {"a": b"1"}}) == (tmp_path / "a",)
    assert (tmp_path / "a").stat().st_ino == before
