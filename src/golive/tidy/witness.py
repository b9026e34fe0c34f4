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

TABLES = ("classification_report", "confusion_matrix")
"""What shows how often a model is right, among other things."""

FOLDS = ("cross_val_score", "cross_validate")

_ENTRIES = 200
"""A container with more of them holds data, not scores."""
FEW = 20
"""Values of an outcome; a column with more is not one."""


class Witness:
    """Stands beside one run. ``folder`` is where it leaves what it saw."""

    def __init__(self, shell: Any, folder: str) -> None:
        self.shell = shell
        self.folder = Path(folder)
        self.files: dict[str, int] = {}  # name of a compiled cell -> position of the cell in the run
        self.position = -1
        self.metrics: list[dict[str, Any]] = []
        self.scalars: dict[int, dict[str, float]] = {}
        self.classes: dict[str, list[Any]] = {}  # column -> what a label encoder found in it
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
                place: number
                for name, value in list(self.shell.user_ns.items())
                if not name.startswith("_")
                for place, number in numbers_in(name, value)
            }

    def watch(self) -> None:
        """Stand between the notebook and the metrics of scikit-learn."""
        for owner, name in judges():
            found = vars(owner)[name]
            if hasattr(found, "fn"):  # scikit-learn's own "available if" descriptor
                found.fn = self.noted(name, found.fn)
            else:
                setattr(owner, name, self.noted(name, found))
        searches().best_score_ = BestScore(self)

    def remember_classes(self) -> None:
        """Stand beside the label encoder: what it finds in a column is written down, the first time."""
        import sklearn.preprocessing

        encoder = sklearn.preprocessing.LabelEncoder
        for name in ("fit", "fit_transform"):
            setattr(encoder, name, self.learning(getattr(encoder, name)))

    def learning(self, function: Any) -> Any:
        @functools.wraps(function)
        def stand_in(encoder: Any, y: Any) -> Any:
            answer = function(encoder, y)
            found, name = encoder.classes_.tolist(), getattr(y, "name", None)
            plain = all(isinstance(one, (str, int, float, bool)) and one == one for one in found)
            if isinstance(name, str) and plain and len(found) <= FEW:
                self.classes.setdefault(name, found)
            return answer

        return stand_in

    def noted(self, name: str, function: Any) -> Any:
        @functools.wraps(function)
        def stand_in(*args: Any, **kwargs: Any) -> Any:
            value = function(*args, **kwargs)
            self.note(sys._getframe(1), answered(name, value, args, kwargs))
            return value

        return stand_in

    def note(self, frame: types.FrameType, found: list[tuple[str, float]]) -> None:
        """Keep numbers that the notebook's own code was given."""
        if frame.f_code.co_filename in self.files:
            place = {"position": self.position, "line": self.line(frame)}
            self.metrics += [{**place, "name": name, "value": number} for name, number in found]

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
        seen["classes"] = self.classes
        (self.folder / "seen.json").write_text(json.dumps(seen))


class BestScore:
    """``search.best_score_``, which is a number that is looked up, not one that is returned."""

    def __init__(self, witness: Witness) -> None:
        self.witness = witness

    def __get__(self, search: Any, owner: Any) -> Any:
        if search is None:
            return self
        if "best_score_" not in vars(search):
            raise AttributeError("best_score_")
        value = vars(search)["best_score_"]
        number = scalar(value)
        self.witness.note(sys._getframe(1), [] if number is None else [("best_score_", number)])
        return value

    def __set__(self, search: Any, value: Any) -> None:
        vars(search)["best_score_"] = value

    def __delete__(self, search: Any) -> None:
        vars(search).pop("best_score_", None)


def answered(name: str, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[tuple[str, float]]:
    """The numbers in what a judge returned, each with what it is called."""
    found: list[tuple[str, Any]] = []
    if name in FOLDS:
        parts = value if isinstance(value, dict) else {"test_score": value}
        scored = kwargs.get("scoring")
        for key, scores in parts.items():
            if key.startswith("test_") and hasattr(scores, "mean"):
                metric = key[5:] if key != "test_score" else scored if isinstance(scored, str) else ""
                found.append((f"{name}:{key}:{metric}", scores.mean()))
    elif name in TABLES:
        import sklearn.metrics

        given = [*args, *(kwargs[word] for word in ("y_true", "y_pred") if word in kwargs)]
        right = sklearn.metrics.accuracy_score
        with contextlib.suppress(ValueError, TypeError, IndexError):
            found.append((name, getattr(right, "__wrapped__", right)(given[0], given[1])))
    else:
        found.append((name, value))
    return [(word, number) for word, one in found if (number := scalar(one)) is not None]


def numbers_in(name: str, value: Any, deep: int = 2) -> list[tuple[str, float]]:
    """A number, or those in a list, a dictionary or an array of scores, each with the code that picks it out."""
    if (number := scalar(value)) is not None:
        return [(name, number)]
    entries: list[tuple[Any, Any]] = []
    if type(value).__name__ == "ndarray" and value.ndim == 1 and value.dtype.kind == "f" and len(value) <= _ENTRIES:
        entries = list(enumerate(value.tolist()))
    elif isinstance(value, (list, tuple)) and len(value) <= _ENTRIES:
        entries = list(enumerate(value))
    elif isinstance(value, dict) and len(value) <= _ENTRIES:
        entries = [(key, one) for key, one in value.items() if isinstance(key, (str, int))]
    deeper = entries if deep else []
    return [pair for key, one in deeper for pair in numbers_in(f"{name}[{key!r}]", one, deep - 1)]


def searches() -> Any:
    """The class that all searches over settings come from."""
    import sklearn.model_selection

    return sklearn.model_selection.GridSearchCV.__mro__[1]


def judges() -> list[tuple[Any, str]]:
    """Where scikit-learn keeps what reports a metric: the owner, and the name it has there."""
    import sklearn.base
    import sklearn.linear_model
    import sklearn.metrics
    import sklearn.model_selection
    import sklearn.neighbors
    import sklearn.pipeline

    near = (sklearn.neighbors.KNeighborsClassifier, sklearn.neighbors.RadiusNeighborsClassifier)
    own = (*near, sklearn.linear_model.LogisticRegressionCV)  # in some versions these inherit it
    owners = (sklearn.base.ClassifierMixin, sklearn.pipeline.Pipeline, searches(), *own)
    scores = [(owner, "score") for owner in owners if "score" in vars(owner)]
    shown = [(sklearn.metrics, name) for name in (*METRICS, *TABLES)]
    return [*shown, *((sklearn.model_selection, name) for name in FOLDS), *scores]


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
            witness.remember_classes()


if "FOLDER" in globals():
    begin(globals()["FOLDER"], watch=globals()["WATCH"])
