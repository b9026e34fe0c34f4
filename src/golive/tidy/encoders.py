"""Label encoders of columns, said as codes that are looked up: the values are learned, sorted and numbered.

``df["a"] = LabelEncoder().fit_transform(df["a"])`` becomes ``df["a"].map({value: code ...})`` over the sorted values.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.code import code_of, tree_of, written
from golive.tidy.lookups import is_column, loops_in
from golive.tidy.names import names_in, root
from golive.tidy.program import Unit, synthetic, with_code
from golive.tidy.rewrites import changed
from golive.tidy.target import called

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.tidy.facts import World

_CLASS = "LabelEncoder"


@dataclass(frozen=True, kw_only=True)
class Coded:
    """Statements without label encoders."""

    units: list[Unit]
    coding: frozenset[Unit]
    """Those that give columns codes now."""
    outcome: bool
    """The outcome itself was encoded; it is not any more."""


def coded(before: Sequence[Unit], rest: Iterable[Unit], outcome: str, world: World) -> Coded:
    """Say label encoders as look-ups; where one is used for anything else, all stay as they are.

    Parameters
    ----------
    before
        Statements before the split.
    rest
        Those after it.
    outcome
        The variable of the outcome.
    """
    names = _encoders(before)
    untouched = Coded(units=list(before), coding=frozenset(), outcome=False)
    rows = {name for name, kind in world.kinds.items() if kind == "frame"}
    fitted = "\n".join(_fitted(unit.tree) for unit in before)
    units, coding, said = list[Unit](), set[Unit](), False
    for unit in before:
        if not names & names_in(unit.tree) and not _makes_one(unit.tree):
            units.append(unit)
            continue
        if bare := _outcomes(unit, outcome, names, rows, fitted):
            units.append(synthetic(f"{outcome} = {bare}", unit, world))
            said = True
            continue
        for code in changed(unit.code, _Codes(names, rows, loops_in(unit.tree), fitted)):
            units.append(with_code(unit, code, world))
            coding.add(units[-1])
    left = [*units, *rest]
    if not (coding or said) or any(names & names_in(unit.tree) or _makes_one(unit.tree) for unit in left):
        return untouched
    return Coded(units=units, coding=frozenset(coding), outcome=said)


def outcome_codes(found: Coded, columns: Iterable[str], outcome: str, near: Unit, world: World) -> list[Unit]:
    """The statement that gives the outcome the codes that the run gave it; nothing where it had none.

    ``columns`` are all names that the outcome's column has on the way.
    """
    known = [name for name in sorted(columns) if name in world.classes]
    if not (found.coding or found.outcome) or len(known) != 1:
        return []
    classes = world.classes[known[0]]
    if list(classes) == list(range(len(classes))):
        return []
    codes = ", ".join(f"{written(ast.Constant(value))}: {code}" for code, value in enumerate(classes))
    return [synthetic(f"{outcome} = {outcome}.map({{{codes}}})", near, world)]


def _encoders(units: Iterable[Unit]) -> set[str]:
    """Variables that hold a label encoder, or several by name."""
    found: set[str] = set()
    for node in [node for unit in units for node in ast.walk(unit.tree) if isinstance(node, ast.Assign)]:
        value = node.value
        made = _makes(value) or (isinstance(value, ast.DictComp) and _makes(value.value))
        made = made or (isinstance(value, ast.Name) and value.id in found)
        if _make_several(node):
            found |= {name for part in node.targets for name in names_in(part)}
        if made and (name := root(node.targets[0])):
            found.add(name)
    return found


def _makes(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called(node) == _CLASS


def _make_several(node: ast.Assign) -> bool:
    """``one, two = LabelEncoder(), LabelEncoder()``."""
    return isinstance(node.value, ast.Tuple) and bool(node.value.elts) and all(map(_makes, node.value.elts))


def _makes_one(tree: ast.AST) -> bool:
    return any(_makes(node) for node in ast.walk(tree))


def _outcomes(unit: Unit, outcome: str, names: set[str], rows: set[str], fitted: str) -> str:
    """The column of ``y = encoder.fit_transform(df["y"])``."""
    tree = unit.tree
    if not isinstance(tree, ast.Assign) or not isinstance(tree.targets[0], ast.Name) or tree.targets[0].id != outcome:
        return ""
    column = _column(tree.value, names, rows, set(), fitted)
    return written(column) if column is not None else ""


def _column(node: ast.expr, names: set[str], rows: set[str], loops: set[str], fitted: str) -> ast.expr | None:
    """The column that a label encoder is fitted to and gives codes."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or len(node.args) != 1:
        return None
    owner, column = node.func.value, node.args[0]
    if not is_column(column, rows, loops):
        return None
    if node.func.attr == "fit_transform":
        return column if _makes(owner) or root(owner) in names else None
    if node.func.attr != "transform":
        return None
    inner = owner.func if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute) else None
    if inner is not None and inner.attr == "fit" and isinstance(owner, ast.Call):
        same = [ast.dump(one) for one in owner.args] == [ast.dump(column)]
        return column if same and (_makes(inner.value) or root(inner.value) in names) else None
    return column if f"{ast.dump(owner)} {ast.dump(column)}" in fitted else None


def _fitted(tree: ast.AST) -> str:
    """What is fitted to what by statements of their own."""
    calls = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    fits = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "fit" and call.args]
    return "\n".join(f"{ast.dump(call.func.value)} {ast.dump(call.args[0])}" for call in fits)  # type: ignore[attr-defined]


class _Codes(cst.CSTTransformer):
    """Puts codes where encoders stood; statements that only make, keep or fit an encoder go."""

    def __init__(self, names: set[str], rows: set[str], loops: set[str], fitted: str) -> None:
        super().__init__()
        self.names, self.rows, self.loops, self.fitted = names, rows, loops, fitted

    def leave_Call(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        column = _column(tree_of(original_node), self.names, self.rows, self.loops, self.fitted)
        return cst.parse_expression(_codes(written(column))) if column is not None else updated_node

    def leave_SimpleStatementLine(  # noqa: N802  # libcst calls it so
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        tree = ast.parse(code_of(original_node.with_changes(leading_lines=[]))).body[0]
        if self._only_keeps(tree):
            return cst.RemoveFromParent()
        loop = self._each(tree)
        return cst.parse_statement(loop) if loop else updated_node

    def leave_For(  # noqa: N802  # libcst calls it so
        self, original_node: cst.For, updated_node: cst.For
    ) -> cst.For | cst.RemovalSentinel:
        return updated_node if updated_node.body.body else cst.RemoveFromParent()

    def _only_keeps(self, tree: ast.stmt) -> bool:
        if isinstance(tree, ast.Assign):
            plain = not isinstance(tree.value, ast.Call) or _makes(tree.value) or called(tree.value) == "dict"
            return _make_several(tree) or (plain and root(tree.targets[0]) in self.names)
        call = tree.value if isinstance(tree, ast.Expr) else None
        fit = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "fit"
        return fit and isinstance(call, ast.Call) and root(call.func) in self.names

    def _each(self, tree: ast.stmt) -> str:
        """``df[names] = df[names].apply(encoder.fit_transform)`` as a loop over the names."""
        value = tree.value if isinstance(tree, ast.Assign) else None
        if not isinstance(tree, ast.Assign) or not isinstance(value, ast.Call) or called(value) != "apply":
            return ""
        function, whole = value.func, tree.targets[0]
        given = value.args[0] if len(value.args) == 1 and not value.keywords else None
        if not isinstance(function, ast.Attribute) or not isinstance(whole, ast.Subscript) or given is None:
            return ""
        if ast.unparse(function.value) != ast.unparse(whole) or root(whole) not in self.rows:
            return ""
        asked = ast.Call(func=given, args=[ast.Name(id="_")], keywords=[])
        if isinstance(given, ast.Lambda) and isinstance(given.body, ast.Call):
            asked = given.body
        owner = asked.func
        if not isinstance(owner, ast.Attribute) or owner.attr != "fit_transform":
            return ""
        if not (_makes(owner.value) or root(owner.value) in self.names):
            return ""
        cell = f"{written(whole.value)}[column]"
        return f"for column in {written(whole.slice)}:\n    {cell} = {_codes(cell)}\n"


def _codes(column: str) -> str:
    return f"{column}.map({{value: code for code, value in enumerate(sorted({column}.unique()))}})"
