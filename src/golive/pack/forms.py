"""Text inputs that are read as dates or as numbers: how they are written, and texts of that kind for the proof.

The values of training say nothing about those to come, so such an input is never closed to what training saw.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from golive.pack.dates import dates_between, hostile_dates, is_date
from golive.records.contract import NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from golive.records.graph import Graph, Node

_READ = ("parse_date", "parse_number")
_BY_THE_WAY = ("is_missing", "isin")
_REWRITTEN = ("strip", "trim", "lower", "upper", "replace", "slice", "split")
_STRANGERS = ("", " ", "golive never saw this", "NaN", "None", "12 EUR", "1,5", " 12 ", "-1", "0", "1e3", "x" * 500)


def forms_of(graph: Graph) -> Mapping[str, str]:
    """Return the inputs that are read as dates or numbers and as nothing else, and how they are written."""
    readers: dict[int, list[int]] = {}
    for number, node in enumerate(graph.nodes):
        for arg in node.args:
            readers.setdefault(arg, []).append(number)
    found = {name: _forms(graph.nodes, readers, place) for name, place in graph.inputs.items()}
    return {name: forms[0] for name, forms in found.items() if forms}


def _forms(nodes: Sequence[Node], readers: Mapping[int, list[int]], place: int) -> list[str]:
    """Return the forms in which a text is read; none when it is used in any other way."""
    found: list[str] = []
    for reader in readers.get(place, []):
        node = nodes[reader]
        if node.op in _READ:
            found.append(str(node.params["format"]) if node.op == "parse_date" else NUMBER)
        elif node.op in _REWRITTEN:
            further = _forms(nodes, readers, reader)
            if not further:
                return []
            found += further
        elif node.op not in _BY_THE_WAY:
            return []
    return found


def hostile_texts(column: pd.Series, form: str) -> list[str]:
    """Return texts around what is read: the ends, other digits in the shapes of training, and strangers."""
    if is_date(column):
        return hostile_dates(column, form)
    if form != NUMBER:
        return [*hostile_dates(column, form), *_STRANGERS[:5]]
    seen = column.dropna().drop_duplicates().head(20).tolist()
    return list(dict.fromkeys([*seen, *(_other_digits(text, at) for at, text in enumerate(seen)), *_STRANGERS]))


def golden_text(column: pd.Series, form: str, place: float) -> str:
    """Return a made-up text that can be read; ``place`` in 0..1 chooses it."""
    if form != NUMBER:
        return dates_between(column, form, place)
    seen = column.dropna().drop_duplicates()
    return _other_digits(str(seen.iloc[int(place * len(seen)) % len(seen)]), int(place * 1e9)) if len(seen) else "1"


def _other_digits(text: str, seed: int) -> str:
    """Return the text with its digits replaced, the first of a number by none that is 0."""
    digits = iter(str(zlib.crc32(f"{seed} {text}".encode())) * (len(text) // 8 + 1))

    def other(run: re.Match[str]) -> str:
        made = "".join(next(digits) for _ in run[0])
        return made.replace("0", "7", 1) if made.startswith("0") and len(made) > 1 else made

    return re.sub("[0-9]+", other, text)
