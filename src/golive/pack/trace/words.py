"""A condition in words, for people who read no code: ``Income is not missing and Income < 2150``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from golive.engine.builder import Builder

_SIGNS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "=", "ne": "!=", "same": "=", "differs": "!="}
_SUMS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
_LONGEST = 160


def in_words(builder: Builder, node: int) -> str:
    """Return what holds where the node is true; empty when it takes more than a line."""
    try:
        found = _truth(builder, node)
    except _NoWordsError:
        return ""
    return found if len(found) <= _LONGEST else ""


class _NoWordsError(Exception):
    """A step that has no short name."""


def _truth(builder: Builder, node: int, *, inner: bool = False) -> str:
    op, args, params = builder.made(node)
    if op in _SIGNS:
        dated = any(_read_as_date(builder, arg) is not None for arg in args)
        left, right = ((_moment if dated else _value)(builder, arg) for arg in args)
        return f"{left} {_SIGNS[op]} {right}"
    if op == "is_missing":
        return f"{_value(builder, args[0])} is missing"
    if op == "isin" and not params["missing"]:
        keys: Any = params["keys"]
        return f"{_value(builder, args[0])} is one of {', '.join(map(_constant, keys))}"
    if op == "input":
        return str(params["name"])
    if op == "not":
        below, its_args, _ = builder.made(args[0])
        if below == "is_missing":
            return f"{_value(builder, its_args[0])} is not missing"
        return f"not ({_truth(builder, args[0])})"
    if op in ("and", "or"):
        both = f" {op} ".join(_truth(builder, arg, inner=builder.made(arg)[0] != op) for arg in args)
        return f"({both})" if inner else both
    raise _NoWordsError


def _value(builder: Builder, node: int, *, inner: bool = False) -> str:
    op, args, params = builder.made(node)
    if op == "input":
        return str(params["name"])
    if op in ("number", "text", "boolean"):
        return _constant(params["value"])
    if (text := _read_as_date(builder, node)) is not None:
        return _value(builder, text)
    if op == "abs":
        return f"|{_value(builder, args[0])}|"
    if op in _SUMS:
        both = f" {_SUMS[op]} ".join(_value(builder, arg, inner=True) for arg in args)
        return f"({both})" if inner else both
    raise _NoWordsError


def _read_as_date(builder: Builder, node: int) -> int | None:
    """The text that is read as a date here, what is unclear being missing."""
    op, args, _ = builder.made(node)
    if op == "parse_date":
        return args[0]
    return _read_as_date(builder, args[2]) if op == "where" else None


def _moment(builder: Builder, node: int) -> str:
    """A side of a comparison of dates, which the graph counts in microseconds since 1970."""
    op, _, params = builder.made(node)
    if op != "number":
        return _value(builder, node)
    value: Any = params["value"]
    moment = datetime(1970, 1, 1) + timedelta(microseconds=value)  # dates have no zone here
    return moment.isoformat().removesuffix("T00:00:00")


def _constant(value: Any) -> str:
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return "missing" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
