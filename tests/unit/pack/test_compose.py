"""Steps side by side: their weights, and one bare column that a step is handed as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, KBinsDiscretizer, OneHotEncoder, StandardScaler

from golive.errors import GoliveError, UnsupportedError
from golive.pack.answers import quiet
from golive.pack.build import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NUMBERS = ["income", "age", "debt"]
RAW = [*NUMBERS, "home", "member"]


def scaled() -> Any:
    return make_pipeline(SimpleImputer(), StandardScaler())


def columns(sparse: float, **weights: float) -> Any:
    steps = [
        ("numbers", scaled(), NUMBERS),
        ("home", OneHotEncoder(handle_unknown="ignore"), ["home"]),
        ("same", "passthrough", ["age"]),
        ("gone", "drop", ["debt"]),
    ]
    return ColumnTransformer(steps, remainder="passthrough", transformer_weights=weights, sparse_threshold=sparse)


def union(**weights: float) -> Any:
    steps = [("scaled", StandardScaler()), ("bins", KBinsDiscretizer(4)), ("same", "passthrough"), ("gone", "drop")]
    return make_pipeline(SimpleImputer(), FeatureUnion(steps, transformer_weights=weights))


def squares(amount: Any) -> Any:
    return pd.DataFrame({"a": amount, "b": amount**2})


def first_letter(text: Any) -> Any:
    return text.fillna("none").str[:1].to_frame()


class Bands(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Takes one column."""

    def fit(self, x: Any, y: Any = None) -> Bands:
        self.at_ = [float(x.quantile(share)) for share in (0.25, 0.75)]
        return self

    def transform(self, x: Any) -> Any:
        return np.column_stack([x > at for at in self.at_]).astype(float)


def bands(step: Any, given: Any, graph: Any) -> Any:
    return [graph.to_number(graph.gt(given[0], at)) for at in step.at_]


def bare() -> Any:
    steps = [
        ("squares", FunctionTransformer(squares), "debt"),
        ("letter", make_pipeline(FunctionTransformer(first_letter), OneHotEncoder(handle_unknown="ignore")), "home"),
        ("bands", Bands(), "age"),
        ("numbers", scaled(), NUMBERS),
    ]
    weights = {"squares": 1e-4, "letter": 2}
    return ColumnTransformer(steps, transformer_weights=weights)


MODELS: dict[str, Callable[[], Any]] = {
    "weights": lambda: make_pipeline(
        columns(1.0, numbers=0.3, home=2, same=1e-3, remainder=-1.5), LogisticRegression()
    ),
    "weights, dense": lambda: make_pipeline(
        columns(0.0, home=0.7, same=np.float64(3), remainder=2), HistGradientBoostingClassifier(max_iter=5)
    ),
    "weights, pandas": lambda: make_pipeline(
        columns(0.0, home=0, same=0.1).set_params(home__sparse_output=False).set_output(transform="pandas"),
        LogisticRegression(),
    ),
    "union": lambda: make_pipeline(
        ColumnTransformer([("n", union(scaled=0.25, bins=3, same=1e-3), NUMBERS)]), LogisticRegression()
    ),
    "a bare column": lambda: make_pipeline(bare(), LogisticRegression()),
}


@pytest.mark.parametrize("which", MODELS)
def test_steps_side_by_side_give_the_probabilities_of_the_model(
    which: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    with quiet():
        model = MODELS[which]().fit(loans[RAW], bad)
        expected = model.predict_proba(late[RAW])[:, 1]
    bundle = build(model, loans[RAW], holdout=late[RAW], out=tmp_path / "m.golive", converters={Bands: bands})
    assert np.abs(bundle.score(late) - expected).max() <= 1e-12


@pytest.mark.parametrize(
    ("steps", "weights", "match"),
    [
        ([("h", OneHotEncoder(dtype=np.float32), ["home"])], {"h": 0.3}, "multiplies the float32 numbers of the step"),
        ([("a", "passthrough", ["small"])], {"a": 3}, "multiplies the int8 numbers of the step `a`"),
        ([("a", "passthrough", ["home"])], {"a": 3}, "holds text"),
        ([("a", "passthrough", ["age"])], {"a": 2**60}, "the weight 1152921504606846976"),
    ],
    ids=["single precision", "narrow", "text", "large"],
)
def test_weights_that_round_or_wrap_around_are_refused(
    steps: Any, weights: Any, match: str, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    rows = loans[["age", "home"]].assign(small=(loans["age"] % 50).astype("int8"))
    steps = [*steps, ("more", "passthrough", ["age"])]
    columns = ColumnTransformer(steps, transformer_weights=weights)
    last = LogisticRegression() if "home" not in steps[0][2] or steps[0][0] == "h" else None
    if last is None:  # text times 3 is longer text to pandas, which an encoder takes
        last = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression())
    with quiet():
        model = make_pipeline(columns, *([last] if not hasattr(last, "steps") else [s for _, s in last.steps]))
        model.fit(rows, bad)
    with pytest.raises(GoliveError, match=match):
        build(model, rows, out=tmp_path / "m.golive")


def test_a_bare_column_that_a_step_could_not_take_is_refused_by_name(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    both = FeatureUnion([("squares", FunctionTransformer(squares)), ("same", FunctionTransformer(pd.Series.to_frame))])
    columns = ColumnTransformer([("t", both, "debt"), ("n", "passthrough", ["age"])])
    with quiet():
        model = make_pipeline(columns, LogisticRegression()).fit(loans[["age", "debt"]], bad)
    with pytest.raises(UnsupportedError, match=r"the step `t` one bare column \('debt'\)") as caught:
        build(model, loans[["age", "debt"]], out=tmp_path / "m.golive")
    assert "write ['debt']" in str(caught.value.hint)
