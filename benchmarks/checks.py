"""Do the checks see a planted leak, and stay silent without one? Draws with known truth.

Run with ``python -m benchmarks.checks [draws]`` (200 draws: about a minute). Rows have two amounts, an age and a city;
the model was fitted on 3,000 of them. What is planted is named in each line; the first line has nothing planted, so
every share in it is a false alarm. The last lines are the CPU time of all checks on 200,000 rows with 20 columns,
against that of scikit-learn's `roc_curve` and `precision_recall_curve` on a million scores.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.maths.buckets import equal_width, ties
from golive.maths.calibration import calibration
from golive.maths.histogram import arrange
from golive.prove.checks import Background, look
from golive.prove.checks.sample import MOST, sample
from golive.prove.checks.shown import buckets_hold
from golive.records.checked import State
from golive.records.contract import Contract, Input, Kind
from golive.tables.training import remember

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Columns = dict[str, NDArray[Any]]
    Bools = NDArray[np.bool_]

TRAINING = 3000
LARGE = 100_000
"""As many rows as the checks might look at."""
NUMBERS, TEXTS = ("amount", "income", "age"), ("city",)
CODES = ("training_rows", "telling_input", "identifiers", "duplicates", "outside_ranges", "base_rate")


def drawn(rng: np.random.Generator, n: int) -> tuple[Columns, Bools]:
    """Honest rows; the income tells a little."""
    event = rng.random(n) < 0.2
    return {
        "amount": np.round(rng.lognormal(7, 1, n), 2),
        "income": np.round(rng.normal(3000 - 600 * event, 800), 2),
        "age": rng.integers(18, 80, n).astype(float),
        "city": rng.choice(["Bonn", "Köln", "Ulm"], n),
    }, event


def shared(share: float) -> Callable[[np.random.Generator, Columns, Bools, Columns], None]:
    """Put training rows among those judged."""

    def plant(rng: np.random.Generator, rows: Columns, event: Bools, training: Columns) -> None:
        some = round(share * len(event))
        for name in rows:
            rows[name][:some] = training[name][:some]

    return plant


def leak(rng: np.random.Generator, rows: Columns, event: Bools, training: Columns) -> None:
    """The age becomes a number written down afterwards (AUC about 0.99)."""
    rows["age"] = np.round(rng.normal(3.4 * event, 1.0), 3)


def late_leak(rng: np.random.Generator, rows: Columns, event: Bools, training: Columns) -> None:
    """The income is missing for nearly all events: missing is what tells."""
    rows["income"][event & (rng.random(len(event)) < 0.99)] = np.nan


def names(rng: np.random.Generator, rows: Columns, event: Bools, training: Columns) -> None:
    """The city becomes the number of the contract."""
    rows["city"] = np.array([f"K{at:06}" for at in rng.permutation(len(event))], dtype=object)


def twice(rng: np.random.Generator, rows: Columns, event: Bools, training: Columns) -> None:
    """Three rows in a hundred come again."""
    some = round(0.03 * len(event))
    event[:some] = event[-some:]
    for name in rows:
        rows[name][:some] = rows[name][-some:]


def richer(rng: np.random.Generator, rows: Columns, event: Bools, training: Columns) -> None:
    """Amounts ten times as large as training has seen, in one row of a hundred."""
    rows["amount"][: max(1, len(event) // 100)] = 10 * float(training["amount"].max())


PLANTED: dict[str, Callable[[np.random.Generator, Columns, Bools, Columns], None] | None] = {
    "nothing": None,
    "1 % training rows": shared(0.01),
    "5 % training rows": shared(0.05),
    "a leak, AUC 0.99": leak,
    "missing tells": late_leak,
    "names of rows": names,
    "3 % repeated": twice,
    "1 % far outside": richer,
}


def main() -> None:
    draws = int(sys.argv[-1]) if sys.argv[-1].isdigit() else 200
    print("share of draws in which a check fails; 1,000 rows judged")
    print(f"{'planted':20}" + "".join(f"{code:>16}" for code in CODES))
    for name, plant in PLANTED.items():
        found = np.mean([_failed(seed, plant) for seed in range(draws)], axis=0)
        print(f"{name:20}" + "".join(f"{100 * share:>14.1f} %" for share in found), flush=True)
    true, bent = (np.mean([_buckets(seed, power) for seed in range(draws)]) for power in (1.0, 0.7))
    print(f"buckets_miss         true score {100 * true:.1f} %   score^0.7 happens {100 * bent:.1f} %")
    small, large = _cost(MOST), _cost(LARGE)
    print(f"CPU of all checks, 200,000 rows x 20 columns / scikit-learn's two curves on 1,000,000: {small:.1f}")
    print(f"the same, were {LARGE:,} rows looked at and not {MOST:,}: {large:.1f}, {large / small:.1f} times as much")


def _failed(seed: int, plant: Callable[[np.random.Generator, Columns, Bools, Columns], None] | None) -> list[bool]:
    rng = np.random.default_rng(seed)
    training, before = drawn(rng, TRAINING)
    rows, event = drawn(rng, 1000)
    if plant is not None:
        plant(rng, rows, event, training)
    labelled = {**training, "y": np.where(before, "bad", "good")}
    known = remember(labelled, [*NUMBERS, *TEXTS], outcome="y", event="bad")
    back = Background(contract=_contract(training), training=known, labels=frozenset(("bad", "good")))
    checks = look(sample(rows, event), back, event="bad", share=float(event.mean()), n=len(event))
    ended = {one.code: one.state is State.failed for one in checks}
    return [ended[code] for code in CODES]


def _contract(training: Columns) -> Contract:
    numbers = [
        Input(name=name, kind=Kind.number, nullable=True, low=float(training[name].min()),
              high=float(training[name].max())) for name in NUMBERS
    ]  # fmt: skip
    return Contract(
        inputs=(*numbers, Input(name="city", kind=Kind.text, nullable=False)),
        event="bad",
        reasons="none",
        rows=TRAINING,
    )


def _buckets(seed: int, power: float) -> bool:
    rng = np.random.default_rng(seed)
    score = rng.beta(1.5, 4, 1000)
    rows = arrange(score, rng.random(1000) < score**power)
    found = ties(rows.score, rows.event)
    return buckets_hold(calibration(found, equal_width(found, tested=True))).state is State.failed


def _cost(most: int) -> float:
    from sklearn.metrics import precision_recall_curve, roc_curve

    rng = np.random.default_rng(1)
    event = rng.random(200_000) < 0.1
    columns: Columns = {f"x{at}": rng.normal(size=200_000) for at in range(20)}
    start = time.process_time()
    look(sample(columns, event, most=most), Background(), event="1", share=0.1, n=200_000)
    mine = time.process_time() - start
    outcome, score = rng.random(1_000_000) < 0.1, rng.random(1_000_000)
    start = time.process_time()
    roc_curve(outcome, score)
    precision_recall_curve(outcome, score)
    return mine / (time.process_time() - start)


if __name__ == "__main__":
    main()
