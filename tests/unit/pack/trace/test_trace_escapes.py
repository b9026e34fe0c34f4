"""Programs in which a value tries to leave the proxies and come back: each is equal to pandas, or refused.

What once was silently wrong is here by name. The refusals that need no trick are in test_trace_refusals.
"""

from __future__ import annotations

import collections
import enum
import functools
import itertools
import operator
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REFUSED: list[tuple[Callable[[Any], Any], str]] = []
EQUAL: list[Callable[[Any], Any]] = []
SEEN: list[int] = []


def refused(match: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    def keep(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
        REFUSED.append((clean, match))
        return clean

    return keep


def equal(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    EQUAL.append(clean)
    return clean


def copied(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Equal since pandas 3; before, a column changed in place changes its frame, which the trace is found to miss."""
    return equal(clean) if pd.__version__ >= "3" else clean


@pytest.mark.parametrize(("clean", "match"), REFUSED, ids=lambda value: getattr(value, "__name__", "match"))
def test_what_cannot_be_followed_is_refused(clean: Any, match: str, request: Any, train: pd.DataFrame) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clean(train.copy())  # pandas itself has no error to show for it
    error = request.getfixturevalue("refused")(clean, match)
    assert error.hint


@pytest.mark.parametrize("clean", EQUAL, ids=lambda clean: clean.__name__)
def test_what_is_followed_is_equal(clean: Any, request: Any) -> None:
    request.getfixturevalue("equal")(clean)


# A function that remembers the rows before: each of these gave the value of the last training row.


@refused("changes `seen` while it runs row by row")
def a_counter_in_a_dict(df: Any) -> Any:
    seen: dict[str, int] = {}

    def number(_: Any) -> int:
        seen["n"] = seen.get("n", 0) + 1
        return seen["n"]

    df["x"] = df["Age"].apply(number)
    return df


@refused("changes `previous` while it runs row by row")
def a_difference_to_the_row_before(df: Any) -> Any:
    previous = 0

    def step(x: Any) -> Any:
        nonlocal previous
        found, previous = x - previous, x
        return found

    df["x"] = df["Age"].apply(step)
    return df


@refused("changes `a default of it` while it runs row by row")
def a_default_that_grows(df: Any) -> Any:
    def largest(x: Any, so_far: dict[str, Any] = {"m": 0}) -> Any:  # noqa: B006
        if x > so_far["m"]:
            so_far["m"] = x
        return so_far["m"]

    df["x"] = df["Age"].apply(largest)
    return df


@refused("changes `seen` while it runs row by row")
def the_first_of_its_kind(df: Any) -> Any:
    seen: list[str] = []

    def again(x: Any) -> int:
        if x in seen:
            return 1
        seen.append(x)
        return 0

    df["x"] = df["Home"].apply(again)
    return df


@refused("changes `SEEN` while it runs row by row")
def a_global_that_grows(df: Any) -> Any:
    def number(_: Any) -> int:
        global SEEN
        SEEN = [*SEEN, 1]
        return len(SEEN)

    df["x"] = df["Age"].apply(number)
    return df


@refused("changes `total` while it runs row by row")
def an_array_that_is_written(df: Any) -> Any:
    total = np.zeros(1)

    def add(_: Any) -> Any:
        total[0] += 1
        return total[0]

    df["x"] = df["Age"].apply(add)
    return df


@refused("changes `left` while it runs row by row")
def a_list_that_is_used_up(df: Any) -> Any:
    left = list(range(len(df) * 10))
    df["x"] = df["Age"].apply(lambda _: left.pop())
    return df


@refused("changes `left` while it runs row by row")
def a_list_that_only_an_unseen_row_would_change(df: Any) -> Any:
    left = [1] * 5
    df["x"] = df["Age"].apply(lambda x: 0 if x < 100 else left.pop())
    return df


@refused("changes `flag` while it runs row by row")
def a_flag_set_by_some_row(df: Any) -> Any:
    flag: list[int] = []
    df["Age"].apply(lambda x: flag.append(1) if x > 68 else None)
    df["x"] = 1 if flag else 0
    return df


@refused("changes `out` while it runs row by row")
def a_list_filled_by_apply(df: Any) -> Any:
    out: list[Any] = []
    df["Age"].apply(lambda x: out.append(x + 1))
    df["x"] = out
    return df


@refused("changes `queue` while it runs row by row")
def a_queue(df: Any) -> Any:
    queue = collections.deque([0, 0])

    def rotate(x: Any) -> Any:
        queue.append(1)
        return x + queue.popleft()

    df["x"] = df["Age"].apply(rotate)
    return df


class Counter:
    """Remembers how often it was called."""

    calls = 0

    def number(self, _: Any) -> int:
        self.calls += 1
        return self.calls

    @property
    def value(self) -> int:
        Counter.calls += 1
        return Counter.calls


@refused("changes `self` while it runs row by row")
def an_object_that_counts(df: Any) -> Any:
    df["x"] = df["Age"].apply(Counter().number)
    return df


@refused("changes `counter` while it runs row by row")
def a_property_that_counts(df: Any) -> Any:
    counter = Counter()
    df["x"] = df["Age"].apply(lambda x: x + counter.value)
    return df


@refused("reads from an iterator, a generator or a file")
def an_iterator(df: Any) -> Any:
    numbers = itertools.count()
    df["x"] = df["Age"].apply(lambda _: next(numbers))
    return df


@refused("reads from an iterator, a generator or a file")
def a_generator(df: Any) -> Any:
    def numbers() -> Iterator[int]:
        yield from range(10_000)

    left = numbers()
    df["x"] = df["Age"].map(lambda _: next(left))
    return df


# One value under two names


@equal
def a_column_changed_in_place_changes_under_all_its_names(df: Any) -> Any:
    s = df["Age"].copy()
    t = s
    s += (df["Age"] > 75) * 5  # no training row is that old
    df["x"] = t
    u = v = df["Price"] * 2
    u *= 2
    u -= 1
    df["y"] = v
    return df


@equal
def a_table_changed_in_place_changes_under_all_its_names(df: Any) -> Any:
    part = df[["Age", "Price"]]
    same = part
    part *= 2
    part += 1
    df["x"] = same["Age"]
    return df


@equal
def all_rows_by_loc_are_another_table(df: Any) -> Any:
    other = df.loc[:]
    other.loc[other["Age"] > 75, "Age"] = 0  # no training row is that old
    third = df.loc[:, :]
    third["Debt"] = 0
    return df


@equal
def a_column_taken_before_it_changes(df: Any) -> Any:
    s = df["Age"]
    df["Age"] = 0
    df["x"] = s
    s += 1
    t = df["Debt"].copy()
    df["y"] = t
    t[t < 0] = 0
    df["z"] = t
    return df


@equal
def every_kind_of_change_in_place(df: Any) -> Any:
    df["Age"] -= 1
    df["Age"] //= 2
    df["Age"] %= 7
    df["Age"] **= 2
    df.Price /= 3
    df["m"] = df["Married"]
    df["m"] &= df["Age"] > 3
    df["m"] |= df["Age"] > 30
    df["m"] ^= True
    held = {"b": [1]}
    held["b"] += [2]
    df["x"] = df["Age"] + len(held["b"])
    df.loc[df["Age"] > 4, "Income"] *= 2
    return df


@copied
def a_column_held_elsewhere(df: Any) -> Any:
    held = {"a": df["Age"]}
    held["a"] += 1
    df["x"] = held["a"] * 2
    return df


@refused("an array is changed in place")
def an_array_under_two_names(df: Any) -> Any:
    a = np.where(df["Age"] > 30, 1, 0)
    b = a
    a += 1
    df["x"] = b
    return df


@refused("a change in place of a column")
def a_part_of_a_column_written_through_loc(df: Any) -> Any:
    df["Income"].loc[df["Age"] > 30] = 0
    return df


@equal
def chained_assignment_that_reaches_nothing(df: Any) -> Any:
    df[df["Age"] > 30]["Income"] = 0
    df.loc[df["Age"] > 30]["Income"] = 0
    return df


# What the user's own classes do by themselves


class Strange:
    """Operators that look at the type of what they get."""

    def __add__(self, other: Any) -> int:
        return 5 if isinstance(other, float | int) else 7

    def __contains__(self, other: Any) -> bool:
        return True


class Whole(int):
    """A number with an operator of its own."""

    def __radd__(self, other: Any) -> int:
        return 100


class Word(str):
    """A text that equals everything."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True


class Table(dict[str, int]):
    """A dict that answers in its own way."""

    def __getitem__(self, key: str) -> int:
        return 9


class Level(enum.IntEnum):
    """Numbers with names."""

    HIGH = 40


class Job(str, enum.Enum):
    """Texts with names."""

    FIXED = "fixed"


@refused("an operator of the class `Strange`")
def an_operator_of_ones_own(df: Any) -> Any:
    strange = Strange()
    df["x"] = df["Age"].apply(lambda x: strange + x)
    return df


@refused("`in` of a `Strange`")
def a_container_of_ones_own(df: Any) -> Any:
    strange = Strange()
    df["x"] = df["Records"].apply(lambda x: 1 if x in strange else 0)
    return df


@refused("meets a `Whole`")
def a_number_of_ones_own(df: Any) -> Any:
    one = Whole(1)
    df["x"] = df["Age"].apply(lambda x: x + one)
    return df


@refused("meets a `Word`")
def a_text_of_ones_own(df: Any) -> Any:
    df["x"] = df["Records"].apply(lambda x: x == Word("zzz"))
    return df


@refused("a look-up in a `Table`")
def a_dict_of_ones_own(df: Any) -> Any:
    table = Table(yes=1)
    df["x"] = df["Records"].apply(lambda x: table[x])
    return df


@refused("meets a `Job`")
def a_text_with_a_name(df: Any) -> Any:
    df["x"] = df["Job"] == Job.FIXED
    return df


@equal
def numbers_and_texts_with_names(df: Any) -> Any:
    df["x"] = df["Age"] > Level.HIGH
    df["y"] = df["Job"] == Job.FIXED.value
    df["z"] = df["Age"].apply(lambda x: x >= Level.HIGH)
    return df


@equal
def the_type_of_a_value(df: Any) -> Any:
    df["x"] = df["Job"].apply(lambda x: 1 if type(x) == str else 0)  # noqa: E721
    return df


@equal
def classes_inside_the_function(df: Any) -> Any:
    class Young(Exception):  # noqa: N818
        pass

    class Store:
        pass

    def by_exception(x: Any) -> Any:
        try:
            if x < 30:
                raise Young(x)
            return 0
        except Young as young:
            return young.args[0] * 2

    store = Store()
    store.mean, store.column = df["Age"].mean(), df["Age"]  # type: ignore[attr-defined]
    df["x"] = df["Age"].apply(by_exception)
    df["y"] = store.column - store.mean  # type: ignore[attr-defined]
    return df


# Text and numbers


@equal
def text_times_a_number(df: Any) -> Any:
    df["x"] = df["Home"].apply(lambda x: x * 2)
    return df


@equal
def text_in_a_template(df: Any) -> Any:
    df["x"] = df["Home"].apply(lambda x: "<%s>" % x)  # noqa: UP031
    return df


# Aggregates inside a function


@refused("mean of Debt \\(some rows\\) is asked for again in this line")
def two_aggregates_of_one_name_in_one_line(df: Any) -> Any:
    df["x"] = df["Age"].apply(lambda x: x + sum(df.loc[df["Age"] > k, "Debt"].mean() for k in (30, 40)))
    return df


@refused("agg of Age is asked for again in this line")
def two_ways_to_aggregate_in_one_line(df: Any) -> Any:
    df["x"] = df["Age"].apply(lambda x: x / df["Age"].agg(["max"])["max"] - df["Age"].agg(["min"]).iloc[0])
    return df


@refused("mean of Age \\(some rows\\) is asked for again in this line")
def other_rows_that_are_like_this_one(df: Any) -> Any:
    df["x"] = df["Home"].apply(lambda home: df.loc[df["Home"] == home, "Age"].mean())
    return df


# What is equal though it looks dangerous


@equal
def containers_made_inside_the_function(df: Any) -> Any:
    def gathered(x: Any) -> Any:
        parts = [x, 0]
        parts[1] += x
        parts.append(1)
        named = {"s": 0}
        named["s"] += x * 2
        return sum(1 for part in parts if part > 30) + named["s"] + parts.index(x)

    df["x"] = df["Age"].apply(gathered)
    df["y"] = df.apply(lambda r: 5 in [r["Age"], r["Amount"]] or (r["Age"], r["Amount"]) > (30, 0), axis=1)
    df["z"] = df.apply(lambda r: max(["Age", "Amount"], key=lambda name: r[name]), axis=1)
    df["w"] = df["Age"].apply(lambda x: next((name for edge, name in ((20, "a"), (40, "b")) if x < edge), "c"))
    return df


@equal
def functions_that_are_made_in_a_loop(df: Any) -> Any:
    adders = []
    for k in (1, 2, 3):
        adders.append(lambda x: x + k)  # noqa: B023
    df["x"] = df["Age"].apply(adders[0])  # the last k, as in Python
    df["y"] = functools.reduce(lambda left, right: left + right, [df[name] for name in ("Age", "Amount")])
    df["z"] = functools.reduce(operator.and_, [df["Age"] > 20, df["Debt"] > 0])
    return df


@equal
def a_global_that_holds_a_column(df: Any) -> Any:
    HELD.clear()
    HELD["s"] = df["Age"]
    df["x"] = HELD["s"] * 2
    return df


HELD: dict[str, Any] = {}


@refused("a `Series` is assigned")
def a_global_that_keeps_a_column_of_another_run(df: Any) -> Any:
    if "t" not in HELD:
        HELD["t"] = df["Age"]
    df["x"] = HELD["t"] * 2
    return df
