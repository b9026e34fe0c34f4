"""What a function keeps between its calls: one that runs row by row must not remember the row before.

pandas calls it once per training row, production once per case. A list that it fills, a counter, a `nonlocal`, a
default that it changes would make the answer depend on the rows before. So everything that the function can reach
and change is written down before it runs, and compared afterwards.
"""

from __future__ import annotations

import collections
import functools
import types
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace.calls import is_library, is_library_module
from golive.pack.trace.proxy import Proxy
from golive.pack.trace.rewrite import NAME
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_SEVERAL = (list, tuple, set, frozenset, collections.deque)


class Memory:
    """What can be reached from a function, as it was when this was made."""

    def __init__(self, function: Any, args: Any, options: Any) -> None:
        self._function, self._arguments = function, (args, options)
        self._before = self._written()

    def check(self) -> None:
        """Refuse a function that has changed something since."""
        after = self._written()
        changed = [key for key in after if after[key] != self._before.get(key)]
        for _, name in changed[-1:]:  # the innermost: the list itself, not the function that fills it
            raise refusal(
                f"the function changes `{name}` while it runs row by row, so its answer depends on the rows before",
                "compute such a table before, as an aggregate: df['x'].value_counts(), groupby(...), unique()",
            )

    def _written(self) -> dict[tuple[int, str], object]:
        # The roots anew each time: a `nonlocal` or `global` is another object afterwards.
        names = tuple(_names(_code(self._function)))
        found = {key: _Writer().write(value, names) for key, value in _reached(self._function, set())}
        return {(0, "its arguments"): _Writer().write(self._arguments), **found}


def _reached(function: Any, seen: set[int]) -> Iterator[tuple[tuple[int, str], Any]]:
    """What a function finds outside of itself, and what the functions find that it finds."""
    seen.add(id(function))
    for name, value in _roots(function):
        yield (id(function), name), value
        if isinstance(value, types.FunctionType) and id(value) not in seen:
            yield from _reached(value, seen)


def _roots(function: Any) -> Iterator[tuple[str, Any]]:
    """The names that a function finds outside of itself."""
    if isinstance(function, functools.partial):
        yield from _roots(function.func)
        yield "the arguments of partial", (function.args, function.keywords)
    elif isinstance(function, types.MethodType):
        yield from _roots(function.__func__)
        yield "self", function.__self__
    elif isinstance(function, types.FunctionType):
        if is_library(function):
            return
        yield from _cells(function).items()
        yield "a default of it", (function.__defaults__, function.__kwdefaults__)
        names = _names(function.__code__)
        yield from ((name, function.__globals__[name]) for name in names if name in function.__globals__)
    elif not isinstance(function, type | types.BuiltinFunctionType):
        yield type(function).__name__, function


def _cells(function: types.FunctionType) -> dict[str, Any]:
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        if name != NAME:
            try:
                found[name] = cell.cell_contents
            except ValueError:
                found[name] = None  # not set yet
    return found


def _code(function: Any) -> types.CodeType | None:
    inner = function.func if isinstance(function, functools.partial) else getattr(function, "__func__", function)
    return getattr(inner, "__code__", None)


def _names(code: types.CodeType | None) -> list[str]:
    """Every global name and attribute in the code and in the functions inside it."""
    if code is None:
        return []
    inner = [name for part in code.co_consts if isinstance(part, types.CodeType) for name in _names(part)]
    return list(dict.fromkeys([*code.co_names, *inner]))


class _Writer:
    """Writes a value down such that two of them are equal when nothing in it has changed."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[int, Any]] = {}  # holds the values too, so that no address is used twice

    def write(self, value: Any, names: tuple[str, ...] = ()) -> object:
        if isinstance(value, np.generic) or type(value) in _PLAIN:
            return (type(value).__name__, repr(value))
        if id(value) in self._seen:
            return ("seen", self._seen[id(value)][0])
        self._seen[id(value)] = (len(self._seen), value)
        return (type(value).__name__, *self._parts(value, names))

    def _parts(self, value: Any, names: tuple[str, ...]) -> Iterator[object]:
        if isinstance(value, Proxy):
            yield from _proxy(value)
        elif isinstance(value, np.ndarray | pd.Series | pd.DataFrame | pd.Index):
            yield _digest(value)
        elif isinstance(value, types.ModuleType):
            if not is_library_module(value.__name__):
                yield [self.write(vars(value)[name], names) for name in names if name in vars(value)]
        elif isinstance(value, types.FunctionType | types.MethodType | functools.partial):
            inside = _names(value.__code__) if isinstance(value, types.FunctionType) else []
            yield (id(value), [(name, self.write(one, tuple(inside))) for name, one in _roots(value)])
        elif hasattr(value, "__next__"):
            raise refusal(
                "the function reads from an iterator, a generator or a file made outside of it: a new one each time",
                "read it into a list or dict before, and look values up by key",
            )
        else:
            yield from self._held(value)

    def _held(self, value: Any) -> Iterator[object]:
        if isinstance(value, dict):
            yield [(self.write(key), self.write(one)) for key, one in value.items()]
        elif isinstance(value, _SEVERAL):
            yield [self.write(one) for one in value]
        elif isinstance(value, bytearray):
            yield bytes(value)
        kind = value if isinstance(value, type) else type(value)
        if is_library_module(kind.__module__) and kind is not types.SimpleNamespace:
            if not isinstance(value, (dict, *_SEVERAL)):
                yield repr(value)
            return
        for attributes in _attributes(value, kind):
            yield [(name, self.write(one)) for name, one in attributes.items() if not name.startswith("__")]


def _attributes(value: Any, kind: type) -> Iterator[Mapping[str, Any]]:
    if value is not kind:
        yield getattr(value, "__dict__", {})
        slots = [name for one in kind.__mro__ for name in getattr(one, "__slots__", ())]
        yield {name: getattr(value, name) for name in slots if hasattr(value, name)}
    for one in kind.__mro__:
        if not is_library_module(one.__module__):
            yield vars(one)


def _proxy(value: Proxy) -> Iterator[object]:
    inside = vars(value)
    yield [(name, repr(inside[name])) for name in ("expr", "_exprs", "rows") if name in inside]


def _digest(value: Any) -> object:
    if not isinstance(value, np.ndarray):
        return (value.shape, pd.util.hash_pandas_object(pd.DataFrame(value)).to_numpy().tobytes())
    return value.tobytes() if value.dtype != object else [repr(one) for one in value.ravel()]
