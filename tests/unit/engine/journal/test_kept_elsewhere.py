"""Heads that were kept elsewhere find what a chain cannot show by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.engine.journal.places import decision, written

from golive.engine import journal

if TYPE_CHECKING:
    from tests.unit.engine.journal.places import Place

    from golive.records.journal import Broken, Head


@pytest.fixture
def kept(place: Place) -> tuple[Head, ...]:
    written(place.at, [decision(1), decision(2)])
    return journal.verify(place.at).heads


def broken_of(place: Place, kept: tuple[Head, ...]) -> Broken:
    assert journal.verify(place.at).broken is None
    broken = journal.verify(place.at, heads=kept).broken
    assert broken is not None
    return broken


def test_a_journal_that_only_grew_holds(place: Place, kept: tuple[Head, ...]) -> None:
    written(place.at, [decision(3)])
    assert journal.verify(place.at, heads=kept).broken is None


def test_a_chain_that_was_removed_whole_is_found(place: Place, kept: tuple[Head, ...]) -> None:
    place.change("DELETE FROM decisions")
    place.change("DELETE FROM heads")
    broken = broken_of(place, kept)
    assert (broken.table, broken.number) == ("decisions", 2)
    assert "it was there when its digest was kept elsewhere" in broken.problem


def test_an_end_that_was_cut_off_with_its_head_is_found(place: Place, kept: tuple[Head, ...]) -> None:
    place.change("UPDATE heads SET number = 1, digest = (SELECT digest FROM decisions WHERE number = 1)")
    place.change("DELETE FROM decisions WHERE number = 2")
    assert broken_of(place, kept).number == 2


def test_a_journal_that_was_written_anew_is_found(place: Place, kept: tuple[Head, ...]) -> None:
    (head,) = kept
    place.change("DELETE FROM decisions")
    place.change("DELETE FROM heads")
    written(place.at, [decision(1, score=0.9), decision(2)])
    place.change(f"UPDATE heads SET writer = '{head.writer}'")
    for number in (1, 2):
        place.change(f"UPDATE decisions SET writer = '{head.writer}' WHERE number = {number}")
    # The forger knows how digests are taken; only the kept one is out of reach.
    rechain(place, head.writer)
    broken = broken_of(place, kept)
    assert broken.number == 2
    assert "the chain was written anew" in broken.problem


def rechain(place: Place, writer: str) -> None:
    from golive.engine.journal.chain import START, Link, link
    from golive.engine.journal.columns import chained
    from golive.engine.journal.store import reading

    last = START
    with reading(place.at) as store:
        rows = list(store.rows("SELECT * FROM decisions ORDER BY seq"))
    for cells in rows:
        digest = link(last.digest, chained("decisions", cells))
        place.change(
            f"UPDATE decisions SET previous = '{last.digest}', digest = '{digest}' WHERE number = {cells['number']}"
        )
        last = Link(digest, last.number + 1)
    place.change(f"UPDATE heads SET digest = '{last.digest}' WHERE writer = '{writer}'")
