"""Figures that take a thousand draws or a second choice: the page works them out when a control has come to rest.

What all prices together may do, what keeping the cut-off costs then, and what choosing for profit costs in revenue.
figures.js repeats this file; tests/unit/prove/test_report_figures.py compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.errors import InputError
from golive.maths.assumed import kept
from golive.maths.bands import Help, assumed, choose_bands, measured
from golive.maths.joint import Ranged, joint, regret_at_ends
from golive.maths.recompute import chosen
from golive.maths.table_sums import counts, cutoff_at
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
    return {**_together(now, setting, choice), **_trade(now, setting, choice), **_bands(now, setting, choice)}


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


def _bands(now: Evidence, setting: Setting, choice: Choice) -> Figures:
    """The three bands under a capacity: what is measured, and what people are assumed to add."""
    assert now.money is not None
    bands, table, prices = now.money.bands, now.table, setting.prices
    if bands is None:
        return {}
    capacity = bands.capacity_per_day if setting.capacity is None else setting.capacity
    share = min(capacity / bands.per_day, 1.0)
    people = Help(*(one.value for one in bands.review))
    found = choose_bands(table, prices, people, share)
    ranged = [
        Ranged(one.name, one.low, one.high) for one in bands.review if one.low is not None and one.high is not None
    ]
    ranged = [one for one in ranged if one.low != one.high]
    low, high = found.edges
    before = np.append(0.0, np.cumsum(counts(table)))
    per = 1000 / now.rows
    said: Figures = {"bands.share": ("share", share)}
    for at, n in enumerate((before[low], before[high] - before[low], before[-1] - before[high])):
        said[f"bands.{at}"] = ("count", per * float(n))
    said |= {f"bands.cut.{at}": ("score", cutoff_at(table, edge)) for at, edge in enumerate(found.edges)}
    for at, one in enumerate(measured(table, prices, found)):
        said[f"bands.gain.{at}"] = ("gain", 1000 * one.point)
        ends = tuple(None if end is None else 1000 * end for end in (one.low, one.high))
        said[f"bands.gain.{at}.span"] = ("span", (ends[0], ends[1]))
        said[f"bands.changed.{at}"] = ("count", float(one.changed))
    added = assumed(table, prices, found.edges, choice.edge, people, ranged)
    said["bands.added"] = ("gain", per * added.total)
    said["bands.added.span"] = ("span", (per * added.low, per * added.high))
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
