"""Give every statement of the slice its role: load, clean, split, train, evaluate.

The roles make a package whose cleaning works on any rows, one too. Where a notebook does not fit, an `Obstacle` says
which statement stands in the way.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from golive.tidy.alike import Parts, alike
from golive.tidy.book import Obstacle
from golive.tidy.chains import spelled
from golive.tidy.chosen import chosen
from golive.tidy.columns import ALL, Columns, Lens, use
from golive.tidy.cuts import Cut, cut
from golive.tidy.encoders import coded, outcome_codes
from golive.tidy.frames import all_frames, all_rows, made_from, names_of
from golive.tidy.in_turn import in_turn
from golive.tidy.inlined import inlined
from golive.tidy.joined import loaded_or_joined
from golive.tidy.names import targets
from golive.tidy.neighbours import refuse_neighbours
from golive.tidy.paired import one_frame, paired
from golive.tidy.parting import parting
from golive.tidy.program import Unit, needed, synthetic
from golive.tidy.reading import refuse_learned, taken_apart
from golive.tidy.roles import Plan, Shared, Split
from golive.tidy.singly import singly
from golive.tidy.steps import early_steps, late_steps, makers, refuse_before
from golive.tidy.target import is_split
from golive.tidy.training import asked, judging, set_up, trained
from golive.tidy.unlabelled import with_known_outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from golive.tidy.facts import World
    from golive.tidy.target import Target


def slice_for(units: Sequence[Unit], world: World, target: Target) -> list[Unit]:
    """The statements that the reported numbers and their model need, in order."""
    last = max(units.index(report.unit) for report in target.reports)
    if target.folds:  # what was judged on folds may be fitted for good afterwards
        last = max(last, *(index for index, unit in enumerate(units) if target.model in unit.facts.touches))
    return needed(units[: last + 1], {target.model} | asked(world, target))[0]


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
    kept, target = in_turn(inlined(kept, world), world, target)
    shared, body = share([part for unit in kept for part in _constants_singly(unit, world)])
    body, target, first = _one_frame(body, target, world)
    found = _around_split(body, target, world)
    try:
        return _planned(shared, found, first, world, bold=bold)
    except Obstacle as exc:
        known = with_known_outcome(found, world)
        planned = _planned(shared, known, first, world, bold=bold) if known else None
        if planned is None or not planned.outcome_columns:
            raise exc from None
        return planned


def _planned(shared: Shared, found: Cut, first: Sequence[Unit], world: World, *, bold: bool) -> Plan:
    """Assign the roles around a split. ``first``: what the notebook did after it to both parts of a frame alike."""
    split = found.split
    both = alike(found.after, split.both, found.target, world)
    some = chosen(both.after, split, both.target, world)
    after, target, moved = some.after, some.target, [*first, *found.moved, *both.moved, *some.moved]
    before = [part for unit in found.before for part in taken_apart(_as_frame(unit, split, world), world)]
    before = [part for unit in before for part in spelled(unit, world, constants(shared))]
    codes = coded(before, [*split.units, *after], split.outcome, world)
    before = [*codes.units, *both.moved, *some.moved]
    load, raw, middle = loaded_or_joined(before, [*split.units, *after], split, world)
    lens = Lens(frames={raw}, world=world, constants=constants(shared))
    lens.frames = all_frames(middle, raw, lens)
    rows = all_rows(middle, lens.frames, lens)
    named = [unit for unit in middle if unit not in codes.coding]
    outcome, outcome_need = made_from(named, split.outcome, lens, skip=bold)
    known = outcome_need.get(raw, Columns())
    outcome_columns = frozenset() if known.but else known.names
    refuse_learned(outcome, rows, "to make the outcome")
    on_the_way = outcome_columns | _called_otherwise(outcome_columns, middle, lens) | _sets(outcome, lens)
    outcome += outcome_codes(codes, on_the_way, split.outcome, split.unit, world)
    whole, need = made_from(middle, split.features, lens, whole=ALL - outcome_columns if bold else ALL)
    cleaning, early = early_steps(whole, lens, later=moved)
    for unit in [*outcome, *cleaning]:
        refuse_neighbours(unit, rows)
    early_parting, cutting = parting(middle, split, rows, lens)
    split = replace(split, cutting=tuple(cutting))
    training = trained(after, target)
    late = late_steps(training, split, target.model, world)
    needs = set_up(training, middle, rows, split, shared.names, world)
    refuse_before(needs.whole, early, middle)
    return Plan(
        shared=shared,
        raw=raw,
        load=tuple(load),
        outcome=tuple(outcome),
        outcome_columns=outcome_columns,
        outcome_in_features=need.get(raw, Columns()).meets(outcome_columns),
        clean=tuple(cleaning),
        moved=frozenset(moved),
        skipped=_sets(middle, lens) - _sets(cleaning, lens) | _called_otherwise(outcome_columns, middle, lens),
        rows=frozenset(rows),
        split=split,
        parting=tuple(early_parting),
        steps=(*early, *late),
        make=(*makers(early, middle, rows), *needs.make),
        whole=needs.whole,
        takes=needs.takes,
        train=tuple(training),
        model=target.model,
        evaluate=tuple(judging(after, middle, rows, split, target, shared.names, [*early, *late], world)),
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


def _constants_singly(unit: Unit, world: World) -> list[Unit]:
    """``numbers, words = ["a"], ["b"]`` are two constants."""
    if not isinstance(unit.tree, ast.Assign):
        return [unit]
    parts = singly(unit, world)
    return parts if all(_value(part.tree) is not None for part in parts) else [unit]


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


def _one_frame(body: list[Unit], target: Target, world: World) -> tuple[list[Unit], Target, list[Unit]]:
    """What is done alike to both parts of one frame, said before it is split."""
    unit, call, names = one_frame(body)
    if unit is None or call is None or not isinstance(call.args[0], ast.Name):
        return body, target, []
    place = body.index(unit)
    found = alike(body[place + 1 :], [Parts(names[0], names[1], call.args[0].id)], target, world)
    return [*body[:place], *found.moved, unit, *found.after], found.target, found.moved


def _around_split(body: Sequence[Unit], target: Target, world: World) -> Cut:
    """One `train_test_split` of all that is split, or any other cut."""
    try:
        return _split(*paired(body, target, world), world)
    except Obstacle as exc:
        try:
            return cut(body, target, world)
        except Obstacle:
            if any(is_split(unit.tree) for unit in body):
                raise exc from None
            raise


def _split(body: Sequence[Unit], target: Target, world: World) -> Cut:
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
        units=(unit,),
    )
    return Cut(split=split, before=[*body[:place], *made], after=list(body[place + 1 :]), target=target)


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


def _called_otherwise(columns: Iterable[str], units: Iterable[Unit], lens: Lens) -> frozenset[str]:
    """Names that these columns are given later."""
    known = set(columns)
    for unit in units:
        known |= {new for new, old in use(unit, lens).renamed.items() if old in known}
    return frozenset(known) - frozenset(columns)
