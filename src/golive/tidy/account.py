"""The record of what became of a notebook."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from golive.records.tidied import Kept, Leak, Metric, Tidied
from golive.tidy.leaks import repaired
from golive.tidy.package import versions
from golive.tidy.reasons import left_out

if TYPE_CHECKING:
    from golive.tidy.program import Unit
    from golive.tidy.shape import Shaped
    from golive.tidy.study import Studied
    from golive.tidy.trial import Tried


def account(studied: Studied, tried: Tried, chosen: Shaped, name: str, *, repair: bool) -> Tidied:
    """Return the record of a package; files and version control are still to be filled in."""
    notebook = studied.gathered.notebook
    rows = tried.plan is not None
    answer = tried.repaired_answer if repair else tried.kept_answer
    events = answer.get("events", [])
    columns = sorted(tried.plan.outcome_columns) if tried.plan else []
    return Tidied(
        notebook=notebook.name,
        package=name,
        order=studied.lived.order,
        attempts=studied.lived.attempts,
        touched=studied.lived.run.touched,
        shape="rows" if rows else "stages",
        why_stages="" if rows else tried.obstacle,
        kept=_kept(studied, chosen),
        left=tuple(left_out(notebook, studied.lived.cells, studied.units, _used(studied, chosen), studied.world)),
        leaks=tuple(_leaks(studied, tried, repair=repair)),
        repair=repair,
        why_not_repaired="" if tried.repaired else tried.obstacle,
        metrics=tuple(_metrics(studied, tried)),
        model=f"{name}.train:fitted",
        clean=f"{name}.clean:clean" if rows else "",
        outcome=columns[0] if len(columns) == 1 else "",
        event=events[0] if len(events) == 1 else "",
        event_class=answer.get("event_class", ""),
        files=(),
        git="",
        versions=versions(list(chosen.modules.values())),
    )


def _used(studied: Studied, chosen: Shaped) -> set[Unit]:
    """Statements that went into the package; imports go wherever they are used."""
    imports = (ast.Import, ast.ImportFrom)
    return {unit for unit in studied.kept if _home(unit, chosen) or isinstance(unit.tree, imports)}


def _kept(studied: Studied, chosen: Shaped) -> tuple[Kept, ...]:
    placed = sorted((unit.place, home) for unit in studied.kept if (home := _home(unit, chosen)))
    return tuple(Kept(cell=cell, line=line, module=home) for (cell, line), home in placed)


def _home(unit: Unit, chosen: Shaped) -> str:
    """The module that a statement went to, as a whole or taken apart."""
    inside = [
        home for (cell, line), home in chosen.homes.items() if cell == unit.cell and unit.line <= line <= unit.last
    ]
    return chosen.homes.get(unit.place) or next(iter(inside), "")


def _leaks(studied: Studied, tried: Tried, *, repair: bool) -> list[Leak]:
    if tried.plan is None or not repair:
        return studied.leaks
    return repaired(studied.leaks, tried.plan, tried.kept.learned, studied.units)


def _metrics(studied: Studied, tried: Tried) -> list[Metric]:
    honest: dict[str, Any] = tried.repaired_answer.get("metrics", {})
    return [
        Metric(
            name=report.name,
            notebook=report.value,
            kept=tried.kept_answer["metrics"][report.name],
            repaired=honest.get(report.name),
        )
        for report in studied.target.reports
    ]
