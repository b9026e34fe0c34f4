"""Stages `serve` and `watch`: does it decide with the words that were signed, and what became of its cases?"""

from __future__ import annotations

from datetime import date, timedelta
from shlex import quote
from typing import TYPE_CHECKING

from golive.chain.status.sight import day_of_time
from golive.engine.signed import about
from golive.errors import GoliveError
from golive.records.status import FirstOutcomes, Item, State
from golive.serve import heads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.chain.status.sight import Sight


def items(sight: Sight) -> Iterator[Item]:
    """Yield what the service saw last, its decisions, and their outcomes."""
    yield _head(sight)
    yield _decisions(sight)
    yield _outcomes(sight)


def first_outcomes(sight: Sight) -> FirstOutcomes:
    """Return the first day on which an outcome can be trusted."""
    days = sight.mature_after_days
    start = _first(sight)
    since = sight.today if start is None else start
    if days is None:
        why = _without_days(sight)
        text, day = f"When outcomes can be trusted is not known: {why}.", None
    else:
        day = since + timedelta(days=days)
        text = (
            f"If it decided today, outcomes could be trusted from {day} on, {days} days later."
            if start is None
            else f"It first decided on {start}; outcomes can be trusted from {day} on, {days} days later."
        )
    return FirstOutcomes(day=day, mature_after_days=days, counted_from=since, decided=start is not None, text=text)


def _without_days(sight: Sight) -> str:
    if sight.money is None:
        return "there is no money file"
    return "money.toml cannot be used" if isinstance(sight.money, str) else "money.toml states no `mature_after_days`"


def _first(sight: Sight) -> date | None:
    found = sight.tally
    return None if isinstance(found, str) or found.first is None else day_of_time(found.first)


def _command(sight: Sight) -> str:
    settings = sight.project.settings
    if settings is not None and settings.project.approve.roles:
        return f"golive serve {quote(str(sight.folder))} --config {quote(str(settings.path))}"
    roles = "".join(f" --role {quote(role)}" for role in sight.required)
    return f"golive serve {quote(str(sight.folder))}{roles}{_journal(sight)} --tokens tokens.json"


def _journal(sight: Sight) -> str:
    return f" --journal {quote(sight.project.journal.shown)}" if sight.project.journal else ""


def _head(sight: Sight) -> Item:
    state, text = _seen(sight)
    return Item(
        id="serve.head", stage="serve", name="what the service has seen", state=state, text=text,
        owner=sight.owner("serve"), next=_command(sight) if state in (State.open, State.failed) else "",
    )  # fmt: skip


def _seen(sight: Sight) -> tuple[State, str]:
    bundle, journal, words = sight.build, sight.project.journal, sight.words
    if isinstance(bundle, str) or words is None or not words.said:
        return State.later, "it needs a signed bundle"
    still = State.open if sight.signed else State.later
    if journal is None:
        return still, "there is no journal, so nothing serves it from here"
    try:
        known = heads.looked_up(journal)
    except GoliveError as exc:
        return State.failed, exc.message
    now = about(sight.files)
    if any(of == now and line not in sight.lines for line, of in known.items()):
        return State.failed, "the chain no longer holds a line about these files that the service saw"
    at = max((number for number, line in enumerate(sight.lines, start=1) if line in known), default=0)
    last = len(sight.lines)
    if not at:
        return still, "no service has opened this bundle with this journal"
    if at < last:
        return State.open, f"the service saw line {at} of the sign-off chain last; there are {last}"
    return State.done, f"the service saw the newest line of the sign-off chain, {last}"


def _decisions(sight: Sight) -> Item:
    found, first = sight.tally, _first(sight)
    if isinstance(found, str):
        text, state = found, State.failed
    elif not found.decided:
        text, state = "nothing was decided under approval", State.open if sight.signed else State.later
    else:
        text, state = f"{found.decided:,} decisions under approval, the first on {first}", State.done
    return Item(
        id="serve.decisions", stage="serve", name="decisions", state=state, text=text, since=first,
        owner=sight.owner("serve"), next=_command(sight) if state in (State.open, State.failed) else "",
    )  # fmt: skip


def _outcomes(sight: Sight) -> Item:
    first, found = first_outcomes(sight), sight.tally
    following = ""
    if not first.decided or isinstance(found, str):
        text, state = "they come after the decisions", State.waiting
    elif first.day is None:
        text, state = first.text, State.open
        following = f"${{EDITOR:-vi}} {quote(str(sight.folder))}/money.toml"
    elif sight.today < first.day:
        text, state = f"{found.known:,} have come; the first can be trusted on {first.day}", State.waiting
    else:
        text = f"{found.old_known:,} of {found.old:,} old enough cases have one"
        state = State.done if found.old_known else State.open
        following = f"golive watch {quote(str(sight.folder))}{_journal(sight)}"
    return Item(
        id="watch.outcomes", stage="watch", name="outcomes", state=state, text=text, owner=sight.owner("watch"),
        next=following,
    )  # fmt: skip
