"""Notebooks with one leak each, of a known kind in a known line, and notebooks without any. Made from a seed.

A template (`conformance.planted_templates`) is a few cells in which words in braces are drawn by the seed: the names,
the table and its columns, the model and the metric, how the split is written, and what stands between the cells that
matter. Labels are as in `conformance.lived`. Leaks are labelled at the line that makes them: the fit, the statistic,
the feature made from the outcome, the rows added again, the choice, the search on rows that judge, the second of two
parts that overlap, the split at random of rows that have an order in time.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from conformance.lived import Source, read
from conformance.planted_templates import (
    CHOSEN_CUT,
    CHOSEN_MODEL,
    CLEAN_AFTER,
    CLEAN_BEFORE,
    CLEAN_TIME,
    FIRST,
    LATER,
)

EACH = 24
"""Notebooks of each kind."""

LATER_EACH = 6
"""More of each kind, from the templates in `LATER`; their numbers begin at `EACH`."""

_SCALERS = ("StandardScaler()", "MinMaxScaler()", "RobustScaler()", "QuantileTransformer(n_quantiles=50)")
_IMPUTERS = ("SimpleImputer()", 'SimpleImputer(strategy="median")', "KNNImputer(n_neighbors=3)")
_ENCODERS = ("OrdinalEncoder()", "TargetEncoder(random_state=0)", "OneHotEncoder(sparse_output=False)")
_SELECTORS = ("SelectKBest(k=3)", "SelectPercentile(percentile=60)", "VarianceThreshold()", "PCA(n_components=3)")


KINDS = ("fitter", "statistic", "target", "resampled", "chosen", "tuned", "duplicates", "time", "clean")
_TABLES = {
    "churn.csv": ("churn", ["calls", "months", "bill", "usage", "age"]),
    "loans.csv": ("bad", ["late", "term", "amount", "income"]),
    "fraud.csv": ("fraud", ["hour", "new_device", "amount"]),
}
_MODELS = ("LogisticRegression(max_iter=2000)", "GaussianNB()", "DecisionTreeClassifier(max_depth=3, random_state=0)")
_BETWEEN = (
    "%%\n{df}.head()",
    "%%\n{df}.shape",
    "%% markdown\n## Let us look",
    "%%\nprint({df}.isna().sum().sum())",
    "%%\n{df}[{c0!r}].value_counts().head()",
    "%%\nseen = {df}.describe().T\nseen",
)
_IMPORTS = """\
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest, SelectPercentile, VarianceThreshold
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score, roc_curve
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, OneHotEncoder, OrdinalEncoder, QuantileTransformer
from sklearn.preprocessing import RobustScaler, StandardScaler, TargetEncoder
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import resample
from xgboost import XGBClassifier"""


@dataclass(frozen=True)
class Planted:
    name: str
    kind: str
    """What was planted, or ``clean``."""
    table: str
    source: Source


def everything() -> list[Planted]:
    """Return all of them, in the same order each time."""
    first = [one(kind, number) for kind in KINDS for number in range(EACH)]
    return [*first, *(one(kind, EACH + number) for kind in LATER for number in range(LATER_EACH))]


def one(kind: str, number: int) -> Planted:
    """Return the notebook ``number`` of a kind."""
    rng = random.Random(f"{kind} {number}")
    table = "loans.csv" if kind == "time" or (kind == "clean" and number % 5 == 4) else rng.choice(sorted(_TABLES))
    words = _words(rng, table)
    if kind == "fitter" and "OneHotEncoder" in words["encoder"]:
        words["encoder"] = "OrdinalEncoder()"
    parts = _parts(kind, number, rng)
    text = "\n".join(part.format(**words) for part in ["%%\n" + _IMPORTS, *parts])
    return Planted(f"{kind}_{number:02d}", kind, table, read(text + "\n"))


def _words(rng: random.Random, table: str) -> dict[str, str]:
    target, columns = _TABLES[table]
    columns = rng.sample(columns, len(columns))
    draw = {
        "df": "df data d frame tbl raw",
        "X": "X features x_all inputs",
        "y": "y target_ labels outcome",
        "Xtr": "X_train Xtr A x1",
        "Xte": "X_test Xte B x2",
        "Xva": "X_val Xva",
        "ytr": "y_train ytr a t1",
        "yte": "y_test yte b t2",
        "yva": "y_val yva",
        "best": "best model clf final",
        "m": "m cand trial",
        "sc": "scaler sc prep",
        "enc": "enc le",
        "sel": "sel selector",
        "t": "t top found",
        "s": "scores res s",
        "v": "v k c",
        "p": "p proba pr",
        "up": "up more extra",
        "i": "idx rows i",
        "cands": "models cands zoo",
        "cuts": "cuts grid_t ts",
        "grid": "grid search gs",
        "tr": "train tr part1",
        "te": "test te part2",
        "fpr": "fpr",
        "tpr": "tpr",
    }
    words = {name: rng.choice(names.split()) for name, names in draw.items()}
    models = rng.sample(_MODELS, 3)
    metric, predict = rng.choice(
        [
            ("roc_auc_score", f"predict_proba({words['Xte']})[:, 1]"),
            ("accuracy_score", f"predict({words['Xte']})"),
            ("f1_score", f"predict({words['Xte']})"),
        ]
    )
    return {
        **words,
        "table": table,
        "target": target,
        "cols": repr(columns),
        "c0": columns[0],
        "c1": columns[1],
        "m0": models[0],
        "m1": models[1],
        "m2": _MODELS[2],
        "metric": metric,
        "predict": predict,
        "how": rng.choice(["mean", "median"]),
        "scaler": rng.choice(_SCALERS),
        "imputer": rng.choice(_IMPUTERS),
        "encoder": rng.choice(_ENCODERS),
        "selector": rng.choice(_SELECTORS),
    }


def _parts(kind: str, number: int, rng: random.Random) -> list[str]:
    """The cells of a notebook, still with words in braces."""
    begin = ["%%\n{df} = pd.read_csv({table!r})"]
    if kind != "time":
        begin.append(
            "%%\nif {df}[{target!r}].dtype.kind not in 'iu':\n    {df}[{target!r}] = {df}[{target!r}].eq('Yes') * 1"
        )
    features = "%%\n{X} = {df}[{cols}].copy()\n{y} = {df}[{target!r}]"
    filled = features.replace(".copy()", ".fillna(0)")
    split = rng.choice(
        [
            "%%\n{Xtr}, {Xte}, {ytr}, {yte} = train_test_split({X}, {y}, test_size=0.3, random_state=42)",
            "%%\n{Xtr}, {Xte}, {ytr}, {yte} = train_test_split({X}, {y}, random_state=0, stratify={y})",
        ]
    )
    fit = rng.choice(["%%\n{best} = {m2}\n{best}.fit({Xtr}, {ytr})", "%%\n{best} = {m2}.fit({Xtr}, {ytr})"])
    report = rng.choice(
        ["%%\nprint({metric}({yte}, {best}.{predict}))", "%%\nresult = {metric}({yte}, {best}.{predict})\nresult"]
    )
    parts = {
        "fitter": lambda: [filled, _template("fitter", number), split, fit, report],
        "statistic": lambda: [features, _template("statistic", number), _FILL, split, fit, report],
        "target": lambda: [filled, _template("target", number), split, fit, report],
        "resampled": lambda: [filled, _template("resampled", number), _plain(split), fit, report],
        "chosen": lambda: [filled, split, *_chosen(number, report)],
        "tuned": lambda: [filled, split, _template("tuned", number), report],
        "duplicates": lambda: [_FILL_FRAME, _template("duplicates", number), _APART, fit, report],
        "time": lambda: [_template("time", number), fit, report],
        "clean": lambda: _clean(number, filled, split, fit, report),
    }[kind]()
    between = [rng.choice(_BETWEEN) for _ in range(rng.randrange(1, 3))]
    return [*begin, *between, *parts]


_FILL = "%%\n{X} = {X}.fillna(0)"
_FILL_FRAME = "%%\n{df}[{cols}] = {df}[{cols}].fillna(0)"
_APART = "%%\n{Xtr}, {ytr} = {tr}[{cols}], {tr}[{target!r}]\n{Xte}, {yte} = {te}[{cols}], {te}[{target!r}]"


def _template(kind: str, number: int) -> str:
    templates = (LATER if number >= EACH else FIRST)[kind]
    return templates[number % len(templates)]


def _plain(split: str) -> str:
    return split.replace(", stratify={y}", "")


def _chosen(number: int, report: str) -> list[str]:
    if number >= EACH:
        return [_template("chosen", number), report]
    if number % 2:
        return [CHOSEN_CUT[number // 2 % len(CHOSEN_CUT)]]
    return [CHOSEN_MODEL[number // 2 % len(CHOSEN_MODEL)], report]


def _clean(number: int, filled: str, split: str, fit: str, report: str) -> list[str]:
    if number % 5 == 4:
        return [CLEAN_TIME[number // 5 % len(CLEAN_TIME)], fit, report]
    before = CLEAN_BEFORE[number % len(CLEAN_BEFORE)]
    after = CLEAN_AFTER[number % len(CLEAN_AFTER)]
    if "drop_duplicates" in before:
        return [before, filled, split, after, fit, report]
    return [filled, before, split, after, fit, report]
