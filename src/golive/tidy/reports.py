"""Pair the numbers that a notebook reported with expressions that give them again."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from golive.tidy.target import Report, called
from golive.tidy.witness import FOLDS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from golive.tidy.facts import Function, World
    from golive.tidy.kernel import Reported
    from golive.tidy.program import Unit

    Returns = dict[str, tuple[ast.expr, ...]]
    """Function that only printed its metrics -> what it must return instead."""

_WORDS = {
    "roc_auc_score": "AUC",
    "roc_auc": "AUC",
    "f1_score": "F1",
    "f1": "F1",
    "score": "accuracy",
    "best_score_": "best score of the search",
    "brier_score_loss": "Brier score",
    "log_loss": "log loss",
    "matthews_corrcoef": "Matthews correlation",
    "cohen_kappa_score": "Cohen's kappa",
    **dict.fromkeys(TABLES, "accuracy"),
}


def expressed(
    unit: Unit, here: Sequence[Reported], scalars: Mapping[str, float], world: World, returns: Returns
) -> list[Report]:
    """Pair the numbers reported from one statement with expressions; nothing where one has none."""
    tree = unit.tree
    if isinstance(tree, ast.Assign) and (found := _in_variables(unit, tree, here, scalars)):
        return found
    if found := _asked(unit, here):
        return found
    calls = [node for node in _outside_of_loops(tree) if isinstance(node, ast.Call) and _own(node, world)]
    if len(calls) == 1 and not isinstance(tree, ast.Assign):
        function = world.functions[called(calls[0])]
        if found := _from_function(unit, calls[0], function, here, returns):
            return found
    return _in_containers(unit, here, scalars)


def report(one: Reported, unit: Unit, expression: ast.expr, *, unit_needed: bool, word: str = "") -> Report:
    """A number with its name for people."""
    name, _, rest = one.name.partition(":")
    if name in FOLDS:
        name, word = rest.partition(":")[2] or "accuracy", word or "mean"
    plain = _WORDS.get(name, name.removesuffix("_score").replace("_", " "))
    named = f"{word} {plain}" if word else plain
    return Report(name=named, value=one.value, unit=unit, expression=expression, unit_needed=unit_needed)


def last_of_each(reports: Sequence[Report]) -> list[Report]:
    """The same number printed twice is one report: the last."""
    kept = {(one.name, one.value): one for one in reports}
    return [one for one in reports if kept[one.name, one.value] is one]


def named(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Give a second number of the same metric a name of its own."""
    seen: dict[str, int] = {}
    found = []
    for one in reports:
        seen[one.name] = seen.get(one.name, 0) + 1
        found.append(one if seen[one.name] == 1 else replace(one, name=f"{one.name} {seen[one.name]}"))
    return tuple(found)


def metric_calls(nodes: Iterable[ast.AST], names: set[str]) -> list[ast.expr]:
    """Where these metrics are asked for, in the order in which they are computed."""
    found = [node for node in nodes if isinstance(node, ast.expr) and _metric(node) in names - {""}]
    return sorted(found, key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0))


def _metric(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return called(node)
    return node.attr if isinstance(node, ast.Attribute) and node.attr == "best_score_" else ""


def _plain(one: Reported) -> str:
    return one.name.partition(":")[0]


def _own(call: ast.Call, world: World) -> bool:
    return isinstance(call.func, ast.Name) and isinstance(
        getattr(world.functions.get(call.func.id), "tree", None), ast.FunctionDef
    )


def _outside_of_loops(tree: ast.AST) -> list[ast.AST]:
    """Every node of a statement; none where a loop or a function makes them."""
    return [] if isinstance(tree, (ast.For, ast.While, ast.FunctionDef)) else list(ast.walk(tree))


def _asked(unit: Unit, here: Sequence[Reported]) -> list[Report]:
    """The metrics stand in the statement itself, once for every number."""
    calls = metric_calls(_outside_of_loops(unit.tree), {_plain(one) for one in here})
    if len(calls) == 1 and {_plain(one) for one in here} == {"cross_validate"}:  # one call gives several numbers
        return [report(one, unit, told(calls[0], one), unit_needed=False) for one in here]
    if [_metric(call) for call in calls] != [_plain(one) for one in here]:
        return []
    return [report(one, unit, told(call, one), unit_needed=False) for one, call in zip(here, calls, strict=True)]


def told(asked: ast.expr, one: Reported) -> ast.expr:
    """The number that was seen when this was asked: of several folds the mean, of a table how often it is right."""
    plain, _, rest = one.name.partition(":")
    if plain in TABLES and isinstance(asked, ast.Call):
        given = [*asked.args, *(word.value for word in asked.keywords if word.arg in ("y_true", "y_pred"))]
        return ast.Call(func=ast.Name(id="accuracy_score", ctx=ast.Load()), args=given[:2], keywords=[])
    if plain == "cross_validate":
        asked = ast.Subscript(value=asked, slice=ast.Constant(rest.partition(":")[0]), ctx=ast.Load())
    return _mean(asked) if plain in FOLDS else asked


def _mean(value: ast.expr) -> ast.expr:
    return ast.Call(func=ast.Attribute(value=value, attr="mean", ctx=ast.Load()), args=[], keywords=[])


def _in_variables(unit: Unit, tree: ast.Assign, here: Sequence[Reported], scalars: Mapping[str, float]) -> list[Report]:
    """``auc = roc_auc_score(...)``, ``auc, f1 = judge(model)``: the variables hold the numbers."""
    names = [node.id for target in tree.targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    whole = isinstance(tree.value, ast.Call) and called(tree.value) in FOLDS and len(names) == 1
    found = []
    for one in here:
        name = names[0] if whole else next((name for name in names if scalars.get(name) == one.value), None)
        if name is None:
            return []
        kept: ast.expr = ast.Name(id=name, ctx=ast.Load())
        if not whole:
            names.remove(name)
        found.append(report(one, unit, told(kept, one) if whole else kept, unit_needed=True))
    return found


def _in_containers(unit: Unit, here: Sequence[Reported], scalars: Mapping[str, float]) -> list[Report]:
    """``results["forest"] = ...``, ``scores.append(...)``, ``m = judge(...)`` that gives a dictionary."""
    if isinstance(unit.tree, (ast.For, ast.While)):
        return []
    found = []
    for one in here:
        places = [code for code, value in scalars.items() if value == one.value and _base(code) in unit.facts.touches]
        if not places:
            return []
        expression = ast.parse(places[-1], mode="eval").body
        found.append(report(one, unit, expression, unit_needed=True))
    return found


def _base(code: str) -> str:
    return code.partition("[")[0]


def _from_function(
    unit: Unit, call: ast.Call, function: Function, here: Sequence[Reported], returns: Returns
) -> list[Report]:
    """``judge(model)``: take what it returns, or let it return what it printed."""
    assert isinstance(call.func, ast.Name)
    given = [node.value for node in ast.walk(function.tree) if isinstance(node, ast.Return) and node.value]
    if not given:
        body = [node for line in function.tree.body for node in _outside_of_loops(line)]
        calls = metric_calls(body, {_plain(one) for one in here})
        if [_metric(call) for call in calls] != [_plain(one) for one in here]:
            return []
        parts = [told(asked, one) for asked, one in zip(calls, here, strict=True)]
        returns[call.func.id] = tuple(parts)
        given = [ast.Tuple(elts=parts, ctx=ast.Load()) if len(parts) > 1 else parts[0]]
    if len(given) != 1:
        return []
    if isinstance(given[0], ast.Tuple):
        keys: list[object] = list(range(len(given[0].elts)))
    elif isinstance(given[0], ast.Dict):
        keys = [key.value for key in given[0].keys if isinstance(key, ast.Constant)]
    else:
        return [report(here[0], unit, call, unit_needed=False)] if len(here) == 1 else []
    if len(keys) != len(here):
        return []
    picked = [ast.Subscript(value=call, slice=ast.Constant(key), ctx=ast.Load()) for key in keys]  # type: ignore[arg-type]  # keys are texts or numbers
    return [report(one, unit, part, unit_needed=False) for one, part in zip(here, picked, strict=True)]
