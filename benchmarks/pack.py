"""What a build with its proof costs: 20,000 rows of 12 columns, 200 trees of 31 leaves, a pandas cleaning.

CPU seconds of one process, the fit of the same model beside it. The limits are 60 seconds and 400 kB, as a zip, because
that is how a bundle travels.
"""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from golive.engine.bundle import Bundle

ROWS = 20_000
TREES = 200
LEAVES = 31
LIMIT = 60.0
MOST_KB = 400


def main() -> None:
    train = rows(ROWS)
    holdout = rows(2_000, seed=1)
    outcome = train.pop("late")
    for name, model in models().items():
        started = time.process_time()
        model.fit(clean(train), outcome)
        fitted = time.process_time() - started
        with tempfile.TemporaryDirectory() as folder:
            started = time.process_time()
            bundle = built(model, train, holdout, Path(folder) / "m.golive")
            spent = time.process_time() - started
            report(name, bundle, fitted, spent)


def built(model: object, train: pd.DataFrame, holdout: pd.DataFrame, out: Path) -> Bundle:
    from golive.pack.build import build

    return build(model, train, clean=clean, holdout=holdout, out=out)


def report(name: str, bundle: Bundle, fitted: float, spent: float) -> None:
    from golive.pack.parity import sentence
    from golive.records.document import read
    from golive.records.parity import Parity

    checks = read(bundle.path / "parity.json", Parity).checks
    hostile = sum(check.compared for check in checks if check.rows == "hostile" and check.what == "score")
    said = f"build {spent:.1f} CPU s, {spent / fitted:.1f} times its fit ({fitted:.1f})"
    print(f"{name}: {said}; at most {LIMIT:.0f} s: {_met(spent <= LIMIT)}")
    print(f"  {sentence(checks)}; {hostile:,} hostile rows equal")
    whole, bare = zipped(bundle.path) / 1000, zipped(bundle.path, golden=False) / 1000
    print(
        f"  bundle {whole:.0f} kB zipped, without golden rows {bare:.0f}; at most {MOST_KB}: {_met(whole <= MOST_KB)}"
    )


def _met(met: bool) -> str:
    return "met" if met else "MISSED"


def zipped(folder: Path, *, golden: bool = True) -> int:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (golden or "golden" not in path.parts):
                archive.write(path, path.relative_to(folder))
    return data.getbuffer().nbytes


def models() -> dict[str, Any]:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    found: dict[str, Any] = {
        "logistic": make_pipeline(StandardScaler(), LogisticRegression()),
        "histogram boosting": HistGradientBoostingClassifier(
            max_iter=TREES, max_leaf_nodes=LEAVES, early_stopping=False, random_state=0
        ),
    }
    try:
        from lightgbm import LGBMClassifier
    except (ImportError, OSError) as exc:
        print(f"LightGBM left out: {exc}")
    else:
        found["lightgbm"] = LGBMClassifier(n_estimators=TREES, num_leaves=LEAVES, verbose=-1, n_jobs=1, random_state=0)
    return found


def rows(count: int, seed: int = 0) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({f"x{i}": np.round(rng.lognormal(3.0, 1.0, count), 2) for i in range(7)})
    frame["income"] = np.where(rng.random(count) < 0.1, np.nan, np.round(rng.lognormal(7.0, 0.6, count), 1))
    frame["age"] = rng.integers(18, 80, count)
    frame["home"] = rng.choice(["rent", "own", "parents"], count)
    frame["job"] = rng.choice(["fixed", "partime", "freelance", "none"], count)
    frame["region"] = rng.choice([f"r{i}" for i in range(20)], count)
    risk = frame["x0"] / 20 - frame["income"].fillna(1000) / 900 + (frame["home"] == "rent") - frame["age"] / 60
    frame["late"] = (rng.random(count) < 1 / (1 + np.exp(-risk))).astype(int)
    return frame


def clean(df: pd.DataFrame) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    df = df.copy()
    df["income"] = df["income"].fillna(df["income"].median())
    df["share"] = np.where(df["income"] > 0, df["x0"] / df["income"], 0.0)
    df["log"] = np.log1p(df["x1"])
    df["relative"] = df["income"] / df.groupby("job")["income"].transform("mean")
    df["band"] = df["age"].apply(lambda age: "young" if age < 30 else "middle" if age < 55 else "old")
    return pd.get_dummies(df, columns=["home", "job", "region", "band"])
