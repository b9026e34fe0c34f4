"""A split of one frame, ``train, test = train_test_split(df)``, said as a split of features and outcome."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.frames import names_of
from golive.tidy.learned import Obstacle
from golive.tidy.names import targets
from golive.tidy.program import Unit, synthetic, with_code
from golive.tidy.rewrites import changed, changed_expression
from golive.tidy.target import is_split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.tidy.facts import World
    from golive.tidy.target import Target


def paired(body: Sequence[Unit], target: Target, world: World) -> tuple[list[Unit], Target]:
    """Rewrite the split of one frame; anything else comes back as it is.

    Raises
    ------
    Obstacle
        The parts are used in another way than for the same features and one outcome.
    """
    unit = next((unit for unit in body if is_split(unit.tree)), None)
    call = unit.tree.value if unit and isinstance(unit.tree, ast.Assign) else None
    names = [one.id for one in targets(unit.tree) if isinstance(one, ast.Name)] if unit else []
    if unit is None or not isinstance(call, ast.Call) or len(call.args) != 1 or len(names) != 2:
        return list(body), target
    if not isinstance(call.args[0], ast.Name):
        raise Obstacle(f"{unit}: what is split has no name")
    place = body.index(unit)
    features, outcome = _parts(body[place + 1 :], target, names, unit)
    return _rewritten(body, place, target, call, names, features, outcome, world)


def _parts(after: Sequence[Unit], target: Target, names: Sequence[str], unit: Unit) -> tuple[str, str]:
    """Code of features and outcome, said of ``{}``: what both parts are used for."""
    finder = _Uses(names)
    for tree in [*(one.tree for one in after), *(report.expression for report in target.reports)]:
        finder.visit(tree)
    if finder.alone or len(finder.many) != 1 or len(finder.one) != 1:
        raise Obstacle(f"{unit}: the two parts are not used for the same features and one outcome")
    return next(iter(finder.many)), next(iter(finder.one))


def _rewritten(
    body: Sequence[Unit],
    place: int,
    target: Target,
    call: ast.Call,
    names: Sequence[str],
    features: str,
    outcome: str,
    world: World,
) -> tuple[list[Unit], Target]:
    unit, frame = body[place], ast.unparse(call.args[0])
    taken = names_of(body)
    whole = [_new(name, taken) for name in ("X", "y")]
    given = {
        code.replace("{}", part): _new(f"{name}_{part}", taken)
        for code, name in ((features, "X"), (outcome, "y"))
        for part in names
    }
    keywords = [_keyword(one, {outcome.replace("{}", frame): whole[1]}) for one in call.keywords]
    split = f"{', '.join(given.values())} = train_test_split({', '.join([*whole, *keywords])})"
    made = [
        synthetic(f"{whole[0]} = {features.replace('{}', frame)}", unit, world),
        synthetic(f"{whole[1]} = {outcome.replace('{}', frame)}", unit, world),
        synthetic(split, unit, world),
    ]
    known = {one: _said(one, given, world) for one in body[place + 1 :]}
    reports = tuple(
        replace(
            report,
            unit=known.get(report.unit, report.unit),
            expression=ast.parse(changed_expression(report.expression, _Said(given)), mode="eval").body,
        )
        for report in target.reports
    )
    return [*body[:place], *made, *known.values()], replace(target, reports=reports)


def _keyword(keyword: ast.keyword, names: Mapping[str, str]) -> str:
    return f"{keyword.arg}={changed_expression(keyword.value, _Said(names))}"


def _said(unit: Unit, names: Mapping[str, str], world: World) -> Unit:
    (code,) = changed(unit.code, _Said(names))
    return unit if code.deep_equals(unit.code) else with_code(unit, code, world)


def _new(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


class _Uses(ast.NodeVisitor):
    """What two frames are used for: several columns, one column, or anything else."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.many: Counter[str] = Counter()
        self.one: Counter[str] = Counter()
        self.alone = False

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        dropped = isinstance(function, ast.Attribute) and function.attr == "drop" and self._part(function.value)
        if not dropped:
            self.generic_visit(node)
        elif isinstance(function, ast.Attribute):
            self.many[self._of(node, function.value)] += 1

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not self._part(node.value):
            self.generic_visit(node)
        elif isinstance(node.slice, ast.Constant):
            self.one[f'{{}}["{node.slice.value!s}"]'] += 1
        else:
            self.many[self._of(node, node.value)] += 1

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if self._part(node.value):
            self.one[f'{{}}["{node.attr}"]'] += 1
        else:
            self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        self.alone = self.alone or node.id in self.names

    def _part(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.names

    def _of(self, node: ast.expr, part: ast.expr) -> str:
        assert isinstance(part, ast.Name)
        return "{}" + ast.unparse(node).removeprefix(part.id)


class _Said(cst.CSTTransformer):
    """Puts names where features or outcome of a part stand."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def on_leave(  # type: ignore[override]  # an expression becomes a name
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        if not isinstance(original_node, (cst.Subscript, cst.Attribute, cst.Call)):
            return updated_node
        tree = ast.parse(f"({cst.Module(body=[]).code_for_node(original_node)})", mode="eval").body
        if isinstance(tree, ast.Attribute):
            tree = ast.Subscript(value=tree.value, slice=ast.Constant(tree.attr), ctx=ast.Load())
        instead = self.names.get(ast.unparse(tree)) or self.names.get(ast.unparse(tree).replace("'", '"'))
        return cst.Name(instead) if instead else updated_node
