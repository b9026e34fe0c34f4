"""What is a matter of a database server."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.postgres import PASSWORD, QUOTED
from tests.unit.engine.journal.places import FIRST, PostgresPlace, decision, written

from golive.engine import journal
from golive.engine.journal import Conflict, Counts, Day
from golive.engine.journal.counts import Window
from golive.errors import GoliveError, InputError, MissingExtraError, WorldError

if TYPE_CHECKING:
    from tests.postgres import Cluster

    from golive.engine.journal import DecisionRow


@pytest.fixture
def place(cluster: Cluster) -> PostgresPlace:
    return PostgresPlace(cluster, cluster.emptied())


@pytest.fixture
def own(cluster: Cluster) -> PostgresPlace:
    """A database whose settings a test may change."""
    return PostgresPlace(cluster, cluster.database())


def refused(at: str, kind: type[GoliveError]) -> str:
    """Return why a journal does not open; the password is in no part of it."""
    with pytest.raises(kind) as caught:
        journal.connect(at, create=True).close()
    said = str(caught.value)
    assert PASSWORD not in said
    assert QUOTED not in said
    return said


def test_the_journal_lies_in_a_schema_of_its_own(own: PostgresPlace) -> None:
    own.cluster.sql(own.database, "CREATE TABLE decisions (mine text)")
    written(own.at, [decision(1)])
    assert [row.case_id for row in journal.read(own.at).decisions] == ["a-1"]
    own.cluster.sql(own.database, "INSERT INTO public.decisions VALUES ('still mine')")


def test_a_value_that_json_has_not_is_found(place: PostgresPlace) -> None:
    written(place.at, [decision(1)])
    place.change("UPDATE decisions SET score = 'Infinity'")
    broken = journal.verify(place.at).broken
    assert broken is not None
    assert "`score` holds a value that golive never writes" in broken.problem


def test_a_text_that_postgres_does_not_take_fails_alone_and_is_not_repeated(place: PostgresPlace) -> None:
    with closing(journal.connect(place.at, create=True)) as writer:
        with pytest.raises(ValueError, match=r"^Postgres does not take a value of the row$"):
            writer.write([decision(1, message="Jane\0Doe")])
        writer.write([decision(2)])
    assert [row.case_id for row in journal.read(place.at).decisions] == ["a-2"]


def test_writers_of_one_moment_decide_a_case_once(place: PostgresPlace) -> None:
    journal.connect(place.at, create=True).close()
    start, answers = threading.Barrier(4), []

    def write(number: int) -> None:
        with closing(journal.connect(place.at)) as writer:
            start.wait(timeout=30)
            for case in range(20):
                row = decision(case, time=f"2026-01-0{number}T00:00:00.000000Z")
                (found,) = writer.write([row])
                assert not isinstance(found, Conflict)
                answers.append((case, found[0]))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    stand = {row.case_id: row for row in journal.read(place.at).decisions}
    assert len(answers) == 80
    assert all(stand[f"a-{case}"] == row for case, row in answers)
    found = journal.verify(place.at)
    assert found.broken is None
    assert found.rows["decisions"] == 20


def test_a_server_that_was_stopped_is_said_and_one_that_is_back_goes_on(place: PostgresPlace) -> None:
    writer = journal.connect(place.at, create=True)
    writer.write([decision(1)])
    place.cluster.stop()
    try:
        with pytest.raises(WorldError, match="cannot be used"):
            writer.write([decision(2)])
        assert writer.store.lost
        writer.close()
        assert "is the server there" in refused(place.at, WorldError)
    finally:
        place.cluster.start()
    with closing(journal.connect(place.at)) as again:
        again.write([decision(2)])
    found = journal.verify(place.at)
    assert found.broken is None
    assert found.rows["decisions"] == 2


def test_a_table_that_somebody_else_holds_fails_the_write_and_not_for_ever(place: PostgresPlace) -> None:
    import psycopg

    with closing(journal.connect(place.at, create=True, timeout=0.1)) as writer:
        with psycopg.connect(place.at) as other:
            other.execute("LOCK TABLE golive.heads IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(WorldError, match="lock timeout") as caught:
                writer.write([decision(1)])
        assert "another writer holds it" in caught.value.hint
        assert not writer.store.lost
        writer.write([decision(1)])
    assert journal.verify(place.at).broken is None


def test_a_wrong_password_is_said_and_not_shown(place: PostgresPlace) -> None:
    at = place.cluster.url(place.database, password="wr0ng%40%2F")
    with pytest.raises(WorldError, match="password authentication failed") as caught:
        journal.connect(at, create=True)
    assert "wr0ng" not in str(caught.value)


def test_options_that_postgres_does_not_know_are_refused(place: PostgresPlace) -> None:
    assert "cannot be read" in refused(f"{place.at}?colour=red", InputError)


def test_a_database_that_is_not_there_is_said(place: PostgresPlace) -> None:
    said = refused(place.cluster.url("nowhere"), WorldError)
    assert 'database "nowhere" does not exist' in said
    assert f"postgresql://owner@127.0.0.1:{place.cluster.port}/nowhere" in said


def test_a_user_without_the_right_learns_which_grant_is_missing(own: PostgresPlace) -> None:
    user = f"u{own.database}"
    own.cluster.sql(own.database, f"CREATE ROLE {user} LOGIN PASSWORD 'pw'")
    at = own.cluster.url(own.database, user=user, password="pw")
    assert "GRANT CREATE ON DATABASE" in refused(at, WorldError)
    written(own.at, [decision(1)])
    assert "permission denied" in refused(at, WorldError)
    with pytest.raises(WorldError, match="permission denied"):
        journal.read(at)


def test_a_user_who_may_only_add_rows_can_serve(own: PostgresPlace) -> None:
    journal.connect(own.at, create=True).close()
    user = f"u{own.database}"
    own.change(
        f"CREATE ROLE {user} LOGIN PASSWORD 'pw'; GRANT USAGE ON SCHEMA golive TO {user};"
        f" GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA golive TO {user};"
        f" GRANT UPDATE ON heads, seen TO {user}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA golive TO {user}"
    )
    at = own.cluster.url(own.database, user=user, password="pw")
    day = Day(FIRST.bundle, FIRST.policy, FIRST.time[:10])
    window = Window("credit", "2026-01-01", "2027-01-01")

    def counted(row: DecisionRow, counts: Counts) -> DecisionRow:
        found = counts.decided(day), counts.queued(window), counts.lost(window), counts.overridden(window).decided
        return msgspec.structs.replace(row, routing={"before": found})

    with closing(journal.connect(at)) as writer:
        writer.write([decision(1)], [decision(2)], routes=[counted, counted])
    assert [row.routing["before"] for row in journal.read(at).decisions] == [[0, 0, 0, 0], [1, 0, 0, 1]]
    assert journal.verify(at).rows["decisions"] == 2


def test_a_journal_of_another_format_is_refused(place: PostgresPlace) -> None:
    journal.connect(place.at, create=True).close()
    place.change("UPDATE meta SET format = 'journal/9'")
    assert "found `journal/9`, expected `journal/2`" in refused(place.at, InputError)


def test_a_database_without_a_journal_is_not_read(place: PostgresPlace) -> None:
    with pytest.raises(InputError, match="there is no journal in `postgresql://owner@"):
        journal.read(place.at)


def test_a_session_that_would_not_wait_for_the_disk_is_made_to_wait(own: PostgresPlace) -> None:
    own.cluster.sql(own.database, f"ALTER DATABASE {own.database} SET synchronous_commit = off")
    with closing(journal.connect(own.at, create=True)) as writer:
        (found,) = writer.store.rows("SELECT current_setting('synchronous_commit') AS said")
    assert found == {"said": "on"}


def test_a_database_that_is_read_only_is_refused(own: PostgresPlace) -> None:
    own.cluster.sql(own.database, f"ALTER DATABASE {own.database} SET default_transaction_read_only = on")
    assert "`transaction_read_only` is `on`, expected `off`" in refused(own.at, WorldError)


def test_without_its_library_the_extra_is_named() -> None:
    code = """
import sys
sys.modules["psycopg"] = None
from golive.engine import journal
from golive.errors import MissingExtraError
try:
    journal.read("postgresql://db/log")
except MissingExtraError as exc:
    print(exc.hint)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "pip install 'golive[postgres]'\n"
    assert MissingExtraError.exit_code == 3


def test_two_that_count_wait_for_each_other_for_a_bundle_that_is_not_known_either(place: PostgresPlace) -> None:
    day = Day(FIRST.bundle, FIRST.policy, FIRST.time[:10])

    def counted(row: DecisionRow, counts: Counts) -> DecisionRow:
        counts.decided(day)
        return row

    def too_late(row: DecisionRow, counts: Counts) -> DecisionRow:
        counts.decided(day)
        with pytest.raises(WorldError, match="lock timeout"):
            other.write([decision(3)], routes=[counted])
        return row

    with (
        closing(journal.connect(place.at, create=True)) as writer,
        closing(journal.connect(place.at, timeout=0.1)) as other,
    ):
        for number, one in enumerate((writer, other), start=8):  # both have made their indexes
            one.write([decision(number)], routes=[counted])
        writer.write([decision(1)], routes=[too_late])
