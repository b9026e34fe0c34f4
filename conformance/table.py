"""docs/reference/conformance.md, written from the results of the last whole run; never by hand."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.cases import CLEANINGS, PIPELINES, everything

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PEER = HERE / "peers" / "onnx.json"
PAGE = HERE.parent / "docs" / "reference" / "conformance.md"
LIBRARIES = ("pandas", "scikit-learn", "numpy", "lightgbm", "xgboost-cpu", "catboost")
HEAD = """# Conformance

<!-- Written by `make conformance`. Do not edit. -->

What people build for credit, churn and fraud, and what golive makes of it. Each case is fitted on 5,000 rows. In a
process that never imports golive, pandas and the library's own `predict_proba` then give the expected values for 20,000
other rows, which hold missing values, categories and outliers that training never saw. A second process builds the
bundle and scores the same rows through the engine: all of them by columns, 1,000 alone, and the same 1,000 once more
under Node, with the exported JavaScript. The cases are in `conformance/`; they were written down before they could
pass, and are only ever added to.
"""
NOTES = """
- **result**: `compiled` means that nothing differs; `refused` that golive said no when the bundle was built, with the
  reason below; `wrong` that a row differs, which fails `make conformance`.
- **largest**: largest difference of a score; **allowed**: what the case's float class promises.
- **flipped**: rows that lie on the other side of one of 1,000 cut-offs, each in the middle of a gap between two scores.
- **no score**: rows on which Python raises or which its cleaning leaves out; golive has no score for them either.
- **contract**: rows that Python scores and the contract refuses: a category that training never had and no encoder was
  told to accept, a missing value where training had none. Such a case goes to the policy's fallback.
- **Node**: rows compared under Node, and the largest difference.
"""


def document(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"versions": {name: version(name) for name in LIBRARIES}, "cases": {one["name"]: one for one in found}}


def summary(found: Sequence[dict[str, Any]]) -> str:
    count = {
        status: sum(one["status"] == status for one in found) for status in ("compiled", "refused", "wrong", "crashed")
    }
    lines = [
        f"{one['name']}: {one['status']}: {one['message'] or '; '.join(one['notes'][:2])}"
        for one in found
        if one["status"] != "compiled"
    ]
    total = f"{len(found)} cases: " + ", ".join(f"{number} {status}" for status, number in count.items())
    return "\n".join([*lines, f"{total}; {sum(one['flipped'] for one in found)} decisions flipped"])


def page() -> str:
    """Return the page, from the results that are kept."""
    everything()
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    peer = json.loads(PEER.read_text(encoding="utf-8")) if PEER.exists() else {"cases": {}, "versions": {}}
    cases = results["cases"]
    parts = [
        HEAD,
        _figures(cases, peer["cases"]),
        NOTES,
        "## Pipelines\n",
        _table([cases[name] for name in PIPELINES if name in cases], peer["cases"], with_peer=True),
        "\n## Cleaning functions\n",
        "Each in front of a model that looks at every column; each cleaned cell is compared.\n",
        _table([cases[name] for name in CLEANINGS if name in cases], {}, with_peer=False),
        _refused(cases),
        _peer(peer),
        f"\n## Versions\n\n{', '.join(f'{name} {number}' for name, number in results['versions'].items())}.\n",
    ]
    return "\n".join(parts)


def _figures(cases: dict[str, Any], peer: dict[str, Any]) -> str:
    lines = ["| | pipelines | cleaning functions |", "|---|---|---|"]
    sides = [[cases[name] for name in table if name in cases] for table in (PIPELINES, CLEANINGS)]
    for what, text in (
        ("cases", "cases"),
        ("compiled", "compiled, all rows right"),
        ("refused", "refused"),
        ("wrong", "wrong"),
    ):
        counts = [len(side) if what == "cases" else sum(one["status"] == what for one in side) for side in sides]
        lines.append(f"| {text} | {counts[0]} | {counts[1]} |")
    lines.append(
        "| rows compared | " + " | ".join(f"{sum(one['compared'] for one in side):,}" for side in sides) + " |"
    )
    lines.append(
        "| decisions flipped | " + " | ".join(str(sum(one["flipped"] for one in side)) for side in sides) + " |"
    )
    if peer:
        right = sum(one["status"] in ("right", "close") for one in peer.values())
        wrong = sum(one["status"] == "wrong" for one in peer.values())
        lines.append(
            f"| skl2onnx: right / wrong / not converted | {right} / {wrong} / {len(peer) - right - wrong} | – |"
        )
    return "\n".join(lines) + "\n"


def _table(cases: Sequence[dict[str, Any]], peer: dict[str, Any], *, with_peer: bool) -> str:
    head = "| case | result | largest | allowed | flipped | no score | contract | Node |"
    lines = [
        head + (" skl2onnx |" if with_peer else ""),
        "|---|---|---|---|---|---|---|---|" + ("---|" if with_peer else ""),
    ]
    for one in cases:
        line = f"| {one['holds']} | {one['status']} |"
        if one["compared"]:
            node = f"{one['javascript']:,}, {_power(one['javascript_largest'])}"
            line += (
                f" {_power(one['largest'])} | {_power(one['tolerance'])} | {one['flipped']} | {one['both_silent']:,} |"
            )
            line += f" {one['contract']:,} | {node} |"
        else:
            line += " | | | | | |"
        lines.append(line + (f" {_said(peer.get(one['name']))} |" if with_peer else ""))
    return "\n".join(lines) + "\n"


def _power(value: float) -> str:
    return "0" if value == 0 else f"{value:.0e}".replace("e-0", "e-")


def _said(peer: dict[str, Any] | None) -> str:
    if peer is None:
        return ""
    if peer["status"] in ("right", "close"):
        return f"right, {_power(peer['largest'])}"
    if peer["status"] == "wrong":
        return f"**wrong**: {peer['off']:,} of {peer['compared']:,} rows, by up to {peer['largest']:.2g}"
    return peer["status"]  # type: ignore[no-any-return]


def _refused(cases: dict[str, Any]) -> str:
    lines = [f"- {one['holds']}: {_plain(one['message'])}" for one in cases.values() if one["status"] != "compiled"]
    return "\n## What was refused\n\n" + ("\n".join(lines) if lines else "Nothing.") + "\n"


def _peer(peer: dict[str, Any]) -> str:
    if not peer["cases"]:
        return ""
    why = [f"- {PIPELINES[name].holds}: {_plain(one['why'])}" for name, one in peer["cases"].items() if "why" in one]
    numbers = ", ".join(f"{name} {number}" for name, number in peer["versions"].items())
    return f"""
## skl2onnx

The same fitted pipelines, the same rows, in an environment of its own ({numbers}). Every benefit of the doubt is
given: each case is converted with doubles, with single floats and with the types of the frame, with the registered
converters of onnxmltools for XGBoost and LightGBM and CatBoost's own export, and the best result counts; imputers of
text are told to look for empty text, as skl2onnx asks; rows on which Python raises and rows with a missing or empty
text are not compared. `right` is within 0.001 on every row, with the largest difference; `wrong` counts rows beyond
that. Cleaning functions have no counterpart there.

{chr(10).join(why)}
"""


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("[", "(").replace("]", ")")
