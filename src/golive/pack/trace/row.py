"""One row, as ``df.apply(function, axis=1)`` hands it to the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

from golive.errors import GoliveError
from golive.pack.trace.dates import check_no_date
from golive.pack.trace.kinds import kind_of, markers
from golive.pack.trace.proxy import Proxy
from golive.pack.trace.scalar import Nature, Scalar
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.frame import Frame


class OutsideError(GoliveError):
    """The function uses a column that is not an input of the model (the outcome): no node can be made."""


class Row(Proxy):
    """Makes a cell when it is asked for, so that only what the function uses becomes an input."""

    owner = "a row"
    stands_for = (pd.Series,)

    def __init__(self, frame: Frame) -> None:
        self.session = frame.session
        self._frame = frame
        self._types = _types(frame.real)

    def __getitem__(self, key: object) -> Scalar:
        if isinstance(key, list):
            raise refusal("several cells of a row at once are not compiled", "use df[[...]].sum(axis=1) and the like")
        if key not in self:
            raise KeyError(key)
        expr = self._frame.expr(key)
        if expr.node is None:
            raise OutsideError(str(key))
        check_no_date(self._frame.real[key], "a function on rows with a cell")
        return Scalar(self.session, expr, nature(self._frame.real[key], self._types.get(key)))

    def unknown(self, name: str) -> Any:
        return self[name] if name in self else super().unknown(name)

    def get(self, key: object, default: object = None) -> Any:
        return self[key] if key in self else default  # noqa: SIM401  # this is `get`

    def __contains__(self, key: object) -> bool:
        return key in self._frame.real.columns

    def __setitem__(self, key: object, value: object) -> NoReturn:
        raise refusal("a row is changed inside the function", "give the value back: df['x'] = df.apply(f, axis=1)")


def nature(real: Any, kind: type | None) -> Nature:
    """What pandas hands to a function from this column, given the type of a value that is there."""
    numpy = kind is not None and issubclass(kind, np.generic)
    if kind_of(real) != "text":
        return Nature(numpy, kind)
    return Nature(False, str, *markers(real))


def _types(real: Any) -> dict[Any, type]:
    """The types of the cells of one row: pandas makes all of them one type if it can."""
    seen: list[dict[Any, type]] = []
    real.head(1).apply(lambda row: seen.append({name: type(row[name]) for name in row.index}), axis=1)
    return seen[0] if seen else {}
