"""What was found, in sentences for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.records.watched import Kept, Span
    from golive.watch.signed import Signed
    from golive.watch.values import Valued

_FITS = {
    "inside": "it fits what was signed",
    "below": "LESS than what was signed, and chance does not explain it",
    "above": "more than what was signed, and chance does not explain it",
}


def sentence(kept: Kept, currency: str, cases: int) -> str:
    """Say in one sentence whether the first promise was kept."""
    promised = f"Promised {span(kept.promised, currency)} per case"
    if kept.realised is None:
        return f"{promised}; {cases} mature cases are too few to say what was realised."
    return f"{promised}; realised {span(kept.realised, currency)} over {cases:,} mature cases: {_FITS[kept.word]}."


def span(found: Span, currency: str) -> str:
    """Write an amount with its range."""
    return f"{found.per_case:,.2f} {currency} ({found.low:,.2f} to {found.high:,.2f})"


def notes(values: Valued, signed: Signed) -> tuple[str, ...]:
    """Say what a reader must know before using the figures."""
    return tuple(_notes(values, signed))


def _notes(values: Valued, signed: Signed) -> Iterator[str]:
    favourable = signed.money.actions.favourable
    yield (
        "Realised money is that of the action taken. A decision about which nobody reported anything counts as"
        " carried out."
    )
    if values.unfavourable:
        yield (
            f"{values.unfavourable:,} outcomes are of cases that did not get `{favourable}`. In daily business nobody"
            " learns what would have become of them; they are known here only because these are cases of the past."
        )
    if values.unseen:
        yield (
            f"{values.unseen:,} cases have no outcome and earn the same either way. What another action would have"
            " earned on them cannot be known, so there is no comparison with other actions."
        )
    if values.without_outcome:
        yield f"{values.without_outcome:,} mature cases are left out because their outcome has not arrived."
    if values.waiting:
        yield f"{values.waiting:,} mature cases went to people and are left out until somebody reports what was done."
    if values.unpriced:
        yield f"{values.unpriced:,} mature cases are left out because an amount that the prices need is missing."
    queue = signed.rehearsal.queue if signed.rehearsal is not None else None
    if queue is not None and queue.cases:
        valued = f"as `{queue.valued_as}`, as is done today" if queue.valued_as else "as earning nothing"
        yield f"The promise values the {queue.share:.1%} of cases that go to people {valued}."
