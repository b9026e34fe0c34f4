"""How large rows are, a batch at a time: what must be known before they can be added up exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.maths.batch import earned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.maths.batch import Batch
    from golive.maths.money import Payoffs
    from golive.maths.shape import Shape

    Values = NDArray[np.float64]

SPENT = ("cost", "loss")


class Sizes:
    """What is known of rows after one look at each.

    Attributes
    ----------
    found
        ``low`` and ``high`` of the score; for it and for ``x0``, ``x1`` ... ``bad_NAME``, the rows without a finite
        number; for these columns ``low_NAME`` and ``under_NAME``, the lowest and the rows below zero. With prices
        ``topI``, ``bottomI`` and ``sizeI`` (sum of absolute values) of each basis, ``productI`` of each pair,
        ``most``, ``least`` and ``size_gain`` of the gain, and ``spent_ACTION_OUTCOME_LINE``, the largest money of a
        line of costs. For parts of the rows (``told``) ``size_below``, ``size_above`` and ``square_gain`` too.
    """

    def __init__(self, shape: Shape, *, told: bool = False) -> None:
        self.found: dict[str, float] = {}
        self._shape, self._told = shape, told
        self._spent = [] if shape.compiled is None else _spent(shape.compiled)

    @property
    def regular(self) -> bool:
        """Whether every score so far is a probability, and all money finite."""
        return 0 <= self.found["low"] <= self.found["high"] <= 1 and np.isfinite(self.found.get("size_gain", 0.0))

    def add(self, one: Batch) -> None:
        self._lowest("low", one.score)
        self._highest("high", one.score)
        self._total("bad_score", _bad(one.score))
        for name in (self._shape.columns or {}).values():
            column = one.columns[name]
            self._total(f"bad_{name}", _bad(column))
            self._lowest(f"low_{name}", column)
            self._total(f"under_{name}", float(np.count_nonzero(column < 0)))
        if self._shape.compiled is not None:
            self._add_money(one, self._shape.compiled)

    def _add_money(self, one: Batch, compiled: Payoffs) -> None:
        assert one.gain is not None
        assert one.below is not None
        assert one.above is not None
        absolute = [np.abs(values) for values in one.bases]
        for at, values in enumerate(one.bases):
            self._highest(f"top{at}", values)
            self._lowest(f"bottom{at}", values)
            self._total(f"size{at}", absolute[at].sum())
        pairs = [first * second for at, first in enumerate(absolute) for second in absolute[at:]]
        for at, product in enumerate(pairs):
            self._total(f"product{at}", product.sum())
        self._highest("most", one.gain)
        self._lowest("least", one.gain)
        self._total("size_gain", np.abs(one.gain).sum())
        if self._told:
            self._total("size_below", np.abs(one.below).sum())
            self._total("size_above", np.abs(one.above).sum())
            self._total("square_gain", np.square(one.gain).sum())
        for action, outcome, line in self._spent:
            money = earned(compiled, action, one.bases, one.event, line)
            self._highest(f"spent_{action}_{outcome}_{line}", np.where(one.event == bool(outcome), money, 0.0))

    def _highest(self, name: str, values: Values) -> None:
        self.found[name] = float(np.maximum(self.found.get(name, -np.inf), values.max()))

    def _lowest(self, name: str, values: Values) -> None:
        self.found[name] = float(np.minimum(self.found.get(name, np.inf), values.min()))

    def _total(self, name: str, value: float) -> None:
        self.found[name] = self.found.get(name, 0.0) + float(value)


def _bad(values: Values) -> float:
    return float(len(values) - np.count_nonzero(np.isfinite(values)))


def _spent(compiled: Payoffs) -> list[tuple[int, int, str]]:
    """Return action, outcome and line of the costs that depend on columns."""
    used = {(term.action, term.event, term.line) for term in compiled.terms if term.basis}
    return sorted(one for one in used if one[2] in SPENT)
