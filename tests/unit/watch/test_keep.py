"""The promise is held against the journal, and against nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golive.engine import journal
from golive.engine.approval import FILE
from golive.engine.journal import Said
from golive.errors import ApprovalError, GoliveError, InputError
from golive.records import document
from golive.records.journal import ActionRow, OutcomeRow
from golive.records.rehearsal import Compared, Queue, Rehearsal
from golive.records.watched import Span, Watched
from golive.watch.keep import promise_kept

if TYPE_CHECKING:
    from tests.postgres import Cluster

    from .conftest import World

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def look(world: World, *, final: bool = False, now: datetime = NOW) -> Watched:
    return promise_kept(world.bundle, world.journal, as_of=now, final=final)


@pytest.fixture
def served(world: World) -> World:
    """Everything decided and every outcome there; what was promised is what happened."""
    world.promise(float(world.earned.mean()), float((world.earned - world.approved_all).mean()))
    world.write(world.decisions())
    world.write(world.outcomes())
    return world


def test_realised_money_is_a_plain_recount(served: World) -> None:
    watched = look(served)
    earned, more = watched.money
    assert earned.name == "earned" and more.name == "more than approve all"
    assert earned.realised is not None and more.realised is not None
    assert earned.realised.per_case == pytest.approx(served.earned.mean(), rel=1e-12)
    assert more.realised.per_case == pytest.approx((served.earned - served.approved_all).mean(), rel=1e-12)
    assert earned.realised.low < earned.realised.per_case < earned.realised.high


def test_what_was_promised_and_happened_is_inside(served: World) -> None:
    watched = look(served)
    assert [kept.word for kept in watched.money] == ["inside", "inside"]
    assert watched.word == "inside"
    assert "it fits what was signed" in watched.sentence
    assert watched.signed_by == ("risk (A. Signer, typed)",)
    assert watched.source == "evidence"


@pytest.mark.parametrize(("times", "word"), [(5.0, "below"), (-5.0, "above")])
def test_a_promise_that_chance_does_not_explain_is_outside(world: World, times: float, word: str) -> None:
    spread = float(world.earned.std() / np.sqrt(len(world.earned)))
    world.promise(float(world.earned.mean()) + times * spread, half=spread)
    world.write(world.decisions())
    world.write(world.outcomes())
    assert look(world).word == word


def test_counts_are_those_of_the_journal(served: World) -> None:
    cases = look(served).cases
    assert (cases.decided, cases.scored, cases.with_outcome, cases.mature, cases.valued) == (400,) * 5
    assert (cases.waiting, cases.without_outcome, cases.unpriced, cases.other, cases.unapproved) == (0,) * 5


def test_events_are_held_against_the_scores(served: World) -> None:
    meaning = look(served).meaning
    assert meaning is not None
    assert meaning.observed == served.bad.sum()
    assert meaning.expected == pytest.approx(served.score.sum())
    assert meaning.word == "inside"


def test_twice_the_events_that_the_scores_said_are_noticed(world: World) -> None:
    world.promise(0.0, half=1e6)
    world.write(world.decisions())
    world.bad = np.random.default_rng(1).random(400) < np.minimum(1.0, 2 * world.score)
    world.write(world.outcomes())
    meaning = look(world).meaning
    assert meaning is not None and meaning.word == "above"


def test_the_action_taken_counts_not_the_decision(served: World) -> None:
    before = look(served).money[0].realised
    rejected = [i for i in range(400) if served.score[i] >= 0.4 and not served.bad[i]]
    rows = [
        ActionRow(case_id=f"c{i}", action="approve", by="desk", reason="knows them", time="2026-03-03T00:00:00.000000Z")
        for i in rejected
    ]
    served.write(rows)
    watched = look(served)
    after = watched.money[0].realised
    assert before is not None and after is not None
    gained = 0.2 * served.amount[rejected].sum() / 400
    assert after.per_case - before.per_case == pytest.approx(gained)
    assert watched.acted.overridden == watched.acted.reported == len(rejected)


def test_agreeing_overriding_and_settling_are_told_apart(world: World) -> None:
    world.promise(0.0, half=1e6)
    world.write([d for d in world.decisions() if d.case_id != "c0"])
    world.write([d for d in world.decisions(action="review", band=None, rule="unseen") if d.case_id == "c0"])
    world.write(world.outcomes())
    decided = {d.case_id: d.action for d in world.decisions()}
    other = {"approve": "reject", "reject": "approve"}
    taken = {"c0": "approve", "c1": decided["c1"], "c2": other[decided["c2"]]}
    assert look(world).cases.waiting == 1
    world.write(
        [
            ActionRow(case_id=case, action=action, by="desk", reason="", time="2026-03-03T00:00:00.000000Z")
            for case, action in taken.items()
        ]
    )
    watched = look(world)
    acted = watched.acted
    assert (acted.reported, acted.agreed, acted.overridden, acted.settled) == (3, 1, 1, 1)
    assert watched.cases.waiting == 0


def test_the_last_outcome_of_a_case_counts(served: World) -> None:
    at = int(np.flatnonzero(~served.bad)[0])
    served.write([OutcomeRow(case_id=f"c{at}", outcome="bad", time="2026-06-02T10:00:00.000000Z")])
    meaning = look(served).meaning
    assert meaning is not None
    assert meaning.observed == served.bad.sum() + 1


def test_only_cases_that_are_old_enough_count(world: World) -> None:
    world.promise(float(world.earned.mean()))
    text = (world.bundle / "money.toml").read_text(encoding="utf-8")
    (world.bundle / "money.toml").write_text(text.replace('event = "bad"', 'event = "bad"\nmature_after_days = 90', 1))
    world.sign()
    old, young = world.decisions()[:300], world.decisions(time="2026-06-01T10:00:00.000000Z")[300:]
    world.write(old)
    world.write(young)
    world.write(world.outcomes())
    assert look(world).cases.mature == 300
    assert "90 days" in look(world).maturity
    assert look(world, final=True).cases.mature == 400
    assert look(world, now=datetime(2026, 5, 31, 9, tzinfo=UTC)).cases.mature == 0


def test_rejected_cases_need_no_outcome_and_then_nothing_is_compared(world: World) -> None:
    world.promise(float(world.earned.mean()))
    text = (world.bundle / "money.toml").read_text(encoding="utf-8")
    (world.bundle / "money.toml").write_text(text.replace('event = "bad"', 'event = "bad"\nmature_after_days = 90', 1))
    world.sign()
    world.write(world.decisions())
    world.write([row for i, row in enumerate(world.outcomes()) if world.score[i] < 0.4])
    watched = look(world)
    assert watched.cases.valued == 400
    assert watched.money[0].realised is not None
    assert watched.money[0].realised.per_case == pytest.approx(world.earned.mean())
    assert watched.money[1].realised is None
    assert any("no comparison" in note for note in watched.notes)


def test_too_few_cases_say_nothing_about_money(world: World) -> None:
    world.promise(1000.0)
    world.write(world.decisions()[:20])
    world.write(world.outcomes()[:20])
    watched = look(world)
    assert watched.word == "too few cases"
    assert watched.money[0].realised is None


def test_an_empty_journal_is_too_few_cases(world: World) -> None:
    world.promise(1000.0)
    world.write(world.decisions()[:1])
    assert look(world).word == "too few cases"
    assert look(world).meaning is None


def test_decisions_of_other_bytes_or_without_approval_are_counted_and_not_judged(served: World) -> None:
    late = served.decisions(approved=False)[:3]
    other = served.decisions(policy="sha256:" + "0" * 64)[:2]
    served.write([msgspec.structs.replace(row, case_id=f"u{i}") for i, row in enumerate(late)])
    served.write([msgspec.structs.replace(row, case_id=f"o{i}") for i, row in enumerate(other)])
    cases = look(served).cases
    assert (cases.decided, cases.unapproved, cases.other) == (400, 3, 2)


def test_a_case_without_an_amount_is_left_out_and_counted(world: World) -> None:
    world.promise(float(world.earned.mean()))
    rows = world.decisions()
    world.write(rows[5:])
    world.write(world.decisions(inputs={"Amount": None})[:4])
    world.write(world.decisions(inputs={"Amount": "12"})[4:5])
    world.write(world.outcomes())
    assert look(world).cases.unpriced == 5


def test_a_third_outcome_is_refused_by_name(served: World) -> None:
    served.write([OutcomeRow(case_id="c3", outcome="Bad", time="2026-06-02T10:00:00.000000Z")])
    with pytest.raises(InputError, match="`Bad`, `good`"):
        look(served)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("decisions", "UPDATE decisions SET inputs = replace(inputs, '.0', '.5') WHERE seq = 17"),
        ("decisions", "UPDATE decisions SET action = 'reject' WHERE seq = 3"),
        ("outcomes", "UPDATE outcomes SET outcome = 'unknown' WHERE seq = 9"),
        ("decisions", "DELETE FROM decisions WHERE seq = 400"),
        ("outcomes", "DELETE FROM outcomes WHERE seq = 3"),
    ],
)
def test_one_changed_row_of_the_journal_is_refused_and_named(served: World, table: str, change: str) -> None:
    with closing(sqlite3.connect(served.journal)) as connection:
        connection.execute(change)
        connection.commit()
    with pytest.raises(InputError, match=f"row [0-9]+ of `{table}`"):
        look(served)


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_changed_byte_of_a_signature_is_refused(served: World, data: st.DataObject) -> None:
    path = served.bundle / FILE
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        path.write_bytes(changed)
        with pytest.raises(ApprovalError, match="line 1"):
            look(served)
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("name", ["manifest.json", "policy.toml", "money.toml", "evidence/evidence.json"])
def test_a_changed_promise_has_nobody_behind_it(served: World, name: str) -> None:
    data = bytearray((served.bundle / name).read_bytes())
    data[-2] ^= 1
    (served.bundle / name).write_bytes(data)
    with pytest.raises(ApprovalError, match=f"`{name}` was changed"):
        look(served)


def test_whoever_set_a_verdict_aside_is_named_with_it(served: World) -> None:
    served.sign(although="do not use")
    assert look(served).signed_by == ("risk (A. Signer, typed, although the verdict was `do not use`)",)


def test_a_rejected_bundle_has_nobody_behind_it(served: World) -> None:
    served.sign("reject")
    with pytest.raises(ApprovalError, match="`risk` said reject"):
        look(served)


def test_an_unsigned_bundle_promises_nothing(served: World) -> None:
    (served.bundle / FILE).unlink()
    with pytest.raises(GoliveError, match="signed by nobody"):
        look(served)


def test_the_rehearsal_of_the_policy_is_the_promise_where_it_was_signed(served: World) -> None:
    rehearsed = Rehearsal(
        bundle=document.digest_file(served.bundle / "manifest.json"),
        policy=document.digest_file(served.bundle / "policy.toml"),
        money=document.digest_file(served.bundle / "money.toml"),
        current=None,
        rows=1000,
        events=300,
        currency="EUR",
        acted=(),
        deciders=(),
        per_thousand=50_000.0,
        low=40_000.0,
        high=60_000.0,
        level=0.95,
        optimism=0.0,
        against=(Compared(name="approve all", per_thousand=9000.0, low=-9000.0, high=27_000.0, changed=300),),
        flips=(),
        queue=Queue(action="review", cases=50, share=0.05, fallback=0, per_month=None, valued_as="approve"),
        reasons=(),
    )
    document.write(rehearsed, served.bundle / "policy" / "rehearsal.json")
    with pytest.raises(ApprovalError, match=r"`policy/rehearsal\.json` was never signed"):
        look(served)
    served.sign()
    watched = look(served)
    assert watched.source == "rehearsal"
    assert watched.money[0].promised == Span(per_case=50.0, low=40.0, high=60.0)
    assert [kept.name for kept in watched.money] == ["earned", "more than approve all"]
    assert any("5.0% of cases that go to people as `approve`" in note for note in watched.notes)


def test_looking_twice_gives_the_same_record(served: World) -> None:
    assert look(served) == look(served)


def test_the_record_comes_back_from_its_bytes(served: World) -> None:
    watched = look(served)
    assert document.decode(document.encode(watched), Watched, name="watched.json") == watched


def test_a_journal_in_postgres_says_the_same(served: World, cluster: Cluster) -> None:
    log, at = journal.read(served.journal), cluster.url(cluster.emptied())
    with closing(journal.connect(at, create=True)) as writer:
        writer.write(log.decisions, log.outcomes, log.actions)
    here, there = look(served), promise_kept(served.bundle, at, as_of=NOW)
    assert msgspec.structs.replace(there, journal={}) == msgspec.structs.replace(here, journal={})
    assert len(there.journal) == 2


def test_a_case_that_was_erased_is_counted_and_not_priced(served: World) -> None:
    before = look(served).cases
    journal.erase(served.journal, ["c3"], Said("dpo", "", NOW))
    after = look(served).cases
    assert (after.decided, after.mature, after.scored) == (before.decided, before.mature, before.scored)
    assert (after.valued, after.unpriced) == (before.valued - 1, before.unpriced + 1)


def test_a_journal_of_format_1_is_still_looked_at(served: World) -> None:
    old = Path(__file__).parents[1] / "engine" / "journal" / "assets" / "journal-1.db"
    watched = promise_kept(served.bundle, old, as_of=NOW)
    assert (watched.cases.decided, watched.cases.other) == (0, 3)
    assert set(watched.journal) == {"decisions", "outcomes", "actions"}
