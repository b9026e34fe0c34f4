"""Name what was learned from rows that are later used to judge."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeGuard

from msgspec import structs

from golive.records.tidied import Leak
from golive.tidy.choices import SEARCHES, choices
from golive.tidy.dates import dates
from golive.tidy.fitters import fits, noun
from golive.tidy.judging import judged, suspect
from golive.tidy.learned import statistics
from golive.tidy.names import root
from golive.tidy.outcomes import outcomes
from golive.tidy.parts import overlap, resampled
from golive.tidy.target import called, is_split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.tidy.facts import World
    from golive.tidy.judging import Judged
    from golive.tidy.learned import Site
    from golive.tidy.program import Unit
    from golive.tidy.roles import Plan
    from golive.tidy.target import Target

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


def everywhere(
    kept: Sequence[Unit], units: Sequence[Unit], world: World, target: Target, *, early: Sequence[Unit] | None = None
) -> list[Leak]:
    """All that leaks, whatever shape the package will have: what is learned before the split, and `suspected`.

    ``early`` is where to look for what is learned before the split, when that is not ``kept``.
    """
    fitted, learned = before_split(kept if early is None else early, world)
    return merged(leaks(fitted, learned, units, repaired=False), suspected(kept, world, target))


def suspected(kept: Sequence[Unit], world: World, target: Target) -> list[Leak]:
    """What leaks and cannot be taken out mechanically: choices by the rows that judge, copies of them, the outcome."""
    seen = judged(kept, world, target)
    return [*in_functions(seen), *outcomes(seen), *resampled(seen), *overlap(seen), *dates(seen), *choices(seen)]


def untold(plan: Plan, kept: Sequence[Unit], world: World, target: Target) -> str:
    """Why nothing is repaired where the training reads rows kept aside and no leak says so; empty otherwise."""
    if not plan.peeks:
        return ""
    training = [(unit.cell, unit.line, unit.last) for unit in plan.train]
    told = [(leak.cell, leak.line) for leak in suspected(kept, world, target)]
    if any(cell == at and first <= line <= last for at, line in told for cell, first, last in training):
        return ""
    aside = {plan.split.holdout, plan.split.holdout_outcome}
    unit = next((unit for unit in plan.train if unit.facts.reads & aside), plan.split.unit)
    return f"{unit}: the training reads rows that were kept aside to judge"


def merged(learned: Iterable[Leak], suspects: Sequence[Leak]) -> list[Leak]:
    """Both in the order of the file, one leak for one line: what is said more exactly is said alone."""
    said = {(leak.cell, leak.line) for leak in suspects}
    found = [leak for leak in learned if (leak.cell, leak.line) not in said]
    return sorted([*found, *suspects], key=lambda leak: (leak.cell, leak.line))


def in_functions(seen: Judged) -> list[Leak]:
    """Fits inside the notebook's own functions that are called before the split."""
    if seen.split >= len(seen.kept):
        return []
    called_early = set().union(*(unit.facts.reads for unit in seen.before)) & seen.world.functions.keys()
    bodies = {seen.world.functions[name].tree for name in called_early}
    homes = [unit for unit in seen.kept if unit.tree in bodies and isinstance(unit.tree, ast.FunctionDef)]
    return [_fit(unit, call, {}, False) for unit in homes for call in fits(unit.tree)]


def before_split(kept: Sequence[Unit], world: World) -> tuple[list[Unit], list[Site]]:
    """What is fitted and what is taken over rows before the first split; nothing where there is no split."""
    place = next((index for index, unit in enumerate(kept) if is_split(unit.tree)), 0)
    rows = {name for name, kind in world.kinds.items() if kind in ("frame", "series")}
    made = _classes(kept)
    early = [unit for unit in kept[:place] if not isinstance(unit.tree, (ast.FunctionDef, ast.ClassDef))]
    return [unit for unit in early if _learns(unit, made)], [site for unit in early for site in statistics(unit, rows)]


def of_all(units: Iterable[Unit], rows: set[str], known: Sequence[Unit]) -> tuple[list[Unit], list[Site]]:
    """What is fitted and what is taken over rows where the training reads all of them before the split."""
    made, reading = _classes(known), list(units)
    return [unit for unit in reading if _learns(unit, made)], [
        site for unit in reading for site in statistics(unit, rows)
    ]


def trained_on_all(plan: Plan) -> list[Leak]:
    """After the split the model is fitted on what was split."""
    for unit in plan.train:
        for call in fits(unit.tree) if plan.model in unit.facts.touches else []:
            if call.args and root(call.args[0]) == plan.split.features:
                return [suspect(unit, call.lineno, "duplicates", "rows are both learned from and used to judge")]
    return []


def taken_out(suspects: Iterable[Leak], units: Sequence[Unit]) -> list[Leak]:
    """The same, said of a package in which these statements read the training part only."""
    lines = {(unit.cell, line) for unit in units for line in range(unit.line, unit.last + 1)}
    return [structs.replace(leak, repaired=(leak.cell, leak.line) in lines) for leak in suspects]


def _learns(unit: Unit, made: dict[str, str]) -> bool:
    """Whether a statement fits a transformer; a search over settings and copies of rows are leaks of other kinds."""
    for call in fits(unit.tree):
        assert isinstance(call.func, ast.Attribute)
        owner = call.func.value
        name = called(owner) if isinstance(owner, ast.Call) else made.get(owner.id, "") if _named(owner) else ""
        if call.func.attr != "fit_resample" and name not in SEARCHES:
            return True
    return False


def _named(node: ast.expr) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


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
