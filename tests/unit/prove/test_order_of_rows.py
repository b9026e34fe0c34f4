"""The order of the rows changes no byte of record and report, whatever is said about the rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.prove.measure import measure
from golive.prove.report import html
from golive.prove.template import money_template
from golive.records.document import encode
from golive.records.money import parse

TEMPLATE = money_template()
LIMITS = 'maximise = "revenue"\nsubject_to = ["approval_rate >= 0.5"]'
MONEY = {
    "plain": parse(TEMPLATE),
    "limits": parse(TEMPLATE.replace('maximise = "profit"', LIMITS)),
    "sampled": parse(TEMPLATE + "\n[sampling]\nbase_rate = 0.1\nowner = 'head of risk'\n"),
    "none": None,
}  # fmt: skip
OPTIONS = ("group", "count", "weight", "date", "segment", "protected", "today")
N = 160


def rows(seed: int) -> pd.DataFrame:
    """Many ties: rows that are alike in all but one column must not be mixed up."""
    rng = np.random.default_rng(seed)
    bad = rng.random(N) < 0.35
    return pd.DataFrame({
        "Status": np.where(bad, "bad", "good"),
        "score": np.clip(rng.integers(0, 12, N) + 3 * bad, 0, 14) / 15,
        "Amount": rng.integers(1, 4, N) * 500.0 + 0.1 * rng.integers(0, 3, N),
        "Time": rng.integers(1, 3, N) * 12.0,
        "customer": [f"C{at}" for at in rng.integers(0, 60, N)],
        "times": rng.integers(0, 3, N),
        "share": rng.choice([0.3, 1.0, 2.7], N),
        "when": [f"2024-{at // 3 + 1:02}-{at % 3 + 1:02}" for at in rng.integers(0, 36, N)],
        "region": [["north", "south", None][at] for at in rng.integers(0, 3, N)],
        "sex": rng.choice(["f", "m"], N),
        "done": rng.choice(["approve", "reject"], N),
    })  # fmt: skip


COLUMN = {
    "group": "customer", "count": "times", "weight": "share", "date": "when", "segment": ["region", "sex"],
    "protected": ["sex"],
}  # fmt: skip


def written(frame: pd.DataFrame, money: str, options: frozenset[str]) -> tuple[bytes, str]:
    given: dict[str, Any] = {name: COLUMN[name] for name in options if name in COLUMN}
    if "today" in options and money != "none":
        given["today"] = frame["done"]
    found = measure(frame["Status"], frame["score"], event="bad", money=MONEY[money], columns=frame, **given)
    return encode(found), html(found)


@settings(max_examples=15)
@given(
    st.integers(0, 5), st.integers(0, 2**32), st.sampled_from(sorted(MONEY)), st.frozensets(st.sampled_from(OPTIONS))
)
def test_the_order_of_the_rows_changes_no_byte(seed: int, order: int, money: str, options: frozenset[str]) -> None:
    frame = rows(seed)
    moved = frame.iloc[np.random.default_rng(order).permutation(N)].reset_index(drop=True)
    assert written(moved, money, options) == written(frame, money, options)


def test_nor_with_everything_at_once() -> None:
    frame = rows(9)
    everything = frozenset(OPTIONS)
    for money in MONEY:
        moved = frame.iloc[::-1].reset_index(drop=True)
        assert written(moved, money, everything) == written(frame, money, everything)
