"""What is done after the split: the statements that train the model, the rows they read, and those that judge it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.tidy.book import Obstacle
from golive.tidy.frames import names_of
from golive.tidy.names import names_in
from golive.tidy.program import needed, with_code
from golive.tidy.rewrites import Replaced, changed
from golive.tidy.rounds import is_asked_later
from golive.tidy.steps import from_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.tidy.facts import World
    from golive.tidy.program import Unit
    from golive.tidy.roles import Split, Step
    from golive.tidy.target import Target


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """What the training needs from outside of its own statements."""

    make: tuple[Unit, ...] = ()
    """Statements from before the split that read no rows."""
    whole: tuple[Unit, ...] = ()
    """Statements from before the split that read all cleaned rows, such as a search over settings."""
    takes: tuple[str, ...] = ()
    """The variables of the split that are read, those to learn from first."""


def asked(world: World, target: Target) -> set[str]:
    """Names that the reported expressions read, through the notebook's own functions too."""
    names = set().union(*(names_in(report.expression) for report in target.reports))
    waiting = sorted(names & world.functions.keys())
    while waiting:
        free = world.functions[waiting.pop()].free
        waiting += sorted((free - names) & world.functions.keys())
        names |= free
    return names


def trained(after: Sequence[Unit], target: Target) -> list[Unit]:
    """The statements after the split that make the model."""
    last = max((index for index, unit in enumerate(after) if target.model in unit.facts.touches), default=-1)
    for unit in after[: last + 1]:
        here = [report for report in target.reports if report.unit is unit]
        if target.model in unit.facts.touches and not all(is_asked_later(one) for one in here):
            raise Obstacle(f"{unit}: fits and judges in one statement")
    return needed(after[: last + 1], {target.model})[0]


def set_up(
    training: Sequence[Unit],
    middle: Sequence[Unit],
    rows: set[str],
    split: Split,
    everywhere: set[str],
    world: World,
) -> SetUp:
    """What the training needs from before the split, such as an estimator that was made early.

    Rows that were kept aside and rows from before the split may be read: the notebook did, and what it leaks is told.
    They are handed in, in the form that they have at the split.
    """
    _, open_names = needed(training, names_of(training))
    whole = {split.features, split.outcome}
    found, read = _back([_of_training(unit, split, world) for unit in middle], open_names - {*split.parts}, whole)
    early = [unit for unit in found if (unit.facts.reads | unit.facts.touches) & rows]
    for unit in early:
        _refuse_other_rows(unit, middle, rows, whole)
    taken = (open_names & {*split.parts, *whole}) | read
    order = (*split.parts, split.features, split.outcome)
    needs = {split.train, split.train_outcome}
    return SetUp(
        make=tuple(unit for unit in found if unit not in early),
        whole=tuple(early),
        takes=tuple(name for name in order if name in taken - everywhere or name in needs),
    )


def _back(middle: Sequence[Unit], names: set[str], whole: set[str]) -> tuple[list[Unit], set[str]]:
    """Slice backward, no further than the rows that were split; and which of these are read."""
    open_names, read = names - whole, set[str]()
    kept: list[Unit] = []
    for unit in reversed(middle):
        if unit.facts.touches & open_names:
            open_names = open_names - unit.facts.binds | (unit.facts.reads - whole)
            read |= unit.facts.reads & whole
            kept.append(unit)
    return kept[::-1], read


def _refuse_other_rows(unit: Unit, middle: Sequence[Unit], rows: set[str], whole: set[str]) -> None:
    """All rows may be read as they were split, not as they were on the way there."""
    place = next(index for index, one in enumerate(middle) if one.place == unit.place and one.text == unit.text)
    changed_later = any(later.facts.touches & whole for later in middle[place + 1 :])
    if changed_later or unit.facts.touches & rows or unit.facts.reads & (rows - whole):
        raise Obstacle(f"{unit}: rows from before the split are used to train")


def _of_training(unit: Unit, split: Split, world: World) -> Unit:
    """``X.select_dtypes("number").columns`` before the split says the same of the training part."""
    tree = unit.tree
    if not isinstance(tree, ast.Assign) or split.features in unit.facts.touches:
        return unit
    parents = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == split.features]
    if not uses or any(parents.get(id(node)) not in ("columns", "select_dtypes", "dtypes") for node in uses):
        return unit
    (code,) = changed(unit.code, Replaced({split.features: split.train}))
    return with_code(unit, code, world)


def judging(
    after: Sequence[Unit],
    middle: Sequence[Unit],
    rows: set[str],
    split: Split,
    target: Target,
    everywhere: set[str],
    steps: Iterable[Step],
    world: World,
) -> list[Unit]:
    """The statements from the fitted model to the numbers."""
    inside = {step.fitting.estimator for step in steps} | {target.model}
    open_names = asked(world, target) - inside
    kept: list[Unit] = []
    for unit in reversed(after):
        if not unit.facts.touches & open_names:
            continue
        if target.model in unit.facts.touches:
            raise Obstacle(f"{unit}: fits and judges in one statement")
        open_names = (open_names - unit.facts.binds) | (unit.facts.reads - inside)
        kept.append(unit)
    # The model stays as it was when the numbers were reported: nothing may be asked of it earlier.
    first = next((index for index, unit in enumerate(after) if unit in kept and target.model in unit.facts.reads), None)
    last = max((index for index, unit in enumerate(after) if target.model in unit.facts.touches), default=-1)
    if first is not None and first < last:
        raise Obstacle(f"{after[first]}: uses `{target.model}` before it is fitted for the last time")
    return [*from_before(open_names - {*split.parts} - everywhere, middle, rows, "judge"), *kept[::-1]]
