"""Find the final model of a notebook: the one that reported numbers belong to, or the one that it picks itself."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.errors import NotebookError
from golive.tidy.names import COMPOUND, names_in, root
from golive.tidy.program import needed
from golive.tidy.reports import expressed, last_of_each, named
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
from golive.tidy.target import Target, called, is_split
from golive.tidy.witness import FOLDS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.tidy.facts import World
    from golive.tidy.kernel import Reported, Run
    from golive.tidy.program import Unit
    from golive.tidy.target import Report

_SAVES = frozenset({"dump", "dumps", "save_model"})
_WRITES = frozenset({"to_csv", "to_excel", "to_parquet", "savetxt"})

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


def find(units: Sequence[Unit], run: Run, world: World, *, wanted: str | None) -> Target:
    """Return the model of the last reported metric that belongs to one model alone.

    Parameters
    ----------
    wanted
        A variable, or the number of a cell: the model whose metric is reported there.

    Raises
    ------
    NotebookError
        No model, no metric, or the metrics belong to several models at once; the choices are named.
    """
    models = _models(units, run)
    returns: dict[str, tuple[ast.expr, ...]] = {}
    found = _claims(units, run, world, models, returns)
    if wanted and wanted.isdecimal():
        wanted = _in_cell(int(wanted), units, found)
    _complain_about_absence(models, run, wanted)
    if wanted:
        found = [claim for claim in found if claim.model == wanted]
    found = _best_kind(found)
    if not found:
        raise NotebookError(
            f"no metric belongs to {f'`{wanted}`' if wanted else 'one model'} alone; the last is reported in "
            f"{units[_place(units, run.reported[-1])]}",
            hint=f"report one for it in a line of its own; the models are: {_listed(models)}",
        )
    return _target(found[-1].model, found, units, returns)


def candidates(units: Sequence[Unit], run: Run, world: World) -> list[str]:
    """Models that reported metrics belong to alone, the one that was reported last at the end."""
    found: dict[str, None] = {}
    for claim in _best_kind(_claims(units, run, world, _models(units, run), {})):
        found.pop(claim.model, None)
        found[claim.model] = None
    return list(found)


def said(units: Sequence[Unit], run: Run, world: World, several: Sequence[str]) -> tuple[str, str] | None:
    """Which of several models the notebook itself takes for final, and how it says so; none where it does not."""
    found = _best_kind(_claims(units, run, world, _models(units, run), {}))
    names = set(several)
    last = max(claim.place for claim in found)
    ways: list[tuple[Iterable[tuple[str, Unit]], str]] = [
        (_saved(units, names), "it is saved"),
        (_written(units, names), "what it predicts is written to a file"),
        (_picked(units, names, found), "it is picked as the best"),
        (_again(units, found), "it is judged once more after all others"),
        (_used(units[last + 1 :], names), "it alone is used after all were judged"),
    ]
    for pairs, why in ways:
        told = dict(pairs)
        if len(told) == 1:
            ((model, unit),) = told.items()
            return model, f"{why}, {unit}"
    return None


def places(units: Sequence[Unit], run: Run, world: World, several: Iterable[str]) -> list[str]:
    """``forest (cell 3, line 2: AUC 0.81)`` for each of several models."""
    found = _best_kind(_claims(units, run, world, _models(units, run), {}))
    told = []
    for name in several:
        claim = [claim for claim in found if claim.model == name][-1]
        numbers = "".join(f": {one.name} {one.value:.4g}" for one in claim.reports[:1])
        told.append(f"`{name}` ({units[claim.place]}{numbers})")
    return told


def cross_validated(units: Sequence[Unit], model: str) -> tuple[Unit, ast.Call] | None:
    """Where a model was last judged on folds by one call."""
    found = None
    for unit in units:
        for call in _fold_calls(unit.tree):
            if isinstance(call.args[0], ast.Name) and call.args[0].id == model:
                found = unit, call
    return found


def _models(units: Sequence[Unit], run: Run) -> set[str]:
    """Variables with a fitted classifier, or with one that was fitted on folds only."""
    models = {name for name, kind in run.names.items() if kind == "model"}
    judged = {root(call.args[0]) or "" for unit in units for call in _fold_calls(unit.tree)}
    return models | {name for name in judged if run.names.get(name) == "estimator"}


def _fold_calls(tree: ast.AST) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if called(call) in (*FOLDS, "cross_val_predict") and len(call.args) > 1]


def _in_cell(cell: int, units: Sequence[Unit], found: Sequence[Claim]) -> str:
    """The model whose metric a cell reports."""
    there = list(dict.fromkeys(claim.model for claim in found if units[claim.place].cell == cell))
    if len(there) == 1:
        return there[0]
    if there:
        raise NotebookError(
            f"cell {cell} reports metrics of several models",
            hint=f"name one of them: {_listed(set(there))}",
        )
    cells = sorted({units[claim.place].cell for claim in found})
    known = f"metrics of one model are in: {', '.join(f'--target {one}' for one in cells)}" if cells else ""
    raise NotebookError(f"cell {cell} reports no metric of one model alone", hint=known)


def _complain_about_absence(models: set[str], run: Run, wanted: str | None) -> None:
    if not models:
        raise NotebookError(
            "no fitted scikit-learn classifier is there at the end of the run",
            hint="tidy keeps what a fitted classifier and its reported metric need; name it in a variable",
        )
    if wanted and wanted not in models:
        raise NotebookError(
            f"`{wanted}` is not a fitted classifier at the end of the run", hint=f"there are: {_listed(models)}"
        )
    if not run.reported:
        raise NotebookError(
            "the notebook reports no metric of scikit-learn",
            hint="report one on rows kept aside, e.g. roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])",
        )


def _listed(names: set[str]) -> str:
    return ", ".join(f"--target {name}" for name in sorted(names))


def _place(units: Sequence[Unit], reported: Reported) -> int:
    """Position of the statement that a number was reported from: the last, where a cell was run again."""
    for index in range(len(units) - 1, -1, -1):
        if units[index].cell == reported.cell and units[index].line <= reported.line <= units[index].last:
            return index
    raise NotebookError(f"cell {reported.cell}, line {reported.line}: no statement stands there")


def _claims(
    units: Sequence[Unit], run: Run, world: World, models: set[str], returns: dict[str, tuple[ast.expr, ...]]
) -> list[Claim]:
    """What belongs to one model alone, in the order in which it was last reported."""
    groups: dict[tuple[int, int], list[Reported]] = {}
    for one in run.reported:
        key = _place(units, one), _kind(one)
        groups[key] = [*groups.pop(key, ()), one]
    found: list[Claim] = []
    loops: list[tuple[int, list[Reported], str]] = []
    for (place, kind), here in groups.items():
        if any((place, better) in groups for better in range(kind)):
            continue  # a table beside the metric says nothing more
        unit, scalars = units[place], run.scalars.get(units[place].cell, {})
        models_here, folded = _models_of(place, units, models)
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


def _best_kind(found: Sequence[Claim]) -> list[Claim]:
    told = [claim for claim in found if claim.reports] or found
    kinds = [claim.kind for claim in told]
    return [claim for claim in found if claim.kind == min(kinds, default=HELD)]


def _models_of(place: int, units: Sequence[Unit], models: set[str]) -> tuple[frozenset[str], bool]:
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


def _target(
    model: str, found: Sequence[Claim], units: Sequence[Unit], returns: dict[str, tuple[ast.expr, ...]]
) -> Target:
    own = sorted((claim for claim in found if claim.model == model), key=lambda claim: claim.place)
    reports = [one for claim in own for one in claim.reports]
    if not reports:
        raise NotebookError(
            f"{units[own[-1].place]}: the metric of `{model}` is not kept in a variable",
            hint="write it as a line of its own, e.g. auc = roc_auc_score(...)",
        )
    folds = any(claim.folds for claim in own)
    return Target(model=model, reports=named(last_of_each(reports)), returns=returns, folds=folds)


def _saved(units: Sequence[Unit], names: set[str]) -> Iterable[tuple[str, Unit]]:
    for unit in units:
        for call in [node for node in ast.walk(unit.tree) if isinstance(node, ast.Call) and called(node) in _SAVES]:
            owner = {root(call.func)} if called(call) == "save_model" else set()
            yield from ((name, unit) for name in sorted(names & (names_in(call) | owner)))


def _written(units: Sequence[Unit], names: set[str]) -> Iterable[tuple[str, Unit]]:
    for place, unit in enumerate(units):
        if any(isinstance(node, ast.Call) and called(node) in _WRITES for node in ast.walk(unit.tree)):
            yield from ((name, unit) for name in sorted(_models_of(place, units, names)[0]))


def _picked(units: Sequence[Unit], names: set[str], found: Sequence[Claim]) -> Iterable[tuple[str, Unit]]:
    yield from ((claim.model, units[claim.place]) for claim in found if claim.picked)
    for unit in units:
        if isinstance(unit.tree, ast.Assign) and isinstance(unit.tree.value, ast.Name) and unit.tree.value.id in names:
            yield unit.tree.value.id, unit


def _again(units: Sequence[Unit], found: Sequence[Claim]) -> Iterable[tuple[str, Unit]]:
    """When every model had been judged, one alone was judged by the same metric more often than the others."""
    first: dict[str, int] = {}
    times: dict[str, Counter[str]] = {}
    for claim in found:
        first[claim.model] = min(first.get(claim.model, claim.place), claim.place)
        times.setdefault(claim.model, Counter()).update(claim.metrics)
    after = [claim for claim in found if claim.place > max(first.values())]
    for claim in after:
        others = [count for model, count in times.items() if model != claim.model]
        if any(0 < max(count[name] for count in others) < times[claim.model][name] for name in claim.metrics):
            yield claim.model, units[claim.place]
    if len({claim.model for claim in after}) > 1:
        yield from ((claim.model, units[claim.place]) for claim in after)


def _used(after: Sequence[Unit], names: set[str]) -> Iterable[tuple[str, Unit]]:
    for unit in after:
        yield from ((name, unit) for name in sorted(unit.facts.reads & names))
