"""Give every statement of the slice its role: load, clean, split, train, evaluate.

The roles make a package whose cleaning works on any rows, one too. Where a notebook does not fit, an `Obstacle` says
which statement stands in the way.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.columns import ALL, Columns, Lens, use
from golive.tidy.frames import all_frames, all_rows, made_from, names_of
from golive.tidy.learned import Obstacle, refuse_neighbours
from golive.tidy.names import names_in, targets
from golive.tidy.paired import paired
from golive.tidy.program import Unit, needed, synthetic, with_code
from golive.tidy.reading import loaded, refuse_learned, taken_apart
from golive.tidy.rewrites import Replaced, changed
from golive.tidy.roles import Plan, Shared, Split, Step
from golive.tidy.steps import early_steps, from_before, late_steps, makers
from golive.tidy.target import is_split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from golive.tidy.facts import World
    from golive.tidy.target import Target


def slice_for(units: Sequence[Unit], world: World, target: Target) -> list[Unit]:
    """The statements that the reported numbers and their model need, in order."""
    last = max(units.index(report.unit) for report in target.reports)
    return needed(units[: last + 1], {target.model} | _asked(world, target))[0]


def plan(kept: Sequence[Unit], world: World, target: Target, *, bold: bool) -> Plan:
    """Assign the roles.

    Parameters
    ----------
    bold
        Follow columns through what is done to whole frames, see `made_from`; the result must be compared.

    Raises
    ------
    Obstacle
        With the statement that does not fit.
    """
    shared, body = share(kept)
    body, target = paired(body, target, world)
    split, before, after = _split(body, world)
    before = [part for unit in before for part in taken_apart(unit, world)]
    load, raw, middle = loaded(before, [split.unit, *after], world)
    lens = Lens(frames={raw}, world=world, constants=constants(shared))
    lens.frames = all_frames(middle, raw, lens)
    rows = all_rows(middle, lens.frames, lens)
    outcome, outcome_need = made_from(middle, split.outcome, lens, skip=bold)
    known = outcome_need.get(raw, Columns())
    outcome_columns = frozenset() if known.but else known.names
    refuse_learned(outcome, rows, "to make the outcome")
    whole, need = made_from(middle, split.features, lens, whole=ALL - outcome_columns if bold else ALL)
    cleaning, early = early_steps(whole, lens)
    for unit in [*outcome, *cleaning]:
        refuse_neighbours(unit, rows)
    trained = _trained(after, target)
    late = late_steps(trained, split, target.model, world)
    return Plan(
        shared=shared,
        raw=raw,
        load=tuple(load),
        outcome=tuple(outcome),
        outcome_columns=outcome_columns,
        outcome_in_features=need.get(raw, Columns()).meets(outcome_columns),
        clean=tuple(cleaning),
        skipped=_sets(middle, lens) - _sets(cleaning, lens),
        rows=frozenset(rows),
        split=split,
        steps=(*early, *late),
        make=(*makers(early, middle, rows), *_set_up(trained, middle, rows, split, shared, world)),
        train=tuple(trained),
        model=target.model,
        evaluate=tuple(_evaluate(after, middle, rows, split, target, shared, [*early, *late], world)),
        reports=target.reports,
    )


def share(kept: Sequence[Unit]) -> tuple[Shared, list[Unit]]:
    """Take imports, definitions and constants out of the flow."""
    imports = [unit for unit in kept if isinstance(unit.tree, (ast.Import, ast.ImportFrom))]
    functions = [unit for unit in kept if isinstance(unit.tree, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
    times: dict[str, int] = {}
    for unit in kept:
        for name in unit.facts.touches:
            times[name] = times.get(name, 0) + 1
    fixed = [unit for unit in kept if _is_constant(unit, times)]
    taken = {*imports, *functions, *fixed}
    shared = Shared(imports=tuple(imports), functions=tuple(functions), constants=tuple(fixed))
    return shared, [unit for unit in kept if unit not in taken]


def constants(shared: Shared) -> dict[str, object]:
    """Name -> value of the constants."""
    return {name: _value(unit.tree) for unit in shared.constants for name in unit.facts.binds}


def _asked(world: World, target: Target) -> set[str]:
    """Names that the reported expressions read, through the notebook's own functions too."""
    names = set().union(*(names_in(report.expression) for report in target.reports))
    waiting = sorted(names & world.functions.keys())
    while waiting:
        free = world.functions[waiting.pop()].free
        waiting += sorted((free - names) & world.functions.keys())
        names |= free
    return names


def _is_constant(unit: Unit, times: Mapping[str, int]) -> bool:
    tree = unit.tree
    if not isinstance(tree, ast.Assign) or len(tree.targets) != 1 or not isinstance(tree.targets[0], ast.Name):
        return False
    value = _value(tree)
    # A path is not a constant: it belongs to where the data is read.
    return value is not None and times[tree.targets[0].id] == 1 and not (isinstance(value, str) and "." in value)


def _value(tree: ast.stmt) -> object:
    assert isinstance(tree, ast.Assign)
    try:
        return ast.literal_eval(tree.value)
    except ValueError:
        return None


def _split(body: Sequence[Unit], world: World) -> tuple[Split, list[Unit], list[Unit]]:
    found = [unit for unit in body if is_split(unit.tree)]
    if len(found) != 1:
        raise Obstacle(f"{len(found)} calls of `train_test_split` lead to the metric, not one")
    unit = found[0]
    call = unit.tree.value if isinstance(unit.tree, ast.Assign) else None
    names = [target.id for target in targets(unit.tree) if isinstance(target, ast.Name)]
    if not isinstance(call, ast.Call) or len(call.args) != 2 or len(names) != 4:
        raise Obstacle(f"{unit}: the split does not read `a, b, c, d = train_test_split(X, y, ...)`")
    place, made = body.index(unit), list[Unit]()
    taken = names_of(body)
    features, outcome = (
        _named(part, name, unit, taken, made, world) for part, name in zip(call.args, ("X", "y"), strict=True)
    )
    train, holdout, train_outcome, holdout_outcome = names
    split = Split(
        unit=unit,
        call=call,
        features=features,
        outcome=outcome,
        train=train,
        holdout=holdout,
        train_outcome=train_outcome,
        holdout_outcome=holdout_outcome,
    )
    before = [_as_frame(unit, split, world) for unit in body[:place]]
    return split, [*before, *made], list(body[place + 1 :])


def _named(part: ast.expr, name: str, unit: Unit, taken: set[str], made: list[Unit], world: World) -> str:
    """The variable that is split; an expression gets one."""
    bare = _without_values(part)
    if isinstance(bare, ast.Name):
        return bare.id
    while name in taken:
        name += "_"
    made.append(synthetic(f"{name} = {ast.unparse(_without_values(part))}", unit, world))
    return name


def _as_frame(unit: Unit, split: Split, world: World) -> Unit:
    """``X = df[names].values`` keeps its names: the model gets the same numbers."""
    tree = unit.tree
    if not isinstance(tree, ast.Assign) or not unit.facts.binds <= {split.features, split.outcome}:
        return unit
    value = _without_values(tree.value)
    if value is tree.value or len(tree.targets) != 1:
        return unit
    return synthetic(f"{ast.unparse(tree.targets[0])} = {ast.unparse(value)}", unit, world)


def _without_values(value: ast.expr) -> ast.expr:
    if isinstance(value, ast.Attribute) and value.attr == "values":
        return value.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "to_numpy":
        return value.func.value
    return value


def _sets(units: Iterable[Unit], lens: Lens) -> frozenset[str]:
    return frozenset(name for unit in units for name in use(unit, lens).sets)


def _trained(after: Sequence[Unit], target: Target) -> list[Unit]:
    """The statements after the split that make the model."""
    last = max((index for index, unit in enumerate(after) if target.model in unit.facts.touches), default=-1)
    for unit in after[: last + 1]:
        if target.model in unit.facts.touches and any(unit is report.unit for report in target.reports):
            raise Obstacle(f"{unit}: fits and judges in one statement")
    return needed(after[: last + 1], {target.model})[0]


def _set_up(
    trained: Sequence[Unit], middle: Sequence[Unit], rows: set[str], split: Split, shared: Shared, world: World
) -> list[Unit]:
    """What the training needs from before the split, such as an estimator that was made early."""
    _, open_names = needed(trained, names_of(trained))
    aside = open_names & {split.holdout, split.holdout_outcome}
    if aside:
        raise Obstacle(f"`{sorted(aside)[0]}`, kept aside to judge, is used to train")
    names = open_names - {split.train, split.train_outcome} - shared.names
    return from_before(names, [_of_training(unit, split, world) for unit in middle], rows, "train")


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


def _evaluate(
    after: Sequence[Unit],
    middle: Sequence[Unit],
    rows: set[str],
    split: Split,
    target: Target,
    shared: Shared,
    steps: Sequence[Step],
    world: World,
) -> list[Unit]:
    """The statements from the fitted model to the numbers."""
    inside = {step.fitting.estimator for step in steps} | {target.model}
    open_names = _asked(world, target) - inside
    kept: list[Unit] = []
    for unit in reversed(after):
        if not unit.facts.touches & open_names:
            continue
        if target.model in unit.facts.touches:
            raise Obstacle(f"{unit}: fits and judges in one statement")
        open_names = (open_names - unit.facts.binds) | (unit.facts.reads - inside)
        kept.append(unit)
    given = {split.train, split.holdout, split.train_outcome, split.holdout_outcome}
    # The model stays as it was when the numbers were reported: nothing may be asked of it earlier.
    first = next((index for index, unit in enumerate(after) if unit in kept and target.model in unit.facts.reads), None)
    last = max((index for index, unit in enumerate(after) if target.model in unit.facts.touches), default=-1)
    if first is not None and first < last:
        raise Obstacle(f"{after[first]}: uses `{target.model}` before it is fitted for the last time")
    return [*from_before(open_names - given - shared.names, middle, rows, "judge"), *kept[::-1]]
