"""The policy file: the annotated example is read as the page says, and every slip is caught with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from golive.errors import DocumentError
from golive.records.contract import Contract, Input, Kind
from golive.records.policy import Policy, branches, parse

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "policy.md"
EXAMPLE: str = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
CONTRACT = Contract(
    inputs=(
        *(Input(name=name, kind=Kind.number, nullable=True) for name in ("Income", "Amount", "Price")),
        Input(name="Records", kind=Kind.text, nullable=True, categories=("no", "yes")),
        Input(name="Years at address", kind=Kind.number, nullable=True),
        Input(name="Insured", kind=Kind.boolean, nullable=False),
        Input(name="Note", kind=Kind.text, nullable=True, categories=None),
    ),
    event="bad",
    reasons="none",
    rows=1,
)


def read(text: str) -> Policy:
    return parse(text, contract=CONTRACT)


def edited(old: str, new: str) -> str:
    assert old in EXAMPLE, old
    return EXAMPLE.replace(old, new, 1)


def with_condition(condition: str) -> str:
    return edited("when = 'Records = \"yes\" and (Income is missing or Income < 50)'", f"when = '''{condition}'''")


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(DocumentError) as raised:
        read(text)
    return raised.value.problems


def test_the_annotated_example_is_read_as_the_page_says() -> None:
    policy = read(EXAMPLE)
    assert (policy.id, policy.favourable, policy.fallback.action) == ("credit-first", "approve", "review")
    assert [branch[:3] for branch in branches(policy)] == [
        ("fallback", "", "review"),
        ("rule", "records-and-no-income", "reject"),
        ("rule", "large-amount", "review"),
        ("band", "low", "approve"),
        ("band", "middle", "review"),
        ("band", "high", "reject"),
    ]
    assert [(band.low, band.high) for band in policy.bands] == [(0, 0.25), (0.25, 0.6), (0.6, 1)]
    assert policy.reason_texts == {"Income": "Your income is low for this amount."}
    assert policy.rules[0].where == "policy.toml:17:8"


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    text = edited("to = 0.25", "to = 0.2").replace("Amount > 4000", "Amont > 4000").replace('id = "high"', 'id = "low"')
    found = problems(text)
    assert [problem.split(": ")[0] for problem in found] == ["policy.toml:25:9", "policy.toml:42:8", "policy.toml:48:6"]


FILE_SLIPS: list[tuple[str, str, str, str]] = [
    # what stands in the example, what is written instead, where the problem is, what it says
    ('id = "credit-first"', "id = 5", "1:6", "`id` is 5; expected text"),
    ('id = "credit-first"', 'id = " "', "1:6", "`id` is empty"),
    ('id = "credit-first"', "", "1:1", "`id` is missing"),
    ('version = "1"', "version = 1", "2:11", "`version` is 1; expected text"),
    ('version = "1"', 'verison = "1"', "2:11", "unknown field `verison` (did you mean `version`?)"),
    ('version = "1"', 'version = "1"\nroutng = 1', "3:10", "unknown field `routng`"),
    ("[actions]", "[action]", "5:1", "unknown field `action` (did you mean `actions`?)"),
    ("[actions]", "[allowed]", "1:1", "the table `[actions]` is missing"),
    ('["approve", "review", "reject"]', '["approve", "reject"]', "6:9", "`names` has no `review`"),
    ('["approve", "review", "reject"]', '["approve", "review", "review"]', "6:9", "each one once"),
    ('["approve", "review", "reject"]', '"approve"', "6:9", "a list of texts"),
    ('favourable = "approve"', 'favourable = "aprove"', "7:14", "`[actions] names` (did you mean `approve`?)"),
    ('favourable = "approve"', 'favourable = "review"', "7:14", "`review` is the favourable action"),
    ('favourable = "approve"', "", "5:1", "`favourable` is missing"),
    ('id = "records-and-no-income"', "", "15:1", "`id` is missing"),
    ('id = "large-amount"', 'id = "records-and-no-income"', "24:6", "used twice"),
    ('id = "middle"', 'id = "large-amount"', "41:6", "used twice"),
    ("[[rules]]\nid = \"large", "[rules]\nid = \"large", "23:7", "Cannot declare"),
    ('reason = "R01"', "reason = 1", "19:10", "`reason` is 1; expected text"),
    ('message = "A colleague looks at large', 'mesage = "A colleague looks at large', "28:", "(did you mean"),
    ('action = "reject"\nreason', 'action = "refuse"\nreason', "18:10", "`refuse` is not in `[actions] names`"),
    ('action = "reject"\nreason', 'action = "Reject"\nreason', "18:10", "(did you mean `reject`?)"),
    ("from = 0\n", "from = 0.1\n", "35:8", "gap: no band covers 0 to 0.1"),
    ("to = 0.25", "to = 0.2", "42:8", "gap: no band covers 0.2 to 0.25"),
    ("to = 0.25", "to = 0.3", "42:8", "overlap: scores from 0.25 to 0.3 are in two bands"),
    ("from = 0.6\nto = 1", "from = 0.6\nto = 0.9", "50:6", "gap: no band covers 0.9 to 1"),
    ("from = 0.25\nto = 0.6", "from = 0.6\nto = 0.25", "42:8", "from 0.6 to 0.25; expected from < to"),
    ("from = 0.25\nto = 0.6", "from = 0.25\nto = 0.25", "42:8", "from 0.25 to 0.25; expected from < to"),
    ("to = 1\n", "to = 1.5\n", "50:6", "`to` is 1.5; expected a number from 0 to 1"),
    ("to = 1\n", "to = 100\n", "50:6", "100 % is written 1"),
    ("from = 0\n", "from = -0.1\n", "35:8", "`from` is -0.1; expected a number from 0 to 1"),
    ("to = 0.6", "to = 60", "43:6", "60 % is written 0.6"),
    ("to = 0.6", 'to = "60%"', "43:6", "the text '60%'; expected a number from 0 to 1 without quotes"),
    ("to = 0.6", 'to = "0,6"', "43:6", "the text '0,6'"),
    ("to = 0.6", "to = 0,6", "43:7", "is not valid TOML"),
    ("to = 0.6", "to = 60%", "43:8", "is not valid TOML"),
    ("to = 0.6", "to = .6", "43:6", "is not valid TOML"),
    ("to = 0.6", "to = nan", "43:6", "a finite number"),
    ("to = 0.6", "to = true", "43:6", "`to` is True"),
    ("to = 0.6", "till = 0.6", "43:8", "unknown field `till`"),
    ("to = 0.6", "to = 2026-01-01", "43:6", "expected a finite number"),
    ('[fallback]\naction = "review"', '[fallback]\naction = "approve"', "56:10", "`approve`, the favourable action"),
    ('[fallback]\naction = "review"', "[fallback]", "55:1", "`action` is missing"),
    ("[fallback]", "[falback]", "55:1", "unknown field `falback` (did you mean `fallback`?)"),
    ("most = 4 ", "most = 5 ", "60:8", "`most` is 5; expected a whole number from 0 to 4"),
    ("most = 4 ", "most = -1 ", "60:8", "`most` is -1"),
    ("most = 4 ", "most = 2.5 ", "60:8", "`most` is 2.5"),
    ("Income = \"Your", "Incme = \"Your", "", "`Incme` is not an input (did you mean `Income`?)"),
    ("Income = \"Your income is low for this amount.\"", "Income = 3", "63:10", "`Income` is 3; expected text"),
    ("Amount = 1000, Price = 1500 }   #", "Amout = 1000 }   #", "66:1", "(did you mean `Amount`?)"),
    ('Records = "yes", Amount', 'Records = 1, Amount', "66:1", "`Records` is text; found 1"),
    ('Records = "yes", Amount', 'Records = "ja", Amount', "66:1", "`Records` was never 'ja' in training"),
    ("score = 0.25", "score = 25", "72:9", "25 % is written 0.25"),
    ("score = 0.25", 'score = "0.25"', "72:9", "the text '0.25'"),
    ('id = "credit-first"', 'id = "сredit-first"', "1:6", "U+0441 is CYRILLIC SMALL LETTER ES among other letters"),
    ('id = "credit-first"', 'id = "credit\u00a0first"', "1:6", "U+00A0 is NO-BREAK SPACE; write a plain space"),
    ('id = "credit-first"', 'id = "credit\u2028first"', "1:6", "U+2028 is LINE SEPARATOR; write a plain space"),
    ('version = "1"', 'version = "１"', "2:11", "U+FF11 is FULLWIDTH DIGIT ONE; write 1"),
    ('id = "credit-first"', "id = “credit-first”", "1:6", "is not valid TOML"),
    ("to = 0.6", "to = ０.６", "43:6", "is not valid TOML"),
    ('["approve", "review", "reject"]', '["аpprove", "review", "reject"]', "6:9", "CYRILLIC SMALL LETTER A"),
    ('action = "reject"\nreason', 'action = "rejесt"\nreason', "18:10", "U+0441 is CYRILLIC SMALL LETTER ES"),
    ('action = "reject"\nreason', 'action = "reject\u200b"\nreason', "18:10", "U+200B is ZERO WIDTH SPACE"),
    ('reason = "R01"', 'reason = "R０1"', "19:10", "FULLWIDTH DIGIT ZERO; write 0"),
    ("Income = { type", "Incme = { type", "11:9", "`Incme` is not an input (did you mean `Income`?)"),
    ('Income = { type = "number"', 'Income = { type = "text"', "11:10", "`Income` is text, which has no range"),
    ('Income = { type = "number"', "Income = { type = 1", "11:10", "`type` is 1; expected text"),
    ('Income = { type = "number"', "Income = { typ = 1", "11:10", "unknown field `typ` (did you mean `type`?)"),
    ('Income = { type = "number"', 'Income = { type = "nummer"', "11:10", "(did you mean `number`?)"),
    ('Income = { type = "number", from = 0', "Income = { from = 0", "11:10", "`type` is missing"),
    ("from = 0, to = 100_000", "from = 9, to = 1", "11:10", "`Income` goes from 9 to 1; expected from <= to"),
    ("from = 0, to = 100_000", "from = '0'", "11:10", "`from` is '0'; expected a finite number"),
    ("from = 0, to = 100_000", "from = 0, to = nan", "11:10", "`to` is nan; expected a finite number"),
    ('Records = { type = "text" }', 'Records = { type = "number" }', "12:11", "is text; found type = 'number'"),
    ('Records = { type = "text" }', "Records = 'text'", "12:11", "`Records` is 'text'; expected a table"),
    ('legal = "Loan', 'leagl = "Loan', "30:9", "unknown field `leagl` (did you mean `legal`?)"),
    ('when = "Amount > 4000 or Amount > Price"', 'when = ""', "25:8", "`when` is empty"),
    ('Price = 1500 }\nscore = 0.25\naction = "review"', "Price = 1500 }\nscore = 0.25", "70:1", "`action` is missing"),
    ("[[cases]]", "[[case]]", "66:1", "unknown field `case` (did you mean `cases`?)"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "message"), FILE_SLIPS)
def test_a_slip_in_the_file_is_caught_with_its_place(old: str, new: str, place: str, message: str) -> None:
    with pytest.raises(DocumentError) as raised:
        read(edited(old, new))
    assert message in str(raised.value)
    assert any(problem.startswith(f"policy.toml:{place}") for problem in raised.value.problems), raised.value.problems


WHOLE = 0
"""The problem is the whole condition."""
CONDITION_SLIPS = [
    # the condition, the column in it where the problem is, what it says
    ("score > 60%", 9, "found `60%`; write 0.6"),
    ("score > 60 %", 9, "found `60%`; write 0.6"),
    ("score >> 0.6", 7, "found `>>`; write >"),
    ("score > 0,6", 9, "numbers use a point: write 0.6"),
    ("score > 60", 9, "the score is compared with 60"),
    ("score > -1", 9, "expected a number from 0 to 1"),
    ("score => 0.6", 7, "write >="),
    ("score =< 0.6", 7, "write <="),
    ("score == 0.6", 7, "write ="),
    ("score ≥ 0.6", 7, "write >="),
    ("score ＞ 0.6", 7, "write >"),
    ("score > 0.6 && Income > 1", 13, "write and"),
    ("score > 0.6 || Income > 1", 13, "write or"),
    ("!Insured", 1, "write not"),
    ("score > 0.6 AND Income > 1", 13, "found `AND`; write and"),
    ("Income <> 5", 8, "write !="),
    ("Incom > 5", 1, "`Incom` is not an input (did you mean `Income`?)"),
    ("income > 5", 1, "`income` is not an input (did you mean `Income`?)"),
    ("Іncome > 5", 1, "U+0406 is CYRILLIC CAPITAL LETTER BYELORUSSIAN-UKRAINIAN I among other letters"),
    ("scοre > 0.5", 1, "U+03BF is GREEK SMALL LETTER OMICRON among other letters"),
    ("score > ０.６", 9, "U+FF10 is FULLWIDTH DIGIT ZERO; write 0"),
    ("score > 0.６", 9, "found `0.６`; numbers have no unit"),
    ("score\u00a0> 0.6", 6, "U+00A0 is NO-BREAK SPACE; write a plain space"),
    ("score\u2009> 0.6", 6, "U+2009 is THIN SPACE; write a plain space"),
    ("Income > 5\u200b", 11, "U+200B is ZERO WIDTH SPACE, which nobody sees; take it out"),
    ("Income > 5\u202e", 11, "U+202E is RIGHT-TO-LEFT OVERRIDE, which nobody sees"),
    ("Income ‹ 5", 8, "expected a name, a number, a text or a comparison"),
    ("score ＞＝ 0.6", 7, "write >"),
    ("Records = ‘yes’", 11, "plain quotes"),
    ("Income > 5 and Income < 3", WHOLE, "never decides: no case fulfils its condition"),
    ("score < 0", WHOLE, "never decides: no case fulfils its condition"),
    ("Records not in ('yes', 'no')", WHOLE, "never decides: no case fulfils its condition"),
    ("Income > 100001", WHOLE, "never decides: no case fulfils its condition"),
    ("Income > Amount and not (Income > Amount)", WHOLE, "never decides: no case fulfils its condition"),
    ('Income > "5"', 10, "`Income` is a number; found '5'; expected a number without quotes"),
    ("Records = 1", 11, "`Records` is text; found 1; expected text in quotes"),
    ("Records = yes", 11, "`yes` is not an input"),
    ('Records = "ja"', 11, "`Records` was never 'ja' in training"),
    ('Records = "Yes"', 11, "(did you mean `yes`?)"),
    ('Records > "no"', 1, "which has no order"),
    ("Records = “yes”", 11, "plain quotes"),
    ('Records = "yes', 11, "never closed"),
    ("Records in []", 12, "the list is empty"),
    ("Records in ()", 12, "the list is empty"),
    ('Records in "yes"', 12, "expected a list"),
    ("Records in [yes]", 13, "texts stand in quotes"),
    ('Records in ["yes" "no"]', 19, "expected `]`"),
    ('Records in ["yes", 5]', 20, "`Records` is text; found 5"),
    ('Records not "yes"', 13, "expected in after not"),
    ("Records", 1, "stands alone"),
    ("Income and score > 0.5", 1, "stands alone"),
    ("Income = Records", 1, "expected two of one kind"),
    ("Insured = 1", 11, "`Insured` is true or false; found 1"),
    ("Insured > true", 1, "which has no order"),
    ("Insured is missing", 1, "never missing"),
    ("score is missing", 1, "never missing"),
    ("Income is null", 11, "expected missing"),
    ("Income is", 10, "found the end; expected missing"),
    ("18 < Income < 65", 13, "join two comparisons with and"),
    ("Income > 5 Amount > 5", 12, "expected and, or, or the end"),
    ("1 < 2", 1, "compares two constants"),
    ("Income >", 9, "found the end; expected a name"),
    ("> 5", 1, "expected a name"),
    ("(Income > 5", 12, "found the end; expected `)`"),
    ("Income > 5)", 11, "expected and, or, or the end"),
    ("Amount / 3 > 5", 8, "rules do not compute"),
    ("Amount - Price > 5", 8, "rules do not compute"),
    ("Income > 5€", 11, "without a currency"),
    ("Income > 5 EUR", 12, "expected and, or, or the end"),
    ("Income > 5k", 10, "numbers have no unit"),
    ("Income > 1.2.3", 10, "one point"),
    ("Years at address > 3", 7, "expected"),
    ("Income > 5; Amount > 5", 11, "separate with and, or"),
    ("not", 4, "found the end"),
    ("()", 2, "expected a name"),
    ("(" * 60 + "Income > 5" + ")" * 60, 52, "more than 50 levels"),
    ("__import__('os').system('x')", 17, "found '.'"),
    ("Income > 5 # or", 12, "expected a name, a number"),
]


@pytest.mark.parametrize(("condition", "column", "message"), CONDITION_SLIPS, ids=[slip[0] for slip in CONDITION_SLIPS])
def test_a_slip_in_a_condition_is_caught_at_its_column(condition: str, column: int, message: str) -> None:
    found = [problem for problem in problems(with_condition(condition)) if problem.startswith("policy.toml:17:")]
    assert any(message in problem for problem in found), found
    at = f"policy.toml:17:{10 + column}:"  # ''' opens at 8, its text at 11
    assert any(problem.startswith(at) for problem in found), found


@pytest.mark.parametrize(
    "condition",
    [
        "Income < 50",
        "Income >= -5 and Income <= 1e3",
        "Amount > Price",
        "5 > Income",
        "`Years at address` > 2",
        "Insured",
        "not Insured or Income != 3",
        "Insured = false",
        "Records in ['yes'] or Income in [1, 2, 3]",
        "Records not in ('no')",
        "Income is not missing and not (score < 0.5)",
        "Note = 'anything goes where the text is free'",
        "score >= 0.8",
    ],
)
def test_what_the_page_promises_can_be_written(condition: str) -> None:
    assert read(with_condition(condition)).rules[0].when == condition


def test_no_fewer_than_sixty_wrong_policies_are_caught_each_with_line_and_column() -> None:
    wrong = {edited(old, new) for old, new, _, _ in FILE_SLIPS} | {with_condition(slip[0]) for slip in CONDITION_SLIPS}
    told = {text: problems(text) for text in wrong}
    assert len(told) >= 60
    assert not [said for found in told.values() for said in found if not re.match(r"policy\.toml:\d+:\d+: .", said)]


@pytest.mark.parametrize(
    ("condition", "by"),
    [
        ("Amount > 4000.5", "`large-amount` above always does"),
        ("Amount >= 9000 and Records = 'no'", "`large-amount` above always does"),
        ("Amount > Price and score > 0.5", "`large-amount` above always does"),
        ("not (Amount <= 5000)", "`large-amount` above always does"),
        ("Amount is missing", "no case fulfils its condition"),  # the rule above needs it
        ("Records = 'yes' and Income < 50", "`records-and-no-income` above always does"),
        ("Income < 10 and Records not in ['no']", "`records-and-no-income` above always does"),
    ],
)
def test_a_rule_below_one_that_covers_it_never_decides(condition: str, by: str) -> None:
    rule = f'[[rules]]\nid = "below"\nwhen = """{condition}"""\naction = "review"\n\n'
    (found,) = problems(edited("# Bands", rule + "# Bands"))
    assert re.match(r"policy\.toml:34:10: the rule `below` never decides: ", found)
    assert by in found


@pytest.mark.parametrize("condition", ["Amount > 3999", "Amount > 4000 or Records = 'no'", "Price > Amount"])
def test_a_rule_that_decides_some_cases_of_its_own_is_fine(condition: str) -> None:
    rule = f'[[rules]]\nid = "below"\nwhen = """{condition}"""\naction = "review"\n\n'
    assert read(edited("# Bands", rule + "# Bands")).rules[2].id == "below"


def test_a_band_that_a_rule_covers_never_decides() -> None:
    (found,) = problems(with_condition("score >= 0.6"))
    assert found == (
        "policy.toml:47:1: the band `high` never decides: the rule `records-and-no-income` always does; "
        "take one of them out"
    )


def test_a_rule_that_can_never_decide_is_named() -> None:
    text = edited(
        'when = "Amount > 4000 or Amount > Price"', "when = \"(Records = 'yes') and (Income is missing or Income<50)\""
    )
    assert "`large-amount` never decides: `records-and-no-income` above asks the same" in problems(text)[0]


@pytest.mark.parametrize(
    ("condition", "refused"),
    [
        ("Income is missing", True),
        ("Income is missing or Income > 500", True),
        ("not (Income is not missing and Income > 500)", True),
        ("not (Income is missing) and Income > 500", False),
        ("Income is not missing and Income > 500", False),
        ("Income is missing and Amount > 500", True),
        ("Income > 500", False),
    ],
)
def test_nothing_is_granted_because_something_is_missing(condition: str, refused: bool) -> None:
    text = with_condition(condition).replace('action = "reject"\nreason = "R01"', 'action = "approve"\nreason = "R01"')
    if refused:
        assert "because `Income` is missing" in problems(text)[0]
    else:
        read(text)


def test_without_a_contract_the_file_itself_is_still_checked() -> None:
    assert parse(with_condition("Anything = 'at all'")).rules
    with pytest.raises(DocumentError, match="write >="):
        parse(with_condition("Anything => 3"))


def test_a_file_with_one_of_everything_wrong_names_each() -> None:
    text = """
id = ""
owner = 3
bands = [{ id = "a", from = 0, to = 0.5, action = "aprove" }, { id = "a", from = 0.6, to = 2, action = "review" }]
actions = { names = ["approve", "review"], favourable = "approve" }
fallback = { action = "approve" }
extra = 1
"""
    said = "\n".join(problems(text))
    for part in (
        "`id` is empty",
        "`owner` is 3",
        "`version` is missing",
        "`aprove`",
        "used twice",
        "`to` is 2",
        "favourable",
        "`extra`",
    ):
        assert part in said


def test_every_value_that_toml_does_not_read_is_told_at_once() -> None:
    text = (
        EXAMPLE.replace("to = 0.25", "to = 0,25")
        .replace("to = 0.6", "to = 60%")
        .replace("score = 0.25", "score = 0,25")
    )
    with pytest.raises(DocumentError) as caught:
        parse(text, contract=CONTRACT)
    ends = [problem.rsplit("; ", 1)[1] for problem in caught.value.problems]
    assert ends == ["write 0.25", "write 0.6", "write 0.25"]
