"""Transformers of the user's own: what they say in graph operations is compared with their `transform`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from golive.cli import run
from golive.errors import InputError, ParityError, UnsupportedError
from golive.pack.build import build

COLUMNS = ["age", "debt"]


class Cap(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Caps each column, and says which rows it had to cap."""

    def fit(self, X: Any, y: Any = None) -> Cap:
        self.low_, self.high_ = np.quantile(np.asarray(X, dtype=float), [0.1, 0.9], axis=0)
        return self

    def transform(self, X: Any) -> Any:
        values = np.asarray(X, dtype=float)
        if np.isnan(values).any():
            raise ValueError("missing")
        capped = np.clip(values, self.low_, self.high_)
        return np.column_stack([capped, (capped != values).any(axis=1)])


class Wide(StandardScaler):  # type: ignore[misc]
    """Not its parent."""

    def transform(self, X: Any, copy: bool | None = None) -> Any:
        return super().transform(X, copy) * 2.0


def convert(step: Any, columns: Any, graph: Any) -> Any:
    for column in columns:
        graph.refuse_when(graph.is_missing(column))
    capped = [graph.clip(c, low=low, high=high) for c, low, high in zip(columns, step.low_, step.high_, strict=True)]
    moved = [graph.not_(graph.eq(c, old)) for c, old in zip(capped, columns, strict=True)]
    return [*capped, graph.or_(*moved)]


def wide(step: Any, columns: Any, graph: Any) -> Any:
    return [
        graph.mul(graph.div(graph.sub(c, mean), scale), 2.0)
        for c, mean, scale in zip(columns, step.mean_, step.scale_, strict=True)
    ]


def capped(loans: pd.DataFrame, bad: pd.Series) -> Pipeline:
    each = ColumnTransformer([("c", Cap(), COLUMNS)])
    return make_pipeline(each, StandardScaler(), LogisticRegression()).fit(loans[COLUMNS], bad)


def test_a_converter_gives_the_scores_of_its_transformer_and_none_where_it_raises(
    loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = capped(loans, bad)
    train = loans[COLUMNS]
    bundle = build(model, train, converters={Cap: convert}, holdout=late[COLUMNS], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - model.predict_proba(late[COLUMNS])[:, 1]).max() <= 1e-12
    assert {Path(node.where).name.partition(":")[0] for node in bundle.graph.nodes if node.op == "clip"} == {
        "test_own.py"
    }


def test_where_a_converter_says_that_transform_raises_there_is_no_score(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    def logarithm(df: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"age": np.log(df["age"]), "debt": df["debt"]})

    model = make_pipeline(Cap(), LogisticRegression()).fit(logarithm(loans), bad)
    bundle = build(model, loans[COLUMNS], clean=logarithm, converters={Cap: convert}, out=tmp_path / "m.golive")
    odd = loans[COLUMNS].iloc[:2].assign(age=[-1, 40])
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="missing"):
        model.predict_proba(logarithm(odd))
    assert np.isnan(bundle.score(odd)).tolist() == [True, False]


def test_a_subclass_is_refused_with_the_way_out_and_compiled_with_it(
    loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = make_pipeline(Wide(), LogisticRegression()).fit(loans[COLUMNS], bad)
    with pytest.raises(UnsupportedError, match="subclass of `StandardScaler`") as caught:
        build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    assert "converters={Wide: function}" in caught.value.hint
    bundle = build(model, loans[COLUMNS], converters={Wide: wide}, out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - model.predict_proba(late[COLUMNS])[:, 1]).max() <= 1e-12


def test_a_wrong_converter_is_found_by_the_proof(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    def nearly(step: Any, columns: Any, graph: Any) -> Any:
        return [graph.clip(columns[0], low=step.low_[0], high=50.0), *convert(step, columns, graph)[1:]]

    with pytest.raises(ParityError):
        build(capped(loans, bad), loans[COLUMNS], converters={Cap: nearly}, out=tmp_path / "m.golive")
    assert not (tmp_path / "m.golive").exists()


WRONG: dict[str, tuple[Callable[[Any, Any, Any], Any], type[Exception], str]] = {
    "too few": (lambda s, c, g: c, InputError, "returns 2 columns, and `transform` makes 3 columns"),
    "no list": (lambda s, c, g: c[0], InputError, "returns the Column .*expected a list"),
    "no column": (lambda s, c, g: [1.0, *c], InputError, "returns the float 1.0 among its columns"),
    "raises": (lambda s, c, g: [s.nothing], InputError, "`Cap` raises AttributeError"),
    "no operation": (lambda s, c, g: g.clamp(c[0]), UnsupportedError, "test_own.py:.*no operation `clamp`"),
    "an input": (lambda s, c, g: g.input(name="age", kind="number"), UnsupportedError, "no operation `input`"),
    "wrong kind": (lambda s, c, g: g.upper(c[0]), UnsupportedError, "argument 1 is a number; expected a text"),
    "no constant": (lambda s, c, g: g.clip(c[0], low=0.0), UnsupportedError, "`high` is missing"),
    "an array": (lambda s, c, g: g.add(c[0], s.low_), UnsupportedError, "an argument is the ndarray"),
    "no condition": (lambda s, c, g: g.refuse_when(c[0]), UnsupportedError, "expected a boolean column"),
}


@pytest.mark.parametrize("which", WRONG)
def test_what_a_converter_does_wrong_is_said(which: str, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    function, error, words = WRONG[which]
    with pytest.raises(error, match=words):
        build(capped(loans, bad), loans[COLUMNS], converters={Cap: function}, out=tmp_path / "m.golive")


@pytest.mark.parametrize(
    ("given", "words"),
    [([Cap], "expected a dict"), ({"Cap": convert}, "the key the str 'Cap'"), ({Cap: 3}, "expected a function"),
     ({LogisticRegression: convert}, "expected a class with `transform`")],
)  # fmt: skip
def test_what_is_no_table_of_converters_is_said(
    given: Any, words: str, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=words):
        build(capped(loans, bad), loans[COLUMNS], converters=given, out=tmp_path / "m.golive")


def test_the_command_takes_a_dict_of_converters(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    loans[COLUMNS].to_csv("train.csv", index=False)
    module = type(sys)("typed_own")
    module.fitted, module.CONVERTERS, module.number = capped(loans, bad), {Cap: convert}, 3  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "typed_own", module)
    words = ["pack", "typed_own:fitted", "--train", "train.csv", "--converters"]
    assert run([*words, "typed_own:number"]) == 2
    assert "expected a dict" in capsys.readouterr().err
    assert run([*words, "typed_own:CONVERTERS", "--explain"]) == 0
    assert run([*words, "typed_own:CONVERTERS"]) == 0
    assert "rows equal" in capsys.readouterr().err
