"""Stage `brief`: what nobody has said yet, and what was asked and not answered."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from golive.records.brief import BRIEF, FIELDS, blanks
from golive.records.status import Item, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from golive.chain.status.sight import Sight
    from golive.records.brief import Asked


def items(sight: Sight) -> Iterator[Item]:
    """Yield the brief itself, its blanks, and what was asked."""
    path = sight.project.brief
    left = list(blanks(sight.brief))
    yield _file(path, sight.project.folder, len(left))
    for blank in left:
        yield Item(
            id=f"brief.{blank.field}",
            stage="brief",
            name=blank.question,
            state=State.open,
            text=f"`{blank.field}` is blank",
            owner=sight.brief.decision.concern_of,
            next=edit(path) if path else "",
        )
    for one in sight.brief.asked:
        yield _asked(one, path)


def edit(path: Path) -> str:
    """Return the command that opens a file to be edited."""
    return f"${{EDITOR:-vi}} {quote(str(path))}"


def _file(path: Path | None, folder: Path, blank: int) -> Item:
    if path is None:
        out = "" if str(folder) == "." else f" --out {quote(str(folder))}"
        text, state, following = f"there is no {BRIEF}", State.open, f"golive init{out}"
    else:
        answered = f"{max(0, len(FIELDS) - blank)} of {len(FIELDS)} questions are answered"
        text, state = (answered, State.open) if blank else ("it is whole", State.done)
        following = edit(path) if blank else ""
    return Item(id="brief.file", stage="brief", name="what was agreed", state=state, text=text, next=following)


def _asked(one: Asked, path: Path | None) -> Item:
    if one.asked is None:
        text, state, since = "not asked yet", State.open, None
    elif one.answered is None:
        text, state, since = f"asked on {one.asked}, not answered", State.open, one.asked
    else:
        days = (one.answered - one.asked).days
        text, state, since = f"answered {days} days after it was asked", State.done, one.answered
    return Item(
        id=f"brief.asked.{one.of}.{one.what}",
        stage="brief",
        name=f"asked: {one.what}",
        state=state,
        text=text,
        owner=one.of,
        since=since,
        next=edit(path) if path and state is State.open else "",
    )
