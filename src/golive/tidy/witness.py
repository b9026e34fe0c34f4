"""Watches a notebook from inside its kernel: sent there as text, so it imports nothing of golive.

It notes every number that a scikit-learn metric returned to the notebook's own code, the place it was asked from,
and at the end what each variable is. The notebook's own names stay untouched. ``FOLDER`` and ``WATCH`` are
given from outside.
"""

from __future__ import annotations

import contextlib
import faulthandler
import functools
import json
import re
import sys
import types
from pathlib import Path
from typing import Any

METRICS = (
    "roc_auc_score",
    "accuracy_score",
    "balanced_accuracy_score",
    "average_precision_score",
    "f1_score",
    "fbeta_score",
    "precision_score",
    "recall_score",
    "jaccard_score",
    "log_loss",
    "brier_score_loss",
    "matthews_corrcoef",
    "cohen_kappa_score",
)


class Witness:
    """Stands beside one run. ``folder`` is where it leaves what it saw."""

    def __init__(self, shell: Any, folder: str) -> None:
        self.shell = shell
        self.folder = Path(folder)
        self.files: dict[str, int] = {}  # name of a compiled cell -> position of the cell in the run
        self.position = -1
        self.metrics: list[dict[str, Any]] = []
        self.scalars: dict[int, dict[str, float]] = {}
        self.stack = (self.folder / "stack.txt").open("w")
        shell.events.register("pre_run_cell", self.before)
        shell.events.register("post_run_cell", self.after)

    def before(self, info: Any) -> None:
        if not info.store_history:  # a whisper of golive's own
            return
        self.position += 1
        name = self.shell.compile.get_code_name(info.raw_cell, info.raw_cell, self.shell.execution_count)
        self.files[name] = self.position
        (self.folder / "files.json").write_text(json.dumps(self.files))

    def alarm(self, seconds: float) -> None:
        """Write down where the code stands if it is still running after so many seconds."""
        faulthandler.dump_traceback_later(seconds, file=self.stack)

    def after(self, result: Any) -> None:
        if not result.info.store_history:
            return
        faulthandler.cancel_dump_traceback_later()
        if any(metric["position"] == self.position for metric in self.metrics):
            self.scalars[self.position] = {
                name: number
                for name, value in list(self.shell.user_ns.items())
                if not name.startswith("_") and (number := scalar(value)) is not None
            }

    def watch(self) -> None:
        """Stand between the notebook and the metrics of scikit-learn."""
        for owner, name in judges():
            found = vars(owner)[name]
            if hasattr(found, "fn"):  # scikit-learn's own "available if" descriptor
                found.fn = self.noted(name, found.fn)
            else:
                setattr(owner, name, self.noted(name, found))

    def noted(self, name: str, function: Any) -> Any:
        @functools.wraps(function)
        def stand_in(*args: Any, **kwargs: Any) -> Any:
            value = function(*args, **kwargs)
            if sys._getframe(1).f_code.co_filename in self.files and (number := scalar(value)) is not None:
                line = self.line(sys._getframe(1))
                self.metrics.append({"position": self.position, "line": line, "name": name, "value": number})
            return value

        return stand_in

    def line(self, frame: types.FrameType | None) -> int:
        """The line of the cell now running that led here."""
        while frame is not None:
            if self.files.get(frame.f_code.co_filename) == self.position and frame.f_code.co_name == "<module>":
                return frame.f_lineno
            frame = frame.f_back
        return 1

    def failure(self) -> None:
        """Where in the notebook the last error was raised: the deepest line that is the notebook's own."""
        trace, place = getattr(sys, "last_traceback", None), None
        while trace is not None:
            if trace.tb_frame.f_code.co_filename in self.files:
                place = [self.files[trace.tb_frame.f_code.co_filename], trace.tb_lineno]
            trace = trace.tb_next
        (self.folder / "failure.json").write_text(json.dumps(place))

    def stars(self) -> dict[str, list[str]]:
        """What ``from module import *`` brought, for every module that is loaded and says so in the notebook."""
        code = "\n".join(str(cell) for cell in self.shell.user_ns.get("In", []))
        found = {}
        for name in set(re.findall(r"from\s+([\w.]+)\s+import\s+\*", code)):
            module = sys.modules.get(name)
            public = [one for one in vars(module) if not one.startswith("_")] if module else []
            found[name] = sorted(getattr(module, "__all__", public))
        return found

    def testify(self) -> None:
        """Write down what was seen."""
        names = {name: kind(value) for name, value in list(self.shell.user_ns.items()) if not name.startswith("_")}
        seen = {"metrics": self.metrics, "scalars": self.scalars, "names": names, "stars": self.stars()}
        (self.folder / "seen.json").write_text(json.dumps(seen))


def judges() -> list[tuple[Any, str]]:
    """Where scikit-learn keeps what reports a metric: the owner, and the name it has there."""
    import sklearn.base
    import sklearn.linear_model
    import sklearn.metrics
    import sklearn.model_selection
    import sklearn.neighbors
    import sklearn.pipeline

    search = sklearn.model_selection.GridSearchCV.__mro__[1]
    near = (sklearn.neighbors.KNeighborsClassifier, sklearn.neighbors.RadiusNeighborsClassifier)
    own = (*near, sklearn.linear_model.LogisticRegressionCV)  # in some versions these inherit it
    owners = (sklearn.base.ClassifierMixin, sklearn.pipeline.Pipeline, search, *own)
    scores = [(owner, "score") for owner in owners if "score" in vars(owner)]
    return [*((sklearn.metrics, name) for name in METRICS), *scores]


def scalar(value: Any) -> float | None:
    """A finite number as a float, or none."""
    if isinstance(value, bool) or not (isinstance(value, (int, float)) or hasattr(value, "dtype")):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if number - number == 0 else None


def kind(value: Any) -> str:
    """What a variable holds, in one word."""
    if isinstance(value, types.ModuleType):
        return "module"
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
        return "function"
    if isinstance(value, (list, dict, tuple, set)):
        return "container"
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        return "frame"
    if pandas is not None and isinstance(value, pandas.Series):
        return "series"
    if hasattr(value, "fit") and hasattr(value, "get_params"):
        return "model" if hasattr(value, "predict") and hasattr(value, "classes_") else "estimator"
    return "array" if type(value).__name__ == "ndarray" else "other"


def begin(folder: str, *, watch: bool) -> None:
    from IPython import get_ipython

    witness = Witness(get_ipython(), folder)
    sys.modules["golive_witness"] = witness  # type: ignore[assignment]  # a place that the notebook does not see
    if watch:
        with contextlib.suppress(ImportError):  # without scikit-learn there is nothing to stand between
            witness.watch()


if "FOLDER" in globals():
    begin(globals()["FOLDER"], watch=globals()["WATCH"])
