"""What the expected values came from: versions of libraries, and how pandas stored text."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from golive.pack.draft import Estimator

_ALWAYS = ("golive", "numpy", "pandas", "scikit-learn", "scipy")


def versions(model: Estimator) -> dict[str, str]:
    """Return library -> version, with LightGBM where it is inside the model."""
    names = [*_ALWAYS, "lightgbm"] if "LGBM" in repr(model) else list(_ALWAYS)
    return {"python": platform.python_version(), **{name: _version(name) for name in names}}


def strings(frame: pd.DataFrame) -> str:
    """Return how text columns were stored: ``object``, ``str[python]`` or ``str[pyarrow]``; ``none`` without text."""
    found = set()
    for dtype in frame.dtypes:
        if isinstance(dtype, pd.StringDtype):
            found.add(f"str[{dtype.storage}]")
        elif dtype.kind == "O":
            found.add("object")
    return ", ".join(sorted(found)) or "none"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
