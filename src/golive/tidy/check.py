"""Read notebooks without running them and say what makes them unfit to be run again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.errors import NotebookError
from golive.records.notebook_check import Finding, NotebookCheck
from golive.tidy.causes import syntax_hint
from golive.tidy.guessed import kinds
from golive.tidy.habits import outdated, parameters, unseeded, untested, unused
from golive.tidy.leaks import everywhere
from golive.tidy.notebook import read
from golive.tidy.program import broken, program
from golive.tidy.rows import rows_of
from golive.tidy.state import Found, failed, hidden, lived, order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from golive.tidy.notebook import Notebook

RULES = {
    "not-python": "A line is not Python 3.",
    "failed": "The stored run ended in an error.",
    "hidden-state": "A name is used that no cell makes, or cells are gone that were run.",
    "order": "Run top to bottom, it is not the notebook that was lived.",
    "leak": "Something is learned from rows that later judge the model.",
    "parameters": "A parameter of papermill has no effect.",
    "unseeded": "The rows are split by chance without a seed.",
    "outdated": "A library does not know a name any more.",
    "unused": "What a cell makes is never used.",
    "untested": "No cell tests a function.",
}
"""Rule -> what it finds, in the order they are told."""

_MODEL = ("fit", "transform", "predict", "score", "decision_function")
_LEAK = "split first, and learn from the training rows only; golive tidy --repair does it where that is mechanical"


def check(paths: Sequence[Path], *, ignore: Collection[str] = ()) -> NotebookCheck:
    """Look at notebooks; nothing of them is run.

    Parameters
    ----------
    paths
        Notebooks, see `notebook.read`.
    ignore
        Rules that are not asked.

    Raises
    ------
    NotebookError
        One cannot be read, or a rule does not exist.
    """
    if unknown := sorted(set(ignore) - RULES.keys()):
        raise NotebookError(f"there is no rule `{unknown[0]}`", hint=f"the rules are: {', '.join(RULES)}")
    findings: list[Finding] = []
    for path in paths:
        notebook = read(path)
        rows = rows_of(path, notebook)
        findings += [
            Finding(
                notebook=str(path), rule=one.rule, cell=one.cell, line=one.line, what=one.what, hint=one.hint,
                row=rows.get((one.cell, one.line)),
            )
            for one in found(notebook)
            if one.rule not in ignore
        ]  # fmt: skip
    return NotebookCheck(notebooks=tuple(map(str, paths)), findings=tuple(findings), ignored=tuple(sorted(ignore)))


def found(notebook: Notebook) -> list[Found]:
    """All that is found in one notebook, in the order of the file."""
    reasons = {cell.number: reason for cell in notebook.cells if (reason := broken(cell))}
    cells = [cell for cell in notebook.cells if cell.number not in reasons]
    down = program(cells, {})[0]
    units, world = program(lived(cells), kinds(*program(lived(cells), {})))
    everything: Iterable[Found] = [
        *(_unread(number, reason) for number, reason in reasons.items()),
        *failed(cells),
        *hidden(cells, down),
        *order(cells, down),
        *(Found("leak", one.cell, one.line, _said(one.what), _LEAK) for one in everywhere(units, units, None)),
        *parameters(cells, down),
        *unseeded(units),
        *outdated(units, world),
        *unused(cells, down),
        *untested(cells, down),
    ]
    return sorted(everything, key=lambda one: (one.cell, one.line, list(RULES).index(one.rule)))


def _unread(number: int, reason: str) -> Found:
    """``cell 2, line 3: invalid syntax: `a = = 1` `` as a finding."""
    place, _, said = reason.partition(": ")
    return Found("not-python", number, int(place.rpartition(" ")[2]), said, syntax_hint(reason, said.partition("`")[2]))


def _said(what: str) -> str:
    """A leak's sentence begins with its place."""
    return what.partition(": ")[2] or what
