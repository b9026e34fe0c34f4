"""What golive must refuse when a bundle is built: by name, with a reason. What is refused here is never wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from conformance.cases import covered
from conformance.data import NUMERIC, OUTCOME
from conformance.pipelines import lgbm, logistic

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Refusal:
    """One thing that must not be built."""

    name: str
    make: Callable[[], Any]
    covers: frozenset[str]
    says: str
    """A piece of the message."""
    target: Callable[[Any], Any] = lambda train: train[OUTCOME]
    clean: Callable[[Any], Any] | None = None
    fitted: bool = True
    outcome: str | None = None


REFUSALS: dict[str, Refusal] = {}


def add(name: str, make: Callable[[], Any], covers: str, says: str, **more: Any) -> None:
    REFUSALS[name] = Refusal(name, make, covered(covers), says, **more)


def imputed(model: Any) -> Any:
    return make_pipeline(SimpleImputer(), model)


add("neighbours", lambda: imputed(KNeighborsClassifier()), "KNN", "KNeighborsClassifier")
add("imputed_by_neighbours", lambda: make_pipeline(KNNImputer(n_neighbors=2), logistic()), "KNNImputer", "KNNImputer")
add("support_vectors", lambda: CalibratedClassifierCV(imputed(SVC(max_iter=20)), cv=2), "SVC probability", "SVC")
add(
    "three_classes",
    lambda: imputed(RandomForestClassifier(3)),
    "multi-class",
    "3",
    target=lambda t: t["late"].clip(upper=2),
)
add("regressor", lambda: imputed(RandomForestRegressor(2, max_depth=3)), "regression", "is a regressor")
add("unfitted", lambda: imputed(LogisticRegression()), "unfitted", "fit", fitted=False)
add(
    "linear_trees",
    lambda: make_pipeline(SimpleImputer(), lgbm(linear_tree=True, n_estimators=3)),
    "linear trees",
    "linear",
)


def neighbours(name: str, covers: str, step: Callable[[Any], Any], says: str) -> None:
    def clean(df: Any) -> Any:
        df = df.copy()
        df["made"] = step(df)
        return df.fillna(0)

    add(f"cleaning_{name}", lambda: logistic(), covers, says, clean=clean)


neighbours("shift", "shift", lambda df: df["amount"].shift(1), "shift")
neighbours("rolling", "rolling", lambda df: df["amount"].rolling(3).mean(), "rolling")
neighbours("diff", "diff", lambda df: df["amount"].diff(), "diff")
neighbours("cumsum", "cumsum", lambda df: df["amount"].cumsum(), "cumsum")
neighbours("rank", "rank", lambda df: df["amount"].rank(), "rank")
neighbours("ffill", "ffill", lambda df: df["income"].ffill(), "ffill")
neighbours("sample", "sample", lambda df: df["amount"].sample(frac=1.0, random_state=0).to_numpy(), "sample")
neighbours("sorted", "sort-dependent", lambda df: df["amount"].sort_values().to_numpy(), "sort_values")


def rate_of_outcome(df: Any) -> Any:
    df = df.fillna(0)
    df["of_months"] = df["months"].map(df.groupby("months")[OUTCOME].mean())
    df["was_bad"] = df[OUTCOME] * 1
    return df.drop(columns=OUTCOME)


add("outcome_as_input", logistic, "outcome as input", OUTCOME, clean=rate_of_outcome, outcome=OUTCOME)

COLUMNS = (*NUMERIC, OUTCOME)
