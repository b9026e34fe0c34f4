"""Two files, one to learn from and one to judge by, as one frame of raw rows that is cut into these two again."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.frames import names_of
from golive.tidy.paired import new_name
from golive.tidy.program import Unit, synthetic
from golive.tidy.reading import reads_data, taken_apart
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
    for whole, part, other in pairs:
        frame = new_name(whole, taken)
        both = [files[part].unit, files[other].unit]
        first, last = sorted(both, key=body.index)
        codes = [ast.unparse(one.tree.value) for one in both if isinstance(one.tree, ast.Assign)]
        made = synthetic(f'{frame} = pd.concat([{", ".join(codes)}], keys=["{part}", "{other}"])', first, world)
        cuts = [synthetic(f'{name} = {frame}.loc[["{name}"]]', last, world) for name in (part, other)]
        instead |= {first: [], last: [made, *cuts]}
        for name, unit in zip((part, other), cuts, strict=True):
            known[name] = Selection(unit=unit, name=name, base=frame, columns="{}", rows=f'{{}}.loc[["{name}"]]')
    return [part for unit in body for part in instead.get(unit, [unit])], known, (train, holdout)


def _pairs(train: Sequence[str], holdout: Sequence[str], world: World) -> list[tuple[str, str, str]]:
    """The name for the whole, the part to learn from and the part to judge by."""
    if len(train) == len(holdout) == 1:
        return [("df", train[0], holdout[0])]
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


def _file(unit: Unit, name: str) -> Selection:
    return Selection(unit=unit, name=name, base="", columns="{}", rows="")
