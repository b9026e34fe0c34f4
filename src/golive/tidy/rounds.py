"""Numbers that a loop reports: over folds, over settings or models of which the best is kept, over cut-offs."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from golive.tidy.names import names_in, targets
from golive.tidy.reports import metric_calls, report, told
from golive.tidy.target import called

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from golive.tidy.facts import World
    from golive.tidy.kernel import Reported
    from golive.tidy.program import Unit
    from golive.tidy.target import Report

_LOSSES = frozenset({"log_loss", "brier_score_loss"})
PICKS = frozenset({"max", "min", "argmax", "argmin", "nanargmax", "idxmax", "idxmin", "sorted", "nlargest"} | {
    "argsort", "sort_values", "most_common"
})  # fmt: skip
"""What picks the best of several, by their scores."""

_MEANS = frozenset({"mean", "average", "fmean", "nanmean"})


class Kept(NamedTuple):
    """``if score > best: best, best_model = score, model``."""

    score: str
    """The variable that holds the best score, after the loop too."""
    model: str
    running: str
    """The model of each round; empty where it has no name."""
    line: int


def is_loop(tree: ast.AST) -> bool:
    return isinstance(tree, (ast.For, ast.While))


def in_rounds(tree: ast.AST, here: Sequence[Reported]) -> bool:
    """``[f1_score(y, p > cut) for cut in cuts]``: more numbers than places that ask for them."""
    loops = [node for node in ast.walk(tree) if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.DictComp))]
    calls = [metric_calls(ast.walk(loop), {one.name.partition(":")[0] for one in here}) for loop in loops]
    return len(here) > 1 and any(calls)


def over_folds(tree: ast.AST) -> bool:
    """Whether a loop goes over the folds of a splitter."""
    if not isinstance(tree, ast.For):
        return False
    calls = [node for node in ast.walk(tree.iter) if isinstance(node, ast.Call)]
    return any(isinstance(call.func, ast.Attribute) and call.func.attr == "split" for call in calls)


def kept_best(tree: ast.AST, models: set[str]) -> Kept | None:
    """The model that a loop keeps where its score is better than the best so far."""
    for node in ast.walk(tree) if is_loop(tree) else ():
        if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
            continue
        made = {name: value for line in node.body for name, value in _assigned(line)}
        scores = sorted(names_in(node.test) & made.keys() - models)
        kept = sorted(made.keys() & models)
        if len(scores) == 1 and len(kept) == 1:
            value = made[kept[0]]
            return Kept(scores[0], kept[0], value.id if isinstance(value, ast.Name) else "", node.lineno)
    return None


def of_kept(kept: Kept, unit: Unit, here: Sequence[Reported], scalars: Mapping[str, float]) -> list[Report]:
    """The best score, asked of the model that was kept; where that cannot be said, the variable that holds it."""
    one = next((one for one in here if one.value == scalars.get(kept.score)), None)
    if one is None:
        return []
    if again := asked_again(unit.tree, one, kept.running, kept.model):
        return [report(one, unit, again, unit_needed=False)]
    return [report(one, unit, ast.Name(id=kept.score, ctx=ast.Load()), unit_needed=True)]


def best_of(unit: Unit, here: Sequence[Reported], running: str, model: str) -> list[Report]:
    """What the best model of a loop was given there, asked of ``model`` again."""
    found = []
    for name in dict.fromkeys(one.name for one in here):
        rounds = [one for one in here if one.name == name]
        best = (min if name in _LOSSES else max)(rounds, key=lambda one: one.value)
        if again := asked_again(unit.tree, best, running, model):
            found.append(report(best, unit, again, unit_needed=False))
    return found[:1]


def over_rounds(
    unit: Unit, later: Sequence[Unit], here: Sequence[Reported], scalars: Mapping[str, float]
) -> list[Report]:
    """The mean over folds, as the notebook takes it of a list of scores; else the one that it calls the best."""
    values = {one.value: one for one in here}
    entries: dict[str, list[float]] = {}
    for code, value in scalars.items():
        name, _, rest = code.partition("[")
        if rest and name in unit.facts.touches:
            entries.setdefault(name, []).append(value)
    lists = {name: numbers for name, numbers in entries.items() if set(numbers) <= values.keys()}
    means = dict(_means(_until_changed(later, set(lists)), set(lists)))
    if not means:  # gathered, and shown in a way that is not known
        means = {
            name: ast.parse(f"sum({name}) / len({name})", mode="eval").body
            for name in lists
            if over_folds(unit.tree) and f"{name}[0]" in scalars
        }
    if means:
        return [
            report(
                replace(values[lists[name][0]], value=sum(lists[name]) / len(lists[name])),
                unit,
                node,
                unit_needed=True,
                word="mean",
            )
            for name, node in means.items()
        ]
    single = [(code, value) for code, value in scalars.items() if code in unit.facts.touches and value in values]
    if not single:
        return []
    code, value = max(single, key=lambda pair: pair[1])
    return [report(values[value], unit, ast.Name(id=code, ctx=ast.Load()), unit_needed=True)]


def _until_changed(later: Sequence[Unit], names: set[str]) -> list[Unit]:
    """The statements after a loop, up to the first that makes its lists something else."""
    found = []
    for one in later:
        if one.facts.touches & names:
            break
        found.append(one)
    return found


def _means(units: Iterable[Unit], names: set[str]) -> list[tuple[str, ast.expr]]:
    """``np.mean(scores)``, ``scores.mean()``, ``np.array(scores).mean()``, ``sum(scores) / len(scores)``."""
    found: list[tuple[str, ast.expr]] = []
    for node in [node for unit in units for node in ast.walk(unit.tree)]:
        mentioned = sorted(names_in(node) & names) if isinstance(node, ast.expr) else []
        if len(mentioned) != 1:
            continue
        if isinstance(node, ast.Call) and called(node) in _MEANS and not node.keywords and _whole(node):
            found.append((mentioned[0], node))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _whole(node):
            parts = [called(side) if isinstance(side, ast.Call) else "" for side in (node.left, node.right)]
            found += [(mentioned[0], node)] if parts == ["sum", "len"] else []
    return found


def _whole(node: ast.expr) -> bool:
    """Whether a mean is of the whole list and not of a part of it."""
    return not any(isinstance(part, (ast.Subscript, ast.Lambda, ast.GeneratorExp)) for part in ast.walk(node))


def judged_inside(unit: Unit, here: Sequence[Reported], world: World) -> list[Report]:
    """``model = fit_and_judge(LogisticRegression())``: what the function printed, asked of what it returned."""
    tree = unit.tree
    call = tree.value if isinstance(tree, ast.Assign) and isinstance(tree.targets[0], ast.Name) else None
    function = world.functions.get(called(call)) if isinstance(call, ast.Call) else None
    if call is None or function is None or not isinstance(function.tree, ast.FunctionDef):
        return []
    returned = [node.value for node in ast.walk(function.tree) if isinstance(node, ast.Return) and node.value]
    if len(returned) != 1 or not isinstance(returned[0], ast.Name):
        return []
    assert isinstance(call, ast.Call)
    given = dict(zip(function.parameters, call.args, strict=False))
    given |= {word.arg: word.value for word in call.keywords if word.arg}
    unknown = {*function.parameters} - given.keys() - {returned[0].id}
    model = names_in(targets(tree)[0]).pop()
    found = []
    for one in here:
        again = asked_again(function.tree, one, returned[0].id, model, given)
        if again is None or names_in(again) & unknown:
            return []
        found.append(report(one, unit, again, unit_needed=False))
    return found


def is_asked_later(one: Report) -> bool:
    """Whether a number of the statement that fits can be had from the fitted model: nothing else of it is needed."""
    fits = any(isinstance(node, ast.Call) and called(node).startswith("fit") for node in ast.walk(one.expression))
    return isinstance(one.unit.tree, (ast.For, ast.While, ast.Assign)) and not one.unit_needed and not fits


def asked_again(
    loop: ast.AST, one: Reported, running: str, model: str, given: Mapping[str, ast.expr] | None = None
) -> ast.expr | None:
    """The metric of a round, said of ``model`` and of nothing that only the loop, or the function, knows."""
    calls = metric_calls(ast.walk(loop), {one.name.partition(":")[0]})
    if len(calls) != 1 or not running:
        return None
    made: dict[str, list[ast.expr | None]] = {name: [value] for name, value in (given or {}).items()}
    for line in ast.walk(loop):
        if isinstance(line, ast.stmt):
            for target in targets(line):
                if isinstance(target, ast.Name):
                    made.setdefault(target.id, []).append(dict(_assigned(line)).get(target.id))
        elif isinstance(line, ast.comprehension):
            for name in names_in(line.target):
                made.setdefault(name, []).append(None)
    said = _Said({running: model}, made)
    again = said.visit(copy.deepcopy(told(calls[0], one)))
    return None if said.lost else again


class _Said(ast.NodeTransformer):
    """Puts what a name of the loop was bound to in its place."""

    def __init__(self, names: Mapping[str, str], made: Mapping[str, Sequence[ast.expr | None]]) -> None:
        self.names, self.made = names, made
        self.lost = False
        self.deep = 0

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.names:
            return ast.Name(id=self.names[node.id], ctx=ast.Load())
        values = self.made.get(node.id)
        if values is None:
            return node
        value = values[0] if len(values) == 1 else None
        if value is None or self.deep > 5:
            self.lost = True
            return node
        self.deep += 1
        inner: ast.expr = self.visit(copy.deepcopy(value))
        self.deep -= 1
        return inner


def _assigned(line: ast.stmt) -> list[tuple[str, ast.expr]]:
    """Names and what each is bound to by ``a = x`` or ``a, b = x, y``."""
    if not isinstance(line, ast.Assign):
        return []
    found = []
    for target in line.targets:
        if isinstance(target, ast.Name):
            found.append((target.id, line.value))
        elif isinstance(target, ast.Tuple) and isinstance(line.value, ast.Tuple):
            pairs = zip(target.elts, line.value.elts, strict=False)
            found += [(one.id, value) for one, value in pairs if isinstance(one, ast.Name)]
    return found
