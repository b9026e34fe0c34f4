"""What is fitted, asked and judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    frames,
)
from golive.tidy.flow.rowsets import again
from golive.tidy.flow.values import (
    Judgement,
    Mark,
    Score,
    Value,
    estimators_in,
    inside,
    marked,
    marks_of,
    marks_of_features,
    of_setting,
    on,
)
from golive.tidy.witness import METRICS

if TYPE_CHECKING:
    from golive.tidy.flow.calls import Call
    from golive.tidy.flow.interpreter import Interpreter

FITS = frozenset({"fit", "partial_fit", "fit_transform", "fit_predict", "fit_resample", "fit_sample"})
ASKS = frozenset(
    {
        *("transform", "inverse_transform", "predict", "predict_proba", "predict_log_proba", "decision_function"),
        *("score", "staged_predict", "staged_predict_proba", "staged_decision_function", "score_samples", "kneighbors"),
    }
)
JUDGES = frozenset(
    {
        *METRICS,
        *("roc_curve", "precision_recall_curve", "confusion_matrix", "det_curve", "classification_report"),
        *(
            "precision_recall_fscore_support",
            "log_loss",
            "zero_one_loss",
            "hamming_loss",
            "hinge_loss",
            "top_k_accuracy_score",
        ),
        *("mean_squared_error", "mean_absolute_error", "r2_score", "d2_log_loss_score"),
    }
)
SPLITTERS = frozenset(
    {
        *("KFold", "StratifiedKFold", "GroupKFold", "StratifiedGroupKFold", "RepeatedKFold", "RepeatedStratifiedKFold"),
        *(
            "ShuffleSplit",
            "StratifiedShuffleSplit",
            "GroupShuffleSplit",
            "LeaveOneOut",
            "TimeSeriesSplit",
            "LeaveOneGroupOut",
        ),
        *("PredefinedSplit", "LeavePOut"),
    }
)
_WATCHES = frozenset({"eval_set", "eval_X", "validation_data", "valid_sets", "evals", "X_val", "eval_data"})
_STOPS = ("early_stopping", "use_best_model", "od_type", "od_wait")
_STOP_BY_THEMSELVES = ("CatBoost",)
_WITHOUT_MEMORY = frozenset(
    {
        *("Normalizer", "FunctionTransformer", "PolynomialFeatures", "Binarizer", "HashingVectorizer", "FeatureHasher"),
        *("AdditiveChi2Sampler",),
    }
)
"""Transformers that learn nothing from the rows they are fitted on."""
_SAYS = frozenset({"get_support", "get_feature_names_out", "get_params", "feature_importances"})


def made(run: Interpreter, asked: Call, name: str) -> Value:
    """An estimator of a library, or a splitter."""
    if name in SPLITTERS:
        chance = "Shuffle" in name or name.startswith("Repeated") or asked.const(1, "shuffle") is True
        return Value(kind="splitter", word=name, random=chance and name != "TimeSeriesSplit")
    born = frozenset(
        _of_setting(mark) if not estimators_in(one) else mark for one in asked.all for mark in marks_of(one)
    )
    parts = tuple(part for one in asked.all for part in estimators_in(one))
    stops = stopping(asked) or name.startswith(_STOP_BY_THEMSELVES)
    return Value(
        kind="estimator",
        word=name,
        marks=born,
        born=born,
        setting=any(of_setting(one) for one in asked.all),
        early=stops or any(part.early for part in parts),
        parts=parts,
    )


def stopping(asked: Call) -> bool:
    """Whether training is told to stop by itself."""
    named = {name: one for name, one in asked.named.items() if one.const not in (None, False, 0)}
    if any(word in name for name in named for word in _STOPS):
        return True
    called = [one.word.lower() for name in ("callbacks", "callback") if name in named for one in inside(named[name])]
    return any("early" in word for word in called)


def _of_setting(mark: Mark) -> Mark:
    """What was chosen and is handed to an estimator is a setting of it; a share of outcomes is a statistic there."""
    kind = {"chosen": "tuned", "target": "statistic"}.get(mark.kind, mark.kind)
    return replace(mark, kind=kind)


def method(run: Interpreter, asked: Call) -> Value:
    """``estimator.name(...)``."""
    owner, name = asked.owner, asked.name
    if name in ("fit_resample", "fit_sample"):
        return resampled(run, asked)
    if name in FITS:
        _fit(run, asked)
        if name in ("fit", "partial_fit"):
            return owner
        features = asked.argument(0, "X")
        return given_back(owner, features, predicted=name == "fit_predict") if features is not None else Value()
    features = asked.argument(0, "X", "X_test")
    if name == "score" and features is not None:
        return _scored(run, asked, features)
    if name in ASKS and features is not None:
        found = given_back(owner, features, predicted=name not in ("transform", "inverse_transform", "kneighbors"))
        return Value(kind="list", items=[found.with_(setting=True)]) if name.startswith("staged") else found
    if name in ("set_params", "set_output"):
        owner.setting = owner.setting or any(of_setting(one) for one in asked.all)
        owner.born |= frozenset(_of_setting(mark) for mark in asked.marks())
        owner.marks |= owner.born
        return owner
    return _told_of(owner, asked)


def _told_of(owner: Value, asked: Call) -> Value:
    if asked.name.startswith(("evals_result", "get_evals_result", "get_best")) and owner.watched:
        return Value(marks=owner.marks, scores=frozenset({Score(owner.watched, True)}))
    learned = frozenset({owner.fitted}) if owner.fitted and asked.name in _SAYS else frozenset()
    return Value(marks=owner.marks | learned)


def _fit(run: Interpreter, asked: Call) -> None:
    owner = asked.owner
    features, outcome = asked.argument(0, "X", "dtrain", "train_set"), asked.argument(1, "y")
    owner.kind = "estimator" if owner.kind == "unknown" else owner.kind
    if features is None or features.kind == "function":
        return
    frames.based(features)
    rows = features.rows or frozenset()
    noun = owner.word
    owner.fitted = run.mark("fitter", asked.spot, rows, noun) if _learns(owner) else None
    owner.trained = tuple(one.with_() for one in (features, outcome) if one is not None)
    owner.marks = owner.born | marks_of_features(features)
    if any("Search" in one.word for one in inside(owner)):
        owner.marks |= {run.mark("tuned", asked.spot, rows)}
    _watch(run, asked, owner)


def _learns(owner: Value) -> bool:
    return owner.word not in _WITHOUT_MEMORY


def _watch(run: Interpreter, asked: Call, owner: Value) -> None:
    """Training that looks at other rows after each round."""
    watched = [value for name, value in asked.named.items() if name in _WATCHES]
    rows = frozenset(path for value in watched for one in inside(value) for path in one.rows or ())
    if not rows:
        return
    owner.watched = rows
    if owner.early or stopping(asked):
        owner.marks |= {run.mark("tuned", asked.spot, rows)}


def given_back(owner: Value, features: Value, *, predicted: bool) -> Value:
    """What a fitted thing makes of rows."""
    frames.based(features)
    if predicted:
        return Value(
            kind="rows",
            rows=features.rows,
            order=features.order,
            marks=owner.marks | marks_of_features(features),
            model=owner,
            spot=features.spot,
        )
    learned = frozenset({owner.fitted}) if owner.fitted else frozenset()
    found = features.with_(columns=dict(features.columns) if features.columns is not None else None)
    return marked(found, owner.marks | learned)


def resampled(run: Interpreter, asked: Call) -> Value:
    """``X, y = sampler.fit_resample(X, y)``."""
    found = []
    for one in asked.given[:2]:
        frames.based(one)
        found.append(on(one, again([one.rows or frozenset()], asked.spot), spot=asked.spot))
    return Value(kind="list", items=found)


def _scored(run: Interpreter, asked: Call, features: Value) -> Value:
    predicted = given_back(asked.owner, features, predicted=True)
    outcome = asked.argument(1, "y") or predicted
    return judged(run, asked, outcome, predicted)


def metric(run: Interpreter, asked: Call) -> Value:
    """``roc_auc_score(outcome, predicted)``."""
    outcome = asked.argument(0, "y_true")
    predicted = asked.argument(1, "y_pred", "y_score", "y_prob", "y_proba", "probas_pred")
    if outcome is None or predicted is None:
        return Value()
    if outcome.model is not None and predicted.model is None:  # the arguments in the wrong order
        outcome, predicted = predicted, outcome
    return judged(run, asked, outcome, predicted)


def judged(run: Interpreter, asked: Call, outcome: Value, predicted: Value) -> Value:
    """A score, or several."""
    model = predicted.model
    rows = predicted.rows if predicted.rows is not None else outcome.rows
    found = Judgement(
        spot=asked.spot, unit=run.unit, outcome=outcome, predicted=predicted, model=model, name=asked.name
    )
    run.judgements.append(found)
    setting = model is not None and of_setting(model)
    return Value(marks=marks_of_prediction(predicted), scores=frozenset({Score(rows or frozenset(), setting)}))


def marks_of_prediction(predicted: Value) -> frozenset[Mark]:
    return frozenset(mark for one in inside(predicted) for mark in one.marks)


def scaled(run: Interpreter, asked: Call) -> Value:
    """``scale(X)``: fits and transforms in one."""
    given = asked.argument(0, "X")
    if given is None or given.rows is None:
        return Value()
    return marked(given.with_(), {run.mark("fitter", asked.spot, given.rows, asked.name)})


def trained(run: Interpreter, asked: Call) -> Value:
    """``xgb.train(params, data, ...)``."""
    settings = asked.argument(0, "params") or Value()
    owner = Value(kind="estimator", word="booster", setting=of_setting(settings))
    owner.born = frozenset(_of_setting(mark) for one in asked.given[:1] for mark in marks_of(one))
    owner.early = stopping(asked)
    asked.owner, asked.given = owner, asked.given[1:]
    _fit(run, asked)
    return owner
