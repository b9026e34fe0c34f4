"""One signed bundle for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conformance import bundles


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.bundle(tmp_path_factory.mktemp("score") / "small.golive")
