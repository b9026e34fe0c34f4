"""``python -m conformance.planted_judge OUT.json [NAME ...]``: what tidy says of each planted notebook."""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from conformance import exec_once, planted
from conformance.lived import write_tables
from golive.errors import GoliveError
from golive.tidy.finals import find
from golive.tidy.leaks import everywhere
from golive.tidy.plan import slice_for
from golive.tidy.program import program


def judge(one: planted.Planted, tables: Path) -> dict[str, Any]:
    """Return the labels and what was found; nothing is written, no package is made."""
    run = exec_once.run(one.source, tables)
    found: dict[str, Any] = {
        "name": one.name,
        "labelled": [[kind, cell, line] for kind, cell, line in one.source.labels],
        "found": [],
        "message": "",
    }
    try:
        units, world = program(exec_once.cells_of(one.source), run.names, run.stars)
        target = find(units, run, world, wanted=None)
        said = everywhere(slice_for(units, world, target), units, target)
        found["found"] = [[leak.kind, leak.cell, leak.line] for leak in said]
    except GoliveError as exc:
        found["message"] = str(exc)
    return found


def main(out: Path, names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_tables(["churn.csv", "loans.csv", "fraud.csv"], Path(folder))
        asked = [one for one in planted.everything() if not names or one.name in names]
        out.write_text(json.dumps([judge(one, Path(folder)) for one in asked]), encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]), sys.argv[2:])
