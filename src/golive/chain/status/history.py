"""What is remembered between two looks: the day on which each item and each stage came into its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from golive.engine.whole import put_files
from golive.errors import GoliveError
from golive.records.brief import STAGES
from golive.records.history import HISTORY, Change, parse, written
from golive.records.status import Before, Stage, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from golive.records.brief import Brief, StageName
    from golive.records.status import Item

FEWEST = 2
"""Other projects that a range is made of: fewer are no range."""
STATED = ("approve.sign.", "brief.asked.", "serve.decisions")
"""Items whose documents state their day; the day of the others is that of a file on this disk."""


def read(folder: Path) -> tuple[Change, ...]:
    """Read the history of a project; no file is no history.

    Raises
    ------
    InputError
        A line of it cannot be read.
    """
    path = folder / HISTORY
    return parse(path.read_bytes(), name=str(path)) if path.is_file() else ()


def dated(items: Sequence[Item], before: Sequence[Change], today: date) -> tuple[Item, ...]:
    """Give each item its day: the one that was noted for this state, else that of the fact, else today."""
    latest = {change.item: change for change in before}
    return tuple(replace(item, since=_since(item, latest.get(item.id), today)) for item in items)


def changes(items: Sequence[Item], before: Sequence[Change], today: date) -> tuple[Change, ...]:
    """Return what is new: items that came into another state or are gone, stages that were done or reopened."""
    latest = {change.item: change.state for change in before}
    now = {item.id for item in items}
    gone = [item for item in latest if item not in now and item not in STAGES]
    found = [
        *((item.id, item.state, item.since or today) for item in items),
        *((item, State.done, today) for item in gone),  # a blank that was filled in
        *_stages(items, before, today),
    ]
    return tuple(Change(day=day, item=item, state=state) for item, state, day in found if latest.get(item) is not state)


def keep(folder: Path, lines: Sequence[Change]) -> None:
    """Write the whole history, or leave the old one."""
    path = folder / HISTORY
    put_files({path.parent: {path.name: written(tuple(lines))}})


def stages(history: Sequence[Change], brief: Brief, others: Sequence[Sequence[Change]]) -> tuple[Stage, ...]:
    """Return each stage with the days it took, here and in other projects."""
    typed = {one.stage: one for one in brief.dates}
    took = taken(history)
    past = [taken(other) for other in others]
    return tuple(
        Stage(
            stage=stage,
            done=_done(history).get(stage),
            took=took.get(stage),
            expected=typed[stage].expected if stage in typed else None,
            owner=typed[stage].owner if stage in typed else "",
            before=_before([one[stage] for one in past if stage in one]),
        )
        for stage in STAGES
    )


def taken(history: Sequence[Change]) -> dict[StageName, int]:
    """Return the days that each finished stage took: from the last one finished before it, or from the first line."""
    done = _done(history)
    first = min((change.day for change in history), default=None)
    found: dict[StageName, int] = {}
    for at, stage in enumerate(STAGES):
        if stage in done and first is not None:
            earlier = [done[one] for one in STAGES[:at] if one in done and done[one] <= done[stage]]
            found[stage] = (done[stage] - max(earlier, default=first)).days
    return found


def others(folder: Path) -> tuple[list[tuple[Change, ...]], list[str]]:
    """Return the histories of the folders beside this one, and what could not be read of them."""
    found: list[tuple[Change, ...]] = []
    notes = []
    for path in sorted(folder.parent.glob(f"*/{HISTORY}")):
        beside = path.parent.parent
        if beside.name != folder.name:
            try:
                found.append(read(beside))
            except (GoliveError, OSError) as exc:
                notes.append(f"the history of `{beside.name}` was left out: {exc}")
    return found, notes


def _since(item: Item, noted: Change | None, today: date) -> date:
    if item.since is not None and item.id.startswith(STATED):
        return item.since
    if noted is not None and noted.state is item.state:
        return noted.day  # a file that was copied has today's day
    return item.since or today


def _stages(items: Sequence[Item], before: Sequence[Change], today: date) -> Iterator[tuple[str, State, date]]:
    known = {change.item for change in before}
    for stage in STAGES:
        mine = [item for item in items if item.stage == stage]
        if any(item.state is not State.done for item in mine):
            if stage in known:
                yield stage, State.open, today
        else:
            yield stage, State.done, max((item.since or today for item in mine), default=today)


def _done(history: Iterable[Change]) -> dict[StageName, date]:
    """Return the stages that are done, by the last line about each."""
    latest = {change.item: change for change in history}
    return {stage: latest[stage].day for stage in STAGES if stage in latest and latest[stage].state is State.done}


def _before(days: Sequence[int]) -> Before | None:
    return Before(models=len(days), shortest=min(days), longest=max(days)) if len(days) >= FEWEST else None
