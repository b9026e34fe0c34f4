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
import numpy as np, pandas as pd, seaborn as sns, lightgbm as lgb, optuna
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest, mutual_info_classif
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import *
from sklearn.model_selection import *
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, OrdinalEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import resample
from imblearn.over_sampling import SMOTE, RandomOverSampler
from scipy.stats import zscore
from xgboost import XGBClassifier
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
