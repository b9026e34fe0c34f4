"""A split of one frame, ``train, test = train_test_split(df)``, said as a split of features and outcome."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.book import Obstacle
from golive.tidy.frames import names_of
from golive.tidy.names import names_in, targets
from golive.tidy.program import Unit, synthetic, with_code
from golive.tidy.rewrites import changed, changed_expression
from golive.tidy.selections import bare
from golive.tidy.target import is_split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.tidy.facts import World
    from golive.tidy.target import Target

_CONVERTS = frozenset({"astype", "map", "replace", "eq", "ne", "isin", "fillna"})


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Two parts of one frame, each taken apart into features and outcome."""

    features: str
    outcome: str
    """Code, said of ``{}``: the frame or a part of it."""
    names: tuple[str, str, str, str]
    """Variables of the features of both parts, and of their outcome."""
    after: list[Unit]
    """The statements behind the split, said of these variables."""
    target: Target


def paired(body: Sequence[Unit], target: Target, world: World) -> tuple[list[Unit], Target]:
    """Rewrite the split of one frame; anything else comes back as it is.

    Raises
    ------
    Obstacle
        The parts are used in another way than for the same features and one outcome.
    """
    unit, call, names = one_frame(body)
    if unit is None or call is None:
        return list(body), target
    if not isinstance(call.args[0], ast.Name):
        raise Obstacle(f"{unit}: what is split has no name")
    place, frame, taken = body.index(unit), ast.unparse(call.args[0]), names_of(body)
    whole = [new_name(name, taken) for name in ("X", "y")]
    found = apart(body[place + 1 :], target, names, unit, taken, world)
    keywords = [_keyword(one, {found.outcome.replace("{}", frame): whole[1]}) for one in call.keywords]
    split = f"{', '.join(found.names)} = train_test_split({', '.join([*whole, *keywords])})"
    made = [
        synthetic(f"{whole[0]} = {found.features.replace('{}', frame)}", unit, world),
        synthetic(f"{whole[1]} = {found.outcome.replace('{}', frame)}", unit, world),
        synthetic(split, unit, world),
    ]
    return [*body[:place], *made, *found.after], found.target


def one_frame(body: Sequence[Unit]) -> tuple[Unit | None, ast.Call | None, list[str]]:
    """The split of one frame, its call and the names of the two parts; nothing where there is none."""
    unit = next((unit for unit in body if is_split(unit.tree)), None)
    call = unit.tree.value if unit and isinstance(unit.tree, ast.Assign) else None
    names = [one.id for one in targets(unit.tree) if isinstance(one, ast.Name)] if unit else []
    if unit is None or not isinstance(call, ast.Call) or len(call.args) != 1 or len(names) != 2:
        return None, None, []
    return unit, call, names


def apart(
    after: Sequence[Unit], target: Target, parts: Sequence[str], unit: Unit, taken: set[str], world: World
) -> Apart:
    """Say what comes after the split of features and outcome, not of the two parts.

    Parameters
    ----------
    parts
        Variables of the part to learn from and of the one to judge by.
    unit
        The split.
    taken
        Names that are taken; those given here are added.

    Raises
    ------
    Obstacle
        The parts are used in another way than for the same features and one outcome.
    """
    features, outcome = _parts(after, target, parts, unit)
    given: dict[str, str] = {}
    plain: list[Unit] = []
    for code, name in ((features, "X"), (outcome, "y")):
        for part in parts:
            said = code.replace("{}", part)
            own = _own_name(said, after)
            plain += [own] if own else []
            given[said] = next(iter(own.facts.binds)) if own else new_name(f"{name}_{part}", taken)
    known = {one: _said(one, given, world) for one in after if one not in plain}
    reports = tuple(
        replace(
            report,
            unit=known.get(report.unit, report.unit),
            expression=ast.parse(changed_expression(report.expression, Said(given)), mode="eval").body,
        )
        for report in target.reports
    )
    train, holdout, train_outcome, holdout_outcome = given.values()
    return Apart(
        features=features,
        outcome=outcome,
        names=(train, holdout, train_outcome, holdout_outcome),
        after=list(known.values()),
        target=replace(target, reports=reports),
    )


def _parts(after: Sequence[Unit], target: Target, names: Sequence[str], unit: Unit) -> tuple[str, str]:
    """Code of features and outcome, said of ``{}``: what both parts are used for."""
    finder = Uses(names)
    trees = [*(one.tree for one in after), *(report.expression for report in target.reports)]
    for tree in trees:
        finder.visit(tree)
    if finder.alone or len(finder.many) != 1 or len(finder.one) != 1:
        raise Obstacle(f"{unit}: the two parts are not used for the same features and one outcome")
    return next(iter(finder.many)), _widened(next(iter(finder.one)), trees, names)


def _widened(outcome: str, trees: Sequence[ast.AST], names: Sequence[str]) -> str:
    """``train["t"] == "yes"`` is the outcome where the column is used for nothing else."""
    while True:
        said = {ast.unparse(ast.parse(outcome.replace("{}", name))): name for name in names}
        around = {_around(node, said) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.expr)}
        wider = around - {None}
        inside = sum(ast.unparse(node) in said for tree in trees for node in ast.walk(tree))
        found = next(iter(wider)) if len(wider) == 1 else None
        if found is None or inside != sum(
            _around(node, said) == found for tree in trees for node in ast.walk(tree) if isinstance(node, ast.expr)
        ):
            return outcome
        outcome = found


def _around(node: ast.expr, said: Mapping[str, str]) -> str | None:
    """The code of a comparison or a conversion of an outcome, said of ``{}``."""
    inner: ast.expr | None = None
    if isinstance(node, ast.Compare):
        inner = node.left
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CONVERTS:
        inner = node.func.value
    name = said.get(ast.unparse(inner)) if inner is not None else None
    if name is None or names_in(node) - {name, "int", "float", "bool"}:
        return None
    return ast.unparse(_Named(name).visit(ast.parse(ast.unparse(node), mode="eval"))).replace("__part__", "{}")


class _Named(ast.NodeTransformer):
    def __init__(self, name: str) -> None:
        self.name = name

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(id="__part__", ctx=node.ctx) if node.id == self.name else node


def _own_name(code: str, after: Sequence[Unit]) -> Unit | None:
    """The statement that gives a name to a piece of code and that name alone."""
    wanted = ast.unparse(ast.parse(code))
    for unit in after:
        tree = unit.tree
        if not isinstance(tree, ast.Assign) or len(tree.targets) != 1 or not isinstance(tree.targets[0], ast.Name):
            continue
        if ast.unparse(bare(tree.value)) == wanted and sum(unit.facts.binds <= one.facts.touches for one in after) == 1:
            return unit
    return None


def _keyword(keyword: ast.keyword, names: Mapping[str, str]) -> str:
    return f"{keyword.arg}={changed_expression(keyword.value, Said(names))}"


def _said(unit: Unit, names: Mapping[str, str], world: World) -> Unit:
    (code,) = changed(unit.code, Said(names))
    return unit if code.deep_equals(unit.code) else with_code(unit, code, world)


def new_name(name: str, taken: set[str]) -> str:
    """A name that is not taken yet, and is now."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name


class Uses(ast.NodeVisitor):
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


class Said(cst.CSTTransformer):
    """Puts names where features or outcome of a part stand."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def on_leave(  # type: ignore[override]  # an expression becomes a name
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        if not isinstance(original_node, (cst.Subscript, cst.Attribute, cst.Call, cst.Comparison)):
            return updated_node
        tree = ast.parse(f"({cst.Module(body=[]).code_for_node(original_node)})", mode="eval").body
        if isinstance(tree, ast.Attribute):
            tree = ast.Subscript(value=tree.value, slice=ast.Constant(tree.attr), ctx=ast.Load())
        instead = self.names.get(ast.unparse(tree)) or self.names.get(ast.unparse(tree).replace("'", '"'))
        return cst.Name(instead) if instead else updated_node
