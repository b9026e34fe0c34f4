"""One row, as ``df.apply(function, axis=1)`` hands it to the function."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

from golive.errors import GoliveError
from golive.pack.trace.dates import check_no_date
from golive.pack.trace.kinds import kind_of, markers
from golive.pack.trace.proxy import Proxy
from golive.pack.trace.scalar import Nature, Scalar
from golive.pack.trace.site import refusal
from golive.pack.trace.writing import Cell, is_whole

if TYPE_CHECKING:
    from golive.pack.trace.frame import Frame
    from golive.pack.trace.session import Session


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

    def __getitem__(self, key: object) -> Any:
        if isinstance(key, list):
            return Part(self.session, [self[name] for name in key])
        if key not in self:
            raise KeyError(key)
        expr = self._frame.expr(key)
        if expr.node is None:
            raise OutsideError(str(key))
        check_no_date(self._frame.real[key], "a function on rows with a cell")
        return Scalar(self.session, expr, nature(self._frame.real[key], self._types.get(key), Cell(key, expr)))

    def __getattr__(self, name: str) -> Any:
        if name in _OF_SEVERAL:
            return getattr(self[list(self._frame.real.columns)], name)
        return super().__getattr__(name)

    def unknown(self, name: str) -> Any:
        return self[name] if name in self else super().unknown(name)

    def get(self, key: object, default: object = None) -> Any:
        return self[key] if key in self else default  # noqa: SIM401  # this is `get`

    def __contains__(self, key: object) -> bool:
        return key in self._frame.real.columns

    def __setitem__(self, key: object, value: object) -> NoReturn:
        raise refusal("a row is changed inside the function", "give the value back: df['x'] = df.apply(f, axis=1)")


class Part(Proxy):
    """``row[["a", "b"]]``: several cells, of which one answer is made."""

    owner = "several cells of a row"
    stands_for = (pd.Series,)

    def __init__(self, session: Session, cells: list[Scalar]) -> None:
        self.session = session
        self._cells = cells

    def isna(self) -> Part:
        return self._tested(False)

    def notna(self) -> Part:
        return self._tested(True)

    isnull, notnull = isna, notna

    def _tested(self, there: bool) -> Part:
        nodes = self.session.nodes
        missing = [nodes.is_missing(cell.expr) for cell in self._cells]
        found = [nodes.inverse(one) for one in missing] if there else missing
        return Part(self.session, [Scalar(self.session, one, Nature(True, np.bool_)) for one in found])

    def any(self) -> Scalar:
        return self._truth("or")

    def all(self) -> Scalar:
        return self._truth("and")

    def _truth(self, op: str) -> Scalar:
        exprs = [cell.expr for cell in self._cells]
        if not exprs or any(expr.kind != "boolean" for expr in exprs):
            raise refusal("any and all of cells that are not all truths are not compiled", "row[[...]].isna().any()")
        found = functools.reduce(lambda x, y: self.session.nodes.apply(op, x, y), exprs)
        return Scalar(self.session, found, Nature(True, np.bool_))

    def sum(self) -> Scalar:
        return self._total("sum")

    def mean(self) -> Scalar:
        return self._total("mean")

    def min(self) -> Scalar:
        return self._total("smallest")

    def max(self) -> Scalar:
        return self._total("largest")

    def _total(self, op: str) -> Scalar:
        """Left to right, as NumPy adds up to seven numbers; of more it adds in another order."""
        truths = op == "sum" and all(cell.expr.kind == "boolean" for cell in self._cells)
        numbers = all(cell.expr.kind == "number" and cell.nature.numpy for cell in self._cells)
        if not truths and not (numbers and 0 < len(self._cells) < 8):
            raise refusal(
                "cells of several kinds, or more than seven, are put together differently inside a function",
                "outside of it: df[['a', 'b']].sum(axis=1)",
            )
        nodes = self.session.nodes
        found = nodes.apply(op, *(nodes.to_number(cell.expr) for cell in self._cells), skip=True)
        return Scalar(self.session, found, Nature(True, None))


_OF_SEVERAL = frozenset(["sum", "mean", "min", "max", "isna", "isnull", "notna", "notnull", "any", "all"])


def nature(real: Any, kind: type | None, cell: Cell) -> Nature:
    """What pandas hands to a function from this column, given the type of a value that is there."""
    numpy = kind is not None and issubclass(kind, np.generic)
    if kind_of(real) != "text":
        return Nature(numpy, kind, whole=(cell,) if kind is int and is_whole(real) else None)
    return Nature(False, str, *markers(real))


def _types(real: Any) -> dict[Any, type]:
    """The types of the cells of one row: pandas makes all of them one type if it can."""
    seen: list[dict[Any, type]] = []
    real.head(1).apply(lambda row: seen.append({name: type(row[name]) for name in row.index}), axis=1)
    return seen[0] if seen else {}
