"""Rows with every expected answer, to be given by any runtime. Synthetic: the bundle's golden rows, and broken ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from golive.engine.files import open_files
from golive.records.contract import Kind
from golive.records.document import decode
from golive.records.golden import Golden

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from golive.engine.bundle import Bundle
    from golive.records.contract import Input

GOLDEN = "golden/golden.json"
_OTHER = {Kind.number: "12", Kind.text: 12, Kind.boolean: 1}
"""A value of another kind that a careless reader would take."""


def golden(bundle: Bundle) -> list[dict[str, object]]:
    """Return rows as JSON values: ``inputs`` and whatever must come out.

    The bundle's own rows carry cleaned columns, score and contributions. With a policy every row carries the decision,
    and rows follow that break the contract: each input absent, null, of another kind, unknown or too large.
    """
    rows = decode(open_files(bundle.path).read(GOLDEN), Golden, name=GOLDEN).rows
    expected: list[dict[str, object]] = [msgspec.to_builtins(row) for row in rows]
    if bundle.policy is None or not rows:
        return expected
    expected += [{"inputs": case} for case in _broken(bundle, rows[0].inputs)]
    return [row | {"decision": msgspec.to_builtins(bundle.decide(row["inputs"]))} for row in expected]


def _broken(bundle: Bundle, good: Mapping[str, object]) -> Iterator[dict[str, object]]:
    yield {}
    for known in bundle.contract.inputs:
        yield {name: value for name, value in good.items() if name != known.name}
        for value in (None, _OTHER[known.kind], *_strange(known)):
            yield {**good, known.name: value}


def _strange(known: Input) -> Iterator[object]:
    if known.kind is Kind.number:
        yield 2**60
        yield True
    elif known.kind is Kind.text:
        yield ""
        yield 'never "seen", it\'s new: ß\u200b😀'
    yield []
