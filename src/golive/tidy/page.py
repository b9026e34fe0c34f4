"""What became of a notebook, as one HTML page beside the record."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from golive.page.document import document
from golive.page.escape import visible
from golive.page.markup import element
from golive.page.parts import Head, details, facts, points, section, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from golive.page.markup import Child, Markup
    from golive.records.tidied import Attempt, Kept, Leak, Left, Metric, Tidied

_ORDERS = {
    "file": "top to bottom",
    "counts": "in the order of the execution counts",
    "again": "in that order, cells again where a count is missing before theirs",
    "flow": "moved so that every name exists when it is used",
}


def html(tidied: Tidied) -> str:
    """Return the page: the same record, the same bytes."""
    body = [_first(tidied), section("metric", "The metric", *_metric(tidied))]
    if tidied.leaks:
        body.append(section("leaks", "Leaks", *map(_leak, tidied.leaks), lead=_LEAKS))
    body.append(section("order", "The order it was lived in", *_order(tidied)))
    body.append(section("kept", "What was kept", _kept(tidied)))
    body.append(section("left", "What was left out", *_left(tidied.left), lead=_LEFT))
    if tidied.touched:
        body.append(section("touched", "What it did to files", _touched(tidied), lead=_TOUCHED))
    return document(f"{visible(tidied.notebook)}: tidied", element("main", *body))


_LEAKS = "What was learned from rows that later judged the model. It makes a metric look better than the model is."
_LEFT = "The reported metric and its model do not need these."
_TOUCHED = "In the copy that it ran in; your own files are as they were."


def _first(tidied: Tidied) -> Markup:
    many = len(tidied.leaks)
    leaks = "no leak was found" if not many else f"{many} leak{'s' if many > 1 else ''}"
    state = "" if not many else " taken out" if tidied.repair else " still in it"
    return element(
        "header",
        element("p", tidied.notebook, class_="kicker"),
        element("h1", f"{len(tidied.kept)} statements give the metric; {leaks}{state}", class_="word"),
        element("p", _honest(tidied), class_="say"),
    )


def _honest(tidied: Tidied) -> str:
    """The first metric before and after, in a sentence."""
    first = tidied.metrics[0]
    said = f"Reported {first.name} {first.notebook:.4f}"
    if not tidied.leaks:
        return f"{said}; the package gives the same."
    if first.repaired is None:
        return f"{said}; how much of it the leaks made could not be measured: {tidied.why_not_repaired}"
    return f"{said}, honest {first.repaired:.4f}: the same model, without the leaks."


def _metric(tidied: Tidied) -> list[Child]:
    heads = (Head("metric"), Head("notebook"), Head("package, leaks kept"), Head("package, repaired"))
    rows = [_numbers(one) for one in tidied.metrics]
    said: list[Child] = [table("One number, three times", heads, rows)]
    if tidied.why_not_repaired and tidied.leaks:
        said.append(element("p", f"There is no repaired number: {tidied.why_not_repaired}"))
    if tidied.why_stages:
        said.append(element("p", f"The cleaning could not be made a function of any rows: {tidied.why_stages}"))
    return said


def _numbers(one: Metric) -> tuple[str, ...]:
    repaired = "–" if one.repaired is None else f"{one.repaired:.6f}"
    return (one.name, f"{one.notebook:.6f}", f"{one.kept:.6f}", repaired)


def _leak(leak: Leak) -> Markup:
    state = element("span", "taken out" if leak.repaired else "kept", class_="good" if leak.repaired else "poor")
    return element("article", element("h3", state, f" · {leak.kind}"), element("p", leak.what))


def _order(tidied: Tidied) -> list[Child]:
    tried = [(f"{_ORDERS[one.order]}{' (believed)' if one.order == tidied.order else ''}", _outcome(one))
             for one in tidied.attempts]  # fmt: skip
    believed = next(one for one in tidied.attempts if one.order == tidied.order)
    cells = element("p", "Cells in this order: ", ", ".join(map(str, believed.cells)), class_="note")
    return [facts(tried), cells]


def _outcome(attempt: Attempt) -> str:
    if attempt.failed:
        return f"stops at {attempt.failed}"
    if not attempt.compared:
        return "runs to the end; nothing is stored to compare with"
    other = ", ".join(map(str, attempt.different))
    same = f"prints again {attempt.same} of {attempt.compared} stored outputs"
    return f"{same}; no longer the same: cell {other}" if other else same


def _kept(tidied: Tidied) -> Markup | None:
    by_module = sorted(tidied.kept, key=lambda one: (one.module, one.cell, one.line))
    lines = []
    for module, group in groupby(by_module, key=lambda one: one.module):
        places = [_places(cell, list(ones)) for cell, ones in groupby(group, key=lambda one: one.cell)]
        lines.append(element("span", element("code", f"{module}.py"), f": {'; '.join(places)}"))
    return points(lines)


def _places(cell: int, kept: list[Kept]) -> str:
    lines = ", ".join(str(one.line) for one in kept)
    return f"cell {cell}, line{'s' if len(kept) > 1 else ''} {lines}"


def _left(left: Iterable[Left]) -> list[Markup]:
    by_reason = sorted(left, key=lambda one: one.reason)
    groups = [(reason, list(group)) for reason, group in groupby(by_reason, key=lambda one: one.reason)]
    return [
        details(
            f"{reason} ({len(group)})",
            points(element("span", f"cell {one.cell}, line {one.line}: ", element("code", one.text)) for one in group),
        )
        for reason, group in sorted(groups, key=lambda pair: -len(pair[1]))
    ]


def _touched(tidied: Tidied) -> Markup | None:
    places = (f" (cell {one.cell}, line {one.line})" if one.cell else "" for one in tidied.touched)
    return points(
        element("span", f"{one.what} ", element("code", one.path), place)
        for one, place in zip(tidied.touched, places, strict=True)
    )
