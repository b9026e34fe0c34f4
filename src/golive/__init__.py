"""From a trained classifier to a decision the business has signed.

The names below are the whole promise of the Python surface; each is loaded when it is first used, so that
``import golive`` stays free of numpy, pandas and the rest. The rooms (`golive.pack`, `golive.prove` ...) can be
imported, but only what stands here is kept stable.
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from golive import errors as errors
    from golive.engine.bundle import Bundle as Bundle
    from golive.engine.bundle import load as load
    from golive.pack.build import build as build
    from golive.prove.measure import measure as measure
    from golive.records.contract import Contract as Contract
    from golive.records.decision import Decision as Decision
    from golive.records.decision import Reason as Reason
    from golive.records.evidence import Evidence as Evidence

__version__ = "0.1.0"

_WHERE = {
    "Bundle": "golive.engine.bundle",
    "Contract": "golive.records.contract",
    "Decision": "golive.records.decision",
    "Evidence": "golive.records.evidence",
    "Reason": "golive.records.decision",
    "build": "golive.pack.build",
    "load": "golive.engine.bundle",
    "measure": "golive.prove.measure",
}

__all__ = [
    "Bundle",
    "Contract",
    "Decision",
    "Evidence",
    "Reason",
    "__version__",
    "build",
    "errors",
    "load",
    "measure",
]


def __getattr__(name: str) -> object:
    if name == "errors":
        return _import_module("golive.errors")
    if name in _WHERE:
        return getattr(_import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'golive' has no attribute {name!r}")


def load_ipython_extension(shell: object) -> None:
    """``%load_ext golive`` gives ``%tidy``."""
    _import_module("golive.cli.inline").register(shell)


def __dir__() -> list[str]:
    return __all__
