"""Something was chosen by how well it did on the rows that judge: a model, a cut-off, a setting."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.fitters import fits
from golive.tidy.judging import suspect
from golive.tidy.names import names_in, root
from golive.tidy.target import called
from golive.tidy.witness import METRICS

if TYPE_CHECKING:
    from golive.records.tidied import Leak
    from golive.tidy.judging import Judged
    from golive.tidy.program import Unit

SEARCHES = frozenset({"GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV"})

_JUDGES = frozenset({*METRICS, "score", "roc_curve", "precision_recall_curve", "confusion_matrix", "evaluate"})
_PICKS = frozenset({"max", "min", "argmax", "argmin", "nanargmax", "idxmax", "idxmin", "sorted", "argsort", "nlargest"})
_WATCHED = frozenset({"eval_set", "eval_X", "validation_data"})
_STOPS = ("early_stopping", "use_best_model", "od_type", "od_wait", "callbacks")


def choices(judged: Judged) -> list[Leak]:
    """List choices by the rows that judge, and searches over them, in the order they were run."""
    found: list[Leak] = []
    scores: dict[str, bool] = {}  # variable that holds scores -> whether they are those of settings
    for unit in judged.kept:
        judges = _judges(unit, judged)
        settings = judges and _of_settings(unit.tree)
        read = {name for name in unit.facts.reads | unit.facts.touches if name in scores}
        for line in _picks(unit, judges, read, judged):
            found.append(_choice(unit, line, settings or any(scores[name] for name in read)))
        if (judges or read) and not _asks_model(unit, judged):
            scores.update(dict.fromkeys(_holders(unit, judged), settings or any(scores[name] for name in read)))
    return [*found, *_searches(judged), *_stopped(judged)]


def _makers(judged: Judged) -> dict[str, str]:
    """Variable -> what it was made with."""
    made: dict[str, str] = {}
    for unit in judged.kept:
        tree = unit.tree
        if isinstance(tree, ast.Assign) and isinstance(tree.targets[0], ast.Name):
            calls = [node for node in ast.walk(tree.value) if isinstance(node, ast.Call)]
            made[tree.targets[0].id] = next((called(call) for call in calls if called(call)[:1].isupper()), "")
    return made


def _judges(unit: Unit, judged: Judged) -> bool:
    """Whether a statement compares the rows that judge with predictions, itself or in a function it calls."""
    trees = [unit.tree, *(judged.world.functions[n].tree for n in unit.facts.reads & judged.world.functions.keys())]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return any(called(call) in _JUDGES and names_in(call) & judged.rows for call in calls)


def _asks_model(unit: Unit, judged: Judged) -> bool:
    """``p = model.predict_proba(X)``: what it binds are predictions, not scores."""
    return bool(unit.facts.binds & judged.rows) and not _judges(unit, judged)


def _holders(unit: Unit, judged: Judged) -> set[str]:
    """Variables that hold scores, or something made with them, after a statement."""
    data = ("frame", "module", "function", "model", "estimator")
    return {name for name in unit.facts.touches if judged.world.kinds.get(name) not in data and name not in judged.rows}


def _picks(unit: Unit, judges: bool, read: set[str], judged: Judged) -> list[int]:
    """Lines of a statement that pick the best by a score."""
    if isinstance(unit.tree, (ast.FunctionDef, ast.ClassDef)):
        return []
    scored = read | (unit.facts.touches if judges else set())
    lines = []
    for node in ast.walk(unit.tree):
        if isinstance(node, ast.Call) and called(node) in _PICKS:
            asks = any(isinstance(part, ast.Call) and called(part) in _JUDGES for part in ast.walk(node))
            if names_in(node) & scored or (judges and asks):
                lines.append(node.lineno)
        elif isinstance(node, ast.If) and judges and _keeps_better(node, scored):
            lines.append(node.lineno)
    return sorted(set(lines))[:1]


def _keeps_better(node: ast.If, scored: set[str]) -> bool:
    """``if score > best: best = score``."""
    keeps = any(isinstance(part, (ast.Assign, ast.AugAssign)) for part in node.body)
    return keeps and isinstance(node.test, ast.Compare) and bool(names_in(node.test) & scored)


def _of_settings(tree: ast.AST) -> bool:
    """Whether a loop hands its variable to what it fits: what is chosen then is a setting."""
    loops = [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.comprehension))]
    running = set().union(*(names_in(loop.target) for loop in loops))
    makes = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node)[:1].isupper()]
    given = [part for call in makes for part in [*call.args, *(keyword.value for keyword in call.keywords)]]
    return any(names_in(part) & running for part in given)


def _choice(unit: Unit, line: int, settings: bool) -> Leak:
    what = "a setting" if settings else "a model or a cut-off"
    return suspect(unit, line, "tuned" if settings else "chosen", f"{what} is chosen by the rows that judge it")


def _searches(judged: Judged) -> list[Leak]:
    """A search over settings that is fitted on rows that judge, or on all before they are split."""
    made, whole = _makers(judged), set[str]()
    if judged.split < len(judged.kept):
        split = judged.kept[judged.split]
        whole = names_in(split.tree) - split.facts.binds
    found = []
    for unit in judged.kept:
        for call in fits(unit.tree):
            owner = call.func.value if isinstance(call.func, ast.Attribute) else None
            name = called(owner) if isinstance(owner, ast.Call) else made.get(root(owner) or "", "") if owner else ""
            given = {root(part) for part in call.args}
            if name in SEARCHES and given & (judged.rows | whole):
                found.append(suspect(unit, call.lineno, "tuned", "the search for settings sees the rows that judge"))
    return found


def _stopped(judged: Judged) -> list[Leak]:
    """Training that is stopped where the rows that judge are predicted best."""
    text = "\n".join(ast.unparse(unit.tree) for unit in judged.kept)
    if not any(word in text for word in _STOPS) and "catboost" not in judged.world.modules.values():
        return []
    found = []
    for unit in judged.kept:
        for call in fits(unit.tree):
            watched = [keyword.value for keyword in call.keywords if keyword.arg in _WATCHED]
            if any(names_in(value) & judged.rows for value in watched):
                found.append(
                    suspect(unit, call.lineno, "tuned", "training stops where the rows that judge are predicted best")
                )
    return found
