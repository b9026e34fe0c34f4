"""ARCHITECTURE.md is one page and its tree is the tree."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_the_tree_on_the_page_is_the_tree_on_disk() -> None:
    tree = PAGE.split("```text")[1].split("```")[0]
    named = set(re.findall(r"^  (\w+)(?:/|\.py)", tree, flags=re.MULTILINE))
    package = ROOT / "src" / "golive"
    there = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert named == there - {"__init__", "__main__"}


def test_every_room_has_its_command_its_tests_and_its_page() -> None:
    for room in ("tidy", "pack", "prove", "approve", "serve", "export", "watch"):
        assert (ROOT / "src" / "golive" / room / "__init__.py").exists()
        assert (ROOT / "src" / "golive" / "cli" / f"{room}.py").exists()
        assert (ROOT / "tests" / "unit" / room).is_dir()
        assert (ROOT / "docs" / "how-to" / f"{room}.md").exists()


def test_the_page_is_one_page() -> None:
    assert len(PAGE.splitlines()) <= 80
