"""The evidence, put together from rows that are folded by score already: held in memory or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.buckets import Ties, effective_rows, equal_share, equal_width
from golive.maths.calibration import calibration
from golive.maths.classification import classification
from golive.maths.decision_curve import decision_curve
from golive.maths.recompute import cells
from golive.maths.sentence import sentence
from golive.maths.table_sums import bins, counts, cutoff_at, event_counts, rows_of
from golive.maths.table_sums import events as events_of
from golive.prove.checks.shown import buckets_hold, few_events, few_scores
from golive.prove.earned import Earned, earned
from golive.prove.result import Result
from golive.prove.split import protected as protected_groups
from golive.prove.split import segments
from golive.prove.verdict import no_prices
from golive.prove.warn import warnings
from golive.records.evidence import ScoreFacts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.prove.cells import Cells
    from golive.prove.priced import Priced
    from golive.prove.split import Split
    from golive.records.checked import Checked
    from golive.records.evidence import Digests, Sentence
    from golive.records.parts import ProtectedGroup
    from golive.records.score_table import Table

    Values = NDArray[np.float64]

ASKED = 0.9
"""The cut-off of the first sentence."""
QUESTIONS = (
    "What does one right decision earn, and what does one wrong decision cost: for a case let through that turns bad,"
    " and for a good case turned away?",
    "What is done today, with how many cases a month, and which action can never be given to everybody?",
    "Which number do you answer for, and how much must it move before this is worth the work?",
)


@dataclass(frozen=True)
class Meaning:
    """What outcome and score stand for."""

    label: str
    """The label of the event."""
    rising: bool
    probability: bool
    outcome: str
    other: str
    """The label of the rows without the event."""


@dataclass(frozen=True)
class Folded:
    """All rows, folded by score."""

    ties: Ties
    distinct: int
    """Different scores."""
    split: Split | None = None
    """The rows themselves; none where there are too many to hold."""
    both: tuple[Values, Values] | None = None
    """Money of both actions per row, in the order of the rows."""
    few: bool = False
    """Without rows: whether a few cases carry most of the money."""
    cells: tuple[Cells, ...] = ()
    """Without rows: the cells of each column that tells them apart."""

    @property
    def splits(self) -> tuple[Split, ...]:
        return self.cells if self.split is None else (self.split,)


def assembled(
    found: Folded, table: Table, priced: Priced | None, meaning: Meaning, ids: Digests, looked: tuple[Checked, ...]
) -> Result:
    """Put the evidence together from rows that are folded already."""
    folded, split = found.ties, found.split
    n, events = rows_of(table), events_of(table)
    base_rate = float(event_counts(table).sum() / counts(table).sum())
    low, high = (0.0, 1.0) if meaning.probability else (float(folded.lowest[0]), float(folded.highest[-1]))
    buckets = equal_width(folded, low=low, high=high, tested=meaning.probability)
    independent = effective_rows(folded)
    told = calibration(independent, buckets) if meaning.probability else None
    money = (
        None
        if priced is None
        else earned(
            table, priced.money, priced.compiled, split, found.both, told, looked, few=found.few, cells=found.cells
        )
    )
    edge, cutoff = _shown_cut(table, money, meaning, base_rate)
    report = classification(
        folded,
        cells(table, priced.compiled.prices if priced else None, edge),
        cutoff=cutoff,
        event=meaning.label,
        rising=meaning.rising,
        probability=meaning.probability,
        prices=priced is not None,
    )
    lift = equal_share(folded, rising=meaning.rising)
    parts = segments((one, ()) for one in found.splits) if money is None else money.parts.segments
    shown = few_events(lift, buckets, parts), few_scores(found.distinct), buckets_hold(told)
    return Result(
        verdict=no_prices() if money is None else money.verdict,
        rows=n,
        events=events,
        base_rate=base_rate,
        outcome=meaning.outcome,
        event=meaning.label,
        other=meaning.other,
        score=_facts(found, meaning),
        money=None if money is None else money.money,
        questions=QUESTIONS if money is None else (),
        lift=lift,
        buckets=buckets,
        classification=report,
        sentences=_sentences(table, priced, meaning, cutoff),
        curve=None if money is None else money.curve,
        calibration=told,
        decision_curve=decision_curve(independent, event=meaning.label) if meaning.probability else None,
        dates=None if split is None else split.dates,
        segments=parts,
        protected=_protected(found) if money is None else money.parts.protected,
        assumptions=() if money is None else money.assumptions,
        checks=(*looked, *shown),
        warnings=(
            *warnings(report, folded, event=meaning.label),
            *(() if priced is None else priced.warnings),
        ),
        digests=ids,
        table=table,
    )


def _protected(found: Folded) -> tuple[ProtectedGroup, ...]:
    return tuple(group for split in found.splits for group in protected_groups(split, None))


def _facts(found: Folded, meaning: Meaning) -> ScoreFacts:
    answer = "yes" if meaning.rising else "no, a higher score means fewer"
    return ScoreFacts(
        probability=meaning.probability,
        higher_is_better=not meaning.rising,
        direction=f"higher score = more `{meaning.label}`: {answer}",
        low=float(found.ties.lowest[0]),
        high=float(found.ties.highest[-1]),
        distinct=found.distinct,
    )


def _shown_cut(table: Table, money: Earned | None, meaning: Meaning, base_rate: float) -> tuple[int, float | None]:
    """Return edge and number of the cut-off of the report: the deployed one; without prices 0.5 or the base rate's."""
    if money is not None:
        return money.money.cutoff.edge, next(iter(money.money.cutoff.chosen), None)
    if meaning.probability:
        return int(np.searchsorted(np.array(table.high), 0.5)), 0.5
    edge = _share_edge(table, base_rate, rising=meaning.rising)
    return edge, cutoff_at(table, edge)


def _sentences(table: Table, priced: Priced | None, meaning: Meaning, cutoff: float | None) -> tuple[Sentence, ...]:
    """Return the sentence of 0.9 (of the riskiest tenth, for other scores) and that of the deployed cut-off."""
    first = ASKED if meaning.probability else cutoff_at(table, _share_edge(table, 0.1, rising=meaning.rising))
    asked = list(dict.fromkeys(cut for cut in (first, cutoff) if cut is not None))
    actions = priced.money.actions if priced else None
    return tuple(
        sentence(
            table,
            cut,
            action="reject" if actions is None else actions.above if meaning.rising else actions.below,
            prices=priced.compiled.prices if priced else None,
            currency=priced.money.currency if priced else "",
            rising=meaning.rising,
        )
        for cut in asked
    )


def _share_edge(table: Table, share: float, *, rising: bool) -> int:
    """Return the inner edge whose risky side holds the share of rows nearest to the one wanted."""
    below = np.cumsum(counts(table))[:-1] / counts(table).sum()
    if bins(table) == 1:
        return 0
    return 1 + int(np.argmin(np.abs((1 - below if rising else below) - share)))
