"""Nothing is written below a file, behind a link to nothing, or into a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.engine.files import KNOWN
from golive.engine.place import free, is_bundle, need_place
from golive.engine.whole import new_folder, put_files, put_new
from golive.errors import InputError, OutputExistsError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    for name in KNOWN:
        (tmp_path / "b.golive" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "b.golive" / name).write_text(name)
    return tmp_path / "b.golive"


def test_a_manifest_alone_makes_no_bundle(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    assert is_bundle(bundle) and not is_bundle(tmp_path)


@pytest.mark.parametrize("inside", ["report", "policy/new", "evidence", "a/b/c"])
def test_a_place_inside_a_bundle_is_refused_with_one_outside(bundle: Path, inside: str) -> None:
    with pytest.raises(InputError, match=r"lies inside the bundle `b\.golive`") as caught:
        need_place(bundle / inside)
    assert caught.value.hint.endswith(str(bundle.parent / inside.split("/")[-1]))


def test_a_link_into_a_bundle_is_no_way_in(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "door").symlink_to(bundle)
    with pytest.raises(InputError, match="lies inside the bundle"):
        need_place(tmp_path / "door" / "report")


@pytest.mark.parametrize("name", ["policy.toml", "money.toml", "evidence/report.html", "signoff.jsonl"])
def test_what_is_added_to_bundles_may_be_written_into_one(bundle: Path, name: str) -> None:
    need_place(bundle / name)


def test_a_file_in_the_path_is_named(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a\n")
    with pytest.raises(InputError, match=r"`rows\.csv` in it is a file; expected a folder"):
        need_place(tmp_path / "rows.csv" / "deep" / "out")


def test_a_link_to_nothing_is_named_with_its_target(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("nowhere")
    with pytest.raises(InputError, match="is a link to `nowhere`, which is not there"):
        need_place(tmp_path / "out")


def test_every_way_of_writing_asks(bundle: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError), new_folder(bundle / "new"):
        pass
    with pytest.raises(InputError):
        put_files({tmp_path / "fresh": {"a": b"1"}, bundle: {"stranger": b"2"}})
    with pytest.raises(InputError):
        put_new(bundle / "other.toml", b"", force=True)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_new_file_is_never_written_over_by_accident(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "money.toml"
    put_new(path, b"1", force=False)
    with pytest.raises(OutputExistsError, match="already there"):
        put_new(path, b"2", force=False)
    with pytest.raises(OutputExistsError, match="is a folder"):
        put_new(tmp_path / "deep", b"2", force=True)
    assert path.read_bytes() == b"1"
    put_new(path, b"2", force=True)
    assert path.read_bytes() == b"2"
    assert [entry.name for entry in path.parent.iterdir()] == ["money.toml"]


def test_a_new_file_takes_the_place_of_a_link_not_of_what_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("mine")
    (tmp_path / "link.toml").symlink_to("mine.toml")
    put_new(tmp_path / "link.toml", b"new", force=True)
    assert (tmp_path / "mine.toml").read_text() == "mine"


def test_a_free_place_is_the_name_or_the_first_number_after_it(tmp_path: Path) -> None:
    assert free("proof", tmp_path) == tmp_path / "proof"
    (tmp_path / "proof").mkdir()
    (tmp_path / "proof-2").symlink_to(tmp_path / "nothing")
    assert free("proof", tmp_path) == tmp_path / "proof-3"
