"""State that the text of a notebook does not explain: names that no cell makes, cells run in another order."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, NamedTuple

from golive.tidy.names import is_star

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from golive.tidy.notebook import Cell
    from golive.tidy.program import Unit

_KNOWN = frozenset(dir(builtins)) | {
    "display",
    "get_ipython",
    "In",
    "Out",
    "_",
    "__",
    "___",
    "exit",
    "quit",
    "__file__",
}


class Found(NamedTuple):
    """Something that is found in a notebook: rule, place, a sentence, what to do."""

    rule: str
    cell: int
    line: int
    what: str
    hint: str = ""


def lived(cells: Sequence[Cell]) -> list[Cell]:
    """The cells in the order they were last run, or down the file where that is not known."""
    ran = [cell for cell in cells if cell.count]
    return sorted(ran, key=lambda cell: cell.count or 0) if ran else list(cells)


def failed(cells: Sequence[Cell]) -> Iterator[Found]:
    for cell in cells:
        if cell.failed and "raises-exception" not in cell.tags:
            hint = "mend it and run the notebook again; where the error is meant, tag the cell raises-exception"
            yield Found("failed", cell.number, 1, f"its stored run ended in {cell.failed}", hint)


def hidden(cells: Sequence[Cell], units: Sequence[Unit]) -> Iterator[Found]:
    """Names that are read and no cell makes, each at its first use; counts that belong to no cell any more."""
    made = set().union(*(unit.facts.binds | unit.facts.may_bind for unit in units))
    told: set[str] = set()
    if not any(is_star(unit.tree) for unit in units):
        for unit in units:
            for name in sorted(unit.facts.reads - made - _KNOWN - told):
                told.add(name)
                hint = "write back the cell that made it, or leave the line out"
                yield Found("hidden-state", unit.cell, unit.line, f"no cell makes `{name}` (any more)", hint)
    counts = [cell.count for cell in cells if cell.count]
    gone = sorted(set(range(1, max(counts, default=0))) - set(counts))
    if gone:
        first = next(cell for cell in cells if cell.count and cell.count > gone[0])
        what = f"{_listed(gone)} of the stored run {'belongs' if len(gone) == 1 else 'belong'} to no cell any more"
        hint = "cells were run again or deleted: restart the kernel and run all cells"
        yield Found("hidden-state", first.number, 1, what, hint)


def order(cells: Sequence[Cell], units: Sequence[Unit]) -> Iterator[Found]:
    """Cells that were run before a cell above them, that were never run, or that need one further down."""
    highest: Cell | None = None
    hint = "restart the kernel and run all cells"
    for cell in cells:
        if highest and cell.count and cell.count < (highest.count or 0):
            what = f"was run before cell {highest.number} above it (counts {cell.count} and {highest.count})"
            yield Found("order", cell.number, 1, what, hint)
        elif cell.count:
            highest = cell
        elif any(other.count for other in cells) and cell.has_code:
            yield Found("order", cell.number, 1, "was never run, others were", "run it, or delete it")
    yield from _too_early(units)


def _too_early(units: Sequence[Unit]) -> Iterator[Found]:
    """What a cell reads and only a later one makes; one finding for all names of one cell."""
    makers: dict[str, int] = {}
    for unit in units:
        for name in unit.facts.binds | unit.facts.may_bind:
            makers.setdefault(name, unit.cell)
    known: set[str] = set()
    early: dict[tuple[int, int], tuple[int, list[str]]] = {}
    for unit in units:
        for name in sorted(unit.facts.reads & makers.keys() - known - _KNOWN):
            if makers[name] > unit.cell:
                known.add(name)  # told once
                early.setdefault((unit.cell, makers[name]), (unit.line, []))[1].append(name)
        known |= unit.facts.binds | unit.facts.may_bind
    for (cell, maker), (line, names) in early.items():
        made = ", ".join(f"`{name}`" for name in names) + (" is" if len(names) == 1 else " are")
        yield Found("order", cell, line, f"{made} made further down only, in cell {maker}", f"move cell {maker} up")


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:5])) + (" …" if len(numbers) > 5 else "")
    return f"count {shown}" if len(numbers) == 1 else f"counts {shown}"
