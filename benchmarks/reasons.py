"""How far golive's reasons agree with the shap package, on the demo's credit applications.

Compared per raw input: what shap says about the columns of a one-hot encoding is added up. Three quarters of the
applications train, the rest is explained. The *top reason* of a row is the raw input with the largest contribution
towards the event, none if no contribution exceeds 10⁻⁶ (as in a decision); *by size* it is the largest absolute value.
The scale is the contract's: log-odds for boosting and linear models, the probability for forests and for Shapley
values.

- `paths` stands beside TreeExplainer as it comes (path-dependent, no background data): the average over all orders in
  which a tree could ask its questions, where paths take the order of the tree. Trees of one question have one order:
  there the two are equal, which shows that both count alike; the deeper the trees, the more they differ. Models have
  their default settings, or those of the demo's notebook.
- `shapley` stands beside shap's exact explainer with the same one typical case: all 2ⁿ mixtures, where golive scores
  16 orders; shap's own permutation explainer with as many orders shows what such a sample is good for.
- `linear` stands beside LinearExplainer, with the mean of the training rows.

shap has an environment of its own, made in `.venv-shap` from `peers/shap.txt`; SHAP_PYTHON names one that is there.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import tempfile
import warnings
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._peer import ROOT, environment

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

TEXTS = ("Home", "Marital", "Records", "Job")
LEAST_TOP = 0.85
"""Share of rows whose top reason is TreeExplainer's."""
MOST_ADDED = 1e-9
"""By how much contributions may miss what they add up to."""
ONE_QUESTION, LINEAR = "LightGBM, one question per tree", "logistic regression"
"""Models for which both methods are the same sum."""
MOST_APART = 1e-9
"""By how much their contributions may differ."""
EXPLAINED = 200
"""Rows for which all 2ⁿ mixtures are scored."""


def main() -> None:
    warnings.filterwarnings("ignore")
    try:
        python = environment("shap")
    except subprocess.CalledProcessError as exc:
        print(f"skipped: the environment of shap could not be made ({exc}); SHAP_PYTHON names one that is there")
        return
    train, outcome, rows = applications()
    with tempfile.TemporaryDirectory() as folder:
        ours = {
            name: task(kind, model.fit(train, outcome), train, rows, Path(folder) / name)
            for name, kind, model in models()
        }
        asked, answered = Path(folder) / "models.pickle", Path(folder) / "results.pickle"
        asked.write_bytes(pickle.dumps(ours))
        command = [python, "-m", "benchmarks.peers.shap", str(asked), str(answered)]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
        theirs = pickle.loads(answered.read_bytes())
    print(f"{len(train):,} applications trained, {len(rows):,} explained, {len(train.columns)} raw inputs")
    for name, mine in ours.items():
        report(name, mine, theirs[name])


def applications() -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """Return the training part, whether each of it turned bad, and the rows to explain."""
    import pandas as pd

    with (files("golive.chain") / "data" / "credit_data.csv.gz").open("rb") as file:
        frame = pd.read_csv(file, compression="gzip").dropna(subset=list(TEXTS))
    frame = frame.sample(frac=1, random_state=0).reset_index(drop=True)
    outcome = (frame.pop("Status") == "bad").astype(int)
    many = len(frame) * 3 // 4
    return frame[:many], outcome[:many], frame[many:]


def models() -> list[tuple[str, str, Any]]:
    """Return name, the part of shap that is asked, and the model."""
    from lightgbm import LGBMClassifier
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, VotingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    def behind(model: Any, numbers: Any) -> Any:
        onehot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        return make_pipeline(make_column_transformer((onehot, list(TEXTS)), remainder=numbers), model)

    def filled() -> Any:
        return SimpleImputer(strategy="median")

    def scaled() -> Any:
        return make_pipeline(filled(), StandardScaler())

    boosting = HistGradientBoostingClassifier(max_iter=50, random_state=0)
    voting = VotingClassifier(
        [("logistic", LogisticRegression()), ("bayes", GaussianNB()), ("boosting", boosting)], voting="soft"
    )
    return [
        ("LightGBM", "trees", behind(LGBMClassifier(verbose=-1, n_jobs=1), "passthrough")),
        ("HistGradientBoosting", "trees", behind(HistGradientBoostingClassifier(random_state=0), "passthrough")),
        ("RandomForest", "trees", behind(RandomForestClassifier(random_state=0), filled())),
        (
            "HistGradientBoosting of the notebook",
            "trees",
            behind(
                HistGradientBoostingClassifier(
                    max_iter=300, learning_rate=0.05, max_leaf_nodes=6, min_samples_leaf=30, random_state=0
                ),
                "passthrough",
            ),
        ),
        (
            "RandomForest of the notebook",
            "trees",
            behind(RandomForestClassifier(150, min_samples_leaf=5, random_state=1), filled()),
        ),
        (ONE_QUESTION, "trees", behind(LGBMClassifier(num_leaves=2, verbose=-1), "passthrough")),
        (LINEAR, "linear", behind(LogisticRegression(), scaled())),
        ("GaussianNB", "exact", behind(GaussianNB(), scaled())),
        ("voting", "exact", behind(voting, scaled())),
    ]


def task(kind: str, model: Any, train: pd.DataFrame, rows: pd.DataFrame, out: Path) -> dict[str, Any]:
    """Build the bundle; return what golive says, with all that shap needs to say the same."""
    import numpy as np

    from golive.pack.build import build

    rows = rows[:EXPLAINED] if kind == "exact" else rows
    bundle = build(model, train, out=out)
    names, added = bundle.contributions(rows)
    every = np.zeros((len(rows), len(train.columns)))  # an input that no tree asks about stays 0
    every[:, [train.columns.get_loc(name) for name in names]] = added
    shapley = bundle.graph.shapley
    return {
        "kind": kind,
        "model": model,
        "train": train,
        "rows": rows,
        "raw": encoded(model[0], train),
        "scale": bundle.contract.reasons_in,
        "method": bundle.contract.reasons,
        "baseline": dict(zip(shapley.inputs, shapley.baseline, strict=True)) if shapley else {},
        "score": bundle.score(rows),
        "added": every,
    }


def encoded(columns: Any, train: pd.DataFrame) -> list[str]:
    """Return the raw input of each column that the model sees."""
    onehot = columns.named_transformers_["onehotencoder"]
    texts = [name for name, seen in zip(TEXTS, onehot.categories_, strict=True) for _ in seen]
    return [*texts, *(name for name in train if name not in TEXTS)]


def report(name: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    import numpy as np

    if not np.allclose(ours["score"], theirs["score"], rtol=0, atol=1e-9):
        raise SystemExit(f"{name}: the two environments give other scores; expected the same versions in both")
    added, values = ours["added"], theirs["values"]
    print(f"{name}: {ours['method']}, {ours['scale']}, {len(added):,} rows")
    agree = float(np.mean(top(added) == top(values)))
    same, aimed = name in (ONE_QUESTION, LINEAR), ours["method"] == "paths"
    goal = f"; at least {LEAST_TOP:.0%}: {_met(agree >= LEAST_TOP)}" if aimed and not same else ""
    by_size = float(np.mean(abs(added).argmax(axis=1) == abs(values).argmax(axis=1)))
    print(f"  top reason the same in {agree:.1%} of rows{goal}; by size in {by_size:.1%}")
    if not same:
        print(f"  {_apart(added, values)}")
    apart = abs(added - values).max()
    goal = f"; at most {MOST_APART:g}: {_met(apart <= MOST_APART)}" if same else ""
    print(f"  largest difference of a contribution {apart:.2g}{goal}; sizes up to {abs(values).max():.2g}")
    if "drawn" in theirs:
        drawn = theirs["drawn"]
        alike, most = np.mean(top(drawn) == top(values)), abs(drawn - values).max()
        print(f"  shap's own permutation explainer with as many orders: {alike:.1%}, largest difference {most:.2g}")
    off = additivity(added, theirs)
    print(f"  added up, off by at most {off:.1g}; at most {MOST_ADDED:g}: {_met(off <= MOST_ADDED)}")


def top(values: Numbers) -> Numbers:
    """Return the place of the top reason per row; -1 where there is none."""
    import numpy as np

    from golive.engine.reasons import LEAST

    found: Numbers = np.where(values.max(axis=1) > LEAST, values.argmax(axis=1), -1)
    return found


def _apart(added: Numbers, values: Numbers) -> str:
    """Say how wrong the other answer is where the two disagree, by shap's own numbers."""
    import numpy as np

    mine, best = top(added), top(values)
    differ = (mine != best) & (mine >= 0) & (best >= 0)
    if not differ.any():
        return "no row has another top reason"
    rows = np.flatnonzero(differ)
    share = np.median(values[rows, mine[rows]] / values[rows, best[rows]])
    second = np.mean([mine[row] in np.argsort(-values[row])[:2] for row in rows])
    return f"where another is on top, it is shap's second in {second:.0%}, with {share:.0%} of the first (median)"


def additivity(added: Numbers, theirs: dict[str, Any]) -> float:
    """Return by how much sums miss the library's own output, up to the one constant that all rows share."""
    import numpy as np

    left = theirs["explained"] - added.sum(axis=1)
    constant = theirs.get("typical", np.median(left))
    return float(abs(left - constant).max())


def _met(met: bool) -> str:
    return "met" if met else "MISSED"


if __name__ == "__main__":
    main()
