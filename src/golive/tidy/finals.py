"""Find the final model of a notebook: the one that reported numbers belong to, or the one that it picks itself."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from golive.errors import NotebookError
from golive.tidy.claims import Claim, best_kind, claims, fold_calls, models_at_end, models_of, place_of
from golive.tidy.names import names_in, root
from golive.tidy.reports import last_of_each, named
from golive.tidy.target import Target, called

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.tidy.facts import World
    from golive.tidy.kernel import Run
    from golive.tidy.program import Unit

_SAVES = frozenset({"dump", "dumps", "save_model"})
_WRITES = frozenset({"to_csv", "to_excel", "to_parquet", "savetxt"})


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
    models = models_at_end(units, run)
    returns: dict[str, tuple[ast.expr, ...]] = {}
    found = claims(units, run, world, models, returns)
    if wanted and wanted.isdecimal():
        wanted = _in_cell(int(wanted), units, found)
    _complain_about_absence(models, run, wanted)
    if wanted:
        found = [claim for claim in found if claim.model == wanted]
    found = best_kind(found)
    if not found:
        raise NotebookError(
            f"no metric belongs to {f'`{wanted}`' if wanted else 'one model'} alone; the last is reported in "
            f"{units[place_of(units, run.reported[-1])]}",
            hint=f"report one for it in a line of its own; the models are: {_listed(models)}",
        )
    return _target(found[-1].model, found, units, returns)


def candidates(units: Sequence[Unit], run: Run, world: World) -> list[str]:
    """Models that reported metrics belong to alone, the one that was reported last at the end."""
    found: dict[str, None] = {}
    for claim in best_kind(claims(units, run, world, models_at_end(units, run), {})):
        found.pop(claim.model, None)
        found[claim.model] = None
    return list(found)


def said(units: Sequence[Unit], run: Run, world: World, several: Sequence[str]) -> tuple[str, str] | None:
    """Which of several models the notebook itself takes for final, and how it says so; none where it does not."""
    found = best_kind(claims(units, run, world, models_at_end(units, run), {}))
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
    found = best_kind(claims(units, run, world, models_at_end(units, run), {}))
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
        for call in fold_calls(unit.tree):
            if isinstance(call.args[0], ast.Name) and call.args[0].id == model:
                found = unit, call
    return found


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
            yield from ((name, unit) for name in sorted(models_of(place, units, names)[0]))


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
