"""Rows that were re-sampled: corrected where the money file declares it, doubted where it does not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from golive.errors import InputError
from golive.maths.prior import resampled, shifted
from golive.maths.units import scaled
from golive.maths.words import percent
from golive.records.evidence import Sampled, Warned

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from golive.prove.cases import Cases
    from golive.prove.given import Given
    from golive.prove.result import Result
    from golive.records.evidence import Calibration
    from golive.records.money import Money

    Values = NDArray[np.float64]


@dataclass(frozen=True)
class Declared:
    """Scores and weights of the measured rows, as they count."""

    score: Values
    weight: Values | None
    sampled: Sampled | None


def declare(money: Money | None, found: Cases, stands: Given, *, probability: bool, bundle: bool) -> Declared:
    """Correct scores and weights for the share of events that was declared; leave them as they are otherwise.

    Raises
    ------
    InputError
        The scores are those of a bundle: production would not correct them.
    """
    score, event, weight = stands.spread(found.score), stands.spread(found.event), stands.scaled_weight()
    if money is None or money.sampling is None:
        return Declared(score, weight, None)
    if bundle and probability:
        raise InputError(
            "[sampling] corrects the scores, but the scores that this bundle gives in production stay as they are",
            hint="calibrate the model before packing, and weigh the rows with --weight instead of [sampling]",
        )
    declared = money.sampling.value
    seen = float(event.mean()) if weight is None else math.fsum(weight[event]) / math.fsum(weight)
    return Declared(
        score=shifted(score, seen, declared) if probability else score,
        weight=scaled(resampled(event, weight, declared)),
        sampled=Sampled(declared=declared, seen=seen, scores=probability),
    )


def with_sampling(found: Result, declared: Declared) -> Result:
    """Tell that rows were corrected, or that their share of events is not the one that the scores expect."""
    if declared.sampled is not None:
        return replace(found, sampled=declared.sampled, warnings=(*found.warnings, _corrected(declared.sampled)))
    return with_drift(found)


def with_drift(found: Result) -> Result:
    """Tell that the share of events is not the one that the scores expect."""
    if found.calibration is not None and _differs(found.calibration):
        return replace(found, warnings=(*found.warnings, _drift(found.calibration, found.event)))
    return found


def _corrected(sampled: Sampled) -> Warned:
    scores = "Scores and rows are" if sampled.scores else "Rows are"
    text = (
        f"{scores} corrected for re-sampling: {percent(sampled.declared)} in the world as declared,"
        f" {percent(sampled.seen)} among these rows."
    )
    return Warned(code="resampled", text=text)


def _differs(told: Calibration) -> bool:
    """Whether the sum of the scores is materially off: outside 0.9..1.1, with limits that exclude 1."""
    if told.ratio is None or told.ratio_low is None or told.ratio_high is None:
        return False
    return not 0.9 <= told.ratio <= 1.1 and not told.ratio_low <= 1 <= told.ratio_high


def _drift(told: Calibration, event: str) -> Warned:
    text = (
        f"The scores expect {percent(told.predicted)} `{event}`, these rows have {percent(told.observed)}. Either the"
        " world has changed, or the rows were re-sampled: then declare it in [sampling] of the money file."
    )
    return Warned(code="base_rate", text=text)
