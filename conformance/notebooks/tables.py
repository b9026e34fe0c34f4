"""Tables that no one owns: made from a seed, written beside a notebook before it is run."""

from __future__ import annotations

import gzip
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.random import Generator


def write(name: str, folder: Path) -> None:
    """Write the table ``name`` into ``folder``."""
    (folder / name).write_text(TABLES[name](), encoding="utf-8")


def _churn(rows: int = 900, start: int = 0, *, answer: bool = True, seed: int = 21) -> str:
    rng = np.random.default_rng(seed)
    lines = []
    for i in range(rows):
        plan, region, months = rng.choice(["basic", "plus", "pro"]), rng.choice(list("NESW")), int(rng.integers(1, 72))
        calls, bill = int(rng.poisson(1.5)), float(rng.gamma(4, 15))
        risk = 0.6 * calls - months / 30 + bill / 90 + (plan == "basic") * 0.7 - 0.9
        left = _happens(risk, rng)
        age, usage = _gap(f"{rng.integers(18, 80)}", 0.07, rng), _gap(f"{rng.gamma(2, 20):.1f}", 0.05, rng)
        row = [str(start + i), _gap(plan, 0.03, rng), region, str(months), str(calls), f"{bill:.2f}", age, usage]
        lines.append([*row, "Yes" if left else "No"] if answer else row)
    head = ["customer", "plan", "region", "months", "calls", "bill", "age", "usage"]
    return _csv([*head, "churn"] if answer else head, lines)


def _loans() -> str:
    rng = np.random.default_rng(22)
    lines = []
    for i in range(1000):
        day = 1 + i * 720 // 1000
        issued = f"{2021 + day // 360}-{1 + day % 360 // 30:02d}-{1 + day % 28:02d}"
        income, amount = float(rng.lognormal(10.4, 0.5)), float(rng.gamma(3, 4000))
        purpose, term = rng.choice(["car", "home", "debt", "other"]), int(rng.choice([36, 60]))
        late = int(rng.poisson(0.4))
        bad = _happens(amount / income * 2 + late * 0.8 + (term == 60) * 0.5 - 2.2 + day / 900, rng)
        recovered = f"{amount * rng.uniform(0.1, 0.5):.2f}" if bad else "0"
        branch = f"B{rng.integers(1, 9)}"
        row = [f"L{i:04d}", issued, _gap(f"{income:.0f}", 0.06, rng), f"{amount:.0f}", _gap(purpose, 0.04, rng)]
        lines.append([*row, str(term), str(late), branch, recovered, str(int(bad))])
    return _csv(["loan", "issued", "income", "amount", "purpose", "term", "late", "branch", "recovered", "bad"], lines)


def _fraud() -> str:
    rng = np.random.default_rng(23)
    lines = []
    for i in range(1500):
        amount, hour, country = float(rng.lognormal(3.5, 1.1)), int(rng.integers(0, 24)), rng.choice(["DE", "FR", "US"])
        new, card = int(rng.random() < 0.2), int(rng.integers(0, 400))
        fraud = _happens(amount / 80 + new * 1.2 + (hour < 6) * 0.9 - 3.6, rng)
        lines.append([str(i), f"C{card:03d}", f"{amount:.2f}", str(hour), country, str(new), str(int(fraud))])
    return _csv(["id", "card", "amount", "hour", "country", "new_device", "fraud"], lines)


def _cards() -> str:
    rng = np.random.default_rng(24)
    rows = [[f"C{i:03d}", str(int(rng.integers(500, 9000))), rng.choice(["gold", "blue"])] for i in range(400)]
    return _csv(["card", "limit", "level"], rows)


def _ship() -> str:
    rng = np.random.default_rng(25)
    lines = []
    for i in range(700):
        sex, cls, age = rng.choice(["male", "female"]), int(rng.integers(1, 4)), float(rng.uniform(1, 75))
        title = {"male": "Mr", "female": rng.choice(["Mrs", "Miss"])}[sex]
        fare, port = float(rng.gamma(2, 40 / cls)), _gap(str(rng.choice(list("SCQ"))), 0.01, rng)
        lived = _happens((sex == "female") * 2.3 - cls * 0.8 - age / 50 + 1.2, rng)
        name = f'"Person{i}, {title}. Test"'
        known = _gap(f"{age:.0f}", 0.2, rng)
        family = [str(int(rng.poisson(0.5))), str(int(rng.poisson(0.3)))]
        lines.append([str(i), str(int(lived)), str(cls), name, sex, known, *family, f"{fare:.2f}", port])
    return _csv(
        ["PassengerId", "Survived", "Pclass", "Name", "Sex", "Age", "SibSp", "Parch", "Fare", "Embarked"], lines
    )


def _credit() -> str:
    """The demo's credit applications, which golive ships."""
    packed = files("golive") / "chain" / "data" / "credit_data.csv.gz"
    return gzip.decompress(packed.read_bytes()).decode("utf-8")


def _happens(risk: float, rng: Generator) -> bool:
    return bool(rng.random() < 1 / (1 + np.exp(-risk)))


def _gap(text: str, share: float, rng: Generator) -> str:
    return "" if rng.random() < share else str(text)


def _csv(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(",".join(map(str, line)) for line in [head, *lines]) + "\n"


TABLES: dict[str, Callable[[], str]] = {
    "churn.csv": _churn,
    "train.csv": lambda: _churn(seed=26),
    "test.csv": lambda: _churn(300, 5000, answer=False, seed=27),
    "holdout.csv": lambda: _churn(300, 9000, seed=28),
    "loans.csv": _loans,
    "fraud.csv": _fraud,
    "cards.csv": _cards,
    "ship.csv": _ship,
    "credit.csv": _credit,
}

if __name__ == "__main__":
    for table in sys.argv[2:]:
        write(table, Path(sys.argv[1]))
