"""What each library costs to import: CPU milliseconds beyond an empty interpreter, modules, resident memory.

One fresh interpreter each, median of five. Absolute figures belong to the machine; their order does not.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

LIBRARIES = (
    ("", "nothing (the interpreter itself)"),
    ("golive", "golive"),
    ("numpy", "base"),
    ("msgspec", "base"),
    ("click", "base"),
    ("rich.progress", "base"),
    ("golive.engine.bundle", "what production needs to score"),
    ("uvicorn", "serve"),
    ("httptools", "serve"),
    ("uvloop", "serve"),
    ("flask", "flask"),
    ("psycopg", "postgres"),
    ("duckdb", "files, prove"),
    ("narwhals", "prove"),
    ("openpyxl", "files"),
    ("scipy.special", "prove"),
    ("xlsxwriter", "prove"),
    ("libcst", "tidy"),
    ("nbclient", "tidy"),
    ("pandas", "pack"),
    ("sklearn.pipeline", "pack"),
    ("lightgbm", "all"),
    ("matplotlib.pyplot", "demo"),
)

CODE = """
import sys, time
before = set(sys.modules)
start = time.process_time()
{line}
spent = time.process_time() - start
import resource
print(spent * 1000, len(set(sys.modules) - before), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    print(f"{'module':26} {'for':34} {'CPU ms':>8} {'modules':>8} {'MB':>6}")
    for module, purpose in LIBRARIES:
        spent, modules, memory = cost(f"import {module}" if module else "pass")
        print(f"{module or '-':26} {purpose:34} {spent:8.0f} {modules:8.0f} {memory:6.0f}")


def cost(line: str) -> tuple[float, ...]:
    """Return the medians of CPU milliseconds, modules and megabytes of five fresh interpreters."""
    runs = [
        [float(word) for word in subprocess.check_output([sys.executable, "-c", CODE.format(line=line)]).split()]
        for _ in range(5)
    ]
    return tuple(statistics.median(column) for column in zip(*runs, strict=True))


if __name__ == "__main__":
    main()
