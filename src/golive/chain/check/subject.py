"""What is checked, and what it is held against: opened once for all gates."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from golive.engine.bundle import load
from golive.engine.files import open_files
from golive.errors import GoliveError, InputError
from golive.records.document import decode
from golive.records.evidence import Evidence
from golive.records.gates import Gate, GateState
from golive.records.golden import Golden
from golive.records.project import Check

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from golive.engine.bundle import Bundle
    from golive.engine.project import Found
    from golive.records.graph import Scalar

GOLDEN = "golden/golden.json"


class Side:
    """A bundle: the one that is checked, or the one that decides today."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def bundle(self) -> Bundle | str:
        """The bundle, or why it does not open."""
        try:
            return load(self.path)
        except GoliveError as exc:
            return exc.message

    @property
    def open(self) -> Bundle:
        """The bundle; `golive.chain.check.run` asks no gate for it when it does not open.

        Raises
        ------
        InputError
            It does not open.
        """
        if isinstance(self.bundle, str):
            raise InputError(f"`{self.path.name}` does not open: {self.bundle}")
        return self.bundle

    @cached_property
    def golden(self) -> Golden:
        return decode(open_files(self.path).read(GOLDEN), Golden, name=GOLDEN)

    @property
    def inputs(self) -> list[dict[str, Scalar]]:
        """The inputs of the golden rows."""
        return [row.inputs for row in self.golden.rows]

    @cached_property
    def evidence(self) -> Evidence | None:
        """None: nobody has measured it."""
        files = open_files(self.path)
        name = "evidence/evidence.json"
        return decode(files.read(name), Evidence, name=name) if name in files.names else None


class Subject:
    """Everything that a gate may ask."""

    def __init__(self, path: Path, previous: Path | None, found: Found | None, today: date) -> None:
        self.new = Side(path)
        self.old = None if previous is None else Side(previous)
        self.found, self.today = found, today

    @property
    def wanted(self) -> Check:
        """``[check]`` of ``golive.toml``."""
        return Check() if self.found is None else self.found.project.check

    def place(self, written: str) -> Path:
        """Return a path of ``golive.toml``."""
        if self.found is None:
            raise InputError("there is no golive.toml")
        return self.found.place(written)


def passed(name: str, text: str, figure: float | None = None, limit: float | None = None, unit: str = "") -> Gate:
    """Return a gate that passed."""
    return Gate(name=name, state=GateState.passed, text=text, figure=figure, limit=limit, unit=unit)


def failed(
    name: str, text: str, figure: float | None = None, limit: float | None = None, unit: str = "", *, hint: str
) -> Gate:
    """Return a gate that failed."""
    return Gate(name=name, state=GateState.failed, text=text, figure=figure, limit=limit, unit=unit, hint=hint)


def skipped(name: str, why: str, figure: float | None = None, unit: str = "", *, hint: str) -> Gate:
    """Return a gate that was not asked; the figure is there where it could be measured all the same."""
    return Gate(name=name, state=GateState.skipped, text=why, figure=figure, unit=unit, hint=hint)
