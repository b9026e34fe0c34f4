"""Everything with money in it: the cut-off, what it promised, what it is honestly worth, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from golive.errors import InputError
from golive.maths.assumed import kept
from golive.maths.blocks import FEWEST
from golive.maths.recompute import chosen, curve, smallest_gain, standing
from golive.maths.table_sums import ABOVE, TODAY, bins, counts, cutoff_at, events, rows_of
from golive.maths.units import by_customer
from golive.maths.words import whole
from golive.prove.assumed import assumed, break_evens, drawn_together
from golive.prove.bands import bands
from golive.prove.conditions import conditions
from golive.prove.dates import no_range
from golive.prove.objective import beside, keeps, scenarios, trade
from golive.prove.objective import kept as kept_limits
from golive.prove.parts import judged_parts
from golive.prove.priced_conditions import priced_conditions
from golive.prove.today import NAME
from golive.prove.verdict import verdict
from golive.records.evidence import (
    Against,
    Amount,
    Assumed,
    Curve,
    CutOff,
    Honest,
    MoneyEvidence,
    Verdict,
    Worth,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.maths.cutoff import Choice
    from golive.maths.money import Payoffs
    from golive.maths.recompute import Gain, Standing
    from golive.prove.cells import Cells
    from golive.prove.parts import JudgedParts
    from golive.prove.split import Split
    from golive.records.checked import Checked
    from golive.records.earned import KeptLimit
    from golive.records.evidence import Calibration
    from golive.records.money import Money
    from golive.records.score_table import Table

    Values = NDArray[np.float64]

LEVEL = 0.95


@dataclass(frozen=True)
class Earned:
    """The parts of the evidence that need prices."""

    verdict: Verdict
    money: MoneyEvidence
    curve: Curve
    assumptions: tuple[Assumed, ...]
    parts: JudgedParts


def earned(
    table: Table,
    money: Money,
    compiled: Payoffs,
    split: Split | None,
    both: tuple[Values, Values] | None,
    calibration: Calibration | None,
    checks: Sequence[Checked],
    *,
    few: bool = False,
    cells: Sequence[Cells] = (),
) -> Earned:
    """Choose the cut-off, value it, and judge it.

    Parameters
    ----------
    table, money, compiled
        The rows, folded, and the money file.
    split
        The rows, and what tells them apart; none where there are too many to hold.
    both
        Money of `below` and of `above` per row, (n,) each, at the recorded prices; none without rows.
    calibration, checks
        For the conditions.
    few
        Without rows: whether a few cases carry most of the money.
    cells
        Without rows: the cells of each column that tells them apart.
    """
    choice = chosen(table, compiled.prices)
    found = standing(table, compiled.prices, choice.edge, choice)
    limits = kept_limits(table, compiled.prices, choice)
    deciding = _deciding(table, money, compiled)
    evidence = _money_evidence(table, money, compiled, choice, found, deciding, limits)
    stays = kept(table, choice.edge, choice.optimism)
    asked = [gain.action for gain, decides in zip(found.against, deciding, strict=True) if decides]
    names = [one.name for one in evidence.against]
    together = drawn_together(stays, choice.edge, money, compiled, asked, names)
    gain = None
    if split is not None and both is not None:
        gain = by_customer(both[0] - both[1], split.rows.customer)
        judged = [(split, both)]
    else:
        judged = [(one, one.both) for one in cells if one.both is not None]
    parts = judged_parts(judged, table, money, choice, found.against, names, deciding)
    evidence = replace(evidence, joint=together, swap=parts.swap)
    said = conditions(
        money,
        unstable=evidence.cutoff.unstable,
        flips=None if together is None else together.lost,
        gain=gain,
        few=few,
        customers=split is not None and split.rows.customer is not None,
        segments=parts.segments,
        protected=parts.protected,
        dated=split is not None and split.dates is not None,
        calibration=calibration,
        checks=checks,
    ) + priced_conditions(money, evidence)
    return Earned(
        verdict=verdict(
            evidence,
            rows_of(table),
            events(table),
            gains=found.against,
            conditions=said,
            no_range=_no_range(table),
            break_even=break_evens(stays, money, compiled, asked, names),
        ),
        money=evidence,
        curve=_curve(table, compiled),
        assumptions=assumed(stays, choice.edge, money, compiled),
        parts=parts,
    )


def _no_range(table: Table) -> str:
    return no_range(table.blocks) if 0 < table.blocks < FEWEST else ""


def _deciding(table: Table, money: Money, compiled: Payoffs) -> tuple[bool, ...]:
    """Return whether the verdict asks about everybody `below`, everybody `above`, and today's rule if there is one."""
    names = (money.actions.below, money.actions.above)
    if table.today:
        return False, False, True
    if money.today.action is not None:
        return names[0] == money.today.action, names[1] == money.today.action
    below, above = keeps(table, compiled.prices)
    asked = below and names[0] not in money.today.impossible, above and names[1] not in money.today.impossible
    if not any(asked):
        why = (
            f"`{name} all` {'is impossible' if name in money.today.impossible else 'breaks a limit'}" for name in names
        )
        raise InputError(
            f"there is nothing to compare with: {', '.join(why)}, and nothing is said about today",
            hint='say in [today] what is done now: rule = "reject if Amount >= 5000", a column of decisions, or'
            f' "{names[0]} all" even though it breaks a limit',
        )
    return asked


def _money_evidence(
    table: Table,
    money: Money,
    compiled: Payoffs,
    choice: Choice,
    found: Standing,
    deciding: tuple[bool, ...],
    limits: tuple[KeptLimit, ...],
) -> MoneyEvidence:
    n = rows_of(table)
    best = float(choice.gain[choice.best]) + found.against[ABOVE].total
    best_cut = cutoff_at(table, choice.best)
    return MoneyEvidence(
        currency=money.currency,
        minor_units=money.minor_units,
        row=money.row,
        below=money.actions.below,
        above=money.actions.above,
        favourable=money.actions.favourable,
        event_means=money.event_means,
        mature_after_days=money.mature_after_days,
        promised=Amount(total=best, per_row=best / n),
        promised_cutoff=() if best_cut is None else (best_cut,),
        honest=_honest(found, n),
        against=tuple(_against(money, gain, decides) for gain, decides in zip(found.against, deciding, strict=True)),
        cutoff=_cutoff(table, money, choice, found),
        worth=_worth(table, money, compiled),
        cases_per_month=money.volume.cases_per_month if money.volume else None,
        cost_per_month=money.running.cost_per_month if money.running else None,
        build_cost=money.running.build_cost if money.running else None,
        today_rule=money.today.said,
        impossible=tuple(money.today.impossible),
        objective=money.objective.maximise,
        limits=limits,
        beside=beside(table, compiled.prices, choice, [_named(money, gain.action) for gain in found.against]),
        trade=trade(table, compiled.prices, choice),
        bands=bands(table, money, compiled.prices, choice.edge, [_named(money, one.action) for one in found.against]),
        scenarios=scenarios(table, compiled.prices, money, choice.edge),
    )


def _honest(found: Standing, n: int) -> Honest | None:
    if found.low is None or found.high is None:
        return None
    return Honest(
        total=found.total, per_row=found.total / n, low=found.low / n, high=found.high / n, level=LEVEL, sd=found.sd
    )


def _against(money: Money, gain: Gain, decides: bool) -> Against:
    action = _action(money, gain.action)
    return Against(
        name=_named(money, gain.action),
        action=action,
        per_row=gain.point,
        low=gain.low,
        high=gain.high,
        changed=gain.changed,
        total=gain.total,
        decides=decides,
        today=gain.action == TODAY or action == money.today.action,
    )


def _action(money: Money, action: int) -> str:
    return "" if action == TODAY else (money.actions.below, money.actions.above)[action]


def _named(money: Money, action: int) -> str:
    return NAME if action == TODAY else f"{_action(money, action)} all"


def _cutoff(table: Table, money: Money, choice: Choice, found: Standing) -> CutOff:
    before = np.append(0, np.cumsum(counts(table)))
    moved = np.abs(before[list(choice.by_fold)] - before[choice.edge])
    constant = {0: money.actions.above, bins(table): money.actions.below}.get(choice.edge)
    return CutOff(
        chosen=_listed(cutoff_at(table, choice.edge)),
        folds=tuple(_listed(cutoff_at(table, edge)) for edge in choice.by_fold),
        constant=constant,
        edge=choice.edge,
        below=found.below,
        above=found.above,
        unstable=float(moved.max()) / float(before[-1]),
    )


def _listed(cutoff: float | None) -> tuple[float, ...]:
    return () if cutoff is None else (cutoff,)


def _worth(table: Table, money: Money, compiled: Payoffs) -> Worth:
    if money.running and money.volume:
        return Worth(
            per_row=money.running.cost_per_month / money.volume.cases_per_month,
            source="what running it costs in a month, divided by the cases of a month",
        )
    return Worth(
        per_row=smallest_gain(table, compiled.prices), source="1 % of what the choice of action moves on a case"
    )


def _curve(table: Table, compiled: Payoffs) -> Curve:
    total, low, high = curve(table, compiled.prices)
    return Curve(
        cutoff=tuple(cutoff_at(table, edge) for edge in range(bins(table) + 1)),
        below=(0, *(whole(rows) for rows in np.cumsum(counts(table)).tolist())),
        total=tuple(total.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
    )
