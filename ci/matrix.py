"""Run the tests of the compilers and of the tracer with older libraries, one clean environment after the other.

Compilers read what other libraries never promised to keep, and pandas reads and writes text differently from version
to version. So the last four minor versions of scikit-learn, the last two of XGBoost, LightGBM and CatBoost, and pandas
2.2, 2.3, 3.0 and 3.1 occur at least once, with and without pyarrow; what `make test` installs (all of the newest,
without pyarrow) is not repeated. An error in any of them ends the run with exit code 1.

``--short`` runs two environments, the oldest and the newest; names run these. One environment takes about 300 CPU
seconds of tests (measured: the oldest, 297), which is why neither form is part of `make check`. Environments are
kept in ``.venv-*`` until their pins change or `make clean` removes them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
OLDER = "xgboost-cpu==3.1.* lightgbm==4.6.* catboost==1.2.9"
NEWER = "xgboost-cpu==3.2.* lightgbm==4.7.* catboost==1.2.10"
PINS: dict[str, str] = {
    # The first two with the numpy and scipy of their time.
    "sklearn16": f"scikit-learn==1.6.* pandas==2.2.* numpy==2.1.* scipy==1.14.* {OLDER}",
    "sklearn16-pyarrow": f"scikit-learn==1.6.* pandas==2.3.* numpy==2.2.* scipy==1.15.* pyarrow {NEWER}",
    # XGBoost 3.1 does not know a frame of pandas 3: it takes it for an array, without names and categories.
    "sklearn17-pandas3": "scikit-learn==1.7.* pandas==3.0.* xgboost-cpu==3.2.* lightgbm==4.6.* catboost==1.2.9",
    "sklearn18-pyarrow": f"scikit-learn==1.8.* pandas==3.0.* pyarrow {NEWER}",
    "sklearn19-pandas2": f"scikit-learn==1.9.* pandas==2.2.* {OLDER}",
    "newest-pyarrow": f"scikit-learn==1.9.* pandas==3.1.* pyarrow {NEWER}",
}
"""Environment -> pins. Pairs that matter: the oldest together, and each scikit-learn with both kinds of text."""
SHORT = ("sklearn16", "newest-pyarrow")
TESTS = tuple(
    f"tests/unit/pack/{name}.py"
    for name in (
        "test_private",
        "test_converters",
        "test_compilers",
        "test_transformers",
        "test_rare_categories",
        "test_native_categories",
        "test_guards",
        "test_lightgbm",
        "test_lightgbm_near_zero",
        "test_xgboost",
        "test_catboost",
        "test_own",
        "trace/test_trace_operations",
        "trace/test_trace_spellings",
        "trace/test_trace_functions",
        "trace/test_trace_cases",
        "trace/test_trace_dates",
        "trace/test_trace_numerals",
        "trace/test_trace_filters",
        "trace/test_trace_replay",
        "trace/test_trace_traps",
        "trace/test_trace_refusals",
        "trace/test_trace_escapes",
    )
)


class Result(NamedTuple):
    """What one environment came to."""

    code: int
    """Exit code of pytest."""
    last: str
    """Its last line: how many passed."""
    cpu: float
    """CPU seconds of the tests."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--short", action="store_true", help=f"only {' and '.join(SHORT)}")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(PINS)}")
    asked = parser.parse_args()
    if unknown := set(asked.names) - PINS.keys():
        parser.error(f"no environment {', '.join(sorted(unknown))}; there are: {', '.join(PINS)}")
    results = {}
    for name in asked.names or (SHORT if asked.short else PINS):
        print(f"== {name}: {PINS[name]}", flush=True)
        results[name] = tested(environment(name))
    for name, (code, last, cpu) in results.items():
        print(f"{name:<20} {'ok    ' if code == 0 else 'FAILED'} {cpu:4.0f} CPU s  {last}")
    return int(any(result.code for result in results.values()))


def environment(name: str) -> Path:
    """Return the interpreter of an environment that holds its pins, what golive needs and what its tests need."""
    folder = ROOT / f".venv-matrix-{name}"
    python, kept = folder / "bin" / "python", folder / "pins.json"
    wanted = [*PINS[name].split(), "pytest>=8.3", "hypothesis>=6.112", "--editable", f"{ROOT}[pack]"]
    if not kept.exists() or json.loads(kept.read_text()) != wanted:
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
        subprocess.run([python, "-m", "pip", "check"], check=True)
        kept.write_text(json.dumps(wanted))
    return python


def tested(python: Path) -> Result:
    before = _cpu()
    command = [python, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", *TESTS]
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}  # models are tiny here, and threads only wait for each other
    with subprocess.Popen(command, cwd=ROOT, env=one_thread, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        last = ""
        for line in run.stdout:
            sys.stdout.write(line)
            last = line.strip() or last
    return Result(run.returncode, last, _cpu() - before)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
