"""The money formula. There is one; `prove`, `approve` and `watch` all earn and lose by it.

A payoff is a sum of products (`golive.maths.linear`), and the money of a row is always computed from these, so that
rows, the score table and the page add up to the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import DocumentError, InputError
from golive.maths.amounts import no_number
from golive.maths.formula import Tree, evaluate, names, parse, show
from golive.maths.linear import ONE, coefficient, reverse_polish, split
from golive.maths.words import count, rows_text
from golive.records.score_table import MoneyTerm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from golive.records.money import Formula, Money
    from golive.records.score_table import Step

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]

SHOWN = 20
"""Columns named in a hint."""
SPENT = ("cost", "loss")
"""Lines that are written as positive amounts and taken off."""


@dataclass(frozen=True)
class Payoffs:
    """The payoffs of a money file, ready to be multiplied."""

    bases: tuple[Tree, ...]
    """Column-only trees; the first is 1."""
    terms: tuple[MoneyTerm, ...]
    prices: dict[str, float]
    """Assumption -> recorded value."""
    frozen: dict[str, str]
    """Assumption -> why it cannot be moved."""
    columns: tuple[str, ...]
    """Columns the formulas need, in order of appearance."""
    places: dict[str, str]
    """Column -> ``money.toml:14:21``, where a formula first names it, for messages."""


def payoffs(money: Money, columns: Mapping[str, ArrayLike], event: ArrayLike) -> dict[str, Values]:
    """Return what each action earns on each row.

    Parameters
    ----------
    money
        The money file.
    columns
        Column -> numbers, each (n,); more columns than the formulas need do no harm.
    event
        Whether the event happened, (n,).

    Returns
    -------
    dict
        Action -> money per row, (n,), in the currency; gains positive.

    Raises
    ------
    DocumentError
        A formula that cannot be read, or a name that is neither a column nor an assumption.
    InputError
        Text or a missing value in a needed column, a division by zero, a negative cost or loss.
    """
    happened = np.asarray(event, dtype=bool)
    compiled = compile_payoffs(money, tuple(columns))
    values = basis_values(compiled, columns, happened)
    check_spent(compiled, money, values, happened)
    below, above = (row_money(compiled, values, happened, action) for action in (0, 1))
    return {money.actions.below: below, money.actions.above: above}


def compile_payoffs(money: Money, columns: Sequence[str]) -> Payoffs:
    """Read all formulas of a money file against the columns there are; problems are collected, then raised once."""
    prices = {assumption.name: assumption.value for assumption in money.assumptions}
    problems = [_both(name) for name in prices if name in columns]
    bases: list[Tree] = [ONE]
    terms: list[MoneyTerm] = []
    frozen: dict[str, str] = {}
    needed: dict[str, str] = {}
    for action, event, formula in formulas(money):
        tree, found = _read(formula, columns, prices)
        problems += found
        if tree is not None and not found:
            for name in names(tree):
                if name.name not in prices:
                    needed.setdefault(name.name, name.at)
            parts = split(tree, prices.keys())
            frozen |= parts.frozen
            for product in parts.products:
                if product.basis not in bases:
                    bases.append(product.basis)
                steps = reverse_polish(product.coefficient) + (("neg",) if formula.line in SPENT else ())
                basis = bases.index(product.basis)
                problems += _no_zero(formula, steps, prices)
                terms.append(MoneyTerm(action=action, event=event, line=formula.line, basis=basis, coefficient=steps))
    if problems:
        raise DocumentError("the payoffs cannot be computed", problems=problems, hint=_hint(columns))
    return Payoffs(tuple(bases), tuple(terms), prices, frozen, tuple(needed), needed)


def needed(money: Money) -> tuple[str, ...]:
    """Return the columns that the formulas name, in order of appearance, whether or not such columns exist."""
    prices = {assumption.name for assumption in money.assumptions}
    found = (name.name for _, _, line in formulas(money) for name in names(parse(line.text, where=line.where)))
    return tuple(dict.fromkeys(name for name in found if name not in prices))


def formulas(money: Money) -> Iterable[tuple[int, int, Formula]]:
    """Return (action, event, formula) of every line; action 0 is `below`, event 1 is with the event."""
    for action, name in enumerate((money.actions.below, money.actions.above)):
        payoff = money.payoffs[name]
        for event, lines in enumerate((payoff.no_event, payoff.event)):
            for formula in lines:
                yield action, event, formula


def basis_values(compiled: Payoffs, columns: Mapping[str, ArrayLike], event: Bools) -> Values:
    """Return every basis on every row, (bases, n).

    A basis that no formula uses on an outcome is 0 on its rows, so that a division by zero which concerns nobody
    stops nobody.
    """
    n = len(event)
    numbers: dict[str, Values | float] = {
        name: _numbers(name, columns[name], n, compiled.places[name]) for name in compiled.columns
    }
    values = np.zeros((len(compiled.bases), n))
    for happened in (0, 1):
        rows = np.flatnonzero(event == bool(happened))
        here: dict[str, Values | float] = {name: np.asarray(column)[rows] for name, column in numbers.items()}
        for basis in sorted({term.basis for term in compiled.terms if term.event == happened}):
            values[basis, rows] = evaluate(compiled.bases[basis], {**here, **compiled.prices}, rows)
    _refuse_infinite(compiled, values)
    return values


def row_money(compiled: Payoffs, values: Values, event: Bools, action: int, line: str | None = None) -> Values:
    """Return the money of one action per row, (n,), at the recorded prices; of one line only where it is named."""
    total = np.zeros(len(event))
    for term in compiled.terms:
        if term.action == action and line in (None, term.line):
            rows = event == bool(term.event)
            total[rows] += coefficient(term.coefficient, compiled.prices) * values[term.basis, rows]
    return total


def check_spent(compiled: Payoffs, money: Money, values: Values, event: Bools) -> None:
    """Refuse a cost or a loss that is negative on some row: it would be added instead of taken off."""
    for action, happened, formula in formulas(money):
        if formula.line in SPENT:
            spent = -row_money(compiled, values, event, action, formula.line)
            rows = np.flatnonzero((spent < 0) & (event == bool(happened)))
            if len(rows):
                raise InputError(
                    f"{formula.where}: the {formula.line} `{formula.text}` is {spent[rows[0]]:g}"
                    f" in {rows_text(rows[:1])}, {count(len(rows))} in all; costs and losses are"
                    " written as positive amounts",
                    hint="write the amount without its minus sign, or use `revenue`",
                )


def _no_zero(formula: Formula, steps: tuple[Step, ...], prices: Mapping[str, float]) -> list[str]:
    """Refuse a coefficient that divides by zero at the recorded prices."""
    try:
        coefficient(steps, prices)
    except InputError as exc:
        return [f"{formula.where}: `{formula.text}`: {exc.message}"]
    return []


def _both(name: str) -> str:
    return f"`{name}` is both a column and an assumption; rename the assumption"


def _read(formula: Formula, columns: Sequence[str], prices: Mapping[str, float]) -> tuple[Tree | None, list[str]]:
    try:
        tree = parse(formula.text, where=formula.where)
    except DocumentError as exc:
        return None, list(exc.problems)
    return tree, [
        f"{name.at}: `{name.name}` is neither a column nor an assumption{_near(name.name, [*columns, *prices])}"
        for name in names(tree)
        if name.name not in columns and name.name not in prices
    ]


def _near(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # only for a message

    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean `{near[0]}`?" if near else ""


def _hint(columns: Sequence[str]) -> str:
    if not columns:
        return "no columns were given; pass the raw frame: golive.measure(..., columns=frame)"
    more = f" and {len(columns) - SHOWN} more" if len(columns) > SHOWN else ""
    return (
        f"columns given: {', '.join(columns[:SHOWN])}{more}; one that is not there: in Python pass the raw frame"
        " (`columns=frame`), on the command line write it into the file"
    )


def _numbers(name: str, column: ArrayLike, n: int, place: str) -> Values:
    values, where = np.asarray(column), f"{place}: " if place else ""
    if values.shape != (n,):
        raise InputError(f"column `{name}` has shape {values.shape}; expected ({n},), one value per outcome")
    if values.dtype.kind in "mMc":  # numpy would give nanoseconds, and half of a complex number
        raise InputError(
            f"{where}column `{name}` holds {values.dtype.name}; expected numbers, because the money file computes with"
            " it",
            hint="give the number that is meant, such as days or months",
        )
    try:
        found = values.astype(np.float64)
    except (TypeError, ValueError):
        cells = values.tolist()
        row, value = next((row, value) for row, value in enumerate(cells) if not _is_number(value))
        more, hint = no_number(value, cells)
        raise InputError(
            f"{where}column `{name}` holds {value!r} in {rows_text([row])}{more}; expected numbers, because"
            " the money file computes with it",
            hint=hint,
        ) from None
    missing = np.flatnonzero(~np.isfinite(found))
    if len(missing):
        raise InputError(
            f"{where}column `{name}` is missing or not finite in {count(len(missing))},"
            f" the first is {rows_text(missing[:1])}; the money of these rows is unknown",
            hint="leave these rows out, or fill the column before proving",
        )
    return found


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]  # whatever it is, that is the question
    except (TypeError, ValueError):
        return False
    return True


def _refuse_infinite(compiled: Payoffs, values: Values) -> None:
    for tree, row_values in zip(compiled.bases, values, strict=True):
        bad = np.flatnonzero(~np.isfinite(row_values))
        if len(bad):
            raise InputError(
                f"`{show(tree)}` is {row_values[bad[0]]} in {rows_text(bad[:1])}; expected a finite amount"
            )
