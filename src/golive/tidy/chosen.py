"""The same columns of both parts, wherever they are used after the split: the cleaning gives these columns."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from golive.tidy.alike import Alike
from golive.tidy.names import names_in
from golive.tidy.paired import Said, Uses
from golive.tidy.program import needed, synthetic, with_code
from golive.tidy.rewrites import Replaced, changed, changed_expression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.facts import World
    from golive.tidy.program import Unit
    from golive.tidy.roles import Split
    from golive.tidy.target import Target


def chosen(after: Sequence[Unit], split: Split, target: Target, world: World) -> Alike:
    """Rewrite ``model.fit(X_train[names], y)`` and ``model.predict(X_test[names])``; anything else stays as it is."""
    same = Alike(moved=[], after=list(after), target=target)
    finder = Uses([split.train, split.holdout])
    setting = _setting(after, split)
    for tree in [one.tree for one in after if one not in setting] + [report.expression for report in target.reports]:
        finder.visit(tree)
    if finder.alone or finder.one or len(finder.many) != 1:
        return same
    code = next(iter(finder.many))
    wanted = names_in(ast.parse(code.replace("{}", split.features), mode="eval")) - {split.features}
    made = needed(after, wanted)[0]
    if any(unit not in setting and unit.facts.reads & {*split.parts} for unit in made):
        return same
    given = {code.replace("{}", part): part for part in (split.train, split.holdout)}
    whole = Replaced({split.train: split.features})
    moved = [_with(unit, whole, world) for unit in made]
    near = next(iter(made), split.unit)
    moved.append(synthetic(f"{split.features} = {code.replace('{}', split.features)}", near, world))
    known = {unit: unit if unit in setting else _with(unit, Said(given), world) for unit in after}
    reports = tuple(
        replace(
            report,
            unit=known.get(report.unit, report.unit),
            expression=ast.parse(changed_expression(report.expression, Said(given)), mode="eval").body,
        )
        for report in target.reports
    )
    return Alike(moved=moved, after=list(known.values()), target=replace(target, reports=reports))


def _setting(after: Sequence[Unit], split: Split) -> set[Unit]:
    """``names = [c for c in X_train.columns if ...]``: statements that ask the training part for its columns only."""
    found = set()
    for unit in after:
        parents = {id(node.value): node.attr for node in ast.walk(unit.tree) if isinstance(node, ast.Attribute)}
        uses = [node for node in ast.walk(unit.tree) if isinstance(node, ast.Name) and node.id == split.train]
        asks = uses and all(parents.get(id(node)) in ("columns", "select_dtypes", "dtypes") for node in uses)
        if asks and isinstance(unit.tree, ast.Assign) and not unit.facts.touches & {*split.parts}:
            found.add(unit)
    return found


def _with(unit: Unit, rewrite: Said | Replaced, world: World) -> Unit:
    (code,) = changed(unit.code, rewrite)
    return unit if code.deep_equals(unit.code) else with_code(unit, code, world)
