"""What the policy would have done with real cases whose outcome is known, before anybody signs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from golive.approve.check import compiled
from golive.approve.diff import sentences
from golive.approve.load import loads
from golive.approve.overlay import EVIDENCE, need_folder, opened_with
from golive.approve.priced import Priced, column, priced, same_rows
from golive.approve.segments import segments
from golive.engine.bundle import load
from golive.errors import BundleError
from golive.maths.average import LEVEL, Average, average, mean
from golive.records.document import digest, digest_file
from golive.records.rehearsal import BEFORE, Acted, Compared, Decider, Flip, Named, Queue, Rehearsal
from golive.records.rules import REVIEW, branches
from golive.records.toml import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from golive.engine.bundle import Bundle
    from golive.records.contract import Contract
    from golive.records.decision import Decision
    from golive.records.document import Digest
    from golive.records.evidence import Evidence
    from golive.records.rules import Policy

    Actions = NDArray[np.str_]
    Values = NDArray[np.float64]

_REASONS = 5


def rehearse(
    bundle: Path,
    rows: Path,
    *,
    outcome: str,
    event: str | None = None,
    against: Path | None = None,
    date: str | None = None,
    segment: Sequence[str] = (),
) -> Rehearsal:
    """Run the policy of a bundle over rows with known outcomes.

    Parameters
    ----------
    bundle
        The bundle folder, with money, evidence and a checked policy in it.
    rows
        A csv or parquet file with the raw inputs and the outcome, best the rows of the evidence or later ones.
    outcome
        The column that says what happened.
    event
        The label that is the event; that of the evidence when not given.
    against
        The policy file before this one, to count which cases are decided otherwise.
    date
        The column with the day of each case, to count what goes to people day by day.
    segment
        Columns whose values are told apart.

    Returns
    -------
    Rehearsal
        Nothing is written.

    Raises
    ------
    InputError
        Rows, outcome or prices that do not fit; the row and the column are named.
    DocumentError
        The policy before cannot be used for these inputs.

    Notes
    -----
    On the rows of the evidence the cut-off looks better than it is, because they chose it. What the evidence found that
    to be worth is taken off the money here (``optimism``), and half of it from the lower limit once more, as in the
    evidence itself. Cases that go to people are valued as today's action; without one in the money file they earn 0
    and count as unchanged in every comparison.
    """
    need_folder(bundle)
    opened = load(bundle)
    if opened.policy is None or opened.policy_digest is None:
        raise BundleError(f"`{bundle.name}` has no policy to rehearse", hint=f"golive approve draft {bundle}")
    found = priced(opened, bundle, rows, outcome=outcome, event=event)
    days = None if date is None else column(found, date, rows)
    groups = {name: column(found, name, rows) for name in segment}
    decided = opened.decide_many(found.cases)
    taken = _actions(decided)
    earned = found.money_of(taken)
    optimism = _optimism(opened, found, same_rows(bundle, rows))
    current = None if against is None else _current(against, opened.contract)
    earlier = None if current is None or digest(current) == opened.policy_digest else opened_with(bundle, current)
    before = None if earlier is None else _actions(earlier.decide_many(found.cases))
    whole = _shifted(average(earned), optimism)
    return Rehearsal(
        bundle=opened.id,
        policy=opened.policy_digest,
        money=digest_file(bundle / "money.toml"),
        evidence=_evidence(bundle),
        current=None if current is None else digest(current),
        rows=len(taken),
        events=int(found.event.sum()),
        currency=found.money.currency,
        acted=tuple(_acted(opened.policy.actions, taken, found)),
        deciders=tuple(_deciders(opened.policy, decided)),
        per_thousand=1000 * whole.point,
        low=1000 * whole.low,
        high=1000 * whole.high,
        level=LEVEL,
        optimism=1000 * optimism,
        against=tuple(_compared(taken, before, found, optimism)),
        flips=() if before is None else tuple(_flips(before, taken, found)),
        changes=None if earlier is None or earlier.policy is None else sentences(earlier.policy, opened.policy),
        queue=_queue(decided, taken, found),
        reasons=tuple(_reasons(opened.policy, decided)),
        loads=tuple(loads(opened.policy, found.money, (taken == REVIEW).tolist(), days, date or "")),
        routing=opened.policy.routing.said(),
        segments=tuple(one for name, cells in groups.items() for one in segments(name, cells, taken, before, found)),
    )


def _evidence(bundle: Path) -> Digest | None:
    path = bundle / EVIDENCE
    return digest_file(path) if path.is_file() else None


def _current(against: Path, contract: Contract) -> bytes:
    data = read_bytes(against, what="policy", hint="--against names the policy file before this one")
    compiled(data, contract, name=str(against))  # so that its problems are told under its own name
    return data


def _actions(decided: Sequence[Decision]) -> Actions:
    return np.array([decision.action for decision in decided])


def _optimism(opened: Bundle, found: Priced, evidence: Evidence | None) -> float:
    """Return what the plain cut-off earns per row on the rows that chose it beyond its honest money."""
    money = None if evidence is None else evidence.money
    if money is None or money.profit is None or not money.cutoff.chosen:
        return 0.0
    scored = ~opened.breaking(found.cases)  # the evidence left out what a row rule keeps from having a score
    places = np.flatnonzero(scored).tolist()
    cases = {name: [cells[place] for place in places] for name, cells in found.cases.items()}
    plain = np.full(len(scored), money.below, dtype=object)
    plain[scored] = np.where(opened.score(cases) >= money.cutoff.chosen[0], money.above, money.below)
    return max(mean(found.money_of(plain.astype(str))[scored]) - money.profit.per_row, 0.0)


def _shifted(found: Average, optimism: float) -> Average:
    """Take the optimism off the middle, and half of it off the lower limit."""
    low = found.low - optimism / 2
    return Average(min(max(found.point - optimism, low), found.high), low, found.high)


def _acted(actions: Sequence[str], taken: Actions, found: Priced) -> Iterator[Acted]:
    for action in actions:
        these = taken == action
        cases = int(these.sum())
        value = found.payoffs.get(action)
        yield Acted(
            action=action,
            cases=cases,
            share=cases / len(taken),
            events=int(found.event[these].sum()),
            per_case=mean(value[these]) if value is not None and cases else None,
        )


def _deciders(policy: Policy, decided: Sequence[Decision]) -> Iterator[Decider]:
    counts = Counter((decision.rule, decision.band) for decision in decided)
    for branch in branches(policy):
        key = (branch.id if branch.kind == "rule" else None, branch.id if branch.kind == "band" else None)
        yield Decider(kind=branch.kind, id=branch.id, action=branch.action, cases=counts[key])


def _compared(taken: Actions, before: Actions | None, found: Priced, optimism: float) -> Iterator[Compared]:
    others = {f"{action} all": np.full(len(taken), action) for action in found.constants}
    if before is not None:
        others[BEFORE] = before
    for name, other in others.items():
        changed, known = taken != other, found.priced(taken) & found.priced(other)
        gain = _shifted(average(found.gain(taken, other)), optimism if (changed & known).any() else 0.0)
        yield Compared(
            name=name,
            per_thousand=1000 * gain.point,
            low=1000 * gain.low,
            high=1000 * gain.high,
            changed=int(changed.sum()),
            unknown=int((changed & ~known).sum()),
        )


def _flips(before: Actions, taken: Actions, found: Priced) -> Iterator[Flip]:
    pairs = Counter(zip(before.tolist(), taken.tolist(), strict=True))
    gained = found.gain(taken, before)
    for (old, new), cases in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0])):
        if old != new:
            these = (before == old) & (taken == new)
            known = found.has_price(old) and found.has_price(new)
            gain = average(np.where(these, gained, 0.0))
            yield Flip(
                before=old,
                after=new,
                cases=cases,
                events=int(found.event[these].sum()),
                per_thousand=1000 * gain.point if known else None,
                low=1000 * gain.low if known else None,
                high=1000 * gain.high if known else None,
            )


def _queue(decided: Sequence[Decision], taken: Actions, found: Priced) -> Queue:
    cases = int((taken == REVIEW).sum())
    share = cases / len(taken)
    volume = found.money.volume
    return Queue(
        action=REVIEW,
        cases=cases,
        share=share,
        fallback=sum(decision.fallback and decision.action == REVIEW for decision in decided),
        per_month=None if volume is None else share * volume.cases_per_month,
        valued_as=found.stand_in.get(REVIEW, ""),
    )


def _reasons(policy: Policy, decided: Sequence[Decision]) -> Iterator[Named]:
    firsts = Counter((decision.action, decision.reasons[0].input) for decision in decided if decision.reasons)
    for action in policy.actions:
        these = [(name, cases) for (taken, name), cases in firsts.items() if taken == action]
        for name, cases in sorted(these, key=lambda pair: (-pair[1], pair[0]))[:_REASONS]:
            yield Named(action=action, input=name, cases=cases)
