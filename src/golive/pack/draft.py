"""What is known while a model is compiled: the features that flow through it, and when Python would have no answer.

A compiler takes the features its estimator was fitted on and gives the features it makes or the
probability. Beside them travels the training matrix as the estimator itself makes it, for the shape, the float width
and the means that reasons are measured from.

Python raises where the graph would go on: an infinite value in a linear model, a category that the encoder never
saw. Compilers register each such case with `Draft.refuse_when`; the score is then missing, and a missing score is
never decided in favour of anybody.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import InputError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from golive.engine.builder import Builder
    from golive.records.graph import Term

Estimator = Any
"""A fitted object of scikit-learn or LightGBM; neither has types."""
Matrix = Any
"""What an estimator was given: DataFrame, array or sparse matrix."""


@dataclass(frozen=True)
class Feature:
    """One column on its way through the model."""

    name: str
    """How the model calls it, for messages."""
    node: int
    inputs: tuple[str, ...]
    """Raw inputs it is made of."""
    column: str | None = None
    """The cleaned column it still is, when nothing but missing values was changed in it."""
    infinite: bool = False
    """May be infinite, so that an estimator which raises on infinity has to say so."""
    unfit: tuple[str, str] = ("", "")
    """Why it can be no part of the graph, and what to do; it may pass by as long as no estimator looks at it."""


Features = tuple[Feature, ...]
LOG_ODDS, PROBABILITY, DECISION = "log-odds", "probability", "decision value"
"""What contributions are parts of."""


@dataclass(frozen=True)
class Scored:
    """What a classifier gives."""

    probability: int | None
    """Node of the probability of the class that sorts last, ``classes_[1]``; none where a calibration has to follow."""
    decision: int | None
    """Node of ``decision_function``, where the estimator has one."""
    terms: tuple[Term, ...] = ()
    """Additive parts of what ``scale`` names; empty where there are none."""
    reasons: str = "shapley"
    """How they are read: ``linear`` or ``paths``; ``shapley`` where there are none."""
    scale: str = LOG_ODDS

    def chance(self, by: Estimator) -> int:
        """Return the node of the probability.

        Raises
        ------
        UnsupportedError
            The estimator that was compiled has none.
        """
        if self.probability is None:
            raise UnsupportedError(
                f"`{called(by)}` gives no probability of a class", hint="CalibratedClassifierCV around it gives one"
            )
        return self.probability


@dataclass(frozen=True)
class Converter:
    """How one class of estimators is compiled, as a step, as the last step, or both."""

    transform: Callable[[Draft, Estimator, Features, Matrix], Features] | None = None
    classify: Callable[[Draft, Estimator, Features, Matrix], Scored] | None = None
    looks: bool = True
    """False where it only hands columns on to others."""


class Draft:
    """A graph in the making."""

    def __init__(
        self, builder: Builder, converters: Mapping[str, Converter],
        refused: Mapping[str, tuple[str, str]],
    ) -> None:  # fmt: skip
        self.builder = builder
        self.tolerated: set[str] = set()
        """Cleaned columns whose unknown categories the model was told to accept."""
        self.libraries: set[str] = set()
        """Top-level modules that the parts of the model come from."""
        self._converters = converters
        self._refused = refused
        self._refusals: list[int] = []

    def transform(self, estimator: Estimator, features: Features, X: Matrix) -> tuple[Features, Matrix]:
        """Compile one step; also return the matrix that the step itself makes of the training rows."""
        convert = self._converter(estimator, features, X).transform
        if convert is None:
            raise UnsupportedError(f"`{called(estimator)}` cannot be a step of a pipeline here")
        made = convert(self, estimator, features, X)
        after = estimator.transform(X)
        if after.shape[1] != len(made):
            raise UnsupportedError(
                f"`{called(estimator)}` makes {after.shape[1]} columns, and {len(made)} were compiled",
                hint="this is a mistake in golive; the model and its version are what is needed to mend it",
            )
        return made, after

    def classify(self, estimator: Estimator, features: Features, X: Matrix) -> Scored:
        """Compile the last step."""
        convert = self._converter(estimator, features, X).classify
        if convert is None:
            raise UnsupportedError(f"`{called(estimator)}` gives no probability of a class")
        return convert(self, estimator, features, X)

    def number(self, feature: Feature, by: Estimator) -> int:
        """Return the feature as a number; text where a model computes is wrong input."""
        kind = self.builder.kind(feature.node)
        if kind == "boolean":
            return self.builder.node("to_number", feature.node)
        if kind == "text":
            raise InputError(
                f"column `{feature.name}` holds text, and `{called(by)}` computes with numbers",
                hint="encode the column, or turn it into numbers in the cleaning function",
            )
        return feature.node

    def finite(self, feature: Feature) -> None:
        """Say that Python raises where this feature is infinite. Raw inputs never are: the contract sees to it."""
        if feature.infinite:
            self.refuse_infinite(feature.node)

    def complete(self, features: Features, by: Estimator) -> None:
        """Say that Python raises where one of the features is missing: their sum is missing then."""
        nodes = dict.fromkeys(self.number(feature, by) for feature in features)
        for start in range(0, len(nodes), 32):
            some = list(nodes)[start : start + 32]
            together = self.builder.node("sum", *some, skip=False) if some[1:] else some[0]
            self.refuse_when(self.builder.node("is_missing", together))

    def refuse_infinite(self, node: int) -> None:
        """Let the score be missing where a number is infinite."""
        largest = self.builder.node("number", value=sys.float_info.max)
        self.refuse_when(self.builder.node("gt", self.builder.node("abs", node), largest))

    def refuse_when(self, condition: int) -> None:
        """Let the score be missing where the boolean node is true, because Python raises there."""
        if condition not in self._refusals:
            self._refusals.append(condition)

    def guarded(self, score: int) -> int:
        """Return the score, missing wherever a refusal is true."""
        if not self._refusals:
            return score
        refused = self._refusals[0]
        for condition in self._refusals[1:]:
            refused = self.builder.node("or", refused, condition)
        return self.builder.node("where", refused, self.builder.node("number", value=None), score)

    def _own(self, estimator: Estimator) -> tuple[str, str]:
        """Say what to do with a class of the user's own."""
        if not hasattr(estimator, "transform") or qualified(estimator).startswith("sklearn."):
            return "", ""
        parents = (f"{parent.__module__}.{parent.__qualname__}" for parent in type(estimator).__mro__[1:])
        known = next((parent.rpartition(".")[2] for parent in parents if parent in self._converters), "")
        reason = f"it is a subclass of `{known}`, which may do something else" if known else ""
        return reason, f"say what it does: converters={{{called(estimator)}: function}}, see docs/how-to/pack.md"

    def _converter(self, estimator: Estimator, features: Features, X: Matrix) -> Converter:
        name = qualified(estimator)
        if name not in self._converters:
            reason, hint = self._refused.get(name) or self._own(estimator)
            raise UnsupportedError(
                f"`{called(estimator)}` cannot be compiled to the row graph" + (f": {reason}" if reason else ""),
                hint=hint or "docs/reference/estimators.md lists what can be; " + _classifiers(self._converters),
            )
        self.libraries.add(name.partition(".")[0])
        converter = self._converters[name]
        if converter.looks:
            for feature in features:
                if feature.unfit[0]:
                    raise UnsupportedError(feature.unfit[0], hint=feature.unfit[1])
            _double_precision(estimator, X)
        return converter


def qualified(estimator: Estimator) -> str:
    """Return the full name of the object's class, private modules included: what the table's keys are."""
    return f"{type(estimator).__module__}.{type(estimator).__qualname__}"


def called(estimator: Estimator) -> str:
    """Return how people call the estimator."""
    return type(estimator).__name__


def names(features: Sequence[Feature]) -> str:
    """Join names for a message."""
    return ", ".join(f"`{feature.name}`" for feature in features)


def merged(features: Sequence[Feature]) -> tuple[str, ...]:
    """Return the raw inputs of several features, each once, in order."""
    return tuple(dict.fromkeys(name for feature in features for name in feature.inputs))


def _classifiers(converters: Mapping[str, Converter]) -> str:
    last = sorted(name.rpartition(".")[2] for name, converter in converters.items() if converter.classify)
    return f"classifiers: {', '.join(last)}"


def _double_precision(estimator: Estimator, X: Matrix) -> None:
    """Refuse single precision: the library would round inputs that the graph keeps as doubles."""
    if hasattr(X, "dtypes") and X.ndim == 2:
        narrow = [str(name) for name, dtype in X.dtypes.items() if dtype in (np.float32, np.float16)]
    else:
        narrow = [f"all of {called(estimator)}"] if X.dtype in (np.float32, np.float16) else []
    if narrow:
        raise UnsupportedError(
            f"`{called(estimator)}` was given single-precision numbers ({', '.join(narrow[:5])})",
            hint="fit on .astype('float64'); a product sends doubles, and rounding them would move rows across splits",
        )
