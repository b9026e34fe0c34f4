"""What other libraries answer about the money of the same 500 real applications, beside golive.

Run with ``python -m benchmarks.others``; ``--write`` also writes docs/reference/others.md. A logistic regression is
fitted on 2,000 of the demo's applications; 500 others are judged; the cut-off that each library names is then applied
to the remaining ones, which nobody has looked at. Prices: ``tests/unit/prove/useless/approving_pays.toml``. CPU is a
ratio to golive's whole measurement in the same run, imports left out, median of five.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks._peer import ROOT, asked
from benchmarks.ties import version
from benchmarks.useless import PRICES
from golive.maths.money import payoffs
from golive.prove.measure import measure
from golive.records.money import Money, parse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

PEERS = ("empulse", "binclass-tools", "dcurves", "kds")
FITTED, JUDGED, TIMES = 2000, 500, 5
PAGE = ROOT / "docs" / "reference" / "others.md"


@dataclass(frozen=True)
class Part:
    """Some applications with their scores."""

    bad: NDArray[np.bool_]
    score: Values
    amount: Values

    def earned(self, money: Money) -> tuple[Values, Values]:
        """Return what approving and what rejecting earns, per application."""
        found = payoffs(money, {"Amount": self.amount}, self.bad)
        return found[money.actions.below], found[money.actions.above]

    def at(self, cutoff: float, money: Money) -> float:
        """Return the money per application of rejecting from a cut-off up, less that of approving everybody."""
        approve, reject = self.earned(money)
        return float(np.mean(np.where(self.score >= cutoff, reject - approve, 0)))


def parts() -> tuple[Part, Part]:
    """Return the part to judge, and the part that nobody looks at."""
    import pandas as pd
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    with (files("golive.chain") / "data" / "credit_data.csv.gz").open("rb") as file:
        frame = pd.read_csv(file, compression="gzip").dropna(subset=["Home", "Marital", "Records", "Job"])
    frame = frame.sample(frac=1, random_state=0).reset_index(drop=True)
    bad = (frame.pop("Status") == "bad").to_numpy()
    texts = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    numbers = [name for name in frame if name not in texts]
    cleaned = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers), (OneHotEncoder(), texts)
    )
    model = make_pipeline(cleaned, LogisticRegression(max_iter=1000)).fit(frame[:FITTED], bad[:FITTED])
    score, amount = model.predict_proba(frame)[:, 1], frame["Amount"].to_numpy(dtype=float)
    here, later = slice(FITTED, FITTED + JUDGED), slice(FITTED + JUDGED, None)
    return Part(bad[here], score[here], amount[here]), Part(bad[later], score[later], amount[later])


def ours(judged: Part, money: Money) -> tuple[str, float | None, float]:
    """Return what golive says, its cut-off, and the CPU seconds of the whole measurement."""
    spent = []
    for _ in range(TIMES):
        start = time.process_time()
        labels = np.where(judged.bad, "bad", "good")
        found = measure(labels, judged.score, money=money, columns={"Amount": judged.amount})
        spent.append(time.process_time() - start)
    assert found.money is not None
    best = found.money.promised.per_row
    against = ", ".join(
        f"{one.per_row:.2f} [{one.low:.2f}, {one.high:.2f}] against {one.name}" for one in found.money.against
    )
    honest = "" if found.money.honest is None else f"{found.money.honest.per_row:.2f}"
    text = f"{found.verdict.word.value}: {honest} a case (the best of these rows promises {best:.2f}); {against}"
    return text, next(iter(found.money.cutoff.chosen), None), float(np.median(spent))


def theirs(peer: str, judged: Part, money: Money) -> dict[str, Any]:
    """Return what a library says, its cut-off if it names one, and its CPU seconds."""
    given = {"outcome": judged.bad.astype(int).tolist(), "score": judged.score.tolist()}
    for happened in (False, True):  # what each row would earn, whatever happened
        found = payoffs(money, {"Amount": judged.amount}, np.full(len(judged.bad), happened))
        for action, values in found.items():
            given[f"{action} {'bad' if happened else 'good'}"] = values.tolist()
    with tempfile.TemporaryDirectory() as folder:
        rows, answer = Path(folder) / "rows.json", Path(folder) / "answer.json"
        rows.write_text(json.dumps(given))
        try:
            done = asked(peer, "others", peer, str(rows), str(answer))
        except subprocess.CalledProcessError:
            return {"says": "does not install"}
        if not answer.exists():
            return {"says": f"does not run: {done.stderr.strip().splitlines()[-1]}"}
        said: dict[str, Any] = json.loads(answer.read_text())
        return said


def main(*, write: bool = False) -> int:
    """Print the table, and write the page."""
    path = PRICES / "approving_pays.toml"
    money = parse(path.read_text(encoding="utf-8"), name=path.name)
    judged, later = parts()
    text, cutoff, spent = ours(judged, money)
    lines = [line("golive", "measure", text, cutoff, 1.0, later, money)]
    for peer in PEERS:
        found = theirs(peer, judged, money)
        ratio = found["seconds"] / spent if "seconds" in found else None
        name = f"{peer} {version(peer)}"
        lines.append(line(name, FUNCTIONS[peer], found["says"], found.get("cutoff"), ratio, later, money))
    table = "\n".join(lines) + "\n"
    print(table)
    if write:
        PAGE.write_text(HEAD.format(later=len(later.bad)) + table + FOOT, encoding="utf-8")
    return 0


FUNCTIONS = {
    "empulse": "max_profit_score", "binclass-tools": "get_amount_cost_df", "dcurves": "dca", "kds": "decile_table",
}  # fmt: skip


def line(
    library: str, function: str, says: str, cutoff: float | None, ratio: float | None, later: Part, money: Money
) -> str:
    """Return one row of the table."""
    cut = "none" if cutoff is None else f"{cutoff:.3f}"
    money_later = "" if cutoff is None else f"{later.at(cutoff, money):+.2f}"
    spent = "" if ratio is None else f"{ratio:.2f}"
    return f"| {library} | `{function}` | {says} | {cut} | {money_later} | {spent} |"


HEAD = """# The same 500 applications, asked of other libraries

`python -m benchmarks.others --write` made this page. A logistic regression is fitted on 2,000 real credit applications,
500 others are judged, and each cut-off is then tried on {later:,} that nobody has looked at. Approving earns 25 % of
the amount or loses 40 % of it, rejecting a good applicant costs 10; euros per application. CPU time is a share of
golive's whole measurement, imports left out.

| library | function | what it says of the 500 | cut-off | later, against approving all | CPU |
|---|---|---|---|---|---|
"""
FOOT = """
The tools are made for different questions, so this is no ranking. empulse and binclass-tools search the cut-off that
earns most on the same rows and name that money; dcurves asks for one price ratio for all cases and compares with both
constant actions; kds knows no money. empulse and binclass-tools were given what each case would earn under each
outcome. golive values the cut-off on rows that did not choose it, gives a range against each alternative, and ends in a
word. Five hundred rows decide little: *later* is one draw.
"""

if __name__ == "__main__":
    sys.exit(main(write="--write" in sys.argv))
