"""What this machine lacks, named once at the start, with what is done about it."""

from __future__ import annotations

import shutil
from ctypes.util import find_library

_PROGRAMS = (
    ("git", ("git",), "the package gets no first commit"),
    ("node", ("node", "nodejs"), "the exported JavaScript is written but not run here"),
    ("a browser", ("chromium", "chromium-browser", "google-chrome", "firefox", "xdg-open", "open"),
     "open report.html on another machine; it needs no network"),
)  # fmt: skip


def absent() -> tuple[str, ...]:
    """Return a sentence for each thing that is not here. None of them stops the demo."""
    lacking = [
        f"{name} is not on this machine: {so}" for name, tries, so in _PROGRAMS if not any(map(shutil.which, tries))
    ]
    if find_library("gomp") is None:
        lacking.append(
            "libgomp is not on this machine, so LightGBM cannot load: the demo's model is scikit-learn's own boosting"
        )
    return tuple(lacking)


def node() -> str | None:
    """Return the path of Node.js, if it is here."""
    return shutil.which("node") or shutil.which("nodejs")
