"""`get_dummies` over any rows: the frame gets the columns that were there when it was learned."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.book import Book
from golive.tidy.code import code_of, tree_of
from golive.tidy.statistic import literal

if TYPE_CHECKING:
    from collections.abc import Sequence


def encoded(code: cst.BaseStatement, book: Book) -> list[cst.BaseStatement]:
    """After `get_dummies`, give the frame the columns that were there when it was learned."""
    finder = Dummies()
    rewritten = code.visit(finder)
    assert isinstance(rewritten, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    if not finder.calls:
        return [code]
    target = _whole_assignment(code, finder.calls)
    if target:
        return _with_columns(target, finder.calls[0], book, code)
    lines: list[cst.BaseStatement] = []
    for name, call in zip(finder.names, finder.calls, strict=True):
        lines += _with_columns(name, call, book, cst.parse_statement(f"{name} = {code_of(call)}"))
    return [*lines, rewritten]


def _with_columns(target: str, call: cst.Call, book: Book, statement: cst.BaseStatement) -> list[cst.BaseStatement]:
    tree = tree_of(call)
    assert isinstance(tree, ast.Call)
    given = {keyword.arg: keyword.value for keyword in tree.keywords}
    fill = "0" if "dtype" in given else "False"
    name = literal(book.name("columns after get_dummies"))
    first = given.get("drop_first")
    if isinstance(first, ast.Constant) and first.value is True:
        # Which category is the first one is learned too: a single row shows only its own.
        every = statement.visit(_WithoutDropFirst())
        assert isinstance(every, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
        learn = f"columns = learned.setdefault({name}, list({code_of(call)}.columns))"
        use = f"{target} = {target}.reindex(columns=columns, fill_value={fill})"
        return [cst.parse_statement(learn), every, cst.parse_statement(use)]
    columns = f"learned.setdefault({name}, list({target}.columns))"
    return [statement, cst.parse_statement(f"{target} = {target}.reindex(columns={columns}, fill_value={fill})")]


def _whole_assignment(code: cst.BaseStatement, calls: Sequence[cst.Call]) -> str:
    """The variable of ``df = pd.get_dummies(...)``."""
    if not isinstance(code, cst.SimpleStatementLine) or len(calls) != 1:
        return ""
    part = code.body[0]
    if not isinstance(part, cst.Assign) or len(part.targets) != 1 or part.value is not calls[0]:
        return ""
    target = part.targets[0].target
    return target.value if isinstance(target, cst.Name) else ""


class Dummies(cst.CSTTransformer):
    """Finds calls of `get_dummies` and puts names in their place."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[cst.Call] = []
        self.names: list[str] = []

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  # libcst calls it so
        if not isinstance(original_node.func, cst.Attribute) or original_node.func.attr.value != "get_dummies":
            return updated_node
        self.calls.append(original_node)
        self.names.append("dummies" if len(self.calls) == 1 else f"dummies_{len(self.calls)}")
        return cst.Name(self.names[-1])


class _WithoutDropFirst(cst.CSTTransformer):
    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  # libcst calls it so
        kept = [arg for arg in updated_node.args if arg.keyword is None or arg.keyword.value != "drop_first"]
        if len(kept) == len(updated_node.args):
            return updated_node
        return updated_node.with_changes(args=[*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])
