"""What a column learns beyond one number: its categories, the edges of its bins, a table by group.

Each is said as an entry of ``learned`` that any later row is looked up in.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from golive.tidy.code import written
from golive.tidy.statistic import WORDS, described, grouping_of, key_of, keys_of, literal, mentions

ENTRY = "{entry}"
PLACE = "_entry_"
"""Stands, with a number, for the table of that number in an expression that needs several."""
GUARDED = "(learned[{name}] if {name} in learned else {entry})"
"""Where taking it again from a single row fails, it is taken only while learning."""
_AS_METHODS = frozenset({"mean", "median", "min", "max", "sum"})
"""Functions of numpy that give what the method of the same name gives."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry, and what is written in place of the expression."""

    what: str
    """``edges of a``; a loop's variable stands in braces."""
    code: str
    """What is learned."""
    around: str
    """The new expression: ``{entry}`` stands for the entry, ``{name}`` for its name."""
    column: str = ""
    """Code of the column, where it stands as ``{column}`` in both."""


def column_entry(tree: ast.expr, rows: set[str], loops: set[str]) -> Entry | None:
    """What an expression learns of one column; none when it is anything else.

    Parameters
    ----------
    rows
        Variables that hold one value per row.
    loops
        Variables that stand for one column after the other.
    """
    if isinstance(tree, ast.Subscript):
        return _factorized(tree, rows, loops)
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Attribute):
        return None
    if tree.func.attr == "astype":
        return _category(tree, rows, loops)
    if tree.func.attr == "Categorical" and len(tree.args) == 1 and not tree.keywords:
        column = tree.args[0]
        if not is_column(column, rows, loops):
            return None
        return Entry(
            what=f"categories of {_of(column)}",
            code='list({column}.astype("category").cat.categories)',
            around=f"{written(tree.func)}({{column}}, categories={ENTRY})",
            column=written(column),
        )
    return _binned(tree, rows, loops) if tree.func.attr in ("cut", "qcut") else None


def loops_in(tree: ast.AST) -> set[str]:
    """Variables of `for` loops."""
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For)]
    return {loop.target.id for loop in loops if isinstance(loop.target, ast.Name)}


def _category(tree: ast.Call, rows: set[str], loops: set[str]) -> Entry | None:
    """``df["a"].astype("category")``: a row by itself has one category only."""
    assert isinstance(tree.func, ast.Attribute)
    column = tree.func.value
    plain = len(tree.args) == 1 and isinstance(tree.args[0], ast.Constant) and tree.args[0].value == "category"
    if not plain or tree.keywords or not is_column(column, rows, loops):
        return None
    return Entry(
        what=f"categories of {_of(column)}",
        code='list({column}.astype("category").cat.categories)',
        around=f"{{column}}.astype(pd.CategoricalDtype({ENTRY}))",
        column=written(column),
    )


def _factorized(tree: ast.Subscript, rows: set[str], loops: set[str]) -> Entry | None:
    """``pd.factorize(df["a"])[0]`` and ``df["a"].factorize()[0]``: codes in the order of the first rows."""
    call = tree.value
    first = isinstance(tree.slice, ast.Constant) and tree.slice.value == 0
    if not first or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    column = call.args[0] if call.args else call.func.value
    options = {keyword.arg for keyword in call.keywords}
    if call.func.attr != "factorize" or options - {"sort"} or not is_column(column, rows, loops):
        return None
    flags = ", ".join(f"{keyword.arg}={written(keyword.value)}" for keyword in call.keywords)
    return Entry(
        what=f"values of {_of(column)}",
        code=f"list({{column}}.factorize({flags})[1])",
        around=f"pd.Categorical({{column}}, categories={ENTRY}).codes.astype(int)",
        column=written(column),
    )


def _binned(tree: ast.Call, rows: set[str], loops: set[str]) -> Entry | None:
    """``pd.qcut(df["a"], 4)`` and ``pd.cut(df["a"], 4)``: the edges are learned."""
    assert isinstance(tree.func, ast.Attribute)
    given = {keyword.arg: keyword.value for keyword in tree.keywords}
    quantiles = tree.func.attr == "qcut"
    parts = tree.args[1] if len(tree.args) == 2 else given.pop("q" if quantiles else "bins", None)
    if parts is None or not tree.args or not is_column(tree.args[0], rows, loops):
        return None
    if given.keys() - {"labels", "duplicates", "precision"} or (not quantiles and not _is_number(parts)):
        return None
    owner = written(tree.func.value)
    kept = [f"{name}={written(value)}" for name, value in given.items() if name != "duplicates"]
    options = ", ".join([*kept, "include_lowest=True"] if quantiles else kept)
    flags = f", duplicates={written(given['duplicates'])}" if "duplicates" in given else ""
    return Entry(
        what=f"edges of {_of(tree.args[0])}",
        code=f"{owner}.{tree.func.attr}({{column}}, {written(parts)}, retbins=True{flags})[1]",
        around=f"{owner}.cut({{column}}, {GUARDED}{', ' if options else ''}{options})",
        column=written(tree.args[0]),
    )


def group_entries(tree: ast.Call) -> list[Entry]:
    """``df.groupby("k")["a"].transform("mean")`` is a table that is looked up by ``k``; nothing when it is not.

    The last entry says what is written; where there are several, those before it stand in it by their numbers.
    """
    assert isinstance(tree.func, ast.Attribute)
    grouped = tree.func.value
    if len(tree.args) != 1 or tree.keywords:
        return []
    how = tree.args[0]
    named = str(how.value) if isinstance(how, ast.Constant) else how.attr if isinstance(how, ast.Attribute) else ""
    # np.std(series) divides by n, the method by n - 1.
    if named in WORDS and not (isinstance(how, ast.Attribute) and named not in _AS_METHODS):
        return [found] if (found := _table(grouped, named)) else []
    return _computed(grouped, how) if isinstance(how, ast.Lambda) else []


def _table(grouped: ast.expr, how: str) -> Entry | None:
    grouping = grouping_of(grouped)
    assert grouping is not None
    what, code = f"{WORDS[how]} of {described(grouped)}", f"{written(grouped)}.{how}()"
    if key := key_of(grouping):
        return Entry(what=what, code=code, around=f"{key}.map({ENTRY})")
    keys, column = keys_of(grouping), _selected(grouped)
    if not keys or not column or column in keys or not isinstance(grouping.func, ast.Attribute):
        return None
    listed = ", ".join(map(literal, keys))
    frame = written(grouping.func.value)
    # A join keeps the labels of the rows; a merge would number them anew.
    around = f"{frame}[[{listed}]].join({ENTRY}, on=[{listed}])[{literal(column)}]"
    return Entry(what=what, code=code, around=around)


def _computed(grouped: ast.expr, function: ast.Lambda) -> list[Entry]:
    """``transform(lambda s: s.fillna(s.median()))``: the column itself, and its tables by group."""
    grouping, column = grouping_of(grouped), _selected(grouped)
    assert grouping is not None and isinstance(grouping.func, ast.Attribute)
    if not column or len(function.args.args) != 1 or not _by_cell(function.body):
        return []
    name, found = function.args.args[0].arg, list[Entry]()
    whole = f"{written(grouping.func.value)}[{literal(column)}]"

    class Said(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            over = node.func if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) else None
            if over and not node.args and over.attr in WORDS and (table := _table(grouped, over.attr)):
                found.append(table)
                return ast.Name(id=f"{PLACE}{len(found) - 1}_")
            return self.generic_visit(node)

        def visit_Name(self, node: ast.Name) -> ast.AST:
            return ast.parse(whole, mode="eval").body if node.id == name else node

    body = written(Said().visit(ast.parse(ast.unparse(function.body), mode="eval").body))
    if "fillna" in {node.attr for node in ast.walk(function.body) if isinstance(node, ast.Attribute)}:
        body += f".where({_has_key(grouping)})"  # a row without a key is in no group and gets nothing
    return [*found, Entry(what="", code="", around=body)] if found else []


def _has_key(grouping: ast.Call) -> str:
    assert isinstance(grouping.func, ast.Attribute)
    if key := key_of(grouping):
        return f"{key}.notna()"
    listed = ", ".join(map(literal, keys_of(grouping)))
    return f"{written(grouping.func.value)}[[{listed}]].notna().all(axis=1)"


def _by_cell(node: ast.expr) -> bool:
    """Whether an expression over a group works cell by cell, apart from plain statistics of the group."""
    if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Compare)):
        return all(_by_cell(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        statistic = node.func.attr in WORDS and not node.args and not node.keywords
        inner = statistic or (node.func.attr in ("fillna", "clip", "abs", "round") and all(map(_by_cell, node.args)))
        return inner and _by_cell(node.func.value) and not node.keywords
    return isinstance(node, (ast.Name, ast.Constant))


def _selected(grouped: ast.expr) -> str:
    """The one column of ``df.groupby(...)["a"]``."""
    if isinstance(grouped, ast.Subscript) and isinstance(grouped.slice, ast.Constant):
        return str(grouped.slice.value)
    return ""


def is_column(node: ast.expr, rows: set[str], loops: set[str]) -> bool:
    """Whether an expression is one column of the rows, whatever was done to it cell by cell."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return is_column(node.func.value, rows, loops)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in rows:
        one = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
        return one or (isinstance(node.slice, ast.Name) and node.slice.id in loops)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
        return node.value.attr == "str" and is_column(node.value.value, rows, loops)
    if isinstance(node, ast.Attribute):
        owner = node.value
        return (isinstance(owner, ast.Name) and owner.id in rows) or (
            node.attr in ("str", "dt") and is_column(owner, rows, loops)
        )
    return isinstance(node, ast.BinOp) and is_column(node.left, rows, loops) and not mentions(node.right, rows)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _of(node: ast.expr) -> str:
    """The column that an expression begins with, in words."""
    while True:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        elif isinstance(node, ast.BinOp):
            node = node.left
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.value, ast.Name):
            node = node.value
        else:
            return described(node)
