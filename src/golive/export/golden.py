"""Rows with every expected answer, to be given by any runtime. Synthetic: the bundle's golden rows, and broken ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from golive.engine.files import open_files
from golive.records.contract import Kind
from golive.records.document import decode
from golive.records.golden import Golden

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from golive.engine.bundle import Bundle
    from golive.records.contract import Input
    from golive.records.graph import Scalar

_TRIED = 16
_RULED = 20
GOLDEN = "golden/golden.json"
_OTHER = {Kind.number: "12", Kind.text: 12, Kind.boolean: 1}
"""A value of another kind that a careless reader would take."""


def golden(bundle: Bundle) -> list[dict[str, object]]:
    """Return rows as JSON values: ``inputs`` and whatever must come out.

    The bundle's own rows carry cleaned columns, score and contributions. With a policy every row carries the decision,
    and rows follow that break the contract: each input absent, null, of another kind, unknown or too large; and rows
    that break its row rules, where some are found near the golden ones.
    """
    rows = decode(open_files(bundle.path).read(GOLDEN), Golden, name=GOLDEN).rows
    expected: list[dict[str, object]] = [msgspec.to_builtins(row) for row in rows]
    if bundle.policy is None or not rows:
        return expected
    expected += [{"inputs": case} for case in _broken(bundle, rows[0].inputs)]
    expected += [{"inputs": case} for case in _ruled(bundle, [row.inputs for row in rows])]
    return [row | {"decision": msgspec.to_builtins(bundle.decide(row["inputs"]))} for row in expected]


def _broken(bundle: Bundle, good: Mapping[str, object]) -> Iterator[dict[str, object]]:
    yield {}
    for known in bundle.contract.inputs:
        yield {name: value for name, value in good.items() if name != known.name}
        for value in (None, _OTHER[known.kind], *_strange(known)):
            yield {**good, known.name: value}


def _ruled(bundle: Bundle, good: Sequence[Mapping[str, Scalar]]) -> list[dict[str, object]]:
    """Return a few cases that keep the contract and break one of its row rules: golden ones with one input changed."""
    if not bundle.rules.rules:
        return []
    touched = {name for rule in bundle.rules.rules for name in rule.inputs}
    cases = [
        {**case, known.name: value}
        for case in good[:_TRIED]
        for known in bundle.contract.inputs
        if known.name in touched
        for value in _ends(known)
    ]
    fitting = [case for case in cases if not bundle.checker.problems(case)]
    breaking = [case for case, breaks in zip(fitting, bundle.breaking(fitting), strict=True) if breaks]
    return breaking[:: max(1, len(breaking) // _RULED)]


def _ends(known: Input) -> Iterator[object]:
    yield from [None] if known.nullable else []
    if known.kind is Kind.number:
        low, high = known.low or 0.0, known.high or 0.0
        yield from (low, high, low - 1.0, high + 1.0, 0.0)
    elif known.kind is Kind.boolean:
        yield from (True, False)
    else:
        yield from known.categories or ("",)


def _strange(known: Input) -> Iterator[object]:
    if known.kind is Kind.number:
        yield 2**60
        yield True
    elif known.kind is Kind.text:
        yield ""
        yield 'never "seen", it\'s new: ß\u200b😀'
    yield []
