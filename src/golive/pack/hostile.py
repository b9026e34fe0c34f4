"""Rows made to tell the graph and Python apart.

They start from training rows and are never kept. Each input in turn is taken to its ends, to zero with both signs, to
null, to each category and to ones nobody saw; then each switch of the graph (thresholds of trees, edges of intervals,
constants of comparisons) is approached from both sides until no double lies between. Same input, same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.engine.contract import LARGEST
from golive.pack.crossing import cells
from golive.pack.forms import hostile_texts
from golive.pack.switches import find
from golive.records.contract import Kind, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from golive.engine.program import Program
    from golive.pack.sample import Cell, Edits, Sample
    from golive.pack.switches import Switch
    from golive.records.contract import Input

MOST = 20_000
"""Rows, at most."""
_PER_SWITCH = 6
_BASES = 4
_STRANGERS = ("", " ", "golive never saw this", "straße ÅÉ 漢字 😀", "x" * 500, "NaN", "None", "0")


def hostile_rows(program: Program, data: bytes, sample: Sample, *, most: int = MOST) -> tuple[pd.DataFrame, ...]:
    """Return raw rows that the contract accepts: with the column types of training, and with integers as doubles.

    Parameters
    ----------
    program, data
        The graph made ready, and the bytes of its arrays.
    sample
        The training rows.
    most
        Rows at most; where there are more switches than fit, an even part of them is taken.
    """
    rows = {_key(row): row for row in _plain(sample)}
    room = max(0, most - len(rows)) // _PER_SWITCH
    for base, name, value in cells(program, sample, _evenly(find(program, data, sample), room)):
        row: tuple[int, Edits] = (base, {name: value})
        rows.setdefault(_key(row), row)
    kept = list(rows.values())[:most]
    whole = [row for row in kept if not sample.is_fractional(row[1])]
    fractional = [row for row in kept if sample.is_fractional(row[1])]
    frames = [sample.frame([base for base, _ in whole], [edits for _, edits in whole])]
    if fractional:
        frames.append(
            sample.frame([base for base, _ in fractional], [edits for _, edits in fractional], fractional=True)
        )
    return tuple(frames)


def _key(row: tuple[int, Edits]) -> tuple[int, str]:
    """-0.0 equals 0.0, and both are wanted."""
    return row[0], repr(row[1])


def _plain(sample: Sample) -> Iterator[tuple[int, Edits]]:
    """Yield one change at a time on a few training rows, then everything null at once."""
    bases = np.unique(np.linspace(0, len(sample) - 1, _BASES).astype(int)).tolist()
    nothing: Edits = {}
    for name, known in sample.inputs.items():
        if known.nullable:
            nothing[name] = None
        for cell in _cells(sample, name, known):
            for base in bases:
                yield base, {name: cell}
    for base in bases:
        yield base, nothing


def _cells(sample: Sample, name: str, known: Input) -> list[Cell]:
    null: list[Cell] = [None] if known.nullable else []
    if known.kind is Kind.boolean:
        return [True, False]
    if known.kind is Kind.text:
        return [*_texts(sample, name, known), *null]
    return [*_numbers(sample, name, known), *null]


def _numbers(sample: Sample, name: str, known: Input) -> list[Cell]:
    low, high = (0.0, 0.0) if known.low is None or known.high is None else (known.low, known.high)
    span = max(high - low, 1.0)
    wanted = [low, high, low - span, high + span, 0.0, 1.0, -1.0, LARGEST - 1, 1 - LARGEST]
    if not sample.is_whole(name):
        ends = [np.nextafter(low, -np.inf), np.nextafter(high, np.inf), (low + high) / 2]
        wanted += [-0.0, 0.5, 1e-9, -1e-9, *map(float, ends)]
    fitting = [value for value in wanted if abs(value) < LARGEST]
    return list({str(value): value for value in fitting}.values())


def _texts(sample: Sample, name: str, known: Input) -> list[Cell]:
    if known.form:
        return [*hostile_texts(sample.train[name], known.form)]
    if known.categories is not None and known.unknown is Unknown.refuse:
        return list(known.categories)
    seen = known.categories
    if seen is None:
        seen = tuple(sorted(str(value) for value in sample.train[name].dropna().unique())[:50])
    variants = [change(text) for text in seen[:10] for change in (str.upper, str.lower, " {} ".format)]
    return list(dict.fromkeys([*seen, *variants, *_STRANGERS]))


def _evenly(switches: Sequence[Switch], room: int) -> Sequence[Switch]:
    if len(switches) <= room:
        return switches
    return [switches[index] for index in np.linspace(0, len(switches) - 1, room).astype(int).tolist()] if room else []
