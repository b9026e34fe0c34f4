"""A fixed part of the corpus on fewer rows; `make conformance` runs all of it.

Each case is fitted and asked in one process, which never imports golive, and built and compared in another.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("xgboost", reason="the corpus holds XGBoost pipelines")
pytest.importorskip("catboost", reason="the corpus holds CatBoost pipelines")
try:
    import lightgbm  # noqa: F401  # its system library may be missing
except (ImportError, OSError):
    pytest.skip("the corpus holds LightGBM pipelines", allow_module_level=True)
if shutil.which("node") is None:
    pytest.skip("Node is not installed: the corpus was NOT run", allow_module_level=True)

from conformance.cases import everything

ROOT = Path(__file__).parents[2]
NAMES = list(everything())[::4]
ROWS = 1_500


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("corpus")
    results = folder / "results.json"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    for module, *more in (("expect",), ("ours", str(results))):
        command = [sys.executable, "-m", f"conformance.{module}", str(folder), str(ROWS), *more, *NAMES]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return {one["name"]: one for one in json.loads(results.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_right_on_every_row_or_refused_as_it_was(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    kept = json.loads((ROOT / "conformance" / "results.json").read_text(encoding="utf-8"))["cases"]
    found = outcomes[name]
    assert found["status"] in ("compiled", "refused"), found["message"] or found["notes"]
    if kept[name]["status"] == "compiled":
        assert found["status"] == "compiled", found["message"]
        assert found["compared"] > ROWS / 2
        assert found["javascript"] == 1_000
