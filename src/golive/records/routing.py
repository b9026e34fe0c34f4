"""The part of a policy that needs a clock, a count or a secret: done by ``serve`` after the decision, never exported.

It is not compiled into the graph. docs/reference/policy.md says what each table does to a case.
"""

from __future__ import annotations

import re
from datetime import date, timedelta, timezone
from typing import TYPE_CHECKING

from golive.records.document import Part
from golive.records.fields import is_number
from golive.records.policy_fields import is_share, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from golive.records.policy_fields import PolicyFields
    from golive.records.rules import Band

TABLES = ("review", "overrides", "control", "effective")
ORDERS = ("arrival", "expected money", "score")
BEYOND = ("flag", "refuse")
_OFFSET = re.compile(r"([+-])(0\d|1[0-4]):([0-5]\d)")


class ReviewQueue(Part, frozen=True, kw_only=True):
    """How many cases people can look at."""

    capacity_per_day: int
    """Cases; at least 1."""
    order: str = ORDERS[0]
    """What people see first: one of `ORDERS`. ``score`` is highest first."""
    overflow: str
    """The action beyond the capacity, never the favourable one. ``review``: the case waits for another day."""
    message: str = ""
    """For the customer of such a case."""


class Overrides(Part, frozen=True, kw_only=True):
    """People who decide otherwise than the policy."""

    roles: tuple[str, ...]
    """Who may; at least one."""
    reasons: tuple[str, ...] = ()
    """The only reasons they can give; none: any text."""
    most: float | None = None
    """Share of the decisions of the period, 0..1; null: no limit."""
    period_days: int = 30
    """The decisions of this many days, today included."""
    from_cases: int = 0
    """With fewer decisions than this in the period, the share is not asked."""
    beyond: str = BEYOND[0]
    """What ``serve`` does above the limit: one of `BEYOND`."""


class ControlArm(Part, frozen=True, kw_only=True):
    """A few cases that get another action, so that its outcomes become known."""

    share: float
    """Of the cases in the range, above 0 and below 1; drawn by a keyed hash of the case id."""
    low: float
    """Scores from here (included)."""
    high: float
    """Scores to here (excluded; 1 is included)."""
    action: str
    """What they get; no band of the range gives it already."""
    daily_loss_cap: float
    """Expected loss of one day in the currency of the money file, above 0; beyond it nobody is drawn."""

    def covers(self, score: float) -> bool:
        """Return whether a case that a band decided may be drawn."""
        return self.low <= score < self.high or score == self.high == 1


class Effective(Part, frozen=True, kw_only=True):
    """The days on which the policy decides. On others the fallback does."""

    first: date | None = None
    """The first day; null: no first one."""
    last: date | None = None
    """The last day; null: no last one."""
    utc_offset: str = "+00:00"
    """When a day begins: ``+08:00``."""

    @property
    def zone(self) -> timezone:
        """The clock by which days are told apart, here and for capacity, limits and cap."""
        sign, hours, minutes = _OFFSET.fullmatch(self.utc_offset).groups()  # type: ignore[union-attr]  # was read so
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-offset if sign == "-" else offset)

    def holds(self, day: date) -> bool:
        """Return whether the policy decides on a day (a day of `zone`)."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class Routing(Part, frozen=True, kw_only=True):
    """Null: nothing of the kind."""

    review: ReviewQueue | None = None
    overrides: Overrides | None = None
    control: ControlArm | None = None
    effective: Effective = Effective()

    def said(self) -> tuple[str, ...]:
        """Return in words what this policy leaves to whoever serves it, one line each."""
        queue, overrides, arm, when = self.review, self.overrides, self.control, self.effective
        lines = []
        if queue is not None:
            lines.append(f"review queue: {queue.capacity_per_day:,} cases a day, then `{queue.overflow}`")
        if overrides is not None:
            most = "" if overrides.most is None else f", at most {overrides.most:.3g} of {overrides.period_days} days"
            lines.append(f"overrides: by {', '.join(overrides.roles)}{most}")
        if arm is not None:
            cap = f"at most {arm.daily_loss_cap:,g} expected loss a day"
            scores = f"scores {plain(arm.low)} to {plain(arm.high)}"
            lines.append(f"control arm: `{arm.action}` for {arm.share:.3g} of {scores}, {cap}")
        if when.first or when.last:
            lines.append(f"effective: from {when.first or 'the start'} until {when.last or 'it is replaced'}")
        return tuple(lines)


def read_routing(fields: PolicyFields, bands: Sequence[Band]) -> Routing:
    """Read the routing of a policy; what is wrong is collected in ``fields``."""
    data = fields.toml.data
    return Routing(
        review=_review(fields, data), overrides=_overrides(fields, data), control=_control(fields, data, bands),
        effective=_effective(fields, data),
    )  # fmt: skip


def _review(fields: PolicyFields, data: Mapping[str, Any]) -> ReviewQueue | None:
    path = ("review",)
    table = fields.table(data, "review")
    if table is None:
        return None
    fields.known(table, path, ("capacity_per_day", "order", "overflow"))
    overflow = fields.table(table, "overflow", path)
    if overflow is None:
        action, message = "review", ""
    else:
        within = (*path, "overflow")
        fields.known(overflow, within, ("action", "message"))
        action = fields.other_action(overflow, "action", within, "what people have no time for would get")
        message = fields.text(overflow, "message", within)
    return ReviewQueue(
        capacity_per_day=_count(fields, table, "capacity_per_day", path, None),
        order=fields.one_of(table, "order", path, ORDERS),
        overflow=action,
        message=message,
    )


def _overrides(fields: PolicyFields, data: Mapping[str, Any]) -> Overrides | None:
    path = ("overrides",)
    table = fields.table(data, "overrides")
    if table is None:
        return None
    fields.known(table, path, ("roles", "reasons", "most", "period_days", "from_cases", "beyond"))
    roles = fields.names(table, "roles", path)
    if not roles:
        fields.problem((*path, "roles"), '`roles` is empty, so nobody may; expected e.g. ["underwriter"]')
    if "reasons" in table and not table["reasons"]:
        fields.problem((*path, "reasons"), "`reasons` is empty, so none could be given; leave it out for any text")
    for key in ("period_days", "from_cases", "beyond"):
        if key in table and "most" not in table:
            fields.problem((*path, key), f"`{key}` says something about `most`, which is missing; expected `most` too")
    return Overrides(
        roles=roles,
        reasons=fields.names(table, "reasons", path),
        most=fields.share(table, "most", path) if "most" in table else None,
        period_days=_count(fields, table, "period_days", path, 30),
        from_cases=fields.whole(table, "from_cases", path, 0),
        beyond=fields.one_of(table, "beyond", path, BEYOND),
    )


def _control(fields: PolicyFields, data: Mapping[str, Any], bands: Sequence[Band]) -> ControlArm | None:
    path = ("control",)
    table = fields.table(data, "control")
    if table is None:
        return None
    fields.known(table, path, ("share", "from", "to", "action", "daily_loss_cap"))
    arm = ControlArm(
        share=fields.share(table, "share", path),
        low=fields.share(table, "from", path),
        high=fields.share(table, "to", path),
        action=fields.action(table, "action", path),
        daily_loss_cap=fields.number(table, "daily_loss_cap", path),
    )
    fields.range(table, path, arm.low, arm.high)
    if is_share(table.get("share")) and not 0 < arm.share < 1:
        what = f"`share` is {plain(arm.share)}: everybody or nobody is no control arm"
        fields.problem((*path, "share"), f"{what}; expected a number between 0 and 1, e.g. 0.02")
    if is_number(table.get("daily_loss_cap")) and arm.daily_loss_cap <= 0:
        what = f"`daily_loss_cap` is {plain(arm.daily_loss_cap)}"
        fields.problem((*path, "daily_loss_cap"), f"{what}; expected an amount above 0; without an arm, no `[control]`")
    for band in bands:
        if arm.action and band.action == arm.action and band.low < arm.high and arm.low < band.high:
            what = f"the band `{band.id}`, {plain(band.low)} to {plain(band.high)}, gives `{arm.action}` already"
            fields.problem((*path, "from"), f"{what}; expected a range of scores outside of it")
    return arm


def _effective(fields: PolicyFields, data: Mapping[str, Any]) -> Effective:
    path = ("effective",)
    table = fields.table(data, "effective") or {}
    fields.known(table, path, ("from", "until", "utc_offset"))
    first, last = fields.day(table, "from", path), fields.day(table, "until", path)
    if first is not None and last is not None and last < first:
        fields.problem((*path, "until"), f"`until` is {last}, before `from`, {first}; expected that day or a later one")
    offset = fields.text(table, "utc_offset", path, "+00:00")
    if not _OFFSET.fullmatch(offset):
        fields.problem((*path, "utc_offset"), f'`utc_offset` is {offset!r}; expected e.g. "+01:00"')
        offset = "+00:00"
    return Effective(first=first, last=last, utc_offset=offset)


def _count(fields: PolicyFields, table: Mapping[str, Any], key: str, path: tuple[str, ...], default: int | None) -> int:
    """Read a whole number from 1."""
    if default is None and key not in table:
        fields.problem(path, f"`{key}` is missing; expected a whole number from 1")
        return 1
    number = fields.whole(table, key, path, default or 1)
    if table.get(key) == 0 and not isinstance(table[key], bool):
        fields.problem((*path, key), f"`{key}` is 0; expected a whole number from 1")
    return number
