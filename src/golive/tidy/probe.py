"""Run written packages in a fresh interpreter and say what they give. Called as a script, imports nothing of golive.

python probe.py REQUEST.json ANSWER.json
"""

from __future__ import annotations

import json
import math
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 8
"""Raw rows that are recorded for the tests of the package."""
ALONE = 25
"""Rows that are cleaned one by one and compared with the batch."""


def main(request: Path, answer: Path) -> None:
    asked = json.loads(request.read_text())
    answers = [_asked(one["root"], one["package"], one["rows"], asked["outcome"]) for one in asked["packages"]]
    answer.write_text(json.dumps(answers))


def _asked(root: str, package: str, rows: bool, outcome: str) -> dict[str, Any]:
    sys.path.insert(0, str(Path(root) / "src"))
    try:
        if not rows:
            return {"metrics": _module(package, "evaluate").report()}
        found = _judged(_module(package, "evaluate"))
        found |= _rows(package, outcome)
        return found
    except Exception as exc:
        return {
            "error": f"{type(exc).__name__}: {str(exc).strip().splitlines()[0] if str(exc) else ''}",
            "where": _where(exc, root),
        }
    finally:
        sys.path.pop(0)
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            del sys.modules[name]


def _module(package: str, name: str) -> Any:
    return __import__(f"{package}.{name}", fromlist=["_"])


def _where(exc: BaseException, root: str) -> str:
    """The deepest line of the package itself."""
    lines = [
        f"{Path(one.filename).name}:{one.lineno}"
        for one in traceback.extract_tb(exc.__traceback__)
        if root in one.filename
    ]
    return lines[-1] if lines else ""


def _judged(module: Any) -> dict[str, Any]:
    """The metrics, and whether the model was asked about the cleaned rows as they are."""
    given: list[Any] = []
    answers: list[tuple[str, Any]] = []
    real = module.evaluate

    def evaluate(*arguments: Any) -> Any:
        given.extend(one.copy() if hasattr(one, "columns") else one for one in arguments)
        with _listening(arguments[0], answers):
            return real(*arguments)

    module.evaluate = evaluate
    metrics = module.report()
    rows = given[1] if len(given) > 1 and hasattr(given[1], "columns") else None
    asked = [(how, answer) for how, answer in answers if rows is not None and len(answer) == len(rows)]
    try:
        as_cleaned = not asked or any(_equal(getattr(given[0], how)(rows), answer) for how, answer in asked)
    except Exception:  # it does not take them: they were changed before it got them
        as_cleaned = False
    return {"metrics": metrics, "as_cleaned": as_cleaned}


@contextmanager
def _listening(model: Any, answers: list[tuple[str, Any]]) -> Iterator[None]:
    """Write down what a model answers."""
    kinds = [how for how in ("predict", "predict_proba", "decision_function") if hasattr(model, how)]

    def heard(how: str, real: Any) -> Any:
        def ask(*arguments: Any, **options: Any) -> Any:
            answer = real(*arguments, **options)
            answers.append((how, answer))
            return answer

        return ask

    for how in kinds:
        setattr(model, how, heard(how, getattr(model, how)))
    try:
        yield
    finally:
        for how in kinds:
            delattr(model, how)


def _equal(one: Any, other: Any) -> bool:
    return bool((one == other).all())


def _rows(package: str, outcome: str) -> dict[str, Any]:
    clean, split = _module(package, "clean"), _module(package, "split")
    rows = _module(package, "load").load()
    before = rows.copy(deep=True)
    train, holdout = split.split(rows)
    learned = clean.learn(train)
    both = __import__("pandas").concat([train, holdout])
    happened = clean.outcome(both)
    classes = sorted({value.item() if hasattr(value, "item") else value for value in happened})
    return {
        "columns": [str(name) for name in rows.columns],
        "sizes": [len(train), len(holdout), len(set(train.index) & set(holdout.index))],
        "untouched": bool(rows.equals(before)),
        "alone": _alone(clean, holdout, learned),
        "event_class": str(classes[-1]),
        "events": _events(both, happened, classes[-1], outcome),
        "sample": _sample(clean, train, learned),
    }


def _alone(clean: Any, holdout: Any, learned: dict[str, Any]) -> list[str]:
    """Columns that are another value for a row by itself than among others."""
    batch = clean.clean(holdout, dict(learned))
    step = max(1, len(holdout) // ALONE)
    different: set[str] = set()
    for place in range(0, len(holdout), step):
        one = clean.clean(holdout.iloc[[place]], dict(learned))
        if list(one.columns) != list(batch.columns):
            return sorted({str(name) for name in set(one.columns) ^ set(batch.columns)}) or ["the order of columns"]
        among = batch.iloc[place]
        different |= {str(name) for name in batch.columns if not _same(one[name].iloc[0], among[name])}
    return sorted(different)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    one, other = float(one), float(other)
    return (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=1e-12)


def _events(rows: Any, happened: Any, event: Any, outcome: str) -> list[str]:
    """Raw values of the outcome that are the event."""
    if outcome not in rows.columns:
        return []
    return sorted({str(value) for value in rows[outcome][(happened == event).to_numpy()].unique()})


def _sample(clean: Any, train: Any, learned: dict[str, Any]) -> dict[str, Any]:
    """A few raw rows, some with missing values, and what becomes of them."""
    gaps = train.index[train.isna().any(axis=1)][: SHOWN // 2]
    full = train.index[~train.index.isin(gaps)][: SHOWN - len(gaps)]
    raw = train.loc[full.append(gaps)]
    return {
        "dtypes": {
            str(name): str(kind) for name, kind in raw.dtypes.items() if str(kind).startswith(("int", "float", "bool"))
        },
        "nullable": [str(name) for name in train.columns[train.isna().any()]],
        "raw": _table(raw),
        "cleaned": _table(clean.clean(raw, dict(learned))),
    }


def _table(frame: Any) -> dict[str, Any]:
    values = [[_plain(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return {"columns": [str(name) for name in frame.columns], "rows": values}


def _plain(value: Any) -> Any:
    """A value as JSON holds it; missing is null."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value != value:
        return None
    return value if isinstance(value, (str, int, float, bool)) else str(value)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
