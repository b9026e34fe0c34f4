"""Label encoders of columns become learned codes; the outcome gets the codes that the run gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READ = """
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder
people = pd.read_csv("rows.csv")
"""
TEXTS = """
people["band"] = (people["u"] // 35).map({0: "low", 1: "some", 2: "much"})
people["side"] = people["v"].isna().map({True: "gap", False: "full"})
people = people.drop(columns=["v"])
"""
JUDGED = """
A, B, a, b = train_test_split(people.drop(columns=["t"]), people["t"], test_size=0.3, random_state=2)
rf = RandomForestClassifier(n_estimators=10, random_state=0).fit(A, a)
print(roc_auc_score(b, rf.predict_proba(B)[:, 1]))
print(f1_score(b, rf.predict(B)))
"""
NAMED = READ.replace('"rows.csv")', '"named.csv")')
"""The same rows with an outcome in words."""


@pytest.fixture
def named(rows: Path) -> Path:
    text = rows.read_text(encoding="utf-8").replace(",1\n", ",Yes\n").replace(",0\n", ",No\n")
    rows.with_name("named.csv").write_text(text, encoding="utf-8")
    return rows


@pytest.mark.parametrize(
    "cell",
    [
        'le = LabelEncoder()\npeople["band"] = le.fit_transform(people["band"])\n'
        'people["side"] = le.fit_transform(people["side"])',
        'for c in ["band", "side"]:\n    people[c] = LabelEncoder().fit_transform(people[c].astype(str))',
        "kept = {}\nfor c in people.columns:\n    if not pd.api.types.is_numeric_dtype(people[c]):\n"
        "        enc = LabelEncoder()\n        people[c] = enc.fit_transform(people[c])\n        kept[c] = enc",
        'words = ["band", "side"]\npeople[words] = people[words].apply(LabelEncoder().fit_transform)',
        'words = ["band", "side"]\npeople[words] = people[words].apply(lambda s: LabelEncoder().fit_transform(s))',
        'one, two = LabelEncoder(), LabelEncoder()\none.fit(people["band"])\n'
        'people["band"] = one.transform(people["band"])\n'
        'people["side"] = two.fit(people["side"]).transform(people["side"])',
        'encoders = {c: LabelEncoder() for c in ("band", "side")}\nfor c in ["band", "side"]:\n'
        "    people[c] = encoders[c].fit_transform(people[c])",
    ],
)
def test_codes_of_columns_are_learned(cell: str, notebook: Callable[..., Path], rows: Path, tmp_path: Path) -> None:
    record = tidy_notebook(notebook(READ, TEXTS, cell, JUDGED), tmp_path / "out")
    assert (record.shape, record.why_stages) == ("rows", "")
    assert [metric.kept for metric in record.metrics] == [metric.notebook for metric in record.metrics]
    assert {leak.kind for leak in record.leaks} == {"fitter"}
    assert "LabelEncoder" not in (tmp_path / "out" / "src" / "book" / "clean.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("cell", "judged"),
    [
        ('for c in ["band", "side", "t"]:\n    people[c] = LabelEncoder().fit_transform(people[c])', JUDGED),
        (
            'kept = {}\nfor c in people.select_dtypes(exclude="number"):\n    kept[c] = LabelEncoder()\n'
            "    people[c] = kept[c].fit_transform(people[c])",
            JUDGED,
        ),
        (
            'people = pd.get_dummies(people, columns=["band", "side"])\nle = LabelEncoder()\n'
            'people["t"] = le.fit_transform(people["t"])',
            JUDGED,
        ),
        (
            'people = pd.get_dummies(people, columns=["band", "side"])\nle = LabelEncoder()\n'
            'y = le.fit_transform(people["t"])',
            JUDGED.replace('people["t"]', "y"),
        ),
    ],
)
def test_an_outcome_in_words_gets_its_codes_by_name(
    cell: str, judged: str, notebook: Callable[..., Path], named: Path, tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(NAMED, TEXTS, cell, judged), tmp_path / "out")
    assert (record.shape, record.why_stages, record.outcome, record.event) == ("rows", "", "t", "Yes")
    assert [metric.kept for metric in record.metrics] == [metric.notebook for metric in record.metrics]
    clean = (tmp_path / "out" / "src" / "book" / "clean.py").read_text(encoding="utf-8")
    assert 'y.map({"No": 0, "Yes": 1})' in clean


def test_an_encoder_that_is_asked_again_later_stays(notebook: Callable[..., Path], rows: Path, tmp_path: Path) -> None:
    cell = (
        'le = LabelEncoder()\npeople["band"] = le.fit_transform(people["band"])\npeople = people.drop(columns="side")'
    )
    later = JUDGED.replace("n_estimators=10", "n_estimators=4 + len(le.classes_)")
    record = tidy_notebook(notebook(READ, TEXTS, cell, later), tmp_path / "out")
    assert record.shape == "stages"
