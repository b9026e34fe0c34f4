"""A comparison over columns (`golive.records.condition`), asked of every row at once.

It means what it means in a policy: ``and`` before ``or``, numbers compared as numbers, texts as texts. A row where an
input is missing has no answer, unless the rule asks about it with ``is missing``; callers refuse such rows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import InputError
from golive.maths.words import count, rows_text
from golive.records.condition import Both, Compare, Literal, Missing, Name, Not, Within, asked, atoms, names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

    from golive.records.condition import Atom, Flag, Tree

    Bools = NDArray[np.bool_]

_OPS = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal, "!=": np.not_equal,
}  # fmt: skip


def holds(tree: Tree, columns: Mapping[str, NDArray[Any]]) -> Bools:
    """Return for which rows a comparison holds, (n,).

    Parameters
    ----------
    tree
        What was read.
    columns
        Column -> cells, (n,), for every name in it: numbers, or texts (None and NaN are missing).

    Raises
    ------
    InputError
        Cells of another kind than they are compared with, or missing ones; column, row and text are named.
    """
    for name in sorted({one.name for atom in atoms(tree) for one in names(atom)} - asked(tree)):
        gone = np.flatnonzero(_gone(columns[name]))
        if len(gone):
            raise InputError(
                f"column `{name}` is missing in {count(len(gone))}, the first is {rows_text(gone[:1])};"
                " the comparison has no answer there",
                hint=f"say what is done then: `{name}` is missing or ...",
            )
    return _holds(tree, columns)


def _holds(tree: Tree, columns: Mapping[str, NDArray[Any]]) -> Bools:
    if isinstance(tree, Not):
        return ~_holds(tree.part, columns)
    if isinstance(tree, Both):
        left, right = _holds(tree.left, columns), _holds(tree.right, columns)
        return left & right if tree.op == "and" else left | right
    return _answer(tree, columns)


def _answer(atom: Atom, columns: Mapping[str, NDArray[Any]]) -> Bools:
    if isinstance(atom, Missing):
        gone = _gone(columns[atom.name.name])
        return ~gone if atom.negated else gone
    if isinstance(atom, Within):
        inside = np.zeros(len(columns[atom.name.name]), dtype=bool)
        for value in atom.values:
            inside |= _compared(Compare("=", atom.name, value), columns)
        return (~inside & ~_gone(columns[atom.name.name])) if atom.negated else inside
    if isinstance(atom, Compare):
        return _compared(atom, columns)
    return _truth(atom, columns)


def _truth(atom: Flag, columns: Mapping[str, NDArray[Any]]) -> Bools:
    return _compared(Compare("=", atom.name, Literal(True)), columns)


def _compared(atom: Compare, columns: Mapping[str, NDArray[Any]]) -> Bools:
    """Compare two sides; a row with a missing cell does not hold."""
    sides = [columns[side.name] if isinstance(side, Name) else None for side in (atom.left, atom.right)]
    literals = [side.value for side in (atom.left, atom.right) if isinstance(side, Literal)]
    as_text = literals and isinstance(literals[0], str)
    as_truth = literals and isinstance(literals[0], bool)
    n = next((len(side) for side in sides if side is not None), 1)
    there = np.ones(n, dtype=bool)
    for side in sides:
        if side is not None:
            there &= ~_gone(side)
    read = [
        _cells(side, atom_side, there, text=bool(as_text), truth=bool(as_truth))
        for side, atom_side in zip(sides, (atom.left, atom.right), strict=True)
    ]
    found = np.zeros(n, dtype=bool)
    answers: Bools = _OPS[atom.op](*(one[there] if one.ndim else one for one in read)).astype(bool)
    found[there] = answers
    return found


def _cells(cells: NDArray[Any] | None, side: Name | Literal, there: Bools, *, text: bool, truth: bool) -> NDArray[Any]:
    """Return one side of a comparison in the kind that is compared; cells that are not ``there`` hold anything."""
    if cells is None:
        assert isinstance(side, Literal)
        return np.array(str(side.value) if text else float(side.value), dtype=object if text else float)
    assert isinstance(side, Name)
    if text:
        return np.array([str(cell) if here else "" for cell, here in zip(cells.tolist(), there, strict=True)], object)
    found = np.zeros(len(cells))
    for row in np.flatnonzero(there).tolist():
        found[row] = _number(cells[row], side, row, truth=truth)
    return found


def _number(cell: object, side: Name, row: int, *, truth: bool) -> float:
    known = {"true": 1.0, "false": 0.0}
    if truth and str(cell).strip().lower() in known:
        return known[str(cell).strip().lower()]
    try:
        value = float(cell)  # type: ignore[arg-type]  # whatever it is, that is the question
    except (TypeError, ValueError):
        value = float("nan")
    if not math.isfinite(value):
        expected = "true or false" if truth else "a number, because it is compared with one"
        raise InputError(
            f"{side.at}: column `{side.name}` holds {cell!r} in {rows_text([row])}; expected {expected}",
            hint="texts are compared with texts in quotes: Job = 'fixed'",
        )
    return value


def _gone(cells: NDArray[Any]) -> Bools:
    if cells.dtype.kind == "f":
        return np.asarray(np.isnan(cells), dtype=bool)
    if cells.dtype.kind != "O":
        return np.zeros(len(cells), dtype=bool)
    return np.array(
        [
            one is None or type(one).__name__ in ("NAType", "NaTType") or (isinstance(one, float) and one != one)
            for one in cells.tolist()
        ],
        dtype=bool,
    )
