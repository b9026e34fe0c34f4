"""Random small cleaning programs, see `conformance.fuzz_cleaning`: equal to pandas on every row, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conformance.fuzz_cleaning import GOOD, KEPT, follow, follow_text, function_of, seeds_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=8))
@example([1, 2, 3, 4, 5, 6, 7, 8])
@settings(max_examples=40, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
def test_a_random_program_is_followed_exactly_or_refused(tmp_path: Path, seeds: list[int]) -> None:
    assert follow(seeds, tmp_path) in GOOD


@pytest.mark.parametrize("start", range(0, 20, 10))
def test_most_random_programs_are_followed(tmp_path: Path, start: int) -> None:
    followed = [follow(seeds_of(one), tmp_path) for one in range(start, start + 10)]
    assert followed.count("equal") >= 5


@pytest.mark.parametrize("name", KEPT)
def test_a_program_that_once_was_wrong_is_right(tmp_path: Path, name: str) -> None:
    assert follow_text(function_of(KEPT[name]), tmp_path) in ("equal", "refused")
