"""Read a notebook: its Python cells, when they were run and what they printed."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from golive.errors import NotebookError, need

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nbformat import NotebookNode

_MARK = re.compile(r"^#\s*(?:%%|COMMAND -+)(.*)$")
_MAGIC = re.compile(r"^(\s*)(%{1,2}\w|!|\?|[\w, ]+=\s*[!%]\s*\w|[\w.]+\?{1,2}\s*$)")
_TIMED = re.compile(r"^(\s*)%time\s+(?=\S)")
_HARMLESS = ("%%time", "%%capture")
_NOISE = (
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"0x[0-9a-fA-F]+"), "0x"),
    (re.compile(r"^(CPU times|Wall time).*$", re.MULTILINE), ""),
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
)


@dataclass(frozen=True, kw_only=True)
class Aside:
    """A line of a cell that is not Python."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A code cell. ``number`` counts from 1 down the file, text cells included."""

    number: int
    source: str
    """Python only: what is not became a comment, so that lines keep their numbers."""
    count: int | None = None
    """Its execution count, null when it was never run."""
    printed: str = ""
    """What it printed when it was lived; pictures aside."""
    failed: str = ""
    """The error that is stored with it, e.g. ``NameError``."""
    asides: tuple[Aside, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Notebook:
    name: str
    folder: Path
    cells: tuple[Cell, ...]

    def cell(self, number: int) -> Cell:
        return next(cell for cell in self.cells if cell.number == number)


def read(path: Path) -> Notebook:
    """Read a notebook (``.ipynb``, format 3 or 4) or a script whose cells are parted by ``# %%`` lines.

    Raises
    ------
    NotebookError
        Not there, not a notebook, without Python code, or for another language.
    """
    if not path.is_file():
        raise NotebookError(f"`{path}` is not a file", hint="name a notebook (.ipynb) or a script with `# %%` cells")
    cells = _script(path) if path.suffix == ".py" else _ipynb(path)
    if not any(cell.source.strip() for cell in cells):
        raise NotebookError(f"`{path.name}` holds no Python code", hint="expected at least one code cell")
    return Notebook(name=path.name, folder=path.resolve().parent, cells=tuple(cells))


def printed(outputs: Iterable[dict[str, Any]]) -> str:
    """What a cell printed, without pictures, warnings and what changes from run to run."""
    texts = []
    for output in outputs:
        if output["output_type"] == "stream" and output.get("name") == "stdout":
            texts.append(_joined(output.get("text", "")))
        elif output["output_type"] == "execute_result":
            texts.append(_joined(output.get("data", {}).get("text/plain", "")) + "\n")
    text = "".join(texts)
    for pattern, instead in _NOISE:
        text = pattern.sub(instead, text)
    return text.strip("\n")


def _ipynb(path: Path) -> list[Cell]:
    document = _document(path)
    language = _language(document)
    if language != "python":
        raise NotebookError(
            f"`{path.name}` is written in {language}", hint="tidy reads Python notebooks; the kernel says otherwise"
        )
    return [_cell(number, cell) for number, cell in enumerate(document.cells, start=1) if cell.cell_type == "code"]


def _document(path: Path) -> NotebookNode:
    nbformat = need("nbformat", extra="tidy")
    try:
        text = path.read_text(encoding="utf-8")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # notebooks from before cell ids and other old habits
            document: NotebookNode = nbformat.reads(text, as_version=4)
    except UnicodeDecodeError as exc:
        raise NotebookError(f"`{path.name}` is not text", hint="a notebook is a JSON file in UTF-8") from exc
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, KeyError, AttributeError, TypeError) as exc:
        reason = str(exc).splitlines()[0][:120] if str(exc) else type(exc).__name__
        raise NotebookError(
            f"`{path.name}` is not a notebook: {reason}", hint="expected the JSON that Jupyter writes, format 3 or 4"
        ) from exc
    return document


def _language(document: NotebookNode) -> str:
    metadata = document.get("metadata", {})
    named = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    return str(named or "python").lower()


def _cell(number: int, cell: NotebookNode) -> Cell:
    source, asides = _python(_joined(cell.source))
    outputs = cell.get("outputs", [])
    errors = [output.get("ename", "") for output in outputs if output["output_type"] == "error"]
    return Cell(
        number=number,
        source=source,
        count=cell.get("execution_count"),
        printed=printed(outputs),
        failed=errors[-1] if errors else "",
        asides=asides,
    )


def _script(path: Path) -> list[Cell]:
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = [index for index, line in enumerate(lines) if _MARK.match(line)]
    cells = []
    for number, (start, end) in enumerate(
        zip([-1, *starts], [*starts, len(lines)], strict=True), start=0 if starts else 1
    ):
        head = _MARK.match(lines[start]) if start >= 0 else None
        if head and "[markdown]" in head[1]:
            continue
        source, asides = _python("\n".join(lines[start + 1 : end]))
        if source.strip():
            cells.append(Cell(number=max(number, 1), source=source, asides=asides))
    return cells


def _python(source: str) -> tuple[str, tuple[Aside, ...]]:
    """Turn what is not Python into comments."""
    if _parses(source):
        return source, ()
    lines = source.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(_HARMLESS):
        magic = first.split()[0]
        aside = Aside(line=lines.index(first) + 1, text=first, reason=f"a cell in another language or mode ({magic})")
        return "\n".join(f"# {line}" for line in lines), (aside,)
    asides = []
    for index, line in enumerate(lines):
        if timed := _TIMED.match(line):
            lines[index] = timed[1] + line[timed.end() :]
        elif found := _MAGIC.match(line):
            asides.append(Aside(line=index + 1, text=line.strip(), reason="a command of the notebook, not Python"))
            lines[index] = f"{found[1]}pass  # {line.strip()}" if found[1] else f"# {line}"
    return "\n".join(lines), tuple(asides)


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
