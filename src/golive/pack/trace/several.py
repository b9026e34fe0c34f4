"""A Python function that gives several values per row: a tuple, a list or a Series; each becomes a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from golive.pack.trace.nodes import Expr
from golive.pack.trace.proxy import Proxy
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from golive.pack.trace.filters import Rows
    from golive.pack.trace.frame import Frame
    from golive.pack.trace.paths import Way
    from golive.pack.trace.series import Series
    from golive.pack.trace.session import Session


class Cells(Proxy):
    """``pd.Series([a, b])`` inside such a function: only good for being given back."""

    owner = "a Series made inside a function"
    stands_for = (pd.Series,)

    def __init__(self, session: Session, values: list[Any]) -> None:
        self.session = session
        self.values = values


class Tuples(Proxy):
    """What ``apply`` gives when the function gives tuples: for ``a, b = zip(*rows)`` and ``rows.tolist()``."""

    owner = "a column of tuples"
    stands_for = (pd.Series,)

    def __init__(self, frame: Frame) -> None:
        self.session = frame.session
        self.frame = frame

    def tolist(self) -> Tuples:
        return self

    to_list = tolist

    def as_assigned(self) -> Frame:
        """``df[["a", "b"]] = rows.tolist()`` goes by way of one array, which has one type."""
        if self.frame.real.dtypes.nunique() > 1:
            raise refusal("tuples of different types become one array here", "df['a'], df['b'] = zip(*rows)")
        return self.frame

    def columns(self) -> tuple[Series, ...]:
        """``zip(*rows)``."""
        return tuple(self.frame[name] for name in self.frame.real.columns)


def gives_several(real: Any) -> bool:
    """True for the tables and the columns of tuples that such a function gives."""
    return isinstance(real, pd.DataFrame) or (
        real.dtype == object and len(real) > 0 and all(isinstance(one, tuple | list) for one in real)
    )


def spread(
    session: Session, real: Any, rows: Rows | None, ways: Callable[[], Sequence[Way] | str], join: Any
) -> Frame | Tuples:
    """The columns that pandas made of the answers, each beside its expression.

    ``ways`` walks through the function; it gives a text, the name of the column, where that is no input of the model.
    """
    from golive.pack.trace.frame import Frame

    table = real if isinstance(real, pd.DataFrame) else _table(real)
    width = session.freeze("number of values per row", lambda: len(table.columns), shown=False)
    if len(table.columns) != width:
        raise refusal("the function gives another number of values than on the training rows")
    kinds = [session.kind(table[name]) for name in table.columns]
    found = ways() if not session.replaying else ""
    exprs = {
        name: Expr(None, kind, frozenset([found] if found else ()))
        if isinstance(found, str)
        else join(session, found, kind, _picked(at, width))
        for at, (name, kind) in enumerate(zip(table.columns, kinds, strict=True))
    }
    frame = Frame(session, table, exprs, rows)
    return frame if table is real else Tuples(frame)


def _table(real: Any) -> Any:
    """Each column on its own, so that its type is the one that an assignment gives it."""
    width = len(real.iloc[0])
    if any(len(one) != width for one in real):
        raise refusal("the function gives now more, now fewer values per row", "let it give the same number each time")
    return pd.DataFrame({at: pd.Series([one[at] for one in real], index=real.index) for at in range(width)})


def _picked(at: int, width: int) -> Callable[[Any], Any]:
    """The value for one column out of one answer of the function."""

    def pick(result: Any) -> Any:
        several = result.values if isinstance(result, Cells) else result
        if not isinstance(several, tuple | list | pd.Series) or len(several) != width:
            raise refusal(
                "the function gives several values on some rows only", "let it give the same number each time"
            )
        return list(several)[at]

    return pick
