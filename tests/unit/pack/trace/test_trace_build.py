"""From the cleaning function to the bundle: no score where the function raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from golive.pack.build import build

if TYPE_CHECKING:
    from pathlib import Path


def clean(df: Any) -> Any:
    df = df.copy()
    df["inverse"] = df["age"].apply(lambda age: 1 / (age - 17.5))
    return df.drop(columns="y")


def test_a_row_on_which_the_cleaning_raises_gets_no_score(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    train = pd.DataFrame({"age": rng.integers(18, 80, 300).astype(float), "y": rng.integers(0, 2, 300)})
    model = LogisticRegression(max_iter=2000).fit(clean(train), train["y"])
    bundle = build(model, train, clean=clean, outcome="y", out=tmp_path / "b")
    scores = bundle.score(pd.DataFrame({"age": [17.5, 30.0]}))
    assert np.isnan(scores[0])
    assert 0 < scores[1] < 1
