"""What the engine costs against the libraries it stands in for: CPU seconds, one thread, median of five, ratios.

Above 1 the engine is faster. *columns* is the evaluator on columns that are ready, against the library's own predictor
on its own array; *frame* is `Bundle.score` on a DataFrame, contract checked, against `predict_proba` on it. Where a
line has a target, it says whether it was met or MISSED.
"""

from __future__ import annotations

import itertools
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from golive.engine.bundle import Bundle

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
ROWS = 20_000
_CASES = 50
POLICY = """
id = "benchmark"
version = "1"
owner = "nobody"
actions = { names = ["approve", "review", "reject"], favourable = "approve" }
rules = [{ id = "high", when = "x0 is not missing and x0 > 2.5", action = "review" }]
bands = [{ id = "low", from = 0, to = 0.4, action = "approve" }, { id = "rest", from = 0.4, to = 1, action = "reject" }]
fallback = { action = "review" }
"""
MOST_OPENING, MOST_MEMORY = 50, 70
"""Milliseconds of CPU beyond imports, and MB of the process."""
OPEN = """
import pathlib, time
import golive.engine.bundle
start = time.process_time()
bundle = golive.engine.bundle.load({path!r})
spent = time.process_time() - start
resident = next(line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
print(spent * 1000, int(resident.split()[1]) / 1024)
"""


def main() -> None:
    if any(os.environ.get(name) != "1" for name in THREADS):  # has to be set before the libraries start their threads
        subprocess.run(
            [sys.executable, "-m", "benchmarks", "engine"],
            env={**os.environ, **dict.fromkeys(THREADS, "1")},
            check=True,
        )
        return
    warnings.filterwarnings("ignore")
    with tempfile.TemporaryDirectory() as folder:
        # First: behind a forest its 80,000 strings would lie scattered over a heap that the forest left in pieces.
        _logistic(Path(folder))
        _boosters(Path(folder))
        _cleaned(Path(folder))
        _forest(Path(folder))
    print(f"peak memory of the whole run {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _boosters(folder: Path) -> None:
    import lightgbm
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    import golive

    train, y, rows = _numbers()
    model = lightgbm.LGBMClassifier(n_estimators=200, num_leaves=31, verbose=-1, n_jobs=1).fit(train, y)
    bundle = _built(model, train, folder / "lightgbm")
    booster, array = model.booster_, rows.to_numpy()
    _line(
        "LightGBM 200 × 31, columns",
        _columns(bundle, rows),
        lambda: booster.predict(array, num_threads=1),
        times=5,
        least=2.5,
    )
    _line("LightGBM 200 × 31, frame", lambda: bundle.score(rows), lambda: model.predict_proba(rows))
    case, one = _cases(rows), itertools.cycle(np.ascontiguousarray(rows.to_numpy()[:_CASES])[:, None, :])
    needed = {bundle.graph.score} | bundle.explainer.needs
    predict = lambda: booster.predict(next(one), num_threads=1)  # noqa: E731
    _line("  one row: score", lambda: bundle.program.row(next(case), {bundle.graph.score}), predict, times=300)
    _line(
        "  one row: score and reasons",
        lambda: bundle.explainer.row(bundle.program.row(next(case), needed)),
        predict,
        times=300,
    )
    _opening(folder / "lightgbm")
    (folder / "lightgbm" / "policy.toml").write_text(POLICY)
    decided, some = golive.load(folder / "lightgbm"), rows[:1_000]
    library = lambda: model.predict_proba(some)  # noqa: E731
    _line("  one row: a whole decision", lambda: decided.decide(next(case)), predict, times=300)
    _line("  1,000 rows: whole decisions", lambda: decided.decide_many(some), library, times=5)
    histogram = HistGradientBoostingClassifier(max_iter=200, max_leaf_nodes=31, early_stopping=False).fit(train, y)
    bundle = _built(histogram, train, folder / "histogram")
    _line("HistGradientBoosting 200 × 31, columns", _columns(bundle, rows), lambda: histogram.decision_function(rows))
    _line("HistGradientBoosting 200 × 31, frame", lambda: bundle.score(rows), lambda: histogram.predict_proba(rows))


def _cleaned(folder: Path) -> None:
    """One row through a pandas cleaning, 200 trees and reasons, as a service asks for it."""
    import lightgbm

    import golive
    from benchmarks.pack import clean, rows

    train = rows(5_000)
    outcome = train.pop("late")
    fitted = clean(train)
    model = lightgbm.LGBMClassifier(n_estimators=200, num_leaves=31, verbose=-1, n_jobs=1).fit(fitted, outcome)
    bundle = golive.build(model, train, clean=clean, out=folder / "cleaned")
    needed = {bundle.graph.score} | bundle.explainer.needs
    case, one = _cases(train), itertools.cycle([train.iloc[at : at + 1] for at in range(_CASES)])
    bare = itertools.cycle(fitted.to_numpy(dtype=float)[:_CASES, None, :])
    ours = lambda: bundle.explainer.row(bundle.program.row(next(case), needed))  # noqa: E731
    what = "one row: cleaning, 200 trees, reasons"
    _line(what, ours, lambda: model.booster_.predict(next(bare), num_threads=1), times=300, least=1 / 6)
    # On one row get_dummies finds one category of each column; what the model wants is filled up, which is no cleaning.
    theirs = lambda: model.predict_proba(clean(next(one)).reindex(columns=fitted.columns, fill_value=0))  # noqa: E731
    _line("  against pandas and predict_proba", ours, theirs, times=20, least=40)


def _forest(folder: Path) -> None:
    from sklearn.ensemble import RandomForestClassifier

    train, y, rows = _numbers()
    forest = RandomForestClassifier(200, random_state=0, n_jobs=1).fit(train, y)
    bundle = _built(forest, train, folder / "forest")
    array = rows.to_numpy()
    _line(
        "RandomForest 200 deep trees, columns", _columns(bundle, rows), lambda: forest.predict_proba(array), least=0.5
    )


def _logistic(folder: Path) -> None:
    import numpy as np
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    rng = np.random.default_rng(1)
    train, y, rows = _numbers(10)
    for frame in (train, rows):
        for name, values in (("job", "abcde"), ("home", "rop"), ("status", "smdw"), ("area", "nesw")):
            frame[name] = rng.choice(list(values), len(frame))
    texts = ["job", "home", "status", "area"]
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    columns = make_column_transformer((OneHotEncoder(), texts), remainder=numbers)
    model = make_pipeline(columns, LogisticRegression()).fit(train, y)
    bundle = _built(model, train, folder / "logistic")
    _line("logistic, 14 raw columns, frame", lambda: bundle.score(rows), lambda: model.predict_proba(rows), 5, least=4)
    case, one = _cases(rows), itertools.cycle([rows.iloc[at : at + 1] for at in range(_CASES)])
    _line("  one row: score", lambda: bundle.program.row(next(case)), lambda: model.predict_proba(next(one)), times=20)


def _cases(rows: Any) -> Iterator[dict[str, Any]]:
    """Return rows as a service receives them, one after the other: the engine remembers the last one."""
    cases = rows.head(_CASES).to_dict("records")
    return itertools.cycle([{k: None if v != v else v for k, v in case.items()} for case in cases])


def _numbers(columns: int = 20) -> tuple[Any, Any, Any]:
    """Return a training frame with missing values, its outcome, and the rows to score."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(0)
    values = rng.normal(size=(4_000 + ROWS, columns))
    y = (values[:, 0] * values[:, 1] + values[:, 2] + rng.normal(size=len(values)) > 0).astype(int)
    values[rng.random(values.shape) < 0.05] = np.nan
    frame = pd.DataFrame(values, columns=[f"x{i}" for i in range(columns)])
    return frame[:4_000].copy(), y[:4_000], frame[4_000:].copy()


def _built(model: Any, train: Any, out: Path) -> Bundle:
    import golive

    start = time.process_time()
    bundle = golive.build(model, train, out=out)
    spent = time.process_time() - start
    zipped = Path(shutil.make_archive(str(out), "zip", out))
    print(f"{out.name}: built with proof in {spent:.0f} CPU s, {zipped.stat().st_size / 1024:,.0f} kB zipped")
    return bundle


def _columns(bundle: Bundle, rows: Any) -> Callable[[], object]:
    from golive.engine.rows import read

    columns = read(rows, bundle.contract).columns
    return lambda: bundle.program.columns(columns, keep={bundle.graph.score})


def _line(
    what: str, ours: Callable[[], object], theirs: Callable[[], object], times: int = 1, *, least: float = 0
) -> None:
    """Print both and their ratio: the median of five, each taken right after the other."""
    ours(), theirs()  # not counted: what is made once
    runs = [(_cpu(ours, times), _cpu(theirs, times)) for _ in range(5)]
    mine, other = (statistics.median(column) for column in zip(*runs, strict=True))
    ratio = statistics.median(other / mine for mine, other in runs)
    said = f"; at least {least:.2g}: {_met(ratio >= least)}" if least else ""
    print(f"{what:42} {mine * 1e6:12,.0f} µs against {other * 1e6:12,.0f} µs: {ratio:6.2f} times as fast{said}")


def _met(met: bool) -> str:
    return "met" if met else "MISSED"


def _cpu(function: Callable[[], object], times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        function()
    return (time.process_time() - start) / times


def _opening(path: Path) -> None:
    runs = [
        [float(word) for word in subprocess.check_output([sys.executable, "-c", OPEN.format(path=str(path))]).split()]
        for _ in range(5)
    ]
    spent, memory = (statistics.median(column) for column in zip(*runs, strict=True))
    said = _met(spent <= MOST_OPENING and memory <= MOST_MEMORY)
    print(f"{'opening the bundle, fresh interpreter':42} {spent:.0f} ms CPU beyond imports, {memory:.0f} MB;", end=" ")
    print(f"at most {MOST_OPENING} ms and {MOST_MEMORY} MB: {said}")


if __name__ == "__main__":
    main()
