"""What many tests of the service share."""

from __future__ import annotations

import pytest
from tests.unit.serve.asking import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()
