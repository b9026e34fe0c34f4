"""What rewritten code talks to: calls, look-ups, ``is``, ``in``, f-strings and assignments.

Ordinary values go straight through. A call that gets a proxy must be in a table (Python's, NumPy's, pandas') or be
the user's own function, which is rewritten in its turn; anything else is refused by name. A call without a proxy
must come from a library that gives the same answer tomorrow.
"""

from __future__ import annotations

import functools
import sys
import types
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from golive.errors import GoliveError
from golive.pack.trace import python
from golive.pack.trace.expected import ExpectedError
from golive.pack.trace.proxy import Proxy, holds_proxy
from golive.pack.trace.rewrite import rewritten
from golive.pack.trace.scalar import Row, Scalar, negated
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from golive.pack.trace.session import Session

_LIBRARIES = frozenset(
    [
        "abc",
        "builtins",
        "cmath",
        "collections",
        "contextlib",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "itertools",
        "json",
        "logging",
        "math",
        "numbers",
        "numpy",
        "operator",
        "pandas",
        "pprint",
        "re",
        "statistics",
        "string",
        "textwrap",
        "types",
        "typing",
        "unicodedata",
        "warnings",
    ]
)
_CHANGING = ("numpy.random", "pandas.io")
_CHANGING_NAMES = frozenset(
    ["open", "input", "eval", "exec", "compile", "globals", "locals", "vars", "now", "today", "utcnow", "sample"]
)
_QUIET = frozenset(["logging", "warnings"])


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
        if isinstance(owner, Proxy) or _ours(function):
            return function(*args, **options)
        if isinstance(function, types.FunctionType) and not _library(function):
            return self.followed(function)(*args, **options)
        if isinstance(function, types.MethodType) and isinstance(function.__func__, types.FunctionType):
            if not _library(function.__func__):
                return self.followed(function.__func__)(owner, *args, **options)
        elif isinstance(function, functools.partial):
            return self.call(function.func, *function.args, *args, **(function.keywords | options))
        if function is print:
            return None  # the function runs several times here, and the output belongs to golive
        if function is pd.DataFrame and self._empty(args, options):
            return self._functions[function](self._session)
        if not holds_proxy((args, options)):
            return self._plainly(function, args, options)
        return self._with_proxies(function, owner, args, options)

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
            return python.looked_up(self._session, owner, key)
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

    def _plainly(self, function: Any, args: Any, options: Any) -> Any:
        origin = _origin(function)
        name = getattr(function, "__name__", type(function).__name__)
        changing = origin.startswith(_CHANGING) or name in _CHANGING_NAMES or name.startswith(("read_", "rand"))
        if isinstance(function, type) and not _is_library(origin):
            return function(*args, **options)
        if origin.startswith("sklearn"):
            raise _refused_call(function)
        if origin.partition(".")[0] not in _LIBRARIES or changing:
            raise refusal(
                f"`{name}` of `{origin}` may give another answer in production, or fits something to the data",
                "keep files, clocks, random numbers and fitted steps out of the cleaning function",
            )
        return function(*args, **options)

    def _empty(self, args: Any, options: Any) -> bool:
        """``pd.DataFrame()``: an empty table that is filled with columns later; traced from the start."""
        return not args and not options and not self._session.rowwise

    def _with_proxies(self, function: Any, owner: Any, args: Any, options: Any) -> Any:
        handler = self._handler(function)
        if handler is not None:
            return handler(self._session, *args, **options)
        if isinstance(owner, dict) and args and isinstance(args[0], Scalar) and function.__name__ == "get":
            return python.looked_up(self._session, owner, args[0], args[1] if len(args) > 1 else None)
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
        if _origin(function).partition(".")[0] in _QUIET:
            return None
        raise _refused_call(function)

    def _handler(self, function: Any) -> Callable[..., Any] | None:
        try:
            if function in python.STRUCTURAL:
                return lambda session, *args, **options: function(*args, **options)
            return self._functions.get(function)
        except TypeError:  # unhashable
            return None


def _refused_call(function: Any) -> Exception:
    name, origin = getattr(function, "__name__", type(function).__name__), _origin(function)
    if origin.startswith("sklearn"):
        return refusal(
            f"`{name}` of scikit-learn is fitted or used inside the cleaning function",
            "put it into the model's Pipeline, where its fitted values are compiled",
        )
    if name == "vectorize" or type(function).__name__ == "vectorize":
        return refusal(
            "np.vectorize loops over the values, where they can no longer be followed", "use df['x'].apply(function)"
        )
    if isinstance(function, type):
        return refusal(f"a column is handed to the class `{name}`, where it can no longer be followed")
    return refusal(
        f"`{name}` of `{origin}` gets a traced column and is not among the functions that are compiled",
        "docs/reference/cleaning.md lists what is accepted; or hand the result in as an input",
    )


def _origin(function: Any) -> str:
    """The module a function comes from; of a method the module of its object's type."""
    owner = getattr(function, "__self__", None)
    if owner is not None and not isinstance(owner, types.ModuleType):
        return str((owner if isinstance(owner, type) else type(owner)).__module__)
    described = getattr(function, "__objclass__", None)
    return str(getattr(described or function, "__module__", None) or type(function).__module__)


def _ours(function: Any) -> bool:
    """A method that a proxy hands out."""
    return isinstance(function, types.FunctionType) and str(function.__module__).startswith(
        __package__ or "golive.pack.trace"
    )


def _library(function: types.FunctionType) -> bool:
    return _is_library(function.__module__ or "")


def _is_library(module: str) -> bool:
    root = module.partition(".")[0]
    return root in sys.stdlib_module_names or root in ("numpy", "pandas", "sklearn", "scipy", "golive")


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
