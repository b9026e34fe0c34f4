"""Millions of rows: what `golive prove` costs beside reading the file and beside scikit-learn, and its memory.

CPU seconds of fresh processes, ratios within one run. ``python -m benchmarks.scale [ROWS]``: 10,000,000 by default; a
second number is that of the rows for the exact optimum (100,000,000 by default, about 1.4 GB of temporary parquet).
"""

from __future__ import annotations

import json
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
from golive.maths.money import compile_payoffs
from golive.prove.template import money_template
from golive.records.money import parse
from golive.tables import score_tables
from golive.tables.expressions import Grid
from golive.tables.scan import scanned
import narwhals as nw
from pathlib import Path
money = parse(money_template())
compiled = compile_payoffs(money, ("Amount", "Time"))
shape = score_tables.Shape(Grid(), compiled, {name: f"x{at}" for at, name in enumerate(compiled.columns)})
def opened():
    return scanned(Path(PATH), score="score", outcome="Status", amounts=compiled.columns)
"""

READ = """
with opened() as scan:
    frame = scan.frame(["bad"])
    work = lambda: scan.collect(frame.select(nw.col("score").sum(), nw.col("event").sum(), nw.col("x0").sum()))
    measured(work)
"""

SUMS = """
with opened() as scan:
    value = nw.col("x0")
    cell = Grid().bin() * 2 + nw.col("event").cast(nw.Int32)
    frame = scan.frame(["bad"]).with_columns(cell=cell, square=value * value)
    work = lambda: scan.collect(frame.group_by("cell").agg(nw.len(), value.sum(), nw.col("square").sum()))
    measured(work)
"""

FINE = """
with opened() as scan:
    n = scan.rows
    step = score_tables.steps(n, 1.0, 1e4 * n, [1e5 * n, 1e4 * n], [1e20, 1e18, 1e16], 2)
    frame = score_tables.prepared(scan.frame(["bad"]), shape)
    measured(lambda: scan.collect(score_tables.fine(frame, shape, step)))
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

SCORER = """
import duckdb, numpy as np
query = f"select score, \\"Status\\" = 'bad' as bad, \\"Amount\\" a, \\"Time\\" t from '{PATH}'"
found = duckdb.connect().execute(query).fetchnumpy()
score, bad, a, t = (np.asarray(found[name]) for name in ("score", "bad", "a", "t"))
def earned(predicted):
    approved = np.where(bad, -0.6 * a - 15, 0.08 * a * t / 12 - 15)
    rejected = np.where(bad, 0.0, -2.0)
    return np.where(predicted, rejected, approved).sum()
measured(lambda: max(earned((score >= cut).astype(int)) for cut in np.linspace(score.min(), score.max(), 100)), times=1)
"""

REFINE = """
from golive.prove import fill
with opened() as scan:
    n = scan.rows
    step = score_tables.steps(n, 1.0, 2e3 * n, [1e5 * n, 1e4 * n], [1e20, 1e18, 1e16], 2)
    frame = score_tables.prepared(scan.frame(["bad"]), shape)
    measured(lambda: fill._refined(scan, frame, shape, step, probability=True), times=1)
"""

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
rng = np.random.default_rng(0)
counts = rng.integers(500, 1500, 10_000)
gains = rng.normal(5, 300, (10_000, 20)) - np.arange(10_000)[:, None] / 700
measured(lambda: choose(gains, counts), times=5)
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
        file = made(place, rows)
        read, sums, fine = (cost(place, file, SCAN + one) for one in (READ, SUMS, FINE))
        ratio(f"n, sum, sum of squares by bin, {rows:,} rows / reading the same columns", sums, read, 1.5)
        ratio("the fine table of prove, with exact sums, min, max and bounds / reading", fine, read, 3)
        prove, sklearn = cost(place, file, PROVE), cost(place, file, SKLEARN)
        ratio("golive prove, all of it / roc_curve + precision_recall_curve", prove, sklearn, 0.6, 400)
        fewer = made(place, THRESHOLDS_ROWS)
        ratio(
            f"golive prove / a money scorer at 100 thresholds, {THRESHOLDS_ROWS:,} rows",
            cost(place, fewer, PROVE), cost(place, fewer, SCORER), 1 / 15,
        )  # fmt: skip
        spent, _ = cost(place, fewer, TABLES)
        print(f"choice and point from 10,000 bins: {1000 * spent:.0f} ms; target 50: {said(spent <= 0.05)}")
        file.unlink()
        if many:
            large = made(place, many)
            refined, sorted_ = cost(place, large, SCAN + REFINE), cost(place, large, SORT)
            ratio(f"exact optimum by refining / full sort, {many:,} rows", refined, sorted_, 0.6, 300)


def made(place: Path, rows: int) -> Path:
    file = place / f"{rows}.parquet"
    subprocess.run([sys.executable, "-c", MAKE, str(rows), str(file)], check=True)
    (place / "money.toml").write_text(_template())
    return file


def cost(place: Path, file: Path, code: str) -> tuple[float, float]:
    """Return CPU seconds and megabytes of a fresh process."""
    command = [sys.executable, "-c", MEASURED + code, str(file), str(place / "money.toml"), str(place / "proof")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
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
