"""What was tampered with is not opened, and what is written is written whole."""

from __future__ import annotations

import itertools
import os
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from golive.engine import folder as folders
from golive.engine import zipped as zips
from golive.engine.bundle import load
from golive.engine.files import BUILD_FILES, MANIFEST
from golive.engine.folder import write_bundle
from golive.errors import BundleError, OutputExistsError, WorldError
from golive.records.document import digest, digest_file, encode
from golive.records.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS = [{"Income": 100.0, "Records": "no"}]


def zipped(path: Path, files: Mapping[str, bytes], *, under: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(under + name, data)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_id_is_the_digest_of_the_manifest_and_what_people_add_does_not_change_it(folder: Path) -> None:
    before = load(folder)
    assert before.id == digest_file(folder / MANIFEST)
    (folder / "money.toml").write_text("x = 1")
    (folder / "evidence").mkdir()
    (folder / "evidence" / "report.html").write_text("<html>")
    assert load(folder).id == before.id


@pytest.mark.parametrize("name", [MANIFEST, *BUILD_FILES])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BundleError, match=f"`{name}` is missing"):
        load(folder)


@pytest.mark.parametrize("name", BUILD_FILES)
def test_a_truncated_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:-1])
    with pytest.raises(BundleError, match=f"`{name}` was changed"):
        load(folder)


@pytest.mark.parametrize("name", ["extra.json", "golden/more.json", "model.pkl", ".hidden", "policy/x"])
def test_an_unknown_file_is_refused_by_name(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"")
    with pytest.raises(BundleError, match=f"`{name}` is not a file of a bundle"):
        load(folder)


def test_a_folder_that_is_no_bundle_is_not_told_to_lose_its_files(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(BundleError, match=r"is no bundle: `manifest\.json` is missing") as caught:
        load(tmp_path)
    assert "take it out" not in caught.value.hint


def test_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes((folder / "parity.json").read_bytes())
    (folder / "parity.json").unlink()
    (folder / "parity.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BundleError, match="is a link"):
        load(folder)


def test_a_manifest_of_another_format_or_with_other_files_is_refused(folder: Path) -> None:
    manifest = folder / MANIFEST
    good = manifest.read_bytes()
    manifest.write_bytes(good.replace(b"bundle/1", b"bundle/9"))
    with pytest.raises(BundleError, match="bundle/1"):
        load(folder)
    manifest.write_bytes(encode(Manifest(name="x", files={"contract.json": digest(b"")})))
    with pytest.raises(BundleError, match="exactly the files of a build"):
        load(folder)


def test_a_graph_that_reads_what_the_contract_does_not_have_is_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    files["contract.json"] = files["contract.json"].replace(b'"Records"', b'"Record"')
    with pytest.raises(BundleError, match="reads `Records` as text; the contract says None"):
        load(write_bundle(tmp_path / "b", files, name="b"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'"op": "coalesce"', b'"op": "eval"', "no such operation"),
        (b'"value": 120.0', b'"value": "120"', "a finite number or null"),
        (b'"length": 2', b'"length": 9', "lies outside arrays.bin"),
        (b'"offset": 16', b'"offset": 15', "lies outside arrays.bin"),
        (b'"dtype": "<f8"', b'"dtype": "<O8"', "not described"),
        (b'"score": ', b'"score": 9', "not a node of the right kind"),
    ],
)
def test_a_graph_that_does_not_hold_together_is_refused(
    files: dict[str, bytes], tmp_path: Path, old: bytes, new: bytes, message: str
) -> None:
    assert old in files["graph.json"]
    files["graph.json"] = files["graph.json"].replace(old, new)
    with pytest.raises(BundleError, match=message):
        load(write_bundle(tmp_path / "b", files, name="b"))


@pytest.mark.parametrize("under", ["", "credit.golive/"])
def test_a_zip_of_a_bundle_is_the_same_bundle(folder: Path, tmp_path: Path, under: str) -> None:
    bundle = load(zipped(tmp_path / "b.zip", contents(folder), under=under))
    assert bundle.id == load(folder).id
    assert bundle.score(ROWS).tolist() == load(folder).score(ROWS).tolist()


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "..\\evil", "C:/evil", "b/../evil"])
def test_a_zip_with_a_path_outside_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "b.zip", {**contents(folder), name: b"x"})
    with pytest.raises(BundleError, match="path outside"):
        load(path)


def test_a_zip_with_an_unknown_file_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"`model\.pkl` is not a file of a bundle"):
        load(zipped(tmp_path / "b.zip", {**contents(folder), "model.pkl": b"x"}))


def test_a_zip_with_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    path = zipped(tmp_path / "b.zip", contents(folder))
    link = zipfile.ZipInfo("money.toml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(BundleError, match="is a link"):
        load(path)


def test_a_zip_that_would_unpack_to_too_much_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zips, "LARGEST_ZIP", 100_000)
    path = zipped(tmp_path / "b.zip", {**contents(folder), "money.toml": b"\0" * 200_000})
    assert path.stat().st_size < 20_000
    with pytest.raises(BundleError, match="expected at most 100,000"):
        load(path)


def test_a_zip_that_lies_about_its_sizes_is_refused(folder: Path, tmp_path: Path) -> None:
    path = zipped(tmp_path / "b.zip", contents(folder))
    data = bytearray(path.read_bytes())
    central = data.rfind(b"PK\x01\x02")
    data[central + 24 : central + 28] = (5).to_bytes(4, "little")  # the uncompressed size of the last file
    path.write_bytes(data)
    with pytest.raises(BundleError, match=r"cannot be read|not as long|was changed"):
        load(path)


def test_a_truncated_or_edited_zip_is_refused(folder: Path, tmp_path: Path) -> None:
    whole = zipped(tmp_path / "b.zip", contents(folder)).read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BundleError, match="neither a bundle folder nor a zip"):
        load(tmp_path / "half.zip")
    middle = bytearray(whole)
    middle[60] ^= 0xFF
    (tmp_path / "edited.zip").write_bytes(middle)
    with pytest.raises(BundleError):
        load(tmp_path / "edited.zip")


def test_what_is_not_there_or_not_a_bundle_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="there is no bundle"):
        load(tmp_path / "none")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(BundleError, match="`text` is neither"):
        load(tmp_path / "text")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BundleError, match=r"`manifest\.json` is missing"):
        load(str(tmp_path / "empty"))
    with zipfile.ZipFile(tmp_path / "nothing.zip", "w"):
        pass
    with pytest.raises(BundleError, match=r"`manifest\.json` is missing"):
        load(tmp_path / "nothing.zip")


def test_the_same_files_make_the_same_bundle(files: dict[str, bytes], tmp_path: Path) -> None:
    one, two = (write_bundle(tmp_path / name, files, name="credit") for name in ("one", "two"))
    assert contents(one) == contents(two)
    assert sorted(contents(one)) == sorted([MANIFEST, *BUILD_FILES])


def test_nothing_is_written_over_without_force(files: dict[str, bytes], folder: Path) -> None:
    (folder / "money.toml").write_text("mine")
    with pytest.raises(OutputExistsError, match="already there"):
        write_bundle(folder, files, name="credit")
    assert (folder / "money.toml").read_text() == "mine"


def test_force_replaces_a_bundle_whole(files: dict[str, bytes], folder: Path) -> None:
    (folder / "money.toml").write_text("old")
    write_bundle(folder, {**files, "parity.json": b"{}"}, name="credit", force=True)
    assert sorted(contents(folder)) == sorted([MANIFEST, *BUILD_FILES])
    assert (folder / "parity.json").read_bytes() == b"{}"
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_force_never_replaces_what_is_not_a_bundle(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letters.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "home")
    for name in ("home", "file", "link"):
        with pytest.raises(OutputExistsError, match="is not a bundle"):
            write_bundle(tmp_path / name, files, name="x", force=True)
    assert (tmp_path / "home" / "letters.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("owner", "function", "call", "force"),
    [
        (folders, "encode", 1, False),
        (os, "fsync", 1, False),
        (os, "fsync", 7, False),
        (Path, "rename", 1, False),
        (os, "fsync", 3, True),
        (Path, "rename", 1, True),
        (Path, "rename", 2, True),
    ],
)
def test_interrupted_half_way_what_was_there_before_is_there_and_nothing_else(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    owner: object, function: str, call: int, force: bool,
) -> None:  # fmt: skip
    out = tmp_path / "credit.golive"
    if force:
        write_bundle(out, {**files, "parity.json": b"{}"}, name="old")
    before = contents(tmp_path)
    real, calls = getattr(owner, function), itertools.count(1)

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == call:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, function, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_bundle(out, files, name="new", force=force)
    monkeypatch.undo()
    assert contents(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ([out.name] if force else [])


def test_a_disk_that_refuses_is_the_worlds_fault(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorldError, match="No space left"):
        write_bundle(tmp_path / "b", files, name="b")
    assert list(tmp_path.iterdir()) == []
