"""A journal in each place it can be in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.engine.journal.places import PostgresPlace, SqlitePlace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.engine.journal.places import Place


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place for a journal."""
    if request.param == "sqlite":
        return SqlitePlace(tmp_path / "journal.db")
    found = request.getfixturevalue("cluster")
    return PostgresPlace(found, found.emptied())
