"""Journals for tests: a row to start from, and one way to make, change and look at a journal of either back end."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from golive.engine import journal
from golive.engine.journal import DecisionRow
from golive.records.decision import Problem, Reason
from golive.records.document import Digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.postgres import Cluster

    from golive.engine.journal import AnyRow

FIRST = DecisionRow(
    case_id="a-1",
    time="2026-03-01T10:00:00.000000Z",
    bundle=Digest("sha256:" + "b" * 64),
    policy=Digest("sha256:" + "c" * 64),
    policy_id="credit/3",
    golive="0.1.0",
    approved=True,
    inputs={"Income": 129.0, "Job": "fixed", "Age": None, "big": 10**40},
    score=0.1,
    action="approve",
    band="low",
    rule=None,
    reasons=(Reason(input="Income", text="Income is 129: raises the risk", contribution=0.25),),
    message="",
    fallback=False,
    problems=(Problem(field="Age", problem="is null", expected="a number"),),
    ignored=("big",),
    routing={},
)


def decision(number: int, **changes: object) -> DecisionRow:
    return msgspec.structs.replace(FIRST, case_id=f"a-{number}", **changes)


class SqlitePlace(NamedTuple):
    """A journal in a file."""

    at: Path

    def change(self, statement: str) -> None:
        """Change it behind its back."""
        with closing(sqlite3.connect(self.at)) as connection:
            connection.execute("PRAGMA synchronous=OFF")  # nothing here must survive a power cut
            connection.execute(statement)
            connection.commit()


class PostgresPlace(NamedTuple):
    """A journal in a database."""

    cluster: Cluster
    database: str

    @property
    def at(self) -> str:
        return self.cluster.url(self.database)

    def change(self, statement: str) -> None:
        """Change it behind its back."""
        self.cluster.sql(self.database, f"SET search_path TO golive; {statement}")


Place = SqlitePlace | PostgresPlace


def written(at: str | Path, rows: Sequence[AnyRow]) -> None:
    """Write each row by itself, all by one writer."""
    with closing(journal.connect(at, create=True)) as writer:
        writer.write(*([row] for row in rows))
