"""``python -m conformance.tidy_case NAME OUT.json``: tidy one notebook of the corpus and compare with its labels.

Run as a process of its own: what is written is imported, and a notebook may take anything down with it.
"""

from __future__ import annotations

import json
import math
import re
import sys
import tempfile
import time
import warnings
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import golive
from conformance.lived import HERE, LABELS, MADE, read, write_tables
from golive.errors import GoliveError, NotebookError
from golive.tidy import kernel
from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.records.tidied import Tidied

LONG = "long_200_cells"
"""The first notebook of the corpus with 190 more cells: for the time only."""
_BASE = "kaggle_churn_baseline"
_CLOSE = 1e-9
_ALONE = 25
_SECONDS = 45


@dataclass
class Found:
    """What became of one notebook."""

    name: str
    status: str = "package"
    """``package``, ``refused`` or ``crashed``."""
    message: str = ""
    expected: bool = True
    """The labels say the same: a package, or a refusal."""
    names_place: bool = False
    """The message names a cell and a line; the labelled ones and the labelled cause, where it has labels."""
    order: str = ""
    reached: bool = False
    """Some order in a fresh kernel gave the labelled metric again."""
    same: bool = False
    """The package gives it too."""
    scoring: bool = False
    """The labels say that one row can be scored."""
    shape: str = ""
    why_stages: str = ""
    one_row: bool = False
    """Scores of single raw rows equal those of the batch."""
    why_not_one_row: str = ""
    packed: bool = False
    why_not_packed: str = ""
    leaks: list[list[Any]] = field(default_factory=list)
    labelled: list[list[Any]] = field(default_factory=list)
    seconds: float = 0.0
    own: float = 0.0
    """CPU seconds of tidy itself: kernels and packages run in other processes."""
    cells: int = 0


def _kept_runs() -> list[kernel.Run]:
    """A list that every run of a kernel goes into from now on."""
    runs: list[kernel.Run] = []
    real = kernel.run

    def run(*args: Any, **kwargs: Any) -> kernel.Run:
        runs.append(real(*args, **kwargs))
        return runs[-1]

    kernel.run = run
    return runs


def _timed(found: Found, notebook: Path, out: Path, data: Path | None) -> Tidied:
    started, spent = time.monotonic(), time.process_time()
    try:
        return tidy_notebook(notebook, out, data=data, timeout=_SECONDS, choose=partial(_answer, found.name))
    finally:
        found.seconds, found.own = round(time.monotonic() - started, 2), round(time.process_time() - spent, 2)


def _answer(name: str, models: Sequence[str]) -> str:
    """What the author would answer where tidy asks which model is final: the one that the labelled metric is of."""
    metric = read((HERE / f"{_BASE if name == LONG else name}.cells").read_text(encoding="utf-8")).header.get(
        "metric", ""
    )
    meant = [model for model in models if re.search(rf"\b{re.escape(model)}\b", metric)]
    if len(meant) != 1:
        raise NotebookError(
            f"several models have metrics of their own: {', '.join(models)}; the labels name none alone"
        )
    return meant[0]


def case(name: str) -> Found:
    """Tidy one notebook in a folder of its own."""
    labels = json.loads(LABELS.read_text(encoding="utf-8"))[_BASE if name == LONG else name]
    found = Found(name=name, scoring=labels["scoring"], labelled=labels["leaks"])
    runs = _kept_runs()
    with tempfile.TemporaryDirectory() as folder:
        place, data = Path(folder) / "work", Path(folder) / "data"
        place.mkdir()
        data.mkdir()
        write_tables(labels["data"], data if labels["elsewhere"] else place)
        notebook = _written(name, place, found)
        try:
            record = _timed(found, notebook, Path(folder) / "out", data if labels["elsewhere"] else None)
            _judge_package(found, record, Path(folder) / "out", labels)
        except GoliveError as exc:
            found.status, found.message = "refused", str(exc)
        except Exception as exc:  # a bug of tidy's own, and the other cases go on
            found.status, found.message = "crashed", f"{type(exc).__name__}: {exc}"
    found.reached = any(_reached(run, labels["metrics"]) for run in runs)
    found.expected = (found.status == "refused") == bool(labels["fails"])
    found.names_place = _names_place(found, labels)
    return found


def _written(name: str, place: Path, found: Found) -> Path:
    document = json.loads((MADE / f"{_BASE if name == LONG else name}.ipynb").read_text(encoding="utf-8"))
    if name == LONG:
        more = [_looking(number) for number in range(200 - len(document["cells"]))]
        document["cells"][4:4] = more
        for number, cell in enumerate(document["cells"]):
            cell["outputs" if cell["cell_type"] == "code" else "metadata"] = [] if cell["cell_type"] == "code" else {}
            if cell["cell_type"] == "code":
                cell["execution_count"] = number + 1
    found.cells = len(document["cells"])
    (place / f"{name}.ipynb").write_text(json.dumps(document), encoding="utf-8")
    return place / f"{name}.ipynb"


def _looking(number: int) -> dict[str, Any]:
    lines = [
        f'look{number} = df.groupby("region")["bill"].mean()',
        f'part{number} = df[df["months"] > {number % 70}].copy()',
        f'part{number}["ratio"] = part{number}["bill"] / {number + 1}',
        f"print(len(part{number}), look{number}.round(1).tolist())",
    ]
    return {
        "cell_type": "code",
        "source": "\n".join(lines),
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "id": f"x{number}",
    }


def _judge_package(found: Found, record: Tidied, out: Path, labels: dict[str, Any]) -> None:
    found.order, found.shape, found.why_stages = record.order, record.shape, record.why_stages
    found.leaks = [[leak.kind, leak.cell, leak.line] for leak in record.leaks]
    values = [metric.kept for metric in record.metrics]
    found.same = bool(labels["metrics"]) and all(
        any(math.isclose(value, wanted, rel_tol=0, abs_tol=_CLOSE) for value in values)
        for wanted in labels["metrics"].values()
    )
    if record.shape != "rows":
        found.why_not_one_row = found.why_not_packed = f"stages: {record.why_stages}"
        return
    sys.path.insert(0, str(out / "src"))
    modules = {name: import_module(f"{record.package}.{name}") for name in ("load", "clean", "split", "train")}
    train, holdout = modules["split"].split(modules["load"].load())
    model = modules["train"].fitted()
    try:
        found.why_not_one_row = _alone(model, modules["clean"].clean, train, holdout)
    except Exception as exc:
        found.why_not_one_row = f"{type(exc).__name__}: {exc}"
    found.one_row = not found.why_not_one_row
    try:
        events = {"event": _class(record.event_class, model)} if record.event_class else {}
        outcome = record.outcome or None
        golive.build(
            model, train, clean=modules["clean"].clean, outcome=outcome, holdout=holdout, out=out / "x.golive", **events
        )
        found.packed = True
    except Exception as exc:
        found.why_not_packed = f"{type(exc).__name__}: {exc}"


def _alone(model: Any, clean: Any, train: Any, holdout: Any) -> str:
    """Compare scores of single rows with the batch; nothing when they are equal."""
    learned: dict[str, Any] = {}
    clean(train, learned)
    batch = _scores(model, clean(holdout, dict(learned)))
    for place in range(0, len(holdout), max(1, len(holdout) // _ALONE)):
        one = _scores(model, clean(holdout.iloc[[place]], dict(learned)))[0]
        if not math.isclose(one, batch[place], rel_tol=1e-6, abs_tol=1e-9):
            return f"row {place} is scored {one!r} alone and {batch[place]!r} in the batch"
    return ""


def _scores(model: Any, columns: Any) -> list[float]:
    found = model.predict_proba(columns)[:, 1] if hasattr(model, "predict_proba") else model.decision_function(columns)
    return [float(value) for value in found]


def _class(text: str, model: Any) -> Any:
    return next((value for value in model.classes_.tolist() if str(value) == text), text)


def _reached(run: kernel.Run, metrics: dict[str, float]) -> bool:
    if run.failure or not metrics:
        return False
    printed = "\n".join(run.printed.values())
    return all(
        any(math.isclose(one.value, wanted, rel_tol=0, abs_tol=_CLOSE) for one in run.reported)
        or f"{wanted!r}"[:12] in printed
        for wanted in metrics.values()
    )


def _names_place(found: Found, labels: dict[str, Any]) -> bool:
    if found.status == "package":
        return False
    if not labels["fails"]:
        return bool(re.search(r"cell \d+, line \d+", found.message))
    at = f"cell {labels['at'][0]}, line {labels['at'][1]}" if labels["at"] else ""
    return at in found.message and labels["fails"] in found.message


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    Path(sys.argv[2]).write_text(json.dumps(asdict(case(sys.argv[1]))), encoding="utf-8")
