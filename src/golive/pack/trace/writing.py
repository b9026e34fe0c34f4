"""Whole numbers and truths as text: ``astype(str)``, ``str(x)``, f-strings.

One fraction among whole numbers makes doubles of the column, and pandas writes `31.0` where it wrote `31`. A case has
no column, so what was whole in training is whole for each case: a replay makes the column whole again, and a case with
a fraction has no score.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from golive.pack.trace.expected import UnansweredError
from golive.pack.trace.kinds import LARGEST
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.nodes import Expr, Nodes
    from golive.pack.trace.scalar import Scalar
    from golive.pack.trace.series import Series
    from golive.pack.trace.session import Session


class Cell(NamedTuple):
    """A column of whole numbers that a function is handed values of."""

    column: Any
    """Its name in the row; None where it is the only one."""
    expr: Expr


def column_as_text(series: Series, dtype: Any) -> Series:
    """``astype(str)`` of a column of whole numbers."""
    session, real = series.session, series.real
    if not session.freeze("kind of a step", lambda: is_whole(real), shown=False):
        raise refusal(
            "fractions, or whole numbers beside missing ones, written as text are not compiled: engines write them "
            "differently (31.0)",
            "whole numbers can be written: .fillna(0).astype(int).astype(str)",
        )
    _check_not_inside(session)
    text = session.nodes.apply("write_number", series.expr)
    session.guard(session.nodes.is_missing(text))
    return series.made(whole_again(real).astype(dtype), replace(text, nullable=False))


def value_as_text(value: Scalar) -> Scalar:
    """``str(x)`` of one number or truth inside a function."""
    session, nodes, x = value.session, value.session.nodes, value.expr
    if x.kind == "boolean":
        return value.made(truth_as_text(nodes, x), numpy=False, type=str)
    if value.nature.whole is None:
        raise refusal(
            "a number that may have a fraction, written as text, is not compiled: engines write it differently",
            "str(int(x)); in a function on rows that are all numbers, too",
        )
    for cell in value.nature.whole:
        _check_not_inside(session)
        session.tape.whole.add((session.apply, cell.column))
        session.guard(nodes.is_missing(nodes.apply("write_number", cell.expr)))
    text = nodes.apply("write_number", x)
    if value.ask(nodes.is_missing(text)):
        raise UnansweredError("whole numbers beyond 2^53 are not written")
    return value.made(replace(text, nullable=False), numpy=False, type=str)


def truth_as_text(nodes: Nodes, truth: Expr) -> Expr:
    return nodes.where(truth, nodes.constant("True"), nodes.constant("False"))


def is_whole(real: Any) -> bool:
    return isinstance(real.dtype, np.dtype) and real.dtype.kind in "iu"


def held_column(session: Session, real: Any) -> Any:
    """The column that an apply runs over, whole again where its function writes the numbers."""
    return whole_again(real) if session.replaying and (session.apply, None) in session.tape.whole else real


def held_frame(session: Session, real: Any) -> Any:
    """The same of the table that an apply on rows runs over."""
    names = [name for number, name in session.tape.whole if number == session.apply] if session.replaying else []
    return real.assign(**{name: whole_again(real[name]) for name in names}) if names else real


def whole_again(real: Any) -> Any:
    """The column as whole numbers; refused where one is none that a double holds exactly."""
    if not ((np.abs(real) < LARGEST) & (real % 1 == 0)).all():
        raise refusal(
            "a number is no whole one below 2^53, and is written as text", "leave it out: engines write it differently"
        )
    return real if is_whole(real) else real.astype("int64")


def _check_not_inside(session: Session) -> None:
    if session.inside:
        raise refusal(
            "a function inside the model writes whole numbers of a column as text, and one fraction in a batch makes "
            "31.0 of 31 in all of it",
            "write them in the cleaning function",
        )
