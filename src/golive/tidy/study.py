"""Run a notebook and take it apart."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.errors import NotebookError
from golive.tidy.data import Gathered, gather
from golive.tidy.finals import candidates, cross_validated, find, places, said
from golive.tidy.leaks import everywhere
from golive.tidy.notebook import read
from golive.tidy.orders import Lived, lived
from golive.tidy.plan import slice_for
from golive.tidy.program import program, synthetic
from golive.tidy.returning import returning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from golive.records.tidied import Leak
    from golive.tidy.facts import World
    from golive.tidy.kernel import Run
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

    ``choose`` is asked where several models have metrics of their own and the notebook does not say which is final.

    Raises
    ------
    NotebookError
        It cannot be read, run or sliced; or several models may be final, and nobody can be asked.
    """
    gathered = gather(read(notebook), data)
    found = lived(gathered, timeout=timeout, say=say)
    units, world = program(found.cells, found.run.names, found.run.stars)
    world.classes = found.run.classes
    units = returning(units, world)
    wanted = wanted or _final(units, found.run, world, say, choose)
    target = find(units, found.run, world, wanted=wanted)
    units = _fitted(units, world, target.model, say)
    kept = slice_for(units, world, target)
    leaks = everywhere(kept, units, target)
    return Studied(gathered=gathered, lived=found, units=units, world=world, target=target, kept=kept, leaks=leaks)


def _final(
    units: Sequence[Unit],
    run: Run,
    world: World,
    say: Callable[[str], None],
    choose: Callable[[Sequence[str]], str] | None,
) -> str | None:
    """Which of several models is final: as the notebook says itself, or as somebody who is asked says."""
    several = candidates(units, run, world)
    if len(several) < 2:
        return None
    if found := said(units, run, world, several):
        model, why = found
        say(f"{len(several)} models have metrics of their own; final is `{model}`: {why}")
        return model
    if choose is not None:
        return choose(several)
    raise NotebookError(
        f"several models have metrics of their own, and nothing says which is final: "
        f"{', '.join(places(units, run, world, several))}",
        hint=f"name it: {', '.join(f'--target {name}' for name in several)}",
    )


def _fitted(units: list[Unit], world: World, model: str, say: Callable[[str], None]) -> list[Unit]:
    """A model that was fitted on folds only is fitted on all their rows at last."""
    judged = cross_validated(units, model)
    if judged is None or world.kinds.get(model) == "model":
        return units
    unit, call = judged
    code = f"{model}.fit({ast.unparse(call.args[1])}, {ast.unparse(call.args[2])})" if len(call.args) > 2 else ""
    if not code:
        return units
    say(f"`{model}` is fitted on folds only ({unit}); the package fits it on all rows: {code}")
    place = units.index(unit) + 1
    return [*units[:place], synthetic(code, unit, world), *units[place:]]
