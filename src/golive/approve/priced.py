"""Rows with known outcomes, and what each action earns on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from golive.approve.overlay import EVIDENCE
from golive.errors import InputError
from golive.maths.money import needed, payoffs
from golive.maths.words import rows_text
from golive.records import document
from golive.records import money as prices
from golive.records.evidence import Evidence
from golive.records.fields import nearest
from golive.records.rules import REVIEW
from golive.records.toml import read_bytes, text_of
from golive.tables.cast import by_contract, numbers
from golive.tables.read import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from golive.engine.bundle import Bundle
    from golive.records.money import Money
    from golive.tables.read import Texts

    Actions = NDArray[np.str_]
    Values = NDArray[np.float64]


class Priced(NamedTuple):
    """The rows, ready to be decided and valued."""

    cases: Mapping[str, list[float | str | bool | None]]
    event: NDArray[np.bool_]
    payoffs: Mapping[str, Values]
    money: Money
    texts: Texts
    """Every column of the rows as it was read."""

    @property
    def constants(self) -> tuple[str, ...]:
        """Actions that could be given to everybody."""
        return tuple(action for action in self.payoffs if action not in self.money.today.impossible)

    @property
    def stand_in(self) -> dict[str, str]:
        """The action whose money a case that goes to people is given: today's, where the money file names one."""
        today = self.money.today.action
        return {REVIEW: today} if REVIEW not in self.payoffs and today is not None else {}

    def has_price(self, action: str) -> bool:
        """Whether money of this action is known or assumed."""
        return action in self.payoffs or action in self.stand_in

    def priced(self, taken: Actions) -> NDArray[np.bool_]:
        """Return for each row whether the money of its action is known or assumed."""
        return np.isin(taken, [action for action in np.unique(taken).tolist() if self.has_price(action)])

    def money_of(self, taken: Actions) -> Values:
        """Return the money of the action taken, per row; 0 where it has no price."""
        total = np.zeros(len(taken))
        for action in np.unique(taken).tolist():
            value = self.payoffs.get(self.stand_in.get(action, action))
            if value is not None:
                total = np.where(taken == action, value, total)
        return total

    def gain(self, taken: Actions, other: Actions) -> Values:
        """Return what one set of actions earns more than another, per row; 0 where either has no price."""
        known = self.priced(taken) & self.priced(other)
        return np.where(known, self.money_of(taken) - self.money_of(other), 0.0)


def priced(opened: Bundle, bundle: Path, rows: Path, *, outcome: str, event: str | None) -> Priced:
    """Read rows, outcomes and prices.

    Raises
    ------
    InputError
        The outcome column is missing, empty in some rows, or has a third label; a price needs a column that is not
        there; the policy has an action without a price.
    """
    evidence = document.read(bundle / EVIDENCE, Evidence)
    texts = read(rows)
    money = money_in(bundle)
    _all_priced(opened, money)
    happened = _happened(texts, outcome, event or evidence.event, rows)
    missing = [name for name in needed(money) if name not in texts]
    if missing:
        raise InputError(
            f"`{rows.name}` has no column `{missing[0]}`, which the prices need", hint=f"it has: {', '.join(texts)}"
        )
    columns = {name: numbers(name, texts[name]) for name in needed(money)}
    return Priced(by_contract(texts, opened.contract), happened, payoffs(money, columns, happened), money, texts)


def column(found: Priced, name: str, rows: Path) -> list[str | None]:
    """Return one column of the rows.

    Raises
    ------
    InputError
        There is none of this name.
    """
    if name not in found.texts:
        raise InputError(
            f"`{rows.name}` has no column `{name}`{nearest(name, found.texts)}",
            hint=f"it has: {', '.join(found.texts)}",
        )
    cells: list[str | None] = found.texts[name].tolist()
    return cells


def same_rows(bundle: Path, rows: Path) -> Evidence | None:
    """Return the evidence when it was made on this very file of rows."""
    evidence = document.read(bundle / EVIDENCE, Evidence)
    return evidence if evidence.digests.holdout == document.digest_file(rows) else None


def money_in(bundle: Path) -> Money:
    """Read the prices of a bundle."""
    hint = f"golive prove {bundle} HOLDOUT --outcome COLUMN --event LABEL --money money.toml --out FOLDER"
    data = read_bytes(bundle / "money.toml", what="money file", hint=hint)
    return prices.parse(text_of(data, name="money.toml"))


def _all_priced(opened: Bundle, money: Money) -> None:
    actions = opened.policy.actions if opened.policy else ()
    without = [action for action in actions if action not in money.payoffs and action != REVIEW]
    if without:
        raise InputError(
            f"the policy can answer `{without[0]}`, which has no price in money.toml",
            hint=f"the money file prices: {', '.join(money.payoffs)}",
        )


def _happened(texts: Texts, outcome: str, event: str, rows: Path) -> NDArray[np.bool_]:
    if outcome not in texts:
        raise InputError(f"`{rows.name}` has no column `{outcome}`", hint=f"it has: {', '.join(texts)}")
    labels = texts[outcome].tolist()
    if not labels:
        raise InputError(f"`{rows.name}` has no rows; expected cases with their outcomes", hint="name a file with rows")
    if None in labels:
        raise InputError(
            f"the outcome is missing in {rows_text([labels.index(None)])}", hint="leave rows without an outcome out"
        )
    others = sorted(set(labels) - {event})
    if event not in labels or len(others) != 1:
        found = ", ".join(f"`{label}`" for label in sorted(set(labels))[:5])
        raise InputError(
            f"the outcomes are {found}; expected the event `{event}` and one other",
            hint="--event names the label; leave rows without a final outcome out",
        )
    return np.array([label == event for label in labels], dtype=bool)
