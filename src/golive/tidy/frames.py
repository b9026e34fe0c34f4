"""Slice by columns: the statements that one frame, or one outcome, is made from."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from golive.tidy.columns import ALL, NONE, Columns, Lens, Use, use
from golive.tidy.statistic import taken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from golive.tidy.program import Unit


def all_frames(units: Sequence[Unit], raw: str, lens: Lens) -> set[str]:
    """Names that hold a frame made from the raw one, at any time."""
    frames = {raw}
    for unit in units:
        found = use(unit, Lens(frames=frames, world=lens.world, constants=lens.constants))
        if found.source and found.frame:
            frames.add(found.frame)
        if unit.facts.reads & frames and not _is_table(unit, frames):
            frames |= {name for name in unit.facts.binds if lens.world.kinds.get(name) == "frame"}
    return frames


def all_rows(units: Sequence[Unit], frames: set[str], lens: Lens) -> set[str]:
    """Names that hold something with one entry per row: the frames, and what is made from them."""
    rows = set(frames)
    for unit in units:
        if unit.facts.reads & rows and not _is_table(unit, rows):
            rows |= {name for name in unit.facts.binds if lens.world.kinds.get(name) in ("frame", "series", "array")}
    return rows


def _is_table(unit: Unit, rows: set[str]) -> bool:
    """``per_card = df.groupby("card")["amount"].mean()`` has one entry per card."""
    return isinstance(unit.tree, ast.Assign) and taken(unit.tree.value, rows)


def made_from(
    units: Sequence[Unit], name: str, lens: Lens, *, skip: bool = False, whole: Columns = ALL
) -> tuple[list[Unit], Mapping[str, Columns]]:
    """Slice backward from one variable, column by column.

    Parameters
    ----------
    skip
        Take it that what is done to a whole frame leaves the few columns alone that are wanted.
    whole
        The columns that are taken to be read where a statement may read every one.

    Both are often right and never sure: who is bold must compare the result.

    Returns
    -------
    units
        Those it is made from, in order. A column that is set but not part of it is left out.
    need
        What is still needed before the first unit: frame -> columns.
    """
    framed = name in lens.frames
    slicer = _Slicer({name: ALL} if framed else {}, set() if framed else {name}, lens, skip=skip, whole=whole)
    kept = [unit for unit in reversed(units) if slicer.takes(unit)]
    return kept[::-1], slicer.need


def made_for(
    units: Sequence[Unit], read: Mapping[str, Columns], others: set[str], lens: Lens
) -> tuple[list[Unit], Mapping[str, Columns]]:
    """Slice backward from some columns of frames and some other variables; see `made_from`."""
    need = {name: columns for name, columns in read.items() if columns != NONE}
    slicer = _Slicer(need, set(others), lens, skip=False, whole=ALL)
    kept = [unit for unit in reversed(units) if slicer.takes(unit)]
    return kept[::-1], slicer.need


class _Slicer:
    def __init__(self, need: dict[str, Columns], others: set[str], lens: Lens, *, skip: bool, whole: Columns) -> None:
        self.need, self.others, self.lens, self.skip, self.whole = need, others, lens, skip, whole

    def takes(self, unit: Unit) -> bool:
        found = use(unit, self.lens)
        if found.source and found.frame:
            taken = self._hands_on(found)
        elif found.sets:
            taken = self._sets(found)
        else:
            taken = self._anything(unit, found)
        if taken:
            self.others |= unit.facts.reads - self.lens.frames
        return taken

    def _hands_on(self, found: Use) -> bool:
        if found.frame not in self.need:
            return False
        wanted = self.need[found.frame]
        if found.frame == found.source and not _makes(found, wanted):
            return False
        if found.frame == found.source and self.skip and found.filled and not found.renamed and not wanted.but:
            return False
        self.need.pop(found.frame)
        old = replace(wanted, names=frozenset(found.renamed.get(name, name) for name in wanted.names))
        handed = Columns(found.chosen) if found.chosen is not None else old - found.removed
        self._add({found.source: handed})
        own = found.filled and self.whole != ALL  # every column is filled from itself
        whole = NONE if own else self.whole
        self._add({name: whole if read == ALL else read for name, read in found.reads.items()})
        return True

    def _sets(self, found: Use) -> bool:
        if not self.need.get(found.frame, NONE).meets(found.sets):
            return False
        if not found.partly:
            self.need[found.frame] -= found.sets
        self._add(found.reads)
        return True

    def _anything(self, unit: Unit, found: Use) -> bool:
        if not unit.facts.touches & (self.need.keys() | self.others):
            return False
        if self.skip and self._left_alone(unit):
            return False
        for name in unit.facts.binds:
            self.need.pop(name, None)
            self.others.discard(name)
        read = {**dict.fromkeys(unit.facts.reads & self.lens.frames, ALL), **found.reads}
        self._add({name: self.whole if columns == ALL else columns for name, columns in read.items()})
        return True

    def _left_alone(self, unit: Unit) -> bool:
        """Whether a statement makes a frame of itself, and of it only some columns are wanted."""
        made = unit.facts.touches & (self.need.keys() | self.others)
        return all(name in unit.facts.reads and not self.need.get(name, ALL).but for name in made)

    def _add(self, columns: Mapping[str, Columns]) -> None:
        for frame, names in columns.items():
            self.need[frame] = self.need.get(frame, NONE) | names


def _makes(found: Use, wanted: Columns) -> bool:
    """Whether any wanted column is new after a frame was handed on to itself."""
    if wanted.but or wanted.overlaps(found.remade):
        return True
    return any(name.startswith(found.prefixes) for name in wanted.names) if found.prefixes else False


def names_of(units: Iterable[Unit]) -> set[str]:
    """Everything these statements bind or alter."""
    return set().union(*(unit.facts.touches for unit in units))
