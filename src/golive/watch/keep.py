"""Was the promise kept? From the journal, the outcomes and actions posted to it, and what was signed; nothing else."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from golive.engine import journal as journals
from golive.errors import InputError
from golive.maths.average import LEVEL, Average, apart, average
from golive.maths.intervals import Z
from golive.records.watched import Acted, Cases, Kept, Meaning, Span, Watched
from golive.watch.cases import judged, maturity
from golive.watch.signed import EARNED, MORE_THAN, promises, signed
from golive.watch.values import value
from golive.watch.words import notes, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from golive.records.document import Digest
    from golive.records.money import Money
    from golive.records.watched import Word
    from golive.watch.cases import Case, Judged
    from golive.watch.values import Valued, Values

FEWEST = 30
"""Below this many cases nothing is said about money."""


def promise_kept(bundle: Path, journal: str | Path, *, as_of: datetime, final: bool = False) -> Watched:
    """Compare what was signed with what was realised.

    Parameters
    ----------
    bundle
        The bundle folder, with its sign-off chain.
    journal
        What the service wrote: a SQLite file, or a URL.
    as_of
        The moment of looking, with a time zone: cases become mature by it.
    final
        Take every outcome posted for final, however young its case is. Only when all outcomes are known, as with
        cases of the past; otherwise bad news that comes early would be counted before the good.

    Returns
    -------
    Watched
        Money, calibration in the large, and how far decisions were followed.

    Raises
    ------
    ApprovalError
        The sign-off chain is broken, or nobody approved the files as they are now.
    InputError
        A row of the journal was changed, moved or removed: table and row are named.
    """
    promised = signed(bundle, today=as_of.date())
    heads = _unbroken(journal)
    found = judged(journals.read(journal), promised, as_of=as_of, final=final)
    values = value(found.cases, promised.money)
    kept = tuple(_kept(name, span, _realised(name, values)) for name, span in promises(promised).items())
    return Watched(
        bundle=promised.bundle,
        policy=promised.policy,
        signed_by=promised.signers,
        source="evidence" if promised.rehearsal is None else "rehearsal",
        currency=promised.money.currency,
        level=LEVEL,
        maturity=maturity(promised, final=final),
        word=kept[0].word,
        sentence=sentence(kept[0], promised.money.currency, len(values.earned)),
        money=kept,
        meaning=_meaning(found.cases),
        cases=_cases(found, values),
        acted=_acted(found.cases, promised.money),
        notes=notes(values, promised),
        journal=heads,
        signoff=promised.head,
    )


def _unbroken(journal: str | Path) -> dict[str, Digest]:
    held = journals.verify(journal)
    broken = held.broken
    if broken is not None:
        raise InputError(
            f"row {broken.number} of `{broken.table}` in `{held.journal}` does not hold: {broken.problem}",
            hint="restore the journal from a copy; nothing is judged on rows that were changed",
        )
    return {f"{head.table}/{head.writer}".rstrip("/"): head.digest for head in held.heads}


def _realised(name: str, values: Valued) -> Values | None:
    """Return the money per case that answers a promise; None where it cannot be observed."""
    if name == EARNED:
        return values.earned
    other = values.other.get(name.removeprefix(MORE_THAN).removesuffix(" all"))
    return None if other is None else values.earned - other


def _kept(name: str, promised: Span, realised: Values | None) -> Kept:
    if realised is None or len(realised) < FEWEST:
        return Kept(name=name, promised=promised, realised=None, gap_low=None, gap_high=None, word="too few cases")
    found = average(realised)
    low, high = apart(found, Average(promised.per_case, promised.low, promised.high))
    return Kept(
        name=name,
        promised=promised,
        realised=Span(per_case=found.point, low=found.low, high=found.high),
        gap_low=low,
        gap_high=high,
        word="above" if low > 0 else "below" if high < 0 else "inside",
    )


def _meaning(cases: Sequence[Case]) -> Meaning | None:
    """Hold the number of events against the sum of the scores; normal limits of a sum of independent draws."""
    found = [(case.decision.score, case.outcome) for case in cases if case.mature and case.outcome is not None]
    scores = np.array([score for score, _ in found if score is not None])
    if not len(scores):
        return None
    observed = sum(outcome for score, outcome in found if score is not None)
    expected, spread = math.fsum(scores), Z * math.sqrt(math.fsum(scores * (1 - scores)))
    word: Word = "too few cases" if len(scores) < FEWEST else _beside(observed, expected - spread, expected + spread)
    return Meaning(
        cases=len(scores),
        observed=observed,
        expected=expected,
        low=max(expected - spread, 0.0),
        high=min(expected + spread, float(len(scores))),
        word=word,
    )


def _beside(value: float, low: float, high: float) -> Word:
    return "below" if value < low else "above" if value > high else "inside"


def _cases(found: Judged, values: Valued) -> Cases:
    return Cases(
        decided=len(found.cases),
        scored=sum(case.decision.score is not None for case in found.cases),
        fallback=sum(case.decision.fallback for case in found.cases),
        with_outcome=sum(case.outcome is not None for case in found.cases),
        mature=sum(case.mature for case in found.cases),
        valued=len(values.earned),
        waiting=values.waiting,
        without_outcome=values.without_outcome,
        unpriced=values.unpriced,
        other=found.other,
        unapproved=found.unapproved,
    )


def _acted(cases: Sequence[Case], money: Money) -> Acted:
    """A decision whose action has no price (review) asks people: what they did settles it, and overrides nothing."""
    reported = [case for case in cases if case.reported is not None]
    agreed = sum(case.reported == case.decision.action for case in reported)
    settled = sum(
        case.reported != case.decision.action and case.decision.action not in money.payoffs for case in reported
    )
    return Acted(reported=len(reported), agreed=agreed, overridden=len(reported) - agreed - settled, settled=settled)
