"""A real Postgres for tests: a cluster of its own in a temporary folder, from Debian's binaries, on a free port."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from tests.serving import free_port

PASSWORD = "s3cret@/:%x"
"""With every character that a URL does not take as it is."""
QUOTED = "s3cret%40%2F%3A%25x"
_USER = "nobody" if os.geteuid() == 0 else None
"""Postgres refuses to run as root."""


class Cluster:
    """A server that can be stopped and started again."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="golive-pg-"))
        if _USER is not None:
            shutil.chown(self.folder, _USER)
        self.port = free_port()
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "password").chmod(0o644)
        made = ("--username", "owner", "--auth", "scram-sha-256", "--pwfile", str(self.folder / "password"))
        self._run("initdb", "-D", str(self.data), "--encoding", "UTF8", "--locale", "C.UTF-8", *made)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = ''\n")
            file.write("shared_buffers = 16MB\nmax_connections = 40\nlogging_collector = off\n")
        self.start()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "start")

    def stop(self, *, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def remove(self) -> None:
        self.stop(mode="immediate")
        shutil.rmtree(self.folder)

    def url(self, database: str, *, user: str = "owner", password: str = QUOTED) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def sql(self, database: str, statement: str) -> None:
        """Run a statement as the owner."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def emptied(self) -> str:
        """Return the name of a database without a journal, the same each time: making one costs half a second."""
        self.sql("postgres", "DROP SCHEMA IF EXISTS golive CASCADE")
        return "postgres"

    def database(self) -> str:
        """Make a database and return its name."""
        name = "d" + secrets.token_hex(8)
        self.sql("postgres", f"CREATE DATABASE {name}")
        return name

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._binaries / program, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            user=_USER,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )
        assert done.returncode == 0, done.stderr.decode()


def cluster() -> Cluster:
    """Start a cluster, or skip the test loudly."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'golive[postgres]'")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("Postgres is not installed: apt-get install postgresql")
    return Cluster(found[-1].parent)
