"""A function inside a model (a `FunctionTransformer`): followed like a cleaning function, but it may learn nothing.

Scikit-learn calls it again on every batch, so an aggregate in it is another number for every batch: refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace.frame import Frame
from golive.pack.trace.run import open_session
from golive.pack.trace.series import Series
from golive.pack.trace.session import Tape
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from golive.engine.builder import Builder
    from golive.pack.trace.nodes import Expr


@dataclass(frozen=True)
class Inside:
    """What a function made of the columns that it was given."""

    columns: tuple[tuple[str, Expr], ...]
    guards: tuple[int, ...]
    """Nodes that are true on rows where it raises."""


def follow_inside(
    function: Callable[..., Any], frame: pd.DataFrame | pd.Series, given: Sequence[Expr], builder: Builder,
    options: Mapping[str, Any], expected: Any,
) -> Inside:  # fmt: skip
    """Follow a function of columns that are nodes already.

    Parameters
    ----------
    function, options
        The function and its keyword arguments.
    frame
        The columns on the training rows, as the function is given them: a table, or one column.
    given
        Their expressions, in the same order.
    builder
        Where the nodes go.
    expected
        What the function itself makes of the training rows: a DataFrame, a Series or an array.

    Raises
    ------
    UnsupportedError
        A step cannot be followed, learns from the rows, takes rows away, or gives something else than columns.
    """
    table = frame.to_frame() if isinstance(frame, pd.Series) else frame
    session = open_session(builder, {}, Tape(), table)
    session.inside = True
    start: Any = Frame(session, table.copy(), dict(zip(table.columns, given, strict=True)))
    start = start[table.columns[0]] if isinstance(frame, pd.Series) else start
    with np.errstate(all="ignore"):
        result = session.runtime.call(function, start, **options)
    if isinstance(result, Series):
        result = result.to_frame()
    name = getattr(function, "__name__", "the function")
    if not isinstance(result, Frame):
        raise refusal(f"`{name}` gives a `{type(result).__name__}`", "let it give a table made of its columns")
    if session.tape.frozen or result.rows is not None:
        what = session.tape.frozen[0].what if session.tape.frozen else "which rows are left"
        raise refusal(
            f"`{name}` inside the model computes {what} from the rows it is given, which are others in every batch",
            "put it into the cleaning function, where it is learned once from the training rows",
        )
    _check_same(name, result.real, expected)
    return Inside(
        tuple((str(column), result.expr(column)) for column in result.real.columns),
        tuple(dict.fromkeys(guard.node for guard in session.guards if guard.node is not None)),
    )


def _check_same(name: str, found: pd.DataFrame, expected: Any) -> None:
    """What was followed must be what the function gives by itself, to the last bit."""
    values = (
        pd.DataFrame(np.asarray(expected).reshape(len(found), -1)) if not hasattr(expected, "columns") else expected
    )
    same = values.shape == found.shape and all(
        _equal(found.iloc[:, at].to_numpy(), values.iloc[:, at].to_numpy()) for at in range(found.shape[1])
    )
    if not same:
        raise refusal(
            f"`{name}` gives something else when its columns are followed one by one",
            "write it with column operations of a DataFrame",
        )


def _equal(one: Any, other: Any) -> bool:
    missing = pd.isna(one)
    return bool((missing == pd.isna(other)).all() and (one[~missing] == other[~missing]).all())
