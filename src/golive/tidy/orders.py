"""Find the order in which a notebook was lived: the one that prints again what is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from golive.errors import NotebookError
from golive.records.tidied import Attempt
from golive.tidy import kernel
from golive.tidy.causes import hint, syntax_hint
from golive.tidy.program import broken, program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from golive.records.tidied import Touched
    from golive.tidy.data import Gathered
    from golive.tidy.kernel import Failure, Run
    from golive.tidy.notebook import Cell, Notebook

_ORDERS = {
    "file": "top to bottom",
    "counts": "by execution count",
    "again": "by execution count, cells again where a count is missing before theirs",
    "flow": "moved so that every name exists when it is used",
}
_TIMES = 20
"""As many counts are filled at most: a notebook that was lived in for a day says too little about its cells."""


@dataclass(frozen=True, kw_only=True)
class Lived:
    """The order that is believed, and what was tried."""

    cells: tuple[Cell, ...]
    run: Run
    order: str
    attempts: tuple[Attempt, ...]


def lived(gathered: Gathered, *, timeout: float, say: Callable[[str], None]) -> Lived:
    """Run the notebook in up to four orders and return the first that prints what is stored, else the nearest.

    Raises
    ------
    NotebookError
        It fails in every order; cell, line and cause are named.
    """
    notebook = gathered.notebook
    cells = usable(notebook)
    tried: list[tuple[Attempt, Run]] = []
    for order, ordered in _orders(cells, tried):
        if any(attempt.cells == _numbers(ordered) for attempt, _ in tried):
            continue
        say(f"running the notebook {_ORDERS[order]}")
        run = kernel.run(ordered, notebook.folder, elsewhere=gathered.elsewhere, timeout=timeout)
        tried.append((_attempt(order, ordered, run), run))
        if not run.failure and tried[-1][0].same == tried[-1][0].compared:
            break
    attempt, run = _best(tried)
    if run.touched:
        say(f"in the copy it ran in, the notebook {_touched(run.touched)}")
    if run.failure:
        raise NotebookError(
            f"`{notebook.name}` does not run, {_ORDERS[attempt.order]}: {_with_absence(run.failure, notebook)}",
            hint=hint(run.failure),
        )
    believed = tuple(notebook.cell(number) for number in attempt.cells)
    return Lived(cells=believed, run=run, order=attempt.order, attempts=tuple(attempt for attempt, _ in tried))


def usable(notebook: Notebook) -> list[Cell]:
    """The cells that can have been part of what was lived.

    Where any cell was run, one that never was, or that is not Python and failed as such, was not part of it.
    """
    counted = any(cell.count for cell in notebook.cells)
    found = []
    for cell in notebook.cells:
        reason = broken(cell)
        if reason and (cell.failed in ("SyntaxError", "IndentationError") or (counted and not cell.count)):
            continue
        if reason:
            raise NotebookError(f"{reason} (in `{notebook.name}`)", hint=syntax_hint(reason, reason.partition("`")[2]))
        found.append(cell)
    return found


def _orders(cells: Sequence[Cell], tried: Sequence[tuple[Attempt, Run]]) -> Iterator[tuple[str, list[Cell]]]:
    """What to try next, in view of what was tried."""
    ran = [cell for cell in cells if cell.count] or list(cells)
    missing = [cell for cell in cells if cell not in ran]
    counts = sorted(ran, key=lambda cell: cell.count or 0)
    yield "file", ran
    yield "counts", counts
    known = next((attempt for attempt, _ in tried if attempt.cells == _numbers(counts)), None)
    if known and not known.failed:
        yield "again", _again(counts, known.different)
    yield "flow", _flow(_with_makers(counts, missing))


def _again(cells: Sequence[Cell], different: Sequence[int]) -> list[Cell]:
    """Cells whose execution count does not follow the one before: they may have been run several times in a row.

    Of these the ones that print something else than what is stored; where there are none, all of them.
    """
    before = [0, *(cell.count or 0 for cell in cells)]
    missing = {
        cell.number: cell.count - last - 1 for cell, last in zip(cells, before, strict=False) if cell.count and last
    }
    likely = {number for number in different if missing.get(number)} or set(missing)
    times = {number: missing[number] for number in likely if number in missing}
    if sum(times.values()) > _TIMES:
        return list(cells)
    return [cell for cell in cells for _ in range(1 + times.get(cell.number, 0))]


def _flow(cells: Sequence[Cell]) -> list[Cell]:
    """Keep the order, but run a cell only when all it reads that some cell binds is bound."""
    facts = {cell.number: _cell_facts(cell) for cell in cells}
    bound_somewhere = set().union(*(binds for _, binds in facts.values()))
    waiting = list(cells)
    known: set[str] = set()
    done: list[Cell] = []
    while waiting:
        ready = (cell for cell in waiting if facts[cell.number][0] & bound_somewhere <= known)
        cell = next(ready, waiting[0])
        waiting.remove(cell)
        known |= facts[cell.number][1]
        done.append(cell)
    return done


def _with_makers(ran: list[Cell], missing: list[Cell]) -> list[Cell]:
    """Add cells without a count that alone bind a name which the others read."""
    facts = [_cell_facts(cell) for cell in ran]
    wanted = set().union(*(reads for reads, _ in facts)) - set().union(*(binds for _, binds in facts))
    return [*(cell for cell in missing if _cell_facts(cell)[1] & wanted), *ran]


def _cell_facts(cell: Cell) -> tuple[set[str], set[str]]:
    """Names a cell reads from others, and names it binds."""
    reads: set[str] = set()
    binds: set[str] = set()
    for unit in program([cell], {})[0]:
        reads |= unit.facts.reads - binds
        binds |= unit.facts.binds | unit.facts.may_bind
    return reads, binds


def _attempt(order: str, cells: Sequence[Cell], run: Run) -> Attempt:
    compared = [cell for cell in cells if cell.printed or run.printed.get(cell.number)] if _stored(cells) else []
    different = [cell.number for cell in compared if run.printed.get(cell.number, "") != cell.printed]
    return Attempt(
        order=order,
        cells=_numbers(cells),
        failed=str(run.failure or ""),
        compared=len(compared),
        same=len(compared) - len(different),
        different=tuple(number for number in different if number in run.printed),
    )


def _stored(cells: Sequence[Cell]) -> bool:
    return any(cell.printed for cell in cells)


def _numbers(cells: Sequence[Cell]) -> tuple[int, ...]:
    return tuple(cell.number for cell in cells)


def _best(tried: list[tuple[Attempt, Run]]) -> tuple[Attempt, Run]:
    ran = [(attempt, run) for attempt, run in tried if not run.failure]
    if not ran:
        # The order that came furthest tells most about what is missing.
        return max(tried, key=lambda pair: len(pair[1].printed))
    return max(ran, key=lambda pair: pair[0].same)


def _touched(files: Sequence[Touched]) -> str:
    """``changed a.csv (cell 3, line 1) and touched 2 files more``."""
    first, more = files[0], len(files) - 1
    place = f" (cell {first.cell}, line {first.line})" if first.cell else ""
    others = f" and touched {more} {'file' if more == 1 else 'files'} more" if more else ""
    return f"{first.what} {first.path}{place}{others}"


def _with_absence(failure: Failure, notebook: Notebook) -> str:
    """State that no longer exists is called so."""
    name = re.match(r"NameError: name '(\w+)'", failure.error)
    if name and all(name[1] not in _cell_facts(cell)[1] for cell in usable(notebook)):
        return str(replace(failure, error=f"{failure.error}; no cell makes `{name[1]}` any more"))
    return str(failure)
