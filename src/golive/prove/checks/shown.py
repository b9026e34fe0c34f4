"""What stands behind the figures that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.maths.words import count
from golive.records.checked import Checked, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.records.evidence import Bucket, Calibration
    from golive.records.parts import Segment

FEW = 5
"""Fewer events than this behind a rate are said."""
FEW_SCORES = 20


def few_events(lift: Sequence[Bucket], buckets: Sequence[Bucket], segments: Sequence[Segment] = ()) -> Checked:
    """Count the shown rates that rest on fewer than five events."""
    every: tuple[tuple[str, Sequence[Bucket | Segment]], ...] = (
        ("parts of the lift table", lift), ("buckets", buckets), ("segments", segments),
    )  # fmt: skip
    found = [(name, sum(_thin(one) for one in shown), sum(one.n > 0 for one in shown)) for name, shown in every]
    thin = [f"{few} of {shown} {name}" for name, few, shown in found if few]
    if not thin:
        return Checked(code="few_events_shown", state=State.passed, text=f"Every rate rests on at least {FEW} events.")
    text = f"{' and '.join(thin)} rest on fewer than {FEW} events: read their ranges, not their rates."
    return Checked(code="few_events_shown", state=State.failed, text=text)


def few_scores(distinct: int) -> Checked:
    """Look whether the score can be cut finely."""
    said = f"The score has {count(distinct, 'different value')}"
    if distinct >= FEW_SCORES:
        return Checked(code="few_scores", state=State.passed, text=f"{said}.")
    return Checked(code="few_scores", state=State.failed, text=f"{said}; a cut-off cannot be finer than that.")


def buckets_hold(found: Calibration | None) -> Checked:
    """Look whether some bucket misses by more than chance explains."""
    code = "buckets_miss"
    if found is None or found.by_chance is None:
        text = "A score that is no probability says no rate that could be wrong."
        return Checked(code=code, state=State.impossible, text=text)
    said = f"{found.missed} of {count(found.buckets, 'bucket')} lie outside their limits"
    if found.by_chance >= 0.05:
        return Checked(code=code, state=State.passed, text=f"{said}, no more than chance gives.")
    return Checked(code=code, state=State.failed, text=f"{said}, more than chance explains: see the bucket plot.")


def _thin(one: Bucket | Segment) -> bool:
    return one.n > 0 and one.events < FEW
