"""Random small pipelines, each built and compared with scikit-learn on rows that nobody saw.

``python -m conformance.fuzz --cases 5000 --seed 0`` runs cases 0 to 4,999; a case is its number and nothing else, so
``--seed 1234 --cases 1`` repeats one. Ends with 1 when anything differs. Numbers that once found something are kept in
`conformance/seeds.txt` and run in every test.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import golive
from conformance.cases import Case
from conformance.draw import frame, fresh, model_for, outcome
from conformance.expect import Expected, answer
from conformance.judge import Outcome, judge, verdict
from golive.engine.rows import read
from golive.pack.door import plain
from golive.records.document import read as read_document
from golive.records.parity import Parity

SEEDS = Path(__file__).parent / "seeds.txt"
ALONE = 20
GOOD = ("equal", "refused", "unfit")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    found: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    for number in range(given.seed, given.seed + given.cases):
        status, message = run(number)
        found[status] += 1
        if status == "refused":
            refusals[message] += 1
        if status not in GOOD or given.cases == 1:
            print(f"case {number}: {status}: {message}", flush=True)
        if (number - given.seed + 1) % 250 == 0:
            print(f"{number - given.seed + 1} cases: {dict(found)}", file=sys.stderr, flush=True)
    for message, count in refusals.most_common(12):
        print(f"refused {count} times: {message}")
    print(f"{given.cases} cases: {', '.join(f'{count} {status}' for status, count in found.items())}")
    return int(any(status not in GOOD for status in found))


def kept() -> list[int]:
    """Return the cases that once found something."""
    lines = SEEDS.read_text(encoding="utf-8").splitlines()
    return [int(number) for line in lines if (number := line.partition("#")[0].strip())]


def run(number: int) -> tuple[str, str]:
    """Run one case.

    Returns
    -------
    status, message
        ``equal``; ``refused`` by golive with a message; ``unfit`` when scikit-learn itself cannot fit what was drawn;
        ``wrong``, ``parity`` or ``crashed`` when there is something to mend.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        rng = np.random.default_rng(number)
        train = frame(rng, int(rng.integers(300, 601)))
        y = outcome(rng, train)
        model = model_for(rng, train)
        later = fresh(rng, train, 120)
        case = Case(str(number), lambda: model, tuple(train.columns), frozenset(), "")
        try:
            model.fit(train, y)
            expected = answer(case, model, train, later)
        except Exception as exc:  # what was drawn cannot be fitted: scikit-learn says why
            return "unfit", f"{type(exc).__name__}: {exc}".splitlines()[0]
        return _compared(model, train, later, expected)


def _compared(model: Any, train: pd.DataFrame, later: pd.DataFrame, expected: Expected) -> tuple[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            bundle = golive.build(model, train, event=model.classes_[1], out=Path(folder) / "case.golive")
        except golive.errors.ParityError as exc:
            return "parity", f"{str(exc).splitlines()[0]}; {_short(model)}"
        except golive.errors.GoliveError as exc:
            return "refused", str(exc).splitlines()[0]
        except Exception as exc:  # a foreign error in a build is a bug of its own
            return "crashed", f"{type(exc).__name__}: {exc}; {_short(model)}"
        out = Outcome("")
        checks = read_document(bundle.path / "parity.json", Parity).checks
        out.tolerance = max(check.tolerance for check in checks if check.what == "score")
    checked = read(later, bundle.contract)
    at = bundle.graph.score
    score = plain(bundle.program.columns(checked.columns, keep={at})[at]).astype(np.float64)
    judge(out, expected, score, checked.broken)
    for row in np.flatnonzero(~checked.broken)[:ALONE].tolist():
        given: Any = checked.table.case(row)
        alone = bundle.program.row(given, keep={at})[at]
        if not (abs(alone - score[row]) <= 1e-15 or (alone != alone and np.isnan(score[row]))):
            out.beyond += 1
            out.notes.append(f"row {row}: by columns {score[row]!r}, alone {alone!r}")
    verdict(out)
    return ("equal", "") if out.status == "compiled" else ("wrong", f"{'; '.join(out.notes[:3])}; {_short(model)}")


def _short(model: Any) -> str:
    return " ".join(repr(model).split())


if __name__ == "__main__":
    sys.exit(main())
