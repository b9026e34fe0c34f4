"""``python -m conformance.tidy [NAME ...]``: tidy the corpus of notebooks; the page is written when all were tidied.

Two notebooks at a time, each in a process of its own; planted leaks are looked for without kernels. ``--planted``
looks for these only. Ends with 1 when anything crashed or a package gives another metric.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from conformance import tidy_table
from conformance.lived import LABELS
from conformance.tidy_case import LONG, Found

ROOT = Path(__file__).parents[1]
_AT_ONCE = 2
_LONGEST = 400


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance.tidy", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--planted", action="store_true")
    given = parser.parse_args(arguments)
    known = [*json.loads(LABELS.read_text(encoding="utf-8")), LONG]
    if unknown := set(given.names) - set(known):
        parser.error(f"there is no notebook {sorted(unknown)[0]!r}")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(_AT_ONCE) as pool:
        names = [] if given.planted else given.names or known
        cases = list(pool.map(lambda name: _case(name, Path(folder)), names))
        planted = [] if given.names else _planted(Path(folder))
    print(tidy_table.summary(cases, planted))
    if cases and planted:
        tidy_table.write(cases, planted)
        print(f"wrote {tidy_table.PAGE.relative_to(ROOT)}")
    return int(any(one["status"] == "crashed" or (one["shape"] and not one["same"]) for one in cases))


def _case(name: str, folder: Path) -> dict[str, Any]:
    out = folder / f"{name}.json"
    try:
        done = _run("conformance.tidy_case", name, str(out))
        problem = done.stderr.strip().splitlines()[-1] if done.returncode and done.stderr.strip() else ""
    except subprocess.TimeoutExpired:
        problem = f"still running after {_LONGEST} seconds"
    if not out.exists():
        return asdict(Found(name=name, status="crashed", message=problem, expected=False))
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    print(f"{name}: {found['status']}, {found['shape']}, {found['seconds']:.0f} s", file=sys.stderr, flush=True)
    return found


def _planted(folder: Path) -> list[dict[str, Any]]:
    out = folder / "planted.json"
    done = _run("conformance.planted_judge", str(out))
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
    return found


def _run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=_LONGEST)


if __name__ == "__main__":
    sys.exit(main())
