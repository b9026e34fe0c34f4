"""Random small pipelines: what the fuzzer once found stays found, and a few more that nobody looked at."""

from __future__ import annotations

import pytest

pytest.importorskip("xgboost", reason="the fuzzer draws XGBoost models")
pytest.importorskip("catboost", reason="the fuzzer draws CatBoost models")
try:
    import lightgbm  # noqa: F401  # its system library may be missing
except (ImportError, OSError):
    pytest.skip("the fuzzer draws LightGBM models", allow_module_level=True)

from conformance.fuzz import GOOD, kept, run


@pytest.mark.parametrize("number", kept())
def test_what_was_found_once_is_equal_now(number: int) -> None:
    status, message = run(number)
    assert status == "equal", message


def test_random_pipelines_are_equal_or_refused() -> None:
    found = {number: run(number) for number in range(90_000, 90_040)}
    assert not {number: one for number, one in found.items() if one[0] not in GOOD}
    assert sum(status == "equal" for status, _ in found.values()) >= 12
