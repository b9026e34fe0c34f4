"""Read a notebook: its Python cells, when they were run and what they printed."""

from __future__ import annotations

import re
import tokenize
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from golive.errors import NotebookError, need
from golive.tidy.asides import Aside, commented, python
from golive.tidy.colab import without_colab
from golive.tidy.scripts import blocks, paired

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nbformat import NotebookNode

_MALFORMED = (AssertionError, KeyError, AttributeError, TypeError, ValueError, RecursionError)
_DIRECTIVE = re.compile(r"^#\s*\|\s*(\w[\w :.-]*)$")
_NOISE = (
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"0x[0-9a-fA-F]+"), "0x"),
    (re.compile(r"^(CPU times|Wall time).*$", re.MULTILINE), ""),
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
)


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
    tags: tuple[str, ...] = ()
    """Tags of the cell, and directives of nbdev as ``nbdev:export``."""
    first: int | None = None
    """For scripts: the line of the file that the first line of the cell is."""

    @property
    def has_code(self) -> bool:
        """Whether anything but comments stands in it."""
        return any(line.strip() and not line.startswith("#") for line in self.source.splitlines())


@dataclass(frozen=True, kw_only=True)
class Notebook:
    name: str
    folder: Path
    cells: tuple[Cell, ...]

    def cell(self, number: int) -> Cell:
        return next(cell for cell in self.cells if cell.number == number)


def read(path: Path) -> Notebook:
    """Read a notebook (``.ipynb``, format 3 or 4) or a script that was one, see `scripts`.

    Raises
    ------
    NotebookError
        Not there, not a notebook, without Python code, or for another language.
    """
    if not path.is_file():
        raise NotebookError(f"`{path}` is not a file", hint="name a notebook (.ipynb) or a script with `# %%` cells")
    cells = _script(path) if path.suffix == ".py" else _ipynb(path)
    if not any(cell.has_code for cell in cells):
        raise NotebookError(f"`{path.name}` holds no Python code", hint="expected at least one code cell")
    return Notebook(name=path.name, folder=path.resolve().parent, cells=tuple(without_colab(cells)))


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
    found = []
    for number, cell in enumerate(document.cells, start=1):
        try:
            if cell.cell_type == "code":
                found.append(_cell(number, cell))
        except _MALFORMED as exc:
            raise NotebookError(
                f"`{path.name}`: cell {number} is not a cell of a notebook: {str(exc) or type(exc).__name__}",
                hint="expected the JSON that Jupyter writes; open it there and save it again",
            ) from exc
    return found


def _document(path: Path) -> NotebookNode:
    nbformat = need("nbformat", extra="tidy")
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors of other systems mark their UTF-8
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # notebooks from before cell ids and other old habits
            document: NotebookNode = nbformat.reads(text, as_version=4)
    except UnicodeDecodeError as exc:
        raise NotebookError(f"`{path.name}` is not text", hint="a notebook is a JSON file in UTF-8") from exc
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, *_MALFORMED) as exc:
        reason = str(exc).splitlines()[0][:120] if str(exc) else type(exc).__name__
        raise NotebookError(
            f"`{path.name}` is not a notebook: {reason}", hint="expected the JSON that Jupyter writes, format 3 or 4"
        ) from exc
    return document


def _language(document: NotebookNode) -> str:
    metadata = document.get("metadata", {})
    places = (
        ("kernelspec", "language"),
        ("language_info", "name"),
        ("application/vnd.databricks.v1+notebook", "language"),
    )
    said = (metadata.get(place, {}).get(key) for place, key in places if isinstance(metadata.get(place, {}), dict))
    return str(next(filter(None, said), "python")).lower()


def _cell(number: int, cell: NotebookNode) -> Cell:
    source, asides = python(_joined(cell.source))
    tags = [*map(str, cell.get("metadata", {}).get("tags", [])), *directives(source)]
    if "nbdev:eval: false" in tags and source.strip():
        asides = (Aside(line=1, text=source.split("\n")[0], reason="marked `#|eval: false`"),)
        source = commented(source.splitlines())
    outputs = cell.get("outputs", [])
    errors = [output.get("ename", "") for output in outputs if output["output_type"] == "error"]
    return Cell(
        number=number,
        source=source,
        count=count if isinstance(count := cell.get("execution_count"), int) else None,
        printed=printed(outputs),
        failed=errors[-1] if errors else "",
        asides=asides,
        tags=tuple(tags),
    )


def _script(path: Path) -> list[Cell]:
    text = _decoded(path)
    found = []
    for number, block in enumerate(blocks(text), start=1):
        if block.text:
            continue
        source, asides = python("\n".join(block.lines))
        where = len(source) - len(source.lstrip("\n"))
        if source.strip():
            found.append(
                Cell(
                    number=number,
                    source=source[where:],
                    count=block.count,
                    asides=tuple(replace(one, line=max(1, one.line - where)) for one in (*block.asides, *asides)),
                    tags=(*block.tags, *directives(source)),
                    first=block.first + where,
                )
            )
    pair = path.with_suffix(".ipynb")
    return _with_outputs(found, pair) if paired(text) and pair.is_file() else found


def _decoded(path: Path) -> str:
    try:
        with tokenize.open(path) as file:  # as its coding line says, UTF-8 otherwise
            return file.read()
    except (UnicodeDecodeError, SyntaxError) as exc:
        raise NotebookError(f"`{path.name}` is not text that Python reads: {exc}", hint="save it in UTF-8") from exc


def _with_outputs(cells: list[Cell], pair: Path) -> list[Cell]:
    """Jupytext keeps code in the script, and counts and outputs in the notebook beside it."""
    lived = {cell.source.strip(): cell for cell in _ipynb(pair)}
    return [
        replace(cell, count=one.count, printed=one.printed, failed=one.failed)
        if (one := lived.get(cell.source.strip()))
        else cell
        for cell in cells
    ]


def directives(source: str) -> list[str]:
    """``#|export`` of nbdev, as tags: ``nbdev:export``; with what is said of it, ``nbdev:eval: false``."""
    found = (_DIRECTIVE.match(line) for line in source.splitlines())
    return [f"nbdev:{one[1].strip()}" for one in found if one]


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
