"""Sums and extremes over several numbers of one row, left to right, with pandas' treatment of missing ones."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.operations import kinds
from golive.engine.operations.arithmetic import divide
from golive.engine.operations.operation import Constants, Functions, Numbers, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def total(*xs: float) -> float:
    """Add left to right. The builtin sum compensates from Python 3.12 on and would differ."""
    result = 0.0
    for x in xs:
        result += x
    return result


def _sum(constants: Constants) -> Functions:
    if constants.params["skip"]:
        return Functions(lambda *xs: total(*_kept(xs)), lambda *xs: _total([np.where(np.isnan(x), 0.0, x) for x in xs]))
    return Functions(total, lambda *xs: _total(xs))


def _mean(constants: Constants) -> Functions:
    skip = constants.params["skip"]
    adding = _sum(constants)

    def row(*xs: float) -> float:
        return divide(adding.row(*xs), float(len(_kept(xs) if skip else xs)))

    def columns(*xs: Numbers) -> Numbers:
        count = _total([(~np.isnan(x)).astype(np.float64) for x in xs]) if skip else float(len(xs))
        result: Numbers = np.divide(adding.columns(*xs), count)
        return result

    return Functions(row, columns)


def _total(xs: list[Numbers] | tuple[Numbers, ...]) -> Numbers:
    result: Numbers = np.asarray(0.0)
    for x in xs:
        result = result + x
    return result


def _kept(xs: tuple[float, ...]) -> list[float]:
    return [x for x in xs if x == x]


def _extreme(beats: Callable[..., Any]) -> Callable[[Constants], Functions]:
    """Return the first argument that no later one beats. NaN beats all, or with ``skip`` is beaten by all."""

    def start(constants: Constants) -> Functions:
        skip = constants.params["skip"]

        def row(*xs: float) -> float:
            result = xs[0]
            for x in xs[1:]:
                missing, other = (result, x) if skip else (x, result)
                if beats(x, result) or (missing != missing and other == other):
                    result = x
            return result

        def columns(*xs: Numbers) -> Numbers:
            result = xs[0]
            for x in xs[1:]:
                missing, other = (result, x) if skip else (x, result)
                result = np.where(beats(x, result) | (np.isnan(missing) & ~np.isnan(other)), x, result)
            return result

        return Functions(row, columns)

    return start


def _many(start: Callable[[Constants], Functions]) -> Operation:
    return Operation("n... -> n", start, {"skip": kinds.is_boolean})


ROWWISE: Mapping[str, Operation] = {
    "sum": _many(_sum),
    "mean": _many(_mean),
    "smallest": _many(_extreme(operator.lt)),
    "largest": _many(_extreme(operator.gt)),
}
