"""``python -m benchmarks [NAME ...]`` runs all benchmarks, or the named ones. Figures are ratios within one run."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

ALL = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))

for name in sys.argv[1:] or ALL:
    print(f"== {name}", flush=True)
    import_module(f"benchmarks.{name}").main()
