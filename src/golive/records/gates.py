"""What `golive check` asked of a bundle, gate by gate: the record that a pipeline keeps."""

from __future__ import annotations

from enum import Enum

from golive.records.document import Digest, Part, Record


class GateState(str, Enum):
    passed = "passed"
    failed = "failed"
    skipped = "skipped"
    """Not asked. A pipeline that checks nothing must not look like one that found nothing, so it is said loudly."""


class Gate(Part, frozen=True, kw_only=True):
    name: str
    """``tests``, ``contract``, ``parity``, ``build``, ``money``, ``calibration``, ``policy``, ``flips``, ``segments``,
    ``signatures``, ``speed`` or ``previous``."""
    state: GateState
    text: str
    """What was found; of a skipped one, why."""
    figure: float | None = None
    """In ``unit``; null where there is none."""
    limit: float | None = None
    """What the figure was held against; null where there is none."""
    unit: str = ""
    hint: str = ""
    """What to do about it; empty when it passed."""


class Gates(Record, frozen=True, kw_only=True, tag="gates/1"):
    bundle: Digest | None
    """Null when it does not open."""
    previous: Digest | None
    """The bundle it was held against; null when there is none, or when that one does not open."""
    gates: tuple[Gate, ...]
    """In a fixed order, each once."""

    @property
    def failed(self) -> tuple[Gate, ...]:
        """Gates that failed."""
        return tuple(gate for gate in self.gates if gate.state is GateState.failed)

    @property
    def skipped(self) -> tuple[Gate, ...]:
        """Gates that were not asked."""
        return tuple(gate for gate in self.gates if gate.state is GateState.skipped)
