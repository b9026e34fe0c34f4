"""An object that was fitted to the training part for both parts: an entry of what the cleaning learned."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.book import Book, Obstacle
from golive.tidy.code import code_of, statements
from golive.tidy.fitters import fits

if TYPE_CHECKING:
    from golive.tidy.program import Unit


def remembered(unit: Unit, rows: set[str], book: Book) -> list[cst.BaseStatement]:
    """Write a statement that fits an object so that it is fitted once, and used again for every later row.

    Raises
    ------
    Obstacle
        What is fitted has no name to be used again.
    """
    tree, code = unit.tree, code_of(unit.code)
    owners = [call.func.value for call in fits(tree) if isinstance(call.func, ast.Attribute)]
    owner = owners[0].id if len(owners) == 1 and isinstance(owners[0], ast.Name) else ""
    target = tree.targets[0] if isinstance(tree, ast.Assign) and len(tree.targets) == 1 else None
    if isinstance(target, ast.Name) and target.id not in rows:
        return _kept(target.id, code.replace(f"{target.id} = ", 'learned["{}"] = ', 1), book)
    if owner and isinstance(tree, ast.Expr):
        return _kept(owner, f'{code}\n    learned["{{}}"] = {owner}', book)
    if owner and target is not None:
        given = ", ".join(ast.unparse(part) for part in fits(tree)[0].args)
        lines = _kept(owner, f'{owner}.fit({given})\n    learned["{{}}"] = {owner}', book)
        applied = unit.code.visit(_Applied())
        assert isinstance(applied, cst.SimpleStatementLine)
        return [*lines, applied]
    raise Obstacle(f"{unit}: what is fitted to the training part has no name to be used again")


def _kept(name: str, code: str, book: Book) -> list[cst.BaseStatement]:
    entry = book.name(name)
    lines = f'if "{entry}" not in learned:\n    {code.replace("{}", entry)}\n{name} = learned["{entry}"]'
    return statements(lines)


class _Applied(cst.CSTTransformer):
    """``a.fit_transform(X, y)`` once it is fitted: ``a.transform(X)``."""

    def leave_Call(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.Call:
        function = updated_node.func
        if not isinstance(function, cst.Attribute) or function.attr.value != "fit_transform":
            return updated_node
        first = updated_node.args[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated_node.with_changes(func=function.with_changes(attr=cst.Name("transform")), args=[first])
