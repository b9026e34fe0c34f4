"""The gates as markdown, for the page of a pipeline's run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.records.gates import GateState

if TYPE_CHECKING:
    from golive.records.gates import Gates

TITLE = "# golive check"
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~&-])")


def headline(gates: Gates) -> str:
    """Say how it ended, and what was not asked."""
    passed = sum(gate.state is GateState.passed for gate in gates.gates)
    said = [f"{passed} passed"]
    for what, found in (("FAILED", gates.failed), ("SKIPPED", gates.skipped)):
        if found:
            said.append(f"{len(found)} {what}: {', '.join(gate.name for gate in found)}")
    return "; ".join(said)


def word(state: GateState) -> str:
    """Return the state as it is shown: what did not pass is loud."""
    return str(state.value) if state is GateState.passed else str(state.value).upper()


def markdown(gates: Gates) -> str:
    """Return the summary; text of the gates comes from files, so nothing of it is markup."""
    lines = [TITLE, "", plain(headline(gates)), "", f"bundle {_id(gates.bundle)}, before {_id(gates.previous)}", ""]
    lines += ["| gate | | found | figure | limit | to do |", "|---|---|---|---|---|---|"]
    for gate in gates.gates:
        cells = (
            gate.name, f"**{word(gate.state)}**" if gate.state is not GateState.passed else word(gate.state),
            plain(gate.text), _number(gate.figure, gate.unit), _number(gate.limit, ""), plain(gate.hint),
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Return text in which markdown and HTML find nothing to do.

    Examples
    --------
    >>> plain("a|b <img> `x`")
    'a\\\\|b \\\\<img\\\\> \\\\`x\\\\`'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(visible(text).split()))


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    shown = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return plain(f"{shown} {unit}".strip())


def _id(digest: str | None) -> str:
    return "none" if digest is None else digest[:19]
