from __future__ import annotations

import gzip
import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pandas as pd
import pytest

from golive.errors import InputError, WorldError
from golive.tables.read import NULLS, Texts, read

if TYPE_CHECKING:
    from pathlib import Path


def plain(found: Texts) -> dict[str, list[str | None]]:
    return {name: list(column) for name, column in found.items()}


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_text_stays_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'id,Records,note\n007,yes,"a, ""b"""\n1e3,no,2024-01-01\n')
    assert plain(read(path)) == {
        "id": ["007", "1e3"],
        "Records": ["yes", "no"],
        "note": ['a, "b"', "2024-01-01"],
    }


def test_a_cell_is_missing_where_pandas_says_so(tmp_path: Path) -> None:
    spellings = [*NULLS, "Null", "none", "NAN", "-", " ", "?", "0"]
    lines = [f'{at},{spelling}\n{at},"{spelling}"' for at, spelling in enumerate(spellings)]
    path = written(tmp_path / "a.csv", "id,x\n" + "\n".join(lines) + "\n")
    expected = pd.read_csv(path, dtype=str)["x"].isna().tolist()
    assert [cell is None for cell in read(path)["x"]] == expected
    assert sum(expected) == 2 * len(NULLS)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("semicolon.csv", b"a;b\n1;2\n3;4\n"),
        ("tab.tsv", b"a\tb\n1\t2\n3\t4\n"),
        ("windows.csv", b"\xef\xbb\xbfa,b\r\n1,2\r\n3,4\r\n"),
        ("no_end.csv", b"a,b\n1,2\n3,4"),
        ("blank.csv", b"a,b\n1,2\n\n3,4\n\n"),
        ("packed.csv.gz", gzip.compress(b"a,b\n1,2\n3,4\n", mtime=0)),
    ],
)
def test_ordinary_files_are_read(name: str, data: bytes, tmp_path: Path) -> None:
    assert plain(read(written(tmp_path / name, data))) == {"a": ["1", "3"], "b": ["2", "4"]}


def test_an_index_column_without_a_name_gets_the_one_of_pandas(tmp_path: Path) -> None:
    assert list(read(written(tmp_path / "a.csv", ",a\n0,1\n"))) == ["Unnamed: 0", "a"]


@pytest.mark.parametrize("bad", ["3,4,5", "3", '3,"4'])
def test_a_broken_line_in_the_middle_is_named_with_its_number(bad: str, tmp_path: Path) -> None:
    lines = ["a,b"] + ["1,2"] * 5000 + [bad] + ["1,2"] * 5000
    with pytest.raises(InputError, match=r"big\.csv` line 5002 cannot be read"):
        read(written(tmp_path / "big.csv", "\n".join(lines) + "\n"))


def test_a_big_file_is_looked_through_before_its_rows_are_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("golive.tables.read.LOOKED_THROUGH", 1000)
    monkeypatch.setattr("golive.tables.read._texts", None)  # no row is made a Python object
    lines = ["a,b"] + ["1,2"] * 300_000
    lines[200_000] = "1,2,3"
    with pytest.raises(
        InputError, match=r"big\.csv` line 200001 cannot be read: Expected Number of Columns: 2 Found: 3"
    ):
        read(written(tmp_path / "big.csv", "\n".join(lines) + "\n"))
    lines[200_000] = "1,\xf6"
    with pytest.raises(InputError, match=r"big\.csv` line 200001 cannot be read: Invalid unicode"):
        read(written(tmp_path / "big.csv", ("\n".join(lines) + "\n").encode("latin1")))


def test_rows_that_do_not_fit_into_memory_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("golive.tables.read._texts", full)
    with pytest.raises(WorldError, match=r"`a\.csv` does not fit into memory\nhint: keep only the columns"):
        read(written(tmp_path / "a.csv", "a\n1\n"))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.csv", b"", "is empty"),
        ("twice.csv", b"a,b,a\n1,2,3\n", "has the column `a` twice"),
        ("latin.csv", b"a,gr\xf6\xdfe\n1,2\n", "is not UTF-8"),
        ("latin2.csv", b"a,b\n1,\xf6\n", "line 2 cannot be read"),
        ("broken.csv.gz", b"a,b\n1,2\n", "not a readable gzip"),
        ("cut.csv.gz", gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:25], "not a readable gzip"),
        ("excel.csv", "a,b\n1,2\n".encode("utf-16"), "is UTF-16"),
        ("zeros.csv", bytes(9), "is not text: it holds zero bytes"),
        ("endless.csv", b"x" * 200_000, "first line of `endless.csv` cannot be read"),
        ("broken.parquet", b"PAR1", "cannot be read"),
        ("book.ods", b"PK", "unknown kind"),
    ],
)
def test_files_that_cannot_be_read_say_why(name: str, data: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises((InputError, WorldError), match=said):
        read(written(tmp_path / name, data))


def test_names_with_quotes_are_only_names(tmp_path: Path) -> None:
    hostile = ["it's", 'a "b"', "x'); drop table y; --"]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in hostile)
    found = plain(read(written(tmp_path / "o'brien.csv", f"{header}\n1,2,3\n")))
    assert found == dict(zip(hostile, [["1"], ["2"], ["3"]], strict=True))
    duckdb.sql(f"""copy (select 1.5 as "a ""b'") to '{tmp_path / "a.parquet"}' (format parquet)""")
    assert plain(read(tmp_path / "a.parquet")) == {"a \"b'": ["1.5"]}


def test_a_missing_file_is_said() -> None:
    with pytest.raises(InputError, match="is not a file"):
        read("nowhere.csv")


def test_parquet_gives_the_same_texts_as_csv(tmp_path: Path) -> None:
    csv = written(tmp_path / "a.csv", "x,t,b,n\n0.1,yes,true,3\n,NULL,false,-4\n")
    query = (
        "select * from (values (0.1::double, 'yes', true, 3::bigint), ('nan'::double, null, false, -4)) t(x, t, b, n)"
    )
    duckdb.sql(f"copy ({query}) to '{tmp_path / 'a.parquet'}' (format parquet)")
    assert plain(read(tmp_path / "a.parquet")) == plain(read(csv))


def test_in_parquet_the_text_na_is_a_text(tmp_path: Path) -> None:
    duckdb.sql(f"copy (select 'NA' as t) to '{tmp_path / 'a.parquet'}' (format parquet)")
    assert plain(read(tmp_path / "a.parquet")) == {"t": ["NA"]}


def test_numbers_survive_parquet_to_the_last_digit(tmp_path: Path) -> None:
    values = np.random.default_rng(0).lognormal(0, 30, 500)
    pd.DataFrame({"x": values})
    duckdb.sql(
        f"copy (select unnest({values.tolist()!r}::double[]) as x) to '{tmp_path / 'a.parquet'}' (format parquet)"
    )
    assert [float(cell or "nan") for cell in read(tmp_path / "a.parquet")["x"]] == values.tolist()


def test_reading_never_loads_pandas(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a,b\n1,\n3,x\n")
    duckdb.sql(f"copy (select 1.5 as x, null as y) to '{tmp_path / 'a.parquet'}' (format parquet)")
    code = f"""
import sys
from golive.tables.read import read
read({str(path)!r}); read({str(tmp_path / "a.parquet")!r})
assert "duckdb" in sys.modules and "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


BAR = "print(connection.execute(\"select current_setting('enable_progress_bar')\").fetchall())"


def test_no_bar_is_drawn_on_stdout_in_a_shell(tmp_path: Path) -> None:
    """DuckDB draws one where no file is run, as in a shell, for whatever takes two seconds."""
    theirs = f"import duckdb; connection = duckdb.connect(); {BAR}"
    ours = f"""
from pathlib import Path
from golive.tables.read import connected
with connected(Path({str(tmp_path / "a.csv")!r})) as connection:
    {BAR}
"""
    told = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True) for code in (theirs, ours)]
    assert [one.stdout.strip() for one in told] == ["[(True,)]", "[(False,)]"]
