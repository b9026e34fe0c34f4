"""Name what was learned from rows that are later used to judge."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.records.tidied import Leak
from golive.tidy.fitters import fits, noun
from golive.tidy.learned import statistics
from golive.tidy.target import is_split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.tidy.facts import World
    from golive.tidy.learned import Site
    from golive.tidy.program import Unit

_TOO = "all rows, also those later used to judge"


def leaks(fitted: Iterable[Unit], learned: Iterable[Site], units: Sequence[Unit], *, repaired: bool) -> list[Leak]:
    """Say what leaks, in the order of the file.

    Parameters
    ----------
    fitted
        Statements that fit something before the split.
    learned
        Statistics taken before the split.
    units
        The whole program, to know what a variable was made with.
    repaired
        Whether the package that is written does not have them any more.
    """
    made = _classes(units)
    found = [_fit(unit, call, made, repaired) for unit in fitted for call in fits(unit.tree)]
    found += [_statistic(site, repaired) for site in learned]
    return sorted(found, key=lambda leak: (leak.cell, leak.line))


def before_split(kept: Sequence[Unit], world: World) -> tuple[list[Unit], list[Site]]:
    """What is fitted and what is taken over rows before the first split; nothing where there is no split."""
    place = next((index for index, unit in enumerate(kept) if is_split(unit.tree)), 0)
    rows = {name for name, kind in world.kinds.items() if kind in ("frame", "series")}
    early = [unit for unit in kept[:place] if not isinstance(unit.tree, (ast.FunctionDef, ast.ClassDef))]
    return [unit for unit in early if fits(unit.tree)], [site for unit in early for site in statistics(unit, rows)]


def _fit(unit: Unit, call: ast.Call, made: dict[str, str], repaired: bool) -> Leak:
    line = call.lineno if unit.lines else unit.line
    what = f"cell {unit.cell}, line {line}: the {noun(call, made)} learns from {_TOO}"
    return Leak(cell=unit.cell, line=line, kind="fitter", what=what, repaired=repaired)


def _statistic(site: Site, repaired: bool) -> Leak:
    what = f"cell {site.cell}, line {site.line}: the {site.what} is taken over {_TOO}"
    return Leak(cell=site.cell, line=site.line, kind="statistic", what=what, repaired=repaired)


def _classes(units: Sequence[Unit]) -> dict[str, str]:
    """Variable -> name of what it was made with, as in ``imputer = SimpleImputer()``."""
    made: dict[str, str] = {}
    for unit in units:
        tree = unit.tree
        if isinstance(tree, ast.Assign) and isinstance(tree.value, ast.Call) and isinstance(tree.targets[0], ast.Name):
            function = tree.value.func
            made[tree.targets[0].id] = (
                function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            )
    return made
