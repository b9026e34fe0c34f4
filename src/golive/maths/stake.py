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

    def of(self, inputs: Mapping[str, object] | None, score: float | None) -> Stake | None:
        """Value a case; None where the score or an amount that the formulas need is missing or no number.

        Parameters
        ----------
        inputs
            Raw inputs; null where they were erased.
        score
            Probability of the event, 0..1; null where there is none.
        """
        return self.of_many([(inputs, score)])[0]

    def of_many(self, cases: Sequence[tuple[Mapping[str, object] | None, float | None]]) -> list[Stake | None]:
        """Value many cases at once, as `of` does each."""
        found: list[Stake | None] = [None] * len(cases)
        known = {
            at: (inputs, score)
            for at, (inputs, score) in enumerate(cases)
            if score is not None and inputs is not None and self._has_amounts(inputs)
        }
        try:
            valued = self._valued(list(known.values()))
        except GoliveError:  # a division by zero, text: what one of them is worth is not known
            return found if len(known) < 2 else [self.of(*case) for case in cases]
        for at, stake in zip(known, valued, strict=True):
            found[at] = stake
        return found

    def _has_amounts(self, inputs: Mapping[str, object]) -> bool:
        return all(inputs.get(name) is not None for name in self._compiled.columns)

    def _valued(self, cases: Sequence[tuple[Mapping[str, object], float]]) -> list[Stake]:
        n = len(cases)
        columns = {name: np.repeat([inputs[name] for inputs, _ in cases], 2) for name in self._compiled.columns}
        event = np.tile(_BOTH, n)
        values = basis_values(self._compiled, columns, event)
        # (actions, cases, outcomes)
        money = np.array([row_money(self._compiled, values, event, action).reshape(n, 2) for action in (0, 1)])
        chances = np.array([(1 - score, score) for _, score in cases]).reshape(n, 2)
        expected = (money * chances).sum(axis=2)
        right = np.maximum(0.0, (money.max(axis=0) * chances).sum(axis=1) - expected.max(axis=0))
        return [
            Stake(dict(zip(self._names, pair, strict=True)), worth)
            for pair, worth in zip(expected.T.tolist(), right.tolist(), strict=True)
        ]
