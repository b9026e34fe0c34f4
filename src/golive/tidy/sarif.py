"""Findings as SARIF 2.1.0, the form in which code hosts take the findings of any checker.

A notebook is one file to them: the region is the line of the file; cell and line stand in the message and as the
logical location.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.records.notebook_check import Finding, NotebookCheck

_ERRORS = frozenset({"not-python", "hidden-state", "leak", "failed"})
_NOTES = frozenset({"untested", "unused"})
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(checked: NotebookCheck, rules: Mapping[str, str], *, version: str) -> dict[str, Any]:
    """Return the log. ``rules`` says what each rule finds, ``version`` is golive's own."""
    names = list(rules)
    driver = {
        "name": "golive tidy",
        "version": version,
        "rules": [
            {"id": name, "shortDescription": {"text": text}, "defaultConfiguration": {"level": _level(name)}}
            for name, text in rules.items()
        ],
    }
    results = [_result(one, names.index(one.rule)) for one in checked.findings]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _result(one: Finding, index: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(one.notebook)}}
    if one.row is not None:
        physical["region"] = {"startLine": one.row}
    place = f"cell {one.cell}, line {one.line}"
    text = f"{place}: {one.what}" + (f" ({one.hint})" if one.hint else "")
    return {
        "ruleId": one.rule,
        "ruleIndex": index,
        "level": _level(one.rule),
        "message": {"text": text},
        "locations": [{"physicalLocation": physical, "logicalLocations": [{"name": place}]}],
    }


def _level(rule: str) -> str:
    return "error" if rule in _ERRORS else "note" if rule in _NOTES else "warning"


def _uri(path: str) -> str:
    """A path of the repository stays relative; another one is an address of this machine."""
    named = PurePath(path)
    return Path(path).as_uri() if named.is_absolute() else quote(named.as_posix())
