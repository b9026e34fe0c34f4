"""Numbers multiplied with each other, or bent until they look normal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import UnsupportedError
from golive.pack.compilers.preprocessing import standard_scaler
from golive.pack.draft import Draft, Estimator, Feature, Features, Matrix, merged

if TYPE_CHECKING:
    from golive.engine.builder import Builder

_LARGEST_LOG = math.log(2.0**53)
_NEAR_OVERFLOW = 700.0


def polynomial(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile PolynomialFeatures: products of columns, multiplied in scikit-learn's order."""
    draft.complete(features, estimator)
    for feature in features:
        draft.finite(feature)
    builder = draft.builder
    made: list[Feature] = []
    for powers in estimator.powers_:
        factors = [feature for feature, power in zip(features, powers, strict=True) for _ in range(power)]
        if not factors:
            made.append(Feature("1", builder.node("number", value=1.0), ()))
            continue
        # A dense table is multiplied from its last column to the first, a sparse one from the first to the last.
        ordered = factors if hasattr(X, "toarray") else factors[::-1]
        node = draft.number(ordered[0], estimator)
        for factor in ordered[1:]:
            node = builder.node("mul", node, draft.number(factor, estimator))
        name = " ".join(factor.name for factor in factors)
        made.append(Feature(name, node, merged(factors), infinite=len(factors) > 1))
    return tuple(made)


def power(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a PowerTransformer: yeo-johnson or box-cox, then standardized where asked."""
    bend = _box_cox if estimator.method == "box-cox" else _yeo_johnson
    made = []
    for feature, exponent in zip(features, map(float, estimator.lambdas_), strict=True):
        node = draft.number(feature, estimator)
        draft.finite(feature)
        made.append(Feature(feature.name, bend(draft, estimator, node, exponent), feature.inputs, infinite=True))
    bent = tuple(made)
    return standard_scaler(draft, estimator._scaler, bent, X) if estimator.standardize else bent


def _yeo_johnson(draft: Draft, estimator: Estimator, x: int, exponent: float) -> int:
    builder = draft.builder
    older = hasattr(estimator, "_yeo_johnson_transform")  # before scikit-learn took SciPy's, which is exact near 0
    bent = _power_of_one_more if older else _bent
    eps = float(np.finfo(np.float64).eps)
    above = builder.node("log1p", x) if abs(exponent) < eps else bent(builder, x, exponent)
    minus = builder.node("neg", x)
    below = bent(builder, minus, 2.0 - exponent) if abs(exponent - 2.0) > eps else builder.node("log1p", minus)
    return builder.node(
        "where", builder.node("ge", x, builder.node("number", value=0.0)), above, builder.node("neg", below)
    )


def _bent(builder: Builder, x: int, exponent: float) -> int:
    """Return ((x + 1) ** exponent - 1) / exponent, without losing digits near 0."""
    return _expm1_over(builder, builder.node("log1p", x), exponent)


def _power_of_one_more(builder: Builder, x: int, exponent: float) -> int:
    one, power = builder.node("number", value=1.0), builder.node("number", value=exponent)
    raised = builder.node("pow", builder.node("add", x, one), power)
    return builder.node("div", builder.node("sub", raised, one), power)


def _box_cox(draft: Draft, estimator: Estimator, x: int, exponent: float) -> int:
    builder = draft.builder
    draft.refuse_when(builder.node("le", x, builder.node("number", value=0.0)))  # scikit-learn raises there
    log = builder.node("log", x)
    if abs(exponent) < 1e-19:  # as scipy.special.boxcox has it
        return log
    if abs(exponent) * _LARGEST_LOG > _NEAR_OVERFLOW:
        raise UnsupportedError(
            f"PowerTransformer found the exponent {exponent:.3g}, with which numbers overflow",
            hint="the column is nearly constant: leave it out, or use method='yeo-johnson'",
        )
    return _expm1_over(builder, log, exponent)


def _expm1_over(builder: Builder, log: int, exponent: float) -> int:
    power = builder.node("number", value=exponent)
    return builder.node("div", builder.node("expm1", builder.node("mul", power, log)), power)
