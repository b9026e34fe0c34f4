"""Does one case keep the contract? Every problem is named, none is repaired.

Absent, null, empty text and NaN are four different things. Absent and NaN always break the contract, null breaks it
where training had none, empty text is a text like any other. Ranges seen in training are not enforced.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.operations.dates import ISO, microseconds, pattern
from golive.engine.operations.numerals import number
from golive.records.contract import NUMBER, Input, Kind, Unknown
from golive.records.decision import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.engine.reasons import Case
    from golive.records.contract import Contract

LARGEST = 2.0**53
"""Whole numbers beyond this have no exact double."""
_NAMES = {Kind.number: "a number", Kind.text: "text", Kind.boolean: "true or false"}
_ABSENT = object()


def problems(contract: Contract, case: Mapping[str, object]) -> tuple[Problem, ...]:
    """Return everything that is wrong with a case; nothing when it keeps the contract.

    Keys that the contract does not know are not a problem here.
    """
    return Checker(contract).problems(case)


class Checker:
    """A contract made ready to check many cases."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.known = {known.name: categories(known) for known in contract.inputs}
        self._inputs = [(known, known.name, known.kind.value, self.known[known.name]) for known in contract.inputs]

    def problems(self, case: Mapping[str, object]) -> tuple[Problem, ...]:
        found = []
        for known, name, kind, allowed in self._inputs:
            value = case.get(name, _ABSENT)
            given = type(value)  # first what nearly all values are
            if given is float or given is int:
                if kind == "number" and -LARGEST < value < LARGEST:  # type: ignore[operator]  # it is a number
                    continue
            elif given is str and kind == "text" and (value in allowed if allowed is not None else value.isascii()):  # type: ignore[attr-defined]
                continue
            if what := self._problem(known, value):
                found.append(Problem(field=known.name, problem=what, expected=self._expected(known)))
        return tuple(found)

    def unread(self, case: Case) -> tuple[Problem, ...]:
        """Return the texts that not every reader takes for the same date or number; asked where there is no score.

        A number may be written with signs that the cleaning takes away, so of numbers only the unclear are named.
        """
        return tuple(
            Problem(
                field=known.name, problem=f"{shown(value)} is not read alike everywhere", expected=written(known.form)
            )
            for known in self.contract.inputs
            if known.form and isinstance(value := case[known.name], str) and is_unread(value, known.form)
        )

    def _problem(self, known: Input, value: object) -> str:
        if value is _ABSENT:
            return "absent"
        if value is None:
            return "null" if not known.nullable or known.kind is Kind.boolean else ""
        if isinstance(value, np.generic):
            value = value.item()
        if known.kind is Kind.number:
            return _number(value)
        if known.kind is Kind.boolean:
            return "" if isinstance(value, bool) else _named(value)
        return _text(value, self.known[known.name])

    def _expected(self, known: Input) -> str:
        allowed = self.known[known.name]
        what = _NAMES[known.kind] if allowed is None else f"one of: {', '.join(map(shown, known.categories or ()))}"
        return what + (" or null" if known.nullable and known.kind is not Kind.boolean else "")


def outside(contract: Contract) -> tuple[str, ...]:
    """Return in words what the product must compute by itself before it asks."""
    made = contract.sidecar
    if made is None:
        return ()
    names = ", ".join(known.name for known in contract.inputs if known.made_by)
    return (f"the inputs {names}: to be computed by `{made.name}` ({made.where}), whose text is in the contract",)


def written(form: str) -> str:
    """Return in words how a text of this form looks."""
    return "a number such as 1234.5" if form == NUMBER else f"a date written {'2024-03-31' if form == ISO else form}"


def is_unread(text: str, form: str) -> bool:
    """Return whether a text is no date of this form, or is a number to some readers only."""
    if form == NUMBER:
        return math.isinf(number(text, whole=False))
    shape = pattern(form)
    return shape is not None and not math.isfinite(microseconds(text, shape))


def categories(known: Input) -> frozenset[str] | None:
    """Return the only texts an input may be; null when it may be any."""
    closed = known.kind is Kind.text and known.categories is not None and known.unknown is Unknown.refuse
    return frozenset(known.categories or ()) if closed else None


def shown(value: object) -> str:
    """Return a value as it is written in a message: short, and with nothing a terminal would act on."""
    text = ascii(value) if not isinstance(value, str) or not value.isprintable() else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def is_text(value: str) -> bool:
    """Return whether a text is Unicode; half a surrogate pair cannot be written to any file."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return _named(value)
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value} is not a finite number"
    # Every double that large is a whole number, and in JSON nobody can tell how it was written.
    return "" if abs(value) < LARGEST else f"{shown(value)} is beyond 2**53, where whole numbers are no longer exact"


def _text(value: Any, allowed: frozenset[str] | None) -> str:
    if not isinstance(value, str):
        return _named(value)
    if allowed is not None:
        return "" if value in allowed else f"{shown(value)} was never seen in training"
    return "" if value.isascii() or is_text(value) else f"{shown(value)} is not valid Unicode"


def _named(value: object) -> str:
    """Return a value of the wrong type for a message; of a list or a dict its type is enough."""
    if isinstance(value, bool):
        return f"the boolean {value}"
    if isinstance(value, (int, float)):
        return f"the number {shown(value)}"
    if isinstance(value, (list, dict)):
        return f"the {type(value).__name__}"
    return f"the text {shown(value)}" if isinstance(value, str) else f"the {type(value).__name__} {shown(value)}"
