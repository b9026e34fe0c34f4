"""`golive.measure`: outcomes and scores in, evidence out. Works before anybody has prices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import InputError
from golive.maths.buckets import Ties, effective_rows, equal_share, equal_width, ties
from golive.maths.calibration import calibration
from golive.maths.classification import classification
from golive.maths.decision_curve import decision_curve
from golive.maths.formula import show
from golive.maths.histogram import Rows, arrange, score_table
from golive.maths.money import Payoffs, basis_values, check_spent, compile_payoffs, row_money
from golive.maths.recompute import bins, cells, counts, cutoff_at, event_counts, rows_of
from golive.maths.recompute import events as events_of
from golive.maths.sentence import sentence
from golive.maths.units import by_part
from golive.prove.amounts import named_currency, negative, refuse_other_currency
from golive.prove.cases import Cases, cases, column_names, label_text, one_column, pick, row_count
from golive.prove.checks import Background, look
from golive.prove.checks.background import training_marks
from golive.prove.checks.sample import looked_at
from golive.prove.checks.shown import buckets_hold, few_events, few_scores
from golive.prove.earned import Earned, earned
from golive.prove.given import dated_by, given, told_apart_by
from golive.prove.objective import aimed
from golive.prove.result import Result
from golive.prove.sampling import declare, with_sampling
from golive.prove.split import Split, segments
from golive.prove.split import protected as protected_groups
from golive.prove.today import above_today
from golive.prove.verdict import no_prices
from golive.prove.warn import warnings
from golive.records.document import digest
from golive.records.evidence import Digests, ScoreFacts
from golive.records.money import Money, parse
from golive.records.objective import PROFIT
from golive.records.toml import read_bytes, text_of

if TYPE_CHECKING:
    from typing import Protocol

    from numpy.typing import NDArray

    from golive.records.checked import Checked
    from golive.records.contract import Contract
    from golive.records.document import Digest
    from golive.records.evidence import Evidence, Sentence, Warned
    from golive.records.parts import ProtectedGroup, Segment
    from golive.records.score_table import Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]

    class _Bundle(Protocol):
        @property
        def id(self) -> Digest: ...
        @property
        def contract(self) -> Contract: ...


ASKED = 0.9
"""The cut-off of the first sentence."""
QUESTIONS = (
    "What does one right decision earn, and what does one wrong decision cost: for a case let through that turns bad,"
    " and for a good case turned away?",
    "What is done today, with how many cases a month, and which action can never be given to everybody?",
    "Which number do you answer for, and how much must it move before this is worth the work?",
)


def measure(
    outcome: object,
    score: object,
    *,
    event: object = None,
    money: Money | str | Path | None = None,
    columns: object = None,
    higher_is_better: bool = False,
    probability: bool | None = None,
    group: object = None,
    count: object = None,
    weight: object = None,
    date: object = None,
    segment: object = None,
    protected: object = None,
    bundle: _Bundle | None = None,
    name: str = "",
    holdout: Digest | None = None,
    today: object = None,
    training: object = None,
    background: Background | None = None,
) -> Evidence:
    """Say what a score is worth on rows that it has not seen.

    Parameters
    ----------
    outcome
        What happened, one label per row: a list, an array, a Series.
    score
        The model's score, one number per row.
    event
        The label the score is about, e.g. ``"bad"``; may be left out when labels are 0/1 or booleans, or when the
        money file names it.
    money
        The money file: a path, or `golive.records.money.parse` of its text. Absent: everything but money.
    columns
        A frame, or a dict of columns, with the amounts that the money file computes with. The same rows.
    higher_is_better
        True when a higher score means the event is less likely (a 300-850 scorecard).
    probability
        Whether the score is a probability of the event, 0..1. Default: yes, unless ``higher_is_better``.
    group
        The customer of each row, where customers have several: values, or the name of a column in ``columns``.
    count
        How many equal rows each row stands for: whole numbers, or the name of a column.
    date
        The date of each row: dates, texts like 2024-03-31, or the name of a column. The cut-off is then chosen on the
        earlier half of the rows and judged on the later one.
    segment
        Columns whose values are judged one by one: a name, several, or a dict of columns.
    protected
        Columns of groups that the law protects, given in the same way: what is done with each is said, nothing is
        chosen by it.
    weight
        How many cases of the world each row stands for (sampling weights): numbers, or the name of a column.
    bundle
        The bundle that made the scores; its id and contract are looked at.
    name
        Name of the outcome column, for display; that of a Series is found.
    holdout
        Digest of the file the rows came from.
    today
        What is decided today, one per row: the name of one of the two actions, or 1 for the `above` action and 0 for
        the other. The money file can say it instead (``[today] rule``). Needs prices.
    training
        The frame that the model was fitted on, or a dict of its columns: it is looked whether these rows are among
        them. Needs ``columns``.
    background
        What else the checks may know; `golive prove` fills it from its files.

    Returns
    -------
    Evidence
        Shows itself in a notebook. `Evidence.verdict` says whether to use the score.

    Raises
    ------
    InputError
        What is wrong with the rows, with the value, the row and what was expected.
    DocumentError
        What is wrong with the money file, with line and column.

    Notes
    -----
    Judge on rows the model was not trained on. The order of the rows changes nothing. Below 30 rows nothing is
    measured; below 10 events, or 10 cases without, there is no interval.

    Weights are scaled to add up to the rows: points are those of rows repeated in proportion, intervals those of the
    effective number of rows, (sum of w)^2 / sum of w^2. With customers all rows of one are kept in one fold, and w^2 is
    taken of the customer's sum; the same for money, see `golive.maths.units.squares`.

    Examples
    --------
    >>> outcome = [0, 0, 1, 0, 1] * 40
    >>> score = [0.1, 0.3, 0.8, 0.2, 0.6] * 40
    >>> evidence = measure(outcome, score)
    >>> evidence.verdict.word.value
    'no prices yet'
    >>> evidence.score.direction
    'higher score = more `1`: yes'
    """
    prices, priced_digest = read_money(money)
    probability = not higher_is_better if probability is None else probability
    contract = bundle.contract if bundle else None
    stands = given(row_count(outcome), columns, group=group, counts=count, weight=weight)
    found = cases(
        outcome,
        score,
        event=agreed_event(event, prices),
        probability=probability,
        rows=stands.rows,
        about=contract.event if contract else "",
    )
    priced = None if prices is None else _priced(prices, found, columns)
    told_apart = [
        told_apart_by(stands, columns, what, name) for what, name in ((segment, "segment"), (protected, "protected"))
    ]
    when = dated_by(stands, columns, date)
    if when is not None:
        when.need_both(stands.spread(found.event), found.label)
    ruled = _ruled(prices, columns, len(found.score), today)
    declared = declare(prices, found, stands, probability=probability, bundle=bundle is not None)
    rows = arrange(
        declared.score,
        stands.spread(found.event),
        None if priced is None or priced.values is None else stands.spread(priced.values),
        None if ruled is None else stands.spread(ruled),
        weight=declared.weight if when is None else by_part(declared.weight, when.cut.late),
        customer=stands.spread_codes(stands.customer),
        fold=stands.spread_codes(stands.fold),
        cut=None if when is None else when.cut,
        marks=[one.codes for some in told_apart for one in some],
    )
    table = _table(rows, priced, probability, 0 if when is None else when.cut.blocks)
    meaning = Meaning(found.label, not higher_is_better, probability, name or found.outcome)
    dates = None if when is None else when.told(stands.spread(found.event))
    back = replace(background or Background(), contract=contract, labels=found.labels)
    if dates is not None:
        back = replace(back, date=dates.column, first=dates.first)
    ids = Digests(
        bundle=bundle.id if bundle else None, money=priced_digest, holdout=holdout, known=back.digests[0],
        training=back.digests[1],
    )  # fmt: skip
    looked = _looked(outcome, score, columns, training, found, back, meaning.outcome, table)
    judged = rows.judged
    parts, groups = (tuple(one.taken(judged.order) for one in some) for some in told_apart)
    split = Split(judged, parts, groups, dates)
    return with_sampling(_evidence(split, table, priced, meaning, ids, looked), declared)


@dataclass(frozen=True)
class Priced:
    """The money file, ready to be multiplied with these rows."""

    money: Money
    compiled: Payoffs
    values: Values | None
    """Bases on every row, (bases, n); none where there are too many rows to hold."""
    warnings: tuple[Warned, ...] = ()
    """What must be known of its columns."""


@dataclass(frozen=True)
class Meaning:
    """What outcome and score stand for."""

    label: str
    """The label of the event."""
    rising: bool
    probability: bool
    outcome: str


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


def _looked(
    outcome: object, score: object, columns: object, training: object, found: Cases, back: Background, name: str,
    table: Table,
) -> tuple[Checked, ...]:  # fmt: skip
    """Look for leaks and the like in the rows as they were given."""
    same = one_column("outcome", outcome), one_column("score", score)
    rows = looked_at(columns, found.event, aside=back.aside | {name}, alike=same, score=found.score)
    if training is not None:
        marks = training_marks(training, back.contract, tuple(rows.columns), outcome=name, event=found.label)
        back = replace(back, training=marks)
    base_rate = float(event_counts(table).sum() / counts(table).sum())
    return look(rows, back, event=found.label, share=base_rate, n=rows_of(table))


def _ruled(money: Money | None, columns: object, n: int, today: object) -> Bools | None:
    if money is not None:
        return above_today(money, columns, n, today)
    if today is not None:
        raise InputError(
            "today's decisions were given without a money file; what they earn is not known",
            hint="pass money=..., or leave `today` out",
        )
    return None


def read_money(money: Money | str | Path | None) -> tuple[Money | None, Digest | None]:
    if money is None or isinstance(money, Money):
        return money, None
    path = Path(money)
    data = read_bytes(path, what="money file", hint="golive prove --init-money writes one")
    return parse(text_of(data, name=path.name), name=path.name), digest(data)


def agreed_event(event: object, money: Money | None) -> object:
    if event is None:
        return (money.event or None) if money else None
    if money and money.event and money.event != label_text(event):
        raise InputError(
            f"the event is `{label_text(event)}`, but the money file is about `{money.event}`",
            hint="both must name the same label; see [outcome] event in the money file",
        )
    return event


def _priced(money: Money, found: Cases, columns: object) -> Priced:
    names = column_names(columns)
    compiled = compile_payoffs(money, names)
    if compiled.columns:
        refuse_other_currency(money, columns, names)
    named_currency(money, columns, names)
    picked = {name: _amounts(columns, name, len(found.score), compiled.places[name]) for name in compiled.columns}
    values = basis_values(compiled, picked, found.event)
    check_spent(compiled, money, values, found.event)
    return Priced(money, compiled, values, negative(picked))


def _amounts(columns: object, name: str, n: int, place: str) -> NDArray[Any]:
    """Return a column of amounts; what is wrong with it is told with the place that asks for it."""
    try:
        return pick(columns, (name,), n)[name]
    except InputError as exc:
        raise InputError(f"{place}: {exc.message}", hint=exc.hint) from exc


def _table(rows: Rows, priced: Priced | None, probability: bool, blocks: int) -> Table:
    if priced is None:
        return score_table(rows, probability=probability, blocks=blocks)
    money = [*_both(priced, rows), *([_gain(priced, rows, PROFIT)] if _line(priced.money.objective.maximise) else [])]
    bases = tuple(show(basis) for basis in priced.compiled.bases)
    found = score_table(
        rows, terms=priced.compiled.terms, bases=bases, money=np.stack(money), probability=probability, blocks=blocks
    )
    return aimed(found, priced.money)


def _evidence(
    split: Split, table: Table, priced: Priced | None, meaning: Meaning, ids: Digests, looked: tuple[Checked, ...]
) -> Result:
    rows = split.rows
    both = None if priced is None else _both(priced, rows)
    gain = None if both is None else both[1] - both[0]
    folded = ties(rows.score, rows.event, gain, weight=rows.weight, squared=rows.squared)
    return assembled(Folded(folded, len(folded.score), split, both), table, priced, meaning, ids, looked)


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
        else earned(table, priced.money, priced.compiled, split, found.both, told, looked, few=found.few)
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
    parts = _segments(split) if money is None else money.parts.segments
    shown = few_events(lift, buckets, parts), few_scores(found.distinct), buckets_hold(told)
    return Result(
        verdict=no_prices() if money is None else money.verdict,
        rows=n,
        events=events,
        base_rate=base_rate,
        outcome=meaning.outcome,
        event=meaning.label,
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
        protected=_protected(split) if money is None else money.parts.protected,
        assumptions=() if money is None else money.assumptions,
        checks=(*looked, *shown),
        warnings=(
            *warnings(report, folded, event=meaning.label),
            *(() if priced is None else priced.warnings),
        ),
        digests=ids,
        table=table,
    )


def _gain(priced: Priced, rows: Rows, objective: str | None = None) -> Values:
    """Return money of `below` minus money of `above` per row, in canonical order."""
    below, above = _both(priced, rows, objective)
    return below - above


def _both(priced: Priced, rows: Rows, objective: str | None = None) -> tuple[Values, Values]:
    """Return money of both actions per row, in an objective: that of the money file when absent."""
    line = _line(objective or priced.money.objective.maximise)
    below, above = (row_money(priced.compiled, rows.values, rows.event, action, line) for action in (0, 1))
    return below, above


def _line(objective: str) -> str | None:
    """Return the one line of the payoffs that an objective is about; None for all of them."""
    return None if objective == PROFIT else objective


def _segments(split: Split | None) -> tuple[Segment, ...]:
    return () if split is None else segments(split)


def _protected(split: Split | None) -> tuple[ProtectedGroup, ...]:
    return () if split is None else protected_groups(split, None)


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
