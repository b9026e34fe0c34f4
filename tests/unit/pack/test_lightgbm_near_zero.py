"""LightGBM counts values up to 1e-35 as zero, and puts thresholds exactly there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import golive


def test_values_near_zero_score_as_lightgbm_scores_them(tmp_path: Path) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    rng = np.random.default_rng(0)
    signs = rng.integers(-1, 2, size=(600, 1)).astype(float)  # a border lies on each side of zero
    y = (rng.random(600) < np.where(signs[:, 0] == 0, 0.9, 0.2 + 0.2 * signs[:, 0])).astype(int)
    frame = pd.DataFrame({"x": signs[:, 0]})
    model = lightgbm.LGBMClassifier(n_estimators=5, num_leaves=4, verbose=-1, n_jobs=1).fit(frame, y)
    near = float(np.float32(1e-35))
    thresholds = model.booster_.trees_to_dataframe()["threshold"].dropna().abs()
    assert (thresholds == near).any()
    rows = [0.0, 1e-300, near, -near]
    rows += [float(np.nextafter(side, to)) for side in (near, -near) for to in (-np.inf, np.inf)]
    bundle = golive.build(model, frame, out=tmp_path / "b")
    expected = model.predict_proba(pd.DataFrame({"x": rows}))[:, 1]
    assert bundle.score({"x": rows}).tolist() == pytest.approx(expected, abs=1e-12)
