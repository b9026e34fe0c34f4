"""docs/reference/tidy-corpus.md, written from the results of the last whole run; never by hand."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.planted import EACH, KINDS
from conformance.tidy_case import LONG

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
RESULTS = HERE / "notebooks" / "results.json"
PAGE = HERE.parent / "docs" / "reference" / "tidy-corpus.md"
LIBRARIES = ("pandas", "scikit-learn", "numpy", "lightgbm", "xgboost-cpu", "catboost", "nbclient", "ipykernel")
HEAD = """# What tidy makes of notebooks

<!-- Written by `make conformance-tidy`. Do not edit. -->

Notebooks in the styles of competitions, course work, bank analysts and hosted notebooks, written for this purpose and
run once in the order they say, so that counts and outputs are real. Each has labels: the metric, the order, its leaks
by cell and line, whether one raw row can be scored, and what a message must name where the notebook cannot be used.
They are in `conformance/notebooks/`; they were written down before the code that they judge, and are only added to.
"""
NOTES = """
- **same metric**: of the notebooks whose metric is reached in a fresh kernel, those whose package gives it too.
- **one row**: of these, packages that score single raw rows as in the batch. `pack` is given `clean` as it was written.
- **named**: of all notebooks that tidy refuses, messages that name the cell, the line and the cause. For those that
  must be refused these are the labelled ones; a few have no line (no model at all), and the cause alone counts.
- **leaks**: a leak is found when its kind, cell and line are the labelled ones; anything else that is said is a false
  alarm. Planted notebooks are made from a seed (`conformance/planted.py`) and judged without writing packages. The
  rules were written with the first templates at hand; those called *later* were written afterwards, and say more.
- **own time**: CPU seconds of tidy itself, without the kernels and the packages that it runs.
"""
_WORDS = {
    "fitter": "fitted before the split",
    "statistic": "statistic before the split",
    "target": "outcome in a feature",
    "resampled": "resampled before the split",
    "chosen": "model or threshold chosen on the test rows",
    "tuned": "tuned on the test rows",
    "duplicates": "rows on both sides of the split",
    "time": "time ignored",
}


def write(cases: Sequence[dict[str, Any]], planted: Sequence[dict[str, Any]]) -> None:
    document = {
        "versions": {name: version(name) for name in LIBRARIES},
        "cases": {one["name"]: one for one in cases},
        "planted": {one["name"]: one for one in planted},
    }
    RESULTS.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


def summary(cases: Sequence[dict[str, Any]], planted: Sequence[dict[str, Any]]) -> str:
    """Return the figures and what falls short, for the terminal."""
    lines = [f"{what}: {value}" for what, value, _ in figures(cases)] if cases else []
    lines += [f"{one['name']}: {why}" for one in cases for why in short(one)]
    lines += [f"{kind}: recall {recall}, precision {precision}" for kind, recall, precision in leak_rows(planted)]
    return "\n".join(lines)


def figures(cases: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """What, how many of how many, and the target."""
    usual = [one for one in cases if one["name"] != LONG]
    reached = [one for one in usual if one["reached"] and not _must_fail(one)]
    same = [one for one in reached if one["same"]]
    rows = [one for one in same if one["one_row"]]
    refused = [one for one in usual if one["status"] == "refused"]
    placed = [one for one in rows if one["packed"] or _suggests(one["why_not_packed"])]
    long = next((one for one in cases if one["name"] == LONG), None)
    return [
        ("same metric", _of(same, reached), "95 %"),
        ("one row", _of(rows, [one for one in same if one["scoring"]]), "80 %"),
        ("named", _of([one for one in refused if one["names_place"]], refused), "100 %"),
        ("accepted by pack", _of([one for one in rows if one["packed"]], rows), "60 %"),
        ("accepted, or refused with file, line and rewrite", _of(placed, rows), "100 %"),
        ("own time, 200 cells", f"{long['own']:.1f} s" if long else "–", "20 s"),
        ("own time, longest other", f"{max((one['own'] for one in usual), default=0):.1f} s", "–"),
    ]


def leak_rows(found: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Kind, recall and precision."""
    rows = []
    for kind in KINDS[:-1]:
        said = [(one["name"], *leak) for one in found for leak in one.get("found", one.get("leaks")) if leak[0] == kind]
        true = [(one["name"], *leak) for one in found for leak in one["labelled"] if leak[0] == kind]
        hits = len(set(said) & set(true))
        rows.append((kind, _share(hits, len(true)), _share(hits, len(set(said)))))
    return rows


def short(one: dict[str, Any]) -> list[str]:
    """What falls short in a notebook, with the cause."""
    found: list[str] = []
    if one["name"] == LONG:
        return found
    if one["status"] != "package":
        if not one["expected"] or not one["names_place"]:
            found.append(f"{one['status']}: {_line(one['message'])}")
        return found
    if not one["expected"]:
        found.append("should have been refused")
    if not one["same"]:
        found.append("the package gives no metric of the labels")
    elif one["scoring"] and not one["one_row"]:
        found.append(f"no row alone: {_line(one['why_not_one_row'])}")
    elif not one["packed"] and one["one_row"]:
        found.append(f"not packed: {_line(one['why_not_packed'])}")
    missed = [leak for leak in one["labelled"] if leak not in one["leaks"]]
    extra = [leak for leak in one["leaks"] if leak not in one["labelled"]]
    found += [f"leak not found: {kind}, cell {cell}, line {line}" for kind, cell, line in missed]
    found += [f"false alarm: {kind}, cell {cell}, line {line}" for kind, cell, line in extra]
    return found


def page() -> str:
    """Return the page, from the results that are kept."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    cases, planted = list(results["cases"].values()), list(results["planted"].values())
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    return "\n".join(
        [
            HEAD,
            "| | found | wanted |\n|---|---|---|",
            *(f"| {what} | {value} | {wanted} |" for what, value, wanted in figures(cases)),
            NOTES,
            "## Leaks\n",
            f"{len(planted)} planted notebooks, and the {len(_written(cases))} lived ones that became a package.\n",
            _leaks(cases, planted),
            "## What falls short\n",
            *([f"- {one['name']}: {_plain(why)}" for one in cases for why in short(one)] or ["Nothing."]),
            *_missed(planted),
            "\n## Notebooks\n",
            "| notebook | result | order | same metric | one row | packed | own s |\n|---|---|---|---|---|---|---|",
            *(_row(one) for one in cases),
            f"\n## Versions\n\n{versions}.\n",
        ]
    )


def _leaks(cases: Sequence[dict[str, Any]], planted: Sequence[dict[str, Any]]) -> str:
    lines = [
        "| leak | recall | precision | later: recall | later: precision | lived: recall | lived: precision |",
        "|---|---|---|---|---|---|---|",
    ]
    later = [one for one in planted if int(one["name"].rpartition("_")[2]) >= EACH]
    sides = [leak_rows([one for one in planted if one not in later]), leak_rows(later), leak_rows(_written(cases))]
    for rows in zip(*sides, strict=True):
        lines.append(f"| {_WORDS[rows[0][0]]} | {' | '.join(f'{row[1]} | {row[2]}' for row in rows)} |")
    return "\n".join(lines) + "\n"


def _written(cases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in cases if one["status"] == "package" and one["name"] != LONG]


def _missed(planted: Sequence[dict[str, Any]]) -> list[str]:
    found = []
    for one in planted:
        missed = [leak for leak in one["labelled"] if leak not in one["found"]]
        extra = [leak for leak in one["found"] if leak not in one["labelled"]]
        said = [f"missed {kind}, cell {cell}, line {line}" for kind, cell, line in missed]
        said += [f"false alarm {kind}, cell {cell}, line {line}" for kind, cell, line in extra]
        if said:
            why = f" ({_plain(_line(one['message']))})" if one["message"] else ""
            found.append(f"- planted {one['name']}: {'; '.join(said)}{why}")
    return found


def _row(one: dict[str, Any]) -> str:
    marks = ["yes" if one[what] else "no" if one["shape"] else "" for what in ("same", "one_row", "packed")]
    shown = one["shape"] or one["status"]
    return f"| {one['name']} | {shown} | {one['order']} | {' | '.join(marks)} | {one['own']:.1f} |"


def _must_fail(one: dict[str, Any]) -> bool:
    return (one["status"] == "refused") == one["expected"]


def _suggests(message: str) -> bool:
    """Whether a refusal of pack names a file and a line, as in ``clean.py:12``, and what to write instead."""
    return re.search(r"\w\.py:[1-9]\d*: ", message) is not None and "hint:" in message


def _of(some: Sequence[Any], every: Sequence[Any]) -> str:
    return _share(len(some), len(every))


def _share(some: int, every: int) -> str:
    return f"{some} of {every} ({some / every:.0%})" if every else "none"


def _line(text: str) -> str:
    return " ".join(text.split())[:300]


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("[", "(").replace("]", ")")
