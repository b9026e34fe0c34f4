"""Text from data is hostile: markup, formulas, shell words and terminal escapes come out as text, on every way."""

from __future__ import annotations

import json
import random
import shlex
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from golive.cli import run

ESCAPES = "\x1b[2J\x1b]0;gone\x07\x9b31m\u202e"
OUTCOME = "</script><marquee>out" + ESCAPES
EVENT = "</script><img src=x onerror=alert(1)>" + ESCAPES
OTHER = "=cmd|'/c calc'!A1"
SCORE, CATEGORY, NUMBER = "=SUM(A1)", "home; rm -rf ~ $(id) " + ESCAPES, "'\"><svg onload=alert(2)>"
CATEGORIES = ("<marquee>", "@SUM(1)", "-1+1", "a" + ESCAPES, "x'\"&", "--")
MODEL = """
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def fitted():
    rows = pd.read_csv("rows.csv")
    outcome, score, category, number = rows.columns
    columns = make_column_transformer((StandardScaler(), [score, number]), (OneHotEncoder(), [category]))
    return make_pipeline(columns, LogisticRegression()).fit(rows.drop(columns=outcome), rows[outcome])
"""
MONEY = f"""
currency = "EUR"
row = "</script><marquee>case"

[outcome]
event = {json.dumps(EVENT)}

[actions]
below = "approve"
above = "reject"
favourable = "approve"

[assumptions.margin]
value = 10
range = [5, 15]
owner = "<svg onload=alert(3)> & co"
source = "\\u001b[2Jplan"

[payoff.approve]
no_event = "margin"
event = "-3 * margin"

[payoff.reject]
no_event = 0
event = 0
"""
TABLE = ("prove", "--table", "rows.csv", "--score", SCORE, "--outcome", OUTCOME, "--event", EVENT, "--out", "proof")
PACK = ("pack", "hostile_model:fitted", "--train", "rows.csv", "--outcome", OUTCOME, "--event", EVENT, "--out", "b x")


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with rows whose every name and value is out for harm, later ones, a model on them, and prices."""
    chance = random.Random(7)
    for name in ("rows.csv", "later.csv"):
        lines = [",".join(map(cell, (OUTCOME, SCORE, CATEGORY, NUMBER)))]
        for _ in range(400):
            score = chance.random()
            happened = EVENT if chance.random() < score else OTHER
            cells = (happened, f"{score:.3f}", chance.choice(CATEGORIES), chance.randrange(99))
            lines.append(",".join(map(cell, cells)))
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "hostile_model.py").write_text(MODEL, encoding="utf-8")
    (tmp_path / "money.toml").write_text(MONEY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def cell(value: object) -> str:
    return '"' + str(value).replace('"', '""') + '"'


class Page(HTMLParser):
    """The tags, attributes and scripts that a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was said, after a look for what could drive a terminal."""
    text = capsys.readouterr().err
    assert not [char for char in text if not char.isprintable() and char not in "\n\t"]
    return text


def look_at(path: Path) -> None:
    """Refuse a page in which anything of the data is more than text."""
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert not page.tags & {"marquee", "img", "iframe", "object"}
    assert not [name for name in page.attributes if name.startswith("on")]
    assert "alert(1)" in text  # it is shown, as text
    assert "alert(1)>" not in text and "alert(2)>" not in text and "alert(3)>" not in text
    assert text.count("<script") == text.count("</script")
    assert not [char for char in text if ord(char) < 32 and char not in "\n\t"] and not set("\x7f\x9b\u202e") & set(
        text
    )


def test_a_report_of_hostile_rows_is_text(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(TABLE) == 0
    said(capsys)
    look_at(hostile / "proof" / "report.html")
    assert json.loads((hostile / "proof" / "evidence.json").read_text(encoding="utf-8"))["event"] == EVENT


def test_segments_groups_and_a_workbook_of_hostile_rows_are_text(
    hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    priced = ("--money", "money.toml", "--segment", CATEGORY, "--protected", CATEGORY)
    assert run((*TABLE, *priced)) in (0, 1), said(capsys)
    said(capsys)
    look_at(hostile / "proof" / "report.html")
    found = json.loads((hostile / "proof" / "evidence.json").read_text(encoding="utf-8"))
    assert {CATEGORIES[0], CATEGORIES[1]} <= {one["value"] for one in found["segments"]}
    book = openpyxl.load_workbook(hostile / "proof" / "report.xlsx")
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "s"]
    formulas = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert any(EVENT[:20] in text for text in texts)
    assert not [text for text in formulas if "cmd" in text or "@SUM(1)" in text or text == SCORE]
    assert not [text for text in texts if any(ord(char) < 32 and char not in "\n\t" for char in text)]


@pytest.mark.parametrize("change", [("--score", CATEGORY), ("--score", "none"), ("--event", OTHER + "x")])
def test_a_refusal_of_hostile_rows_is_text(
    change: tuple[str, str], hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = list(TABLE)
    words[words.index(change[0]) + 1] = change[1]
    assert run(words) == 2
    assert "error: " in said(capsys)


def test_the_whole_way_of_a_hostile_bundle_is_text(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in whole_way():
        assert run(command) in (0, 1), said(capsys)
        said(capsys)
    look_at(hostile / "proof" / "report.html")
    look_at(hostile / "b x" / "evidence" / "report.html")


def test_the_next_command_is_typed_as_it_stands(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = (hostile / "rows.csv").read_text(encoding="utf-8")
    (hostile / "rows.csv").write_text(rows.replace(ESCAPES, ""), encoding="utf-8")
    assert run([word.replace(ESCAPES, "") for word in PACK]) == 0
    following = said(capsys).splitlines()[-1].removeprefix("next: ")
    words = shlex.split(following)
    assert words[:3] == ["golive", "prove", "b x"]
    assert words[words.index("--event") + 1] == EVENT.replace(ESCAPES, "")


def whole_way() -> Iterator[tuple[str, ...]]:
    labels = ("--outcome", OUTCOME, "--event", EVENT)
    yield PACK
    yield ("prove", "b x", "later.csv", *labels, "--money", "money.toml", "--out", "proof")
    yield ("approve", "draft", "b x")
    yield ("approve", "check", "b x")
    yield ("approve", "rehearse", "b x", "--rows", "rows.csv", *labels)
    yield ("approve", "sign", "b x", "--role", "risk", "--as", "</script>", "--condition", "<marquee>", "--yes")
    yield ("approve", "log", "b x")
    yield ("approve", "verify", "b x")
    yield ("export", "javascript", "b x", "--out", "js")
    yield ("export", "docker", "b x", "--no-hashes", "--out", "docker")
