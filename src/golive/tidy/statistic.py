"""What an expression takes over rows, in words: ``df["a"].median()`` is the median of a."""

from __future__ import annotations

import ast

WORDS = {
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
_AXIS_FIRST = frozenset({"sum", "mean", "median", "min", "max", "std", "var", "any", "all", "count", "nunique"})


def mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


def statistic(call: ast.Call, rows: set[str]) -> str:
    """What a call takes over rows, in words; empty when it does not."""
    if not isinstance(call.func, ast.Attribute) or by_row(call):
        return ""
    name, receiver = call.func.attr, call.func.value
    if isinstance(receiver, ast.Attribute) and receiver.attr in ("str", "dt", "cat"):
        return ""
    if _of_windows(receiver):
        return ""
    word = WORDS.get(name.removeprefix("nan"), "")
    if name in ("quantile", "percentile") and call.args:
        word = f"{word} {ast.unparse(call.args[-1])}"
    if name in _NUMPY and isinstance(receiver, ast.Name) and receiver.id not in rows:
        return f"{word} of {described(call.args[0])}" if call.args and mentions(call.args[0], rows) else ""
    return f"{word} of {described(receiver)}" if name in WORDS and mentions(receiver, rows) else ""


def _of_windows(node: ast.expr) -> bool:
    """``df["a"].rolling(3)`` has a mean for every row."""
    inner = node.value if isinstance(node, ast.Subscript) else node
    function = inner.func if isinstance(inner, ast.Call) else None
    return isinstance(function, ast.Attribute) and function.attr in ("rolling", "expanding", "ewm")


def taken(node: ast.expr, rows: set[str]) -> bool:
    """Whether an expression is made of nothing but what is taken over rows: it has no entry per row."""
    parts: list[ast.AST] = [node]
    found = False
    while parts:
        part = parts.pop()
        if isinstance(part, ast.Call) and statistic(part, rows):
            found = True
        elif isinstance(part, ast.Name) and part.id in rows:
            return False
        else:
            parts += ast.iter_child_nodes(part)
    return found


def by_row(call: ast.Call) -> bool:
    """``sum(axis=1)`` stays within a row."""
    axis = next((keyword.value for keyword in call.keywords if keyword.arg == "axis"), None)
    if axis is None and isinstance(call.func, ast.Attribute) and call.func.attr in _AXIS_FIRST and call.args:
        axis = call.args[0]
    return isinstance(axis, ast.Constant) and axis.value in (1, "columns")


def described(node: ast.expr) -> str:
    """The source of a statistic in words; a loop's variable in braces."""
    if isinstance(node, ast.Subscript) and (grouping := grouping_of(node)):
        keys = grouping.args[0] if grouping.args else grouping.keywords[0].value
        return f"{_described_index(node.slice)} by {_described_index(keys)}"
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return _described_index(node.slice)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not grouping_of(node):
        inner = node.func.value
        if isinstance(inner, (ast.Subscript, ast.Call)) or isinstance(getattr(inner, "value", None), ast.Subscript):
            return described(inner.value if isinstance(inner, ast.Attribute) else inner)
    # In a loop every round has an entry of its own.
    slices = [part.slice for part in ast.walk(node) if isinstance(part, ast.Subscript)]
    parts = [part.id for part in slices if isinstance(part, ast.Name)]
    text = ast.unparse(node).replace("{", "(").replace("}", ")")
    return ", ".join([text, *(f"{{{name}}}" for name in dict.fromkeys(parts))])


def _described_index(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return ast.unparse(node).strip("'").replace("{", "(").replace("}", ")")
    if isinstance(node, (ast.List, ast.Tuple)):
        return ", ".join(_described_index(element) for element in node.elts)
    return f"{{{node.id}}}" if isinstance(node, ast.Name) else ast.unparse(node).replace("{", "(").replace("}", ")")


def grouping_of(node: ast.expr) -> ast.Call | None:
    """The `groupby` call of ``df.groupby(...)["a"]``."""
    call = node.value if isinstance(node, ast.Subscript) else node
    grouped = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "groupby"
    return call if grouped and isinstance(call, ast.Call) and (call.args or call.keywords) else None


def key_of(grouping: ast.Call) -> str:
    """Code of the column that a table by group is looked up by; empty where there are several."""
    assert isinstance(grouping.func, ast.Attribute)
    if any(keyword.arg in ("dropna", "as_index", "by", "level", "axis") for keyword in grouping.keywords):
        return ""
    key = grouping.args[0] if len(grouping.args) == 1 else None
    if isinstance(key, ast.List) and len(key.elts) == 1:
        key = key.elts[0]
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return f"{ast.unparse(grouping.func.value)}[{literal(key.value)}]"
    return f"({ast.unparse(key)})" if isinstance(key, (ast.BinOp, ast.Subscript, ast.Attribute)) else ""


def keys_of(grouping: ast.Call) -> list[str]:
    """The columns of ``df.groupby(["a", "b"])``; nothing where they are not written down."""
    key = grouping.args[0] if len(grouping.args) == 1 else None
    if any(keyword.arg in ("dropna", "as_index", "by", "level", "axis") for keyword in grouping.keywords):
        return []
    parts = key.elts if isinstance(key, (ast.List, ast.Tuple)) else []
    named = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return named if len(named) == len(parts) else []


def literal(text: str) -> str:
    """A string literal; with braces it stands in an f-string."""
    quoted = '"' + text.replace("\\", "\\\\").replace('"', "'") + '"'
    return f"f{quoted}" if "{" in text else quoted
