"""No gate, for ``--unapproved``: nothing that reads approvals is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from golive.records.signoff import Approved
    from golive.serve.conditions import Conditions


class NoGate:
    """Lets everything through; every answer and row is marked. The mode ``--unapproved``."""

    approved: Approved | None = None
    conditions: Conditions | None = None

    def check(self, today: date) -> None:
        """Never object."""
