"""Live the notebooks of the corpus: run their cells in the order written beside them, keep what they printed.

``python -m conformance.lived [NAME ...]`` writes ``conformance/notebooks/made/NAME.ipynb`` and the labels.
``python -m conformance.lived FILE.cells OUT.ipynb [FILE_BESIDE_IT ...]`` writes one notebook of another place, with all
that it shows. A ``.cells`` file may begin with ``key: value`` lines:

``data``
    Tables that lie beside it, see `conformance.notebooks.tables`.
``elsewhere``
    Begin of a path that leads nowhere here; tidy is told where the files are (``--data``).
``metric``
    ``AUC = expression``, several parted by ``;``. The value is asked of the kernel when all cells have been run.
``scoring``
    ``yes`` when one raw row can be scored as it would be among others, else ``no`` and why.
``fails``
    Text that tidy's message must hold, where the notebook cannot be run or used any more.
``nowhere``
    ``yes`` when that message has no line to name.

and goes on with cells: ``%% markdown``, ``%% 6, 7`` (run as the 6th and again as the 7th), ``%%`` (never run), ``%% 4
deleted`` (run, and then gone), ``%% 4 elsewhere`` (run where it could be, not here: its count is kept). A line that
ends with ``#! kind`` is labelled: the comment is taken out, cell and line go to the labels. ``#! fails`` is the line
that the message must name.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "notebooks"
MADE = HERE / "made"
LABELS = HERE / "labels.json"
_LABEL = re.compile(r"[ \t]*#! ?(\w+)[ \t]*$")


@dataclass
class Source:
    """A ``.cells`` file."""

    header: dict[str, str]
    cells: list[tuple[str, str]]
    """What stands after ``%%``, and the source without labels. Deleted cells too."""
    labels: list[tuple[str, int, int]] = field(default_factory=list)
    """Kind, cell, line, counted without deleted cells."""


def read(text: str) -> Source:
    """Take a ``.cells`` file apart."""
    top, *parts = re.split(r"^%%(?!\w)", text, flags=re.MULTILINE)
    header = dict(line.split(": ", 1) for line in top.splitlines() if ": " in line)
    found = Source(header=header, cells=[])
    number = 0
    for part in parts:
        head, _, body = part.partition("\n")
        number += "deleted" not in head
        lines = body.strip("\n").splitlines()
        for place, line in enumerate(lines, start=1):
            while label := _LABEL.search(lines[place - 1]):
                found.labels.append((label[1], number, place))
                lines[place - 1] = lines[place - 1][: label.start()]
            assert "#!" not in lines[place - 1], line
        found.cells.append((head.strip(), "\n".join(lines)))
    return found


def label(source: Source, metrics: dict[str, float]) -> dict[str, Any]:
    """What is known of the notebook, for labels.json."""
    header = source.header
    scoring, _, why = header.get("scoring", "no").partition(" ")
    runs = [int(when) for head, _ in source.cells for when in re.findall(r"\d+", head)]
    return {
        "data": header.get("data", "").split(),
        "elsewhere": header.get("elsewhere", ""),
        "metrics": metrics,
        "lived": "file" if runs == sorted(runs) else "counts",
        "scoring": scoring == "yes",
        "why_not": why,
        "fails": header.get("fails", ""),
        "at": next(([cell, line] for kind, cell, line in source.labels if kind == "fails"), []),
        "leaks": sorted([kind, cell, line] for kind, cell, line in source.labels if kind != "fails"),
    }


def live(source: Source, out: Path) -> dict[str, float]:
    """Run the cells as they were lived beside their tables, write the notebook, return the metrics."""
    with tempfile.TemporaryDirectory() as folder:
        write_tables(source.header.get("data", "").split(), Path(folder))
        notebook, metrics = _lived(source, folder)
    heads = [head for head, _ in source.cells if "deleted" not in head]
    for cell, head in zip(notebook.cells, heads, strict=True):
        if runs := [int(when) for when in re.findall(r"\d+", head)]:
            cell["execution_count"] = max(runs)  # as it says, although what ran elsewhere was not counted here
        _make_plain(cell)
    _write(notebook, out)
    return metrics


def live_whole(source: Source, out: Path, beside: list[Path]) -> None:
    """The same beside some files, for a notebook that keeps its pictures and must run without an error."""
    with tempfile.TemporaryDirectory() as folder:
        for file in beside:
            shutil.copy(file, folder)
        notebook, _ = _lived(source, folder)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not any(output.output_type == "error" for output in outputs)
    notebook.metadata["kernelspec"]["language"] = "python"
    _write(notebook, out)


def _lived(source: Source, folder: str) -> tuple[Any, dict[str, float]]:
    import nbformat
    from nbclient import NotebookClient

    v4: Any = nbformat.v4
    notebook = v4.new_notebook(metadata={"kernelspec": {"display_name": "Python 3", "name": "python3"}})
    cells = [
        v4.new_markdown_cell(body) if head == "markdown" else v4.new_code_cell(body) for head, body in source.cells
    ]
    order = sorted(
        (int(when), place) for place, (head, _) in enumerate(source.cells) for when in re.findall(r"\d+", head)
    )
    metrics: dict[str, float] = {}
    client: Any = NotebookClient(
        notebook, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": folder}}
    )
    environment = {**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline", "OMP_NUM_THREADS": "1"}
    with client.setup_kernel(env=environment, stderr=subprocess.DEVNULL):
        for _, place in order:
            if "elsewhere" not in source.cells[place][0]:
                _run(client, cells[place], source.header.get("elsewhere", ""))
        for one in filter(None, source.header.get("metric", "").split("; ")):
            name, _, expression = one.partition(" = ")
            asked = v4.new_code_cell(f"print(float({expression}))")
            _run(client, asked, "")
            metrics[name] = float("".join(output.get("text", "") for output in asked.outputs))
    notebook.cells = [cell for cell, (head, _) in zip(cells, source.cells, strict=True) if "deleted" not in head]
    return notebook, metrics


def _write(notebook: Any, out: Path) -> None:
    import nbformat

    write: Any = nbformat.write
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"], cell["metadata"] = f"c{number:02d}", {}
    notebook.metadata.pop("language_info", None)
    out.parent.mkdir(exist_ok=True)
    write(notebook, out)


def _run(client: Any, cell: Any, elsewhere: str) -> None:
    source = cell.source
    if elsewhere:
        cell.source = source.replace(elsewhere, "")
    client.nb.cells.append(cell)
    client.execute_cell(cell, len(client.nb.cells) - 1)
    cell.source = source
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    if errors:
        print(f"  stops: {errors[0].ename}: {errors[0].evalue}"[:200], file=sys.stderr)


def _make_plain(cell: Any) -> None:
    """Pictures, tables in HTML and warnings take room and are not compared."""
    if cell.cell_type == "code":
        cell.outputs = [
            output for output in cell.outputs if not (output.output_type == "stream" and output.name == "stderr")
        ]
        for output in cell.outputs:
            output.pop("traceback", None)
            if output.output_type == "error":
                output["traceback"] = []
            if "data" in output:
                output["data"] = {"text/plain": output["data"].get("text/plain", "")}
                output["metadata"] = {}
            if "execution_count" in output:
                output["execution_count"] = cell.execution_count


def write_tables(names: list[str], folder: Path) -> None:
    from conformance.notebooks import tables

    for name in names:
        tables.write(name, folder)


def main(names: list[str]) -> int:
    if names and names[0].endswith(".cells"):
        cells, out, *beside = map(Path, names)
        live_whole(read(cells.read_text(encoding="utf-8")), out, beside)
        return 0
    labels = json.loads(LABELS.read_text(encoding="utf-8")) if LABELS.exists() else {}
    for path in sorted(HERE.glob("*.cells")):
        if names and path.stem not in names:
            continue
        print(path.stem, file=sys.stderr)
        source = read(path.read_text(encoding="utf-8"))
        labels[path.stem] = label(source, live(source, MADE / f"{path.stem}.ipynb"))
    LABELS.write_text(json.dumps(dict(sorted(labels.items())), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
