"""What the expected values came from: versions of libraries, and how pandas stored text."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection

_ALWAYS = ("golive", "numpy", "pandas", "scikit-learn", "scipy")


def versions(libraries: Collection[str]) -> dict[str, str]:
    """Return library -> version; ``libraries`` are the modules that the parts of the model come from."""
    names = [*_ALWAYS, *sorted(set(libraries) - {"sklearn"})]
    return {"python": platform.python_version(), **{name: _version(name) for name in names}}


def strings(frame: pd.DataFrame) -> str:
    """Return how text columns were stored: ``object``, ``str[python]`` or ``str[pyarrow]``; ``none`` without text."""
    found = set()
    for dtype in frame.dtypes:
        if isinstance(dtype, pd.StringDtype):
            found.add(f"str[{dtype.storage}]")
        elif isinstance(dtype, np.dtype) and dtype.kind == "O":
            found.add("object")
    return ", ".join(sorted(found)) or "none"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        # The package may have another name than its module: xgboost-cpu.
        return str(getattr(sys.modules.get(name), "__version__", "unknown"))
