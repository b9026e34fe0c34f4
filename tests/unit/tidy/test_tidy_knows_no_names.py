"""Everything is found in what the code does: no column or variable of the demo's notebook occurs in tidy."""

from __future__ import annotations

import ast
import gzip
import json
import re
from pathlib import Path

import golive
import golive.tidy
from golive.tidy.facts import World, look

DEMO = Path(golive.__file__).parent / "chain" / "data"
ROOM = Path(golive.tidy.__file__).parent
CONVENTIONS = {"X", "y", "pd", "n"}
"""Names for features and outcome that scikit-learn's own documentation uses, for pandas, and a letter."""


def test_no_column_of_the_demo_is_in_the_source() -> None:
    with gzip.open(DEMO / "credit_data.csv.gz", "rt", encoding="utf-8") as file:
        columns = file.readline().strip().split(",")
    assert len(columns) == 14
    for path in ROOM.glob("*.py"):
        words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        assert not words & set(columns), path.name


def test_no_variable_of_the_demo_is_a_text_in_the_source() -> None:
    document = json.loads((DEMO / "credit.ipynb").read_text(encoding="utf-8"))
    code = "\n".join("".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "code")
    tree = ast.parse(re.sub(r"^%", "#%", code, flags=re.MULTILINE))
    world = World()
    imported = (ast.Import, ast.ImportFrom)
    names = set().union(*(look(node, world).touches for node in tree.body if not isinstance(node, imported)))
    assert {"df", "gbm", "seniority_band"} <= names
    for path in ROOM.glob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        assert not texts & (names - CONVENTIONS), path.name
