"""What an export does not hold, because it needs state, a clock or a secret. Said each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.contract import outside

if TYPE_CHECKING:
    from golive.records.contract import Contract

NOT_INCLUDED = (
    "routing: review queue with capacity, overrides, control arm, effective dates",
    "the journal, and one decision per case",
    "approval with its expiry and withdrawal",
)


def not_included(contract: Contract) -> tuple[str, ...]:
    """Return what an export of this decision does not hold."""
    return (*outside(contract), *NOT_INCLUDED)
