"""A refusal names the line of the user's own file that made what cannot be compiled."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from golive.errors import UnsupportedError
from golive.pack.build import build

if TYPE_CHECKING:
    from pathlib import Path

CODE = """
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.neighbors import RadiusNeighborsClassifier as Near


def near(X, y):
    return Near(radius=9.0).fit(X, y)


def smooth(X, y):
    return GaussianProcessClassifier().fit(X, y) if len(X) > 9 else GaussianProcessClassifier()


def plain(X, y):
    return LogisticRegression().fit(X, y)


def clean(df):
    df = df.copy()
    df["double"] = df["u"] * 2
    df["loss"] = df["v"] * df["bad"]
    return df.drop(columns=["bad"])


def clean_assigned(df):
    return df.assign(
        double=df["u"] * 2,
        loss=df["v"] * df["bad"],
    ).drop(columns=["bad"])
"""
RNG = np.random.default_rng(5)
TRAIN = pd.DataFrame({"u": RNG.normal(size=80).round(2), "v": RNG.normal(size=80).round(2)})
TRAIN["bad"] = (TRAIN["u"] > 0).astype(int)


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The name of a module of the user's own."""
    name = f"written_{request.node.name.partition('[')[0]}"
    (tmp_path / f"{name}.py").write_text(CODE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def test_the_line_that_makes_the_model_is_named(users: str, tmp_path: Path) -> None:
    module, rows = import_module(users), TRAIN[["u", "v"]]
    with pytest.raises(UnsupportedError, match=rf"^{users}\.py:9: .*RadiusNeighborsClassifier"):
        build(module.near(rows, TRAIN["bad"]), rows, out=tmp_path / "x.golive")


def test_where_two_lines_could_have_made_it_none_is_named(users: str, tmp_path: Path) -> None:
    module, rows = import_module(users), TRAIN[["u", "v"]]
    with pytest.raises(UnsupportedError, match="GaussianProcessClassifier") as refused:
        build(module.smooth(rows, TRAIN["bad"]), rows, out=tmp_path / "x.golive")
    assert not refused.value.where


@pytest.mark.parametrize(("clean", "line"), [("clean", 23), ("clean_assigned", 30)])
def test_the_line_that_sets_a_column_made_of_the_outcome_is_named(
    clean: str, line: int, users: str, tmp_path: Path
) -> None:
    module = import_module(users)
    cleaning = getattr(module, clean)
    model = module.plain(cleaning(TRAIN), TRAIN["bad"])
    with pytest.raises(UnsupportedError, match=rf"^{users}\.py:{line}: .*`loss` is made of the outcome `bad`"):
        build(model, TRAIN, clean=cleaning, outcome="bad", out=tmp_path / "x.golive")
