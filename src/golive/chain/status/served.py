"""Stages `serve` and `watch`: does it decide with the words that were signed, and what became of its cases?"""

from __future__ import annotations

from datetime import date, timedelta
from shlex import quote
from typing import TYPE_CHECKING

from golive.chain.status.sight import day_of_time
from golive.errors import GoliveError
from golive.records.money import Money
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
    money = sight.money if isinstance(sight.money, Money) else None
    days = None if money is None else money.mature_after_days
    start = _first(sight)
    since = sight.today if start is None else start
    if days is None:
        why = "there is no money file" if money is None else "the money file states no `mature_after_days`"
        text, day = f"When outcomes can be trusted is not known: {why}.", None
    else:
        day = since + timedelta(days=days)
        text = (
            f"If it decided today, outcomes could be trusted from {day} on, {days} days later."
            if start is None
            else f"It first decided on {start}; outcomes can be trusted from {day} on, {days} days later."
        )
    return FirstOutcomes(day=day, mature_after_days=days, counted_from=since, decided=start is not None, text=text)


def _first(sight: Sight) -> date | None:
    decisions = sight.decisions
    return day_of_time(decisions[0].time) if decisions and not isinstance(decisions, str) else None


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
        head = heads.seen(journal, bundle.id)
    except GoliveError as exc:
        return State.failed, exc.message
    if head is None:
        return still, "no service has opened this bundle with this journal"
    at = next((number for number, line in enumerate(sight.lines, start=1) if line == head), None)
    last = len(sight.lines)
    if at is None:
        return State.failed, "the chain no longer holds the line that the service saw last"
    if at < last:
        return State.open, f"the service saw line {at} of the sign-off chain last; there are {last}"
    return State.done, f"the service saw the newest line of the sign-off chain, {last}"


def _decisions(sight: Sight) -> Item:
    decisions, first = sight.decisions, _first(sight)
    if isinstance(decisions, str):
        text, state = decisions, State.failed
    elif not decisions:
        text, state = "nothing was decided under approval", State.open if sight.signed else State.later
    else:
        text, state = f"{len(decisions):,} decisions under approval, the first on {first}", State.done
    return Item(
        id="serve.decisions", stage="serve", name="decisions", state=state, text=text, since=first,
        owner=sight.owner("serve"), next=_command(sight) if state in (State.open, State.failed) else "",
    )  # fmt: skip


def _outcomes(sight: Sight) -> Item:
    found, decisions = first_outcomes(sight), sight.decisions
    following = ""
    if not found.decided or isinstance(decisions, str):
        text, state = "they come after the decisions", State.waiting
    elif found.day is None:
        text, state = found.text, State.open
        following = f"${{EDITOR:-vi}} {quote(str(sight.folder))}/money.toml"
    elif sight.today < found.day:
        come = sum(row.case_id in sight.outcomes for row in decisions)
        text, state = f"{come:,} have come; the first can be trusted on {found.day}", State.waiting
    else:
        mature = [row for row in decisions if _age(sight, row.time) >= (found.mature_after_days or 0)]
        come = sum(row.case_id in sight.outcomes for row in mature)
        text, state = f"{come:,} of {len(mature):,} old enough cases have one", State.done if come else State.open
        following = f"golive watch {quote(str(sight.folder))}{_journal(sight)}"
    return Item(
        id="watch.outcomes", stage="watch", name="outcomes", state=state, text=text, owner=sight.owner("watch"),
        next=following,
    )  # fmt: skip


def _age(sight: Sight, time: str) -> int:
    return (sight.today - day_of_time(time)).days
