"""``python -m conformance [NAME ...]``: all cases, or the named ones; the page is written when all ran.

``--rows N`` scores fewer rows, ``--peer PYTHON`` runs skl2onnx too, in the environment of `conformance/peers/onnx.txt`.
Ends with 1 when anything is wrong or crashed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from conformance import table
from conformance.cases import everything
from conformance.data import TEST

ROOT = Path(__file__).parents[1]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--rows", type=int, default=TEST)
    parser.add_argument("--peer", metavar="PYTHON")
    given = parser.parse_args(arguments)
    known = list(everything())
    for name in given.names:
        if name not in known:
            parser.error(f"there is no case {name!r}")
    names = given.names or known
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.json"
        _run(sys.executable, "conformance.expect", folder, str(given.rows), *names)
        _run(sys.executable, "conformance.ours", folder, str(given.rows), str(results), *names)
        found = json.loads(results.read_text(encoding="utf-8"))
        if given.peer and not given.names:
            _run(given.peer, "conformance.peers.onnx", folder, str(table.PEER))
    print(table.summary(found))
    if not given.names and given.rows == TEST:
        table.RESULTS.write_text(json.dumps(table.document(found), indent=1) + "\n", encoding="utf-8")
        table.PAGE.write_text(table.page(), encoding="utf-8")
        print(f"wrote {table.PAGE.relative_to(ROOT)}")
    return int(any(one["status"] in ("wrong", "crashed") for one in found))


def _run(python: str, module: str, *arguments: str) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    done = subprocess.run([python, "-m", module, *arguments], env=environment, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{module} ended with {done.returncode}")


if __name__ == "__main__":
    sys.exit(main())
