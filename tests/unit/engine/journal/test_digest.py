"""Inputs kept as a keyed digest only."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.unit.engine.journal.places import FIRST, SqlitePlace, decision, written

from golive.engine import journal
from golive.engine.journal import ActionRow, Conflict
from golive.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.engine.journal.places import Place

    from golive.engine.journal import AnyRow, Written

KEY = b"k" * 32


def wrote(place: Place, row: AnyRow, key: bytes | None = KEY) -> Written:
    with closing(journal.connect(place.at, create=True, key=key)) as writer:
        (found,) = writer.write([row])
        return found


def test_neither_the_inputs_nor_sentences_about_them_are_kept(tmp_path: Path) -> None:
    place = SqlitePlace(tmp_path / "journal.db")
    assert wrote(place, decision(1, inputs={"Income": 129.5})) == (decision(1, inputs={"Income": 129.5}),)
    (row,) = journal.read(place.at).decisions
    assert row.inputs is None
    assert not row.erased
    assert [(reason.input, reason.text) for reason in row.reasons] == [("Income", "")]
    assert [(one.field, one.problem) for one in row.problems] == [("Age", "is not as expected")]
    whole = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"129" not in whole
    assert b"hmac-sha256:" in whole


def test_a_case_sent_again_gets_the_whole_answer_it_got(place: Place) -> None:
    wrote(place, decision(1))
    assert wrote(place, decision(1, time="2026-04-01T00:00:00.000000Z")) == (FIRST,)
    assert len(journal.read(place.at).decisions) == 1


def test_after_a_new_bundle_it_gets_the_decision_without_the_sentences(place: Place) -> None:
    wrote(place, decision(1))
    found = wrote(place, decision(1, bundle="sha256:" + "d" * 64, action="reject"))
    assert not isinstance(found, Conflict)
    assert found == journal.read(place.at).decisions


def test_other_inputs_are_a_conflict(place: Place) -> None:
    wrote(place, decision(1))
    assert wrote(place, decision(1, inputs={"Income": 130.0})) == Conflict(("a-1",))


def test_inputs_that_were_kept_before_are_compared_with_the_key(place: Place) -> None:
    written(place.at, [decision(1)])
    assert wrote(place, decision(1)) == (FIRST,)
    assert wrote(place, decision(1, inputs={})) == Conflict(("a-1",))


def test_with_another_key_nothing_is_taken_for_the_same(place: Place) -> None:
    wrote(place, decision(1))
    assert wrote(place, decision(1), key=b"x" * 32) == Conflict(("a-1",))


def test_the_digest_is_committed_to_and_holds(place: Place) -> None:
    wrote(place, decision(1))
    assert journal.verify(place.at).broken is None
    place.change("UPDATE decisions SET inputs_digest = 'hmac-sha256:00'")
    broken = journal.verify(place.at).broken
    assert broken is not None
    assert "not those that it commits to" in broken.problem


def test_nobody_writes_plain_inputs_beside_digests(place: Place) -> None:
    wrote(place, decision(1))
    with pytest.raises(InputError, match="keeps digests of inputs, and there is no key"):
        wrote(place, decision(2), key=None)
    action = ActionRow(case_id="a-1", action="reject", by="desk 4", reason="", time="")
    assert wrote(place, action, key=None) == (action,)
    assert len(journal.read(place.at).decisions) == 1
