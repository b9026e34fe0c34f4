"""Is this a model that can be compiled at all? Asked before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sklearn.base import is_classifier, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from golive.errors import InputError, UnsupportedError
from golive.pack.answers import quiet
from golive.pack.draft import called, qualified

if TYPE_CHECKING:
    from golive.pack.draft import Estimator


def check_model(model: Estimator) -> None:
    """Raise unless the model is a fitted classifier that gives probabilities.

    Raises
    ------
    InputError
        Not an object with ``predict_proba``, or not fitted.
    UnsupportedError
        A regressor, or a classifier without probabilities.
    """
    if isinstance(model, type) or not hasattr(model, "get_params"):
        raise InputError(
            f"the model is `{model!r:.60}`; expected a fitted classifier of scikit-learn or a boosting library",
            hint="give the object that .fit() returned",
        )
    with quiet():
        if is_regressor(model):
            raise UnsupportedError(
                f"`{called(model)}` is a regressor; a decision needs the probability of a class",
                hint="fit a classifier on the outcome that the decision is about",
            )
        _check_fitted(model)
        if not is_classifier(model) or not hasattr(model, "predict_proba"):
            raise UnsupportedError(
                f"`{qualified(model)}` gives no probability of a class",
                hint="CalibratedClassifierCV around it gives one",
            )


def _check_fitted(model: Estimator) -> None:
    try:
        check_is_fitted(model)
        model.classes_  # noqa: B018  # a pipeline is fitted when its last step is
    except (NotFittedError, AttributeError) as exc:
        raise InputError(f"`{called(model)}` is not fitted", hint="call .fit(X, y) first") from exc
