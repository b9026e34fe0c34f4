from __future__ import annotations

import pytest

from golive.errors import DocumentError
from golive.records.toml import Toml

TEXT = """\
id = "a"
[actions]
favourable = "approve"
[[rules]]
id = "young"
[[rules]]
id = "rich"
when = "Income > 10"
[payoff.approve]
event = -1
"loss given default" = 3
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("id",), "x.toml:1:6"),
        (("actions", "favourable"), "x.toml:3:14"),
        (("rules", 0, "id"), "x.toml:5:6"),
        (("rules", 1, "when"), "x.toml:8:8"),
        (("rules", 1), "x.toml:6:1"),
        (("payoff", "approve", "event"), "x.toml:10:9"),
        (("payoff", "approve", "loss given default"), "x.toml:11:24"),
        (("rules", 1, "not there"), "x.toml:6:1"),
        (("nothing",), "x.toml:1:1"),
    ],
)
def test_every_value_has_a_place(path: tuple[str | int, ...], place: str) -> None:
    assert Toml(TEXT, name="x.toml").place(path) == place


def test_a_syntax_error_names_line_and_column() -> None:
    with pytest.raises(DocumentError, match=r"money\.toml:2:6") as caught:
        Toml("a = 1\nb = 0,6\n", name="money.toml")
    assert "b = 0,6" in str(caught.value)


def test_an_unclosed_text_at_the_end_is_named() -> None:
    with pytest.raises(DocumentError, match=r"money\.toml:1:"):
        Toml('a = "', name="money.toml")
