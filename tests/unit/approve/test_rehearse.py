"""A rehearsal says what a plain recount of the rows says."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from golive.approve.check import check
from golive.approve.rehearse import rehearse
from golive.approve.shown import rehearsed
from golive.approve.written import keep, opened
from golive.engine.bundle import load
from golive.errors import ApprovalError, InputError, OutputExistsError
from golive.records import document
from golive.records.evidence import Evidence
from golive.records.rehearsal import Rehearsal

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Loans


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def recounted(loans: Loans) -> list[tuple[str, bool, float]]:
    """(action, whether bad, amount) of each row: one decision at a time, read with the standard library."""
    bundle = load(loans.bundle)
    found = []
    for row in rows_of(loans.rows):
        income = float(row["Income"]) if row["Income"] else None
        case = {"Income": income, "Amount": float(row["Amount"]), "Records": row["Records"]}
        found.append((bundle.decide(case).action, row["Status"] == "bad", float(row["Amount"])))
    return found


def earns(action: str, bad: bool, amount: float) -> float:
    return 0.0 if action != "approve" else -0.5 * amount if bad else 0.12 * amount


def other_rows(loans: Loans, tmp_path: Path) -> Path:
    """The same rows in another file, so that nothing was chosen on it."""
    path = tmp_path / "later.csv"
    path.write_text(loans.rows.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    return path


def test_counts_and_money_are_those_of_a_plain_recount(checked: Loans, tmp_path: Path) -> None:
    found = rehearse(checked.bundle, other_rows(checked, tmp_path), outcome="Status", event="bad")
    plain = recounted(checked)
    assert found.rows == 600
    assert found.events == sum(bad for _, bad, _ in plain)
    assert {one.action: one.cases for one in found.acted} == dict.fromkeys(
        ("approve", "review", "reject"), 0
    ) | Counter(action for action, _, _ in plain)
    assert found.optimism == 0
    assert found.per_thousand == pytest.approx(1000 * sum(earns(*row) for row in plain) / 600)
    approve_all = sum(earns("approve", bad, amount) for action, bad, amount in plain if action != "review")
    reviewed = sum(earns(*row) for row in plain)
    against = {one.name: one for one in found.against}
    assert against["approve all"].per_thousand == pytest.approx(1000 * (reviewed - approve_all) / 600)
    assert against["approve all"].changed == sum(action != "approve" for action, _, _ in plain)
    assert set(against) == {"approve all", "reject all"}
    assert all(one.low < one.per_thousand < one.high for one in found.against)


def test_on_the_rows_that_chose_the_cut_off_the_honest_money_is_told(checked: Loans, tmp_path: Path) -> None:
    evidence = document.read(checked.bundle / "evidence" / "evidence.json", Evidence)
    assert evidence.money is not None and evidence.money.honest is not None
    same = rehearse(checked.bundle, checked.rows, outcome="Status", event="bad")
    fresh = rehearse(checked.bundle, other_rows(checked, tmp_path), outcome="Status", event="bad")
    assert same.optimism > 0
    assert same.per_thousand == pytest.approx(fresh.per_thousand - same.optimism)
    assert same.low == pytest.approx(fresh.low - same.optimism / 2)
    assert same.high == pytest.approx(fresh.high)


def test_deciders_queue_and_reasons_add_up(checked: Loans) -> None:
    found = rehearse(checked.bundle, checked.rows, outcome="Status", event="bad")
    assert sum(one.cases for one in found.deciders) == found.rows
    assert [one.kind for one in found.deciders] == ["fallback", "rule", "band", "band"]
    reviewed = next(one for one in found.acted if one.action == "review")
    assert found.queue.cases == reviewed.cases
    assert found.queue.per_month == pytest.approx(300 * reviewed.cases / 600)
    assert found.queue.valued_as == ""
    assert all(one.cases > 0 for one in found.reasons)
    assert {one.input for one in found.reasons} <= {"Income", "Records"}


def test_cases_for_people_are_valued_as_today_where_today_is_known(checked: Loans) -> None:
    money = checked.bundle / "money.toml"
    money.write_text(money.read_text(encoding="utf-8") + '[today]\nrule = "approve all"\n', encoding="utf-8")
    found = rehearse(checked.bundle, checked.rows, outcome="Status", event="bad")
    assert found.queue.valued_as == "approve"


def test_flips_against_the_current_policy_are_counted_and_valued(checked: Loans, tmp_path: Path) -> None:
    text = (checked.bundle / "policy.toml").read_text(encoding="utf-8")
    current = tmp_path / "current.toml"
    start = text.index("[[cases]]")
    current.write_text(text[:start].replace("to = 0.2\n", "to = 0.5\n").replace("from = 0.2\n", "from = 0.5\n"))
    found = rehearse(checked.bundle, other_rows(checked, tmp_path), outcome="Status", against=current)
    bundle = load(checked.bundle)
    flipped = []
    for row, (action, bad, amount) in zip(rows_of(checked.rows), recounted(checked), strict=True):
        income = float(row["Income"]) if row["Income"] else None
        score = bundle.decide({"Income": income, "Amount": amount, "Records": row["Records"]}).score
        if action == "reject" and score is not None and score < 0.5:
            flipped.append((bad, amount))
    (flip,) = found.flips
    assert (flip.before, flip.after, flip.cases) == ("approve", "reject", len(flipped))
    assert flip.events == sum(bad for bad, _ in flipped)
    gained = -sum(earns("approve", bad, amount) for bad, amount in flipped)
    assert flip.per_thousand == pytest.approx(1000 * gained / 600)
    current_line = next(one for one in found.against if one.name == "the policy before")
    assert current_line.per_thousand == pytest.approx(flip.per_thousand)
    assert current_line.changed == flip.cases


def test_the_order_of_the_rows_changes_nothing(checked: Loans, tmp_path: Path) -> None:
    header, *lines = checked.rows.read_text(encoding="utf-8").splitlines()
    there, back = tmp_path / "there.csv", tmp_path / "back.csv"
    there.write_text("\n".join([header, *lines]), encoding="utf-8")
    back.write_text("\n".join([header, *reversed(lines)]), encoding="utf-8")
    one, other = (rehearse(checked.bundle, path, outcome="Status") for path in (there, back))
    assert one == other


@pytest.mark.parametrize(
    ("column", "value", "match"),
    [
        ("Status", "", "outcome is missing in row 2"),
        ("Status", "maybe", "expected the event `bad` and one other"),
        ("Amount", "", "`Amount` is missing"),
        ("Amount", "12,5", "expected a number"),
    ],
)
def test_rows_that_do_not_fit_are_refused_by_name(
    checked: Loans, tmp_path: Path, column: str, value: str, match: str
) -> None:
    rows = rows_of(checked.rows)
    rows[2][column] = value
    path = tmp_path / "bad.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(InputError, match=match):
        rehearse(checked.bundle, path, outcome="Status", event="bad")


def test_a_wrong_outcome_column_and_a_wrong_event_are_refused(checked: Loans) -> None:
    with pytest.raises(InputError, match="no column `Outcome`"):
        rehearse(checked.bundle, checked.rows, outcome="Outcome")
    with pytest.raises(InputError, match="expected the event `default`"):
        rehearse(checked.bundle, checked.rows, outcome="Status", event="default")


def test_an_action_without_a_price_is_refused(checked: Loans) -> None:
    path = checked.bundle / "policy.toml"
    path.write_text(path.read_text().replace('"review", "reject"]', '"review", "reject", "call"]'), encoding="utf-8")
    check(checked.bundle)
    with pytest.raises(InputError, match="`call`, which has no price"):
        rehearse(checked.bundle, checked.rows, outcome="Status")


def test_a_rehearsal_is_kept_and_must_speak_about_the_files_that_are_there(checked: Loans) -> None:
    found = rehearse(checked.bundle, checked.rows, outcome="Status")
    path = keep(checked.bundle, found)
    assert document.read(path, Rehearsal) == found
    assert opened(checked.bundle).rehearsal == found
    money = checked.bundle / "money.toml"
    money.write_text(money.read_text(encoding="utf-8") + "# cheaper\n", encoding="utf-8")
    with pytest.raises(ApprovalError, match="another money"):
        opened(checked.bundle)


def test_a_rehearsal_does_not_undo_a_signature_by_accident(checked: Loans) -> None:
    from golive.approve.sign import sign

    found = rehearse(checked.bundle, checked.rows, outcome="Status")
    sign(checked.bundle, role="risk", name="A. Signer")
    with pytest.raises(OutputExistsError, match="signed already"):
        keep(checked.bundle, found)
    keep(checked.bundle, found, force=True)
    keep(checked.bundle, found)


def dated(loans: Loans, tmp_path: Path, days: int) -> Path:
    """The rows, spread over days from 2024-02-27 on: the first row on the first day, and round again."""
    header, *lines = loans.rows.read_text(encoding="utf-8").splitlines()
    start = date(2024, 2, 27)
    there = [f"{line},{start + timedelta(days=number % days)}" for number, line in enumerate(lines)]
    path = tmp_path / "dated.csv"
    path.write_text("\n".join([f"{header},Day", *there]) + "\n", encoding="utf-8")
    return path


def with_policy(loans: Loans, more: str) -> None:
    path = loans.bundle / "policy.toml"
    text = path.read_text(encoding="utf-8")
    rule = '[[rules]]\nid = "more"\nwhen = "Amount < 1000 and Income is not missing"\naction = "review"\n'
    path.write_text(text[: text.index("[[cases]]")] + rule + more, encoding="utf-8")
    check(loans.bundle)


def test_what_people_get_on_one_day_is_counted_day_by_day(checked: Loans, tmp_path: Path) -> None:
    with_policy(checked, "[review]\ncapacity_per_day = 1\n[review.overflow]\naction = 'reject'\n")
    rows = dated(checked, tmp_path, 50)
    found = rehearse(checked.bundle, rows, outcome="Status", date="Day")
    by_day = [0] * 50
    for number, (action, _, _) in enumerate(recounted(checked)):
        by_day[number % 50] += action == "review"
    load = next(one for one in found.loads if one.column == "Day")
    assert (load.days, load.most, load.capacity, load.then) == (50, max(by_day), 1, "reject")
    assert load.fullest == (date(2024, 2, 27) + timedelta(days=by_day.index(max(by_day)))).isoformat()
    assert load.over == sum(people > 1 for people in by_day)
    assert load.overflow == sum(max(people - 1, 0) for people in by_day)
    assert load.waiting == 0
    assert sum(by_day) == found.queue.cases > 0
    assert found.routing == ("review queue: 1 cases a day, then `reject`",)
    said = {line.name: line.text for line in rehearsed(found)}
    assert said["done by the service, not rehearsed"] == found.routing[0]
    assert said["rehearsed: to people on one day, by the dates in Day"].endswith("beyond 1: they get reject")


def test_without_an_overflow_they_wait_and_the_longest_queue_is_told(checked: Loans, tmp_path: Path) -> None:
    with_policy(checked, "[review]\ncapacity_per_day = 1\n")
    found = rehearse(checked.bundle, dated(checked, tmp_path, 3), outcome="Status", date="Day")
    by_day = [0] * 3
    for number, (action, _, _) in enumerate(recounted(checked)):
        by_day[number % 3] += action == "review"
    (load,) = (one for one in found.loads if one.column == "Day")
    assert load.waiting == sum(by_day) - 3 > 0
    assert load.then == "review"


def test_without_dates_the_volume_of_the_money_file_tells_the_load(checked: Loans) -> None:
    found = rehearse(checked.bundle, checked.rows, outcome="Status")
    (load,) = found.loads
    assert (load.column, load.capacity, load.days) == ("", None, None)
    assert load.per_day == pytest.approx(found.queue.share * 300 / 21)


@pytest.mark.parametrize("text", ["", "27.02.2024", "2024-02-30", "soon"])
def test_a_date_that_is_none_is_told_by_its_row(checked: Loans, tmp_path: Path, text: str) -> None:
    rows = dated(checked, tmp_path, 5)
    rows.write_text(rows.read_text(encoding="utf-8").replace("2024-02-28", text, 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"`Day` in row 1 .* expected a date such as 2024-03-31"):
        rehearse(checked.bundle, rows, outcome="Status", date="Day")


def test_segments_add_up_to_the_whole(checked: Loans, tmp_path: Path) -> None:
    current = tmp_path / "current.toml"
    text = (checked.bundle / "policy.toml").read_text(encoding="utf-8")
    current.write_text(
        text[: text.index("[[cases]]")].replace("to = 0.2\n", "to = 0.5\n").replace("from = 0.2\n", "from = 0.5\n")
    )
    found = rehearse(
        checked.bundle, other_rows(checked, tmp_path), outcome="Status", against=current, segment=("Records", "Income")
    )
    for name in ("Records", "Income"):
        parts = [one for one in found.segments if one.column == name]
        assert sum(one.cases for one in parts) == found.rows
        assert sum(one.events for one in parts) == found.events
        assert sum(one.cases * one.per_thousand for one in parts) / found.rows == pytest.approx(found.per_thousand)
        assert sum(one.changed or 0 for one in parts) == sum(flip.cases for flip in found.flips)
        assert all(sum(one.acted.values()) == one.cases for one in parts)
    assert [one.value for one in found.segments[:2]] == ["no", "yes"]
    assert all(one.low is not None and one.low <= one.per_thousand <= (one.high or 0) for one in found.segments[:2])
    income = [one for one in found.segments if one.column == "Income"]
    assert [one.joined > 0 for one in income[20:]] == [True, False]  # the rest, and the missing
    assert len(income) == 22


def test_a_segment_that_tells_nobody_apart_or_is_not_there_is_refused(checked: Loans, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no column `Recrds` .did you mean `Records`"):
        rehearse(checked.bundle, checked.rows, outcome="Status", segment=["Recrds"])


def test_each_change_has_the_range_of_its_money(checked: Loans, tmp_path: Path) -> None:
    text = (checked.bundle / "policy.toml").read_text(encoding="utf-8")
    current = tmp_path / "current.toml"
    current.write_text(
        text[: text.index("[[cases]]")].replace("to = 0.2\n", "to = 0.5\n").replace("from = 0.2\n", "from = 0.5\n")
    )
    (flip,) = rehearse(checked.bundle, other_rows(checked, tmp_path), outcome="Status", against=current).flips
    assert flip.low is not None and flip.per_thousand is not None and flip.high is not None
    assert flip.low < flip.per_thousand < flip.high
