"""Name what was learned from rows that are later used to judge, see `golive.tidy.flow`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from golive.tidy.fitters import fits
from golive.tidy.flow.verdict import found

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.records.tidied import Leak
    from golive.tidy.book import Site
    from golive.tidy.program import Unit
    from golive.tidy.roles import Plan
    from golive.tidy.target import Target

_LEARNED = ("fitter", "statistic")
"""What a cleaning learns, so that it can learn it from the training part."""


def everywhere(kept: Sequence[Unit], units: Sequence[Unit], target: Target | None) -> list[Leak]:
    """All that leaks, whatever shape the package will have, in the order of the file.

    Parameters
    ----------
    kept
        What the reported numbers and their model need, in the order it was run.
    units
        The whole program.
    target
        The model and its numbers; where it is not known, all rows that are kept aside are taken to judge.
    """
    return found(kept, units, target)


def untold(plan: Plan, leaks: Iterable[Leak]) -> str:
    """Why nothing is repaired where the training reads rows kept aside and no leak says so; empty otherwise."""
    if not plan.peeks:
        return ""
    training = [(unit.cell, unit.line, unit.last) for unit in plan.train]
    told = [(leak.cell, leak.line) for leak in leaks]
    if any(cell == at and first <= line <= last for at, line in told for cell, first, last in training):
        return ""
    aside = {plan.split.holdout, plan.split.holdout_outcome}
    unit = next((unit for unit in plan.train if unit.facts.reads & aside), plan.split.unit)
    return f"{unit}: the training reads rows that were kept aside to judge"


def repaired(leaks: Iterable[Leak], plan: Plan, learned: Iterable[Site], units: Sequence[Unit]) -> list[Leak]:
    """The same leaks, said of a package in which what was learned is learned from the training part only."""
    mended = {(site.cell, site.line) for site in learned}
    mended |= {
        (step.fitting.unit.cell, call.lineno)
        for step in plan.steps
        if step.before_split
        for call in fits(step.fitting.unit.tree)
    }
    homes = [unit for unit in units if any(_holds(unit, cell, line) for cell, line in mended)]
    return [structs.replace(leak, repaired=_taken_out(leak, homes, plan)) for leak in leaks]


def _taken_out(leak: Leak, homes: Iterable[Unit], plan: Plan) -> bool:
    if any(_holds(unit, leak.cell, leak.line) for unit in plan.whole):
        return True
    return leak.kind in _LEARNED and any(_holds(unit, leak.cell, leak.line) for unit in homes)


def _holds(unit: Unit, cell: int, line: int) -> bool:
    return unit.cell == cell and unit.line <= line <= unit.last
