"""Let a cleaning learn: every number taken over all rows becomes an entry of the dictionary ``learned``.

``df["a"].median()`` becomes ``learned.setdefault("median of a", df["a"].median())``: the first frame that is cleaned
fills the dictionary, every later one reuses it, one row too. A statement whose rows look at each other in another
way cannot be written so and is an `Obstacle`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.program import Unit

_WORDS = {
    "mean": "mean",
    "median": "median",
    "std": "standard deviation",
    "var": "variance",
    "min": "minimum",
    "max": "maximum",
    "sum": "sum",
    "prod": "product",
    "quantile": "quantile",
    "percentile": "percentile",
    "mode": "most frequent value",
    "nunique": "number of values",
    "unique": "values",
    "value_counts": "counts",
    "count": "count",
    "size": "count",
    "skew": "skew",
    "sem": "standard error",
    "first": "first value",
    "last": "last value",
    "idxmax": "place of the maximum",
    "idxmin": "place of the minimum",
    "any": "any",
    "all": "all",
    "agg": "aggregates",
    "aggregate": "aggregates",
    "corr": "correlation",
    "describe": "description",
}
_NUMPY = frozenset(
    {"mean", "median", "std", "var", "min", "max", "sum", "quantile", "percentile", "nanmean", "nanmedian", "nanstd"}
)
_NEIGHBOURS = frozenset(
    {
        *("shift", "diff", "cumsum", "cumprod", "cummax", "cummin", "rolling", "expanding", "ewm", "rank", "ffill"),
        *("bfill", "interpolate", "pct_change", "sample", "nlargest", "nsmallest", "head", "tail", "duplicated"),
        *("sort_values", "sort_index", "drop_duplicates", "dropna", "query", "qcut", "factorize", "codes", "merge"),
        *("pivot", "pivot_table", "crosstab", "melt", "stack", "unstack", "explode", "resample", "fit_resample"),
    }
)
"""Names after a dot that make a row depend on the rows around it, or keep only some rows."""

_NAMED = str.maketrans("{}", "``")
"""For people, a variable in braces is a name in back quotes."""

_HINTS = {"qcut": "write the edges down and use pd.cut", "factorize": "write the codes down and use map"}


class Obstacle(Exception):  # noqa: N818  # it is not an error: the other shape is used instead
    """Why the cleaning cannot be a function of any rows."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """A number or table that is taken over rows."""

    cell: int
    line: int
    what: str
    """``median of a``."""


@dataclass
class Book:
    """The names of what is learned; no two entries share one."""

    sites: list[Site] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    @property
    def empty(self) -> bool:
        """Whether nothing is learned at all, not even columns."""
        return not self._taken

    def name(self, what: str) -> str:
        name, number = what, 1
        while name in self._taken:
            number += 1
            name = f"{what} ({number})"
        self._taken.add(name)
        return name


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
    return _encoded(code, book)


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
    finder = _Dummies()
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
    return next((what.translate(_NAMED) for call in calls if (what := _statistic(call, rows))), "")


def refuse_neighbours(unit: Unit, rows: set[str]) -> None:
    """Raise where a row depends on the rows around it."""
    for node in ast.walk(unit.tree):
        name = _neighbour(node)
        if name and _mentions(unit.tree, rows):
            hint = _HINTS.get(name, "every row must be cleaned by itself")
            raise Obstacle(f"{unit}: `{name}` makes a row depend on other rows ({hint})")


def filters_rows(tree: ast.stmt, rows: set[str]) -> bool:
    """Whether a statement keeps some rows of a frame and drops others."""
    kept = {"dropna", "drop_duplicates", "query"}
    if any(isinstance(node, ast.Attribute) and node.attr in kept for node in ast.walk(tree)):
        return _mentions(tree, rows)
    value = getattr(tree, "value", None)
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in ("copy", "reset_index")
    ):
        value = value.func.value
    if not (
        isinstance(tree, ast.Assign) and isinstance(value, ast.Subscript) and isinstance(tree.targets[0], ast.Name)
    ):
        return False
    whole = value.value.value if isinstance(value.value, ast.Attribute) and value.value.attr == "loc" else value.value
    mask = isinstance(value.slice, (ast.Compare, ast.BinOp, ast.UnaryOp, ast.Call, ast.BoolOp))
    return isinstance(whole, ast.Name) and whole.id in rows and mask


def _neighbour(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and node.attr in _NEIGHBOURS:
        return node.attr
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "cut" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            return "cut into a number of parts"
        if node.func.attr == "fillna" and any(keyword.arg == "method" for keyword in node.keywords):
            return "fillna(method=...)"
    return ""


def _mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


class _Rewriter(cst.CSTTransformer):
    """Wraps each statistic; what is inside one, inside a lambda or inside a definition stays as it is."""

    def __init__(self, unit: Unit, rows: set[str], book: Book, *, strict: bool = True) -> None:
        super().__init__()
        self.unit, self.rows, self.book, self.strict = unit, rows, book, strict
        self.found: dict[cst.CSTNode, cst.BaseExpression] = {}

    def visit_Lambda(self, node: cst.Lambda) -> bool:  # noqa: N802  # libcst calls it so
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:  # noqa: N802  # libcst calls it so
        return False

    def visit_Subscript(self, node: cst.Subscript) -> bool:  # noqa: N802  # libcst calls it so
        tree = _expression(node)
        # mode()[0], mode().iloc[0]: what is learned is the value, not the table it stands in
        inner = tree.value if isinstance(tree, ast.Subscript) else None
        if isinstance(inner, ast.Attribute) and inner.attr == "iloc":
            inner = inner.value
        if isinstance(inner, ast.Call) and (what := _statistic(inner, self.rows)):
            # The table may be empty for a single row, so it is looked into only while learning.
            self._learn(node, what, _code(node), around="(learned[{name}] if {name} in learned else {entry})")
            return False
        return True

    def visit_Call(self, node: cst.Call) -> bool:  # noqa: N802  # libcst calls it so
        tree = _expression(node)
        assert isinstance(tree, ast.Call)
        if isinstance(tree.func, ast.Attribute) and tree.func.attr == "transform" and _grouping(tree.func.value):
            self._transform(node, tree)
            return False
        if what := _statistic(tree, self.rows):
            self._learn(node, what, _code(node))
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

    def _learn(self, node: cst.CSTNode, what: str, code: str, *, around: str = "{entry}") -> None:
        line = self.unit.lines.get(node, self.unit.line)
        self.book.sites.append(Site(cell=self.unit.cell, line=line, what=what.translate(_NAMED)))
        name = _literal(self.book.name(what))
        entry = f"learned.setdefault({name}, {code})"
        self.found[node] = cst.parse_expression(around.replace("{name}", name).replace("{entry}", entry))

    def _transform(self, node: cst.Call, tree: ast.Call) -> None:
        """``df.groupby("k")["a"].transform("mean")`` is a table that is looked up by ``k``."""
        assert isinstance(tree.func, ast.Attribute)
        grouped = tree.func.value
        grouping = _grouping(grouped)
        assert grouping is not None
        how = str(tree.args[0].value) if tree.args and isinstance(tree.args[0], ast.Constant) else ""
        plain = how in _WORDS and len(tree.args) == 1 and not tree.keywords
        key = _key(grouping)
        if not plain or not key:
            if self.strict:
                raise Obstacle(
                    f"{self.unit}: `groupby(...).transform(...)` is not a table that can be looked up; "
                    'group by one column and name the statistic, e.g. .transform("mean")'
                )
            self._learn(node, f"{_described(grouped)}", _code(node))
            return
        what = f"{_WORDS[how]} of {_described(grouped)}"
        assert isinstance(node.func, cst.Attribute)
        self._learn(node, what, f"{_code(node.func.value)}.{how}()", around=f"{key}.map({{entry}})")


def _statistic(call: ast.Call, rows: set[str]) -> str:
    """What a call takes over rows, in words; empty when it does not."""
    if not isinstance(call.func, ast.Attribute) or by_row(call):
        return ""
    name, receiver = call.func.attr, call.func.value
    if isinstance(receiver, ast.Attribute) and receiver.attr in ("str", "dt", "cat"):
        return ""
    word = _WORDS.get(name.removeprefix("nan"), "")
    if name in ("quantile", "percentile") and call.args:
        word = f"{word} {ast.unparse(call.args[-1])}"
    if name in _NUMPY and isinstance(receiver, ast.Name) and receiver.id not in rows:
        return f"{word} of {_described(call.args[0])}" if call.args and _mentions(call.args[0], rows) else ""
    return f"{word} of {_described(receiver)}" if name in _WORDS and _mentions(receiver, rows) else ""


def by_row(call: ast.Call) -> bool:
    """``sum(axis=1)`` stays within a row."""
    axis = next((keyword.value for keyword in call.keywords if keyword.arg == "axis"), None)
    return isinstance(axis, ast.Constant) and axis.value in (1, "columns")


def _described(node: ast.expr) -> str:
    """The source of a statistic in words; a loop's variable in braces."""
    if isinstance(node, ast.Subscript) and (grouping := _grouping(node)):
        keys = grouping.args[0] if grouping.args else grouping.keywords[0].value
        return f"{_described_index(node.slice)} by {_described_index(keys)}"
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return _described_index(node.slice)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr
    return ast.unparse(node).replace("{", "(").replace("}", ")")


def _described_index(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return ast.unparse(node).strip("'").replace("{", "(").replace("}", ")")
    if isinstance(node, (ast.List, ast.Tuple)):
        return ", ".join(_described_index(element) for element in node.elts)
    return f"{{{node.id}}}" if isinstance(node, ast.Name) else ast.unparse(node).replace("{", "(").replace("}", ")")


def _grouping(node: ast.expr) -> ast.Call | None:
    """The `groupby` call of ``df.groupby(...)["a"]``."""
    call = node.value if isinstance(node, ast.Subscript) else node
    grouped = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "groupby"
    return call if grouped and isinstance(call, ast.Call) and (call.args or call.keywords) else None


def _key(grouping: ast.Call) -> str:
    """Code of the column that a table by group is looked up by; empty where there are several."""
    assert isinstance(grouping.func, ast.Attribute)
    if any(keyword.arg in ("dropna", "as_index", "by", "level", "axis") for keyword in grouping.keywords):
        return ""
    key = grouping.args[0] if len(grouping.args) == 1 else None
    if isinstance(key, ast.List) and len(key.elts) == 1:
        key = key.elts[0]
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return f"{ast.unparse(grouping.func.value)}[{_literal(key.value)}]"
    return f"({ast.unparse(key)})" if isinstance(key, (ast.BinOp, ast.Subscript, ast.Attribute)) else ""


def _encoded(code: cst.BaseStatement, book: Book) -> list[cst.BaseStatement]:
    """After `get_dummies`, give the frame the columns that were there when it was learned."""
    finder = _Dummies()
    rewritten = code.visit(finder)
    assert isinstance(rewritten, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    if not finder.calls:
        return [code]
    target = _whole_assignment(code, finder.calls)
    if target:
        return _with_columns(target, finder.calls[0], book, code)
    lines: list[cst.BaseStatement] = []
    for name, call in zip(finder.names, finder.calls, strict=True):
        lines += _with_columns(name, call, book, cst.parse_statement(f"{name} = {_code(call)}"))
    return [*lines, rewritten]


def _with_columns(target: str, call: cst.Call, book: Book, statement: cst.BaseStatement) -> list[cst.BaseStatement]:
    tree = _expression(call)
    assert isinstance(tree, ast.Call)
    given = {keyword.arg: keyword.value for keyword in tree.keywords}
    fill = "0" if "dtype" in given else "False"
    name = _literal(book.name("columns after get_dummies"))
    first = given.get("drop_first")
    if isinstance(first, ast.Constant) and first.value is True:
        # Which category is the first one is learned too: a single row shows only its own.
        every = statement.visit(_WithoutDropFirst())
        assert isinstance(every, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
        learn = f"columns = learned.setdefault({name}, list({_code(call)}.columns))"
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


class _Dummies(cst.CSTTransformer):
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


def _literal(text: str) -> str:
    """A string literal; with braces it stands in an f-string."""
    quoted = '"' + text.replace("\\", "\\\\").replace('"', "'") + '"'
    return f"f{quoted}" if "{" in text else quoted


def _code(node: cst.CSTNode) -> str:
    return cst.Module(body=[]).code_for_node(node)


def _expression(node: cst.CSTNode) -> ast.expr:
    # In brackets, because an expression inside brackets may go over several lines.
    return ast.parse(f"({_code(node)})", mode="eval").body
