"""What an alias led to, and when."""

from __future__ import annotations

from typing import Literal

from golive.records.document import Digest, Record


class Promotion(Record, frozen=True, kw_only=True, tag="promotion/1"):
    """One line of the history of an alias."""

    kind: Literal["promote", "rollback"]
    time: str
    """UTC, ISO 8601."""
    path: str
    """Of the bundle, from the folder of the alias."""
    bundle: Digest
    policy: Digest
    head: Digest
    """Of its sign-off chain, when it was looked at."""
