"""The reference page names everything that is accepted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from golive.pack.trace.aggregates import NAMES
from golive.pack.trace.calls_numpy import FUNCTIONS
from golive.pack.trace.frame import Frame
from golive.pack.trace.proxy import Proxy
from golive.pack.trace.series import Series
from golive.pack.trace.strings import Strings

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "cleaning.md"
NAMED = set(re.findall(r"\w+", PAGE.read_text(encoding="utf-8")))
DISPLAY = {"head", "tail", "info", "shape", "size", "empty", "dtype", "name", "index"}
"""Accepted without a word on the page: they show or describe."""


@pytest.mark.parametrize("proxy", [Series, Frame, Strings], ids=lambda proxy: proxy.__name__)
def test_every_accepted_method_is_on_the_page(proxy: type[Proxy]) -> None:
    asked = [name for name in dir(proxy) if not name.startswith("_")]
    accepted = {name for name in asked if any(hasattr(one, name) for one in proxy.stands_for)}
    assert accepted - NAMED - DISPLAY == set()


def test_every_accepted_numpy_function_is_on_the_page() -> None:
    operators = {"add", "subtract", "multiply", "divide", "remainder", "floor_divide", "negative", "positive"}
    comparisons = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "logical_xor"}
    same = {"absolute", "fabs", "around", "bitwise_and", "bitwise_or", "bitwise_xor", "invert"}
    aggregates = set(NAMES) | {"ptp", "amin", "amax", "percentile"}
    for function in FUNCTIONS:
        name = function.__name__
        bare = name.removeprefix("nan")
        assert name in NAMED | operators | comparisons | same or bare in aggregates, name
