from __future__ import annotations

from pathlib import Path

import pytest

from golive.errors import DocumentError, InputError
from golive.records.toml import Toml, read_bytes, text_of

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


def test_text_that_is_not_utf_8_is_named_with_line_and_column() -> None:
    with pytest.raises(DocumentError, match=r"x\.toml:2:7: the byte 0xf6"):
        text_of('a = 1\nb = "hö"\n'.encode("latin1"), name="x.toml")


def test_the_mark_that_some_editors_write_first_is_no_text() -> None:
    assert text_of(b"\xef\xbb\xbfa = 1\n", name="x.toml") == "a = 1\n"


def test_no_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the policy `.*nothing\.toml` is not there") as caught:
        read_bytes(tmp_path / "nothing.toml", what="policy", hint="draft one")
    assert caught.value.hint == "draft one"
    with pytest.raises(InputError, match="is a folder; expected a policy"):
        read_bytes(tmp_path, what="policy", hint="draft one")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("to = 0,6", "write 0.6"),
        ("to = 60%", "write 0.6"),
        ("to = 2.5 %", "write 0.025"),
        ("to = .6", "write 0.6"),
        ("to = ０", "write 0"),
        ("until = 31.12.2027 # the last one", "write 2027-12-31"),
        ("until = 1.2.2027", "write 2027-02-01"),
        ("id = “first”", "write plain quotes"),
        ("action = reject", 'text stands in quotes: "reject"'),
    ],
)
def test_a_value_that_toml_does_not_read_is_told_with_what_to_write(line: str, told: str) -> None:
    with pytest.raises(DocumentError) as raised:
        Toml(f"{line}\n", name="policy.toml")
    (problem,) = raised.value.problems
    assert problem.startswith("policy.toml:1:")
    assert problem.endswith(f"; {told}")


def test_only_a_line_feed_ends_a_line() -> None:
    toml = Toml('a = "x\u2028y\x85z"\nb = 1\n', name="x.toml")
    assert toml.place(("b",)) == "x.toml:2:5"
