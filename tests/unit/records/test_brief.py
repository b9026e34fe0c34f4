"""brief.toml: blanks are allowed and listed, mistakes are named with their place."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.chain.init.brief import written
from golive.errors import DocumentError
from golive.records.brief import FIELDS, STAGES, Acting, Asked, Brief, Decision, Expected, Today, blanks, parse

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "brief.md"
EXAMPLE = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)[0]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(DocumentError) as caught:
        parse(text)
    return caught.value.problems


def test_the_annotated_example_is_whole_and_has_every_field() -> None:
    brief = parse(EXAMPLE)
    assert list(blanks(brief)) == []
    assert brief.asked[0] == Asked(
        what="when each column of the bureau is written down",
        of="data",
        asked=date(2026, 10, 5),
        answered=date(2026, 10, 19),
    )
    assert brief.dates == (Expected(stage="serve", expected=date(2027, 2, 1), owner="product"),)
    assert brief.today.cases_per_month == 450
    for name in ("answered", "protected", *(field.rpartition(".")[2] for field in FIELDS)):
        assert name in EXAMPLE


def test_an_empty_file_is_a_brief_in_which_everything_is_blank() -> None:
    assert [one.field for one in blanks(parse(""))] == list(FIELDS)


def test_what_init_writes_without_answers_is_read_as_blanks() -> None:
    assert parse(written(Brief())) == Brief()


@given(
    st.builds(
        Brief,
        roles=st.fixed_dictionaries({"a": texts, "b c": texts}),
        decision=st.builds(
            Decision,
            question=texts,
            concern_of=st.sampled_from(["", "a", "b c"]),
            felt_in=texts,
            protected=st.lists(texts, max_size=2).map(tuple),
        ),
        today=st.builds(Today, rule=texts, cases_per_month=st.none() | st.integers(1, 10**9).map(float), cost=texts),
        acting=st.builds(Acting, who=st.sampled_from(["", "a"]), tool=texts),
        answers=st.dictionaries(texts.filter(bool), texts, max_size=3),
        sign=st.sampled_from([(), ("a",), ("b c", "a")]),
        asked=st.lists(st.builds(Asked, what=texts, of=st.just("a"), asked=days), max_size=2).map(tuple),
        dates=st.sampled_from(STAGES).map(lambda one: (Expected(stage=one, expected=date(2030, 1, 1), owner="a"),)),
    )
)
def test_what_is_written_is_read_back_whatever_was_typed(brief: Brief) -> None:
    assert parse(written(brief)) == brief


ROLES = '[roles]\nrisk = "head of risk"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[decision]\nquestoin = "x"', "brief.toml:2:12: unknown field `questoin` (did you mean `question`?)"),
        ('[decisions]\nquestion = "x"', "brief.toml:1:1: unknown field `decisions` (did you mean `decision`?)"),
        (ROLES + '[sign]\nroles = ["rsik"]', "the role `rsik` is not in [roles] (did you mean `risk`?); it has: risk"),
        (ROLES + '[acting]\nwho = "desk"', "brief.toml:4:7: the role `desk` is not in [roles]; it has: risk"),
        ('[acting]\nwho = "desk"', "it has: nothing yet"),
        (
            '[[asked]]\nwhat = "x"\nasked = 2026-10-09\nanswered = 2026-10-05',
            "brief.toml:4:12: `answered` is 2026-10-05, but `asked` is 2026-10-09",
        ),
        ('[[asked]]\nwhat = "x"\nanswered = 2026-10-05', "`answered` is 2026-10-05, but `asked` is not there"),
        (
            '[[asked]]\nwhat = "x"\nasked = "05.10.2026"',
            "`asked` is '05.10.2026'; expected a date without quotes such as 2027-01-31",
        ),
        (
            '[[asked]]\nwhat = "x"\nasked = 2026-10-05T08:00:00',
            "`asked` is 2026-10-05 08:00:00; expected a date without quotes",
        ),
        ('[[asked]]\nof = ""', "`what` is missing"),
        ('[asked]\nwhat = "x"', "expected tables that start with [[asked]]"),
        ('[[dates]]\nstage = "serving"', "`stage` is 'serving' (did you mean `serve`?)"),
        ('[[dates]]\nstage = "serve"\n[[dates]]\nstage = "serve"', "brief.toml:4:9: `serve` has two dates"),
        ("[today]\ncases_per_month = 0", "`cases_per_month` is 0; expected more than 0"),
        ('[today]\ncases_per_month = "many"', "`cases_per_month` is 'many'; expected a finite number"),
        ("[today]\ncases_per_month = inf", "expected a finite number"),
        ("sign = 3", "`sign` is 3; expected a table"),
        ("[answers]\napprove = 3", "`approve` is 3; expected text in double quotes"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, said: str) -> None:
    (problem,) = problems(text)
    assert said in problem


def test_all_mistakes_are_told_at_once() -> None:
    found = problems('[decision]\nquestoin = "x"\n[acting]\nwho = "desk"\n[[dates]]\nstage = "live"\n')
    assert [problem.split(": ")[0] for problem in found] == ["brief.toml:2:12", "brief.toml:4:7", "brief.toml:6:9"]


def test_roles_are_compared_without_case_as_in_the_chain() -> None:
    assert parse(ROLES + '[sign]\nroles = ["Risk ", "risk"]').sign == ("risk",)
