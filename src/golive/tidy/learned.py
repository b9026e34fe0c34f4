"""Let a cleaning learn: every number taken over all rows becomes an entry of the dictionary ``learned``.

``df["a"].median()`` becomes ``learned.setdefault("median of a", df["a"].median())``: the first frame that is cleaned
fills the dictionary, every later one reuses it, one row too. A statement whose rows look at each other in another
way cannot be written so and is an `Obstacle`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.book import Book, Obstacle, Site
from golive.tidy.code import code_of, tree_of
from golive.tidy.dummies import Dummies, encoded
from golive.tidy.lookups import ENTRY, GUARDED, PLACE, column_entry, group_entries, loops_in
from golive.tidy.neighbours import refuse_neighbours
from golive.tidy.statistic import described, grouping_of, literal, statistic

if TYPE_CHECKING:
    from golive.tidy.program import Unit

__all__ = ["Book", "Obstacle", "Site", "learning", "learning_body", "refuse_neighbours", "statistics", "taken_over"]

_NAMED = str.maketrans("{}", "``")
"""For people, a variable in braces is a name in back quotes."""


def learning(unit: Unit, rows: set[str], book: Book) -> list[cst.BaseStatement]:
    """Rewrite one statement of a cleaning.

    Parameters
    ----------
    unit
        The statement.
    rows
        Variables that hold one value per row.
    book
        Collects what is learned.

    Raises
    ------
    Obstacle
        The statement's rows depend on each other in a way that no entry can hold.
    """
    refuse_neighbours(unit, rows)
    rewriter = _Rewriter(unit, rows, book)
    code = unit.code.visit(rewriter)
    assert isinstance(code, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    return encoded(code, book)


def learning_body(unit: Unit, rows: set[str], book: Book) -> cst.FunctionDef | None:
    """Rewrite a function whose parameters ``rows`` hold rows; none when it learns nothing.

    Raises
    ------
    Obstacle
        As for `learning`; `get_dummies` inside a function is one too.
    """
    refuse_neighbours(unit, rows)
    assert isinstance(unit.code, cst.FunctionDef)
    before = len(book.sites)
    body = unit.code.body.visit(_Rewriter(unit, rows, book))
    finder = Dummies()
    unit.code.visit(finder)
    if finder.calls:
        raise Obstacle(f"{unit}: `get_dummies` inside a function; take it out of `{unit.code.name.value}`")
    return unit.code.with_changes(body=body) if len(book.sites) > before else None


def statistics(unit: Unit, rows: set[str]) -> list[Site]:
    """List what a statement takes over all rows, without rewriting it."""
    book = Book()
    unit.code.visit(_Rewriter(unit, rows, book, strict=False))
    return book.sites


def taken_over(tree: ast.AST, rows: set[str]) -> str:
    """What is taken over some rows, in words: the first of it; empty where nothing is."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return next((what.translate(_NAMED) for call in calls if (what := statistic(call, rows))), "")


class _Rewriter(cst.CSTTransformer):
    """Wraps each statistic; what is inside one, inside a lambda or inside a definition stays as it is."""

    def __init__(self, unit: Unit, rows: set[str], book: Book, *, strict: bool = True) -> None:
        super().__init__()
        self.unit, self.rows, self.book, self.strict = unit, rows, book, strict
        self.found: dict[cst.CSTNode, cst.BaseExpression] = {}
        self.loops = loops_in(unit.tree)

    def visit_Lambda(self, node: cst.Lambda) -> bool:  # noqa: N802  # libcst calls it so
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:  # noqa: N802  # libcst calls it so
        return False

    def visit_Subscript(self, node: cst.Subscript) -> bool:  # noqa: N802  # libcst calls it so
        tree = tree_of(node)
        # mode()[0], mode().iloc[0]: what is learned is the value, not the table it stands in
        inner = tree.value if isinstance(tree, ast.Subscript) else None
        if isinstance(inner, ast.Attribute) and inner.attr == "iloc":
            inner = inner.value
        if isinstance(inner, ast.Call) and (what := statistic(inner, self.rows)):
            # The table may be empty for a single row, so it is looked into only while learning.
            self._learn(node, what, code_of(node), around=GUARDED)
            return False
        return not self._column(node, tree)

    def visit_Call(self, node: cst.Call) -> bool:  # noqa: N802  # libcst calls it so
        tree = tree_of(node)
        assert isinstance(tree, ast.Call)
        if isinstance(tree.func, ast.Attribute) and tree.func.attr == "transform" and grouping_of(tree.func.value):
            self._transform(node, tree)
            return False
        if self._column(node, tree):
            return False
        if what := statistic(tree, self.rows):
            self._learn(node, what, code_of(node))
            return False
        return True

    def on_leave(  # type: ignore[override]  # an expression becomes another expression
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        if (
            isinstance(updated_node, cst.Arg)
            and isinstance(original_node, cst.Arg)
            and original_node.value in self.found
        ):
            return updated_node.with_changes(value=updated_node.value.with_changes(lpar=[], rpar=[]))
        return self.found.get(original_node, updated_node)

    def _learn(self, node: cst.CSTNode, what: str, code: str, *, around: str = ENTRY) -> None:
        name, entry = self._entry(node, what, code)
        self.found[node] = cst.parse_expression(around.replace("{name}", name).replace(ENTRY, entry))

    def _entry(self, node: cst.CSTNode, what: str, code: str) -> tuple[str, str]:
        """Its name, and the code that takes it when it is not there yet."""
        line = self.unit.lines.get(node, self.unit.line)
        self.book.sites.append(Site(cell=self.unit.cell, line=line, what=what.translate(_NAMED)))
        name = literal(self.book.name(what))
        return name, f"learned.setdefault({name}, {code})"

    def _column(self, node: cst.BaseExpression, tree: ast.expr) -> bool:
        found = column_entry(tree, self.rows, self.loops)
        if found is None:
            return False
        # What the column itself learns first, as in df["a"].fillna(df["a"].mode()[0]).astype("category").
        inner = cst.parse_expression(found.column).visit(_Rewriter(self.unit, self.rows, self.book))
        assert isinstance(inner, cst.BaseExpression)
        code, around = (text.replace("{column}", code_of(inner)) for text in (found.code, found.around))
        self._learn(node, found.what, code, around=around)
        return True

    def _transform(self, node: cst.Call, tree: ast.Call) -> None:
        """``df.groupby("k")["a"].transform("mean")`` is a table that is looked up by ``k``."""
        assert isinstance(tree.func, ast.Attribute)
        entries = group_entries(tree)
        if not entries and self.strict:
            raise Obstacle(
                f"{self.unit}: `groupby(...).transform(...)` is not a table that can be looked up; "
                'group by columns and name the statistic, e.g. .transform("mean")'
            )
        if not entries:
            self._learn(node, described(tree.func.value), code_of(node))
            return
        *tables, last = entries
        if not tables:
            self._learn(node, last.what, last.code, around=last.around)
            return
        code = last.around
        for number, table in enumerate(tables):
            _, entry = self._entry(node, table.what, table.code)
            code = code.replace(f"{PLACE}{number}_", table.around.replace(ENTRY, entry))
        whole = isinstance(tree_of(cst.parse_expression(code)), (ast.Call, ast.Subscript))
        self.found[node] = cst.parse_expression(code if whole else f"({code})")
