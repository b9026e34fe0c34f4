"""People who decide otherwise than the policy: who may, why, and how often. `[overrides]` of the policy."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from golive.records.roles import role_key
from golive.records.rules import overrides

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.engine.journal import ActionRow, Counts, DecisionRow
    from golive.records.routing import Overrides
    from golive.records.rules import Policy
    from golive.serve.routing import Routing

REFUSE = "refuse"


class Wrong(NamedTuple):
    """A field of an action that cannot be recorded."""

    field: str
    problem: str
    expected: str


def wrong(
    policy: Policy, decided: str, *, action: str, role: str, reason: str, held: Sequence[str] | None = None
) -> list[Wrong]:
    """Say what keeps an action from being recorded; nothing when it may be.

    Parameters
    ----------
    policy
        The one that is served now; an older version of it may have decided.
    decided
        The action that was decided.
    action, role, reason
        What somebody did, in which role, and why.
    held
        Roles in which the caller may act; None where somebody else vouches for the role.
    """
    if action not in policy.actions:
        return [Wrong("action", "is no action", f"one of {', '.join(policy.actions)}")]
    if held is not None and role and role_key(role) not in map(role_key, held):
        return [Wrong("role", "is not a role of this caller", f"one of {', '.join(held)}" if held else "no role")]
    if not overrides(action, decided):
        return []
    found = []
    rules = policy.routing.overrides
    if rules is not None and role_key(role) not in map(role_key, rules.roles):
        problem = "may not override" if role else "is missing, so nobody knows whether it may be overridden"
        found.append(Wrong("role", problem, f"one of {', '.join(rules.roles)}, because the decision was `{decided}`"))
    if not reason.strip():
        found.append(Wrong("reason", "is empty", f"a reason, because the decision was `{decided}`"))
    elif rules is not None and rules.reasons and reason.strip() not in rules.reasons:
        found.append(Wrong("reason", "is not one of the agreed ones", f"one of {', '.join(rules.reasons)}"))
    return found


class Limit:
    """Holds the share of decisions that may be overridden, inside the transaction that records the action.

    Parameters
    ----------
    routing
        Tells the days of the policy.
    rules
        How often, and what happens beyond.
    decided
        Case -> its decision.
    """

    def __init__(self, routing: Routing, rules: Overrides, decided: Mapping[str, DecisionRow]) -> None:
        self._routing, self._rules, self._decided = routing, rules, decided

    def __call__(self, row: ActionRow, counts: Counts) -> ActionRow | None:
        """Return the row as it may be recorded; None where it is beyond the limit and refused."""
        decision = self._decided[row.case_id]
        before, now = counts.against(decision), overrides(row.action, decision.action)
        if not (before or now):
            return row
        beyond = self._beyond(row, counts, before=before) and now
        if beyond and not before and self._rules.beyond == REFUSE:
            return None
        counts.act(decision, row.action)
        return msgspec.structs.replace(row, above_limit=True) if beyond else row

    def _beyond(self, row: ActionRow, counts: Counts, *, before: bool) -> bool:
        """Say whether there are too many overrides with this one, which was one ``before`` where it is a correction."""
        today = self._routing.day(row.time)
        found = counts.overridden(self._routing.window(today - timedelta(days=self._rules.period_days - 1), today))
        if self._rules.most is None or found.decided < self._rules.from_cases:
            return False
        return found.overridden + (not before) > self._rules.most * found.decided
