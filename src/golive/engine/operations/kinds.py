"""Does a node fit its operation? The one check, used when a graph is built and again when it is opened."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from golive.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from golive.engine.operations.operation import Constants, Operation

KINDS = ("number", "text", "boolean")
_LETTERS = {"n": ("number",), "t": ("text",), "b": ("boolean",), "v": ("number", "text"), "x": KINDS}


def result_kind(name: str, operation: Operation, constants: Constants) -> str:
    """Return the kind of a node's result.

    Raises
    ------
    UnsupportedError
        Wrong number or kinds of arguments, an unknown or missing parameter, a value that does not fit.
    """
    wanted, result = (part.strip() for part in operation.signature.split("->"))
    bound = _bind(name, wanted, constants.kinds)
    _same_names(name, "parameter", constants.params, operation.params)
    _same_names(name, "array", constants.arrays, operation.arrays)
    for param, check in operation.params.items():
        if expected := check(constants.params[param], constants):
            raise _unfit(name, f"`{param}` is {constants.params[param]!r}; expected {expected}")
    for array, dtype in operation.arrays.items():
        _is_array(name, array, constants.arrays[array], dtype)
    if operation.check and (problem := operation.check(constants)):
        raise _unfit(name, problem)
    kind: str = constants.params["kind"] if result == "k" else bound.get(result) or _LETTERS[result][0]
    return kind


def _bind(name: str, wanted: str, kinds: Sequence[str]) -> dict[str, str]:
    letters = [letter.strip() for letter in wanted.split(",") if letter.strip()]
    if letters and letters[-1].endswith("..."):
        letters[-1:] = [letters[-1][0]] * max(1, len(kinds) - len(letters) + 1)
    if len(letters) != len(kinds):
        raise _unfit(name, f"{len(kinds)} arguments; expected {len(letters)}")
    bound: dict[str, str] = {}
    for position, (letter, kind) in enumerate(zip(letters, kinds, strict=True), start=1):
        if kind not in _LETTERS[letter] or bound.setdefault(letter, kind) != kind:
            expected = bound.get(letter) if kind in _LETTERS[letter] else " or ".join(_LETTERS[letter])
            raise _unfit(name, f"argument {position} is a {kind}; expected a {expected}")
    return bound


def _same_names(name: str, what: str, given: Mapping[str, object], wanted: Mapping[str, object]) -> None:
    for key in wanted:
        if key not in given:
            raise _unfit(name, f"the {what} `{key}` is missing")
    for key in given:
        if key not in wanted:
            raise _unfit(name, f"unknown {what} `{key}`; expected {', '.join(wanted) or 'none'}")


def _is_array(name: str, key: str, array: NDArray[Any], dtype: str) -> None:
    if array.ndim != 1 or array.dtype.str != dtype.replace("<u1", "|u1"):
        raise _unfit(name, f"the array `{key}` is {array.dtype.str} {array.shape}; expected {dtype}, one dimension")


def _unfit(name: str, problem: str) -> UnsupportedError:
    return UnsupportedError(f"operation `{name}`: {problem}", hint="docs/reference/graph.md lists each operation")


# Checks of single parameters: what was expected, or nothing.


def is_kind(value: Any, _: Constants) -> str:
    return "" if value in KINDS else "number, text or boolean"


def is_text(value: Any, _: Constants) -> str:
    return "" if isinstance(value, str) else "text"


def is_some_text(value: Any, _: Constants) -> str:
    return "" if isinstance(value, str) and value else "text that is not empty"


def is_text_or_null(value: Any, _: Constants) -> str:
    return "" if value is None or isinstance(value, str) else "text or null"


def is_boolean(value: Any, _: Constants) -> str:
    return "" if isinstance(value, bool) else "true or false"


def is_number(value: Any, _: Constants) -> str:
    return "" if _finite(value) else "a finite number"


def is_number_or_null(value: Any, _: Constants) -> str:
    return "" if value is None or _finite(value) else "a finite number or null"


def is_whole(value: Any, _: Constants) -> str:
    return "" if _finite(value) and value == int(value) and abs(value) <= 2**31 else "a whole number"


def is_whole_or_null(value: Any, constants: Constants) -> str:
    return "" if value is None or not is_whole(value, constants) else "a whole number or null"


def are_keys(value: Any, constants: Constants) -> str:
    """Check keys: of the argument's kind, none missing, none twice."""
    kind = constants.kinds[0]
    fits = isinstance(value, tuple) and all(_is_of(item, kind) and item is not None for item in value)
    return "" if fits and len(set(value)) == len(value) else f"a list of {kind}s without nulls, none twice"


def are_values(value: Any, constants: Constants) -> str:
    """Check values: of the kind of the result, one per key."""
    kind = constants.params.get("kind", "")
    keys = constants.params.get("keys", ())
    fits = isinstance(value, tuple) and len(value) == len(keys) and all(_is_of(item, kind) for item in value)
    return "" if fits else f"a list of {len(keys)} {kind}s"


def is_value(value: Any, constants: Constants) -> str:
    kind = constants.params.get("kind", "")
    return "" if _is_of(value, kind) else f"a {kind}" + ("" if kind == "boolean" else " or null")


def _is_of(value: Any, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "text":
        return value is None or isinstance(value, str)
    return value is None or _finite(value)


def _finite(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
