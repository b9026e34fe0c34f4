"""Numbers written as text: read as pandas and Python read them, or no score."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier
from tests.conformance.javascript import needs_node, run

import golive
from golive.engine.operations.numerals import number
from golive.errors import UnsupportedError
from golive.export.javascript import document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from golive.engine.bundle import Bundle

    Clean = Callable[[Any], Any]


def dirty(rows: int = 240, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    amount = np.round(rng.lognormal(5, 1, rows), 2)
    frame = pd.DataFrame(
        {
            "plain": [f"{x:.2f}" for x in amount],
            "comma": [f" {x:.1f} EUR".replace(".", ",") for x in amount],
            "whole": [str(int(x)) for x in amount],
            "mixed": [f"{x:g}" if at % 5 else "unknown" for at, x in enumerate(amount)],
            "x": rng.normal(size=rows),
        }
    )
    frame["plain"] = frame["plain"].where(rng.random(rows) > 0.1)
    return frame


def by_pandas(df: Any) -> Any:
    made = pd.DataFrame({"x": df["x"]})
    made["plain"] = pd.to_numeric(df["plain"])
    made["mixed"] = pd.to_numeric(df["mixed"], errors="coerce").fillna(-1)
    made["whole"] = df["whole"].astype(int) % 7
    made["comma"] = df["comma"].str.replace(",", ".", regex=False).str.replace(" EUR", "", regex=False).astype(float)
    return made


def amount_of(text: Any) -> float:
    try:
        return float(text) / 2
    except ValueError:
        return -1.0


def by_function(df: Any) -> Any:
    made = pd.DataFrame({"x": df["x"]})
    made["mixed"] = df["mixed"].apply(amount_of)
    made["whole"] = df["whole"].map(lambda text: int(text) // 10)
    return made


def built(clean: Clean, rows: pd.DataFrame, out: Path) -> tuple[Bundle, Any]:
    made = clean(rows.copy())
    late = (made["x"] + np.random.default_rng(1).normal(size=len(rows)) > 0).astype(int)
    model = HistGradientBoostingClassifier(max_iter=20, min_samples_leaf=5).fit(made, late)
    return golive.build(model, rows, clean=clean, holdout=dirty(200, seed=9), out=out), model


@pytest.mark.parametrize("clean", [by_pandas, by_function])
def test_numbers_from_text_are_equal_to_pandas(clean: Clean, tmp_path: Path) -> None:
    rows = dirty()
    bundle, model = built(clean, rows, tmp_path / "m.golive")
    np.testing.assert_allclose(bundle.score(rows), model.predict_proba(clean(rows.copy()))[:, 1], rtol=0, atol=1e-12)
    assert {known.form for known in bundle.contract.inputs if known.kind.value == "text"} == {"number"}
    assert all(known.categories is None for known in bundle.contract.inputs)


@needs_node
def test_numbers_from_text_are_equal_in_javascript(tmp_path: Path) -> None:
    bundle, _ = built(by_pandas, dirty(), tmp_path / "m.golive")
    cases = json.loads(dirty(100, seed=4).to_json(orient="records"))
    script = "const b = golive.load(given.document); return given.cases.map((row) => b.score(row));"
    found = run(script, {"document": document(bundle), "cases": cases})
    np.testing.assert_allclose(np.array(found), bundle.score(cases), rtol=0, atol=1e-15)


def test_what_readers_disagree_on_and_what_makes_pandas_raise_gets_no_score(tmp_path: Path) -> None:
    bundle, _ = built(by_pandas, dirty(), tmp_path / "m.golive")
    good = {"plain": "12.50", "comma": "3,5 EUR", "whole": "12", "mixed": "1e3", "x": 0.0}
    assert 0 < bundle.score([good])[0] < 1
    assert bundle.score([{**good, "mixed": "soon"}])[0] == bundle.score([{**good, "mixed": "12 EUR"}])[0]
    assert bundle.score([{**good, "plain": ""}])[0] == bundle.score([{**good, "plain": None}])[0]
    for name, text in [
        ("plain", "12,5"), ("plain", "1_000"), ("mixed", "1_000"), ("mixed", "inf"), ("mixed", "NaN"),
        ("mixed", "１２"),
        ("mixed", "12345678901234567"), ("whole", "1.5"), ("whole", ""), ("comma", "3;5"), ("mixed", "-0"),
    ]:  # fmt: skip
        assert np.isnan(bundle.score([{**good, name: text}])[0]), (name, text)


@given(st.one_of(st.text("0123456789.eE+-_ ,naif", max_size=14), st.floats().map(repr), st.integers().map(str)))
def test_what_is_clear_is_read_alike_by_pandas_and_python(text: str) -> None:
    found, whole = number(text, whole=False), number(text, whole=True)
    if found == np.inf:
        return
    expected = [float(pd.to_numeric(pd.Series([text], dtype=object), errors="coerce").iloc[0]), _or_nan(float, text)]
    np.testing.assert_array_equal([found, found], expected)
    np.testing.assert_array_equal(whole, _or_nan(int, text))


def _or_nan(kind: Callable[[str], float], text: str) -> float:
    try:
        return float(kind(text))
    except ValueError:
        return float("nan")


@pytest.mark.parametrize("text", ["1_000", "inf", "12345678901234567", "1\t"])
def test_a_training_text_that_readers_disagree_on_is_refused_by_name(text: str, tmp_path: Path) -> None:
    rows = dirty()
    rows.loc[7, "mixed"] = text

    def clean(df: Any) -> Any:
        df["mixed"] = pd.to_numeric(df["mixed"], errors="coerce").fillna(0)
        return df[["mixed", "x"]]

    model = HistGradientBoostingClassifier(max_iter=2).fit(clean(rows.copy()), np.arange(len(rows)) % 2)
    with pytest.raises(UnsupportedError, match="is a number to some readers") as caught:
        golive.build(model, rows, clean=clean, out=tmp_path / "m.golive")
    assert "test_trace_numerals.py" in caught.value.where
