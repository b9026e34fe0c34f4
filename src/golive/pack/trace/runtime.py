"""What rewritten code talks to: calls, look-ups, ``is``, ``in``, f-strings and assignments.

Ordinary values go straight through. A call that gets a proxy must be in a table (Python's, NumPy's, pandas') or be
the user's own function, which is rewritten in its turn; anything else is refused by name. A call without a proxy
must come from a library that gives the same answer tomorrow.
"""

from __future__ import annotations

import functools
import operator
import sys
import types
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from golive.errors import GoliveError
from golive.pack.trace import python
from golive.pack.trace.calls import (
    check_lasting,
    is_library,
    is_ours,
    is_own_class,
    is_own_object,
    origin,
    refused_call,
)
from golive.pack.trace.expected import ExpectedError
from golive.pack.trace.proxy import Proxy, holds_proxy
from golive.pack.trace.rewrite import rewritten
from golive.pack.trace.row import Row
from golive.pack.trace.scalar import Scalar, negated
from golive.pack.trace.several import Tuples
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from golive.pack.trace.session import Session

_LOC = type(pd.Series(dtype=float).loc)
_QUIET = frozenset(["logging", "warnings"])
_NAMES = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv", "Mod": "mod", "Pow": "pow",
    "MatMult": "matmul", "BitAnd": "and_", "BitOr": "or_", "BitXor": "xor", "LShift": "lshift", "RShift": "rshift",
}  # fmt: skip
_COMPUTES = {node: getattr(operator, name) for node, name in _NAMES.items()}
"""Name of a syntax node -> what ``x op y`` does."""
_CHANGES = {node: getattr(operator, f"i{name.rstrip('_')}") for node, name in _NAMES.items()}
"""Name of a syntax node -> what ``x op= y`` does."""


class Runtime:
    """The other end of the rewritten code; one per run."""

    Refused: ClassVar[type[Exception]] = GoliveError

    def __init__(self, session: Session, functions: Mapping[Any, Callable[..., Any]]) -> None:
        self._session = session
        self._functions = functions
        self._rewritten: dict[types.FunctionType, types.FunctionType] = {}
        self._codes: set[types.CodeType] = set()

    def call(self, function: Any, /, *args: Any, **options: Any) -> Any:
        """``function(*args, **options)``."""
        owner = getattr(function, "__self__", None)
        if isinstance(owner, Proxy) or is_ours(function):
            return function(*args, **options)
        if isinstance(function, types.FunctionType) and not is_library(function):
            return self.followed(function)(*args, **options)
        if isinstance(function, types.MethodType) and isinstance(function.__func__, types.FunctionType):
            if not is_library(function.__func__):
                return self.followed(function.__func__)(owner, *args, **options)
        elif is_own_object(function):
            return self.call(types.MethodType(type(function).__call__, function), *args, **options)
        elif isinstance(function, functools.partial):
            return self.call(function.func, *function.args, *args, **(function.keywords | options))
        if function is print:
            return None  # the function runs several times here, and the output belongs to golive
        if function is pd.DataFrame and self._empty(args, options):
            return self._functions[function](self._session)
        if (function is sum or _is_join(function)) and args and isinstance(args[0], types.GeneratorType | map):
            args = (list(args[0]), *args[1:])  # to see what is in it
        if not holds_proxy((args, options)):
            check_lasting(function)
            return function(*args, **options)
        return self._with_proxies(function, owner, args, options)

    def spread(self, function: Any, values: Any) -> Any:
        """``function(*values)``."""
        if function is zip and isinstance(values, Tuples):
            return values.columns()
        return self.call(function, *values)

    def followed(self, function: types.FunctionType) -> types.FunctionType:
        """The user's own function, rewritten once."""
        if function.__code__ in self._codes:
            return function
        if function not in self._rewritten:
            made = rewritten(function, self)
            self._codes.update(_all_codes(made.__code__))
            self._rewritten[function] = made
        return self._rewritten[function]

    def getitem(self, owner: Any, key: Any) -> Any:
        """``owner[key]``."""
        if isinstance(owner, Proxy):
            return owner[key]  # type: ignore[index]  # a proxy without items refuses by name
        if isinstance(key, Scalar):
            return python.looked_up(self._session, getattr(owner, "obj", None) if type(owner) is _LOC else owner, key)
        if holds_proxy(key):
            raise refusal(
                "a column is used to pick values out of something that is not a traced table",
                "use .map(table) to look values up by column",
            )
        return owner[key]

    def attribute(self, owner: Any, name: str) -> Any:
        """``owner.name``."""
        return owner.attribute(name) if isinstance(owner, Proxy) else getattr(owner, name)

    def set_attribute(self, value: Any, owner: Any, name: str) -> None:
        """``owner.name = value``."""
        if isinstance(owner, Proxy):
            owner.set_attribute(name, value)
        else:
            setattr(owner, name, value)

    def setitem(self, value: Any, owner: Any, key: Any) -> None:
        """``owner[key] = value``."""
        if (
            not isinstance(owner, Proxy)
            and holds_proxy((key, value))
            and (type(owner) not in (dict, list) or holds_proxy(key))
        ):
            raise refusal(
                f"a column is written into a `{type(owner).__name__}`, where it can no longer be followed",
                "write it into the table: df['x'] = ...",
            )
        owner[key] = value

    def computed(self, op: str, left: Any, right: Any) -> Any:
        """``left op right``."""
        if isinstance(right, Proxy):
            _check_operand(left)
        return _COMPUTES[op](left, right)

    def changed(self, op: str, old: Any, value: Any) -> Any:
        """``old op= value``."""
        if isinstance(value, Proxy):
            _check_operand(old)
        return _CHANGES[op](old, value)

    def change_item(self, op: str, owner: Any, key: Any, value: Any) -> None:
        """``owner[key] op= value``."""
        self.setitem(self.changed(op, self.getitem(owner, key), value), owner, key)

    def change_attribute(self, op: str, owner: Any, name: str, value: Any) -> None:
        """``owner.name op= value``."""
        self.set_attribute(self.changed(op, self.attribute(owner, name), value), owner, name)

    def slice(self, start: Any, stop: Any, step: Any) -> slice:
        """``start:stop:step`` inside square brackets."""
        return slice(start, stop, step)

    def is_(self, left: Any, right: Any) -> Any:
        """``left is right``."""
        if isinstance(right, Scalar):
            left, right = right, left
        if not isinstance(left, Scalar):
            return left is right
        if right is None:
            return left.is_none()
        raise refusal(f"`is` with {right!r:.40} asks which object a value is, not what it is", "use == or pd.isna(x)")

    def is_not(self, left: Any, right: Any) -> Any:
        """``left is not right``."""
        found = self.is_(left, right)
        return negated(found) if isinstance(found, Scalar) else not found

    def is_in(self, item: Any, container: Any) -> Any:
        """``item in container``."""
        if isinstance(container, Scalar):
            return container.contains(item)
        if isinstance(item, Scalar) and not isinstance(container, Row):
            return python.contained(self._session, item, container)
        return item in container

    def is_not_in(self, item: Any, container: Any) -> Any:
        """``item not in container``."""
        found = self.is_in(item, container)
        return negated(found) if isinstance(found, Scalar) else not found

    def text(self, *pieces: Any) -> Any:
        """An f-string."""
        if not holds_proxy(pieces):
            return "".join(_written(piece) for piece in pieces)
        if not any(isinstance(piece, tuple) and isinstance(piece[0], Scalar) for piece in pieces):
            raise refusal("a whole column inside an f-string is not compiled", "use df['a'] + '_' + df['b']")
        parts = [_written(p) if not holds_proxy(p) else self._spoken(p) for p in pieces]
        return functools.reduce(lambda x, y: x + y, [part for part in parts if isinstance(part, Scalar) or part])

    def caught(self) -> None:
        """Stands first in every ``except`` of the user."""
        error = sys.exc_info()[1]
        if self._session.paths is not None:
            if isinstance(error, TypeError | AttributeError) and not isinstance(error, ExpectedError):
                raise refusal(f"the function catches an error that tracing itself may have caused ({error})") from error
        elif not self._session.rowwise and error is not None and _from_pandas(error):
            raise refusal(
                f"whether this step fails depends on the data ({type(error).__name__}: {error})",
                "take the try away and handle the values: pd.to_numeric, .fillna, .map(dict)",
            ) from error

    def _spoken(self, piece: tuple[Any, int, str]) -> Any:
        value, conversion, spec = piece
        if spec or conversion not in (-1, ord("s")):
            raise refusal("a format inside an f-string is not compiled for values of a row")
        return python.to_text(self._session, value)

    def _empty(self, args: Any, options: Any) -> bool:
        """``pd.DataFrame()``: an empty table that is filled with columns later; traced from the start."""
        return not args and not options and not self._session.rowwise

    def _with_proxies(self, function: Any, owner: Any, args: Any, options: Any) -> Any:
        handler = self._handler(function)
        if handler is not None:
            return handler(self._session, *args, **options)
        if isinstance(owner, dict) and args and isinstance(args[0], Scalar) and function.__name__ == "get":
            return python.looked_up(self._session, owner, args[0], args[1] if len(args) > 1 else None)
        if _is_join(function):
            return python.joined_text(owner, *args)
        if isinstance(owner, dict | list) and not (args and isinstance(args[0], Scalar) and isinstance(owner, dict)):
            return function(*args, **options)
        if (
            isinstance(function, types.MethodDescriptorType)
            and function.__objclass__ is str
            and isinstance(args[0], Scalar)
        ):
            return getattr(args[0], function.__name__)(*args[1:], **options)
        if isinstance(function, type) and issubclass(function, BaseException):
            return function(*args, **options)
        if origin(function).partition(".")[0] in _QUIET:
            return None
        raise refused_call(function)

    def _handler(self, function: Any) -> Callable[..., Any] | None:
        try:
            if function in python.STRUCTURAL:
                return lambda session, *args, **options: function(*args, **options)
            return self._functions.get(function)
        except TypeError:  # unhashable
            return None


def _is_join(function: Any) -> bool:
    return isinstance(getattr(function, "__self__", None), str) and function.__name__ == "join"


def _check_operand(left: Any) -> None:
    """An operator of the user's own class runs as it stands, where nothing in it can be followed."""
    if not isinstance(left, Proxy) and is_own_class(type(left)):
        raise refusal(
            f"an operator of the class `{type(left).__name__}` gets a traced value, where it can no longer be followed",
            "use plain numbers, or a method of the object: money.times(x)",
        )


def _all_codes(code: types.CodeType) -> list[types.CodeType]:
    inner = [found for part in code.co_consts if isinstance(part, types.CodeType) for found in _all_codes(part)]
    return [code, *inner]


def _written(piece: Any) -> str:
    if isinstance(piece, str):
        return piece
    value, conversion, spec = piece
    if conversion != -1:
        value = {"r": repr, "a": ascii}.get(chr(conversion), str)(value)
    return format(value, spec)


def _from_pandas(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.partition(".")[0] in ("pandas", "numpy"):
            return True
        trace = trace.tb_next
    return False
