"""Millions of rows: the same evidence from score tables, in a bounded memory. The rows are never held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from golive.errors import InputError
from golive.maths.fine import brier, folded
from golive.maths.folds import PRIME
from golive.maths.money import compile_payoffs
from golive.maths.recompute import gained_and_lost
from golive.maths.shape import Grid, Shape
from golive.maths.table_sums import event_counts, rows_of
from golive.maths.tally import EVERYBODY
from golive.maths.words import percent
from golive.prove.amounts import below_zero, says_currency
from golive.prove.asked import need_column
from golive.prove.assembled import Folded, Meaning, assembled
from golive.prove.carrying import few_cases
from golive.prove.cases import label_counts, label_text
from golive.prove.cells import by_code
from golive.prove.checks import look
from golive.prove.checks.background import Background
from golive.prove.checks.sample import MOST, Sample, sample
from golive.prove.fill import filled
from golive.prove.labels import MOST as MOST_VALUES
from golive.prove.labels import counted_labels
from golive.prove.measure import agreed_event
from golive.prove.objective import aimed
from golive.prove.priced import Priced, line_of, read_money
from golive.prove.sampling import with_drift
from golive.records.evidence import Digests, Warned
from golive.tables.files import digest_of
from golive.tables.read import many
from golive.tables.scan import columns_of, scanned

if TYPE_CHECKING:
    from pathlib import Path

    from golive.maths.fine import Fine
    from golive.maths.money import Payoffs
    from golive.prove.asked import Asked
    from golive.prove.fill import Filled
    from golive.prove.labels import Labels
    from golive.prove.result import Result
    from golive.records.checked import Checked
    from golive.records.evidence import Within
    from golive.records.money import Money
    from golive.records.score_table import Table
    from golive.tables.scan import Scan

HELD = 5_000_000
"""What score tables cannot do yet is done with the rows in memory, up to so many."""


def by_tables(path: Path, asked: Asked) -> bool:
    """Return whether a file of many rows is proven from score tables; else its rows can be held.

    Raises
    ------
    InputError
        It is too large to be held, and something is asked that score tables cannot do yet.
    """
    money, _ = read_money(asked.money)
    cannot = _cannot(path, asked, money)
    if not cannot:
        return True
    if many(path, HELD):
        raise InputError(
            f"`{path.name}` has more than {HELD:,} rows; not worked out for so many: {', '.join(cannot)}",
            hint="leave it out, or prove a random part of the rows",
        )
    return False


def from_large(path: Path, score: str, asked: Asked) -> Result:
    """Measure a file of outcomes and scores by score tables; the evidence has the same shape."""
    money, priced_digest = read_money(asked.money)
    names = columns_of(path)
    compiled = None if money is None else compile_payoffs(money, names)
    amounts = () if compiled is None else compiled.columns
    probability = not asked.higher_is_better if asked.probability is None else asked.probability
    columns = (*asked.segments, *asked.protected)
    for column in columns:
        need_column(names, column, path)
    with scanned(path, score=score, outcome=asked.outcome, amounts=amounts, texts=columns) as scan:
        texts = scan.labels()
        found, label = label_counts(texts, agreed_event(asked.event, money), asked.outcome, scan.rows_with)
        scan.happened([text for text in texts if text is not None and label_text(text) == label])
        line = None if money is None else line_of(money.objective.maximise)
        shape = Shape(Grid(), compiled, {name: f"x{at}" for at, name in enumerate(amounts)}, line)
        read = {f"t{at}": _read(scan, f"t{at}", column) for at, column in enumerate(columns)}
        told = {name: len(labels.labels) for name, labels in read.items()}
        if money is not None and money.today.action is not None:  # who changes hands against it
            told[EVERYBODY] = 1
        share = PRIME * min(1.0, 0.9 * MOST / scan.rows)
        made = filled(scan, shape, money, probability=probability, sample=share, told=told)
        (other,) = set(found) - {label}
        meaning = Meaning(label, not asked.higher_is_better, probability, asked.outcome, other)
        table = made.table if money is None else aimed(made.table, money)
        looked = _looked(scan, asked, score, label, frozenset(found), made)
    priced = None if money is None or compiled is None else Priced(money, compiled, None, _negative(made))
    ties = folded(made.fine)
    cells = tuple(
        by_code(made.told[name], made.step, read.get(name), protected=at >= len(asked.segments))
        for at, name in enumerate(told)
    )
    whole = Folded(ties, made.distinct, few=_few(table, made, compiled), cells=cells)
    result = assembled(whole, table, priced, meaning, Digests(money=priced_digest, holdout=digest_of(path)), looked)
    return with_drift(_noted(result, made.fine))


def _cannot(path: Path, asked: Asked, money: Money | None) -> list[str]:
    """Return what is asked that score tables cannot do yet, as people say it."""
    wanted = {
        "--date": asked.date, "--group": asked.group, "--count": asked.count, "--weight": asked.weight,
        "--today": asked.today, "--training": asked.training, "--training-rows": asked.marks,
    }  # fmt: skip
    cannot = [name for name, value in wanted.items() if value]
    if money is not None:
        said = {
            "[today] rule as a column or a comparison": money.today.varies,
            "[actions] middle": bool(money.actions.middle),
            "[sampling]": money.sampling is not None,
            "currency_column": bool(money.currency_column),
        }
        cannot += [name for name, value in said.items() if value]
        cannot += [f"a column `{name}` with the currency" for name in columns_of(path) if says_currency(name)]
    return cannot


def _read(scan: Scan, name: str, column: str) -> Labels:
    """Read the different values of a column; from now on the scan gives their codes."""
    values, n = scan.values(name, MOST_VALUES)
    labels = counted_labels(column, values.tolist(), n)
    scan.code(name, labels.codes.tolist())
    return labels


def _looked(
    scan: Scan, asked: Asked, score: str, label: str, labels: frozenset[str], made: Filled
) -> tuple[Checked, ...]:
    """Look for leaks and the like in rows with small hashes: the same ones in any order of the file."""
    cells = scan.cells(made.sampled[: 2 * MOST].tolist())
    happened = np.array([label_text(text) == label for text in cells[asked.outcome]], dtype=bool)
    others = {name: column for name, column in cells.items() if name not in (asked.outcome, score)}
    taken = sample(others, happened)
    back = Background(aside=asked.no_inputs(score), labels=labels)
    share = float(event_counts(made.table).sum() / scan.rows)
    return look(Sample(taken.columns, taken.event, scan.rows), back, event=label, share=share, n=rows_of(made.table))


def _negative(made: Filled) -> tuple[Warned, ...]:
    return tuple(below_zero(name, rows, lowest) for name, (rows, lowest) in made.below_zero.items())


def _few(table: Table, made: Filled, compiled: Payoffs | None) -> bool:
    """Return whether a few cases carry most of the money on either side, from the sums by sign."""
    if compiled is None or made.largest is None:
        return False
    sides = gained_and_lost(table, compiled.prices)
    return any(
        few_cases(abs(largest), side.total, side.squares)
        for largest, side in zip(made.largest, sides, strict=True)
        if side.total > 0
    )


def _noted(found: Result, fine: Fine) -> Result:
    """Tell of what bins cannot know; the Brier score they do know, from sums of squares."""
    report = found.classification
    bounds = report.within
    if report.brier is not None:
        exact = brier(fine)
        bounds = None if bounds is None else replace(bounds, brier=(exact, exact))
        report = replace(report, brier=exact, within=bounds)
    warned = list(found.warnings)
    if bounds is not None:
        warned.append(_binned(fine, bounds))
    return replace(found, classification=report, warnings=tuple(warned))


def _binned(fine: Fine, bounds: Within) -> Warned:
    mixed, widest = float(fine.n[fine.mixed].sum() / fine.n.sum()), float((fine.high - fine.low).max())
    known = ", ".join(
        f"{name} {low:.5f} to {high:.5f}"
        for name, (low, high) in (
            ("AUC", bounds.auc), ("average precision", bounds.average_precision), ("KS", bounds.ks),
        )
    )  # fmt: skip
    text = (
        f"Too many rows to sort: {percent(mixed)} of them share one of {len(fine.n):,} bins with other scores, at most"
        f" {widest:.2g} apart. What a cut-off does and earns is exact. Known within bounds: {known}. Calibration, and"
        " limits of AUC and Brier score, take every score of a bin for the mean of the bin."
    )
    return Warned(code="binned", text=text)
