"""How much belongs to one rule of one bundle is counted by the database, in both places."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.unit.engine.journal.places import FIRST, decision, written

from golive.engine.journal import OutcomeRow, Tally, tally
from golive.errors import InputError
from golive.records.document import Digest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.engine.journal.places import Place

OTHER = Digest("sha256:" + "d" * 64)


def test_only_approved_decisions_of_this_bundle_and_policy_count(place: Place) -> None:
    written(
        place.at,
        [
            decision(1, time="2026-03-05T00:00:00.000000Z"),
            decision(2, time="2026-03-01T23:59:59.999999Z"),
            decision(3, time="2026-03-02T00:00:00.000000Z"),
            decision(4, time="2026-02-01T00:00:00.000000Z", bundle=OTHER),
            decision(5, time="2026-02-01T00:00:00.000000Z", policy=OTHER),
            decision(6, time="2026-02-01T00:00:00.000000Z", approved=False),
        ],
    )
    outcomes = [(1, "bad"), (2, "good"), (2, "bad"), (4, "bad"), (99, "bad")]
    written(
        place.at,
        [OutcomeRow(case_id=f"a-{at}", outcome=what, time="2026-04-01T00:00:00.000000Z") for at, what in outcomes],
    )
    found = tally(place.at, FIRST.bundle, FIRST.policy, until=date(2026, 3, 1))
    assert found == Tally(decided=3, first="2026-03-01T23:59:59.999999Z", known=2, old=1, old_known=1)


def test_of_an_empty_journal_nothing_is_known(place: Place) -> None:
    written(place.at, [decision(1)])
    assert tally(place.at, OTHER, FIRST.policy, until=date(2026, 3, 1)) == Tally(0, None, 0, 0, 0)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no journal"):
        tally(tmp_path / "none.db", OTHER, OTHER, until=date(2026, 3, 1))
