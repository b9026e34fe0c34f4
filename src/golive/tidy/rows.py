"""Where the lines of cells stand in the file: programs that show files know nothing of cells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from golive.tidy.notebook import Notebook


def rows_of(path: Path, notebook: Notebook) -> dict[tuple[int, int], int]:
    """Cell and line -> line of the file, from 1. Lines that the file does not hold one below the other are missing."""
    if path.suffix == ".py":
        return {
            (cell.number, line): cell.first + line - 1
            for cell in notebook.cells
            if cell.first
            for line in range(1, len(cell.source.splitlines()) + 1)
        }
    text = path.read_text(encoding="utf-8-sig")
    document = json.loads(text)
    sheets = document.get("worksheets")
    cells = document.get("cells") or [cell for sheet in sheets or [] for cell in sheet.get("cells", [])]
    return _searched(text, cells, "input" if sheets else "source")


def _searched(text: str, cells: Sequence[dict[str, object]], key: str) -> dict[tuple[int, int], int]:
    """Look for each line of each cell in turn, from where the last one was found."""
    found: dict[tuple[int, int], int] = {}
    place, counted, row = 0, 0, 1
    for number, cell in enumerate(cells, start=1):
        lines = cell.get(key) or cell.get("source")
        begin = text.find(f'"{key}"' if key in cell else '"source"', place)
        if begin < 0 or not isinstance(lines, list):
            continue
        place = begin
        for line, source in enumerate(lines, start=1):
            here = _first(text, place, str(source))
            if here < 0:
                break
            row += text.count("\n", counted, here)
            counted = place = here
            found[number, line] = row
    return found


def _first(text: str, place: int, source: str) -> int:
    """Programs differ in whether they write letters such as ä as they are."""
    written = {json.dumps(source), json.dumps(source, ensure_ascii=False)}
    return min((here for one in written if (here := text.find(one, place)) >= 0), default=-1)
