"""What is at stake in one case: what each action is expected to earn at its score, and what a right answer adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from golive.errors import GoliveError
from golive.maths.money import basis_values, compile_payoffs, row_money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.records.money import Money

_BOTH = np.array([False, True])


class Stake(NamedTuple):
    """One case at its score, in the currency of the money file."""

    expected: dict[str, float]
    """Action of the money file -> what it is expected to earn; gains positive."""
    right_answer: float
    """What knowing the outcome would add to the better of these actions; 0 or more."""

    @property
    def best(self) -> str:
        """The action that is expected to earn most; of equal ones the first."""
        return max(self.expected, key=self.expected.__getitem__)


class Stakes:
    """Values single cases by a money file, with the one money formula.

    Parameters
    ----------
    money
        The money file.
    columns
        The inputs there are.

    Raises
    ------
    DocumentError
        A formula needs a column that is no input.

    Notes
    -----
    With p the probability of the event and m(a, y) the payoff of action a under outcome y::

        expected(a) = (1 - p) m(a, 0) + p m(a, 1)
        right_answer = (1 - p) max_a m(a, 0) + p max_a m(a, 1) - max_a expected(a)

    which is the expected value of perfect information [1]_.

    References
    ----------
    .. [1] Raiffa, Schlaifer (1961), Applied Statistical Decision Theory, chapter 4.
    """

    def __init__(self, money: Money, columns: Sequence[str]) -> None:
        self._compiled = compile_payoffs(money, columns)
        self._names = (money.actions.below, money.actions.above)

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions that have a payoff."""
        return self._names

    def of(self, inputs: Mapping[str, object], score: float) -> Stake | None:
        """Value a case; None where an amount that the formulas need is missing or no number.

        Parameters
        ----------
        inputs
            Raw inputs.
        score
            Probability of the event, 0..1.
        """
        if any(inputs.get(name) is None for name in self._compiled.columns):
            return None
        columns = {name: np.array([inputs[name]] * 2) for name in self._compiled.columns}
        try:
            values = basis_values(self._compiled, columns, _BOTH)
        except GoliveError:  # a division by zero, text: what this case is worth is not known
            return None
        by_outcome = np.array([row_money(self._compiled, values, _BOTH, action) for action in (0, 1)])
        chances = np.array([1 - score, score])
        expected = by_outcome @ chances
        named = dict(zip(self._names, expected.tolist(), strict=True))
        return Stake(named, max(0.0, float(by_outcome.max(axis=0) @ chances - expected.max())))
