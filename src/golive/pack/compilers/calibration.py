"""Calibrated classifiers: a curve on top of each member, then the mean of the members."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from golive.errors import UnsupportedError
from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored, called

if TYPE_CHECKING:
    from golive.records.graph import Term


def calibrated(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a CalibratedClassifierCV: sigmoid or isotonic, any ``cv``, with or without ``ensemble``."""
    if estimator.method not in ("sigmoid", "isotonic"):
        raise UnsupportedError(
            f"CalibratedClassifierCV with method={estimator.method!r} cannot be compiled yet",
            hint="'sigmoid' and 'isotonic' can",
        )
    members = [_member(draft, member, features, X) for member in estimator.calibrated_classifiers_]
    builder = draft.builder
    total = members[0].probability
    for member in members[1:]:
        total = builder.node("add", total, member.probability)
    if len(members) > 1:
        total = builder.node("div", total, builder.node("number", value=float(len(members))))
    terms = [term for member in members for term in _weighted(member.terms, 1.0 / len(members))]
    return Scored(total, None, tuple(terms), members[0].reasons)


def _member(draft: Draft, member: Estimator, features: Features, X: Matrix) -> Scored:
    scored = draft.classify(member.estimator, features, X)
    (calibrator,) = member.calibrators
    response = _response(member.estimator, scored)
    if hasattr(calibrator, "a_"):
        # The curve falls with `a` times the response: a positive one turns every contribution around.
        terms = _weighted(scored.terms, -float(np.sign(calibrator.a_)))
        return Scored(_sigmoid(draft, calibrator, response), None, terms, scored.reasons)
    return Scored(_isotonic(draft, calibrator, response), None, scored.terms, scored.reasons)


def _response(estimator: Estimator, scored: Scored) -> int:
    """Return the node that scikit-learn calibrates: decision_function where there is one, else the probability."""
    if not hasattr(estimator, "decision_function"):
        return scored.probability
    if scored.decision is None:
        raise UnsupportedError(f"the decision_function of `{called(estimator)}` cannot be compiled")
    return scored.decision


def _sigmoid(draft: Draft, calibrator: Estimator, response: int) -> int:
    builder = draft.builder
    scaled = builder.node("mul", builder.node("number", value=float(calibrator.a_)), response)
    moved = builder.node("add", scaled, builder.node("number", value=float(calibrator.b_)))
    return builder.node("sigmoid", builder.node("neg", moved))


def _isotonic(draft: Draft, calibrator: Estimator, response: int) -> int:
    x = np.asarray(calibrator.X_thresholds_, dtype="<f8")
    y = np.asarray(calibrator.y_thresholds_, dtype="<f8")
    if calibrator.X_thresholds_.dtype != np.float64:
        raise UnsupportedError("isotonic calibration in single precision cannot be compiled", hint="fit on doubles")
    if len(x) == 1:  # one score only in calibration: a flat line, but a missing score stays missing
        x, y = np.array([x[0], np.nextafter(x[0], np.inf)]), np.array([y[0], y[0]])
    return draft.builder.node("interpolate", response, arrays={"x": x, "y": y})


def _weighted(terms: tuple[Term, ...], weight: float) -> tuple[Term, ...]:
    return tuple(msgspec.structs.replace(term, weight=float(term.weight * weight)) for term in terms if weight)
