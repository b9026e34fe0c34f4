"""What a replay of a cleaning function gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Replayed:
    """What pandas makes of other rows, each on its own."""

    frame: Any
    """The cleaned rows (a DataFrame), those that no rule took away."""
    places: NDArray[np.intp]
    """Where they stood among the raw rows."""
    gone: Mapping[int, str]
    """Place of a row that is gone -> name of the rule that took it away."""
