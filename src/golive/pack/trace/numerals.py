"""Numbers from text: `pd.to_numeric`, ``astype(float)``, ``float(x)``. What readers disagree on gets no score."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from golive.engine.operations.numerals import number
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from typing import Any

    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.session import Session


def parsed(session: Session, text: Expr, *, whole: bool = False) -> Expr:
    """The text as a number, missing where no reader takes it; unclear texts are guarded."""
    nodes = session.nodes
    found = nodes.apply("parse_number", text, whole=whole)
    unclear = nodes.apply("eq", found, nodes.constant(math.inf))
    session.guard(unclear)
    return nodes.finite(nodes.where(unclear, nodes.constant(None), found))


def raising(session: Session, text: Expr, *, whole: bool = False, empty: bool = True) -> Expr:
    """The same where pandas raises on what it cannot read; ``empty`` says that it raises on empty text too."""
    nodes = session.nodes
    found = parsed(session, text, whole=whole)
    readable = nodes.apply("isin", text, keys=() if empty else ("",), missing=True)
    session.guard(nodes.both(nodes.is_missing(found), nodes.inverse(readable)))
    return found


def check_clear(session: Session, real: Any, *, whole: bool = False) -> None:
    """Refuse a training text that readers disagree on: the graph would give no score for a row that has one."""
    if session.replaying:
        return
    for text in real.dropna().unique():
        if isinstance(text, str) and number(text, whole=whole) == math.inf:
            raise refusal(
                f"the text {text[:40]!r} is a number to some readers and none, or another one, to others",
                "at most 15 digits, a point, no underscores, no `inf` or `nan`, no tabs; mend the cell before golive",
            )
