"""What an export does not hold, because it needs state, a clock or a secret. Said each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.contract import outside

if TYPE_CHECKING:
    from golive.records.contract import Contract
    from golive.records.rules import Policy

ROUTING = "routing: review queue with capacity, overrides, control arm, effective dates"
NOT_INCLUDED = (
    "the journal, and one decision per case",
    "approval with its expiry, withdrawal and conditions",
)


def not_included(contract: Contract, policy: Policy | None) -> tuple[str, ...]:
    """Return what an export of this decision does not hold; of the routing, what this policy says."""
    said = () if policy is None else policy.routing.said()
    routing = tuple(f"routing, {line}" for line in said) or (ROUTING,)
    return (*outside(contract), *routing, *NOT_INCLUDED)
