"""Upper and lower case. Text that pandas stores with pyarrow is changed letter by letter, other text as Python does it.

Letter by letter ``straße`` becomes ``STRAẞE`` and not ``STRASSE``, and a last sigma in Greek is like any other.
The graph knows Python's way, so these letters are exchanged first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.session import Session

_FIRST = {"upper": (("ß", "ẞ"),), "lower": (("Σ", "σ"), ("İ", "i"))}
"""What both ways take to the same text, for the letters that occur in ordinary words."""


def cased(session: Session, real: Any, x: Expr, op: str) -> Expr:
    """The text in upper or lower case; what has no single capital, a ligature for example, is guarded."""
    nodes = session.nodes
    if not session.freeze("kind of a step", lambda: _letter_by_letter(real), shown=False):
        return nodes.apply(op, x)
    for letter, other in _FIRST[op]:
        x = nodes.apply("replace", x, old=letter, new=other)
    changed = nodes.apply(op, x)
    if op == "upper":
        _check_single(session, real)
        session.guard(nodes.apply("gt", *(nodes.apply("length", text) for text in (changed, x))))
    return changed


def _letter_by_letter(real: Any) -> bool:
    """Ask pandas itself: it depends on its version, on pyarrow, and on the type that the column was read with."""
    dtype = real.dtype.categories.dtype if isinstance(real.dtype, pd.CategoricalDtype) else real.dtype
    return bool(pd.Series(["ß"], dtype=dtype).str.upper().iloc[0] == "ẞ")


def _check_single(session: Session, real: Any) -> None:
    """Refuse a training text that would get no score though pandas has one."""
    for text in () if session.replaying else real.dropna().unique():
        if len(text.replace("ß", "ẞ").upper()) != len(text):
            raise refusal(
                f"the text {text[:40]!r} has a letter without a single capital, which pyarrow leaves as it is",
                "use .str.lower(), or replace the letter before",
            )
