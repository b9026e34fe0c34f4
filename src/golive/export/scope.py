"""What an export does not hold, because it needs state, a clock or a secret. Said each time."""

from __future__ import annotations

NOT_INCLUDED = (
    "routing: review queue with capacity, overrides, control arm, effective dates",
    "the journal, and one decision per case",
    "approval with its expiry and withdrawal",
)
