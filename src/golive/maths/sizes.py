"""How large rows are, a batch at a time: what must be known before they can be added up exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.maths.batch import earned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from golive.maths.batch import Batch
    from golive.maths.money import Payoffs
    from golive.maths.shape import Shape

    Values = NDArray[np.float64]

SPENT = ("cost", "loss")


class Sizes:
    """Numbers by name; `highest`, `lowest` and `total` take one more array into them."""

    def __init__(self) -> None:
        self.found: dict[str, float] = {}

    def highest(self, name: str, values: Values) -> None:
        self.found[name] = float(np.maximum(self.found.get(name, -np.inf), values.max()))

    def lowest(self, name: str, values: Values) -> None:
        self.found[name] = float(np.minimum(self.found.get(name, np.inf), values.min()))

    def total(self, name: str, value: float) -> None:
        self.found[name] = self.found.get(name, 0.0) + float(value)


def sizes(rows: Iterable[Batch], shape: Shape) -> dict[str, float]:
    """Return what is known of rows after one look at each.

    Returns
    -------
    dict
        ``low`` and ``high`` of the score; for it and for ``x0``, ``x1`` ... ``bad_NAME``, the rows without a finite
        number; for these columns ``low_NAME`` and ``under_NAME``, the lowest and the rows below zero. With prices
        ``topI``, ``bottomI`` and ``sizeI`` (sum of absolute values) of each basis, ``productI`` of each pair,
        ``most``, ``least`` and ``size_gain`` of the gain, and ``spent_ACTION_OUTCOME_LINE``, the largest money of a
        line of costs.
    """
    found = Sizes()
    spent = [] if shape.compiled is None else _spent(shape.compiled)
    for one in rows:
        found.lowest("low", one.score)
        found.highest("high", one.score)
        found.total("bad_score", _bad(one.score))
        for name in (shape.columns or {}).values():
            column = one.columns[name]
            found.total(f"bad_{name}", _bad(column))
            found.lowest(f"low_{name}", column)
            found.total(f"under_{name}", float(np.count_nonzero(column < 0)))
        if shape.compiled is not None:
            _add_money(found, one, shape.compiled, spent)
    return found.found


def _add_money(found: Sizes, one: Batch, compiled: Payoffs, spent: list[tuple[int, int, str]]) -> None:
    assert one.gain is not None
    absolute = [np.abs(values) for values in one.bases]
    for at, values in enumerate(one.bases):
        found.highest(f"top{at}", values)
        found.lowest(f"bottom{at}", values)
        found.total(f"size{at}", absolute[at].sum())
    pairs = [first * second for at, first in enumerate(absolute) for second in absolute[at:]]
    for at, product in enumerate(pairs):
        found.total(f"product{at}", product.sum())
    found.highest("most", one.gain)
    found.lowest("least", one.gain)
    found.total("size_gain", np.abs(one.gain).sum())
    for action, outcome, line in spent:
        money = earned(compiled, action, one.bases, one.event, line)
        found.highest(f"spent_{action}_{outcome}_{line}", np.where(one.event == bool(outcome), money, 0.0))


def _bad(values: Values) -> float:
    return float(len(values) - np.count_nonzero(np.isfinite(values)))


def _spent(compiled: Payoffs) -> list[tuple[int, int, str]]:
    """Return action, outcome and line of the costs that depend on columns."""
    used = {(term.action, term.event, term.line) for term in compiled.terms if term.basis}
    return sorted(one for one in used if one[2] in SPENT)
