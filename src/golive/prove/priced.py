"""The money file beside the rows: what each action earns on each of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from golive.errors import InputError
from golive.maths.money import Payoffs, basis_values, check_spent, compile_payoffs, row_money
from golive.prove.amounts import named_currency, negative, refuse_other_currency
from golive.prove.cases import column_names, pick
from golive.records.document import digest
from golive.records.money import Money, parse
from golive.records.objective import PROFIT
from golive.records.toml import read_bytes, text_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from golive.maths.histogram import Rows
    from golive.prove.cases import Cases
    from golive.records.document import Digest
    from golive.records.evidence import Warned

    Values = NDArray[np.float64]


@dataclass(frozen=True)
class Priced:
    """The money file, ready to be multiplied with these rows."""

    money: Money
    compiled: Payoffs
    values: Values | None
    """Bases on every row, (bases, n); none where there are too many rows to hold."""
    warnings: tuple[Warned, ...] = ()
    """What must be known of its columns."""


def read_money(money: Money | str | Path | None) -> tuple[Money | None, Digest | None]:
    if money is None or isinstance(money, Money):
        return money, None
    path = Path(money)
    data = read_bytes(path, what="money file", hint="golive prove --init-money writes one")
    return parse(text_of(data, name=path.name), name=path.name), digest(data)


def priced_rows(money: Money, found: Cases, columns: object) -> Priced:
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


def gain_of(priced: Priced, rows: Rows, objective: str | None = None) -> Values:
    """Return money of `below` minus money of `above` per row, in canonical order."""
    below, above = both_of(priced, rows, objective)
    return below - above


def both_of(priced: Priced, rows: Rows, objective: str | None = None) -> tuple[Values, Values]:
    """Return money of both actions per row, in an objective: that of the money file when absent."""
    line = line_of(objective or priced.money.objective.maximise)
    below, above = (row_money(priced.compiled, rows.values, rows.event, action, line) for action in (0, 1))
    return below, above


def line_of(objective: str) -> str | None:
    """Return the one line of the payoffs that an objective is about; None for all of them."""
    return None if objective == PROFIT else objective
