"""Leak and honesty checks: what they find, what they do not blame, and when they cannot look."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from golive.errors import DocumentError, InputError
from golive.maths.buckets import equal_share, equal_width, ties
from golive.maths.calibration import calibration
from golive.prove.checks import Background, look
from golive.prove.checks.columns import duplicates, identifiers, telling
from golive.prove.checks.inputs import known_before, outside_ranges
from golive.prove.checks.sample import MOST, looked_at, sample
from golive.prove.checks.shown import buckets_hold, few_events, few_scores
from golive.prove.checks.training import base_rate, shared_rows, training_dates
from golive.prove.measure import measure
from golive.records.checked import Checked, State
from golive.records.contract import Contract, Input, Kind, Known
from golive.records.document import encode
from golive.records.evidence import Evidence
from golive.records.known import Answers, parse, template
from golive.tables.training import remember

if TYPE_CHECKING:
    from types import SimpleNamespace

    from golive.prove.checks.sample import Sample
    from golive.records.money import Money

PASSED, FAILED, IMPOSSIBLE = State.passed, State.failed, State.impossible


def rows(n: int = 1000, seed: int = 0, **columns: Any) -> Sample:
    rng = np.random.default_rng(seed)
    event = rng.random(n) < 0.3
    made = {name: np.asarray(column(rng, event), dtype=object) for name, column in columns.items()}
    return sample(made, event)


def honest(rng: np.random.Generator, event: Any) -> Any:
    return rng.normal(event, 1.0)


def contract(*inputs: Input) -> Contract:
    return Contract(inputs=inputs, event="bad", reasons="none", rows=100)


def number(name: str, **more: Any) -> Input:
    return Input(name=name, kind=Kind.number, nullable=True, **more)


@pytest.mark.parametrize(
    "leak",
    [
        lambda rng, event: event + rng.normal(0, 0.1, len(event)),
        lambda rng, event: 1.0 - event + rng.normal(0, 0.1, len(event)),
        lambda rng, event: np.where(event, None, rng.random(len(event))),
        lambda rng, event: np.where(event, rng.random(len(event)), None),
        lambda rng, event: np.where(event, rng.choice(["legal", "written off"], len(event)), "paid"),
        lambda rng, event: np.where(event, rng.choice([3, 7], len(event)), rng.choice([1, 5, 9], len(event))),
    ],
)
def test_an_input_that_knows_the_outcome_is_named(leak: Any) -> None:
    found = telling(rows(income=honest, leak=leak), ("income", "leak"), certain=True)
    assert (found.state, found.condition) == (FAILED, True)
    assert found.text.startswith("`leak` alone tells the two outcomes apart")


def test_honest_inputs_and_names_of_rows_are_not_blamed_for_knowing_the_outcome() -> None:
    for seed in range(20):
        found = telling(
            rows(300, seed, income=honest, id=lambda rng, event: [f"c{at}" for at in range(len(event))],
                 city=lambda rng, event: rng.choice(list("abcdefgh"), len(event))),
            ("income", "id", "city"), certain=True,
        )  # fmt: skip
        assert found.state is PASSED
        assert "the best is `income` (AUC 0." in found.text


def test_of_a_mere_table_nobody_knows_which_columns_are_inputs() -> None:
    found = telling(rows(leak=lambda rng, event: event * 1.0), ("leak",), certain=False)
    assert (found.state, found.condition) == (FAILED, False)
    assert "If the score was made with it" in found.text


def test_names_of_rows_are_told_from_amounts() -> None:
    here = rows(
        500,
        id=lambda rng, event: rng.permutation(len(event)) + 7000,
        code=lambda rng, event: [f"K-{at}" for at in range(len(event))],
        day=lambda rng, event: [f"2024-01-01 10:{at // 60:02}:{at % 60:02}" for at in range(len(event))],
        amount=lambda rng, event: rng.choice(10**9, len(event), replace=False),
        income=honest,
    )
    found = identifiers(here, tuple(here.columns), frozenset(), certain=True)
    assert found.state is FAILED
    assert found.text.startswith("`id`, `code`: another value in every row")
    table = identifiers(here, tuple(here.columns), frozenset(), certain=False)
    assert table.state is PASSED
    assert "fine as long as the score was not made with" in table.text
    assert identifiers(here, ("amount", "income", "day"), frozenset(), certain=True).state is PASSED
    assert (
        identifiers(rows(49, id=lambda rng, event: range(49)), ("id",), frozenset(), certain=True).state is IMPOSSIBLE
    )


def test_repeated_rows_are_counted() -> None:
    rng = np.random.default_rng(1)
    amount, event = rng.random(970), rng.random(970) < 0.3
    twice = sample({"amount": np.append(amount, amount[:30])}, np.append(event, event[:30]))
    assert duplicates(twice).state is FAILED
    assert duplicates(twice).text.startswith("30 of 1,000 rows repeat another one")
    other = sample({"amount": np.append(amount, amount[:30])}, np.append(event, ~event[:30]))
    assert duplicates(other).state is PASSED
    assert duplicates(sample({}, event)).state is IMPOSSIBLE


def marked(n: int, seed: int, digits: int = 9) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {"amount": np.round(rng.random(n), digits), "age": rng.integers(18, 80, n)}


@pytest.mark.parametrize(("shared", "state"), [(0, PASSED), (1, PASSED), (6, FAILED), (400, FAILED)])
def test_training_rows_among_those_judged_are_a_condition(shared: int, state: State) -> None:
    training, others = marked(3000, 1), marked(1000, 2)
    mixed = {name: np.append(others[name][shared:], training[name][:shared]) for name in others}
    known = remember(training, ["amount", "age"], outcome="", event="")
    found = shared_rows(sample(mixed, np.arange(1000) < 300), known, "")
    assert (found.state, found.condition) == (state, state is FAILED)
    assert found.text.startswith(f"{shared:,} of 1,000 rows that were looked up are among the 3,000 training rows")


def test_rows_that_meet_because_they_say_little_are_not_blamed() -> None:
    """Two coarse columns: nearly every row has its like in training, by chance."""
    training, others = marked(3000, 1, digits=1), marked(1000, 2, digits=1)
    known = remember(training, ["amount", "age"], outcome="", event="")
    found = shared_rows(sample(others, np.arange(1000) < 300), known, "")
    assert found.state is PASSED
    assert "as chance gives" in found.text


def test_nothing_is_judged_on_the_training_rows_themselves() -> None:
    training = marked(3000, 1)
    known = remember(training, ["amount", "age"], outcome="", event="")
    with pytest.raises(InputError, match="these are rows that the model was fitted on: 3,000 of 3,000"):
        shared_rows(sample(training, np.arange(3000) < 900), known, "")


def test_training_rows_cannot_be_looked_for_without_their_columns() -> None:
    known = remember(marked(100, 1), ["amount", "age"], outcome="", event="")
    found = shared_rows(sample({"amount": np.ones(50)}, np.arange(50) < 9), known, "")
    assert (found.state, "`age`" in found.text) == (IMPOSSIBLE, True)


@pytest.mark.parametrize(("here", "state"), [(200, PASSED), (230, PASSED), (300, FAILED), (120, FAILED)])
def test_another_share_of_the_outcome_than_in_training_is_said(here: int, state: State) -> None:
    outcome = np.where(np.arange(5000) < 1000, "bad", "good")
    known = remember({**marked(5000, 1), "y": outcome}, ["amount"], outcome="y", event="bad")
    found = base_rate(1000, here / 1000, known, "")
    assert (found.state, found.condition) == (state, False)
    assert "20 % of the training rows were" in found.text
    few = base_rate(30, 0.3, known, "")
    assert few.state is PASSED, "thirty rows cannot show that"


def test_training_later_than_these_rows_is_a_condition() -> None:
    days = np.array(["2024-01-05", "2024-06-30"] * 50, dtype=object)
    known = remember({**marked(100, 1), "on": days}, ["amount"], outcome="", event="")
    assert training_dates("on", "2024-07-01", known, "").state is PASSED
    late = training_dates("on", "2024-06-30", known, "")
    assert (late.state, late.condition) == (FAILED, True)
    assert training_dates("off", "2024-06-30", known, "").state is IMPOSSIBLE
    assert training_dates(None, None, known, "").state is IMPOSSIBLE


def test_rows_outside_of_what_training_has_seen_are_counted() -> None:
    seen = contract(
        number("amount", low=0.0, high=100.0),
        Input(name="city", kind=Kind.text, nullable=True, categories=("Bonn", "Köln")),
        number("age"),
    )
    n = 50
    amount = np.append([50.0, 100.0, 101.0, -1.0, np.nan], np.full(n - 5, 7.0))
    city = np.array(["Bonn", None, "Köln", "Ulm", "Bonn", *["Köln"] * (n - 5)], dtype=object)
    event = np.arange(n) < 9
    found = outside_ranges(sample({"amount": amount, "city": city, "age": np.ones(n)}, event), seen)
    assert found.state is PASSED
    assert found.text.startswith(
        "2 of 50 rows lie outside of what training has seen: `amount` in 2 rows (training: 0 to 100);"
        " `city` in 1 row (training: 2 values); so few are no news."
    )
    amount[10:16] = 1000.0
    news = outside_ranges(sample({"amount": amount}, event), seen)
    assert news.state is FAILED
    assert news.text.startswith("8 of 50 rows lie outside of what training has seen: `amount` in 8 rows")
    assert outside_ranges(sample({"amount": amount[:2]}, event[:2]), seen).text.startswith("Every value lies within")
    assert outside_ranges(sample({"age": amount}, event), seen).state is IMPOSSIBLE
    assert outside_ranges(sample({"amount": amount}, event), None).state is IMPOSSIBLE


def test_new_rows_that_training_could_have_had_are_hardly_ever_news() -> None:
    """The largest of a thousand new rows is often larger than that of 3,000 before; that alone says nothing."""
    rng, said = np.random.default_rng(8), 0
    for _ in range(200):
        before = rng.lognormal(7, 1, 3000)
        ranged = Contract(
            inputs=(number("amount", low=before.min(), high=before.max()),), event="bad", reasons="none", rows=3000
        )
        said += (
            outside_ranges(sample({"amount": rng.lognormal(7, 1, 1000)}, np.arange(1000) < 9), ranged).state is FAILED
        )
    assert said <= 6


def test_what_is_known_before_the_decision_is_answered_by_a_file() -> None:
    asked = contract(number("income", known=Known.before), number("debt"), number("recovered", known=Known.unstated))
    after, open_ = known_before(asked, None)
    assert (after.state, open_.state, open_.condition) == (PASSED, FAILED, True)
    assert "2 inputs, the first is debt" in open_.text
    answers = parse(
        'said_by = "head of claims"\n[known]\ndebt = "before"\nrecovered = "after"\n', ("debt", "recovered")
    )
    after, open_ = known_before(asked, answers)
    assert (after.state, after.condition, open_.state) == (FAILED, True, PASSED)
    assert after.text.startswith("`recovered` is known only after the decision, says head of claims")
    assert "says head of claims" in open_.text
    assert known_before(None, None)[0].state is IMPOSSIBLE


def test_the_file_of_answers_starts_with_every_input_and_nothing_answered() -> None:
    names = ("Income", "Late payments", 'odd "name"', "größe", "two\nlines\u2028\x1b[31m")
    text = template(names)
    with pytest.raises(DocumentError, match="`said_by` is empty"):
        parse(text, names)
    filled = (
        text.replace('said_by = ""', 'said_by = "head of lending"').replace("# ", "").replace("Is each", "# Is each")
    )
    filled = filled.replace("the value is", "# the value is").replace("who answers", "# who answers")
    assert parse(filled, names) == Answers(said_by="head of lending", known=dict.fromkeys(names, Known.before))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[known]\n", "`said_by` is missing"),
        ('said_by = "me"\n', r"the table `\[known\]` is missing"),
        (
            'said_by = "me"\n[known]\nIncom = "before"\n',
            r"known.toml:3:9: the bundle has no input `Incom` \(did you mean",
        ),
        (
            'said_by = "me"\n[known]\nIncome = "yes"\n',
            'known.toml:3:10: `Income` is \'yes\'; expected "before" or "after"',
        ),
        ('said_by = "me"\nsaid = 1\n[known]\n', "unknown field `said`"),
    ],
)
def test_a_file_of_answers_that_cannot_be_used_says_where(text: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        parse(text, ("Income",))


def test_figures_on_few_events_few_scores_and_buckets_that_miss_are_said() -> None:
    score = np.repeat(np.arange(10) / 10 + 0.05, 100)
    right = np.tile(np.arange(100) / 100, 10) < score
    found = ties(score, right)
    buckets = equal_width(found, tested=True)
    assert few_events(equal_share(found), buckets).state is PASSED
    thin = few_events(equal_share(found), equal_width(ties(score, right & (score > 0.1)), tested=True))
    assert thin.text == "1 of 10 buckets rest on fewer than 5 events: read their ranges, not their rates."
    assert (few_scores(10).state, few_scores(20).state) == (FAILED, PASSED)
    assert buckets_hold(calibration(found, buckets)).state is PASSED
    wrong = ties(score, np.tile(np.arange(100) / 100, 10) < score**2)
    assert buckets_hold(calibration(wrong, equal_width(wrong, tested=True))).state is FAILED
    assert buckets_hold(None).state is IMPOSSIBLE


def test_of_many_rows_the_same_are_looked_at_in_any_order() -> None:
    n = MOST + 5000
    rng = np.random.default_rng(2)
    columns = {"amount": rng.random(n), "half": np.round(rng.random(n), 1)}
    event, order = rng.random(n) < 0.1, rng.permutation(n)
    first = sample(columns, event)
    again = sample({name: cells[order] for name, cells in columns.items()}, event[order])
    assert len(first.event) == MOST
    assert first.rows == n
    assert sorted(first.columns["amount"].tolist()) == sorted(again.columns["amount"].tolist())
    same = sample({"one": np.ones(n)}, np.ones(n, dtype=bool))
    assert len(same.event) == MOST


def test_texts_tell_rows_apart_where_scores_do_not() -> None:
    """Eight scores only: the sample has all of them, the same rows in any order, and keeps twins together."""
    n = 3 * MOST
    rng = np.random.default_rng(5)
    text = np.array([f"c{at}" for at in rng.integers(0, n, n)], dtype=object)
    score, event, order = rng.integers(0, 8, n) / 8, rng.random(n) < 0.1, rng.permutation(n)
    found = sample({"text": text, "more": np.array(["x"] * n, dtype=object)}, event, score)
    again = sample({"text": text[order], "more": np.array(["x"] * n, dtype=object)}, event[order], score[order])
    assert len(found.event) == MOST
    assert sorted(found.columns["text"]) == sorted(again.columns["text"])
    assert found.event.mean() == pytest.approx(0.1, abs=0.01)
    twins = sample({"a": np.append(text, text)}, np.append(event, event), np.append(score, score))
    assert len(np.unique(twins.marks)) <= MOST / 2 + 1


def test_outcome_and_score_are_no_columns_to_look_at() -> None:
    frame = pd.DataFrame({"y": [0, 1] * 50, "again": [0, 1] * 50, "score": np.arange(100) / 100, "x": 1.0})
    here = looked_at(
        frame,
        frame["y"].to_numpy() == 1,
        aside=frozenset(("score",)),
        alike=(frame["y"].to_numpy(),),
        score=np.ones(100),
    )
    assert list(here.columns) == ["x"]


def by_code(found: Evidence) -> dict[str, Checked]:
    assert len({one.code for one in found.checks}) == len(found.checks)
    return {one.code: one for one in found.checks}


def test_measure_looks_at_what_it_is_given(world: SimpleNamespace, money: Money) -> None:
    leak = [1.0 if one == "bad" else 0.0 for one in world.outcome]
    found = measure(world.outcome, world.score, money=money, columns={**world.columns, "paid": leak})
    checks = by_code(found)
    assert checks["telling_input"].state is FAILED
    assert checks["training_rows"].state is IMPOSSIBLE
    assert "golive pack keeps marks" in checks["training_rows"].text
    assert "telling_input" not in [one.code for one in found.verdict.conditions]
    plain = by_code(measure(world.outcome, world.score, event="bad"))
    assert plain["duplicates"].state is IMPOSSIBLE
    assert plain["few_scores"].state is PASSED


def test_measure_compares_with_a_training_frame(world: SimpleNamespace) -> None:
    frame = pd.DataFrame({**world.columns, "Status": world.outcome})
    training = pd.concat([frame.sample(100, random_state=1), frame.assign(Amount=frame["Amount"] + 0.5)])
    found = measure(frame["Status"], world.score, event="bad", columns=frame, training=training)
    check = by_code(found)["training_rows"]
    assert check.state is FAILED
    assert check.text.startswith("100 of 1,000") or "of 1,000 rows that were looked up" in check.text
    with pytest.raises(InputError, match="these are rows that the model was fitted on"):
        measure(frame["Status"], world.score, event="bad", columns=frame, training=frame)


def test_dates_of_training_and_of_the_rows_are_compared(world: SimpleNamespace) -> None:
    some = np.random.default_rng(1).permutation(1000)
    days = pd.Timestamp("2024-06-01") + pd.to_timedelta(some // 5, unit="D")
    frame = pd.DataFrame({**world.columns, "Status": world.outcome, "on": days})
    before = frame.assign(Amount=frame["Amount"] + 0.5, on=frame["on"] - pd.Timedelta(days=400))
    for training, state in ((before, PASSED), (before.assign(on=frame["on"]), FAILED)):
        found = measure(frame["Status"], world.score, event="bad", columns=frame, training=training, date="on")
        check = by_code(found)["training_dates"]
        assert check.state is state
        assert "these begin with 2024-06-01" in check.text
        assert by_code(found)["random_part"].state is PASSED
    assert by_code(measure(frame["Status"], world.score, event="bad"))["random_part"].state is FAILED


def test_later_rows_of_one_outcome_are_refused(world: SimpleNamespace) -> None:
    days = pd.Series(pd.Timestamp("2024-06-01") + pd.to_timedelta(np.arange(1000) // 5, unit="D"))
    with pytest.raises(InputError, match=r"rows from 2024-\d\d-\d\d on, .* all have no `bad`; expected both"):
        measure(world.outcome, world.score, event="bad", date=days)
    with pytest.raises(InputError, match="all ended in `good`"):
        measure(world.outcome, 1 - world.score, event="good", date=days)


WORDS = (
    "AUC", "lift", "precision", "recall", "false positive", "threshold", "calibration", "fold", "bootstrap",
    "significant", "optimal", "holdout", "event", "baseline",
)  # fmt: skip
"""Words that never appear on the first screen, where conditions stand."""


def test_conditions_speak_the_words_of_the_first_screen() -> None:
    training = marked(3000, 1)
    days = np.array(["2024-06-30"] * 3000, dtype=object)
    known = remember({**training, "on": days}, ["amount", "age"], outcome="", event="")
    others = marked(1000, 2)
    mixed = {name: np.append(others[name][100:], training[name][:100]) for name in others}
    leak = sample({**mixed, "leak": np.arange(1000) < 300}, np.arange(1000) < 300)
    inputs = contract(number("amount"), number("age", known=Known.after), number("leak"))
    back = Background(contract=inputs, training=known, labels=frozenset(("bad", "good")), date="on", first="2024-06-01")
    failed = [one for one in look(leak, back, event="bad", share=0.3, n=1000) if one.condition and one.state is FAILED]
    assert {one.code for one in failed} == {
        "training_rows", "training_dates", "known_after", "known_missing", "telling_input"
    }  # fmt: skip
    for one in failed:
        assert one.who
        assert not [word for word in WORDS if re.search(rf"\b{word}s?\b", one.text, re.IGNORECASE)], one.text


def test_a_segment_with_few_events_is_said(world: SimpleNamespace) -> None:
    rare = np.array([one == "bad" for one in world.outcome]).cumsum() <= 3
    region = np.where(rare & (np.arange(1000) < 3), "north", "south")
    found = measure(world.outcome, world.score, event="bad", segment={"region": region})
    assert "1 of 2 segments" in by_code(found)["few_events_shown"].text


def test_the_order_of_rows_changes_no_check(world: SimpleNamespace) -> None:
    frame = pd.DataFrame({**world.columns, "Status": world.outcome, "score": world.score})
    other = frame.sample(frac=1, random_state=3)
    one, two = (measure(rows["Status"], rows["score"], event="bad", columns=rows) for rows in (frame, other))
    assert encode(one) == encode(two)


class Bundled:
    """A bundle as `measure` sees it."""

    def __init__(self, contract: Contract) -> None:
        self.id = "sha256:" + "0" * 64
        self.contract = contract


def test_a_bundle_about_another_label_is_refused(world: SimpleNamespace) -> None:
    bundle: Any = Bundled(contract(number("Amount")))
    with pytest.raises(InputError, match="the event is `good`, but the bundle gives the probability of `bad`"):
        measure(world.outcome, world.score, event="good", columns=world.columns, bundle=bundle)
    assert measure(world.outcome, world.score, columns=world.columns, bundle=bundle).event == "bad"


def test_another_name_for_the_outcome_is_said(world: SimpleNamespace) -> None:
    bundle: Any = Bundled(contract(number("Amount")))
    outcome = np.array([one == "bad" for one in world.outcome]).astype(int)
    found = by_code(measure(outcome, world.score, columns=world.columns, bundle=bundle))["event_name"]
    assert found.state is FAILED
    assert found.text.startswith("The bundle calls the event `bad`, these rows `1`")


def test_conditions_come_from_the_checks(world: SimpleNamespace, money: Money) -> None:
    bundle: Any = Bundled(contract(number("Amount"), number("Time", known=Known.after)))
    found = measure(world.outcome, world.score, money=money, columns=world.columns, bundle=bundle)
    said = {one.code: one for one in found.verdict.conditions}
    assert said["known_after"].text.startswith("`Time` is known only after the decision")
    assert said["known_missing"].who == "product owner"


def test_many_rows_are_looked_at_in_seconds() -> None:
    rng = np.random.default_rng(4)
    n = 10 * MOST
    event = rng.random(n) < 0.1
    here = sample({f"x{at}": rng.normal(event, 1) for at in range(5)}, event)
    start = time.process_time()
    look(here, Background(), event="1", share=0.1, n=n)
    assert time.process_time() - start < 30
