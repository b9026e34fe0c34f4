"""Statements that put all rows into another order, or keep the first of them: they belong to the reading."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.columns import Columns, Lens, use
from golive.tidy.selections import selections
from golive.tidy.target import called

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from golive.tidy.facts import World
    from golive.tidy.program import Unit

_SORTS = frozenset({"sort_values", "sort_index"})


def keeps_or_orders(unit: Unit, world: World) -> bool:
    """``df = df[:1000]``, ``df = df[mask]``, ``df = df.sample(frac=1)``, ``df.sort_values("day", inplace=True)``."""
    return bool(_ordered(unit.tree)) or any(one.name == one.base for one in selections(unit, world))


def ordered_early(before: Sequence[Unit], world: World, reads_data: Callable[[Unit, World], bool]) -> list[Unit]:
    """Move what orders all rows up to where they are read, over what is done to every row by itself in between."""
    units = list(before)
    for unit in before:
        name = _ordered(unit.tree)
        place = units.index(unit)
        read = [index for index in range(place) if name in units[index].facts.binds and reads_data(units[index], world)]
        if name and read and all(_commutes(one, name, unit, world) for one in units[read[-1] + 1 : place]):
            after = 1 + sum(_ordered(one.tree) == name for one in units[read[-1] + 1 : place])
            units.insert(read[-1] + after, units.pop(place))
    return units


def _ordered(tree: ast.stmt) -> str:
    """The frame whose rows a statement orders anew, all of them; empty for any other statement."""
    target = tree.targets[0] if isinstance(tree, ast.Assign) and len(tree.targets) == 1 else None
    value = tree.value if isinstance(tree, (ast.Assign, ast.Expr)) else None
    orders = False
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        given = {one.arg: one.value for one in value.keywords}
        if target is None and not _is(given.get("inplace"), True):
            return ""
        if value.func.attr in _SORTS or (value.func.attr == "sample" and _is(given.get("frac"), 1)):
            orders = True
        elif value.func.attr != "reset_index" or not _is(given.get("drop"), True):
            break
        value = value.func.value
    if isinstance(value, ast.Call) and called(value) == "shuffle" and len(value.args) == 1:
        orders, value = True, value.args[0]
    if not orders or not isinstance(value, ast.Name):
        return ""
    return value.id if target is None or (isinstance(target, ast.Name) and target.id == value.id) else ""


def _is(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def _commutes(unit: Unit, name: str, order: Unit, world: World) -> bool:
    """Whether it is the same before and after the rows are ordered."""
    if _ordered(unit.tree) == name:
        return True
    if name not in unit.facts.touches | unit.facts.reads:
        return not unit.facts.touches & order.facts.reads
    if any(one.base == name for one in selections(unit, world)):
        return False
    found = use(unit, Lens(frames={name}, world=world))
    keys = Columns(frozenset(_texts(order.tree)))
    if found.sets and found.frame == name:
        return not Columns(found.sets).overlaps(keys)
    if name in unit.facts.touches:
        return found.source == found.frame == name and not found.remade.overlaps(keys)
    return True


def _texts(tree: ast.stmt) -> set[str]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
