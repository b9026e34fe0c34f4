"""GaussianNB far from what training saw: the order of its sum is numpy's, so the share is too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from golive.pack.build import build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("columns", [7, 8, 20, 136])
def test_sums_of_any_length_are_added_as_numpy_adds_them(columns: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(columns)
    names = [f"x{i}" for i in range(columns)]
    train = pd.DataFrame(rng.normal(size=(200, columns)), columns=names)
    model = make_pipeline(StandardScaler(), GaussianNB(var_smoothing=1e-12)).fit(train, rng.random(200) < 0.4)
    bundle = build(model, train, out=tmp_path / "m.golive")
    far = pd.DataFrame(rng.normal(size=(300, columns)) * 10.0 ** rng.integers(0, 7, (300, 1)), columns=names)
    assert np.abs(bundle.score(far) - model.predict_proba(far)[:, 1]).max() <= 1e-12
