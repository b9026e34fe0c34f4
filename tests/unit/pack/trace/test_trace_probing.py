"""A function that cannot be followed becomes a look-up over the values of training, if it always gives the same."""

from __future__ import annotations

import datetime
import functools
import random
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from tests.unit.pack.trace.conftest import compiled, guarded, kinds_of

from golive.engine.builder import Builder
from golive.errors import GoliveError, UnsupportedError
from golive.pack.trace import trace

if TYPE_CHECKING:
    from collections.abc import Callable

_SEEN: dict[str, int] = {}
_ORDER: list[str] = []
_PATTERN = re.compile(r"[^a-z]+")


def by_pattern(text: Any) -> str:
    return _PATTERN.sub("_", str(text).lower())


def without_accents(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def vowels(text: str) -> int:
    found = 0
    for letter in text:
        if letter in "aeiou":
            found += 1
    return found


def padded(number: int) -> str:
    return f"{number:05d}"


class Scale:
    def __init__(self, by: int) -> None:
        self.by = by

    def __call__(self, text: str) -> int:
        return sum(map(ord, text)) * self.by


LOOKED_UP: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "a pattern": ("Home", lambda df: df["Home"].apply(by_pattern)),
    "a pattern on missing texts": ("Job", lambda df: df["Job"].map(by_pattern)),
    "a library": ("Home", lambda df: df["Home"].map(without_accents)),
    "a loop": ("Home", lambda df: df["Home"].apply(vowels)),
    "numbers as text": ("Amount", lambda df: df["Amount"].apply(padded)),
    "numbers as text, a lambda": ("Amount", lambda df: df["Amount"].apply(lambda x: str(x).zfill(5))),
    "a method": ("Home", lambda df: df["Home"].map(str.title)),
    "a truth": ("Records", lambda df: df["Records"].apply(lambda x: bool(re.match("y", x)))),
    "of truths": ("Married", lambda df: df["Married"].apply(lambda x: f"{x!r}")),
    "missing left out": ("Job", lambda df: df["Job"].map(vowels, na_action="ignore")),
    "an object": ("Home", lambda df: df["Home"].apply(Scale(3))),
    "a part": ("Home", lambda df: df["Home"].apply(functools.partial(re.sub, "[ae]", "*"))),
    "an argument": ("Home", lambda df: df["Home"].apply(lambda x, by: by.join(x), by="-")),
    "of a computed text": ("Home", lambda df: df["Home"].str.lower().map(vowels)),
}


@pytest.mark.parametrize("which", LOOKED_UP)
def test_a_function_of_few_values_is_a_look_up(which: str, train: pd.DataFrame, equal: Callable[..., Any]) -> None:
    column, step = LOOKED_UP[which]

    def clean(df: Any) -> Any:
        df = df.copy()
        df["made"] = step(df)
        return df[["Age", "made"]]

    traced = equal(clean)
    (frozen,) = [one for one in traced.frozen if one.what.startswith("looked up")]
    assert frozen.what.endswith(f" values of {column}")
    assert " -> " in frozen.value and frozen.where.startswith("test_trace_probing.py:")


def test_a_value_that_was_never_seen_has_no_score(train: pd.DataFrame, unseen: pd.DataFrame) -> None:
    traced, program = compiled(lambda df: df.assign(made=df["Home"].apply(by_pattern)), train)
    stranger = ~unseen["Home"].isin(train["Home"].unique())
    assert stranger.any() and not stranger.all()
    assert guarded(program, unseen).tolist() == stranger.tolist()
    with pytest.raises(GoliveError, match="was not among the values"):
        traced.replay(unseen)


def test_a_missing_text_that_training_never_had_has_no_score(train: pd.DataFrame) -> None:
    rows = train.assign(Home=train["Home"].where(train.index != 103, None).astype(object))
    traced, program = compiled(lambda df: df.assign(made=df["Home"].str.strip().apply(by_pattern)), rows)
    assert not guarded(program, rows).any()
    assert traced.frame.loc[103, "made"] == by_pattern(rows.loc[103, "Home"])


def counted(text: str) -> int:
    return _SEEN.setdefault(text, len(_SEEN)) + len(re.findall("a", text)) * 0


def listed(text: str) -> int:
    if text not in _ORDER:
        _ORDER.append(text)
    return sum(map(ord, text))


def through_a_helper(text: str) -> int:
    return len(re.sub("a", "", text)) + counted(text)


def by_chance(text: str) -> float:
    return len(re.sub("a", "", text)) + random.random()


def by_the_clock(text: str) -> str:
    return re.sub("a", str(datetime.date.today().year), text)


def from_a_file(text: str) -> str:
    with open(__file__, encoding="utf-8") as file:  # noqa: PTH123  # as people write it
        return re.sub("a", file.readline(), text)


class Counter:
    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        self.seen[text] = 1
        return sum(map(ord, text))


class Today:
    """Its operator looks at the clock, where nobody watches."""

    def __contains__(self, text: str) -> bool:
        return len(text) > 4 or datetime.date.today().year > 2_000


_TODAY = Today()


def asks_an_object(text: str) -> int:
    return len(re.sub("a", "", text)) if text in _TODAY else 0


@functools.lru_cache
def cached(text: str) -> str:
    return re.sub("a", "b", text)


CHANGING = [counted, listed, through_a_helper, by_chance, by_the_clock, from_a_file, Counter(), cached, asks_an_object]


OTHERWISE = "of a `Today`|the function changes|gets a traced column|written into|a loop over the values"
WHY = {
    "by_chance": "for the same value",
    "by_the_clock": "`today` of `datetime` may give another answer",
    "cached": "`cached` of .* may give another answer",
    "from_a_file": "`open` of",
}


@pytest.mark.parametrize("function", CHANGING, ids=lambda function: getattr(function, "__name__", "Counter"))
def test_a_function_whose_answer_can_change_is_refused(
    function: Callable[[str], Any], refused: Callable[..., UnsupportedError]
) -> None:
    def clean(df: Any) -> Any:
        df["made"] = df["Home"].apply(function)
        return df

    error = refused(clean, WHY.get(getattr(function, "__name__", ""), OTHERWISE))
    assert error.hint


@pytest.mark.parametrize("column", ["Price", "Debt", "Age"])
def test_too_many_values_and_decimals_are_refused_as_before(column: str, refused: Callable[..., Any]) -> None:
    def clean(df: Any) -> Any:
        df["made"] = df[column].apply(lambda x: f"{x:.1f}")
        return df

    refused(clean, "a format inside an f-string")


def test_free_text_is_refused_as_before(train: pd.DataFrame) -> None:
    rows = pd.DataFrame({"note": [f"note {number}" for number in range(101)]})
    with pytest.raises(UnsupportedError, match="gets a traced column"):
        trace(lambda df: df.assign(made=df["note"].apply(by_pattern)), rows, Builder(), kinds_of(rows))
