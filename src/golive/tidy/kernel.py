"""Run cells in a fresh kernel, in a copy of the notebook's folder, and say where it failed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from golive.errors import need
from golive.tidy.notebook import printed
from golive.tidy.place import copied, environment, touched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nbclient import NotebookClient

    from golive.records.tidied import Touched
    from golive.tidy.notebook import Cell

_GUARD = Path(__file__).with_name("guard.py")
_WITNESS = Path(__file__).with_name("witness.py")
_FRAME = re.compile(r'File "(.+?)", line (\d+) in')


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a run stopped."""

    cell: int
    line: int | None
    error: str
    """``NameError: name 'a' is not defined``, or a sentence."""

    def __str__(self) -> str:
        return f"cell {self.cell}{f', line {self.line}' if self.line else ''}: {self.error}"


@dataclass(frozen=True, kw_only=True)
class Reported:
    """A number that a metric returned to the notebook."""

    cell: int
    line: int
    name: str
    """The function of scikit-learn, or ``score``."""
    value: float


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a fresh kernel gave."""

    printed: dict[int, str]
    """Cell number -> what it printed."""
    failure: Failure | None = None
    reported: tuple[Reported, ...] = ()
    scalars: dict[int, dict[str, float]] = field(default_factory=dict)
    """Cell that reported something -> the numbers among the variables right after it."""
    names: dict[str, str] = field(default_factory=dict)
    """Variable -> what it was at the end, see `witness.kind`."""
    stars: dict[str, list[str]] = field(default_factory=dict)
    """Module -> names that ``from module import *`` brought."""
    classes: dict[str, list[Any]] = field(default_factory=dict)
    """Column -> values that a label encoder found in it."""
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Path from the root of the copy -> cell and line that first asked to change it."""
    touched: tuple[Touched, ...] = ()
    """Files of the copy that are not what they were."""


def run(cells: Sequence[Cell], folder: Path, *, elsewhere: Mapping[str, Path], timeout: float) -> Run:
    """Run the cells in this order in a fresh kernel. Stops at the first error that was not lived before.

    Parameters
    ----------
    cells
        In the order to run them.
    folder
        The folder to run in; it is copied, nothing in it is changed.
    elsewhere
        Path in the copy -> file from outside the folder that is copied there.
    timeout
        Seconds for the whole run.
    """
    with tempfile.TemporaryDirectory(prefix="golive-", ignore_cleanup_errors=True) as temporary:
        root = Path(temporary).resolve()
        copy = copied(folder, root / "notebook")
        for name, file in elsewhere.items():
            (copy / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(file, copy / name)
        notes = root / "notes"
        notes.mkdir()
        with _kernel(copy, notes) as client:
            seen = _walk(client, cells, notes, time.monotonic() + timeout, timeout)
        return replace(seen, touched=touched(folder, root, list(elsewhere), seen.places))


@contextmanager
def _kernel(folder: Path, notes: Path) -> Iterator[NotebookClient]:
    nbclient = need("nbclient", extra="tidy")
    need("ipykernel", extra="tidy")
    nbformat = need("nbformat", extra="tidy")
    manager = _manager(notes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # event loops and sockets of the kernel's libraries
        client = nbclient.NotebookClient(
            nbformat.v4.new_notebook(),
            km=manager,
            resources={"metadata": {"path": str(folder)}},
            shutdown_kernel="immediate",
        )
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with client.setup_kernel(cleanup_kc=True, env=environment(notes.parent), **silent):
            yield client


def _manager(notes: Path) -> Any:
    manager = need("jupyter_client.manager", extra="tidy")
    specs = need("jupyter_client.kernelspec", extra="tidy")
    # Only the interpreter that golive itself runs in, whatever kernels are installed under the same name.
    found = manager.AsyncKernelManager(kernel_spec_manager=specs.KernelSpecManager(kernel_dirs=[]))
    found.connection_file = str(notes / "kernel.json")
    if os.name == "posix" and len(found.connection_file) < 90:  # the longest name of a socket is 107 bytes
        found.transport = "ipc"
    return found


def _walk(client: NotebookClient, cells: Sequence[Cell], notes: Path, deadline: float, timeout: float) -> Run:
    texts: dict[int, str] = {}
    watch = any("sklearn" in cell.source for cell in cells)
    given = f"{{'FOLDER': {str(notes)!r}, 'WATCH': {watch}, '__name__': 'golive_witness'}}"
    _whisper(client, f"exec({_WITNESS.read_text()!r}, {given})")
    given = f"{{'NOTES': {str(notes)!r}, 'OWN': {str(notes.parent)!r}, '__name__': 'golive_guard'}}"
    _whisper(client, f"exec({_GUARD.read_text()!r}, {given})")
    for cell in cells:
        left = deadline - time.monotonic()
        outputs, failure = _one(client, cell, cells, notes, left, timeout)
        texts[cell.number] = printed(outputs)
        if failure and not (cell.failed and failure.error.startswith(cell.failed)):
            return Run(printed=texts, failure=failure, places=_places(notes, cells))
    _whisper(client, "__import__('golive_witness').testify(); __import__('golive_guard').testify()")
    run = _seen(texts, cells, json.loads((notes / "seen.json").read_text()))
    return replace(run, places=_places(notes, cells))


def _places(notes: Path, cells: Sequence[Cell]) -> dict[str, tuple[int, int]]:
    """File -> cell and line that asked for it; a kernel that died or never came back said nothing."""
    told = notes / "touched.json"
    places = json.loads(told.read_text()) if told.exists() else {}
    return {path: (cells[place].number, line) for path, (place, line) in places.items()}


def _one(
    client: NotebookClient, cell: Cell, cells: Sequence[Cell], notes: Path, left: float, timeout: float
) -> tuple[list[dict[str, Any]], Failure | None]:
    exceptions = need("nbclient.exceptions", extra="tidy")
    nbformat = need("nbformat", extra="tidy")
    code = nbformat.v4.new_code_cell(_with_all_lines(cell.source))
    client.nb.cells.append(code)
    client.timeout = max(1, round(left))
    _whisper(client, f"__import__('golive_witness').alarm({max(0.1, left - 0.5)})")
    try:
        client.execute_cell(code, len(client.nb.cells) - 1)
    except exceptions.CellTimeoutError:
        line = _still(notes, cells, cell)
        return code.outputs, Failure(cell=cell.number, line=line, error=f"still running after {timeout:g} seconds")
    except exceptions.DeadKernelError:
        return code.outputs, Failure(cell=cell.number, line=None, error=_death(client))
    except exceptions.CellExecutionError as exc:
        _whisper(client, "__import__('golive_witness').failure(); __import__('golive_guard').testify()")
        return code.outputs, _failure(exc, json.loads((notes / "failure.json").read_text()), cell, cells)
    return code.outputs, None


def _death(client: NotebookClient) -> str:
    """A kernel that was killed from outside mostly asked for more memory than there is."""
    process = getattr(getattr(client.km, "provisioner", None), "process", None)
    code = process.poll() if process is not None else None
    if code is None or code >= 0:
        return "the kernel died here"
    return f"the kernel died here, by signal {-code}{' (out of memory?)' if code == -9 else ''}"


def _with_all_lines(source: str) -> str:
    """IPython drops empty lines at the top of a cell; the lines after them would get other numbers."""
    lines = source.splitlines()
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    return "\n".join(["#"] * first + lines[first:])


def _failure(exc: Any, place: list[int] | None, cell: Cell, cells: Sequence[Cell]) -> Failure:
    value = str(exc.evalue).strip().splitlines()
    error = f"{exc.ename}: {value[0]}" if value else str(exc.ename)
    if place is None:
        return Failure(cell=cell.number, line=None, error=error)
    return Failure(cell=cells[place[0]].number, line=place[1], error=error)


def _still(notes: Path, cells: Sequence[Cell], cell: Cell) -> int | None:
    """The line the cell was at when the time was over."""
    files = json.loads((notes / "files.json").read_text())
    for name, line in _FRAME.findall((notes / "stack.txt").read_text()):
        if name in files and cells[files[name]].number == cell.number:
            return int(line)
    return None


def _whisper(client: NotebookClient, code: str) -> None:
    """Run a line that the notebook does not notice: it is not counted."""
    cell = need("nbformat", extra="tidy").v4.new_code_cell(code)
    client.nb.cells.append(cell)
    client.execute_cell(cell, len(client.nb.cells) - 1, store_history=False)


def _seen(texts: dict[int, str], cells: Sequence[Cell], seen: dict[str, Any]) -> Run:
    last = {cell.number: position for position, cell in enumerate(cells)}  # where a cell was run again, that counts
    metrics = [metric for metric in seen["metrics"] if metric["position"] in last.values()]
    return Run(
        printed=texts,
        reported=tuple(Reported(cell=cells[metric.pop("position")].number, **metric) for metric in metrics),
        scalars={cells[int(position)].number: values for position, values in seen["scalars"].items()},
        names=seen["names"],
        stars=seen["stars"],
        classes=seen["classes"],
    )
