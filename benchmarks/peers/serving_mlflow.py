"""The model as MLflow wants it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from mlflow.pyfunc import PythonModel

from benchmarks.peers.serving import clean


class Model(PythonModel):  # type: ignore[misc]  # of another environment
    """Cleans and scores."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> Any:
        return self.model.predict_proba(clean(model_input))[:, 1]
