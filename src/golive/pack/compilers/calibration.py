"""Calibrated classifiers: a curve on top of each member, then the mean of the members."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from golive.errors import UnsupportedError
from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored, called

if TYPE_CHECKING:
    from golive.records.graph import Term

_NOT_ZERO = 1e-12
"""What scikit-learn adds to a probability before it takes the log for a temperature."""


def calibrated(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a CalibratedClassifierCV: every method, any ``cv``, with or without ``ensemble``."""
    members = [_member(draft, member, features, X) for member in estimator.calibrated_classifiers_]
    builder = draft.builder
    total = members[0].chance(estimator)
    for member in members[1:]:
        total = builder.node("add", total, member.chance(estimator))
    if len(members) > 1:
        total = builder.node("div", total, builder.node("number", value=float(len(members))))
    terms = [term for member in members for term in _weighted(member.terms, 1.0 / len(members))]
    return Scored(total, None, tuple(terms), members[0].reasons, members[0].scale)


def _member(draft: Draft, member: Estimator, features: Features, X: Matrix) -> Scored:
    scored = draft.classify(member.estimator, features, X)
    (calibrator,) = member.calibrators
    response = _response(member.estimator, scored)
    scale = f"{scored.scale} before calibration"
    if hasattr(calibrator, "beta_"):
        return Scored(_temperature(draft, calibrator, scored, response), None, scored.terms, scored.reasons, scale)
    if hasattr(calibrator, "a_"):
        # The curve falls with `a` times the response: a positive one turns every contribution around.
        terms = _weighted(scored.terms, -float(np.sign(calibrator.a_)))
        return Scored(_sigmoid(draft, calibrator, response), None, terms, scored.reasons, scale)
    return Scored(_isotonic(draft, calibrator, response), None, scored.terms, scored.reasons, scale)


def _response(estimator: Estimator, scored: Scored) -> int:
    """Return the node that scikit-learn calibrates: decision_function where there is one, else the probability."""
    if not hasattr(estimator, "decision_function"):
        return scored.chance(estimator)
    if scored.decision is None:
        raise UnsupportedError(f"the decision_function of `{called(estimator)}` cannot be compiled")
    return scored.decision


def _sigmoid(draft: Draft, calibrator: Estimator, response: int) -> int:
    builder = draft.builder
    scaled = builder.node("mul", builder.node("number", value=float(calibrator.a_)), response)
    moved = builder.node("add", scaled, builder.node("number", value=float(calibrator.b_)))
    return builder.node("sigmoid", builder.node("neg", moved))


def _temperature(draft: Draft, calibrator: Estimator, scored: Scored, response: int) -> int:
    """Compile the softmax of both classes' logits times ``beta_``: of (-d, d), or of the logs of both probabilities."""
    node = draft.builder.node
    beta = node("number", value=float(calibrator.beta_))
    if response == scored.decision:
        return node("sigmoid", node("mul", node("number", value=2.0), node("mul", beta, response)))
    small = node("number", value=_NOT_ZERO)
    logs = (
        node("log", node("add", share, small)) for share in (response, node("sub", node("number", value=1.0), response))
    )
    return node("sigmoid", node("sub", *(node("mul", beta, log) for log in logs)))


def _isotonic(draft: Draft, calibrator: Estimator, response: int) -> int:
    # After XGBoost the curve is in single precision; read in doubles it is the same to some 1e-7.
    x = np.asarray(calibrator.X_thresholds_, dtype="<f8")
    y = np.asarray(calibrator.y_thresholds_, dtype="<f8")
    if len(x) == 1:  # one score only in calibration: a flat line, but a missing score stays missing
        x, y = np.array([x[0], np.nextafter(x[0], np.inf)]), np.array([y[0], y[0]])
    return draft.builder.node("interpolate", response, arrays={"x": x, "y": y})


def _weighted(terms: tuple[Term, ...], weight: float) -> tuple[Term, ...]:
    return tuple(msgspec.structs.replace(term, weight=float(term.weight * weight)) for term in terms if weight)
