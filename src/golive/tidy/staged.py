"""The other shape: the stages of the notebook as functions, each handing on what the next ones need.

It keeps every metric that the slice keeps, and asks nothing of the code; but its cleaning is not a function of any
rows, so it cannot be packed, and leaks in it cannot be taken out mechanically.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.errors import NotebookError
from golive.tidy.assemble import assembled
from golive.tidy.book import Obstacle
from golive.tidy.code import function, statements
from golive.tidy.frames import names_of
from golive.tidy.lift import lifting
from golive.tidy.names import names_in
from golive.tidy.plan import share
from golive.tidy.program import needed
from golive.tidy.reading import reads_data
from golive.tidy.rewrites import Paths, changed
from golive.tidy.shape import DOCS, OURS, Shaped, reported
from golive.tidy.target import is_split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import libcst as cst

    from golive.tidy.facts import World
    from golive.tidy.lift import Lifting
    from golive.tidy.program import Unit
    from golive.tidy.target import Target

_DATA = 'DATA = Path(__file__).resolve().parents[2] / "data"'
_REPORT = '''def report() -> dict[str, float]:
    """Return the metrics of the fitted model."""
    return evaluate(*run())'''
_STAGES = {"load": "load", "clean": "clean", "split": "split", "train": "fit"}
"""Module -> its function, in order."""


def stages(kept: Sequence[Unit], world: World, target: Target, package: str, files: Mapping[str, str]) -> Shaped:
    """Write the modules of the slice, stage by stage."""
    shared, body = share(kept)
    parts = _parts(body, world, target)
    try:
        lift = lifting(shared, body, world, target, ours=OURS, files=files)
    except Obstacle as exc:
        raise NotebookError(
            str(exc), hint="hand variables in as arguments, and `return` what the function makes"
        ) from exc
    asked = set().union(*(names_in(report.expression) for report in target.reports))
    asked = asked.union(*(lift.extras.get(name, ()) for name in asked)) - shared.names
    handed = _handed_on(parts, asked | {target.model}, shared.names)
    functions = {stage: [_stage(stage, parts, handed, lift)] for stage in _STAGES}
    functions["load"].insert(0, _DATA)
    functions["train"] += [_run(parts, handed), _fitted(handed["train"], target.model)]
    functions["evaluate"] = [_REPORT, _evaluate(parts["evaluate"], handed["train"], target, lift)]
    modules, homes = assembled(package, DOCS, functions, shared, lift, {})
    homes |= {unit.place: stage for stage, units in parts.items() for unit in units}
    return Shaped(modules=modules, learned=(), homes=homes)


def _stage(stage: str, parts: Mapping[str, list[Unit]], handed: Mapping[str, tuple[str, ...]], lift: Lifting) -> str:
    units = parts[stage]
    taken, new = _taken(stage, parts, handed), _new(stage, parts, handed)
    body = _code(units, lift)
    body += statements(f"return {', '.join(new)}") if new else []
    return function(_STAGES[stage], ", ".join(taken), "", DOCS[stage], body)


def _evaluate(units: Sequence[Unit], given: tuple[str, ...], target: Target, lift: Lifting) -> str:
    body = [*_code(units, lift), *reported(target.reports, lift.calls)]
    return function("evaluate", ", ".join(given), "dict[str, float]", "Return the metrics of the notebook.", body)


def _code(units: Sequence[Unit], lift: Lifting) -> list[cst.BaseStatement]:
    return [code for unit in units for code in changed(lift.call(unit.code), Paths(lift.files, "DATA"))]


def _parts(body: Sequence[Unit], world: World, target: Target) -> dict[str, list[Unit]]:
    """Cut the statements, as they were run, into stages."""
    reading = max((index for index, unit in enumerate(body) if reads_data(unit, world)), default=-1) + 1
    fitted = max((index for index, unit in enumerate(body) if target.model in unit.facts.touches), default=-1) + 1
    splits = [index for index, unit in enumerate(body) if is_split(unit.tree) and reading <= index < fitted]
    begun = next(index for index, unit in enumerate(body) if target.model in unit.facts.touches)
    split = splits[-1] if splits else max(reading, min(begun, fitted))
    after = split + 1 if splits else split
    reading = min(reading, split)
    return {
        "load": list(body[:reading]),
        "clean": list(body[reading:split]),
        "split": list(body[split:after]),
        "train": list(body[after : max(fitted, after)]),
        "evaluate": list(body[max(fitted, after) :]),
    }


def _handed_on(parts: Mapping[str, list[Unit]], asked: set[str], everywhere: set[str]) -> dict[str, tuple[str, ...]]:
    """What must be there after each stage, for the ones that follow."""
    names = list(parts)
    found: dict[str, tuple[str, ...]] = {}
    for index, stage in enumerate(names):
        later = [unit for name in names[index + 1 :] for unit in parts[name]]
        made = names_of([unit for name in names[: index + 1] for unit in parts[name]])
        open_names = needed(later, names_of(later) | asked)[1]
        found[stage] = tuple(sorted((open_names & made) - everywhere))
    return found


def _taken(stage: str, parts: Mapping[str, list[Unit]], handed: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What a stage gets: of what was handed on to it, what it reads."""
    before = list(parts)[: list(parts).index(stage)]
    reads = set().union(*(unit.facts.reads for unit in parts[stage]))
    return [name for name in (handed[before[-1]] if before else ()) if name in reads]


def _new(stage: str, parts: Mapping[str, list[Unit]], handed: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What a stage makes or alters of what must be there after it."""
    made = names_of(parts[stage])
    return [name for name in handed[stage] if name in made]


def _run(parts: Mapping[str, list[Unit]], handed: Mapping[str, tuple[str, ...]]) -> str:
    """One function that walks the stages and returns what judging needs."""
    lines = []
    for stage, name in _STAGES.items():
        call = f"{name}({', '.join(map(_safe, _taken(stage, parts, handed)))})"
        new = ", ".join(map(_safe, _new(stage, parts, handed)))
        lines.append(f"{new} = {call}" if new else call)
    returned = f"return {', '.join(map(_safe, handed['train']))}"
    returned = f"{returned}," if len(handed["train"]) == 1 else returned
    return function("run", "", "", "Walk the stages up to the fitted model.", statements("\n".join([*lines, returned])))


def _fitted(handed: tuple[str, ...], model: str) -> str:
    body = statements(f"return run()[{handed.index(model)}]")
    return function("fitted", "", "", "Return the fitted model.", body)


def _safe(name: str) -> str:
    """A variable of the notebook beside the functions of the package."""
    return f"{name}_" if name in OURS else name
