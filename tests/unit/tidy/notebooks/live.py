"""Live a notebook: run its cells in the order written beside them and store what they printed.

::

    python live.py credit.cells OUT.ipynb FILE_BESIDE_IT...

A ``.cells`` file holds cells parted by ``%%`` lines: ``%% markdown``, ``%% 6, 7`` (run as the 6th and again as the
7th) or ``%%`` (written, never run). The stored counts and outputs are those of a real kernel.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

v4: Any = nbformat.v4  # nbformat leaves its functions untyped
write: Any = nbformat.write


def live(source: Path, out: Path, beside: list[Path]) -> None:
    """Run the cells of ``source`` as they were lived and write the notebook to ``out``."""
    cells, lived = read(source.read_text(encoding="utf-8"))
    notebook = v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    with tempfile.TemporaryDirectory() as folder:
        for file in beside:
            shutil.copy(file, folder)
        client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": folder}})
        with client.setup_kernel(stderr=subprocess.DEVNULL):
            for index in [cell for _, cell in sorted(lived)]:
                client.execute_cell(cells[index], index)
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"c{number:02d}"
        cell.metadata = {}
    notebook.metadata.pop("language_info", None)
    write(notebook, out)


def read(text: str) -> tuple[list[nbformat.NotebookNode], list[tuple[int, int]]]:
    """Return the cells, and (when, which cell) for each time one was run."""
    cells: list[nbformat.NotebookNode] = []
    lived: list[tuple[int, int]] = []
    for head, body in re.findall(r"^%%(?!\w)(.*)\n((?:(?!%%(?!\w)).*\n?)*)", text, flags=re.MULTILINE):
        source = body.strip("\n")
        if head.strip() == "markdown":
            cells.append(v4.new_markdown_cell(source))
        else:
            lived += [(int(when), len(cells)) for when in re.findall(r"\d+", head)]
            cells.append(v4.new_code_cell(source))
    return cells, lived


if __name__ == "__main__":
    live(Path(sys.argv[1]), Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
