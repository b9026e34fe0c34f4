"""The range against today's rule, under a limit and of outer bands; `python -m benchmarks.interval_alternatives` draws
more, in more worlds."""

from __future__ import annotations

import pytest
from benchmarks.interval_alternatives import COVERAGE, coverage


@pytest.mark.parametrize("name", ["A strong score", "C useless"])
def test_the_range_holds_against_rules_and_under_limits(name: str) -> None:
    found = coverage(name, 60, bands=False, seed=1)
    assert found.keys() == {"today", "limit"}
    assert all(share >= COVERAGE[key] for key, share in found.items()), found


def test_the_range_of_the_outer_bands_holds() -> None:
    """40 draws: coverage may miss its band by a standard error of that many."""
    found = coverage("A strong score", 40, seed=2)
    assert min(found["outer, all"], found["outer, none"]) >= 0.90 - 0.045, found
