"""Every compiled transformer gives what scikit-learn's own gives, in front of a classifier that sees the last bit.

As in `test_compilers.py` the comparison is the build itself, once more by hand on rows that no model was fitted on.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_selection import (
    RFE,
    RFECV,
    GenericUnivariateSelect,
    SelectFdr,
    SelectFpr,
    SelectFromModel,
    SelectFwe,
    SelectKBest,
    SelectPercentile,
    SequentialFeatureSelector,
    VarianceThreshold,
    chi2,
)
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.preprocessing import (
    Binarizer,
    KBinsDiscretizer,
    MaxAbsScaler,
    OneHotEncoder,
    PolynomialFeatures,
    PowerTransformer,
    StandardScaler,
)

from golive.engine.bundle import Bundle
from golive.engine.program import Program
from golive.errors import UnsupportedError
from golive.pack.answers import quiet
from golive.pack.build import build
from golive.pack.sample import Sample

NUMBERS = ["income", "age", "debt"]
TEXTS = ["home", "job"]
RAW = [*NUMBERS, *TEXTS, "member"]
Model = Any


def linear() -> LogisticRegression:
    return LogisticRegression(max_iter=500)


def boosting() -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=6, random_state=0)


def columns(*steps: Any, last: Model = None, **options: Any) -> Pipeline:
    """Put each step on its columns, and a classifier behind them."""
    named = [(f"s{index}", step, where) for index, (step, where) in enumerate(steps)]
    return make_pipeline(ColumnTransformer(named, **options), linear() if last is None else last)


def numbers(*steps: Any, last: Model = None) -> Pipeline:
    return columns((make_pipeline(SimpleImputer(), *steps), NUMBERS), last=last)


def wide(selector: Model, last: Model = None) -> Pipeline:
    """Put a selector behind numbers and dummies."""
    each = ColumnTransformer(
        [("n", SimpleImputer(), NUMBERS), ("t", OneHotEncoder(handle_unknown="ignore", sparse_output=False), TEXTS)]
    )
    return make_pipeline(each, selector, linear() if last is None else last)


SELECTION: dict[str, Callable[[], Model]] = {
    "k best": lambda: wide(SelectKBest(k=4)),
    "k best, chi2 of dummies": lambda: columns(
        (SimpleImputer(), NUMBERS),
        (make_pipeline(OneHotEncoder(handle_unknown="ignore"), SelectKBest(chi2, k=3)), TEXTS),
    ),
    "percentile": lambda: wide(SelectPercentile(percentile=50)),
    "false positives": lambda: wide(SelectFpr(alpha=0.5)),
    "false discoveries": lambda: wide(SelectFdr(alpha=0.9)),
    "family-wise": lambda: wide(SelectFwe(alpha=0.9)),
    "univariate": lambda: wide(GenericUnivariateSelect(mode="k_best", param=5)),
    "from a linear model": lambda: wide(SelectFromModel(linear(), threshold="median")),
    "from trees that take missing values": lambda: columns(
        (SelectFromModel(boosting(), max_features=2, importance_getter=ages_and_debts), NUMBERS), last=boosting()
    ),
    "variance": lambda: wide(VarianceThreshold(0.05)),
    "variance, missing values pass": lambda: columns((VarianceThreshold(0.1), NUMBERS), last=boosting()),
    "one at a time": lambda: wide(SequentialFeatureSelector(linear(), n_features_to_select=3, cv=2)),
    "recursive": lambda: wide(RFE(linear(), n_features_to_select=4)),
    "recursive, as the last step": lambda: wide(VarianceThreshold(), last=RFE(linear(), n_features_to_select=4)),
    "recursive with cross-validation": lambda: wide(VarianceThreshold(), last=RFECV(linear(), cv=2)),
    "pandas output": lambda: wide(SelectKBest(k=4)).set_output(transform="pandas"),
}
MISSING: dict[str, Callable[[], Model]] = {
    "indicator": lambda: columns((make_union(MissingIndicator(), SimpleImputer()), NUMBERS)),
    "indicator of all": lambda: columns((make_union(MissingIndicator(features="all"), SimpleImputer()), NUMBERS)),
    "indicator, new ones pass": lambda: columns(
        (make_union(MissingIndicator(error_on_new=False), SimpleImputer()), NUMBERS)
    ),
    "indicator of texts": lambda: columns(
        (SimpleImputer(), NUMBERS), (MissingIndicator(), ["job"]), (MissingIndicator(features="all"), ["home"])
    ),
    "indicator of a number": lambda: columns((MissingIndicator(missing_values=0.0), ["debt", "age"])),
    "imputer, a number in another type": lambda: columns((SimpleImputer(missing_values=0), ["debt", "age"])),
    "imputer, a number and an indicator": lambda: columns(
        (SimpleImputer(missing_values=0.0, strategy="median", add_indicator=True), ["debt", "age"])
    ),
    "imputer, numbers and texts together": lambda: columns(
        (
            make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")),
            ["age", "job"],
        )
    ),
}


def binned(**options: Any) -> KBinsDiscretizer:
    """Ask for the quantiles by name where scikit-learn would warn."""
    if options.get("strategy", "quantile") == "quantile" and "quantile_method" in KBinsDiscretizer().get_params():
        options["quantile_method"] = "averaged_inverted_cdf"
    return KBinsDiscretizer(**options)


NUMERIC: dict[str, Callable[[], Model]] = {
    "bins, ordinal": lambda: numbers(binned(encode="ordinal"), last=boosting()),
    "bins, dummies": lambda: numbers(binned(n_bins=4)),
    "bins, dense dummies of equal width": lambda: numbers(
        binned(encode="onehot-dense", strategy="uniform", n_bins=[3, 7, 2])
    ),
    "bins, k-means": lambda: numbers(binned(strategy="kmeans", n_bins=3, encode="ordinal"), last=boosting()),
    "bins of a constant": lambda: columns(
        (make_pipeline(Binarizer(threshold=1e9), binned(strategy="uniform", encode="ordinal")), ["age"]),
        (SimpleImputer(), NUMBERS),
    ),
    "binarizer": lambda: numbers(Binarizer(threshold=44.0)),
    "binarizer at 0": lambda: columns((Binarizer(), ["debt", "age"])),
    "polynomial": lambda: numbers(StandardScaler(), PolynomialFeatures()),
    "polynomial, of degree 4": lambda: numbers(StandardScaler(), PolynomialFeatures(4, include_bias=False)),
    "polynomial, high degrees only": lambda: numbers(StandardScaler(), PolynomialFeatures((2, 3))),
    "polynomial, interactions": lambda: numbers(
        MaxAbsScaler(), PolynomialFeatures(3, interaction_only=True), last=boosting()
    ),
    "polynomial, booleans": lambda: columns((PolynomialFeatures(2), ["age", "member"]), last=boosting()),
    "power, yeo-johnson": lambda: numbers(PowerTransformer()),
    "power, yeo-johnson of what is below 0": lambda: numbers(
        StandardScaler(), PowerTransformer(standardize=False), last=boosting()
    ),
    "power, missing values pass": lambda: columns((PowerTransformer(), NUMBERS), last=boosting()),
    "power, box-cox": lambda: columns((make_pipeline(SimpleImputer(), PowerTransformer("box-cox")), ["income", "age"])),
    "power, box-cox as it is": lambda: columns(
        (PowerTransformer("box-cox", standardize=False), ["income", "age"]), last=boosting()
    ),
}
MODELS = {**SELECTION, **MISSING, **NUMERIC}


def ages_and_debts(estimator: Model) -> np.ndarray:
    """Histogram boosting has no importances of its own."""
    return np.arange(estimator.n_features_in_, dtype=float)


def fitted(model: Model, X: Any, y: Any) -> Model:
    """Fit; what a small model warns of is not what is tested."""
    with quiet():
        return model.fit(X, y)


def proven(model: Model, train: pd.DataFrame, y: pd.Series, late: pd.DataFrame, place: Path, **options: Any) -> Bundle:
    """Fit, build, and compare once more with the model's own probabilities."""
    model = fitted(model, train, y)
    bundle = build(model, train, holdout=late, out=place / "m.golive", **options)
    with quiet():
        expected = model.predict_proba(late[train.columns])[:, 1]
    assert np.abs(bundle.score(late) - expected).max() <= 1e-12
    return bundle


@pytest.mark.parametrize("which", MODELS)
def test_a_compiled_transformer_gives_the_probabilities_of_its_model(
    which: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    proven(MODELS[which](), loans[RAW], bad, late, tmp_path)


def log_of_age(df: pd.DataFrame) -> pd.DataFrame:
    """Missing for a negative age and infinite for none, of which training has neither."""
    df = df[["age", "debt"]].copy()
    df["age"] = np.log(df["age"])
    return df


@pytest.mark.parametrize("output", ["default", "pandas"])
def test_where_a_selector_raises_the_row_has_no_score(
    output: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = make_pipeline(SelectKBest(k=1).set_output(transform=output), boosting())
    cleaned = log_of_age(loans)
    assert not fitted(model, cleaned, bad)[0].get_support()[0]  # the column is only looked at
    bundle = build(model, loans[["age", "debt"]], clean=log_of_age, out=tmp_path / "m.golive")
    odd = late[["age", "debt"]].iloc[:3].assign(age=[-1, 0, 40])
    raises = []
    for row in range(3):
        try:
            with quiet():
                model.predict_proba(log_of_age(odd.iloc[[row]]))
        except ValueError:
            raises.append(row)
    assert np.flatnonzero(np.isnan(bundle.score(odd))).tolist() == raises == ([0, 1] if output == "default" else [])


def test_missing_texts_written_in_two_ways_are_refused(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    job = loans["job"].astype(object).where(loans["job"].notna(), None)
    job.iloc[:3] = np.nan
    model = columns((make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), ["job"]))
    train = pd.DataFrame({"job": job})
    with pytest.raises(UnsupportedError, match="writes missing texts in several ways"):
        build(fitted(model, train, bad), train, out=tmp_path / "m.golive")


@pytest.mark.parametrize("marker", [None, np.nan, pd.NA], ids=["None", "NaN", "NA"])
@pytest.mark.parametrize("looked_for", [None, np.nan, pd.NA], ids=["None", "NaN", "NA"])
def test_each_way_to_write_a_missing_text_is_filled_or_left_as_scikit_learn_does(
    looked_for: Any, marker: Any, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    def written(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"job": frame["job"].astype(object).where(frame["job"].notna(), marker)})

    imputer = SimpleImputer(missing_values=looked_for, strategy="constant", fill_value="fixed")
    model = columns((make_pipeline(imputer, OneHotEncoder(handle_unknown="ignore")), ["job"]))
    train = written(loans)
    try:
        fitted(model, train, bad)
        model.predict_proba(train)
    except (ValueError, TypeError):
        return  # scikit-learn takes this pair as little
    proven(model, train, bad, written(late), tmp_path)


@pytest.mark.parametrize("degree", [3, 4])
@pytest.mark.parametrize("sparse", [True, False])
def test_products_are_the_same_to_the_last_bit(
    sparse: bool, degree: int, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    each = ColumnTransformer(
        [("n", make_pipeline(SimpleImputer(), MaxAbsScaler()), NUMBERS), ("t", OneHotEncoder(), ["home"])],
        sparse_threshold=float(sparse),
    )
    model = fitted(make_pipeline(each, PolynomialFeatures(degree, include_bias=False), linear()), loans[RAW], bad)
    bundle = build(model, loans[RAW], out=tmp_path / "m.golive")
    expected = model[:-1].transform(loans[RAW])
    assert hasattr(expected, "toarray") is sparse
    dense = expected.toarray() if sparse else expected
    (node,) = [node for node in bundle.graph.nodes if node.op == "linear"]
    program = Program(bundle.graph, (bundle.path / "arrays.bin").read_bytes())
    columns_of = Sample(loans, bundle.contract).columns
    values = program.columns(columns_of, keep=frozenset(node.args))
    assert all(np.array_equal(values[arg], dense[:, at]) for at, arg in enumerate(node.args))


@pytest.mark.parametrize(
    "step", [KBinsDiscretizer(2), Binarizer(), PolynomialFeatures()], ids=lambda s: type(s).__name__
)
def test_what_takes_no_missing_or_infinite_value_leaves_the_row_without_a_score(
    step: Model, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = fitted(make_pipeline(step, linear()), log_of_age(loans), bad)
    bundle = build(model, loans[["age", "debt"]], clean=log_of_age, out=tmp_path / "m.golive")
    odd = late[["age", "debt"]].iloc[:3].assign(age=[-1, 0, 40])
    for row in (0, 1):
        with quiet(), pytest.raises(ValueError, match="contains"):
            model.predict_proba(log_of_age(odd.iloc[[row]]))
    assert np.isnan(bundle.score(odd)).tolist() == [True, True, False]


def test_box_cox_has_no_score_for_what_is_not_positive(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    model = fitted(columns((PowerTransformer("box-cox"), ["income"]), last=boosting()), loans[["income"]], bad)
    bundle = build(model, loans[["income"]], out=tmp_path / "m.golive")
    odd = pd.DataFrame({"income": [0.0, -3.0, np.nan, 1e-9]})
    with pytest.raises(ValueError, match="strictly positive"):
        model.predict_proba(odd)
    assert np.isnan(bundle.score(odd)).tolist() == [True, True, False, False]


def test_a_value_on_an_edge_lies_in_the_bin_above_it(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    model = fitted(make_pipeline(binned(encode="onehot", n_bins=4), linear()), loans[["debt", "age"]], bad)
    bundle = build(model, loans[["debt", "age"]], out=tmp_path / "m.golive")
    edges = model[0].bin_edges_[0]
    near = np.concatenate([edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf), [-1e6, 1e6]])
    rows = pd.DataFrame({"debt": near, "age": 40})
    assert np.abs(bundle.score(rows) - model.predict_proba(rows)[:, 1]).max() <= 1e-12
