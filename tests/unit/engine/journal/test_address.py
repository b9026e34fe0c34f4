"""Where a journal is: what is understood, what is refused, and that no password is ever repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from golive.engine.journal import address
from golive.errors import InputError


@pytest.mark.parametrize(
    ("at", "target"),
    [
        ("journal.db", "journal.db"),
        (Path("a/journal.db"), "a/journal.db"),
        ("sqlite:///journal.db", "journal.db"),
        ("sqlite:////data/journal.db", "/data/journal.db"),
        ("SQLITE:///journal.db", "journal.db"),
        ("odd:name.db", "odd:name.db"),
    ],
)
def test_a_file_is_named_by_its_path_or_by_a_url(at: str | Path, target: str) -> None:
    assert address(at) == ("sqlite", target, target)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ann:s3cret@db.example:5432/log", "postgresql://ann@db.example:5432/log"),
        ("postgres://ann:s3cret@db/log", "postgresql://ann@db/log"),
        ("postgresql://db/log", "postgresql://db/log"),
        ("postgresql:///log?host=/run/pg&password=s3cret", "postgresql:///log"),
        ("postgresql://ann:a%40s3cret@[::1]:5432/log", "postgresql://ann@[::1]:5432/log"),
    ],
)
def test_a_database_is_shown_without_its_password(url: str, shown: str) -> None:
    assert address(url) == ("postgresql", url, shown)


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("mysql://ann:s3cret@db/log", "a journal is not kept in `mysql://`"),
        ("redis://:s3cret@db", "a journal is not kept in `redis://`"),
        ("sqlite://journal.db", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:journal.db", "but not with `sqlite://`"),
        ("postgresql:/ann:s3cret@db/log", "but not with `postgresql://`"),
        ("postgresql://ann:s3@cret@db/log", "cannot be read"),
        ("postgresql://ann:s3/cret@db/log", "cannot be read"),
        ("postgresql://ann:s3#cret@db/log", "cannot be read"),
        ("postgresql://ann:s3?cret@db/log", "cannot be read"),
        ("postgresql://ann:s3cret@db:54x/log", "cannot be read"),
        ("postgresql://ann:s3cret@[::1/log", "cannot be read"),
        ("", "has no name"),
    ],
)
def test_what_names_no_journal_is_refused_and_no_part_of_a_password_is_repeated(at: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        address(at)
    assert "s3" not in str(caught.value).replace("sqlite:///", "")
    assert "cret" not in str(caught.value)
