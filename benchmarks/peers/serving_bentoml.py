"""The model as BentoML wants it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict  # noqa: UP035  # read by the library at run time

import bentoml
import joblib

from benchmarks.peers.serving import score


@bentoml.service(workers=1, logging={"access": {"enabled": False}})
class Peer:
    """Answers with the score."""

    def __init__(self) -> None:
        self.model = joblib.load(Path(os.environ["PEER_FOLDER"]) / "bentoml.joblib")

    @bentoml.api
    def decide(self, inputs: Dict[str, Any]) -> Dict[str, float]:  # noqa: UP006
        return {"score": score(self.model, inputs)}
