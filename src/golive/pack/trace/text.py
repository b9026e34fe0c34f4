"""Text operations on expressions, shared by ``.str`` of a column and by text inside a Python function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.nodes import Expr, Nodes


def replaced(nodes: Nodes, x: Expr, old: object, new: object) -> Expr:
    if not isinstance(old, str) or not isinstance(new, str) or not old:
        raise refusal(f"replacing {old!r:.40} by {new!r:.40} is not compiled", "both must be plain, non-empty text")
    return nodes.apply("replace", x, old=old, new=new)


def sliced(nodes: Nodes, x: Expr, start: object, stop: object, step: object = None) -> Expr:
    if step not in (None, 1) or not all(end is None or isinstance(end, int) for end in (start, stop)):
        raise refusal(f"a slice from {start!r} to {stop!r} in steps of {step!r} is not compiled", "use plain positions")
    return nodes.apply("slice", x, start=start, stop=stop)  # type: ignore[arg-type]  # checked just above


def letter(nodes: Nodes, x: Expr, at: int) -> Expr:
    """The character at a position, missing where the text is too short."""
    found = sliced(nodes, x, at, at + 1 if at != -1 else None)
    return nodes.where(has_letter(nodes, x, at), found, nodes.constant(None, "text"))


def has_letter(nodes: Nodes, x: Expr, at: int) -> Expr:
    needed = nodes.constant(at + 1 if at >= 0 else -at)
    return nodes.apply("ge", nodes.apply("length", x), needed)


def stripped(nodes: Nodes, x: Expr, characters: object) -> Expr:
    """Without white space, or without any of some characters, at both ends."""
    if characters is None:
        return nodes.apply("strip", x)
    if not isinstance(characters, str):
        raise refusal(f"stripping {characters!r:.40} is not compiled", "use a text, or nothing for white space")
    return nodes.apply("trim", x, characters=characters) if characters else x


def left_stripped(nodes: Nodes, x: Expr, characters: object) -> Expr:
    """The same at the beginning alone: a mark at the end keeps what is there."""
    marked = stripped(nodes, nodes.apply("concat", x, nodes.constant(_mark(characters))), characters)
    return nodes.apply("slice", marked, start=None, stop=-1)


def right_stripped(nodes: Nodes, x: Expr, characters: object) -> Expr:
    """The same at the end alone."""
    marked = stripped(nodes, nodes.apply("concat", nodes.constant(_mark(characters)), x), characters)
    return nodes.apply("slice", marked, start=1, stop=None)


def _mark(characters: object) -> str:
    """A character that is not stripped."""
    return next(mark for mark in "|#~^" + "".join(map(chr, range(0x100, 0x200))) if mark not in str(characters or ""))


def starts(nodes: Nodes, x: Expr, what: object, op: str = "starts_with") -> Expr:
    """``startswith`` / ``endswith`` of one text or of any in a tuple."""
    several = what if isinstance(what, tuple) else (what,)
    if not several or not all(isinstance(one, str) for one in several):
        raise refusal(f"{what!r:.40} is not plain text")
    found = nodes.apply(op, x, text=several[0])
    for one in several[1:]:
        found = nodes.apply("or", found, nodes.apply(op, x, text=one))
    return found


def without(nodes: Nodes, x: Expr, what: object, op: str) -> Expr:
    """``removeprefix`` / ``removesuffix``: cut off where it is there."""
    if not isinstance(what, str) or not what:
        raise refusal(f"removing {what!r:.40} is not compiled", "it must be plain, non-empty text")
    ends = (len(what), None) if op == "starts_with" else (None, -len(what))
    return nodes.where(nodes.apply(op, x, text=what), sliced(nodes, x, *ends), x)


def piece(nodes: Nodes, x: Expr, separator: object, at: object) -> Expr:
    if not isinstance(separator, str) or not separator:
        raise refusal("splitting at any white space is not compiled", 'name the separator: .split(" ")')
    if not isinstance(at, int) or at < 0:
        raise refusal(f"piece {at!r} of a split is not compiled", "use a position from 0")
    return nodes.apply("split", x, sep=separator, index=at)
