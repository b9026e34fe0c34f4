"""Routing: what clock, counts and a secret make of a decision, recorded beside it. docs/reference/policy.md, `routing`.

It is done once per case, inside the transaction that records it: a case asked again gets the answer that stands, and
no two writers take the last place of a day.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from golive.engine.journal import Window
from golive.errors import GoliveError, InputError
from golive.records.decision import Problem
from golive.records.rules import REVIEW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.engine.bundle import Bundle
    from golive.engine.journal import Counts, Deciding, DecisionRow
    from golive.maths.stake import Stakes
    from golive.records.money import Money
    from golive.records.routing import ControlArm, Effective, ReviewQueue
    from golive.records.rules import Policy

FEWEST_KEY_BYTES = 16
CONTROL, POLICY = "control", "policy"
"""The arms: another action for its outcome's sake; what the policy says."""
_SHARES = 2**64


class Drawn(NamedTuple):
    """How a case fell, and why it got what it got."""

    arm: str
    propensity: float
    """Probability with which this case got this action, 0..1."""
    loss: float = 0.0
    """Expected, in the currency of the money file; 0 or more."""
    why: str = ""


class Routing:
    """Routes the decisions of one policy.

    Parameters
    ----------
    policy
        The policy.
    stakes
        What a case is expected to earn; None where the policy has no control arm.
    key
        Secret of the draw of the control arm; None where the policy has none.
    """

    def __init__(self, policy: Policy, stakes: Stakes | None = None, key: bytes | None = None) -> None:
        self._policy, self._stakes, self._key = policy, stakes, key
        self._parts = policy.routing
        self._messages = {band.action: band.message for band in reversed(policy.bands)}

    def __call__(self, row: DecisionRow, counts: Counts, conditions: Deciding | None = None) -> DecisionRow:
        """Return the row as it may be answered; ``conditions`` of the approval are held before the queue is asked."""
        day = self.day(row.time)
        if not self._parts.effective.holds(day):
            row = self._not_in_force(row, self._parts.effective, day)
        elif self._parts.control is not None:
            row = self._drawn(row, counts, self._parts.control, day)
        if conditions is not None:
            held = conditions(row, counts)
            row = row if held is row else _not_drawn(held)
        if self._parts.review is not None and row.action == REVIEW:
            row = self._queued(row, counts, self._parts.review, day)
        return row

    def day(self, moment: str) -> date:
        """Return the day of a moment by the clock of the policy."""
        return datetime.fromisoformat(moment).astimezone(self._parts.effective.zone).date()

    def window(self, first: date, last: date) -> Window:
        """Return some days of the policy, both included, as the journal counts them."""
        zone = self._parts.effective.zone
        ends = (first, last + timedelta(days=1))
        since, until = (datetime.combine(day, clock_time.min, zone).astimezone(UTC) for day in ends)
        return Window(self._policy.id, f"{since:%Y-%m-%dT%H:%M:%S}", f"{until:%Y-%m-%dT%H:%M:%S}")

    def _not_in_force(self, row: DecisionRow, when: Effective, day: date) -> DecisionRow:
        fallback = self._policy.fallback
        told = Problem(
            field="", problem=f"the policy is not in force on {day}",
            expected=f"a day from {when.first or 'the start'} until {when.last or 'it is replaced'}",
        )  # fmt: skip
        return msgspec.structs.replace(
            row, action=fallback.action, message=fallback.message, band=None, rule=None, fallback=True,
            problems=(*row.problems, told), routing={**row.routing, "effective": _instead(row, day=str(day))},
        )  # fmt: skip

    def _drawn(self, row: DecisionRow, counts: Counts, arm: ControlArm, day: date) -> DecisionRow:
        if row.band is None or row.score is None or not arm.covers(row.score):
            return row
        drawn = self._draw(row, counts, arm, day)
        kept: dict[str, object] = {"arm": drawn.arm, "propensity": drawn.propensity}
        if drawn.why:
            kept["why"] = drawn.why
        if drawn.arm == POLICY:
            return msgspec.structs.replace(row, routing={**row.routing, "control": kept})
        kept |= {"expected_loss": drawn.loss, **_instead(row)}
        return msgspec.structs.replace(
            row, action=arm.action, message=self._messages.get(arm.action, ""), routing={**row.routing, "control": kept}
        )

    def _draw(self, row: DecisionRow, counts: Counts, arm: ControlArm, day: date) -> Drawn:
        """Say how a case falls. Whatever could not be drawn got the policy's action for certain."""
        loss = self._loss(row, arm)
        if loss is None:
            return Drawn(POLICY, 1.0, why="what it would cost is not known")
        if counts.lost(self.window(day, day)) + loss > arm.daily_loss_cap:
            return Drawn(POLICY, 1.0, why="the daily loss cap")
        if not drawn(self._key or b"", row.case_id, arm.share):
            return Drawn(POLICY, 1 - arm.share)
        return Drawn(CONTROL, arm.share, loss)

    def _loss(self, row: DecisionRow, arm: ControlArm) -> float | None:
        """Return what the arm's action is expected to lose against the policy's; what a person would earn in review
        is not known, so there the better of the two actions is taken."""
        stake = self._stakes and self._stakes.of(row.inputs, row.score)
        if not stake:
            return None
        other = stake.expected.get(row.action, max(stake.expected.values()))
        return max(0.0, other - stake.expected[arm.action])

    def _queued(self, row: DecisionRow, counts: Counts, queue: ReviewQueue, day: date) -> DecisionRow:
        before = counts.queued(self.window(day, day))
        if before < queue.capacity_per_day or queue.overflow == REVIEW:
            kept = {"day": str(day), "place": before + 1, "overflow": before >= queue.capacity_per_day}
            message = queue.message if kept["overflow"] and queue.message else row.message
            return msgspec.structs.replace(row, message=message, routing={**row.routing, "queue": kept})
        kept = {"day": str(day), "overflow": True, **_instead(row)}
        return msgspec.structs.replace(
            row, action=queue.overflow, message=queue.message, routing={**row.routing, "queue": kept}
        )


def routing_of(bundle: Bundle, policy: Policy, key: bytes | None) -> Routing | None:
    """Return what routes the decisions of a bundle; None where its policy has nothing to route.

    Raises
    ------
    InputError
        The control arm has no key, or its expected loss cannot be worked out.
    """
    parts = policy.routing
    if not any((parts.review, parts.control, parts.effective.first, parts.effective.last)):
        return None
    if parts.control is None:
        return Routing(policy)
    if key is None:
        raise InputError(
            "the policy has a control arm, which is drawn with a key, and none was given",
            hint="head -c 32 /dev/urandom > control.key; golive serve ... --control-key control.key",
        )
    if len(key) < FEWEST_KEY_BYTES:
        raise InputError(f"the key of the control arm has {len(key)} bytes, expected at least {FEWEST_KEY_BYTES}")
    stakes = stakes_of(bundle)
    if parts.control.action not in stakes.actions:
        raise InputError(
            f"the money file has no payoff for `{parts.control.action}`, the action of the control arm; it has:"
            f" {', '.join(stakes.actions)}",
            hint="without it, the daily loss cap cannot be held",
        )
    return Routing(policy, stakes, key)


def stakes_of(bundle: Bundle) -> Stakes:
    """Return what values a case by the money file of a bundle.

    Raises
    ------
    InputError, DocumentError
        There is no money file, or it needs a column that is no input.
    """
    return _stakes(_money(bundle), bundle)


def priced(bundle: Bundle) -> tuple[Stakes | None, str]:
    """Return what values a case, and in which currency; None where the money file does not say it."""
    try:
        money = _money(bundle)
        return _stakes(money, bundle), money.currency
    except GoliveError:
        return None, ""


def _stakes(money: Money, bundle: Bundle) -> Stakes:
    from golive.maths.stake import Stakes

    return Stakes(money, [known.name for known in bundle.contract.inputs])


def _money(bundle: Bundle) -> Money:
    place = bundle.path / "money.toml"
    if not place.is_file():
        raise InputError(
            f"`{bundle.path.name}` has no money.toml", hint="golive prove BUNDLE ROWS --money FILE adds it"
        )
    from golive.records.money import parse

    return parse(place.read_text(encoding="utf-8"))


def drawn(key: bytes, case_id: str, share: float) -> bool:
    """Return whether a case falls into the arm: the first eight bytes of HMAC-SHA256, as a share of 2^64."""
    found = hmac.new(key, case_id.encode(), hashlib.sha256).digest()
    return int.from_bytes(found[:8]) < share * _SHARES


def _not_drawn(row: DecisionRow) -> DecisionRow:
    """Return a row that a condition sent to the fallback: whatever it was drawn for, it did not get."""
    if "control" not in row.routing:
        return row
    kept = {"arm": POLICY, "propensity": 1.0, "why": "a condition of the approval"}
    return msgspec.structs.replace(row, routing={**row.routing, "control": kept})


def _instead(row: DecisionRow, **more: object) -> Mapping[str, object]:
    """Return what would have been said: it is recorded, never answered."""
    return {"instead_of": row.action, **({"band": row.band} if row.band else {}), **more}
