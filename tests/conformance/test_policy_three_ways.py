"""One policy decides alike one by one, by column and in JavaScript: the short form of `python -m benchmarks policy`."""

from __future__ import annotations

from pathlib import Path

from benchmarks.policy import three_ways
from tests.conformance.javascript import needs_node


@needs_node
def test_twenty_thousand_random_rows_are_decided_alike_three_ways(tmp_path: Path) -> None:
    tally = three_ways(20_000, tmp_path)
    assert tally.rows == 20_000
    assert tally.different == []
    assert tally.farthest <= 4
    reached = {what for what, _ in tally.ways}
    assert reached == {
        "fallback", "young", "elsewhere", "more-years-than-income", "old-and-known", "low", "middle", "high",
    }  # fmt: skip
    assert tally.on_border > 100, "the rows must reach the borders, or this test says little"
    assert tally.broken > 1_000, "the rows must break the contract, or this test says little"
    assert not [way for way in tally.ways if way == ("fallback", "approve")]
