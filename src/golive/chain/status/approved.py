"""Stage `approve`: is there a rule, was it tried, and who has signed it?"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from golive.chain.status.sight import day_of_time
from golive.records.evidence import Evidence
from golive.records.rehearsal import Rehearsal
from golive.records.roles import role_key
from golive.records.status import Item, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.chain.status.sight import Sight


def items(sight: Sight) -> Iterator[Item]:
    """Yield policy, rehearsal, the chain where it is broken, and each role that must sign."""
    policy = _policy(sight)
    yield policy
    yield _rehearsal(sight, ready=policy.state is State.done)
    if sight.broken is not None:
        yield Item(
            id="approve.chain", stage="approve", name="the sign-off chain", state=State.failed, text=sight.broken,
            next=f"golive approve verify {_typed(sight)}",
        )  # fmt: skip
    if not sight.required:
        yield Item(
            id="approve.sign", stage="approve", name="signatures", state=State.later,
            text="neither brief.toml nor golive.toml names a role that must sign", owner=sight.owner("approve"),
        )  # fmt: skip
    ready = policy.state is State.done and isinstance(sight.evidence, Evidence)
    for role in (*sight.required, *_objecting(sight)):
        yield _signature(sight, role, ready=ready)


def _typed(sight: Sight) -> str:
    return "BUNDLE" if sight.folder is None else quote(str(sight.folder))


def _policy(sight: Sight) -> Item:
    bundle, following = sight.bundle, ""
    if isinstance(sight.build, str) or sight.folder is None:
        text, state = "it needs the bundle", State.later
    elif isinstance(bundle, str):
        text, state, following = bundle, State.failed, f"golive approve check {_typed(sight)}"
    elif bundle.policy is None:
        state = State.open if isinstance(sight.evidence, Evidence) else State.later
        text = "there is no policy.toml" if state is State.open else "it is drafted from the evidence"
        following = f"golive approve draft {_typed(sight)}" if state is State.open else ""
    elif not sight.checked:
        text, state, following = "it was not checked as it is now", State.open, f"golive approve check {_typed(sight)}"
    else:
        named = f"`{bundle.policy.id}` version {bundle.policy.version}"
        text, state = f"{named} compiles; {len(bundle.policy.cases)} cases come out as written", State.done
    written = not isinstance(bundle, str) and bundle.policy is not None
    return Item(
        id="approve.policy", stage="approve", name="the policy", state=state, text=text,
        owner=_owner(sight), since=sight.day_of("policy.toml") if written else None, next=following,
    )  # fmt: skip


def _owner(sight: Sight) -> str:
    policy = None if isinstance(sight.bundle, str) else sight.bundle.policy
    return (policy.owner if policy is not None else "") or sight.owner("approve")


def _rehearsal(sight: Sight, *, ready: bool) -> Item:
    found, bundle = sight.rehearsal, sight.bundle
    following = f"golive approve rehearse {_typed(sight)} --rows FILE --outcome COLUMN"
    if not ready or isinstance(bundle, str):
        text, state = "it needs the policy", State.later
    elif found is None:
        text, state = "nobody has seen what it does with real cases", State.open
    elif isinstance(found, str):
        text, state = found, State.failed
    elif (found.bundle, found.policy) != (bundle.id, bundle.policy_digest):
        text, state = "it speaks about another bundle or policy than the one that is there", State.failed
    else:
        text, state = f"tried on {found.rows:,} real cases", State.done
    return Item(
        id="approve.rehearsal", stage="approve", name="the rehearsal", state=state, text=text, owner=_owner(sight),
        since=sight.day_of("policy/rehearsal.json") if isinstance(found, Rehearsal) else None,
        next=following if state in (State.open, State.failed) else "",
    )  # fmt: skip


def _objecting(sight: Sight) -> Iterator[str]:
    """Yield roles that were not asked and reject: a rejection that stands is never passed over."""
    if sight.words is not None:
        asked = {role_key(role) for role in sight.required}
        for role, said in sight.words.standing.items():
            if role not in asked and said.statement.predicate.decision == "reject":
                yield said.statement.predicate.role


def _signature(sight: Sight, role: str, *, ready: bool) -> Item:
    said = None if sight.words is None else sight.words.standing.get(role_key(role))
    problem = sight.unsigned(role)
    since = None if said is None else day_of_time(said.statement.predicate.signed_at)
    if not problem and said is not None:
        word = said.statement.predicate
        identity = "a typed name, which is weak" if word.signature.kind == "typed" else word.signature.kind
        until = f", until {word.expires}" if word.expires else ""
        although = f", although the verdict is `{word.although}`" if word.although else ""
        on = "".join(f"; on condition: {one.text}" for one in word.conditions)
        text, state = f"{word.name} approved ({identity}){although}{until}{on}", State.done
    elif said is not None and said.statement.predicate.decision == "reject":
        text, state = problem, State.failed
    else:
        text, state = problem, State.open if ready else State.later
    return Item(
        id=f"approve.sign.{role_key(role)}", stage="approve", name=f"signature of {role}", state=state, text=text,
        owner=role, since=since,
        next="" if state in (State.done, State.later)
        else f'golive approve sign {_typed(sight)} --role {quote(role)} --as "YOUR NAME"',
    )  # fmt: skip
