"""Leaks as other authors write them, and the same done rightly: `variants/KIND.cells`, each labelled by line.

None of them has a rule of its own; what is found is found by following the values.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from conformance.exec_once import cells_of
from conformance.lived import Source, read

from golive.tidy.guessed import kinds
from golive.tidy.leaks import everywhere
from golive.tidy.program import program

HERE = Path(__file__).with_name("variants")
BEGIN = """%%
import glob, itertools, random, joblib, optuna
import lightgbm as lgb, numpy as np, pandas as pd, seaborn as sns, xgboost as xgb
import matplotlib.pyplot as plt
from collections import Counter, namedtuple
from datetime import datetime
from hyperopt import STATUS_OK, fmin, hp, tpe
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.metrics import *
from sklearn.model_selection import *
from sklearn.preprocessing import *
from sklearn.ensemble import *
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils import resample
from imblearn.over_sampling import ADASYN, SMOTE, RandomOverSampler
from scipy.optimize import minimize_scalar
from functools import reduce
from scipy.stats import boxcox, zscore
"""


def variants() -> list[object]:
    found: list[object] = []
    for path in sorted(HERE.glob("*.cells")):
        for part in path.read_text(encoding="utf-8").split("=== ")[1:]:
            name, _, text = part.partition("\n")
            found.append(pytest.param(read(BEGIN + text), id=f"{path.stem}: {name}"))
    return found


def told(source: Source) -> list[tuple[str, int, int]]:
    cells = cells_of(source)
    units, _ = program(cells, kinds(*program(cells, {})))
    return [(leak.kind, leak.cell, leak.line) for leak in everywhere(units, units, None)]


@pytest.mark.parametrize("source", variants())
def test_a_leak_is_found_however_it_is_written_and_what_is_right_is_left_alone(source: Source) -> None:
    assert told(source) == sorted(source.labels, key=lambda label: label[1:])
