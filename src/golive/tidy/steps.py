"""Take fitted transformers out of the flow: they become steps between the cleaning and the model."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.book import Obstacle
from golive.tidy.columns import ALL, Columns, Lens, use
from golive.tidy.fitters import Fitting, fits, fitted_inline, fitting
from golive.tidy.program import Unit, needed, synthetic
from golive.tidy.roles import Split, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from golive.tidy.facts import World


def early_steps(cleaning: Sequence[Unit], lens: Lens, *, later: Collection[Unit] = ()) -> tuple[list[Unit], list[Step]]:
    """Return the cleaning without what was fitted before the split, and that as steps.

    ``later`` are statements of the cleaning that were run after the split: they stay what they are.

    Raises
    ------
    Obstacle
        Something is computed from what a step gives, so it cannot move behind the cleaning.
    """
    fittings = {unit: found for unit in cleaning if unit not in later and (found := fitting(unit, lens))}
    makers = {found.estimator for found in fittings.values() if found.estimator}
    kept: list[Unit] = []
    steps: list[Step] = []
    for index, unit in enumerate(cleaning):
        found = fittings.get(unit)
        if found is not None:
            _refuse_use_of_result(found, cleaning[index + 1 :], fittings, lens)
            steps += [Step(fitting=found, before_split=True)] if found.how != "transform" else []
            if found.target and found.target != found.source:
                kept.append(synthetic(f"{found.target} = {found.source}", unit, lens.world))
        elif unit not in later and fits(unit.tree):
            raise Obstacle(f"{unit}: this fit cannot be moved behind the split")
        elif not unit.facts.binds & makers:  # the maker of a step goes where the model is trained
            kept.append(unit)
    return kept, steps


def refuse_before(units: Sequence[Unit], steps: Sequence[Step], middle: Sequence[Unit]) -> None:
    """Raise where something reads all rows before a step was fitted to them: the training has them after it."""
    fitted = {step.fitting.unit.place for step in steps}
    last = max((index for index, unit in enumerate(middle) if unit.place in fitted), default=-1)
    for unit in units:
        if unit.place in {other.place for other in middle[: last + 1]}:
            raise Obstacle(f"{unit}: reads all rows before the last step is fitted to them")


def makers(steps: Sequence[Step], middle: Sequence[Unit], rows: set[str]) -> list[Unit]:
    """The statements that make the transformers fitted before the split."""
    names = {step.fitting.estimator for step in steps if step.fitting.estimator}
    return from_before(names, [unit for unit in middle if not fits(unit.tree)], rows, "make a transformer")


def from_before(names: set[str], middle: Sequence[Unit], rows: set[str], what: str) -> list[Unit]:
    """Statements from before the split that set something up, without any rows."""
    found, _ = needed(middle, names)
    for unit in found:
        if (unit.facts.reads | unit.facts.touches) & rows:
            raise Obstacle(f"{unit}: rows from before the split are used to {what}")
    return found


def late_steps(units: Sequence[Unit], split: Split, model: str, world: World) -> list[Step]:
    """Transformers fitted on the training part, in the order the rows go through them to the model."""
    models = {model, *(name for name, kind in world.kinds.items() if kind == "model")}
    steps: list[Step] = []
    forms = [split.train]
    for unit in units:
        lens = Lens(frames=set(forms), world=world)
        found = fitting(unit, lens)
        if found is not None and found.estimator not in models:
            steps += [Step(fitting=found, before_split=False)] if found.how != "transform" else []
            forms += [found.target] if found.target else []
        else:
            steps += [
                Step(fitting=inline, before_split=False)
                for inline in fitted_inline(unit, lens)
                if inline.estimator not in models
            ]
    _refuse_other_form(units, forms, model)
    for step in steps:
        if step.fitting.how == "fit_transform" and not step.fitting.estimator:
            raise Obstacle(f"{step.fitting.unit}: the transformer has no name to be used again")
    return steps


def _refuse_other_form(units: Sequence[Unit], forms: Sequence[str], model: str) -> None:
    for call in [call for unit in units for call in fits(unit.tree)]:
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        given = call.args[0] if call.args else None
        if not (isinstance(owner, ast.Name) and owner.id == model and isinstance(given, ast.Name)):
            continue
        if given.id in forms and given.id != forms[-1]:
            raise Obstacle(f"`{model}` is fitted on `{given.id}`, not on the last form of the training rows")


def _refuse_use_of_result(found: Fitting, later: Sequence[Unit], known: Mapping[Unit, Fitting], lens: Lens) -> None:
    """What a step gives may be handed on, but nothing may be computed from it: the step comes after the cleaning."""
    if found.columns is not None and found.names is None:
        raise Obstacle(f"{found.unit}: which columns are fitted is not known")
    if isinstance(found.columns, ast.Constant):
        raise Obstacle(f"{found.unit}: a fit on a single series is not a step of a pipeline")
    touched = Columns(found.names) if found.names is not None else ALL
    for unit in later:
        used = use(unit, lens)
        handed_on = bool(used.source or used.sets)
        if unit in known or (not handed_on and not unit.facts.reads & lens.frames):
            continue
        if not handed_on or touched.meets(used.sets) or any(touched.overlaps(names) for names in used.reads.values()):
            raise Obstacle(f"{unit}: works with what {found.unit} fitted before the split")
