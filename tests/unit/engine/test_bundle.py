"""A bundle is opened whole and unchanged, or not at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from golive.engine.bundle import load
from golive.errors import BundleError, ContractError

if TYPE_CHECKING:
    from pathlib import Path

ROWS: list[dict[str, object]] = [
    {"Income": 100.0, "Records": "no"},
    {"Income": None, "Records": "yes"},
    {"Income": 300, "Records": "yes"},
]
EXPECTED = [1 / (1 + math.exp(-z)) for z in (-1.5, 0.3, -1.5)]


def test_rows_of_any_kind_get_the_same_scores(folder: Path) -> None:
    bundle = load(folder)
    columns = {name: [row[name] for row in ROWS] for name in ("Income", "Records")}
    for rows in (ROWS, columns, pd.DataFrame(ROWS), pd.DataFrame(ROWS).convert_dtypes()):
        assert bundle.score(rows).tolist() == pytest.approx(EXPECTED, abs=1e-15)


def test_rows_that_break_the_contract_are_listed(folder: Path) -> None:
    rows = [*ROWS, {"Income": "12", "Records": "perhaps"}, {"Records": None}, {"Income": math.nan, "Records": "no"}]
    with pytest.raises(ContractError, match="3 of 6 rows break the contract; row 3: `Income`: the text '12'") as raised:
        load(folder).score(rows)
    assert [(row, field) for row, field, _ in raised.value.problems] == [
        (3, "Income"), (3, "Records"), (4, "Income"), (4, "Records"), (5, "Income"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["contract.json", "graph.json", "arrays.bin", "golden/golden.json", "parity.json"])
def test_one_changed_byte_is_found_and_named(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(BundleError, match=f"`{name}` was changed"):
        load(folder)
