"""Look at a project once: every stage, what is remembered, and when outcomes can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.chain.status import agreed, approved, history, packed, proved, served
from golive.chain.status.sight import Sight
from golive.errors import GoliveError
from golive.records.status import Status

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from golive.chain.status.project import Project
    from golive.records.history import Change


def look(project: Project, *, today: date) -> Status:
    """Say what is left until production.

    Parameters
    ----------
    project
        Where its files lie.
    today
        The day of looking, UTC.

    Returns
    -------
    Status
        What changed since the last look was added to ``.golive/history.jsonl``; where that cannot be written, a note
        says so.

    Raises
    ------
    DocumentError
        The brief cannot be used; every problem is listed with its place.
    InputError
        A line of the history is not one.
    """
    folder = project.folder.resolve()
    brief = project.agreed()
    sight = Sight(project, brief, today)
    rooms = (agreed, packed, proved, approved, served)
    before = history.read(folder)
    items = history.dated([item for room in rooms for item in room.items(sight)], before, today)
    after = (*before, *history.changes(items, before, today))
    past, notes = history.others(folder)
    if not project.empty and len(after) > len(before):
        notes += _kept(folder, after)
    return Status(
        project=folder.name,
        day=today,
        left=sum(item.left for item in items),
        items=items,
        stages=history.stages(after, brief, past),
        first_outcomes=served.first_outcomes(sight),
        notes=tuple(notes),
    )


def _kept(folder: Path, lines: tuple[Change, ...]) -> list[str]:
    try:
        history.keep(folder, lines)
    except GoliveError as exc:
        return [f"the days were not noted: {exc.message}"]
    return []
