"""How often a token may ask: so many requests a second, with a second's worth at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, MutableSequence

SLOTS = 1_024
"""Doubles that `Pace` needs."""
_ROUNDING = 1e-6
"""Seconds; the sum of many steps is not exact."""


class Pace:
    """Says when the next request of a token is due (a leaky bucket that keeps one number).

    Parameters
    ----------
    due
        Seconds of the clock, one per slot. Several workers share one such memory and so one limit.
    clock
        Must be the same for all that share ``due``.
    """

    def __init__(
        self,
        due: MutableSequence[float] | memoryview[float] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._due = [0.0] * SLOTS if due is None else due
        self._clock = clock

    def wait(self, slot: int, rate: float) -> float:
        """Count a request, or return the seconds after which it may come again (then it is not counted)."""
        now, slot = self._clock(), slot % SLOTS
        taken = max(self._due[slot], now) + 1 / rate
        early = taken - now - max(1.0, 1 / rate)
        if early > _ROUNDING:
            return early
        self._due[slot] = taken
        return 0.0
