"""A compiled policy does what the page says, by row and by column, against a second reading of the rules."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from golive.engine.bundle import load
from golive.engine.operations import OPERATIONS, Column, Text
from golive.engine.policy import compile_policy
from golive.engine.program import Program
from golive.engine.ways import way
from golive.errors import BundleError, DocumentError
from golive.records.contract import Contract, Input, Kind
from golive.records.cover import never
from golive.records.document import decode, encode
from golive.records.graph import Graph
from golive.records.policy import branches, parse

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "policy.md"
EXAMPLE: str = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
CONTRACT = Contract(
    inputs=(
        *(Input(name=name, kind=Kind.number, nullable=True) for name in ("Income", "Amount", "Price")),
        *(Input(name=name, kind=Kind.text, nullable=True, categories=("no", "yes")) for name in ("Records", "Other")),
        *(Input(name=name, kind=Kind.boolean, nullable=False) for name in ("Insured", "New")),
    ),
    event="bad",
    reasons="none",
    rows=1,
)
KINDS = {known.name: known.kind for known in CONTRACT.inputs}
Case = dict[str, Any]


class Rule(NamedTuple):
    """A condition as text, and the same as a function; which inputs it names, and which it asks about."""

    text: str
    holds: Callable[[Case], bool]
    named: frozenset[str]
    asked: frozenset[str]


numbers = st.sampled_from([0.0, 1.0, -1.5, 100.0])
COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def there(case: Case, *names: str) -> bool:
    return all(case[name] is not None for name in names)


@st.composite
def comparisons(draw: st.DrawFn) -> Rule:
    """Return one comparison; with a missing value it is false."""
    kind = draw(st.sampled_from(["constant", "inputs", "text", "texts", "in", "missing", "flag", "flags", "score"]))
    negated = draw(st.booleans())
    name = draw(st.sampled_from(["Income", "Amount", "Price"]))
    text = draw(st.sampled_from(["Records", "Other"]))
    flag = draw(st.sampled_from(["Insured", "New"]))
    sign = draw(st.sampled_from(sorted(COMPARE)))
    compare, same = COMPARE[sign], "!=" if negated else "="
    if kind == "constant":
        value = draw(numbers)
        return _rule(f"{name} {sign} {value}", lambda c: there(c, name) and compare(c[name], value), name)
    if kind == "inputs":
        other = draw(st.sampled_from(["Income", "Amount"]))
        return _rule(
            f"{name} {sign} {other}", lambda c: there(c, name, other) and compare(c[name], c[other]), name, other
        )
    if kind == "text":
        return _rule(f"'yes' {same} {text}", lambda c: there(c, text) and (c[text] == "yes") != negated, text)
    if kind == "texts":
        return _rule(
            f"Records {same} Other",
            lambda c: there(c, "Records", "Other") and (c["Records"] == c["Other"]) != negated,
            "Records", "Other",
        )  # fmt: skip
    if kind == "in":
        values = draw(st.lists(numbers, min_size=1, max_size=3))
        word = "not in" if negated else "in"
        listed = ", ".join(map(str, values))
        return _rule(f"{name} {word} [{listed}]", lambda c: there(c, name) and (c[name] in values) != negated, name)
    if kind == "missing":
        of = draw(st.sampled_from([name, text]))
        word = "is not missing" if negated else "is missing"
        return Rule(f"{of} {word}", lambda c: (c[of] is None) != negated, frozenset({of}), frozenset({of}))
    if kind == "flag":
        return _rule(flag, lambda c: bool(c[flag]), flag)
    if kind == "flags":
        return _rule(f"Insured {same} New", lambda c: (c["Insured"] == c["New"]) != negated, "Insured", "New")
    border = draw(st.sampled_from([0.25, 0.6, 1.0]))
    return _rule(f"score {sign} {border}", lambda c: compare(c["@score"], border))


def _rule(text: str, holds: Callable[[Case], bool], *names: str) -> Rule:
    return Rule(text, holds, frozenset(names), frozenset())


@st.composite
def joined(draw: st.DrawFn, parts: st.SearchStrategy[Rule]) -> Rule:
    one, word = draw(parts), draw(st.sampled_from(["and", "or", "not"]))
    if word == "not":
        return Rule(f"not ({one.text})", lambda c: not one.holds(c), one.named, one.asked)
    two = draw(parts)
    both = (lambda c: one.holds(c) and two.holds(c)) if word == "and" else (lambda c: one.holds(c) or two.holds(c))
    return Rule(f"({one.text}) {word} ({two.text})", both, one.named | two.named, one.asked | two.asked)


rules = st.recursive(comparisons(), joined, max_leaves=5)
scores = st.one_of(
    st.sampled_from(
        [0.0, 0.25, math.nextafter(0.25, 0), 0.6, math.nextafter(0.6, 1), 1.0, math.nan, -0.1, 1.5, math.inf]
    ),
    st.floats(0, 1),
)
cases = st.fixed_dictionaries(
    {
        **{name: st.one_of(st.none(), numbers, st.floats(-200, 200)) for name in ("Income", "Amount", "Price")},
        **{name: st.sampled_from([None, "no", "yes"]) for name in ("Records", "Other")},
        **{name: st.booleans() for name in ("Insured", "New")},
        "@score": scores,
    }
)


def expected(written: list[Rule], case: Case) -> int:
    """Return the branch as docs/reference/policy.md says it."""
    if not 0 <= case["@score"] <= 1:
        return 0
    for position, rule in enumerate(written, start=1):
        if any(case[name] is None for name in rule.named - rule.asked):
            return 0
        if rule.holds(case):
            return position
    return 1 + len(written) + sum(bool(case["@score"] >= border) for border in (0.25, 0.6))


def policy_text(written: list[Rule]) -> str:
    text = EXAMPLE[: EXAMPLE.index("[inputs]")] + EXAMPLE[EXAMPLE.index("[[bands]]") : EXAMPLE.index("[[cases]]")]
    for number, rule in enumerate(written):
        text += f'[[rules]]\nid = "r{number}"\nwhen = "{rule.text}"\naction = "review"\n'
    return text


def column(values: list[Any], name: str) -> Column:
    kind = KINDS.get(name, Kind.number)
    if kind is Kind.text:
        codes = [-1 if value is None else ["no", "yes"].index(value) for value in values]
        return Text(np.asarray(codes, dtype=np.int32), ["no", "yes"])
    if kind is Kind.boolean:
        return np.asarray(values, dtype=np.bool_)
    return np.asarray([math.nan if value is None else value for value in values], dtype=np.float64)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(rules, max_size=3, unique_by=lambda rule: rule.text), st.lists(cases, min_size=1, max_size=8))
def test_a_policy_decides_as_the_page_says_by_row_and_by_column(written: list[Rule], rows: list[Case]) -> None:
    policy = parse(policy_text(written))
    dead = {said.split("`")[1] for said in never(policy, CONTRACT)}
    wanted = [expected(written, row) for row in rows]
    assert not dead & {branches(policy)[branch].id for branch in wanted}
    assume(not dead)
    graph = compile_policy(policy, CONTRACT)
    program = Program(decode(encode(graph), Graph, name="policy/graph.json"))
    branch = program.graph.score
    assert [program.row(row)[branch] for row in rows] == wanted
    lazy = way(program)
    assert [lazy(row, row["@score"]) for row in rows] == wanted
    columns = {name: column([row[name] for row in rows], name) for name in rows[0]}
    assert program.columns(columns)[branch].tolist() == wanted


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("Income is missing", True),
        ("Income is not missing", False),
        ("Income is not missing or Income < 5", False),
        ("Income is not missing or Income != 5", False),
        ("Income is not missing or Income not in [5]", False),
        ("Income is not missing or Income in [5]", False),
        ("Income is not missing or Income != Amount", False),
        ("Income is not missing or not (Income != 5)", True),
        ("Records is not missing or Records != 'yes'", False),
        ("Records is not missing or Records != Other", False),
        ("Records is not missing or Records not in ['yes']", False),
    ],
)
def test_a_rule_that_asks_what_is_missing_finds_every_other_comparison_false(condition: str, holds: bool) -> None:
    program = Program(compile_policy(parse(policy_text([_rule(condition, bool)]), contract=CONTRACT), CONTRACT))
    case: Case = {"Income": None, "Records": None, "Amount": 1.0, "Other": "no", "@score": 0.1}
    assert program.row(case)[program.graph.score] == (1 if holds else 2)
    columns = {name: column([value], name) for name, value in case.items()}
    assert program.columns(columns)[program.graph.score].tolist() == [1 if holds else 2]


@pytest.mark.parametrize(
    "condition", ["Income != 5", "Income not in [5]", "not Income < 5", "Amount is missing or Income > 5"]
)
def test_a_rule_that_needs_what_is_missing_sends_the_case_to_the_fallback(condition: str) -> None:
    program = Program(compile_policy(parse(policy_text([_rule(condition, bool)]), contract=CONTRACT), CONTRACT))
    case: Case = {"Income": None, "Amount": None, "@score": 0.1}
    assert program.row(case)[program.graph.score] == 0


def test_every_score_from_0_to_1_has_one_band_and_a_border_belongs_to_the_upper_one() -> None:
    policy = parse(policy_text([]), contract=CONTRACT)
    program = Program(compile_policy(policy, CONTRACT))
    ways = branches(policy)
    for score, band in [
        (0.0, "low"), (math.nextafter(0.25, 0), "low"), (0.25, "middle"), (math.nextafter(0.6, 0), "middle"),
        (0.6, "high"), (1.0, "high"), (-0.0, "low"),
    ]:  # fmt: skip
        assert ways[int(program.row({"@score": score})[program.graph.score])].id == band
    grid = np.linspace(0, 1, 10_001)
    found = program.columns({"@score": grid})[program.graph.score]
    assert found.tolist() == [1 + (score >= 0.25) + (score >= 0.6) for score in grid]


def test_the_annotated_example_compiles_with_its_cases_to_operations_of_the_graph() -> None:
    graph = compile_policy(parse(EXAMPLE, contract=CONTRACT), CONTRACT)
    assert {node.op for node in graph.nodes} <= set(OPERATIONS)
    assert not graph.arrays
    assert set(graph.inputs) == {"@score", "Records", "Income", "Amount", "Price"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'score = 0.25\naction = "review"',
            'score = 0.25\naction = "approve"',
            "expected `approve`, the band `middle` gives",
        ),
        (
            'action = "reject"                                     # no',
            'action = "review" # no',
            "the rule `records-and-no",
        ),
        (
            'action = "review"                                     # `l',
            'action = "reject" # `l',
            "the fallback gives `review`, because the rule `large-amount` needs `Amount`, which is empty",
        ),
        (
            'Income = 120, Amount = 1000, Price = 1500 }\nscore = 0.25\naction = "review"',
            'Income = 200_000, Amount = 1000, Price = 1500 }\nscore = 0.25\naction = "approve"',
            "the fallback gives `review`, because `Income` is beyond what [inputs] expects",
        ),
        ("score = 0.25\n", "", "`approve` with the score 0"),
    ],
)
def test_a_case_that_comes_out_otherwise_stops_the_compilation(old: str, new: str, message: str) -> None:
    assert old in EXAMPLE
    policy = parse(EXAMPLE.replace(old, new), contract=CONTRACT)
    with pytest.raises(DocumentError, match=re.escape(message)):
        compile_policy(policy, CONTRACT)


def test_a_case_without_a_score_is_tried_at_every_border_of_bands_and_rules() -> None:
    text = EXAMPLE.replace('when = "Amount > 4000 or Amount > Price"', 'when = "score = 0.7"')
    only = text[: text.index("[[cases]]")] + '[[cases]]\ninputs = { Records = "yes", Income = 10 }\naction = "reject"\n'
    compile_policy(parse(only, contract=CONTRACT), CONTRACT)
    wrong = only.replace("Income = 10 }", "Income = 90 }")
    with pytest.raises(DocumentError, match="gives `approve` with the score 0"):
        compile_policy(parse(wrong, contract=CONTRACT), CONTRACT)


def test_a_policy_for_another_contract_does_not_compile() -> None:
    policy = parse(EXAMPLE)
    with pytest.raises(DocumentError, match="`Price` is not an input"):
        compile_policy(policy, Contract(inputs=CONTRACT.inputs[:2], event="bad", reasons="none", rows=1))


def test_a_compiled_policy_that_is_not_the_written_one_is_refused(folder: Path) -> None:
    text = 'id = "p"\nversion = "1"\nowner = "o"\nactions = { names = ["approve", "review"], favourable = "approve" }\n'
    text += 'bands = [{ id = "all", from = 0, to = 1, action = "review" }]\nfallback = { action = "review" }\n'
    (folder / "policy.toml").write_text(text)
    (folder / "policy").mkdir()
    contract = load(folder).contract
    (folder / "policy" / "graph.json").write_bytes(encode(compile_policy(parse(text), contract)))
    assert load(folder).decide({"Income": 1, "Records": "no"}).action == "review"
    (folder / "policy.toml").write_text("# a comment moves every line\n" + text)
    assert load(folder).policy is not None
    (folder / "policy.toml").write_text(text + '[[rules]]\nid = "r"\nwhen = "Income > 5"\naction = "approve"\n')
    with pytest.raises(BundleError, match="is not what"):
        load(folder)
    (folder / "policy.toml").unlink()
    with pytest.raises(BundleError, match="but no `policy"):
        load(folder)


def test_a_policy_that_is_not_text_is_refused(folder: Path) -> None:
    (folder / "policy.toml").write_bytes(b"id = '\xff'")
    with pytest.raises(DocumentError, match="not UTF-8"):
        load(folder)


@pytest.mark.parametrize(
    ("income", "branch"), [(-0.01, 0), (0.0, 1), (50.0, 1), (100.0, 1), (100.01, 0), (math.inf, 0), (None, 1)]
)
def test_a_value_outside_of_its_range_goes_to_the_fallback_and_a_missing_one_does_not(
    income: float | None, branch: int
) -> None:
    text = policy_text([]).replace(
        "[[bands]]", "[inputs]\nIncome = { type = 'number', from = 0, to = 100 }\n\n[[bands]]", 1
    )
    program = Program(compile_policy(parse(text, contract=CONTRACT), CONTRACT))
    case: Case = {"Income": income, "@score": 0.1}
    assert program.row(case)[program.graph.score] == way(program)(case, 0.1) == branch
    columns = {name: column([value], name) for name, value in case.items()}
    assert program.columns(columns)[program.graph.score].tolist() == [branch]
