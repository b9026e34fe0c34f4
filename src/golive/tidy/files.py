"""Two files, one to learn from and one to judge by, as one frame of raw rows that is cut into these two again."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.frames import names_of
from golive.tidy.names import names_in
from golive.tidy.neighbours import filters_rows
from golive.tidy.paired import new_name
from golive.tidy.program import Unit, synthetic
from golive.tidy.reading import reads_data, taken_apart
from golive.tidy.rewrites import Replaced, changed_expression
from golive.tidy.selections import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from golive.tidy.facts import World

Sides = tuple[list[str], list[str]]


def of_two_files(
    body: Sequence[Unit], sides: Callable[[Sequence[Unit], Mapping[str, Selection]], Sides], world: World
) -> tuple[list[Unit], dict[str, Selection], Sides]:
    """Rewrite a notebook that learns from one file and judges by another.

    Parameters
    ----------
    sides
        Finds the parts that the model learns from and those that judge it among some.

    Returns
    -------
    body
        The same with one frame that is read and cut.
    known
        The cut.
    parts
        What ``sides`` found.
    """
    body = [part for unit in body for part in taken_apart(unit, world)]
    files = {name: _file(unit, name) for unit in body for name in _read_into(unit, body, world)}
    train, holdout = sides(body, files)
    taken = names_of(body)
    pairs = _pairs(train, holdout, world)
    known: dict[str, Selection] = {}
    instead: dict[Unit, list[Unit]] = {}
    # All frames are cut by the same words, so that their rows belong together.
    keys = [name for _, *names in pairs[:1] for name in names]
    for whole, part, other in pairs:
        frame = new_name(whole, taken)
        both = [files[part].unit, files[other].unit]
        first, last = sorted(both, key=body.index)
        read = [_rows_of(name, body[body.index(unit) :]) for name, unit in zip((part, other), both, strict=True)]
        codes = [code for code, _ in read]
        instead |= {unit: [] for _, filters in read for unit in filters}
        made = synthetic(f'{frame} = pd.concat([{", ".join(codes)}], keys=["{keys[0]}", "{keys[1]}"])', first, world)
        rows = [f'{{}}.loc[["{key}"]]' for key in keys]
        sides_of = list(zip((part, other), rows, strict=True))
        cuts = [synthetic(f"{name} = {code.replace('{}', frame)}", last, world) for name, code in sides_of]
        instead |= {first: [], last: [made, *cuts]}
        for (name, code), unit in zip(sides_of, cuts, strict=True):
            known[name] = Selection(unit=unit, name=name, base=frame, columns="{}", rows=code)
    return [part for unit in body for part in instead.get(unit, [unit])], known, (train, holdout)


def _pairs(train: Sequence[str], holdout: Sequence[str], world: World) -> list[tuple[str, str, str]]:
    """The name for the whole, the part to learn from and the part to judge by."""
    if len(train) == len(holdout) == 1:
        return [("table", train[0], holdout[0])]
    kinds = [{world.kinds.get(name, ""): name for name in side} for side in (train, holdout)]
    if len(train) == len(holdout) == 2 and all(one.keys() == {"frame", "series"} for one in kinds):
        return [("X", kinds[0]["frame"], kinds[1]["frame"]), ("y", kinds[0]["series"], kinds[1]["series"])]
    return []


def _read_into(unit: Unit, body: Sequence[Unit], world: World) -> list[str]:
    """The frame that a statement reads from a file."""
    tree = unit.tree
    if not isinstance(tree, ast.Assign) or len(tree.targets) != 1 or not isinstance(tree.targets[0], ast.Name):
        return []
    name = tree.targets[0].id
    read = [one for one in body if name in one.facts.binds and reads_data(one, world)]
    return [name] if reads_data(unit, world) and read == [unit] else []


def _rows_of(name: str, units: Sequence[Unit]) -> tuple[str, list[Unit]]:
    """Code of the rows of one file, without those that are dropped right after they are read; and what drops them."""
    assert isinstance(units[0].tree, ast.Assign)
    code, filters = ast.unparse(units[0].tree.value), list[Unit]()
    for unit in units[1:]:
        if name not in unit.facts.touches | unit.facts.reads:
            continue
        if not isinstance(unit.tree, ast.Assign) or unit.facts.binds != {name} or not filters_rows(unit.tree, {name}):
            break
        if isinstance(unit.tree.value, ast.Subscript) or names_in(unit.tree.value) != {name}:
            break
        code = changed_expression(unit.tree.value, Replaced({name: code}))
        filters.append(unit)
    return code, filters


def _file(unit: Unit, name: str) -> Selection:
    return Selection(unit=unit, name=name, base="", columns="{}", rows="")
