"""What the contract says of the inputs: when they are known, and what training has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from golive.maths.words import count, listed
from golive.page.numbers import price
from golive.prove.conditions import OWNER, SCIENTIST
from golive.records.checked import Checked, State
from golive.records.contract import Kind, Known
from golive.tables.cast import number
from golive.tables.marks import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.prove.checks.sample import Sample
    from golive.records.contract import Contract, Input
    from golive.records.known import Answers

    Bools = NDArray[np.bool_]

CHANCE = 0.01
LISTED = 5
"""Inputs named in a sentence."""
NO_BUNDLE = "Without a bundle nobody has said which columns are inputs."


def known_before(contract: Contract | None, answers: Answers | None) -> tuple[Checked, ...]:
    """Ask of every input whether it is known before the decision."""
    if contract is None:
        return (Checked(code="known_missing", state=State.impossible, text=NO_BUNDLE),)
    said = {} if answers is None else answers.known
    known = {one.name: said.get(one.name, one.known) for one in contract.inputs}
    after = [name for name, when in known.items() if when is Known.after]
    open_ = [name for name, when in known.items() if when is Known.unstated]
    by = f", says {answers.said_by}" if answers and answers.known else ""
    return (_after(after, by), _unstated(open_, len(known), by))


def outside_ranges(rows: Sample, contract: Contract | None) -> Checked:
    """Count the rows with a value that training has not seen.

    Notes
    -----
    Of n new rows k lie beyond the N of training on one side with a chance of about (n / (n + N))^k, so few do that
    without any news. It fails where that chance is below 1 % over all sides of all inputs.
    """
    code = "outside_ranges"
    if contract is None:
        return Checked(code=code, state=State.impossible, text=NO_BUNDLE)
    here = {one.name: _outside(rows, one) for one in contract.inputs if one.name in rows.columns}
    sides = [side for found in here.values() if found is not None for side in found.sides]
    if not sides:
        return Checked(code=code, state=State.impossible, text="The contract says no range of an input that was given.")
    found = {name: one for name, one in here.items() if one is not None and one.rows.any()}
    if not found:
        return Checked(code=code, state=State.passed, text="Every value lies within what training has seen.")
    any_ = np.any([one.rows for one in found.values()], axis=0)
    largest = sorted(found, key=lambda name: (-int(found[name].rows.sum()), name))
    said = "; ".join(
        f"`{name}` in {count(int(found[name].rows.sum()))} ({found[name].seen})" for name in largest[:LISTED]
    )
    more = f"; and {len(found) - LISTED} more inputs" if len(found) > LISTED else ""
    text = f"{int(any_.sum()):,} of {count(len(any_))} lie outside of what training has seen: {said}{more}"
    chance = len(sides) * (len(any_) / (len(any_) + contract.rows)) ** max(int(side.sum()) for side in sides)
    if chance >= CHANCE:
        return Checked(code=code, state=State.passed, text=f"{text}; so few are no news.")
    text += ". For these the score is a guess beyond what it was fitted on."
    return Checked(code=code, state=State.failed, text=text)


def event_name(contract: Contract | None, labels: frozenset[str], event: str) -> Checked:
    """Look whether the rows call the event as the bundle does; a contradiction was refused before."""
    code = "event_name"
    if contract is None:
        return Checked(code=code, state=State.impossible, text="Without a bundle the event is what you say it is.")
    if contract.event in labels:
        return Checked(code=code, state=State.passed, text=f"Bundle and rows are about `{event}`.")
    text = f"The bundle calls the event `{contract.event}`, these rows `{event}`; that both mean the same is assumed."
    return Checked(code=code, state=State.failed, text=text)


def _after(names: list[str], by: str) -> Checked:
    if not names:
        return Checked(code="known_after", state=State.passed, text="No input is said to be known only afterwards.")
    is_, it = ("is", "it") if len(names) == 1 else ("are", "them")
    text = f"{listed(names)} {is_} known only after the decision{by}: no decision can use {it}. Fit the model without."
    return Checked(code="known_after", state=State.failed, text=text, condition=True, who=SCIENTIST)


def _unstated(names: list[str], inputs: int, by: str) -> Checked:
    if not names:
        text = f"All {count(inputs, 'input')} are known before the decision{by}."
        return Checked(code="known_missing", state=State.passed, text=text)
    text = (
        f"Nobody has said whether {count(len(names), 'input')}, the first is {names[0]}, are known before the decision;"
        " who knows the process writes the answers into a file (--init-known makes it)."
    )
    return Checked(code="known_missing", state=State.failed, text=text, condition=True, who=OWNER)


class _Outside(NamedTuple):
    """Where an input is not as training has seen it."""

    sides: tuple[Bools, ...]
    """Rows below and rows above the range, or rows with another category."""
    seen: str
    """In words."""

    @property
    def rows(self) -> Bools:
        found: Bools = np.logical_or.reduce(self.sides)
        return found


def _outside(rows: Sample, one: Input) -> _Outside | None:
    """Return which rows lie outside; None where the contract says nothing of it."""
    codes, values = rows.factors[one.name]
    if one.kind is Kind.number and one.low is not None and one.high is not None:
        read = np.array([np.nan if value is None else number(value) for value in values], dtype=np.float64)
        return _Outside(
            ((read < one.low)[codes], (read > one.high)[codes]), f"training: {price(one.low)} to {price(one.high)}"
        )
    if one.kind is Kind.text and one.categories is not None:
        known = set(map(plain, one.categories))
        unseen = np.array([value is not None and value not in known for value in values])
        return _Outside((unseen[codes],), f"training: {count(len(one.categories), 'value')}")
    return None
