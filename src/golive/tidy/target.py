"""Find the final model of a notebook and the numbers it reported for it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from golive.errors import NotebookError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.facts import Function, World
    from golive.tidy.kernel import Reported, Run
    from golive.tidy.program import Unit

_WORDS = {
    "roc_auc_score": "AUC",
    "f1_score": "F1",
    "score": "accuracy",
    "brier_score_loss": "Brier score",
    "log_loss": "log loss",
    "matthews_corrcoef": "Matthews correlation",
    "cohen_kappa_score": "Cohen's kappa",
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """One reported number and the expression that gives it."""

    name: str
    """For people, e.g. ``AUC``."""
    value: float
    unit: Unit
    expression: ast.expr
    """Evaluated after ``unit`` where ``unit_needed``, else in its place."""
    unit_needed: bool


@dataclass(frozen=True, kw_only=True)
class Target:
    model: str
    """The variable that holds it."""
    reports: tuple[Report, ...]
    returns: dict[str, tuple[ast.expr, ...]] = field(default_factory=dict)
    """Function that only printed its metrics -> what it must return instead."""


def find(units: Sequence[Unit], run: Run, world: World, *, wanted: str | None) -> Target:
    """Return the model of the last reported metric that belongs to one model alone.

    Raises
    ------
    NotebookError
        No model, no metric, or the metrics belong to several models at once; the choices are named.
    """
    models = {name for name, kind in run.names.items() if kind == "model"}
    _complain_about_absence(models, run, wanted)
    answered = [(reported, _models_of(_place(units, reported), units, models)) for reported in run.reported]
    single = [(reported, found) for reported, found in answered if len(found) == 1]
    if wanted:
        single = [(reported, found) for reported, found in single if found == {wanted}]
    if not single:
        raise NotebookError(
            f"no metric belongs to {f'`{wanted}`' if wanted else 'one model'} alone; the last is reported in "
            f"{units[_place(units, run.reported[-1])]}",
            hint=f"report one for it in a line of its own; the models are: {_listed(models)}",
        )
    (model,) = single[-1][1]
    return _target(model, [reported for reported, found in single if found == {model}], units, run, world)


def candidates(units: Sequence[Unit], run: Run) -> list[str]:
    """Models that a reported metric belongs to alone, the one that was reported last at the end."""
    models = {name for name, kind in run.names.items() if kind == "model"}
    found: dict[str, None] = {}
    for reported in run.reported:
        alone = _models_of(_place(units, reported), units, models)
        if len(alone) == 1:
            (name,) = alone
            found.pop(name, None)
            found[name] = None
    return list(found)


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
    """Position of the statement that a number was reported from."""
    for index, unit in enumerate(units):
        if unit.cell == reported.cell and unit.line <= reported.line <= unit.last:
            return index
    raise NotebookError(f"cell {reported.cell}, line {reported.line}: no statement stands there")


def _models_of(place: int, units: Sequence[Unit], models: set[str]) -> frozenset[str]:
    """The models that a statement's numbers come from, looking back no further than each model and the split."""
    reads = units[place].facts.reads
    found, waiting = set(reads & models), set(reads - models)
    for unit in reversed(units[:place]):
        if is_split(unit.tree):
            waiting -= unit.facts.binds
        elif unit.facts.touches & waiting:
            found |= unit.facts.reads & models
            waiting = waiting - unit.facts.binds | (unit.facts.reads - models)
    return frozenset(found)


def is_split(tree: ast.AST) -> bool:
    """Whether a statement calls scikit-learn's `train_test_split`."""
    return any(isinstance(node, ast.Call) and called(node) == "train_test_split" for node in ast.walk(tree))


def split_call(tree: ast.AST) -> ast.Call:
    """The call of a statement that `is_split`."""
    return next(node for node in ast.walk(tree) if isinstance(node, ast.Call) and is_split(node))


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _target(model: str, reported: list[Reported], units: Sequence[Unit], run: Run, world: World) -> Target:
    reports: list[Report] = []
    returns: dict[str, tuple[ast.expr, ...]] = {}
    for place in sorted({_place(units, one) for one in reported}):
        unit = units[place]
        here = [one for one in reported if _place(units, one) == place]
        reports += _expressed(unit, here, run.scalars.get(unit.cell, {}), world, returns)
    if not reports:
        raise NotebookError(
            f"{units[_place(units, reported[-1])]}: the metric of `{model}` is not kept in a variable",
            hint="write it as a line of its own, e.g. auc = roc_auc_score(...)",
        )
    return Target(model=model, reports=_named(_last_of_each(reports)), returns=returns)


def _expressed(
    unit: Unit, here: list[Reported], scalars: dict[str, float], world: World, returns: dict[str, tuple[ast.expr, ...]]
) -> list[Report]:
    """Pair the numbers reported from one statement with expressions that give them."""
    tree = unit.tree
    if isinstance(tree, ast.Assign) and (found := _in_variables(unit, tree, here, scalars)):
        return found
    calls = _metric_calls(tree, {one.name for one in here})
    if [called(call) for call in calls] == [one.name for one in here]:
        return [_report(one, unit, call, unit_needed=False) for one, call in zip(here, calls, strict=True)]
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Call) and isinstance(tree.value.func, ast.Name):
        function = world.functions.get(tree.value.func.id)
        return _from_function(unit, tree.value, function, here, returns) if function else []
    return []


def _in_variables(unit: Unit, tree: ast.Assign, here: list[Reported], scalars: dict[str, float]) -> list[Report]:
    """``auc = roc_auc_score(...)``, ``auc, f1 = judge(model)``: the variables hold the numbers."""
    names = [node.id for target in tree.targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    found = []
    for one in here:
        name = next((name for name in names if scalars.get(name) == one.value), None)
        if name is None:
            return []
        names.remove(name)
        found.append(_report(one, unit, ast.Name(id=name, ctx=ast.Load()), unit_needed=True))
    return found


def _metric_calls(tree: ast.AST, names: set[str]) -> list[ast.Call]:
    """Calls of these metrics in the order they are made; none where a loop or a function makes them."""
    if isinstance(tree, (ast.For, ast.While, ast.FunctionDef)):
        return []
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in names]
    return sorted(calls, key=lambda call: (call.end_lineno or 0, call.end_col_offset or 0))


def _from_function(
    unit: Unit, call: ast.Call, function: Function, here: list[Reported], returns: dict[str, tuple[ast.expr, ...]]
) -> list[Report]:
    """``judge(model)`` on a line of its own: take what it returns, or let it return what it printed."""
    assert isinstance(call.func, ast.Name)
    given = [node.value for node in ast.walk(function.tree) if isinstance(node, ast.Return) and node.value]
    if not given:
        calls = _metric_calls(ast.Module(body=function.tree.body, type_ignores=[]), {one.name for one in here})
        if [called(inner) for inner in calls] != [one.name for one in here]:
            return []
        returns[call.func.id] = tuple(calls)
        given = [ast.Tuple(elts=list(calls), ctx=ast.Load()) if len(calls) > 1 else calls[0]]
    parts = given[0].elts if len(given) == 1 and isinstance(given[0], ast.Tuple) else None
    if parts is None and len(here) == 1:
        return [_report(here[0], unit, call, unit_needed=False)]
    if parts is None or len(parts) != len(here):
        return []
    picked = [ast.Subscript(value=call, slice=ast.Constant(index), ctx=ast.Load()) for index in range(len(parts))]
    return [_report(one, unit, part, unit_needed=False) for one, part in zip(here, picked, strict=True)]


def _report(one: Reported, unit: Unit, expression: ast.expr, *, unit_needed: bool) -> Report:
    name = _WORDS.get(one.name, one.name.removesuffix("_score").replace("_", " "))
    return Report(name=name, value=one.value, unit=unit, expression=expression, unit_needed=unit_needed)


def _last_of_each(reports: list[Report]) -> list[Report]:
    """The same number printed twice is one report: the last."""
    kept = {(report.name, report.value): report for report in reports}
    return [report for report in reports if kept[report.name, report.value] is report]


def _named(reports: list[Report]) -> tuple[Report, ...]:
    """Give a second number of the same metric a name of its own."""
    seen: dict[str, int] = {}
    named = []
    for report in reports:
        seen[report.name] = seen.get(report.name, 0) + 1
        name = report.name if seen[report.name] == 1 else f"{report.name} {seen[report.name]}"
        named.append(
            Report(
                name=name,
                value=report.value,
                unit=report.unit,
                expression=report.expression,
                unit_needed=report.unit_needed,
            )
        )
    return tuple(named)
