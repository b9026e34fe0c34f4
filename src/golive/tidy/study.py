"""Run a notebook and take it apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.tidy.data import Gathered, gather
from golive.tidy.notebook import read
from golive.tidy.orders import Lived, lived
from golive.tidy.plan import slice_for
from golive.tidy.program import program
from golive.tidy.target import find

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from golive.tidy.facts import World
    from golive.tidy.program import Unit
    from golive.tidy.target import Target


@dataclass(frozen=True, kw_only=True)
class Studied:
    """What is known of a notebook before anything is written."""

    gathered: Gathered
    lived: Lived
    units: list[Unit]
    """All statements in the order they were run."""
    world: World
    target: Target
    kept: list[Unit]
    """Those that the model and its metrics need."""


def study(
    notebook: Path, *, wanted: str | None, data: Path | None, timeout: float, say: Callable[[str], None]
) -> Studied:
    """Read a notebook, run it in the order it was lived, and slice it."""
    gathered = gather(read(notebook), data)
    found = lived(gathered, timeout=timeout, say=say)
    units, world = program(found.cells, found.run.names, found.run.stars)
    target = find(units, found.run, world, wanted=wanted)
    kept = slice_for(units, world, target)
    return Studied(gathered=gathered, lived=found, units=units, world=world, target=target, kept=kept)
