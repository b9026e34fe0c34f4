"""Gates about decisions: the policy's cases, what flips against the bundle before, and what one decision costs."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from golive.chain.check.subject import failed, passed, skipped
from golive.engine.files import open_files
from golive.records.document import decode
from golive.records.golden_decisions import GoldenDecisions
from golive.tables.cast import by_contract
from golive.tables.read import read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from golive.chain.check.subject import Subject
    from golive.engine.bundle import Bundle
    from golive.records.decision import Decision
    from golive.records.gates import Gate

GOLDEN = "policy/golden.json"
ROUNDS = 7
READS = 20
"""Times a case is read in a round: reading is short, and a clock is coarse."""
_NO_POLICY = "golive approve draft BUNDLE, then golive approve check BUNDLE"
_UNIT = "times of reading the case"


def policy(subject: Subject) -> Gate:
    """Opening compiled the policy and ran its cases; here its golden decisions come out again."""
    bundle = subject.new.open
    if bundle.policy is None:
        return skipped("policy", "the bundle has no policy", hint=_NO_POLICY)
    files, cases = open_files(subject.new.path), len(bundle.policy.cases)
    if GOLDEN not in files.names:
        return failed(
            "policy", "the policy was never checked: it has no golden decisions", hint="golive approve check BUNDLE"
        )
    golden = decode(files.read(GOLDEN), GoldenDecisions, name=GOLDEN)
    if golden.policy != bundle.policy_digest:
        return failed("policy", "the policy was changed since it was checked", hint="golive approve check BUNDLE")
    found = bundle.decide_many([row.inputs for row in golden.rows])
    other = sum(
        (one.action, one.band, one.rule, one.fallback) != (row.action, row.band, row.rule, row.fallback)
        for one, row in zip(found, golden.rows, strict=True)
    )
    same = f"{len(golden.rows) - other:,} of {len(golden.rows):,} golden decisions"
    text = f"{cases} cases come out as written, {same} are the same"
    if other:
        return failed("policy", text, other, 0, "decisions", hint="golive approve check BUNDLE")
    return passed("policy", text, other, 0, "decisions")


def flips(subject: Subject) -> Gate:
    """Count the cases that get another action than from the bundle before."""
    if subject.old is None:
        return skipped("flips", "no bundle before was named", hint="--against OLD.golive, or previous in [check]")
    new, old = subject.new.open, subject.old.open
    if new.policy is None or old.policy is None:
        return skipped("flips", "one of the two has no policy", hint=_NO_POLICY)
    before, after, rows = _both(subject, new, old)
    other = sum(one.action != two.action for one, two in zip(before, after, strict=True))
    share = other / len(after) if after else 0.0
    text = f"{other:,} of {len(after):,} {rows} get another action than from `{subject.old.path.name}` ({share:.1%})"
    limit = subject.wanted.flips
    if limit is None:
        return skipped("flips", f"{text}; nobody said how many are too many", share, "share", hint="flips in [check]")
    if share > limit:
        hint = "golive approve rehearse --against OLD_POLICY shows them in counts and money"
        return failed("flips", text, share, limit, "share", hint=hint)
    return passed("flips", text, share, limit, "share")


def speed(subject: Subject, clock: Callable[[], float] = time.process_time) -> Gate:
    """Measure one decision against reading its case from JSON, in turns, in CPU time."""
    bundle = subject.new.open
    if bundle.policy is None:
        return skipped("speed", "the bundle has no policy, so nothing is decided", hint=_NO_POLICY)
    ratio = ratio_of(bundle, subject.new.inputs, clock)
    if ratio is None:
        return skipped("speed", "there are no golden rows, or the clock is too coarse for them", hint="build it again")
    text = f"one decision costs {ratio:.0f} times what reading its case from JSON costs"
    limit = subject.wanted.speed
    if limit is None:
        return skipped("speed", f"{text}; nobody said how much is too much", ratio, _UNIT, hint="speed in [check]")
    if ratio > limit:
        return failed("speed", text, ratio, limit, _UNIT, hint="a smaller model, or fewer reasons in the policy")
    return passed("speed", text, ratio, limit, _UNIT)


def ratio_of(bundle: Bundle, cases: Sequence[Mapping[str, object]], clock: Callable[[], float]) -> float | None:
    """Return CPU of a decision in times of reading the case: the best of `ROUNDS` each, so that others disturb less."""
    texts = [json.dumps(case) for case in cases] * READS
    rounds = [(_cost(bundle.decide, cases, clock), _cost(json.loads, texts, clock)) for _ in range(ROUNDS)]
    decided, read_ = (min(costs) for costs in zip(*rounds, strict=True))
    return decided / (read_ / READS) if read_ > 0 else None


def _cost(work: Callable[[Any], object], items: Sequence[object], clock: Callable[[], float]) -> float:
    start = clock()
    for item in items:
        work(item)
    return clock() - start


def _both(subject: Subject, new: Bundle, old: Bundle) -> tuple[list[Decision], list[Decision], str]:
    """Decide the same cases twice: the rows of golive.toml, else the golden rows of the bundle before."""
    if not subject.wanted.rows:
        cases = subject.old.inputs if subject.old else []
        return old.decide_many(cases), new.decide_many(cases), "golden rows"
    columns = read(subject.place(subject.wanted.rows))
    given = (by_contract(columns, bundle.contract) for bundle in (old, new))
    before, after = (bundle.decide_many(cases) for bundle, cases in zip((old, new), given, strict=True))
    return before, after, "cases"
