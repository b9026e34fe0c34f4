"""Conditions on rows: whether two of them can hold for the same row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

_OTHER = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}


@dataclass(frozen=True)
class Condition:
    """``left how right``; ``and``, ``or`` of parts; or something that is only known by its name."""

    how: str
    left: Hashable = None
    right: Hashable = None
    parts: tuple[Condition, ...] = ()


def named(name: Hashable) -> Condition:
    """A condition of which nothing is known but which one it is."""
    return Condition("is", name)


def opposite(one: Condition) -> Condition:
    """The condition that holds where this one does not."""
    if one.how in _OTHER:
        return Condition(_OTHER[one.how], one.left, one.right)
    if one.how in ("and", "or"):
        return Condition("or" if one.how == "and" else "and", parts=tuple(opposite(part) for part in one.parts))
    return Condition("is not" if one.how == "is" else "is", one.left)


def apart(one: Condition, other: Condition) -> bool:
    """Whether both never hold for the same row."""
    if opposite(one) == other:
        return True
    for a, b in ((one, other), (other, one)):
        if a.how == "and":
            return any(apart(part, b) for part in a.parts)
        if a.how == "or":
            return all(apart(part, b) for part in a.parts)
    return one.left == other.left and (_apart(one, other) or _apart(other, one))


def undecided(one: Condition, other: Condition) -> bool:
    """Whether they speak about the same thing, so that nothing can be said by chance."""
    return one != other and bool(_subjects(one) & _subjects(other)) and not _overlap(one, other)


def _overlap(one: Condition, other: Condition) -> bool:
    """Whether two comparisons of the same thing certainly hold together for something between."""
    a, b = one.right, other.right
    if one.parts or other.parts or one.left != other.left:
        return False
    if one.how in ("<", "<=") and other.how in (">", ">="):
        return _known(a, b) and (_holds(b, "<", a) or (a == b and one.how == "<=" and other.how == ">="))
    if one.how in (">", ">=") and other.how in ("<", "<="):
        return _overlap(other, one)
    if one.how == "in" and other.how == "in" and isinstance(a, tuple) and isinstance(b, tuple):
        return bool(set(a) & set(b))
    if one.how == "==" and other.how in ("<", "<=", ">", ">="):
        return _known(a, b) and _holds(a, other.how, b)
    if other.how == "==" and one.how in ("<", "<=", ">", ">="):
        return _overlap(other, one)
    return {one.how, other.how} <= {"<", "<="} or {one.how, other.how} <= {">", ">="}


def _subjects(one: Condition) -> set[Hashable]:
    return set().union(*(_subjects(part) for part in one.parts)) if one.parts else {one.left}


def _apart(one: Condition, other: Condition) -> bool:
    a, b = one.right, other.right
    if one.how == "==" and other.how == "==":
        return _known(a, b) and a != b
    if one.how == "==" and other.how == "in" and isinstance(b, tuple):
        return a not in b
    if one.how == "==" and other.how in ("<", ">"):
        return a == b or (_known(a, b) and not _holds(a, other.how, b))
    if one.how == "==" and other.how in ("<=", ">="):
        return _known(a, b) and not _holds(a, other.how, b)
    if one.how == "in" and other.how == "in" and isinstance(a, tuple) and isinstance(b, tuple):
        return not set(a) & set(b)
    if one.how in ("<", "<=") and other.how in (">", ">="):
        if _known(a, b):
            return _holds(a, "<", b) or (a == b and not (one.how == "<=" and other.how == ">="))
        return a == b and not (one.how == "<=" and other.how == ">=")
    return False


def _known(a: Hashable, b: Hashable) -> bool:
    plain = (isinstance(a, (int, float)) and isinstance(b, (int, float))) or (isinstance(a, str) and isinstance(b, str))
    return plain and not (isinstance(a, str) and a.startswith("\0"))


def _holds(a: Hashable, how: str, b: Hashable) -> bool:
    assert isinstance(a, (int, float, str)) and isinstance(b, (int, float, str))
    low, same = a < b, a == b  # type: ignore[operator]  # both numbers or both texts, see `_known`
    return {"<": low, "<=": low or same, ">": not low and not same, ">=": not low}[how]
