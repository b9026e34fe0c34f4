"""Twenty inputs as strangers hand them in: the build fails, names the place or the value, and says what to do."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from golive.errors import GoliveError
from golive.pack.build import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RNG = np.random.default_rng(3)
N = 300
TRAIN = pd.DataFrame(
    {
        "income": RNG.normal(3000, 900, N).round(),
        "age": RNG.integers(18, 80, N).astype(float),
        "home": RNG.choice(["rent", "own"], N),
        "note": [f"note {one} of the clerk" for one in range(N)],
    }
)
Y = (TRAIN["income"] < 2500).astype(int)
NUMBERS = TRAIN[["income", "age"]]
RATES = io.StringIO("0.5\n" * 10_000)
FACTOR = 3
CASES: list[Any] = []


def case(says: str, hint: str, **more: Any) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """A model, and how it is handed in; what the message says, and what its hint says."""

    def keep(make: Callable[[], Any]) -> Callable[[], Any]:
        CASES.append(pytest.param(make, says, hint, more, id=make.__name__))
        return make

    return keep


def cleaned(says: str, hint: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """A cleaning function in front of a plain model; the message names its line."""

    def keep(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
        says_where = rf"test_unsupported\.py:\d+: .*{says}"
        CASES.append(pytest.param(lambda: clean, says_where, hint, {"clean": clean}, id=clean.__name__))
        return clean

    return keep


@pytest.mark.parametrize(("make", "says", "hint", "more"), CASES)
def test_the_message_names_it_and_says_what_to_do(
    make: Callable[[], Any], says: str, hint: str, more: dict[str, Any], tmp_path: Path
) -> None:
    clean = more.get("clean")
    train = more.get("train", TRAIN if clean else NUMBERS)
    model = LogisticRegression().fit(clean(train.copy()), Y) if clean else make()
    with pytest.raises(GoliveError) as caught:
        build(model, train, clean=clean, out=tmp_path / "b")
    message = str(caught.value)
    assert re.search(says, message, re.DOTALL), message
    assert re.search(hint, caught.value.hint), message
    assert not (tmp_path / "b").exists()


# Models


@case("LinearRegression.* is a regressor", "fit a classifier")
def a_regressor() -> Any:
    return LinearRegression().fit(NUMBERS, Y)


@case("`Pipeline` is not fitted", "fit")
def an_unfitted_pipeline() -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression())


@case("expected a fitted classifier", "give the object that .fit")
def a_class_instead_of_a_model() -> Any:
    return LogisticRegression


@case("TfidfVectorizer.* `words`.* of 'note' into words", "contains", train=TRAIN)
def a_text_vectoriser() -> Any:
    words = ColumnTransformer([("words", TfidfVectorizer(), "note")])
    return make_pipeline(words, LogisticRegression()).fit(TRAIN, Y)


@case("LinearSVC.* gives no probability", "CalibratedClassifierCV")
def a_classifier_without_probabilities() -> Any:
    return LinearSVC().fit(NUMBERS, Y)


@case("KMeans", ".")
def clusters() -> Any:
    return KMeans(2, n_init=1, random_state=0).fit(NUMBERS)


@case("3 classes", ".")
def three_classes() -> Any:
    return RandomForestClassifier(3, random_state=0).fit(NUMBERS, Y + (NUMBERS["age"] > 60))


class Winsorizer(BaseEstimator, TransformerMixin):  # type: ignore[misc]
    """A step of one's own."""

    def fit(self, X: Any, y: Any = None) -> Any:
        self.high_ = np.quantile(X, 0.99, axis=0)
        return self

    def transform(self, X: Any) -> Any:
        return np.minimum(X, self.high_)


@case("Winsorizer", "converters")
def a_step_of_ones_own() -> Any:
    return make_pipeline(Winsorizer(), LogisticRegression()).fit(NUMBERS, Y)


@case("SimpleImputer.*has no attribute '_fill_dtype'", "the version of the library")
def a_model_of_another_version() -> Any:
    model = make_pipeline(SimpleImputer(), LogisticRegression()).fit(NUMBERS, Y)
    del model[0]._fill_dtype  # what scikit-learn 1.7 expects and earlier pickles lack
    return model


# Frames


@case("two columns|twice|income", ".", train=NUMBERS.set_axis(["income", "income"], axis=1))
def duplicate_column_names() -> Any:
    return LogisticRegression().fit(NUMBERS.to_numpy(), Y)


@case(
    "column names of 2 levels", "join", train=NUMBERS.set_axis(pd.MultiIndex.from_product([["a"], ["x", "y"]]), axis=1)
)
def columns_in_two_levels() -> Any:
    return LogisticRegression().fit(NUMBERS.to_numpy(), Y)


@case("DataFrame", ".", train=NUMBERS.to_numpy())
def an_array_instead_of_a_frame() -> Any:
    return LogisticRegression().fit(NUMBERS.to_numpy(), Y)


# Cleaning functions


@cleaned("np.vectorize loops over the values", "apply")
def vectorized(df: Any) -> Any:
    df["band"] = np.vectorize(lambda age: age // 10)(df["age"])
    return df[["income", "band"]]


@cleaned("a loop over the values of a column", "apply")
def a_list_built_from_values(df: Any) -> Any:
    df["x"] = [income / age for income, age in zip(df["income"], df["age"], strict=True)]
    return df[["income", "x"]]


@cleaned("`exec` runs code that cannot be followed", "write that code out")
def code_that_is_text(df: Any) -> Any:
    exec("df['x'] = df['income'] / df['age']")
    return df[["income", "x"]]


@cleaned("an iterator, a generator or a file", "before")
def a_closure_over_a_file(df: Any) -> Any:
    df["x"] = df["income"].apply(lambda income: income * float(RATES.readline()))
    return df[["income", "x"]]


@cleaned("changes `seen` while it runs row by row", "aggregate")
def a_function_that_remembers(df: Any) -> Any:
    seen: list[float] = []

    def number(income: float) -> int:
        seen.append(income)
        return len(seen)

    df["x"] = df["income"].apply(lambda income: (lambda k: number(k * FACTOR))(income))
    return df[["income", "x"]]


@cleaned("`shift` looks at neighbouring rows", "input of its own")
def the_row_before(df: Any) -> Any:
    df["x"] = df["income"].shift(1).fillna(0)
    return df[["income", "x"]]


@cleaned("`fit_transform`|StandardScaler|scikit-learn|fits something", "Pipeline|fitted steps")
def a_scaler_fitted_inside(df: Any) -> Any:
    return pd.DataFrame(StandardScaler().fit_transform(df[["income", "age"]]), columns=["a", "b"], index=df.index)


@cleaned("groupby_apply|may do anything with the rows of a group", "transform")
def groups_by_apply(df: Any) -> Any:
    typical = df.groupby("home").apply(lambda group: group["income"].median())
    df["x"] = df["income"] / df["home"].map(typical)
    return df[["income", "x"]]


@cleaned("made from the rows themselves|with how='inner'", "aggregate|left")
def a_merge_with_itself(df: Any) -> Any:
    other = df[["note", "age"]].rename(columns={"age": "other"})
    return df.merge(other, on="note", how="left")[["income", "other"]]


@cleaned("may give another answer in production", "clocks")
def the_clock(df: Any) -> Any:
    df["x"] = pd.Timestamp.today().year - df["age"]
    return df[["income", "x"]]
