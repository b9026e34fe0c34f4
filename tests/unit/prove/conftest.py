"""A small credit world: outcomes, scores that tell something, and amounts."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from golive.prove.template import money_template
from golive.records.money import Money, parse


def drawn(n: int = 1000, *, rate: float = 0.25, tells: float = 2.0, seed: int = 0) -> SimpleNamespace:
    """``tells``: how far the two outcomes lie apart in log-odds; 0 is a useless score."""
    rng = np.random.default_rng(seed)
    bad = np.arange(n) < round(rate * n)
    odds = rng.normal(np.where(bad, tells / 2, -tells / 2), 1.0)
    columns = {"Amount": np.round(rng.lognormal(7, 0.5, n)), "Time": rng.integers(12, 60, n).astype(float)}
    score = np.round(1 / (1 + np.exp(-tells * odds - np.log((1 - rate) / rate) * -1)), 6)
    return SimpleNamespace(outcome=["bad" if one else "good" for one in bad], score=score, columns=columns)


@pytest.fixture(scope="session")
def world() -> SimpleNamespace:
    return drawn()


@pytest.fixture(scope="session")
def money() -> Money:
    return parse(money_template())
