"""Rows that are parted to learn from some and judge by others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.tidy.flow import (
    frames,
)
from golive.tidy.flow.rowsets import Rows, Step, then
from golive.tidy.flow.values import (
    NOTHING,
    Judgement,
    Order,
    Score,
    Value,
    marks_of_features,
    name_anew,
    of_setting,
    on,
)

if TYPE_CHECKING:
    from golive.tidy.flow.calls import Call
    from golive.tidy.flow.interpreter import Interpreter


def cross_validated(run: Interpreter, asked: Call) -> Value:
    """``cross_val_score(model, X, y)``: scores on rows that the model did not see."""
    model, features = asked.argument(0, "estimator"), asked.argument(1, "X")
    if model is None or features is None:
        return Value()
    frames.based(features)
    marks = model.born | marks_of_features(features)
    if asked.name == "cross_val_predict":
        aside = Value(kind="estimator", word=model.word, marks=model.marks, setting=of_setting(model))
        return Value(kind="rows", rows=features.rows, order=features.order, marks=marks, model=aside)
    _judge_folds(run, asked, model, features)
    return Value(marks=marks, scores=frozenset({Score(features.rows or frozenset(), of_setting(model))}))


def _judge_folds(run: Interpreter, asked: Call, model: Value, features: Value) -> None:
    """Each fold is judged by a model that learned from the rest."""
    cv = asked.argument(-1, "cv")
    key, chance = (asked.spot, asked.node.col_offset), cv is not None and cv.random
    rest, test = (
        on(features, _part(features.rows or frozenset(), key, (side, 0), asked, chance)) for side in ("rest", "test")
    )
    marks = model.born | marks_of_features(features)
    learner = Value(kind="estimator", word=model.word, marks=marks, trained=(rest,), setting=of_setting(model))
    predicted = Value(kind="rows", rows=test.rows, marks=marks, model=learner, spot=asked.spot)
    outcome = asked.argument(2, "y") or predicted
    run.judgements.append(
        Judgement(spot=asked.spot, unit=run.unit, outcome=outcome, predicted=predicted, model=learner, name=asked.name)
    )


def curves(run: Interpreter, asked: Call) -> Value:
    """``validation_curve(model, X, y, ...)``: scores of several settings."""
    found = cross_validated(run, asked)
    scores = frozenset(Score(score.rows, True) for score in found.scores)
    return Value(kind="list", items=[found.with_(scores=scores) for _ in range(3)])


def folds(run: Interpreter, asked: Call) -> Value:
    """``splitter.split(X, y)``: pairs of indices."""
    if asked.name != "split" or not asked.given:
        return Value()
    whole = frames.based(asked.given[0])
    key = (asked.spot, asked.node.col_offset)
    chance = asked.owner.random
    found = []
    for number in range(2):  # two folds stand for all
        parts = [_part(whole.rows or frozenset(), key, (side, number), asked, chance) for side in ("rest", "test")]
        indices = [Value(kind="index", rows=rows, random=chance, spot=asked.spot) for rows in parts]
        found.append(Value(kind="list", items=indices))
    return Value(kind="folds", parts=tuple(found))


def _part(rows: Rows, key: object, part: object, asked: Call, random: bool) -> Rows:
    return then(rows, Step("part", key, part, spot=asked.spot, random=random))


def same_chance(asked: Call, seed: str, *others: str) -> object:
    """The name of a draw: with the same seed and sizes it is the same draw, wherever it is written."""
    if asked.const(-1, seed) in (NOTHING, None):
        return (asked.spot, asked.node.col_offset)
    return tuple((name, str(asked.const(-1, name))) for name in (seed, *others))


def split(run: Interpreter, asked: Call) -> Value:
    """``train_test_split(a, b, ...)``: two parts of each."""
    chance = asked.const(-1, "shuffle") is not False
    draw = same_chance(asked, "random_state", "test_size", "train_size", "stratify", "shuffle")
    key = (draw, next((frames.based(one).rows for one in asked.given if one.kind != "names"), None))
    found = []
    for one in asked.given:
        if one.kind == "names":
            found += [one, one]
            continue
        whole = one if one.rows is not None else frames.based(one)
        rows = whole.rows or frozenset()
        order = Order(name_anew(), chance)
        found += [on(whole, _part(rows, key, part, asked, chance), order=order, spot=asked.spot) for part in (0, 1)]
    run.aside += found[1::2]
    return Value(kind="list", items=found)
