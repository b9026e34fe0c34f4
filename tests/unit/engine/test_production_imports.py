"""The engine runs on numpy and msgspec, whatever else is installed."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import importlib, pkgutil, sys, golive.engine
for module in pkgutil.walk_packages(golive.engine.__path__, "golive.engine."):
    importlib.import_module(module.name)
foreign = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
print(*sorted(name for name in foreign if not name.startswith(("_", "__editable__"))))
"""


def test_importing_the_whole_engine_loads_nothing_beyond_numpy_and_msgspec() -> None:
    assert subprocess.run([sys.executable, "-c", "import pandas, sklearn"], check=False).returncode == 0
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    # msgspec takes typing_extensions along where it is installed; it does not ask for it.
    assert set(done.stdout.split()) <= {"golive", "numpy", "msgspec", "typing_extensions", "sitecustomize"}
