"""Where in the user's own files something was made that cannot be compiled: a part of the model, a column."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

from golive.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_MOST = 1_000_000
"""Bytes: a longer file was not written by hand."""


def placed(error: UnsupportedError, model: Any, clean: Any) -> UnsupportedError:
    """The same refusal with file and line in front, where the message names what one line of the user's made.

    Parameters
    ----------
    model
        The model, whose parts were made by calling their classes.
    clean
        The cleaning function, which sets the columns; or none.
    """
    if error.where:
        return error
    words = set(re.findall(r"\w+", error.message))
    kinds = [kind for kind in dict.fromkeys(_kinds(model)) if kind.__name__ in words]
    where = next((place for kind in kinds if (place := _called_at(kind))), "")
    columns = re.findall(r"column `([^`]+)`", error.message)
    where = where or next((place for name in columns if (place := _set_at(clean, name))), "")
    return UnsupportedError(error.message, where=where, hint=error.hint) if where else error


def _kinds(model: Any) -> Iterator[type]:
    yield type(model)
    if hasattr(model, "get_params"):
        for part in model.get_params(deep=True).values():
            if hasattr(part, "fit"):
                yield type(part)


def _called_at(kind: type) -> str:
    """The one line of the user's modules that calls a class; empty where there are none or several."""
    places = []
    for module in list(sys.modules.values()):
        names = {name for name, value in list(vars(module).items()) if value is kind} if _is_users(module) else set()
        for node in ast.walk(_tree(module.__file__)) if names else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                places.append(f"{Path(str(module.__file__)).name}:{node.lineno}")
    return places[0] if len(places) == 1 else ""


def _set_at(clean: Any, column: str) -> str:
    """The last line of the cleaning function that sets a column."""
    try:
        file, first = inspect.getsourcefile(clean), inspect.getsourcelines(clean)[1]
    except (OSError, TypeError):
        return ""
    own = [node for node in ast.walk(_tree(file)) if isinstance(node, ast.FunctionDef) and node.lineno == first]
    lines = [
        node.lineno
        for function in own
        for node in ast.walk(function)
        if isinstance(node, (ast.keyword, ast.Subscript)) and _sets(node, column)
    ]
    return f"{Path(str(file)).name}:{max(lines)}" if lines else ""


def _sets(node: ast.keyword | ast.Subscript, column: str) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg == column
    named = {part.value for part in ast.walk(node.slice) if isinstance(part, ast.Constant)}
    return isinstance(node.ctx, ast.Store) and column in named


def _is_users(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    if not file or not str(file).endswith(".py"):
        return False
    libraries = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    golives = str(Path(__file__).parents[1])
    return not any(str(file).startswith(folder) for folder in [*libraries, golives] if folder)


def _tree(file: str | None) -> ast.AST:
    """What a file holds; nothing where it cannot be read."""
    try:
        path = Path(str(file))
        return ast.parse(path.read_text(encoding="utf-8")) if path.stat().st_size < _MOST else ast.Module([], [])
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])
