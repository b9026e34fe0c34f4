"""What a reader must know before believing the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.maths.words import count, whole
from golive.records.evidence import Warned

if TYPE_CHECKING:
    from golive.maths.buckets import Ties
    from golive.records.evidence import Classification

FEW_SCORES = 20
FEW_EVENTS = 10


def warnings(report: Classification, found: Ties, *, event: str) -> tuple[Warned, ...]:
    """Collect the warnings, the gravest first."""
    n, events = found.rows, whole(float(found.events.sum()))
    said: list[Warned] = []
    if len(found.score) == 1:
        text = f"All {count(n)} have the score {found.score[0]:g}: it tells nobody apart."
        said.append(Warned(code="constant_score", text=text))
    if report.auc < 0.5:
        said.append(_direction(report.auc, event))
    if min(events, n - events) < FEW_EVENTS:
        few = count(min(events, n - events), "time")
        text = f"One outcome was seen only {few}; below {FEW_EVENTS} there is no interval."
        said.append(Warned(code="few_events", text=text))
    if 1 < len(found.score) < FEW_SCORES:
        text = f"The score has only {len(found.score)} different values; a cut-off cannot be finer than that."
        said.append(Warned(code="few_scores", text=text))
    if _one_action(report):
        text = f"At the cut-off of this report everybody gets the same action. {report.trap}"
        said.append(Warned(code="one_class_model", text=text))
    return tuple(said)


def _direction(auc: float, event: str) -> Warned:
    text = (
        f"The score points the other way: cases with `{event}` have the lower scores (AUC {auc:.2f})."
        " Say higher_is_better=True if a high score is good."
    )
    return Warned(code="direction", text=text)


def _one_action(report: Classification) -> bool:
    below, above = (sum(cell.n for cell in report.cells if cell.above is side) for side in (False, True))
    return not below or not above
