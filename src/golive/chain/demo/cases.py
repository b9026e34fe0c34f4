"""Raw applications from a csv as the product would send them: JSON values, null where a cell is empty."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, NamedTuple

from golive.records.contract import Kind, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from golive.records.contract import Contract

Value = float | str | bool | None


class Case(NamedTuple):
    """One application and what became of it."""

    case_id: str
    inputs: dict[str, Value]
    outcome: str


def cases(path: Path, contract: Contract, *, first: int) -> list[Case]:
    """Read the first rows of a csv by its contract; the case id is the row number in the file."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row, _ in zip(csv.DictReader(file), range(first), strict=False)]
    kinds = {known.name: known.kind for known in contract.inputs}
    return [
        Case(
            f"application-{number}",
            {name: _value(row[name], kind) for name, kind in kinds.items()},
            row[contract.outcome],
        )
        for number, row in enumerate(rows, start=1)
    ]


def _value(cell: str, kind: Kind) -> Value:
    if cell == "":
        return None
    return float(cell) if kind is Kind.number else cell


def broken(cases: Sequence[Case], contract: Contract) -> list[tuple[str, bytes]]:
    """Return ten requests that no product should send, each with what is wrong with it.

    They are made from the contract, so that they stay wrong whatever the columns are called.
    """
    number = next(known.name for known in contract.inputs if known.kind is Kind.number)
    text = next(known.name for known in contract.inputs if known.categories and known.unknown is Unknown.refuse)
    good = dict(cases[0].inputs)

    def sent(case_id: str, **changed: object) -> bytes:
        return json.dumps({"case_id": case_id, "inputs": {**good, **changed}}).encode()

    absent = {name: value for name, value in good.items() if name != number}
    return [
        (f"`{number}` is absent", json.dumps({"case_id": "bad-1", "inputs": absent}).encode()),
        (f"`{number}` is text", sent("bad-2", **{number: "a lot"})),
        (f"`{number}` is numeric text", sent("bad-3", **{number: "12"})),
        (f"`{number}` is true", sent("bad-4", **{number: True})),
        (f"`{number}` is an integer beyond 2^53", sent("bad-5", **{number: 2**53 + 1})),
        (f"`{text}` was never seen in training", sent("bad-6", **{text: "zeppelin"})),
        (f"`{number}` is NaN", sent("bad-7", **{number: float("nan")})),
        ("the body is a list of numbers", b"[1, 2, 3]"),
        ("the body is cut off", sent("bad-9")[:-20]),
        ("the body is larger than 1 MB", sent("bad-10", **{text: "x" * 1_100_000})),
    ]
