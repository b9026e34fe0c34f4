"""The corpus holds what its written list says, and its second versions in pandas say what the first ones do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

pytest.importorskip("xgboost", reason="the corpus holds XGBoost pipelines")
pytest.importorskip("catboost", reason="the corpus holds CatBoost pipelines")
try:
    import lightgbm  # noqa: F401  # its system library may be missing
except (ImportError, OSError):
    pytest.skip("the corpus holds LightGBM pipelines", allow_module_level=True)

from conformance.cases import CLEANINGS, PIPELINES, everything
from conformance.refusals import REFUSALS

from conformance import data, items, table

if TYPE_CHECKING:
    from conformance.cases import Case

CASES = everything()


def covered(cases: dict[str, Case]) -> set[str]:
    return {item for case in cases.values() for item in case.covers}


def test_every_item_of_the_list_is_in_some_case() -> None:
    assert not items.MODELS - covered(PIPELINES)
    assert not items.CLEANING - covered(CASES)
    assert not items.REFUSED - {item for refusal in REFUSALS.values() for item in refusal.covers}


def test_a_case_says_only_what_the_list_knows() -> None:
    assert not covered(CASES) - items.MODELS - items.CLEANING


def test_the_corpus_only_grows() -> None:
    assert len(PIPELINES) >= 95
    assert len(CLEANINGS) >= 28
    assert len(REFUSALS) >= 16


def test_the_rows_are_many_and_the_test_part_holds_what_training_never_saw() -> None:
    train, test = data.training(), data.test()
    assert len(train) >= 5_000
    assert len(test) >= 20_000
    assert train["age"].notna().all()
    assert test["age"].isna().any()
    assert set(test["home"].dropna()) - set(train["home"])
    assert test["income"].max() > 100 * train["income"].max()


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.frozen], ids=str)
def test_what_is_written_out_for_new_rows_is_what_the_function_does_to_training_rows(name: str) -> None:
    case = CASES[name]
    train = data.training()[list(case.columns)]
    assert case.clean is not None
    assert case.frozen is not None
    found, expected = case.frozen(train.copy(), train), case.clean(train.copy())
    if name == "duplicates_left_out":  # a row alone is nobody's duplicate: there are none among these
        assert not train.duplicated().any()
    pd.testing.assert_frame_equal(
        found, expected, check_exact=True, check_index_type=False, check_dtype=False, check_categorical=False
    )


def test_the_page_is_what_the_last_whole_run_gave() -> None:
    assert table.PAGE.read_text(encoding="utf-8") == table.page()
