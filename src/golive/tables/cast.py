"""Text cells into the types that a contract or a money file declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import ContractError, InputError
from golive.maths.amounts import no_number
from golive.records.contract import Kind
from golive.records.fields import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from golive.records.contract import Contract
    from golive.tables.read import Texts

MOST = 100
"""Problems that are listed."""

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_TRUTH = {"true": True, "false": False}


def numbers(name: str, texts: Sequence[str | None] | NDArray[np.object_]) -> NDArray[np.float64]:
    """Read a column as numbers, (n,); missing is NaN.

    Raises
    ------
    InputError
        A cell that is not a number: its row (from 0) and text are named.
    """
    found = np.empty(len(texts))
    for row, text in enumerate(texts):
        value = number(text)
        if value is None:
            more, hint = no_number(text, texts)
            raise InputError(f"column `{name}` holds {text!r} in row {row}{more}; expected a number", hint=hint)
        found[row] = value
    return found


def number(text: str | None) -> float | None:
    """Read one cell; missing is NaN, and None means that it is no number."""
    if text is None:
        return float("nan")
    # Python's own rules would also take 1_000 and infinity.
    return float(text) if _NUMBER.fullmatch(text) else None


def by_contract(columns: Texts, contract: Contract) -> dict[str, list[float | str | bool | None]]:
    """Give the columns of a contract their types; other columns are left out.

    Returns
    -------
    dict
        Input -> values in the order of the file, null where missing.

    Raises
    ------
    ContractError
        A column that is missing, or cells of another type; all of them are named (at most `MOST`).
    """
    need_inputs(columns, contract)
    found: dict[str, list[float | str | bool | None]] = {}
    problems: list[tuple[int, str, str]] = []
    for one in contract.inputs:
        found[one.name], wrong = _cast(columns[one.name], one.kind)
        problems += [(row, one.name, f"{text!r} is not a {one.kind.value}") for row, text in wrong]
    if problems:
        row, name, what = min(problems)
        cells = "1 cell is" if len(problems) == 1 else f"{len(problems):,} cells are"
        raise ContractError(
            f"{cells} not of the type in the contract; the first: row {row} (from 0), column `{name}`: {what}",
            problems=sorted(problems)[:MOST],
            hint="numbers use a point; booleans are true or false",
        )
    return found


def _made_aside(missing: Sequence[str], contract: Contract) -> list[str]:
    made = {one.name: one.made_by for one in contract.inputs if one.made_by}
    return [f"`{name}` is made by `{made[name]}`: write it into the file first" for name in missing if name in made]


def need_inputs(columns: Iterable[str], contract: Contract) -> None:
    """Refuse rows that lack columns of a contract; each is named, with the column that it may be called by mistake.

    Raises
    ------
    ContractError
        At least one is missing.
    """
    there = list(columns)
    missing = [one.name for one in contract.inputs if one.name not in there]
    if missing:
        what = "column" if len(missing) == 1 else "columns"
        verb, it = ("is", "it") if len(missing) == 1 else ("are", "them")
        free = [name for name in there if name not in {one.name for one in contract.inputs}]
        near = [f"`{name}`{found}" for name in missing if (found := nearest(name, free))]
        raise ContractError(
            f"the {what} {', '.join(f'`{name}`' for name in missing)} {verb} missing; the bundle needs {it}",
            problems=[(0, name, "the column is missing") for name in missing],
            hint="; ".join([*near, *_made_aside(missing, contract), f"the file has: {', '.join(there)}"]),
        )


def _cast(texts: NDArray[np.object_], kind: Kind) -> tuple[list[float | str | bool | None], list[tuple[int, str]]]:
    if kind is Kind.text:
        return list(texts), []
    values: list[float | str | bool | None] = []
    wrong: list[tuple[int, str]] = []
    for row, text in enumerate(texts):
        value = None if text is None else number(text) if kind is Kind.number else _TRUTH.get(text.strip().lower())
        values.append(value)
        if value is None and text is not None:
            wrong.append((row, text))
    return values, wrong
