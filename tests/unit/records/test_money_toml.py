from __future__ import annotations

from dataclasses import dataclass

import pytest

from golive.errors import DocumentError
from golive.records.document import decode, encode
from golive.records.money import Money, parse

TEXT = """\
currency = "EUR"
row = "loan"
[outcome]
event = "bad"
[actions]
below = "approve"
above = "reject"
[assumptions.margin]
value = 0.2
range = [0.1, 0.3]
owner = "head of lending"
[payoff.approve]
no_event = "margin * Amount"
event = { loss = "0.6 * Amount" }
[payoff.reject]
no_event = -1
event = 0
[today]
rule = "approve all"
impossible = ["reject all"]
[volume]
cases_per_month = 400
[running]
cost_per_month = 100
[population]
labelled = "only approved"
"""


def test_a_whole_file_is_read() -> None:
    found = parse(TEXT)
    assert (found.currency, found.minor_units, found.row, found.event) == ("EUR", 2, "loan", "bad")
    assert (found.actions.below, found.actions.above, found.actions.favourable) == ("approve", "reject", "approve")
    assert (found.assumptions[0].low, found.assumptions[0].high) == (0.1, 0.3)
    assert found.payoffs["approve"].event[0].line == "loss"
    assert found.payoffs["reject"].no_event[0].text == "-1"
    assert (found.today.action, found.today.impossible) == ("approve", ("reject",))
    assert found.labelled == "only approved"
    assert decode(encode(found), Money, name="money.json") == found


@dataclass(frozen=True)
class Wrong:
    old: str
    new: str
    place: str
    said: str


@pytest.mark.parametrize(
    "wrong",
    [
        Wrong('currency = "EUR"', 'curency = "EUR"', "1:11", "unknown field `curency`"),
        Wrong('currency = "EUR"\n', "", "1:1", "`currency` is missing"),
        Wrong('"EUR"', '"euro"', "1:12", "expected three capital letters"),
        Wrong('row = "loan"', "row = 7", "2:7", "`row` is 7; expected text"),
        Wrong('event = "bad"', "event = 1.5", "4:9", "`event` is 1.5"),
        Wrong('event = "bad"', "mature_after_days = 40000", "4:21", "expected at most 36,500"),
        Wrong('above = "reject"', 'above = "approve"', "7:9", "two different actions"),
        Wrong('above = "reject"', 'above = "reject"\nfavourable = "yes"', "8:14", "expected 'approve' or 'reject'"),
        Wrong('above = "reject"', 'above = "reject"\nmiddle = "review"', "8:10", "`middle` needs `[review]`"),
        Wrong("value = 0.2", "value = 0.4", "9:9", "outside its own range 0.1 to 0.3"),
        Wrong("value = 0.2", "value = true", "9:9", "`value` is True; expected a finite number"),
        Wrong("value = 0.2", "value = nan", "9:9", "expected a finite number"),
        Wrong("value = 0.2\n", "", "8:1", "`value` is missing"),
        Wrong("[0.1, 0.3]", "[0.3, 0.1]", "10:9", "two numbers, the smaller first"),
        Wrong("[payoff.reject]", "[payoff.refuse]", "15:1", "`refuse` is not an action"),
        Wrong("event = 0\n", "", "15:1", "`event` is missing"),
        Wrong('"margin * Amount"', "true", "13:12", "expected a formula"),
        Wrong('{ loss = "0.6 * Amount" }', "{ }", "14:9", "the table is empty"),
        Wrong("{ loss =", "{ lost =", "14:9", "unknown field `lost`"),
        Wrong('"approve all"', '"approve"', "19:8", 'expected "approve all", "reject all", a comparison'),
        Wrong("cases_per_month = 400", "cases_per_month = 0", "22:19", "expected more than 0"),
        Wrong("cost_per_month = 100", "cost_per_month = -1", "24:18", "positive number"),
        Wrong('"only approved"', '"some"', "26:12", 'expected "everyone" or "only approved"'),
        Wrong("[volume]", "[review]\ncapacity = 3\n[volume]", "22:12", "unknown field `capacity`"),
        Wrong("[volume]", "[revue]\ncapacity = 3\n[volume]", "21:1", "unknown field `revue`"),
    ],
)
def test_a_mistake_is_named_with_its_place(wrong: Wrong) -> None:
    assert wrong.old in TEXT
    with pytest.raises(DocumentError) as caught:
        parse(TEXT.replace(wrong.old, wrong.new))
    told = [problem for problem in caught.value.problems if problem.startswith(f"money.toml:{wrong.place}: ")]
    assert any(wrong.said in problem for problem in told), caught.value.problems


def test_all_mistakes_are_told_at_once() -> None:
    text = TEXT.replace('"EUR"', '"e"').replace("0.2", '"a"').replace("event = 0", "evnt = 0")
    with pytest.raises(DocumentError) as caught:
        parse(text, name="prices.toml")
    assert len(caught.value.problems) == 3
    assert all(problem.startswith("prices.toml:") for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('currency = "EUR"', 'curency = "EUR"', "1:11: unknown field `curency` (did you mean `currency`?)"),
        ("[actions]", "[action]", "5:1: unknown field `action` (did you mean `actions`?)"),
        ("below =", "belov =", "6:9: unknown field `belov` (did you mean `below`?)"),
        ("value = 0.2", "valeu = 0.2", "9:9: unknown field `valeu` (did you mean `value`?)"),
        ("[payoff.approve]", "[payoff.aprove]", "12:1: `aprove` is not an action (did you mean `approve`?)"),
        ("[payoff.", "[payofs.", "unknown field `payofs` (did you mean `payoff`?)"),
        ("event = 0\n", "evnt = 0\n", "unknown field `evnt` (did you mean `event`?)"),
        ("{ loss =", "{ los =", "14:9: unknown field `los` (did you mean `loss`?)"),
        ("cases_per_month = 400", "cases_a_month = 400", "22:17: unknown field `cases_a_month` (did you mean"),
    ],
)
def test_a_misspelt_field_is_told_alone_without_what_follows_from_its_absence(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(DocumentError) as caught:
        parse(TEXT.replace(old, new))
    (problem,) = caught.value.problems
    assert said in problem


def test_a_wrong_value_of_a_misspelt_field_is_told_at_its_place() -> None:
    with pytest.raises(DocumentError) as caught:
        parse(TEXT.replace("value = 0.2", 'valeu = "a"'))
    assert [problem.partition(": ")[0] for problem in caught.value.problems] == ["money.toml:9:9"] * 2


@pytest.mark.parametrize("text", ["", "x", 'currency = "EUR"', "actions = 3", "[payoff]\napprove = 3"])
def test_half_a_file_is_refused_with_a_list(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(text)
    assert caught.value.problems
