"""`golive.measure`: outcomes and scores in, evidence out. Works before anybody has prices."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import InputError
from golive.maths.buckets import ties
from golive.maths.formula import show
from golive.maths.histogram import Rows, arrange, score_table
from golive.maths.table_sums import counts, event_counts, rows_of
from golive.maths.units import by_part
from golive.prove.assembled import Folded, Meaning, assembled
from golive.prove.carrying import carrying_rows
from golive.prove.cases import Cases, cases, label_text, one_column, row_count
from golive.prove.checks import Background, look
from golive.prove.checks.background import training_marks
from golive.prove.checks.sample import looked_at
from golive.prove.given import dated_by, given, told_apart_by
from golive.prove.objective import aimed
from golive.prove.priced import both_of, gain_of, line_of, priced_rows, read_money
from golive.prove.result import Result, with_carrying
from golive.prove.sampling import declare, with_sampling
from golive.prove.split import Split
from golive.prove.today import above_today
from golive.records.evidence import Digests
from golive.records.money import Money
from golive.records.objective import PROFIT

if TYPE_CHECKING:
    from typing import Protocol

    from numpy.typing import NDArray

    from golive.prove.priced import Priced
    from golive.records.checked import Checked
    from golive.records.contract import Contract
    from golive.records.document import Digest
    from golive.records.evidence import Evidence
    from golive.records.score_table import Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]

    class _Bundle(Protocol):
        @property
        def id(self) -> Digest: ...
        @property
        def contract(self) -> Contract: ...


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
    priced = None if prices is None else priced_rows(prices, found, columns)
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
    (other,) = found.labels - {found.label}
    meaning = Meaning(found.label, not higher_is_better, probability, name or found.outcome, other)
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
    evidence = with_sampling(_evidence(split, table, priced, meaning, ids, looked), declared)
    if priced is None:
        return evidence
    return with_carrying(evidence, stands.rows_of(carrying_rows(judged, gain_of(priced, judged))))


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


def agreed_event(event: object, money: Money | None) -> object:
    if event is None:
        return (money.event or None) if money else None
    if money and money.event and money.event != label_text(event):
        raise InputError(
            f"the event is `{label_text(event)}`, but the money file is about `{money.event}`",
            hint="both must name the same label; see [outcome] event in the money file",
        )
    return event


def _table(rows: Rows, priced: Priced | None, probability: bool, blocks: int) -> Table:
    if priced is None:
        return score_table(rows, probability=probability, blocks=blocks)
    money = list(both_of(priced, rows))
    if line_of(priced.money.objective.maximise):
        money.append(gain_of(priced, rows, PROFIT))
    bases = tuple(show(basis) for basis in priced.compiled.bases)
    found = score_table(
        rows, terms=priced.compiled.terms, bases=bases, money=np.stack(money), probability=probability, blocks=blocks
    )
    return aimed(found, priced.money)


def _evidence(
    split: Split, table: Table, priced: Priced | None, meaning: Meaning, ids: Digests, looked: tuple[Checked, ...]
) -> Result:
    rows = split.rows
    both = None if priced is None else both_of(priced, rows)
    gain = None if both is None else both[1] - both[0]
    folded = ties(rows.score, rows.event, gain, weight=rows.weight, squared=rows.squared)
    return assembled(Folded(folded, len(folded.score), split, both), table, priced, meaning, ids, looked)
