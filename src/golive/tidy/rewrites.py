"""Small changes to the notebook's own lines, each for one reason."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def changed(code: cst.BaseStatement, *rewrites: cst.CSTTransformer) -> list[cst.BaseStatement]:
    """Apply rewrites one after the other; a statement may vanish."""
    for rewrite in rewrites:
        result = code.visit(rewrite)
        if not isinstance(result, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
            return []
        code = result
    return [code]


def changed_expression(tree: ast.expr, *rewrites: cst.CSTTransformer) -> str:
    """The code of an expression after some rewrites."""
    code = cst.parse_expression(ast.unparse(tree))
    for rewrite in rewrites:
        result = code.visit(rewrite)
        assert isinstance(result, cst.BaseExpression)
        code = result
    return cst.Module(body=[]).code_for_node(code)


class Paths(cst.CSTTransformer):
    """A path of the notebook becomes a file in the data folder: ``folder / "rows.csv"``."""

    def __init__(self, files: Mapping[str, str], folder: str) -> None:
        super().__init__()
        self.files, self.folder = files, folder

    def leave_SimpleString(  # noqa: N802  # libcst calls it so
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        name = self.files.get(str(original_node.evaluated_value))
        return cst.parse_expression(f'{self.folder} / "{name}"') if name else updated_node


class Replaced(cst.CSTTransformer):
    """Names become other expressions; attributes and keywords of the same name stay."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def leave_Name(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        instead = self.names.get(original_node.value)
        return cst.parse_expression(instead) if instead else updated_node

    def leave_Attribute(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Arg, updated_node: cst.Arg
    ) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)


class WithoutColumns(cst.CSTTransformer):
    """``df.drop(columns=[...])`` and ``for name in [...]`` no longer name columns that are not there."""

    def __init__(self, gone: Collection[str], outcome: Collection[str] = ()) -> None:
        super().__init__()
        self.gone, self.outcome = gone, outcome  # a loop may fill a raw column that is made anew later on

    def leave_Call(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        tree = ast.parse(f"({cst.Module(body=[]).code_for_node(original_node)})", mode="eval").body
        if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Attribute) or tree.func.attr != "drop":
            return updated_node
        assert isinstance(updated_node.func, cst.Attribute)
        named = [_named(arg) for arg in updated_node.args]
        listed = next((names for names in named if names), None)
        if listed is None:
            return _tolerant(updated_node, tree)
        left = [name for name in listed if name not in self.gone]
        in_place = any(arg.keyword is not None and arg.keyword.value == "inplace" for arg in updated_node.args)
        if len(left) == len(listed):
            return updated_node
        if not left and not in_place:
            return updated_node.func.value
        names = cst.parse_expression("[" + ", ".join(f'"{name}"' for name in left) + "]")
        args = [arg.with_changes(value=names) if _named(arg) else arg for arg in updated_node.args]
        return updated_node.with_changes(args=args)

    def leave_For(  # noqa: N802  # libcst calls it so
        self, original_node: cst.For, updated_node: cst.For
    ) -> cst.For | cst.RemovalSentinel:
        listed = _named(cst.Arg(value=original_node.iter))
        left = [name for name in listed or [] if name not in self.outcome]
        if listed is None or len(left) == len(listed):
            return updated_node
        if not left:
            return cst.RemoveFromParent()
        return updated_node.with_changes(iter=cst.parse_expression("[" + ", ".join(f'"{one}"' for one in left) + "]"))


def _named(arg: cst.Arg) -> list[str] | None:
    """Column names written as a literal."""
    if arg.keyword is not None and arg.keyword.value not in ("columns", "labels"):
        return None
    try:
        value = ast.literal_eval(cst.Module(body=[]).code_for_node(arg.value))
    except (ValueError, SyntaxError):
        return None
    names = [value] if isinstance(value, str) else value
    return list(names) if isinstance(names, (list, tuple)) and all(isinstance(name, str) for name in names) else None


def _tolerant(call: cst.Call, tree: ast.Call) -> cst.Call:
    """Names that are not literals: those that are not there are passed over."""
    given = {keyword.arg for keyword in tree.keywords}
    if "errors" in given or not given & {"columns", "axis"}:
        return call
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    errors = cst.Arg(value=cst.SimpleString('"ignore"'), keyword=cst.Name("errors"), equal=equal)
    return call.with_changes(args=[*call.args, errors])


class Unapplied(cst.CSTTransformer):
    """``scaler.transform(rows)`` becomes ``rows``: the model has the step inside. What says nothing then, goes."""

    def __init__(self, steps: Collection[str]) -> None:
        super().__init__()
        self.steps = steps

    def leave_Call(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        if self._applies(original_node):
            return updated_node.args[0].value
        framed = isinstance(original_node.func, cst.Attribute) and original_node.func.attr.value == "DataFrame"
        if framed and original_node.args and self._applies(original_node.args[0].value):
            return updated_node.args[0].value
        return updated_node

    def leave_SimpleStatementLine(  # noqa: N802  # libcst calls it so
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        part = updated_node.body[0]
        if isinstance(part, cst.Assign) and part.targets[0].target.deep_equals(part.value):
            return cst.RemoveFromParent()
        return updated_node

    def _applies(self, node: cst.BaseExpression) -> bool:
        if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
            return False
        owner = node.func.value
        applied = node.func.attr.value in ("transform", "fit_transform")
        return applied and isinstance(owner, cst.Name) and owner.value in self.steps
