"""Run a planted notebook here and now, without a kernel: there are hundreds, and a kernel takes a second to start.

What tidy's witness sees in a kernel it sees here too; it stands beside a shell that only knows how to run cells.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
import types
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from golive.tidy import kernel
from golive.tidy.notebook import Cell
from golive.tidy.witness import Witness, judges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.lived import Source


class Shell:
    """As much of IPython's shell as the witness asks for."""

    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {"__name__": "__main__", "In": []}
        self.events = types.SimpleNamespace(register=lambda name, function: None)
        self.compile = types.SimpleNamespace(get_code_name=lambda raw, code, count: f"<cell {count}>")
        self.execution_count = 0


def cells_of(source: Source) -> list[Cell]:
    """The code cells, numbered as in the file."""
    return [
        Cell(number=number, source=body, count=number)
        for number, (head, body) in enumerate(source.cells, start=1)
        if head != "markdown"
    ]


def run(source: Source, tables: Path) -> kernel.Run:
    """Run the cells top to bottom beside the tables."""
    cells = cells_of(source)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(tables), _metrics_restored():
        shell = Shell()
        witness = Witness(shell, folder)
        witness.watch()
        printed = {}
        for cell in cells:
            printed[cell.number] = _execute(cell, shell, witness)
        witness.testify()
        witness.stack.close()
        seen = json.loads((Path(folder) / "seen.json").read_text(encoding="utf-8"))
    return kernel._seen(printed, cells, seen)


@contextlib.contextmanager
def _metrics_restored() -> Iterator[None]:
    """The witness stands between a kernel and its metrics for good; here it must go again."""
    places = judges()
    found = [vars(owner)[name] for owner, name in places]
    inner = [getattr(one, "fn", None) for one in found]
    try:
        yield
    finally:
        for (owner, name), one, function in zip(places, found, inner, strict=True):
            setattr(owner, name, one)
            if function is not None:
                one.fn = function


def _execute(cell: Cell, shell: Shell, witness: Witness) -> str:
    shell.execution_count += 1
    info = types.SimpleNamespace(store_history=True, raw_cell=cell.source)
    witness.before(info)
    out = io.StringIO()
    name = f"<cell {shell.execution_count}>"
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.environ.setdefault("MPLBACKEND", "agg")
        exec(compile(cell.source, name, "exec"), shell.user_ns)
    witness.after(types.SimpleNamespace(info=info))
    return out.getvalue()
