"""Days are remembered, never guessed: since when, what a stage took, and what it took elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from golive.chain.status import history
from golive.errors import InputError
from golive.records.brief import STAGES, Brief, Expected
from golive.records.history import HISTORY, Change, parse, written
from golive.records.status import Before, Item, State


def day(number: int) -> date:
    return date(2026, 11, number)


def item(ident: str, state: State = State.done, since: date | None = None) -> Item:
    stage = next(stage for stage in STAGES if stage == ident.partition(".")[0])
    return Item(id=ident, stage=stage, name="x", state=state, text="y", since=since)


def done(stage: str, number: int) -> Change:
    return Change(day=day(number), item=stage, state=State.done)


def looked(items: list[Item], before: tuple[Change, ...], today: date) -> tuple[tuple[Item, ...], tuple[Change, ...]]:
    dated = history.dated(items, before, today)
    return dated, (*before, *history.changes(dated, before, today))


def test_since_is_the_day_of_the_first_look_until_the_state_changes() -> None:
    opened = item("pack.bundle", State.open)
    _, lines = looked([opened], (), day(1))
    (again,), same = looked([opened], lines, day(5))
    assert (again.since, same) == (day(1), lines)
    (changed,), after = looked([replace(opened, state=State.failed)], lines, day(9))
    assert changed.since == day(9)
    assert after[-1] == Change(day=day(9), item="pack.bundle", state=State.failed)


def test_a_file_that_was_copied_keeps_the_day_that_was_noted() -> None:
    _, lines = looked([item("pack.bundle", since=day(2))], (), day(3))
    (again,), _ = looked([item("pack.bundle", since=day(20))], lines, day(21))
    assert again.since == day(2)


def test_a_signature_states_its_own_day() -> None:
    _, lines = looked([item("approve.sign.risk", since=day(2))], (), day(3))
    (again,), _ = looked([item("approve.sign.risk", since=day(20))], lines, day(21))
    assert again.since == day(20)


def test_a_blank_that_was_filled_in_is_noted_as_done_once() -> None:
    _, lines = looked([item("brief.acting.tool", State.open)], (), day(1))
    _, filled = looked([item("brief.file")], lines, day(4))
    assert Change(day=day(4), item="brief.acting.tool", state=State.done) in filled
    _, later = looked([item("brief.file")], filled, day(5))
    assert later == filled


def test_a_stage_is_done_with_its_last_item_and_open_again_when_one_is() -> None:
    rest = [item(stage) for stage in STAGES if stage != "pack"]
    _, lines = looked([*rest, item("pack.a", since=day(2)), item("pack.b", since=day(6))], (), day(7))
    assert done("pack", 6) in lines
    _, reopened = looked([*rest, item("pack.a", State.failed), item("pack.b")], lines, day(9))
    assert Change(day=day(9), item="pack", state=State.open) in reopened
    assert "pack" not in history.taken(reopened)


def test_a_stage_took_the_days_since_the_one_before() -> None:
    lines = (
        Change(day=day(1), item="brief.file", state=State.open),
        done("brief", 4),
        done("pack", 4),
        done("prove", 10),
    )
    assert history.taken(lines) == {"brief": 3, "pack": 0, "prove": 6}


def test_a_stage_that_was_done_out_of_order_takes_no_negative_days() -> None:
    assert history.taken((done("pack", 3), done("brief", 9))) == {"brief": 6, "pack": 0}


@pytest.mark.parametrize(("others", "expected"), [(0, None), (1, None), (2, Before(models=2, shortest=5, longest=9))])
def test_a_range_is_shown_from_the_third_model_on(others: int, expected: Before | None) -> None:
    past = [(done("brief", 1), done("pack", 6)), (done("brief", 1), done("pack", 10))][:others]
    (pack,) = (one for one in history.stages((), Brief(), past) if one.stage == "pack")
    assert pack.before == expected


def test_what_somebody_expected_stands_beside_what_it_took() -> None:
    brief = Brief(roles={"a": "x"}, dates=(Expected(stage="pack", expected=day(20), owner="a"),))
    (pack,) = (one for one in history.stages((done("brief", 1), done("pack", 6)), brief, []) if one.stage == "pack")
    assert (pack.done, pack.took, pack.expected, pack.owner) == (day(6), 5, day(20), "a")


def test_what_is_written_is_read_back() -> None:
    lines = (done("pack", 6), Change(day=day(2), item="brief.asked.\n=x", state=State.waiting))
    assert parse(written(lines), name="h") == lines


@pytest.mark.parametrize("line", [b"{", b"\xff", b'{"format":"change/2"}', b'{"format":"change/1","day":"x"}'])
def test_a_line_that_is_none_is_named(line: bytes) -> None:
    with pytest.raises(InputError, match="line 2 of `h`"):
        parse(written((done("pack", 6),)) + line + b"\n", name="h")


def test_the_folders_beside_are_the_other_models_and_a_broken_one_is_left_out(tmp_path: Path) -> None:
    for name in ("mine", "one", "two"):
        history.keep(tmp_path / name, (done("pack", 6),))
    (tmp_path / "two" / HISTORY).write_text("{")
    found, notes = history.others(tmp_path / "mine")
    assert found == [(done("pack", 6),)]
    assert len(notes) == 1
    assert "`two` was left out" in notes[0]
