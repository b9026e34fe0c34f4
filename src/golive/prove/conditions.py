"""What stands between `use` and `use without a second thought`: each condition is one sentence with who can lift it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.maths.words import percent
from golive.prove.split import named
from golive.records.checked import State
from golive.records.evidence import Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.records.checked import Checked
    from golive.records.evidence import Calibration
    from golive.records.money import Money
    from golive.records.parts import Segment

    Values = NDArray[np.float64]

SCIENTIST = "data scientist"
OWNER = "product owner"
UNSTABLE = 0.05
"""Share of decisions that differ between cut-offs chosen on different parts of the rows."""
FLIPS = 0.10
"""Share of joint draws of the prices in which the gain is gone."""
DOMINANT = 0.02
"""Share of the money that one case may carry."""
EFFECTIVE = 40
"""Effective cases, (sum |g|)^2 / sum g^2, on either side."""


def conditions(
    money: Money,
    *,
    unstable: float,
    flips: float | None,
    gain: Values | None,
    calibration: Calibration | None,
    checks: Sequence[Checked],
    segments: Sequence[Segment] = (),
    dated: bool = False,
    few: bool = False,
) -> tuple[Condition, ...]:
    """Collect the conditions.

    Parameters
    ----------
    money
        The money file.
    unstable
        Largest share of rows whose action differs between the deployed cut-off and one chosen without a fold.
    flips
        Share of joint draws of the prices in which a gain is not positive; None without ranges.
    gain, few
        Money of `below` minus money of `above` per row, (n,).
    calibration
        For probabilities.
    checks
        What was looked at; those that failed and are conditions come in.
    segments
        Parts of the rows, with their gains.
    dated
        Whether the cut-off was chosen on earlier rows and judged on later ones.
    """
    found = [
        Condition(
            code="random_part",
            text="It was judged on a random part of the rows, not on later cases: no column of dates was named.",
            who=SCIENTIST,
        )
    ]
    if dated:
        found.clear()
    if unstable > UNSTABLE:
        found.append(_unstable(unstable))
    if flips is not None and flips > FLIPS:
        found.append(_flips(flips))
    if any(one.loser for one in segments):
        found.append(_losing(segments))
    if calibration is not None and calibration.material:
        found.append(_calibration(calibration))
    found += _owners(money)
    found += [Condition(code=one.code, text=one.text, who=one.who) for one in checks if one.condition and failed(one)]
    if money.labelled == "only approved":
        found.append(_only_approved())
    if few or (gain is not None and dominated(gain)):
        found.append(_dominated())
    return tuple(found)


def failed(one: Checked) -> bool:
    """Return whether a check found what it looked for."""
    return one.state is State.failed


def dominated(gain: Values) -> bool:
    """Return whether a few cases carry most of the money on either side."""
    return any(_few(np.abs(gain[side])) for side in (gain > 0, gain < 0))


def few_cases(largest: float, total: float, squares: float) -> bool:
    """Return whether a few cases carry most of the money of one side, from the sums of positive amounts."""
    return largest > DOMINANT * total or total**2 / squares < EFFECTIVE


def _few(amounts: Values) -> bool:
    total = float(amounts.sum())
    return total > 0 and few_cases(float(amounts.max()), total, float((amounts**2).sum()))


def _unstable(share: float) -> Condition:
    return Condition(
        code="unstable_cut_off",
        text="The place of the cut-off is not settled: on other parts of the rows up to"
        f" {percent(share)} of the decisions would be different.",
        who=SCIENTIST,
    )


def _flips(share: float) -> Condition:
    return Condition(
        code="prices_flip",
        text=f"In {percent(share)} of the mixes of prices that their owners think possible, it earns nothing.",
        who=OWNER,
    )


def _losing(segments: Sequence[Segment]) -> Condition:
    losers = [f"{one.column} = {named(one)}" for one in segments if one.loser]
    return Condition(
        code="losing_segment",
        text=f"It loses money on a part of the cases: {'; '.join(losers)}. Leave them to the rule that does better"
        " there, or say why not.",
        who=OWNER,
    )


def _calibration(found: Calibration) -> Condition:
    return Condition(
        code="calibration",
        text="The score does not mean what it says, so do not read it as a probability;"
        " the cut-off was chosen on these rows and is not concerned.",
        who=SCIENTIST,
    )


def _owners(money: Money) -> Sequence[Condition]:
    nobody = [one.name for one in money.owned if not one.owner]
    if not nobody:
        return []
    listed = ", ".join(nobody)
    return [
        Condition(code="owner_missing", text=f"Nobody answers for: {listed}. Name an owner in money.toml.", who=OWNER)
    ]


def _only_approved() -> Condition:
    return Condition(
        code="only_approved",
        text="Outcomes exist for approved cases only: it can be a second filter behind today's process,"
        " not replace it.",
        who=OWNER,
    )


def _dominated() -> Condition:
    return Condition(
        code="few_effective_cases",
        text="A few cases carry most of the money, so the range may be too narrow (measured: such ranges hold in 80 to"
        " 92 of 100 samples).",
        who=SCIENTIST,
    )
