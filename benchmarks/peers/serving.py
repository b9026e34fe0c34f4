"""The same model behind the servers that people use, each run in its own environment: see `benchmarks.serve`.

``prepare KIND FOLDER`` fits the model on FOLDER/train.csv; ``serve fastapi FOLDER PORT`` answers with its score.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

NUMBERS = ["Seniority", "Time", "Age", "Expenses", "Income", "Assets", "Debt", "Amount", "Price", "left", "log_price"]
WORDS = ["Home", "Marital", "Records", "Job"]


def clean(df: pd.DataFrame) -> pd.DataFrame:
    """Clean as a peer must on each request; with fixed numbers, so that one row gives what the frame gives."""
    out = df.drop(columns=["Status"], errors="ignore").copy()
    out["Income"] = out["Income"].astype(float).clip(upper=500)
    out["left"] = (out["Income"].fillna(124.0) - out["Expenses"]) / out["Amount"]
    out["log_price"] = np.log1p(out["Price"])
    out["Records"] = out["Records"].map({"no": "none", "yes": "some"})
    return out


def fitted(train: pd.DataFrame) -> Any:
    """Fit a pipeline as people have them: imputers, scaler and one-hot encoder, then 200 boosted trees."""
    from lightgbm import LGBMClassifier
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    before = ColumnTransformer([("numbers", numbers, NUMBERS), ("words", words, WORDS)])
    model = make_pipeline(before, LGBMClassifier(n_estimators=200, random_state=0, n_jobs=1, verbose=-1))
    return model.fit(clean(train), (train["Status"] == "bad").astype(int))


def score(model: Any, inputs: dict[str, Any]) -> float:
    """Score one application as it comes in."""
    return float(model.predict_proba(clean(pd.DataFrame([inputs])))[0, 1])


def prepare(kind: str, folder: Path) -> None:
    """Fit, and write what the server of this kind opens."""
    model = fitted(pd.read_csv(folder / "train.csv"))
    if kind == "mlflow":
        import mlflow.pyfunc

        from benchmarks.peers.serving_mlflow import Model

        mlflow.pyfunc.save_model(str(folder / "mlflow"), python_model=Model(model))
    else:
        joblib.dump(model, folder / f"{kind}.joblib")


def serve_fastapi(folder: Path, port: int) -> None:
    import uvicorn
    from fastapi import FastAPI
    from pydantic import BaseModel

    class Case(BaseModel):
        case_id: str
        inputs: dict[str, Any]

    model = joblib.load(folder / "fastapi.joblib")
    app = FastAPI()

    def decide(case: Case) -> dict[str, float]:
        return {"score": score(model, case.inputs)}

    decide.__annotations__["case"] = Case  # it is no name of the module
    app.post("/v1/decisions")(decide)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    step, kind, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    if step == "prepare":
        prepare(kind, folder)
    else:
        serve_fastapi(folder, int(sys.argv[4]))
