"""What reported numbers belong to: each to one model alone, or to none."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.errors import NotebookError
from golive.tidy.names import COMPOUND, root
from golive.tidy.program import needed
from golive.tidy.reports import expressed
from golive.tidy.rounds import (
    PICKS,
    best_of,
    in_rounds,
    is_loop,
    judged_inside,
    kept_best,
    of_kept,
    over_folds,
    over_rounds,
)
from golive.tidy.target import called, is_split
from golive.tidy.witness import FOLDS, TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.facts import World
    from golive.tidy.kernel import Reported, Run
    from golive.tidy.program import Unit
    from golive.tidy.target import Report

HELD, FOLDED, SHOWN = range(3)
"""How much a number says: rows kept aside, folds or rounds, the best of a search or a table. Only the first kind that
there is counts."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Numbers that one statement reported of one model alone."""

    model: str
    place: int
    """Position of the statement."""
    kind: int
    reports: tuple[Report, ...]
    """Empty where no expression gives them."""
    metrics: tuple[str, ...] = ()
    """As scikit-learn calls them."""
    folds: bool = False
    picked: int = 0
    """Line at which a loop keeps it as the best, or where it is picked."""


def models_at_end(units: Sequence[Unit], run: Run) -> set[str]:
    """Variables with a fitted classifier, or with one that was fitted on folds only."""
    models = {name for name, kind in run.names.items() if kind == "model"}
    judged = {root(call.args[0]) or "" for unit in units for call in fold_calls(unit.tree)}
    return models | {name for name in judged if run.names.get(name) == "estimator"}


def fold_calls(tree: ast.AST) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if called(call) in (*FOLDS, "cross_val_predict") and len(call.args) > 1]


def place_of(units: Sequence[Unit], reported: Reported) -> int:
    """Position of the statement that a number was reported from: the last, where a cell was run again."""
    for index in range(len(units) - 1, -1, -1):
        if units[index].cell == reported.cell and units[index].line <= reported.line <= units[index].last:
            return index
    raise NotebookError(f"cell {reported.cell}, line {reported.line}: no statement stands there")


def claims(
    units: Sequence[Unit], run: Run, world: World, models: set[str], returns: dict[str, tuple[ast.expr, ...]]
) -> list[Claim]:
    """What belongs to one model alone, in the order in which it was last reported."""
    groups: dict[tuple[int, int], list[Reported]] = {}
    for one in run.reported:
        key = place_of(units, one), _kind(one)
        groups[key] = [*groups.pop(key, ()), one]
    found: list[Claim] = []
    loops: list[tuple[int, list[Reported], str]] = []
    for (place, kind), here in groups.items():
        if any((place, better) in groups for better in range(kind)):
            continue  # a table beside the metric says nothing more
        unit, scalars = units[place], run.scalars.get(units[place].cell, {})
        models_here, folded = models_of(place, units, models)
        if is_loop(unit.tree) or in_rounds(unit.tree, here):
            if kept := kept_best(unit.tree, models):
                reports = tuple(of_kept(kept, unit, here, scalars))
                line = unit.line + kept.line - unit.tree.lineno
                found.append(Claim(model=kept.model, place=place, kind=HELD, reports=reports, picked=line))
                continue
            running = unit.facts.touches & models
            if len(running) == 1 and not over_folds(unit.tree):
                loops.append((place, here, next(iter(running))))
            elif len(models_here) == 1:
                reports = tuple(over_rounds(unit, units[place + 1 :], here, scalars))
                folds = over_folds(unit.tree)
                found.append(
                    Claim(model=next(iter(models_here)), place=place, kind=FOLDED, reports=reports, folds=folds)
                )
        elif len(models_here) == 1:
            reports = tuple(expressed(unit, here, scalars, world, returns) or judged_inside(unit, here, world))
            folds = folded or kind == FOLDED
            metrics = tuple(one.name for one in here)
            found.append(
                Claim(
                    model=next(iter(models_here)),
                    place=place,
                    kind=kind,
                    reports=reports,
                    metrics=metrics,
                    folds=folds,
                )
            )
    return _without_spare([*found, *_of_loops(loops, units, models - {claim.model for claim in found})])


def _kind(one: Reported) -> int:
    name = one.name.partition(":")[0]
    return FOLDED if name in FOLDS else SHOWN if name in (*TABLES, "best_score_") else HELD


def _without_spare(found: list[Claim]) -> list[Claim]:
    """A model that was picked by its scores and judged again needs only the latter."""
    judged = {claim.model for claim in found if not claim.picked and claim.kind == HELD and claim.reports}
    return [claim for claim in found if not claim.picked or claim.model not in judged]


def best_kind(found: Sequence[Claim]) -> list[Claim]:
    told = [claim for claim in found if claim.reports] or found
    kinds = [claim.kind for claim in told]
    return [claim for claim in found if claim.kind == min(kinds, default=HELD)]


def models_of(place: int, units: Sequence[Unit], models: set[str]) -> tuple[frozenset[str], bool]:
    """The models that a statement's numbers come from, looking back no further than each model and the split.

    Second is whether they were fitted in a block that predicts too, as over folds.
    """
    for folded in (False, True):
        found, waiting = _read_by(units[place], models, folded), set(units[place].facts.reads - models)
        for unit in reversed(units[:place]):
            if is_split(unit.tree):
                waiting -= unit.facts.binds
            elif unit.facts.touches & waiting:
                found |= _read_by(unit, models, folded)
                waiting = waiting - unit.facts.binds | (unit.facts.reads - models)
        if found:
            return frozenset(found), folded
    made = units[place].facts.binds & models  # ``model, auc = fit_and_judge(...)``
    return (made if len(made) == 1 else frozenset()), False


def _read_by(unit: Unit, models: set[str], folded: bool) -> set[str]:
    inside = unit.facts.touches if folded and isinstance(unit.tree, COMPOUND) else frozenset()
    return {*(unit.facts.reads | inside) & models}


def _of_loops(loops: Sequence[tuple[int, list[Reported], str]], units: Sequence[Unit], open_models: set[str]) -> list[Claim]:  # fmt: skip  # noqa: E501
    """Models that are picked from those of a loop by what it reported, and were not judged again."""
    found = []
    for index, unit in enumerate(units):
        tree = unit.tree
        if not isinstance(tree, ast.Assign) or not isinstance(tree.targets[0], ast.Name):
            continue
        model = tree.targets[0].id
        before = [loop for loop in loops if loop[0] < index and loop[2] != model]
        if model not in open_models or not before:
            continue
        place, here, running = before[-1]
        made = needed(units[: index + 1], {model})[0]
        later = [one for one in made if one is not units[place] and units.index(one) > place]
        if units[place] in made and any(_picks(one.tree) for one in later):
            reports = tuple(best_of(units[place], here, running, model))
            # Judged where it is picked: the model has no name before.
            found.append(Claim(model=model, place=index, kind=HELD, reports=reports, picked=unit.line, folds=True))
    return found


def _picks(tree: ast.AST) -> bool:
    return any(isinstance(node, ast.Call) and called(node) in PICKS for node in ast.walk(tree))
