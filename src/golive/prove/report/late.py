"""Figures that take a thousand draws or a second choice: the page works them out when a control has come to rest.

What all prices together may do, what keeping the cut-off costs then, and what choosing for profit costs in revenue.
figures.js repeats this file; tests/unit/prove/test_report_figures.py compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.errors import InputError
from golive.maths.assumed import kept
from golive.maths.joint import Ranged, joint, regret_at_ends
from golive.maths.recompute import chosen
from golive.prove.objective import trade
from golive.prove.report.setting import under

if TYPE_CHECKING:
    from golive.maths.cutoff import Choice
    from golive.prove.report.figures import Figures
    from golive.prove.report.setting import Setting
    from golive.records.evidence import Assumed, Evidence

NOTHING = ("money", None)


def late(evidence: Evidence, setting: Setting) -> Figures:
    """Return these figures under a setting. Needs prices."""
    now = under(evidence, setting)
    choice = chosen(now.table, setting.prices)
    return {**_together(now, setting, choice), **_trade(now, setting, choice)}


def _together(now: Evidence, setting: Setting, choice: Choice) -> Figures:
    assert now.money is not None
    stays = kept(now.table, choice.edge, choice.optimism)
    moving = {at: ranged for at, one in enumerate(now.assumptions) if (ranged := _moving(one)) is not None}
    said: Figures = {f"regret.{at}": NOTHING for at in range(len(now.assumptions))}
    asked = [at for at, one in enumerate(now.money.against) if one.decides]
    try:
        found = joint(stays, choice.edge, setting.prices, list(moving.values()), asked) if moving else None
        said |= {
            f"regret.{at}": ("money", 1000 * regret_at_ends(stays, choice.edge, setting.prices, one))
            for at, one in moving.items()
        }
    except InputError:  # a price that divides is 0 inside its range
        found = None
    for at in range(len(now.money.against)):
        one = found.against[at] if found else None
        said[f"joint.{at}"] = ("gain", None if one is None else 1000 * one.middle)
        said[f"joint.{at}.span"] = ("span", (None, None) if one is None else (1000 * one.low, 1000 * one.high))
        said[f"joint.{at}.lost"] = ("share", None if one is None else one.lost)
    said["joint.lost"] = ("share", None if found is None else found.lost)
    said["joint.regret"] = ("money", None if found is None else 1000 * found.regret)
    said["joint.regret.high"] = ("money", None if found is None else 1000 * found.regret_high)
    return said


def _moving(one: Assumed) -> Ranged | None:
    if not one.adjustable or one.low is None or one.high is None or one.low >= one.high:
        return None
    return Ranged(one.name, one.low, one.high)


def _trade(now: Evidence, setting: Setting, choice: Choice) -> Figures:
    found = trade(now.table, setting.prices, choice)
    said: Figures = {}
    for one in found.choices if found else ():
        said |= {
            f"trade.{one.objective}.cut": ("score", one.chosen[0] if one.chosen else None),
            f"trade.{one.objective}.profit": ("gain", 1000 * one.profit),
            f"trade.{one.objective}.revenue": ("gain", 1000 * one.revenue),
        }
    return said
