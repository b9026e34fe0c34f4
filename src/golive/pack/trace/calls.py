"""Which functions a cleaning function may call, and why the others are refused."""

from __future__ import annotations

import sys
import types
from typing import Any

from golive.pack.trace.site import refusal

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
    "open input eval exec compile globals locals vars hash now today utcnow sample".split()  # noqa: SIM905  # a list
)


def check_lasting(function: Any) -> None:
    """A call without a proxy must come from a library that gives the same answer tomorrow."""
    module = origin(function)
    name = getattr(function, "__name__", type(function).__name__)
    changing = module.startswith(_CHANGING) or name in _CHANGING_NAMES or name.startswith(("read_", "rand"))
    if isinstance(function, type) and not is_library_module(module):
        return
    if module.startswith("sklearn"):
        raise refused_call(function)
    if function is exec or function is eval:
        raise refusal(f"`{name}` runs code that cannot be followed", "write that code out, one statement per column")
    if module.partition(".")[0] not in _LIBRARIES or changing:
        raise refusal(
            f"`{name}` of `{module}` may give another answer in production, or fits something to the data",
            "keep files, clocks, random numbers and fitted steps out of the cleaning function",
        )


def refused_call(function: Any) -> Exception:
    name, module = getattr(function, "__name__", type(function).__name__), origin(function)
    if module.startswith("sklearn"):
        return refusal(
            f"`{name}` of scikit-learn is fitted or used inside the cleaning function",
            "put it into the model's Pipeline, where its fitted values are compiled",
        )
    if name == "vectorize" or type(function).__name__ == "vectorize":
        return refusal(
            "np.vectorize loops over the values, where they can no longer be followed", "use df['x'].apply(function)"
        )
    if isinstance(function, type):
        if function is type:
            return refusal("the type of a traced value is that of a stand-in", "isinstance(x, str), pd.isna(x)")
        return refusal(
            f"a column is handed to the class `{name}`, where it can no longer be followed",
            "make the object first and hand the table to one of its methods: cleaner = Cleaner(); cleaner.run(df)",
        )
    return refusal(
        f"`{name}` of `{module}` gets a traced column and is not among the functions that are compiled",
        "docs/reference/cleaning.md lists what is accepted; or hand the result in as an input",
    )


def origin(function: Any) -> str:
    """The module a function comes from; of a method the module of its object's type."""
    owner = getattr(function, "__self__", None)
    if owner is not None and not isinstance(owner, types.ModuleType):
        return str((owner if isinstance(owner, type) else type(owner)).__module__)
    described = getattr(function, "__objclass__", None)
    return str(getattr(described or function, "__module__", None) or type(function).__module__)


def is_ours(function: Any) -> bool:
    """A method that a proxy hands out."""
    return isinstance(function, types.FunctionType) and str(function.__module__).startswith(
        __package__ or "golive.pack.trace"
    )


def is_own_object(function: Any) -> bool:
    """True for an object of the user's own class that is called like a function."""
    call = type(function).__dict__.get("__call__")
    return isinstance(call, types.FunctionType) and not is_library(call)


def is_own_class(kind: type) -> bool:
    """True for a class of the user's own."""
    return not is_library_module(kind.__module__)


def is_library(function: types.FunctionType) -> bool:
    """True for what is not the user's own."""
    return is_library_module(function.__module__ or "")


def is_library_module(module: str) -> bool:
    root = module.partition(".")[0]
    return root in sys.stdlib_module_names or root in ("numpy", "pandas", "sklearn", "scipy", "golive")
