from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from golive.errors import InputError
from golive.maths.comparison import holds
from golive.records.condition import read

COLUMNS: dict[str, Any] = {
    "Amount": np.array([1000.0, 5000.0, 7000.0]),
    "Age": np.array(["18", "7", None], dtype=object),
    "Job": np.array(["fixed", "none", "fixed"], dtype=object),
    "Home owner": np.array(["true", "false", "True"], dtype=object),
    "Old": np.array([True, False, False]),
    "Limit": np.array([2000, 2000, 2000]),
    "Code": np.array(["007", "7", "70"], dtype=object),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amount >= 5000", [0, 1, 1]),
        ("Amount > 5000", [0, 0, 1]),
        ("5000 > Amount", [1, 0, 0]),
        ("Amount != 5000", [1, 0, 1]),
        ("Amount > Limit", [0, 1, 1]),
        ("Job = 'fixed'", [1, 0, 1]),
        ("Job in ['none', 'partime']", [0, 1, 0]),
        ("Job not in ['none']", [1, 0, 1]),
        ("Amount in [1000, 7000]", [1, 0, 1]),
        ("Code = '7'", [0, 1, 0]),  # a text is compared as text
        ("Code = 7", [1, 1, 0]),  # and as a number with a number
        ("`Home owner` = true", [1, 0, 1]),
        ("Old = false", [0, 1, 1]),
        ("not Amount >= 5000", [1, 0, 0]),
        ("Amount < 5000 or Amount > 6000 and Job = 'none'", [1, 0, 0]),  # and before or
        ("Age is missing or Age < 10", [0, 1, 1]),
        ("Age is not missing and Age >= 7", [1, 1, 0]),
    ],
)
def test_a_comparison_holds_where_a_reader_says_it_does(text: str, expected: list[int]) -> None:
    assert holds(read(text), COLUMNS).tolist() == [bool(one) for one in expected]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Age < 10", "column `Age` is missing in 1 row, the first is row 2"),
        ("Job >= 3", "money.toml:7:10: column `Job` holds 'fixed' in row 0 \\(from 0\\); expected a number"),
        ("Job = true", "`Job` holds 'fixed' in row 0 \\(from 0\\); expected true or false"),
    ],
)
def test_a_row_without_an_answer_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        holds(read(text, where="money.toml:7:9"), COLUMNS)
