"""What stands between `use` and `use without a second thought`: each condition is one sentence with who can lift it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.maths.words import percent
from golive.prove.carrying import carried, few_carry
from golive.prove.four_fifths import under_four_fifths
from golive.prove.split import named
from golive.records.checked import State
from golive.records.evidence import Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.prove.carrying import Values
    from golive.records.checked import Checked
    from golive.records.evidence import Calibration
    from golive.records.money import Money
    from golive.records.parts import ProtectedGroup, Segment

SCIENTIST = "data scientist"
OWNER = "product owner"
LAW = "legal or compliance officer"
UNSTABLE = 0.05
"""Share of decisions that differ between cut-offs chosen on different parts of the rows."""
FLIPS = 0.10
"""Share of joint draws of the prices in which the gain is gone."""


def conditions(
    money: Money,
    *,
    unstable: float,
    flips: float | None,
    gain: Values | None,
    calibration: Calibration | None,
    checks: Sequence[Checked],
    segments: Sequence[Segment] = (),
    protected: Sequence[ProtectedGroup] = (),
    dated: bool = False,
    few: bool = False,
    customers: bool = False,
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
        Money of `below` minus money of `above` per case, (n,); without rows: whether a few cases carry most of it.
    calibration
        For probabilities.
    checks
        What was looked at; those that failed and are conditions come in.
    segments, protected
        Parts of the rows, with their gains; what is done with groups that the law protects.
    dated
        Whether the cut-off was chosen on earlier rows and judged on later ones.
    customers
        Whether a case is a customer with several rows.
    """
    found = [
        Condition(
            code="random_part",
            text="It was tested on a random part of the cases, not on later ones: the date of each case was not"
            " given. A test on dated cases clears this.",
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
    if uneven := under_four_fifths(protected, money.actions.favourable):
        found.append(Condition(code="under_four_fifths", text=uneven, who=LAW))
    if calibration is not None and calibration.material:
        found.append(_calibration(calibration))
    found += _owners(money)
    found += [Condition(code=one.code, text=one.text, who=one.who) for one in checks if one.condition and failed(one)]
    if money.labelled == "only approved":
        found.append(_only_approved())
    carrying = () if gain is None else carried(gain)
    if few or carrying:
        found.append(
            Condition(code="few_effective_cases", text=few_carry(carrying, money, customers=customers), who=SCIENTIST)
        )
    return tuple(found)


def failed(one: Checked) -> bool:
    """Return whether a check found what it looked for."""
    return one.state is State.failed


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
