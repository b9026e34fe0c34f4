"""Row filters: which rows are left after each, and what one case must be to be left.

On the training frame a filter does what pandas does. Whether it also says something about a case is up to the user; in
a replay each row is on its own, so a filter that is a rule takes its rows away and all others take none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import GoliveError
from golive.pack.trace.site import Site, here, refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.pack.trace.column import Column
    from golive.pack.trace.frame import Frame
    from golive.pack.trace.nodes import Expr, Nodes
    from golive.pack.trace.series import Series
    from golive.pack.trace.session import Session

OTHERS = "other rows of the table"
"""Stands among the raw columns for what a value is made of when it depends on other rows."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One step that took rows away."""

    number: int
    """In the order in which filters ran; a replay takes the same way, so there it is the same."""
    at: Site | None
    because: str
    kept: Expr | None
    """True for a case that stays; none where rows were chosen by their position, which nothing can follow."""
    gone: NDArray[np.intp]
    """Places of the rows that it took away, among the raw rows."""

    @property
    def where(self) -> str:
        return self.at.where if self.at else "?"


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows are left after filters; None in its place means all."""

    filters: tuple[Filter, ...]
    mask: Expr | None
    """True on the rows that are left; None where they were chosen by position."""
    places: NDArray[np.intp]
    """Where the rows that are left stood among the raw rows."""


class NobodyLeftError(GoliveError):
    """In a replay: every row was taken away, so that nothing is left to compute with."""

    def __init__(self, rows: Rows) -> None:
        super().__init__("no row is left")
        self.rows = rows


def narrowed(
    owner: Frame | Series, keep: NDArray[np.bool_], kept: Expr | None, because: str
) -> tuple[NDArray[np.bool_], Rows]:
    """Take rows away.

    Parameters
    ----------
    owner
        The table or column as it was before.
    keep
        By pandas: true on the rows that stay.
    kept
        The same for one case.
    because
        What was done, for messages.

    Returns
    -------
    tuple
        ``keep`` as it applies in this run, and which rows are left.
    """
    session, before = owner.session, owner.rows
    number = session.next_filter()
    if session.replaying and session.tape.filters.get(number, True) is False:
        keep = np.ones(len(keep), dtype=bool)
    places = np.arange(len(session.frame)) if before is None else before.places
    made = Filter(number, here(), because, kept, places[~keep])
    mask = kept if before is None else None if before.mask is None or kept is None else _both(session, before, kept)
    rows = Rows((*(before.filters if before else ()), made), mask, places[keep])
    if session.replaying and session.tape.filters.get(number) and not len(rows.places):
        raise NobodyLeftError(rows)
    return keep, rows


def _both(session: Session, before: Rows, kept: Expr) -> Expr:
    assert before.mask is not None
    return session.nodes.both(before.mask, kept)


def same_rows(session: Session, one: Rows | None, other: Rows | None) -> bool:
    """Whether two columns have the rows of the same cases, also in production."""
    if session.replaying or one is None or other is None:
        return (one is None) == (other is None)
    return _asked(one) == _asked(other)


def _asked(rows: Rows) -> list[int | None]:
    """What a case was asked. A filter that no case can be asked takes none away, so it is not in here."""
    return [step.kept.node for step in rows.filters if step.kept is not None and step.kept.node is not None]


def by_condition(owner: Frame | Series, mask: Column, because: str) -> tuple[NDArray[np.bool_], Rows]:
    """``df[condition]``."""
    return narrowed(owner, np.asarray(mask.real, dtype=bool), mask.expr, because)


def by_position(owner: Frame | Series, places: Sequence[int], because: str) -> Rows:
    """``df.head()`` and its like: good for aggregates, never the end of a cleaning function."""
    keep = np.zeros(len(owner.real), dtype=bool)
    keep[list(places)] = True
    return narrowed(owner, keep, None, because)[1]


def without_missing(frame: Frame, options: dict[str, Any]) -> Frame:
    """``df.dropna(...)``. What the outcome has to do with it is a filter of its own."""
    names = _listed(options.get("subset", list(frame.real.columns)))
    if absent := [name for name in names if name not in frame.real.columns]:
        raise KeyError(absent)
    asked, known = frame.session.freeze("columns with missing values", lambda: _nullable(frame, names), shown=False)
    because = "rows with missing values dropped"
    if options.get("how", "any") == "any" and options.get("thresh") is None:
        for some in (asked, known):
            if some:
                frame = _left(frame, some, because, all_of=True)
        return frame
    thresh = options.get("thresh")
    return _left(frame, names, because, least=1 if thresh is None else int(thresh))


def _nullable(frame: Frame, names: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Columns that can be missing: those a case can be asked about, and those of the outcome."""
    nullable = [name for name in names if frame.may_be_missing(name)]
    asked = [name for name in nullable if frame.expr(name).node is not None]
    return asked, [name for name in nullable if name not in asked and frame.real[name].isna().any()]


def _left(frame: Frame, names: Sequence[Any], because: str, *, all_of: bool = False, least: int = 0) -> Frame:
    nodes = frame.session.nodes
    there = [nodes.inverse(nodes.is_missing(frame.expr(name))) for name in names]
    counted = frame.real[list(names)].notna().to_numpy()
    if all_of:
        kept = there[0]
        for one in there[1:]:
            kept = nodes.both(kept, one)
        keep = counted.all(axis=1)
    else:
        count = nodes.apply("sum", *(nodes.to_number(one) for one in there), skip=True)
        kept = nodes.apply("ge", count, nodes.constant(float(least)))
        keep = counted.sum(axis=1) >= least
    keep, rows = narrowed(frame, keep, kept, because)
    return frame.remaining(frame.real[keep], rows)


def dropped_labels(frame: Frame, labels: Any) -> Frame:
    """``df.drop(df[condition].index)``: the rows of the condition go."""
    before, gone = frame.rows.filters if frame.rows else (), labels.rows.filters if labels.rows else ()
    steps = gone[len(before) :]
    if gone[: len(before)] != before or not steps or any(step.kept is None for step in steps):
        raise refusal("rows are dropped by label", "keep rows by a condition: df = df[condition]")
    nodes = frame.session.nodes
    held = steps[0].kept
    for step in steps[1:]:
        held = nodes.both(held, step.kept)
    keep, rows = narrowed(
        frame, ~frame.real.index.isin(labels.real), nodes.inverse(held), "rows dropped by a condition"
    )
    return frame.remaining(frame.real[keep], rows)


def is_same_filter(session: Session, value: Rows, frame: Rows | None, mask: Column) -> bool:
    """Whether a column has the rows of a table after one more filter, the condition given."""
    steps = len(frame.filters) if frame else 0
    if len(value.filters) != steps + 1:
        return False
    last = value.filters[-1].kept
    before = Rows(value.filters[:-1], None, value.places) if steps else None
    return last is not None and last.node == mask.expr.node and same_rows(session, before, frame)


def unaskable(nodes: Nodes, kept: Expr) -> str:
    """Why a condition says nothing about one case; empty when it does."""
    if OTHERS in kept.depends:
        return "it compares with other rows of the table, and a case has none"
    unknown = sorted(name for name in kept.depends if not nodes.is_input(name))
    if unknown:
        return f"it is made of `{unknown[0]}`, which nobody knows when deciding"
    return ""


def _listed(names: Any) -> list[Any]:
    return list(names) if isinstance(names, list | tuple) or hasattr(names, "tolist") else [names]
