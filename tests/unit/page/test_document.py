"""One file that needs nothing else and can ask for nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib

from golive.page.document import document
from golive.page.markup import element, join
from golive.page.parts import Head, details, foot, points, section, table

PAGE = document("A <title>", element("main", "text"), scripts=["one();", "two();"], data={"label": "</script>"})


def test_the_policy_allows_this_style_and_this_script_and_nothing_else() -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', PAGE)
    style, script = re.search(r"<style>(.*?)</style>", PAGE, re.S), re.search(r"<script>(.*?)</script>", PAGE, re.S)
    assert policy
    assert style
    assert script
    said = policy[1].replace("&#x27;", "'")
    assert said.startswith("default-src 'none'; ")
    for name, found in (("style-src", style[1]), ("script-src", script[1])):
        digest = base64.b64encode(hashlib.sha256(found.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in said
    assert "unsafe" not in said


def test_nothing_on_the_page_points_to_the_network() -> None:
    assert not re.search(r"https?:(?!//www\.w3\.org/2000/svg)", PAGE)
    assert "@import" not in PAGE
    assert "url(" not in PAGE


def test_data_cannot_close_its_script() -> None:
    assert PAGE.count("</script>") == 2
    held = re.search(r'id="data">([A-Za-z0-9+/=]*)</script>', PAGE)
    assert held
    assert json.loads(zlib.decompress(base64.b64decode(held[1]))) == {"label": "</script>"}


def test_the_style_has_no_comments_and_no_idle_spaces() -> None:
    style = re.search(r"<style>(.*?)</style>", PAGE, re.S)
    assert style
    assert "/*" not in style[1]
    assert "\n" not in style[1]
    assert "--paper:#fdfdfc;" in style[1]
    assert "svg text{fill:var(--quiet);" in style[1]
    assert "gap:0 1.5rem;" in style[1]


def test_a_page_without_scripts_allows_none() -> None:
    page = document("t", "text")
    assert "<script" not in page
    assert "script-src" not in page


def test_no_element_carries_a_style_of_its_own() -> None:
    assert ' style="' not in PAGE


def test_a_wide_table_scrolls_in_a_box_that_the_keyboard_reaches() -> None:
    made = table("What it shows", [Head("a"), Head("b", "note")], [("row", "1"), ("<b>", "2")], marked=1)
    assert made.startswith('<div class="box" role="region" tabindex="0" aria-label="What it shows">')
    assert "<caption>What it shows</caption>" in made
    assert made.count('scope="col"') == 2
    assert made.count('scope="row"') == 2
    assert '<tr class="here"><th scope="row">&lt;b&gt;</th>' in made


def test_pieces_name_themselves() -> None:
    assert 'aria-labelledby="here-title"' in section("here", "Here", "text")
    assert points([]) is None
    assert points(["a"], ordered=True) == "<ol><li>a</li></ol>"
    assert details("more", "x") == "<details><summary>more</summary>x</details>"
    assert "hidden" in foot("said", button="back", ident="foot")
    assert join(["a<", element("b", 1), None]) == "a&lt;<b>1</b>"
