"""Paths that a notebook puts together: ``ROOT + "rows.csv"`` becomes one text where it names a file that is found."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.program import broken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from golive.tidy.notebook import Cell


def joined(cells: Sequence[Cell], found: Callable[[str], bool]) -> list[Cell]:
    """Write out the paths that are put together from texts which never change.

    Parameters
    ----------
    found
        Whether a path leads to a file.
    """
    readable = [cell for cell in cells if not broken(cell)]
    known = _constants([ast.parse(cell.source) for cell in readable])
    return [_written_out(cell, known, found) if cell in readable else cell for cell in cells]


def _constants(trees: Sequence[ast.Module]) -> dict[str, str]:
    """Variables that are bound once, to a text."""
    stores = [
        node.id
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    ]
    known: dict[str, str] = {}
    for node in (node for tree in trees for node in tree.body):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, text = node.targets[0].id, _value(node.value, known)
            if text is not None and stores.count(name) == 1:
                known[name] = text
    return known


def _value(node: ast.expr, known: Mapping[str, str]) -> str | None:
    """The text that an expression always gives, or none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _together([node.left, node.right], known, "")
    if isinstance(node, ast.JoinedStr):
        plain = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        bare = all(
            part.conversion == -1 and not part.format_spec
            for part in node.values
            if isinstance(part, ast.FormattedValue)
        )
        return _together(plain, known, "") if bare else None
    if isinstance(node, ast.Call) and not node.keywords and ast.unparse(node.func) in ("os.path.join", "path.join"):
        return _together(node.args, known, "/")
    return None


def _together(parts: Sequence[ast.expr], known: Mapping[str, str], between: str) -> str | None:
    texts = [_value(part, known) for part in parts]
    if any(text is None for text in texts):
        return None
    given = [text for text in texts if text is not None]
    return between.join([*(text.rstrip(between) if between else text for text in given[:-1]), given[-1]])


def _written_out(cell: Cell, known: Mapping[str, str], found: Callable[[str], bool]) -> Cell:
    source = cst.parse_module(cell.source).visit(_Whole(known, found)).code
    return cell if source == cell.source else replace(cell, source=source)


class _Whole(cst.CSTTransformer):
    def __init__(self, known: Mapping[str, str], found: Callable[[str], bool]) -> None:
        super().__init__()
        self.known, self.found = known, found

    def leave_BinaryOperation(  # noqa: N802  # libcst calls them so
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        return self._text(original_node) or updated_node

    def leave_FormattedString(  # noqa: N802
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        return self._text(original_node) or updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        return self._text(original_node) or updated_node

    def _text(self, node: cst.BaseExpression) -> cst.SimpleString | None:
        code = cst.Module(body=[]).code_for_node(node)
        if "\n" in code:
            return None  # lines keep their numbers
        try:
            text = _value(ast.parse(code, mode="eval").body, self.known)
        except SyntaxError:
            return None
        return cst.SimpleString(repr(text)) if text and self.found(text) else None
