"""A small world: loan applications with numbers, texts, a boolean, missing values, and two outcomes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


def applications(rows: int = 300, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    income = np.round(rng.lognormal(5.0, 0.6, rows), 1)
    frame = pd.DataFrame(
        {
            "income": np.where(rng.random(rows) < 0.08, np.nan, income),
            "age": rng.integers(18, 75, rows),
            "debt": np.round(rng.exponential(800.0, rows) * (rng.random(rows) < 0.6), 2),
            "home": rng.choice(["rent", "own", "parents"], rows),
            "job": pd.Series(rng.choice(["fixed", "partime", "none"], rows)).where(rng.random(rows) > 0.1),
            "member": rng.random(rows) < 0.4,
        }
    )
    risk = -1.0 - 0.004 * income + 0.0006 * frame["debt"] + 0.9 * (frame["home"] == "rent") - 0.02 * (frame["age"] - 40)
    bad = rng.random(rows) < 1.0 / (1.0 + np.exp(-risk))
    frame["status"] = np.where(bad, "bad", "good")
    return frame


@pytest.fixture(scope="session")
def loans() -> pd.DataFrame:
    """Raw training rows, with the outcome."""
    return applications()


@pytest.fixture(scope="session")
def late() -> pd.DataFrame:
    """Raw rows that no model here was fitted on."""
    return applications(120, seed=7)


@pytest.fixture(scope="session")
def bad(loans: pd.DataFrame) -> pd.Series:
    """The outcome as 0 and 1."""
    return (loans["status"] == "bad").astype(int)
