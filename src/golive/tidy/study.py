"""Run a notebook and take it apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.tidy.data import Gathered, gather
from golive.tidy.leaks import everywhere
from golive.tidy.notebook import read
from golive.tidy.orders import Lived, lived
from golive.tidy.plan import slice_for
from golive.tidy.program import program
from golive.tidy.returning import returning
from golive.tidy.target import candidates, find

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from golive.records.tidied import Leak
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
    leaks: list[Leak]
    """What was learned from rows that judge."""


def study(
    notebook: Path,
    *,
    wanted: str | None,
    data: Path | None,
    timeout: float,
    say: Callable[[str], None],
    choose: Callable[[Sequence[str]], str] | None = None,
) -> Studied:
    """Read a notebook, run it in the order it was lived, and slice it.

    ``choose`` is asked where several models have metrics of their own; without it the last is taken, and that is said.
    """
    gathered = gather(read(notebook), data)
    found = lived(gathered, timeout=timeout, say=say)
    units, world = program(found.cells, found.run.names, found.run.stars)
    units = returning(units, world)
    several = [] if wanted else candidates(units, found.run)
    if len(several) > 1 and choose is not None:
        wanted = choose(several)
    elif len(several) > 1:
        others = ", ".join(f"--target {name}" for name in several[:-1])
        say(f"{len(several)} models have metrics of their own; taken is `{several[-1]}`, reported last; else: {others}")
    target = find(units, found.run, world, wanted=wanted)
    kept = slice_for(units, world, target)
    leaks = everywhere(kept, units, target)
    return Studied(gathered=gathered, lived=found, units=units, world=world, target=target, kept=kept, leaks=leaks)
