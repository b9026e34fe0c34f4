"""Arithmetic on doubles as IEEE 754 has it: nothing raises, NaN is missing and goes through.

Row and columns must agree to the bit where a tree threshold may follow, so the row path uses plain Python only where
it is the same sum (``+ - * /``, comparisons) and numpy's own function of one value everywhere else: `math.exp` and
`numpy.exp` differ in one value of twenty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.operations import kinds
from golive.engine.operations.operation import Constants, Functions, Numbers, Operation, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def divide(x: float, y: float) -> float:
    """Divide as IEEE 754 does; Python alone refuses zero."""
    return x / y if y else float(np.divide(x, y))


def minimum(x: float, y: float) -> float:
    return x if x <= y or x != x else y


def maximum(x: float, y: float) -> float:
    return x if x >= y or x != x else y


def sign(x: float) -> float:
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0 if x == 0 else x


def _minimum(x: Numbers, y: Numbers) -> Numbers:
    return np.where((x <= y) | (x != x), x, y)  # numpy.minimum leaves open which zero it returns


def _maximum(x: Numbers, y: Numbers) -> Numbers:
    return np.where((x >= y) | (x != x), x, y)


def _ufunc(signature: str, ufunc: np.ufunc) -> Operation:
    if ufunc.nin == 1:

        def row(x: float) -> float:
            return float(ufunc(x))

        return plain(signature, row, ufunc)

    def row_of_two(x: float, y: float) -> float:
        return float(ufunc(x, y))

    return plain(signature, row_of_two, ufunc)


def _round(constants: Constants) -> Functions:
    """Round as numpy does: scale, round half to even, scale back."""
    decimals = int(constants.params["decimals"])
    ten = 10.0 ** abs(decimals)
    if decimals == 0:
        return Functions(lambda x: float(np.rint(x)), np.rint)
    if decimals > 0:
        return Functions(lambda x: float(np.rint(x * ten)) / ten, lambda x: np.rint(x * ten) / ten)
    return Functions(lambda x: float(np.rint(x / ten)) * ten, lambda x: np.rint(x / ten) * ten)


def _few_decimals(value: Any, constants: Constants) -> str:
    return "" if not kinds.is_whole(value, constants) and abs(value) <= 22 else "a whole number from -22 to 22"


def _clip(constants: Constants) -> Functions:
    low, high = constants.params["low"], constants.params["high"]
    low = -np.inf if low is None else float(low)
    high = np.inf if high is None else float(high)

    def row(x: float) -> float:
        return low if x < low else high if x > high else x

    def columns(x: Numbers) -> Numbers:
        return np.where(x < low, low, np.where(x > high, high, x))

    return Functions(row, columns)


def _clip_order(constants: Constants) -> str:
    low, high = constants.params["low"], constants.params["high"]
    wrong = low is not None and high is not None and low > high
    return f"`low` is {low}, above `high`, {high}" if wrong else ""


def _add(x: float, y: float) -> float:
    return x + y


def _sub(x: float, y: float) -> float:
    return x - y


def _mul(x: float, y: float) -> float:
    return x * y


def _neg(x: float) -> float:
    return -x


def _single(x: Numbers) -> Numbers:
    return np.asarray(x).astype(np.float32).astype(np.float64)


def _two(row: Callable[[float, float], float], columns: Callable[..., Any]) -> Operation:
    return plain("n, n -> n", row, columns)


ARITHMETIC: Mapping[str, Operation] = {
    "add": _two(_add, np.add),
    "sub": _two(_sub, np.subtract),
    "mul": _two(_mul, np.multiply),
    "div": _two(divide, np.divide),
    "mod": _ufunc("n, n -> n", np.remainder),
    "floordiv": _ufunc("n, n -> n", np.floor_divide),
    "pow": _ufunc("n, n -> n", np.power),
    "minimum": _two(minimum, _minimum),
    "maximum": _two(maximum, _maximum),
    "neg": plain("n -> n", _neg, np.negative),
    "abs": plain("n -> n", abs, np.absolute),
    "sign": plain("n -> n", sign, np.sign),
    **{
        name: _ufunc("n -> n", getattr(np, name))
        for name in ("floor", "ceil", "trunc", "exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "tanh")
    },
    "single": plain("n -> n", lambda x: float(np.float32(x)), _single),
    "round": Operation("n -> n", _round, {"decimals": _few_decimals}),
    "clip": Operation(
        "n -> n", _clip, {"low": kinds.is_number_or_null, "high": kinds.is_number_or_null}, check=_clip_order
    ),
}
