"""Applications for credit that nobody ever made: all kinds of columns, dirty as they come, drawn with a seed.

The test part holds what training never saw: categories, missing values in columns that were full, and outliers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

TRAIN = 5_000
TEST = 20_000

NUMBERS = ("income", "amount", "rate", "balance", "used")
WHOLE = ("age", "months", "dependents", "late")
NUMERIC = NUMBERS + WHOLE
TEXTS = ("home", "purpose", "employment", "region")
BOOLEANS = ("phone", "married")
OUTCOME = "bad"

HOMES = ("mortgage", "other", "own", "rent")
PURPOSES = ("car", "debt", "house", "medical", "moving", "school", "travel", "wedding", "boat")
EMPLOYMENTS = ("fixed", "freelance", "none", "part-time", "retired")
REGIONS = tuple(f"R{number:02d}" for number in range(24))
GRADES = ("A", "B", "C", "D", "E", "F", "G")
TERMS = (" 36 months", " 60 months", "24 months")
TENURES = ("< 1 year", "1 year", "2 years", "5 years", "10+ years")
COMMENTS = (" ok ", "LATE payer", "Late, called twice", "good customer", "good customer, car-loan", "n/a", "")


def training(rows: int = TRAIN) -> pd.DataFrame:
    """Return training rows with their outcome."""
    return _applications(rows, np.random.default_rng(20_240_331))


def test(rows: int = TEST) -> pd.DataFrame:
    """Return rows to score: drawn alike, then spoilt as the world spoils them."""
    rng = np.random.default_rng(7)
    frame = _applications(rows, rng).drop(columns=OUTCOME)
    for name, strange in {
        "home": "houseboat", "purpose": "Größe – unknown", "employment": "", "region": "R99", "grade": "Z",
        "insured": "maybe", "city": "nowhere", "term": "12 months", "tenure": "7 years", "comment": "new words",
    }.items():  # fmt: skip
        frame.loc[rng.random(rows) < 0.01, name] = strange
    for name in ("age", "amount", "used", "late", "home", "grade", "applied", "price"):
        frame.loc[rng.random(rows) < 0.005, name] = None
    for name in ("income", "amount", "balance", "rate"):
        far = rng.random(rows) < 0.01
        frame.loc[far, name] = frame.loc[far, name] * rng.choice([1e3, 1e6, -1.0], int(far.sum()))
    frame.loc[rng.random(rows) < 0.005, "late"] = 400.0
    frame.loc[rng.random(rows) < 0.005, "months"] = 0
    return frame


def _applications(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    frame = _amounts(rows, rng)
    frame = pd.concat([frame, _words(rows, rng), _dates(rows, rng), _dirt(rows, rng, frame)], axis=1)
    risk = (
        np.log(frame["amount"]) * 0.5
        - np.log(frame["income"].fillna(800.0)) * 0.7
        + frame["late"] * 0.5
        + (frame["home"] == "rent") * 0.6
        + (frame["purpose"].isin(["boat", "travel"])) * 0.9
        + frame["rate"].isna() * 0.7
        + np.abs(frame["age"] - 45) / 30
        - frame["married"] * 0.3
        + frame["used"] * frame["used"]
    )
    frame[OUTCOME] = (rng.random(rows) < 1 / (1 + np.exp(1.2 - risk))).astype(int)
    return frame


def _amounts(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "income": np.round(rng.lognormal(7.5, 0.6, rows), 2),
            "amount": np.round(rng.lognormal(8.0, 0.9, rows), 2),
            "rate": np.round(rng.gamma(6.0, 2.0, rows), 1),
            "balance": np.where(rng.random(rows) < 0.3, 0.0, np.round(rng.normal(500, 2_000, rows), 2)),
            "used": rng.random(rows),
            "bureau": np.where(rng.random(rows) < 0.15, -999.0, rng.integers(300, 850, rows)),
            "age": rng.integers(18, 80, rows),
            "months": rng.choice([12, 24, 36, 48, 60, 72], rows),
            "dependents": rng.poisson(0.9, rows),
            "late": rng.poisson(0.4, rows),
            "phone": rng.random(rows) < 0.7,
            "married": rng.random(rows) < 0.5,
        }
    )
    for name, share in {"income": 0.12, "rate": 0.06, "balance": 0.08}.items():
        frame.loc[rng.random(rows) < share, name] = np.nan
    return frame


def _words(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    tail = np.array([30, 25, 15, 10, 8, 6, 4, 1.5, 0.5]) / 100
    frame = pd.DataFrame(
        {
            "home": rng.choice(HOMES, rows, p=[0.3, 0.05, 0.25, 0.4]),
            "purpose": rng.choice(PURPOSES, rows, p=tail),
            "employment": rng.choice(EMPLOYMENTS, rows),
            "region": rng.choice(REGIONS, rows),
            "grade": rng.choice(GRADES, rows, p=[0.2, 0.25, 0.2, 0.15, 0.1, 0.06, 0.04]),
            "insured": rng.choice(["yes", "no"], rows),
            "city": [f"city {number}" for number in np.minimum(rng.geometric(0.02, rows), 160)],
        }
    )
    frame.loc[rng.random(rows) < 0.06, "employment"] = None
    return frame


def _dates(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 730, rows), unit="D")
    opened = day - pd.to_timedelta(rng.integers(30, 9_000, rows), unit="D")
    born = day - pd.to_timedelta(rng.integers(7_000, 29_000, rows), unit="D")
    frame = pd.DataFrame(
        {
            "applied": pd.Series(day.strftime("%Y-%m-%d")),
            "opened": pd.Series(opened).astype("datetime64[us]"),
            "born": pd.Series(born.strftime("%d.%m.%Y")),
        }
    )
    frame.loc[rng.random(rows) < 0.05, "opened"] = pd.NaT
    return frame


def _dirt(rows: int, rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as text, with signs, units and words in between."""
    stated = frame["income"].fillna(0).astype(int).astype(str)
    lands, numbers = rng.choice(["EU", "US", "UK"], rows), rng.integers(0, 9_999, rows)
    dirt = pd.DataFrame(
        {
            "price": [f"${amount:,.2f}" for amount in frame["amount"]],
            "interest": [f"{rate}%" if rate == rate else None for rate in frame["rate"]],
            "term": rng.choice(TERMS, rows),
            "tenure": rng.choice(TENURES, rows),
            "stated": np.where(rng.random(rows) > 0.1, stated, rng.choice(["n/a", "-", "unknown"], rows)),
            "comment": rng.choice(COMMENTS, rows),
            "code": [f"{land}-{number:04d}" for land, number in zip(lands, numbers, strict=True)],
        }
    )
    dirt.loc[rng.random(rows) < 0.04, "tenure"] = None
    dirt.loc[rng.random(rows) < 0.03, "comment"] = None
    return dirt
