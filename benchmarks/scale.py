"""Millions of rows: what `golive prove` costs beside reading the file and beside scikit-learn, and its memory.

CPU seconds of fresh processes, ratios within one run. ``python -m benchmarks.scale [ROWS] [MANY]``: 10,000,000 and
100,000,000 by default; the second (0 leaves it out) is for the exact optimum and the memory of the whole, with about
1.4 GB of temporary parquet.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROWS, MANY, THRESHOLDS_ROWS = 10_000_000, 100_000_000, 1_000_000

MAKE = """
import sys, duckdb
n, out = int(sys.argv[1]), sys.argv[2]
connection = duckdb.connect(config={"threads": 2, "memory_limit": "1GB", "preserve_insertion_order": False})
connection.execute("set enable_progress_bar = false")
def uniform(seed):
    return f"(hash(i + {seed}) / 18446744073709551616.0)"
def normal(one, other):
    return f"(sqrt(-2 * ln({uniform(one)} + 1e-18)) * cos(6.283185307179586 * {uniform(other)}))"
connection.execute(f'''copy (
    with drawn as (select 1 / (1 + exp(2.2 - 1.3 * {normal(0, 10**9 + 7)})) as score, {uniform(3 * 10**9)} as u,
                          round(exp(7 + 0.6 * {normal(5 * 10**9, 6 * 10**9)}), 2) as "Amount",
                          12 + floor(48 * {uniform(7 * 10**9)}) as "Time" from range({n}) t(i))
    select score, case when u < score then 'bad' else 'good' end as "Status", "Amount", "Time" from drawn
) to '{out}' (format parquet)''')
"""

SCAN = """
import numpy as np
from golive.maths import tally
from golive.maths.batch import bins
from golive.maths.money import compile_payoffs
from golive.maths.shape import Grid, Shape, steps
from golive.prove import fill
from golive.prove.sized import rows_of, sized
from golive.prove.template import money_template
from golive.records.money import parse
from golive.tables.scan import scanned
from pathlib import Path
money = parse(money_template())
compiled = compile_payoffs(money, ("Amount", "Time"))
shape = Shape(Grid(), compiled, {name: f"x{at}" for at, name in enumerate(compiled.columns)})
def open_file():
    opened = scanned(Path(PATH), score="score", outcome="Status", amounts=compiled.columns)
    scan = opened.__enter__()
    scan.happened(["bad"])
    return opened, scan
opened, scan = open_file()
"""

READ = """
measured(lambda: sum(len(one["x0"]) for one in scan.batches(("score", "event", "x0"))))
"""

INSIDE = """
query = f"select sum(score), sum(cast(outcome = 'bad' as int)), sum(x0) from {scan._source}"
measured(lambda: scan._connection.execute(query).fetchall())
"""

SUMS = """
def work():
    sums = tally.Tally(shape.grid.size * 2, ("sum", "square"))
    for one in scan.batches(("score", "event", "x0")):
        value = one["x0"]
        sums.add(bins(one["score"], shape.grid) * 2 + one["event"], (value, value * value))
    sums.cells()
measured(work)
"""

FINE = """
n = scan.rows
step = steps(n, 1.0, 1e4 * n, [1e5 * n, 1e4 * n], [1e20, 1e18, 1e16], 2)
measured(lambda: tally.fine(rows_of(scan, shape), shape, step))
"""

PROVE = """
from golive.cli import run
measured(lambda: run(["prove", "--table", PATH, "--score", "score", "--outcome", "Status", "--event", "bad",
                      "--money", MONEY, "--out", OUT, "--force"]), times=1, imports=True)
"""

SKLEARN = """
import duckdb, numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve
found = duckdb.connect().execute(f"select score, \\"Status\\" = 'bad' as bad from '{PATH}'").fetchnumpy()
score, bad = np.asarray(found["score"]), np.asarray(found["bad"])
measured(lambda: (roc_curve(bad, score), precision_recall_curve(bad, score)), times=1)
"""

TUNED = """
import duckdb, numpy as np, sklearn
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import make_scorer
from sklearn.model_selection import TunedThresholdClassifierCV
query = f"select score, \\"Status\\" = 'bad' as bad, \\"Amount\\" a, \\"Time\\" t from '{PATH}'"
found = duckdb.connect().execute(query).fetchnumpy()
score, bad, a, t = (np.asarray(found[name]) for name in ("score", "bad", "a", "t"))
sklearn.set_config(enable_metadata_routing=True)
class Known(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_ = np.array([0, 1])
        return self
    def predict_proba(self, X):
        return np.column_stack([1 - X[:, 0], X[:, 0]])
def earned(y, predicted, a, t):
    approved = np.where(y == 1, -0.6 * a - 15, 0.08 * a * t / 12 - 15)
    return np.where(predicted == 1, np.where(y == 1, 0.0, -2.0), approved).sum()
scorer = make_scorer(earned).set_score_request(a=True, t=True)
X, y = score[:, None], bad.astype(int)
tuned = TunedThresholdClassifierCV(Known().fit(X, y), scoring=scorer, thresholds=100, cv=CV, refit=CV != "prefit")
measured(lambda: tuned.fit(X, y, a=a, t=t))
"""

CURVE = """
measured(lambda: fill._refined(scan, shape, *sized(scan, shape, probability=True, minor_units=2)[1:], probability=True))
"""

HONEST = """
from golive.maths.recompute import chosen, standing
def work():
    table = fill.filled(scan, shape, money, probability=True).table
    choice = chosen(table, compiled.prices)
    standing(table, compiled.prices, choice.edge, choice)
measured(work)
"""

REFINE = CURVE.replace(")[1:], probability=True))", ")[1:], probability=True), times=1)")

SORT = """
import duckdb, numpy as np
query = f"select score, \\"Status\\" = 'bad' as bad, \\"Amount\\" a, \\"Time\\" t from '{PATH}'"
found = duckdb.connect().execute(query).fetchnumpy()
score, bad, a, t = (np.asarray(found[name]) for name in ("score", "bad", "a", "t"))
def best():
    gain = np.where(bad, -0.6 * a - 15, 0.08 * a * t / 12 - 13)
    total = np.cumsum(gain[np.argsort(score, kind="stable")])
    return int(total.argmax())
measured(best, times=1)
"""

TABLES = """
import numpy as np
from golive.maths.cutoff import choose
from golive.maths.intervals import difference
from golive.maths.sides import side_of
rng = np.random.default_rng(0)
counts = rng.integers(500, 1500, 10_000)
gains = rng.normal(5, 300, (10_000, 20)) - np.arange(10_000)[:, None] / 700
# The interval's own table: bins x outcome x sign of the money, with its squares.
place = np.repeat(np.arange(10_000), 4)
money = rng.normal(5, 300, 40_000)
squares = money * money / 200
def work():
    choice = choose(gains, counts)
    everywhere = np.ones(len(money), dtype=bool)
    for other in (place >= 0, place < 0):
        won = np.where(other, money, -money)
        here = (place >= choice.edge) != other
        sides = [side_of(sign * won, squares, here, everywhere) for sign in (1, -1)]
        difference(*sides, int(counts.sum()), choice.optimism / counts.sum())
measured(work, times=5)
"""

MEASURED = """
import json, resource, time
PATH, MONEY, OUT = __import__("sys").argv[1:4]
def measured(work, times=3, imports=False):
    spent = []
    for _ in range(times):
        start = 0.0 if imports else time.process_time()
        work()
        spent.append(time.process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("MEASURED", json.dumps([sorted(spent)[len(spent) // 2], peak]))
"""


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    rows, many = (*numbers, *(ROWS, MANY)[len(numbers) :])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        fewer = made(place, THRESHOLDS_ROWS)
        cost(place, fewer, PROVE)  # Python compiles its modules once, as an installation does
        file = made(place, rows)
        against_reading(place, file, rows)
        ratio(
            "golive prove, all of it / roc_curve + precision_recall_curve",
            cost(place, file, PROVE), cost(place, file, SKLEARN), 0.6, 400,
        )  # fmt: skip
        file.unlink()
        against_a_scorer(place, fewer)
        spent, _ = cost(place, fewer, TABLES)
        print(f"choice, point and interval from 10,000 bins: {1000 * spent:.0f} ms; target 50: {said(spent <= 0.05)}")
        if many:
            large = made(place, many)
            refined, sorted_ = cost(place, large, SCAN + REFINE), cost(place, large, SORT)
            ratio(f"exact optimum by refining / full sort, {many:,} rows", refined, sorted_, 0.6, 300)
            spent, peak = cost(place, large, PROVE)
            print(f"golive prove, {many:,} rows: {spent:.1f} s, {peak:.0f} MB; target 400: {said(peak <= 400)}")


def against_reading(place: Path, file: Path, rows: int) -> None:
    """Reading means that the columns are handed over as arrays; DuckDB's own sums over them hand over nothing."""
    read, inside, sums, fine = (cost(place, file, SCAN + one) for one in (READ, INSIDE, SUMS, FINE))
    for name, one, target in (
        (f"n, sum, sum of squares by bin, {rows:,} rows", sums, 1.5),
        ("the fine table of prove, with exact sums, min, max and bounds", fine, 3),
    ):
        ratio(f"{name} / reading the same columns", one, read, target)
        print(
            f"    / sums over the columns inside of DuckDB: {one[0]:.2f} / {inside[0]:.2f} = {one[0] / inside[0]:.2f}"
        )


def against_a_scorer(place: Path, file: Path) -> None:
    """The scorer has its arrays in memory; golive reads the file, in a process that is running already."""
    tuned = {cv: cost(place, file, f"CV = {cv!r}\n" + TUNED) for cv in ("prefit", 5)}
    curve, honest, everything = (
        cost(place, file, SCAN + CURVE),
        cost(place, file, SCAN + HONEST),
        cost(place, file, PROVE),
    )
    for cv, scorer in tuned.items():
        print(f"TunedThresholdClassifierCV, 100 thresholds, a money scorer, cv={cv!r}, {THRESHOLDS_ROWS:,} rows:")
        ratio("    money at every cut-off, the exact best one / it", curve, scorer, 1 / 15)
        ratio("    with folds, the honest choice and its interval / it", honest, scorer, 1 / 15)
        ratio("    a whole process: imports, checks, report, workbook / it", everything, scorer, 1 / 15)


def made(place: Path, rows: int) -> Path:
    file = place / f"{rows}.parquet"
    subprocess.run([sys.executable, "-c", MAKE, str(rows), str(file)], check=True)
    (place / "money.toml").write_text(_template())
    return file


def cost(place: Path, file: Path, code: str) -> tuple[float, float]:
    """Return CPU seconds and megabytes of a fresh process."""
    command = [sys.executable, "-c", MEASURED + code, str(file), str(place / "money.toml"), str(place / "proof")]
    compiled = {**os.environ, "PYTHONPYCACHEPREFIX": str(place / "compiled")}
    compiled.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=compiled)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("MEASURED"))
    spent, peak = json.loads(line.removeprefix("MEASURED"))
    return spent, peak


def ratio(
    name: str, one: tuple[float, float], other: tuple[float, float], target: float, memory: float | None = None
) -> None:
    found = one[0] / other[0]
    line = f"{name}: {one[0]:.2f} / {other[0]:.2f} s = {found:.2f}; target {target:.2g}: {said(found <= target)}"
    if memory is not None:
        line += f"; {one[1]:.0f} MB against {other[1]:.0f}; target {memory:.0f}: {said(one[1] <= memory)}"
    print(line, flush=True)


def said(met: bool) -> str:
    return "met" if met else "MISSED"


def _template() -> str:
    from golive.prove.template import money_template

    return money_template()


if __name__ == "__main__":
    main()
