"""What golive cannot make equal is refused when the bundle is built, by name."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest

import golive

pytest.importorskip("xgboost", reason="the corpus holds XGBoost pipelines")
pytest.importorskip("catboost", reason="the corpus holds CatBoost pipelines")
try:
    import lightgbm  # noqa: F401  # its system library may be missing
except (ImportError, OSError):
    pytest.skip("the corpus holds LightGBM pipelines", allow_module_level=True)

from conformance.refusals import COLUMNS, REFUSALS

from conformance import data

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", REFUSALS)
def test_what_has_no_exact_equal_is_refused_by_name(name: str, tmp_path: Path) -> None:
    refusal = REFUSALS[name]
    train = data.training(1_000)
    raw = train[list(COLUMNS) if refusal.outcome else [column for column in COLUMNS if column != data.OUTCOME]]
    model = refusal.make()
    if refusal.fitted:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(refusal.clean(raw) if refusal.clean else raw, refusal.target(train))
    with pytest.raises(golive.errors.GoliveError) as caught:
        golive.build(model, raw, clean=refusal.clean, outcome=refusal.outcome, out=tmp_path / "never.golive")
    assert refusal.says in str(caught.value)
    assert caught.value.hint
    assert not (tmp_path / "never.golive").exists()
