"""Rows on both sides: added again before the split, or parts that overlap."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.tidy.fitters import fits
from golive.tidy.judging import suspect, values
from golive.tidy.learned import by_row
from golive.tidy.names import names_in, root
from golive.tidy.program import needed
from golive.tidy.target import called, is_split, split_call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.records.tidied import Leak
    from golive.tidy.judging import Judged
    from golive.tidy.program import Unit

_AGAIN = frozenset({"repeat", "choice", "integers", "randint", "concatenate", "hstack", "tile", "choices"})
_SAME_ROWS = frozenset(
    {"copy", "fillna", "reset_index", "astype", "to_numpy", "assign", "drop", "transform", "fit_transform", "replace"}
)


def resampled(judged: Judged) -> list[Leak]:
    """List statements before the split that add rows again which are there already."""
    if judged.split >= len(judged.kept):
        return []
    before = judged.before
    call = split_call(judged.kept[judged.split].tree)
    features = names_in(call.args[0]) if call.args else set[str]()
    found = []
    for unit in needed(before, features)[0]:
        if isinstance(unit.tree, ast.Assign) and _adds(unit, before[: before.index(unit)]):
            what = "rows are added again before the split, so copies of them judge"
            found.append(suspect(unit, unit.line, "resampled", what))
    return found


def _adds(unit: Unit, before: Sequence[Unit]) -> bool:
    assert isinstance(unit.tree, ast.Assign)
    for node in ast.walk(unit.tree.value):
        if isinstance(node, ast.Call) and called(node) == "fit_resample":
            return True
        if isinstance(node, ast.Call) and called(node) == "concat" and node.args and not by_row(node):
            return _doubled(node.args[0], before)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "iloc":
            for name in names_in(node.slice):
                made = next((value for _, bound, value in values(before) if bound == name), None)
                if made is not None and any(isinstance(p, ast.Call) and called(p) in _AGAIN for p in ast.walk(made)):
                    return True
    return False


def _doubled(parts: ast.expr, before: Sequence[Unit]) -> bool:
    """Whether one part of ``pd.concat([a, b])`` is made of another's rows."""
    if not isinstance(parts, (ast.List, ast.Tuple)):
        return False
    owners = [root(_inner(part)) for part in parts.elts]
    for place, one in enumerate(owners):
        others = {name for index, name in enumerate(owners) if index != place and name}
        if one in others or (one and _comes_from(one, before) & others):
            return True
    return False


def _inner(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Call):
        node = node.func.value if isinstance(node.func, ast.Attribute) else node.args[0] if node.args else node.func
    return node


def _comes_from(name: str, before: Sequence[Unit]) -> set[str]:
    """Variables that a variable was made from, the way back."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        wanted = waiting.pop()
        made = next((value for _, bound, value in values(before) if bound == wanted), None)
        new = names_in(made) - found if made is not None else set()
        found |= new
        waiting += sorted(new - {wanted})
    return found


@dataclass(frozen=True, kw_only=True)
class Part:
    """Where some rows were taken from."""

    how: str
    """``whole``, ``sample``, ``slice``, ``mask``, ``split``, ``both`` or ``other``."""
    base: str
    unit: Unit | None = None
    node: ast.expr | None = None


def overlap(judged: Judged) -> list[Leak]:
    """Rows that the model learned from and that judge it."""
    last = max((index for index, unit in enumerate(judged.kept) if _fits_model(unit, judged)), default=None)
    if last is None:
        return []
    call = next(call for call in fits(judged.kept[last].tree) if call.args)
    learned = root(call.args[0])
    ends = [judged.kept.index(report.unit) for report in judged.target.reports if report.unit in judged.kept]
    end = max([*ends, last])
    train = _part(ast.Name(id=learned), judged.kept[:last]) if learned else None
    for name in sorted(judged.rows - {learned}):
        test = _part(ast.Name(id=name), judged.kept[:end])
        if train and test and (unit := _shared(train, test)):
            return [suspect(unit, unit.line, "duplicates", "rows are both learned from and used to judge")]
    return []


def _fits_model(unit: Unit, judged: Judged) -> bool:
    owners = [call.func.value for call in fits(unit.tree) if isinstance(call.func, ast.Attribute) and call.args]
    return judged.target.model in unit.facts.touches and bool(owners)


def _part(node: ast.expr, before: Sequence[Unit]) -> Part | None:
    """Follow rows back to the statement that took them."""
    if isinstance(node, ast.Name):
        found = next(((unit, value) for unit, bound, value in values(before) if bound == node.id), None)
        if found is None:
            return Part(how="whole", base=node.id)
        unit, value = found
        if is_split(value):
            call = split_call(value)
            base = root(call.args[0]) if call.args else None
            return Part(how="split", base=base or "", unit=unit, node=node)
        taken = _taken(value, unit, before[: before.index(unit)])
        if taken is None:
            return Part(how="whole", base=node.id)
        return Part(how="whole", base=taken.base, unit=unit) if taken.how == "whole" and not taken.unit else taken
    return None


def _taken(value: ast.expr, unit: Unit, before: Sequence[Unit]) -> Part | None:
    if isinstance(value, ast.Name):
        return _part(value, before)
    if isinstance(value, ast.Subscript):
        owner = value.value
        located = isinstance(owner, ast.Attribute) and owner.attr in ("iloc", "loc")
        base = owner.value if isinstance(owner, ast.Attribute) and located else owner
        if isinstance(value.slice, ast.Slice) and (value.slice.lower or value.slice.upper):
            return Part(how="slice", base=root(base) or "", unit=unit, node=value)
        if isinstance(value.slice, (ast.Compare, ast.BinOp, ast.UnaryOp)) or located:
            return Part(how="mask", base=root(base) or "", unit=unit)
        return _taken(base, unit, before)  # columns
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    if value.func.attr == "sample":
        return Part(how="sample", base=root(value.func.value) or "", unit=unit)
    if value.func.attr == "concat" and value.args and isinstance(value.args[0], (ast.List, ast.Tuple)):
        parts = [_taken(part, unit, before) for part in value.args[0].elts]
        sides = {part.node.id for part in parts if part and part.how == "split" and isinstance(part.node, ast.Name)}
        return Part(how="both", base=next(p.base for p in parts if p), unit=unit) if len(sides) > 1 else None
    if value.func.attr == "drop" and not any(keyword.arg in ("columns", "axis") for keyword in value.keywords):
        return None
    if value.func.attr in ("transform", "fit_transform") and value.args:
        return _taken(value.args[0], unit, before)
    return _taken(value.func.value, unit, before) if value.func.attr in _SAME_ROWS else None


def _shared(train: Part, test: Part) -> Unit | None:
    """The later of the statements that took two parts which overlap; none when they need not."""
    later = max((unit for unit in (train.unit, test.unit) if unit), key=lambda unit: unit.place, default=None)
    if later is None or train.base != test.base:
        return None
    hows = {train.how, test.how}
    if "both" in hows and "split" in hows:
        return later
    if "whole" in hows and hows & {"sample", "slice", "mask", "split"}:
        return later
    if hows == {"sample"} and train.unit is not test.unit:
        return later
    return later if hows == {"slice"} and _cross(train.node, test.node) else None


def _cross(one: ast.expr | None, other: ast.expr | None) -> bool:
    """Whether two slices with written bounds share rows, however long the frame is."""
    bounds = [_bounds(node) for node in (one, other)]
    if None in bounds:
        return False
    (low, high), (begin, end) = (bound for bound in bounds if bound is not None)
    if high < 0 and begin < 0 and not low and end == float("inf"):
        return begin < high
    return min(low, high, begin, end) >= 0 and max(low, begin) < min(high, end)


def _bounds(node: ast.expr | None) -> tuple[float, float] | None:
    assert isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
    try:
        low = ast.literal_eval(node.slice.lower) if node.slice.lower else 0
        high = ast.literal_eval(node.slice.upper) if node.slice.upper else float("inf")
    except ValueError:
        return None
    return low, high
