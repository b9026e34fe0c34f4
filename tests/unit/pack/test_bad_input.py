"""What cannot be right is said so, with the value, what was expected, and a hint; nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from golive.errors import GoliveError, InputError, OutputExistsError, RefusedError, UnsupportedError
from golive.pack.build import build

COLUMNS = ["age", "debt"]


@pytest.fixture(scope="module")
def model(loans: pd.DataFrame, bad: pd.Series) -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(loans[COLUMNS], bad)


@pytest.fixture(scope="module")
def named(loans: pd.DataFrame) -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(loans[COLUMNS], loans["status"])


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., GoliveError]:
    """Build, and return the error; nothing may be left behind."""

    def attempt(*args: Any, **options: Any) -> GoliveError:
        with pytest.raises(GoliveError) as caught:
            build(*args, out=tmp_path / "m.golive", **options)
        assert list(tmp_path.iterdir()) == []
        assert caught.value.exit_code == 2
        return caught.value

    return attempt


Refused = Callable[..., GoliveError]


def test_a_missing_column_is_named_with_those_that_are_there(model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    error = refused(model, loans[["age", "home"]])
    assert isinstance(error, InputError)
    assert "`debt`" in error.message and "`home`" in error.hint


def test_a_missing_column_of_the_holdout_is_named(model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    assert "`holdout` has no column `debt`" in refused(model, loans[COLUMNS], holdout=loans[["age"]]).message


def test_text_among_numbers_is_named_with_its_row(model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    cells = loans["debt"].astype(str).to_list()
    cells[17] = "12,50 EUR"
    error = refused(model, loans[COLUMNS].assign(debt=cells))
    assert "column `debt` holds the text '12,50 EUR' in row 17 among numbers" in error.message


def test_text_in_a_number_column_of_the_holdout_is_left_out_by_name(
    model: Any, loans: pd.DataFrame, late: pd.DataFrame, tmp_path: Path
) -> None:
    cells: list[Any] = late["debt"].to_list()
    cells[3] = "much"
    bundle = build(model, loans[COLUMNS], holdout=late.assign(debt=cells), out=tmp_path / "m.golive")
    text = (bundle.path / "parity.json").read_text()
    assert "holdout row 3: `debt`: the text 'much'; expected a number" in text


@pytest.mark.parametrize("rows", [0, 1, 29])
def test_fewer_than_thirty_rows_are_too_few(rows: int, model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    error = refused(model, loans[COLUMNS].iloc[:rows])
    assert f"`train` has {rows} rows" in error.message and "expected" in error.message


def test_an_empty_holdout_is_refused(model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    assert "`holdout` has 0 rows" in refused(model, loans[COLUMNS], holdout=loans[COLUMNS].iloc[:0]).message


def test_something_that_is_no_frame_is_refused(model: Any, refused: Refused) -> None:
    assert "`train` is a ndarray; expected a pandas DataFrame" in refused(model, np.zeros((50, 2))).message


def test_duplicate_column_names_are_refused(model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    twice = pd.concat([loans[COLUMNS], loans[["age"]]], axis=1)
    assert "`train` has `age` more than once" in refused(model, twice).message


def test_duplicate_names_after_cleaning_are_refused(model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    def clean(df: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([df[["age", "debt"]], df[["age"]]], axis=1)

    assert "the cleaned training frame` has `age` more than once" in refused(model, loans, clean=clean).message


def test_column_names_of_several_levels_are_refused(model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    levels = loans[COLUMNS].set_axis(pd.MultiIndex.from_tuples([("a", "age"), ("a", "debt")]), axis=1)
    assert "2 levels" in refused(model, levels).message


def test_one_class_only_is_refused(model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    error = refused(model, loans.assign(status="good"), outcome="status")
    assert "is 'good' in every row; expected two classes" in error.message


def test_an_outcome_column_that_is_not_there_is_refused(model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    assert "no outcome column `Status`" in refused(model, loans, outcome="Status").message


def test_sorted_labels_are_a_trap_unless_the_event_is_said(named: Any, loans: pd.DataFrame, refused: Refused) -> None:
    error = refused(named, loans[COLUMNS])
    assert "`bad` and `good`" in error.message
    assert "event='bad'" in error.hint


def test_an_event_that_is_no_label_is_refused_with_the_labels(
    named: Any, model: Any, loans: pd.DataFrame, refused: Refused
) -> None:
    error = refused(named, loans[COLUMNS], event="default")
    assert "'default' is not among the labels" in error.message and "`bad` and `good`" in error.hint
    assert "the outcome column holds" in refused(model, loans, event="default", outcome="status").hint


def test_the_outcomes_own_label_names_the_event_of_a_model_of_zeros_and_ones(
    model: Any, loans: pd.DataFrame, refused: Refused, tmp_path: Path
) -> None:
    error = refused(model, loans, event="good", outcome="status")
    assert "class 1 does not seem to be 'good'" in error.message
    bundle = build(model, loans, event="bad", outcome="status", out=tmp_path / "m.golive")
    assert bundle.contract.event == "bad"
    assert np.abs(bundle.score(loans) - model.predict_proba(loans[COLUMNS])[:, 1]).max() <= 1e-12


def test_reference_scores_with_a_nan_are_refused(model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    scores = model.predict_proba(loans[COLUMNS])[:, 1]
    scores[4] = np.nan
    assert "`reference` is NaN in 1 of 300 rows" in refused(model, loans[COLUMNS], reference=scores).message


def test_other_reference_scores_mean_another_frame(model: Any, loans: pd.DataFrame, refused: Refused) -> None:
    scores = model.predict_proba(loans[COLUMNS])[:, 1]
    error = refused(model, loans[COLUMNS], reference=scores[::-1])
    assert "gives other scores on `train` than `reference`" in error.message and "most in row" in error.message
    assert "shape (299,)" in refused(model, loans[COLUMNS], reference=scores[:-1]).message


def test_equal_reference_scores_are_noted(model: Any, loans: pd.DataFrame, tmp_path: Path) -> None:
    scores = model.predict_proba(loans[COLUMNS])[:, 1]
    bundle = build(model, loans[COLUMNS], reference=list(scores), out=tmp_path / "m.golive")
    assert '"what": "reference"' in (bundle.path / "parity.json").read_text()


def test_a_bundle_is_never_written_over_without_force(model: Any, loans: pd.DataFrame, tmp_path: Path) -> None:
    first = build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    with pytest.raises(OutputExistsError, match=r"m\.golive` is already there"):
        build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    assert build(model, loans[COLUMNS], out=tmp_path / "m.golive", force=True).id == first.id


def test_a_folder_that_is_no_bundle_is_never_replaced(model: Any, loans: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(OutputExistsError, match="not a bundle"):
        build(model, loans[COLUMNS], out=tmp_path / "mine", force=True)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_an_unfitted_model_is_refused(loans: pd.DataFrame, refused: Refused) -> None:
    assert "`LogisticRegression` is not fitted" in refused(LogisticRegression(), loans[COLUMNS]).message
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    assert "`Pipeline` is not fitted" in refused(pipeline, loans[COLUMNS]).message


def test_a_regressor_is_refused(loans: pd.DataFrame, bad: pd.Series, refused: Refused) -> None:
    error = refused(LinearRegression().fit(loans[COLUMNS], bad), loans[COLUMNS])
    assert isinstance(error, UnsupportedError) and "is a regressor" in error.message


def test_a_classifier_without_probabilities_is_refused(loans: pd.DataFrame, bad: pd.Series, refused: Refused) -> None:
    error = refused(RidgeClassifier().fit(loans[COLUMNS], bad), loans[COLUMNS])
    assert "gives no probability" in error.message and "CalibratedClassifierCV" in error.hint


@pytest.mark.parametrize("thing", [LogisticRegression, None, "model.pkl", KMeans(2)])
def test_something_that_is_no_classifier_is_refused(thing: Any, loans: pd.DataFrame, refused: Refused) -> None:
    assert refused(thing, loans[COLUMNS]).hint


def test_more_than_two_classes_are_refused(refused: Refused) -> None:
    X, y = make_classification(120, n_classes=3, n_informative=4, random_state=0)
    frame = pd.DataFrame(X).add_prefix("x")
    error = refused(LogisticRegression(max_iter=500).fit(frame, y), frame)
    assert isinstance(error, UnsupportedError) and "3 classes" in error.message


def test_nearest_neighbours_are_refused_because_they_need_training_rows(
    loans: pd.DataFrame, bad: pd.Series, refused: Refused
) -> None:
    error = refused(make_pipeline(StandardScaler(), KNeighborsClassifier()).fit(loans[COLUMNS], bad), loans[COLUMNS])
    assert isinstance(error, RefusedError)
    assert "`KNeighborsClassifier` cannot be compiled" in error.message and "training rows" in error.message


def test_infinite_and_huge_training_values_are_refused(
    model: Any, loans: pd.DataFrame, bad: pd.Series, refused: Refused
) -> None:
    debt = loans["debt"].to_numpy(copy=True)
    debt[5] = np.inf
    infinite = loans[COLUMNS].assign(debt=debt)
    assert "column `debt` is infinite in 1 rows, first in row 5" in refused(model, infinite).message
    boosted = HistGradientBoostingClassifier(max_iter=3).fit(infinite, bad)
    assert "column `debt` is infinite in 1 rows, first in row 5" in refused(boosted, infinite).message
    age = loans["age"].to_numpy(copy=True).astype("int64")
    age[5] = 2**60
    assert "beyond 2**53" in refused(model, loans[COLUMNS].assign(age=age)).message
    longer = [10**23, *age.tolist()[1:]]
    assert f"it holds {10**23}, beyond 2**53" in refused(model, loans[COLUMNS].assign(age=longer)).message


def test_single_precision_is_refused(loans: pd.DataFrame, bad: pd.Series, refused: Refused) -> None:
    narrow = loans[COLUMNS].astype("float32")
    error = refused(LogisticRegression(max_iter=500).fit(narrow, bad), narrow)
    assert "float32" in error.message and "float64" in error.hint


def test_an_input_that_is_the_outcome_is_refused(loans: pd.DataFrame, bad: pd.Series, refused: Refused) -> None:
    def clean(df: pd.DataFrame) -> pd.DataFrame:
        return df[["age"]].assign(leak=(df["status"] == "bad").astype(int))

    model = LogisticRegression().fit(clean(loans), bad)
    error = refused(model, loans, clean=clean, outcome="status")
    assert "status" in error.message


def test_a_cleaning_function_that_raises_is_named_with_its_error(
    model: Any, loans: pd.DataFrame, refused: Refused
) -> None:
    def clean(df: pd.DataFrame) -> pd.DataFrame:
        return df[["age", "depth"]]

    message = refused(model, loans, clean=clean).message
    assert "`clean` raises on the training frame: KeyError" in message
    assert "test_bad_input.py:" in message and 'return df[["age", "depth"]]' in message


def test_a_cleaning_function_that_returns_no_frame_is_refused(
    model: Any, loans: pd.DataFrame, refused: Refused
) -> None:
    def clean(df: pd.DataFrame) -> Any:
        df["age"] = df["age"] + 1

    assert "returns a NoneType; expected a DataFrame" in refused(model, loans, clean=clean).message


def test_a_cleaning_function_that_takes_rows_by_position_is_refused(
    model: Any, loans: pd.DataFrame, refused: Refused
) -> None:
    def clean(df: pd.DataFrame) -> pd.DataFrame:
        return df[["age", "debt"]].head(200)

    assert "a case has no position among others" in refused(model, loans, clean=clean).message


def test_a_name_that_is_a_path_is_refused(model: Any, loans: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="cannot be the name"):
        build(model, loans[COLUMNS], name="../elsewhere")
