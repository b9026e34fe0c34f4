"""The values of a column that tells rows apart: a segment, or a group that the law protects."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import InputError
from golive.maths.words import count
from golive.prove.cases import is_missing, label_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

SHOWN = 20
"""Values that are shown; rarer ones are joined."""
PIECE = 100_000
"""Rows read at a time: five million different texts are refused after the first of them."""
MOST = 1000
"""Different values above which a column is no segment but an identifier or a measurement."""


@dataclass(frozen=True)
class Label:
    value: str | None
    """Null where the value is missing, and for the rest."""
    joined: int = 0
    """How many rarer values this one joins; 0 for a value of its own."""


@dataclass(frozen=True)
class Labels:
    """A column, read."""

    column: str
    labels: tuple[Label, ...]
    """The biggest first, then the rest, then missing."""
    codes: Integers
    """Position in `labels` of each row, (n,)."""

    def taken(self, rows: Integers) -> Labels:
        """Return the column of some rows, in their order."""
        return replace(self, codes=self.codes[rows])


def read_labels(column: str, cells: NDArray[Any]) -> Labels:
    """Read a column of values; the `SHOWN` biggest are kept, rarer ones are joined.

    Raises
    ------
    InputError
        More than `MOST` different values.
    """
    values: list[Any] = []
    sizes: Counter[str] = Counter()
    texts: dict[Any, str | None] = {None: None}
    for start in range(0, len(cells), PIECE):
        piece = [None if is_missing(cell) else cell for cell in cells[start : start + PIECE].tolist()]
        values += piece
        for value, size in Counter(piece).items():
            if value is not None:
                texts[value] = label_text(value)
                sizes[label_text(value)] += size
        if len(sizes) > MOST:
            raise _identifier(column, len(sizes), len(values), len(cells))
    labels, place = _ranked(sizes, missing=any(value is None for value in values))
    codes = np.fromiter((place[texts[value]] for value in values), dtype=np.int64, count=len(values))
    return Labels(column, labels, codes)


def counted_labels(column: str, values: Sequence[str | None], n: Sequence[int]) -> Labels:
    """Read the different values of a column of many rows, with how often each stands there; codes are those of values.

    Raises
    ------
    InputError
        More than `MOST` different values.
    """
    texts = [None if is_missing(value) else label_text(value) for value in values]
    sizes: Counter[str] = Counter()
    for text, size in zip(texts, n, strict=True):
        if text is not None:
            sizes[text] += size
    if len(sizes) > MOST:
        raise _identifier(column, len(sizes), sum(n), sum(n))
    labels, place = _ranked(sizes, missing=None in texts)
    return Labels(column, labels, np.array([place[text] for text in texts], dtype=np.int64))


def _ranked(sizes: Counter[str], *, missing: bool) -> tuple[tuple[Label, ...], dict[str | None, int]]:
    """Return what is shown, and the place of each value in it."""
    ranked = sorted(sizes, key=lambda text: (-sizes[text], text))
    shown = ranked if len(ranked) <= SHOWN else ranked[: SHOWN - 1]
    rest = len(ranked) - len(shown)
    labels = [Label(text) for text in shown] + ([Label(None, rest)] if rest else [])
    place: dict[str | None, int] = {text: min(at, len(shown)) for at, text in enumerate(ranked)}
    if missing:
        place[None] = len(labels)
        labels.append(Label(None))
    return tuple(labels), place


def _identifier(column: str, different: int, seen: int, rows: int) -> InputError:
    place = count(rows) if seen == rows else f"the first {count(seen)}"
    return InputError(
        f"column `{column}` has {different:,} different values in {place}; expected at most {MOST:,} for a segment",
        hint="put them into ranges or groups first; an identifier tells single cases apart, not segments",
    )
