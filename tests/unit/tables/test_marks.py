from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.tables.marks import factor, marks, plain
from golive.tables.read import read
from golive.tables.training import meet, remember


def frame(n: int = 400, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    found = pd.DataFrame(
        {
            "amount": rng.lognormal(7, 1, n),
            "age": rng.integers(18, 80, n),
            "city": rng.choice(["Köln", "Bonn", None], n),  # type: ignore[arg-type]
            "late": rng.random(n) < 0.3,
            "on": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D"),
        }
    )
    found.loc[rng.random(n) < 0.1, "amount"] = np.nan
    return found


def cells(found: pd.DataFrame) -> dict[str, np.ndarray[tuple[int], np.dtype[np.object_]]]:
    return {str(name): found[name].to_numpy() for name in found}


def test_a_frame_and_its_files_have_the_same_marks(tmp_path: Path) -> None:
    found = frame()
    found.to_csv(tmp_path / "rows.csv", index=False)
    expected = marks(cells(found), "k")
    assert len(np.unique(expected)) == 400
    assert marks(read(tmp_path / "rows.csv"), "k").tolist() == expected.tolist()
    assert marks(cells(found.convert_dtypes()), "k").tolist() == expected.tolist()
    assert marks(cells(found.astype(object)), "k").tolist() == expected.tolist()


def test_names_and_key_make_the_mark_and_order_of_columns_does_not() -> None:
    columns = {"a": np.array([1.0, 2.0]), "b": np.array(["x", "y"], dtype=object)}
    expected = marks(columns, "k").tolist()
    assert marks(dict(reversed(columns.items())), "k").tolist() == expected
    assert marks(columns, "another").tolist() != expected
    assert marks({"a": columns["b"], "b": columns["a"]}, "k").tolist() != expected


@given(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
)
def test_a_cell_has_the_form_of_its_text(cell: object) -> None:
    assert plain(cell) == plain("" if cell is None else repr(cell))


def test_what_differs_stays_different() -> None:
    found = [plain(cell) for cell in (None, 0, "zero", True, "a", "A", "2024-01-01", "2024-01-01 10:00:00", "")]
    assert len(set(found)) == len(found) - 1  # an empty cell is a missing one


def test_values_are_counted_once_in_their_form() -> None:
    codes, values = factor(np.array([1, "1.0", None, float("nan"), "x"], dtype=object))
    assert codes.tolist() == [0, 0, 1, 1, 2]
    assert values == ["1.0", None, "x"]


@pytest.mark.parametrize("shared", [0, 1, 37, 300])
def test_rows_of_the_training_are_found(shared: int) -> None:
    training, others = frame(1200, seed=1).dropna()[:900], frame(600, seed=2).dropna()[: 300 - shared]
    known = remember(cells(training), ["amount", "age", "city", "late"], outcome="", event="")
    met = meet(known, cells(pd.concat([others, training.iloc[:shared]])))
    assert (met.looked, met.found) == (300, shared)
    assert known.events is None


def test_of_a_million_marks_the_smallest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("golive.tables.training.MOST", 100)
    training = frame(1000, seed=3).dropna(subset="amount")
    known = remember(cells(training), ["amount", "age"], outcome="", event="")
    assert not known.whole
    met = meet(known, cells(training))
    assert met.looked == met.found == 100
    assert meet(known, cells(frame(1000, seed=4).dropna(subset="amount"))).found == 0


def test_twins_events_and_dates_are_kept() -> None:
    training = frame(500, seed=5)
    training["y"] = np.where(np.arange(500) < 50, "bad", "good")
    known = remember(cells(training), ["late", "city"], outcome="y", event="bad")
    assert known.twins == 500
    assert known.events == 50
    (span,) = known.dates
    assert (span.column, span.first, span.last) == ("on", f"{training['on'].min():%F}", f"{training['on'].max():%F}")
    mixed = np.array(["2024-02-01", None, dt.date(2024, 1, 5)], dtype=object)
    words = np.array(["2024-02-01", "soon", None], dtype=object)
    (span,) = remember({"when": mixed, "said": words}, ["when"], outcome="y", event="1").dates
    assert (span.column, span.first, span.last) == ("when", "2024-01-05", "2024-02-01")
