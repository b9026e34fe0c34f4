"""Two Flask products: one scores with scikit-learn, one has golive mounted."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, request

FOLDER = Path(os.environ["PEER_FOLDER"])


def scored() -> Flask:
    """Answer with the score of the pipeline."""
    import joblib

    from benchmarks.peers.serving import score

    model = joblib.load(FOLDER / "flask.joblib")
    app = Flask("peer")

    @app.post("/v1/decisions")
    def decide() -> dict[str, float]:
        return {"score": score(model, request.get_json()["inputs"])}

    return app


def mounted() -> Flask:
    """Answer as golive does, journal and all."""
    from golive.serve.flask import blueprint

    app = Flask("product")
    app.register_blueprint(blueprint(FOLDER / "bench.golive", journal=FOLDER / "flask.db", unapproved=True))
    return app
