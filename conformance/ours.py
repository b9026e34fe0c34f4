"""golive on the corpus: each case built, scored by columns, row by row and under Node, and compared.

``python -m conformance.ours FOLDER ROWS RESULTS NAME ...`` reads what `conformance.expect` left in the folder.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
import time
import warnings
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import golive
from conformance import data
from conformance.cases import everything
from conformance.judge import Outcome, judge, judge_cells, verdict
from golive.engine.rows import read
from golive.export.javascript import export_javascript
from golive.pack.door import plain
from golive.records.document import read as read_document
from golive.records.parity import Parity

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from conformance.cases import Case
    from conformance.expect import Expected
    from golive.engine.bundle import Bundle

ALONE = 1_000
"""Rows for the row path, and for Node."""
SCRIPT = """
import { readFileSync } from "node:fs";
const folder = process.argv[2];
const golive = (await import(`file://${folder}/golive.js`)).default ?? globalThis.golive;
const bundle = golive.load(JSON.parse(readFileSync(`${folder}/bundle.json`, "utf8")));
const score = (row) => {
  try { const x = bundle.score(row); return Number.isNaN(x) ? null : x; }
  catch (error) { if (error.problems) return null; throw error; }
};
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(score)));
"""


def main(folder: Path, rows: int, results: Path, names: list[str]) -> None:
    warnings.simplefilter("ignore")
    train, test = data.training(), data.test(rows)
    found = []
    for name in names:
        found.append(run(everything()[name], pickle.loads((folder / f"{name}.pickle").read_bytes()), train, test))
        out = found[-1]
        print(f"{name}: {out.status}, {out.seconds:.1f} s{', ' + out.message[:200] if out.message else ''}", flush=True)
        for note in out.notes[:4]:
            print(f"    {note}", flush=True)
        results.write_text(json.dumps([outcome.as_dict() for outcome in found], indent=1) + "\n", encoding="utf-8")


def run(case: Case, expected: Expected, train: pd.DataFrame, test: pd.DataFrame) -> Outcome:
    out = Outcome(case.name, case.holds)
    started = time.process_time()
    columns = list(case.columns)
    with tempfile.TemporaryDirectory() as folder:
        try:
            bundle = golive.build(
                expected.model, train[columns], clean=case.clean, out=Path(folder) / "case.golive", **options(case)
            )
            compare(out, bundle, expected, test[columns], Path(folder))
            verdict(out)
        except golive.errors.ParityError as exc:
            out.status, out.message = "refused", f"parity: {exc}"
        except golive.errors.GoliveError as exc:
            out.status, out.message = "refused", str(exc)
        except Exception as exc:  # a foreign error in a build is a bug of its own, and the other cases go on
            out.status, out.message = "crashed", f"{type(exc).__name__}: {exc}"
    out.message = out.message.splitlines()[0] if out.message else ""
    out.seconds = round(time.process_time() - started, 2)
    return out


def options(case: Case) -> dict[str, Any]:
    """The options of `golive.build`; a converter is named, because what fits the case never imports golive."""
    found = dict(case.options)
    if "converters" in found:
        found["converters"] = {key: _named(value) for key, value in found["converters"].items()}
    return found


def _named(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


def compare(out: Outcome, bundle: Bundle, expected: Expected, test: pd.DataFrame, folder: Path) -> None:
    parity = read_document(bundle.path / "parity.json", Parity)
    out.float_class = parity.float_class
    out.tolerance = max(check.tolerance for check in parity.checks if check.what == "score")
    checked = read(test, bundle.contract)
    graph = bundle.graph
    wanted = frozenset([graph.score, *graph.cleaned.values()]) | bundle.rules.nodes
    values = bundle.program.columns(checked.columns, keep=wanted)
    score = plain(values[graph.score]).astype(np.float64)
    score[bundle.rules.first(values, len(test)) >= 0] = np.nan  # a row rule of the cleaning: no score
    judge(out, expected, score, checked.broken)

    rows = expected.cleaned.index.to_numpy()
    rows = rows[~checked.broken[rows]]
    cells = {name: _cells(plain(values[node])[rows]) for name, node in graph.cleaned.items()}
    judge_cells(out, _named_columns(expected.cleaned.loc[rows], cells), cells, rows)

    chosen = np.random.default_rng(0).permutation(len(test))[:ALONE]
    cases = [checked.table.case(int(row)) for row in chosen]
    by_row(out, bundle, cases, chosen, score, checked.broken)
    javascript(out, bundle, cases, chosen, score, checked.broken, folder)


def _cells(values: NDArray[Any]) -> NDArray[Any]:
    return values if values.dtype == object else values.astype(np.float64)


def _named_columns(cleaned: pd.DataFrame, cells: dict[str, Any]) -> pd.DataFrame:
    return cleaned if set(cells) <= set(cleaned.columns) else cleaned.set_axis(list(cells), axis=1)


def _item(value: Any) -> Any:
    """A scalar of NumPy as JSON has it."""
    return value.item()


def by_row(
    out: Outcome, bundle: Bundle, cases: list[dict[str, Any]], chosen: NDArray[np.intp],
    score: NDArray[np.float64], broken: NDArray[np.bool_],
) -> None:  # fmt: skip
    """The row path gives what the column path gives, within four units in the last place."""
    wanted = frozenset([bundle.graph.score]) | bundle.rules.nodes
    for case, row in zip(cases, chosen.tolist(), strict=True):
        problems = bundle.checker.problems(case)
        if bool(problems) != bool(broken[row]):
            out.beyond += 1
            out.notes.append(f"row {row}: alone it {'breaks' if problems else 'keeps'} the contract, in a column not")
        if problems:
            continue
        values = bundle.program.row(case, keep=wanted)
        alone = np.nan if bundle.rules.broken(values) else values[bundle.graph.score]
        if not (abs(alone - score[row]) <= 1e-15 or (np.isnan(alone) and np.isnan(score[row]))):
            out.beyond += 1
            out.notes.append(f"row {row}: by columns {score[row]!r}, alone {alone!r}")
        out.row_path += 1


def javascript(
    out: Outcome, bundle: Bundle, cases: list[dict[str, Any]], chosen: NDArray[np.intp],
    score: NDArray[np.float64], broken: NDArray[np.bool_], folder: Path,
) -> None:  # fmt: skip
    target = folder / "javascript"
    export_javascript(bundle.path, target)
    script = folder / "score.mjs"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        ["node", str(script), str(target)],
        input=json.dumps(cases, default=_item),
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode:
        out.javascript_wrong += 1
        out.notes.append(f"Node: {done.stderr.strip()[:300]}")
        return
    for row, found in zip(chosen.tolist(), json.loads(done.stdout), strict=True):
        expected = None if broken[row] or np.isnan(score[row]) else float(score[row])
        out.javascript += 1
        if isinstance(found, float | int) and isinstance(expected, float):
            out.javascript_largest = max(out.javascript_largest, abs(found - expected))
            wrong = abs(found - expected) > out.tolerance
        else:
            wrong = found != expected
        if wrong:
            out.javascript_wrong += 1
            out.notes.append(f"row {row}: Python's engine {expected!r}, Node {found!r}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])
