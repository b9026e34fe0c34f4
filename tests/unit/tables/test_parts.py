"""Parquet in parts: a folder or a pattern is read as one table."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from golive.errors import InputError
from golive.tables.files import digest_of, kind_of, parts
from golive.tables.read import read


def part(path: Path, query: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(f"copy ({query}) to '{path}' (format parquet)")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    part(tmp_path / "rows" / "part-1.parquet", "select 1 as a, 'x' as b")
    part(tmp_path / "rows" / "part-0.parquet", "select 'y' as b, 0.5::double as a")
    part(tmp_path / "rows" / "later" / "part-2.parquet", "select 2::bigint as a, null as b")
    (tmp_path / "rows" / "_SUCCESS").touch()
    part(tmp_path / "rows" / "_temporary" / "part-9.parquet", "select 9 as a, 'z' as b")
    part(tmp_path / "rows" / ".hidden.parquet", "select 9 as a, 'z' as b")
    return tmp_path / "rows"


def test_a_folder_is_all_its_parts_in_the_order_of_their_names(folder: Path) -> None:
    assert [path.name for path in parts(folder)] == ["part-2.parquet", "part-0.parquet", "part-1.parquet"]
    found = read(folder)
    assert list(found["a"]) == ["2", "0.5", "1"]  # a fraction in one part is not cut off by a whole number in another
    assert list(found["b"]) == [None, "y", "x"]


def test_a_pattern_is_the_files_that_fit(folder: Path) -> None:
    assert list(read(folder / "part-*.parquet")["a"]) == ["0.5", "1"]
    assert list(read(folder / "part-[1-9].parquet")["a"]) == ["1"]


@pytest.mark.parametrize("name", ["a[1]", "a*", "a?", "[a]", "**"])
def test_a_file_whose_name_looks_like_a_pattern_is_that_file(name: str, tmp_path: Path) -> None:
    part(tmp_path / "a1.parquet", "select 8 as a").rename(tmp_path / "kept")
    part(tmp_path / "made.parquet", "select 7 as a").rename(tmp_path / f"{name}.parquet")
    (tmp_path / "kept").rename(tmp_path / "a1.parquet")
    (tmp_path / "a1.csv").write_text("a\n8\n")
    (tmp_path / "a.csv").write_text("a\n8\n")
    (tmp_path / f"{name}.csv").write_text("a\n7\n")
    for kind in ("parquet", "csv"):
        assert list(read(tmp_path / f"{name}.{kind}")["a"]) == ["7"]


def test_parts_of_different_columns_are_refused(folder: Path) -> None:
    part(folder / "part-3.parquet", "select 1 as a, 'x' as c")
    with pytest.raises(InputError, match=r"`part-3\.parquet` has the column `c`, `part-0\.parquet` has not"):
        read(folder / "part-*.parquet")
    part(folder / "part-3.parquet", "select 1 as a")
    with pytest.raises(InputError, match=r"`part-0\.parquet` has the column `b`, `part-3\.parquet` has not"):
        read(folder / "part-*.parquet")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("empty", "is not a file, but a folder without parquet files"),
        ("none*.parquet", "no file fits the pattern"),
        ("*.csv", r"means 2 files, and `a\.csv` is not parquet"),
        ("b.parqet", r"nothing is there\nhint: did you mean .*b\.parquet\?"),
    ],
)
def test_what_means_no_rows_is_said(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.csv").write_text("a\n1\n")
    (tmp_path / "b.csv").write_text("a\n1\n")
    (tmp_path / "b.parquet").touch()
    with pytest.raises(InputError, match=said):
        read(tmp_path / name)


def test_one_file_is_asked_for_where_only_one_will_do(folder: Path) -> None:
    with pytest.raises(InputError, match="is not a file, but a folder"):
        kind_of(folder)


def test_the_digest_of_parts_is_that_of_their_sums(folder: Path) -> None:
    one = folder / "part-0.parquet"
    assert digest_of(one) == "sha256:" + hashlib.sha256(one.read_bytes()).hexdigest()
    names = ("later/part-2.parquet", "part-0.parquet", "part-1.parquet")
    lines = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    assert digest_of(folder) == "sha256:" + hashlib.sha256(lines.encode()).hexdigest()
