"""From files to evidence: a bundle and a holdout, or a table that has outcomes and scores already."""

from __future__ import annotations

from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import is_zipfile

from msgspec.structs import replace

from golive.errors import BundleError
from golive.prove.asked import Asked, need_column
from golive.prove.checks.background import Background, answers_of, marks_of
from golive.prove.lines import lines_of, rows_in
from golive.prove.measure import measure
from golive.prove.result import Result, with_carrying
from golive.records.contract import TRAINING
from golive.records.evidence import Warned
from golive.tables.cast import by_contract, numbers
from golive.tables.files import digest_of
from golive.tables.read import many, other_sheets, read

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from golive.engine.bundle import Bundle
    from golive.records.document import Digest
    from golive.records.evidence import Evidence
    from golive.tables.read import Texts


ROWS = 200_000
"""Tables with more rows than this are proven from score tables; the rows are not held."""


def from_bundle(bundle: Path, holdout: Path, asked: Asked) -> Evidence:
    """Score a holdout with a bundle, and measure. Rows must fit the bundle's contract."""
    if bundle.is_file():
        hint = f"unpack it first: unzip {bundle}" if is_zipfile(bundle) else "the order is: golive prove BUNDLE HOLDOUT"
        raise BundleError(f"`{bundle}` is a file; evidence is written into a bundle, so it must be a folder", hint=hint)
    from golive.engine.bundle import load  # a table needs no engine

    opened = load(bundle)
    rows = read(holdout, sheet=asked.sheet)
    need_column(rows, asked.outcome, holdout)
    back = _background(bundle, opened, asked)
    scores, kept, left_out = _scored(opened, rows, holdout)
    if left_out:
        rows = {name: cells[kept] for name, cells in rows.items()}
    with lines_of(holdout, kept):
        evidence = measure(
            rows[asked.outcome],
            scores,
            event=asked.event,
            money=asked.money,
            columns=_Columns(rows),
            **asked.options(rows, holdout),
            bundle=opened,
            name=asked.outcome,
            holdout=digest_of(holdout),
            training=_training(asked),
            background=back,
        )
    return _noted(evidence, holdout, (*left_out, *_one_sheet(holdout, asked.sheet)), kept)


def _background(path: Path, bundle: Bundle, asked: Asked) -> Background:
    answers, known = answers_of(asked.known, bundle.contract)
    if asked.training is not None:
        return Background(answers=answers, digests=(known, _digest(asked.training)))
    training, why, marks = marks_of(path, bundle.id, asked.marks)
    return Background(training=training, why=why, answers=answers, digests=(known, marks))


def _training(asked: Asked) -> _Columns | None:
    return None if asked.training is None else _Columns(read(asked.training))


def _digest(path: Path | None) -> Digest | None:
    return None if path is None else digest_of(path)


def _scored(
    opened: Bundle, rows: Texts, path: Path
) -> tuple[NDArray[np.float64], NDArray[np.bool_], tuple[Warned, ...]]:
    """Score the rows that no row rule keeps from it; say which these are, and how many others there are."""
    with lines_of(path):
        inputs = by_contract(rows, opened.contract)
        breaking = opened.breaking(inputs)
    kept, left_out = ~breaking, _left_out(opened, breaking)
    if left_out:
        inputs = {name: list(compress(cells, kept)) for name, cells in inputs.items()}
    with lines_of(path, kept):
        return opened.score(inputs), kept, left_out


def _left_out(opened: Bundle, breaking: NDArray[np.bool_]) -> tuple[Warned, ...]:
    count = int(breaking.sum())
    if not count:
        return ()
    rules = [rule for rule in opened.contract.rules if rule.action != TRAINING]
    text = (
        f"{count:,} of {len(breaking):,} rows are not in these figures: they break a row rule of the contract "
        f"({'; '.join(f'{rule.text}: else {rule.action}' for rule in rules)}), so they have no score."
    )
    return (Warned(code="ruled_rows", text=text),)


def from_table(table: Path, score: str, asked: Asked) -> Evidence:
    """Measure a table that holds outcomes and scores, whatever made them."""
    if many(table, ROWS):
        from golive.prove.scale import by_tables, from_large

        if by_tables(table, asked):
            with lines_of(table):
                return from_large(table, score, asked)
    rows = read(table, sheet=asked.sheet)
    for column in (asked.outcome, score):
        need_column(rows, column, table)
    with lines_of(table):
        evidence = measure(
            rows[asked.outcome],
            numbers(score, rows[score]),
            event=asked.event,
            money=asked.money,
            columns=_Columns(rows),
            higher_is_better=asked.higher_is_better,
            probability=asked.probability,
            **asked.options(rows, table),
            name=asked.outcome,
            holdout=digest_of(table),
            training=_training(asked),
            background=Background(aside=asked.no_inputs(score), digests=(None, _digest(asked.training))),
        )
    return _noted(evidence, table, _one_sheet(table, asked.sheet))


def _noted(found: Evidence, path: Path, warned: tuple[Warned, ...], kept: NDArray[np.bool_] | None = None) -> Evidence:
    """Add what is known of the file: warnings, and where the rows stand that carry most of the money."""
    assert isinstance(found, Result)
    where = rows_in(path, found.carrying, kept) if found.carrying else ""
    return with_carrying(replace(found, warnings=(*found.warnings, *warned)), found.carrying, where)


def _one_sheet(path: Path, wanted: str | None) -> tuple[Warned, ...]:
    """Say which sheet was read where a workbook has others and nobody chose."""
    others = () if wanted is not None else other_sheets(path)
    if not others:
        return ()
    shown = ", ".join(f"`{name}`" for name in others)
    text = f"Only the first sheet of `{path.name}` was read; it also has {shown}. Choose one with --sheet."
    return (Warned(code="other_sheets", text=text),)


def money_of(bundle: Path | None) -> Path | None:
    """Return the money file that an earlier run left in a bundle."""
    path = bundle / "money.toml" if bundle is not None else None
    return path if path is not None and path.is_file() else None


class _Columns:
    """Columns as numbers, read from text when the money file asks for one; `texts` gives the cells themselves."""

    def __init__(self, rows: Texts) -> None:
        self.columns = tuple(rows)
        self._rows = rows

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        return numbers(name, self._rows[name])

    def texts(self, name: str) -> NDArray[np.object_]:
        return self._rows[name]
