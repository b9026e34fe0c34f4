"""What came from data is text on a page, whatever it is."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
import zlib
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from golive.page.escape import packed, text, visible
from golive.page.markup import element

HOSTILE = "</script><script>alert(1)</script><!-- \" ' & \x00\x1b[31m \u202egood\u2066 \u200b \u2028 \ud800"


class Reader(HTMLParser):
    """Collects elements and text as a browser would see them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


@given(st.text())
def test_any_text_stays_text_in_an_element_and_in_an_attribute(value: str) -> None:
    found = read(element("p", value, title=value))
    assert [name for name, _ in found.elements] == ["p"]
    assert found.elements[0][1] == {"title": visible(value)}
    assert found.text == visible(value).replace("\r", "")


@given(st.text())
def test_what_is_shown_has_no_character_that_cannot_be_seen_or_turns_the_reading_direction(value: str) -> None:
    shown = visible(value)
    assert not [one for one in shown if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") and one not in "\t\n"]
    turns = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    assert not [one for one in shown if unicodedata.bidirectional(one) in turns]


LEAVES = st.text() | st.integers(-(2**53), 2**53) | st.none()


@given(st.recursive(LEAVES, lambda some: st.lists(some) | st.dictionaries(st.text(), some)))
def test_data_in_a_script_comes_back_as_it_was_and_cannot_end_it(value: object) -> None:
    held = packed(value)
    assert re.fullmatch("[A-Za-z0-9+/=]*", held)
    assert json.loads(zlib.decompress(base64.b64decode(held))) == value


def test_a_hostile_label_is_shown_with_its_tricks_in_the_open() -> None:
    shown = text(HOSTILE)
    assert "<" not in shown
    for trick in ("[U+202E]", "[U+2066]", "[U+200B]", "\u2400", "\u241b", "\ufffd"):
        assert trick in shown


def test_accents_and_joined_emoji_are_left_alone() -> None:
    assert visible("Zürich ÆØÅ 東京 👩\u200d🚀") == "Zürich ÆØÅ 東京 👩\u200d🚀"
