"""Stage `prove`: what the score earns, under which conditions, and for whom."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from golive.records.document import digest_file
from golive.records.evidence import Evidence, Word
from golive.records.status import Item, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.chain.status.sight import Sight
    from golive.records.evidence import Condition

_STATES = {
    Word.use: State.done,
    Word.use_with_conditions: State.done,
    Word.no_prices: State.open,
    Word.do_not_use: State.failed,
    Word.not_enough_data: State.failed,
}
_MORE = {"random_part": " --date COLUMN", "known_missing": " --known known.toml"}
"""What to add to the command so that a condition can be lifted."""
FILE = "evidence/evidence.json"


def items(sight: Sight) -> Iterator[Item]:
    """Yield the evidence, its verdict, the conditions, and the protected groups of the brief."""
    again = _command(sight)
    yield _evidence(sight, again)
    evidence, since, owner = sight.evidence, sight.day_of(FILE), sight.owner("prove")
    if not isinstance(evidence, Evidence):
        yield Item(
            id="prove.verdict", stage="prove", name="the verdict", state=State.later, owner=owner,
            text="it comes with the evidence",
        )  # fmt: skip
    else:
        state = _STATES[evidence.verdict.word]
        yield Item(
            id="prove.verdict", stage="prove", name=f"the verdict: {evidence.verdict.word.value}", state=state,
            text=evidence.verdict.sentence, owner=owner, since=since, next="" if state is State.done else again,
        )  # fmt: skip
        for condition in evidence.verdict.conditions:
            yield _condition(sight, condition, again)
    for column in sight.brief.decision.protected:
        yield _protected(sight, column, again)


def _command(sight: Sight) -> str:
    build, evidence = sight.build, sight.evidence
    outcome = quote(build.contract.outcome) if not isinstance(build, str) and build.contract.outcome else "COLUMN"
    event = quote(evidence.event) if isinstance(evidence, Evidence) else "VALUE"
    bundle = "BUNDLE" if sight.folder is None else quote(str(sight.folder))
    return f"golive prove {bundle} HOLDOUT --outcome {outcome} --event {event} --money money.toml --out proof"


def speaks_of_this(sight: Sight) -> str:
    """Say of which other bytes the evidence speaks; empty when it is these."""
    evidence, bundle, folder = sight.evidence, sight.build, sight.folder
    if not isinstance(evidence, Evidence) or isinstance(bundle, str) or folder is None:
        return ""
    money = folder / "money.toml"
    other = [
        name
        for name, (speaks, there) in {
            "bundle": (evidence.digests.bundle, bundle.id),
            "money file": (evidence.digests.money, digest_file(money) if money.is_file() else None),
        }.items()
        if speaks != there
    ]
    return f"it speaks about another {' and '.join(other)} than the one that is there" if other else ""


def _evidence(sight: Sight, again: str) -> Item:
    evidence = sight.evidence
    if isinstance(sight.build, str):
        text, state = "it needs the bundle", State.later
    elif evidence is None:
        text, state = "nobody has measured what the score earns", State.open
    elif isinstance(evidence, str):
        text, state = evidence, State.failed
    elif other := speaks_of_this(sight):
        text, state = other, State.failed
    else:
        text, state = f"{evidence.rows:,} cases, {evidence.events:,} of them `{evidence.event}`", State.done
    return Item(
        id="prove.evidence", stage="prove", name="the evidence", state=state, text=text, owner=sight.owner("prove"),
        since=sight.day_of(FILE), next=again if state in (State.open, State.failed) else "",
    )  # fmt: skip


def _condition(sight: Sight, condition: Condition, again: str) -> Item:
    """A condition is settled when everybody who must sign has signed with it before their eyes."""
    accepted = sight.signed
    text = condition.text + (f" Signed with it: {', '.join(sight.required)}." if accepted else "")
    return Item(
        id=f"prove.condition.{condition.code}", stage="prove", name=f"condition: {condition.code.replace('_', ' ')}",
        state=State.done if accepted else State.open, text=text, owner=condition.who,
        since=sight.day_of(FILE), next="" if accepted else again + _MORE.get(condition.code, ""),
    )  # fmt: skip


def _protected(sight: Sight, column: str, again: str) -> Item:
    evidence = sight.evidence
    there = isinstance(evidence, Evidence) and any(one.column == column for one in evidence.protected)
    state = State.done if there else State.open if isinstance(evidence, Evidence) else State.later
    return Item(
        id=f"prove.protected.{column}", stage="prove", name=f"protected groups of `{column}`", state=state,
        text="their figures are in the evidence" if there else "the evidence has no figures for them",
        owner=sight.owner("prove"), next=f"{again} --protected {quote(column)}" if state is State.open else "",
    )  # fmt: skip
