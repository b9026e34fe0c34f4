"""Splits of any kind: what makes a part to learn from and a part to judge by, said of raw rows.

Masks, positions, samples, lists of row numbers and several splits one after the other all take rows by what stands in
a few statements. Said of the raw rows, these are the package's `split`; what the parts are made of is its `clean`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.alike import Parts, alike
from golive.tidy.book import Obstacle
from golive.tidy.files import of_two_files
from golive.tidy.fitters import fits
from golive.tidy.frames import names_of
from golive.tidy.names import names_in, targets
from golive.tidy.paired import Apart, apart, new_name
from golive.tidy.program import Unit, needed, synthetic
from golive.tidy.rewrites import Replaced, changed
from golive.tidy.roles import Split
from golive.tidy.selections import Selection, selections
from golive.tidy.singly import singly
from golive.tidy.training import asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.tidy.facts import World
    from golive.tidy.target import Target


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A notebook around its split."""

    split: Split
    before: list[Unit]
    after: list[Unit]
    target: Target
    moved: list[Unit] = field(default_factory=list)
    """Of ``before``, what the notebook did after the split to both parts alike."""


def cut(body: Sequence[Unit], target: Target, world: World) -> Cut:
    """Find the split of a notebook.

    Raises
    ------
    Obstacle
        The rows that judge are not taken from the same ones as those to learn from, or it is not seen how.
    """
    body = [part for unit in body for part in _flat(unit, world)]
    known = {one.name: one for unit in body for one in selections(unit, world) if one.name != one.base}
    try:
        train, holdout = _sides(body, known, target, world)
    except Obstacle:
        body, known, (train, holdout) = of_two_files(
            body, lambda units, files: _sides(units, files, target, world), world
        )
    units = {one.unit for name in [*train, *holdout] for one in _path(name, known)}
    before, after = _around(body, units)
    ordered = [unit for unit in body if unit in units]
    taken, moved = names_of(body), list[Unit]()
    if len(train) == len(holdout) == 1:
        sides = train[0], holdout[0]
        both = alike(after, [Parts(*sides, _chain(sides, known, ordered)[1])], target, world)
        after, target, moved = both.after, both.target, both.moved
        parts = apart(after, target, sides, ordered[-1], taken, world)
    else:
        parts = _taken_apart_already(train, holdout, known, body, after, target, world)
        sides = parts.names[0], parts.names[1]
    setting = _setting(parts)
    before += setting
    after = [unit for unit in parts.after if unit not in setting]
    chain, root = _chain(sides, known, ordered)
    rows = new_name("rows", taken)
    features, outcome, whole = _whole(parts, root, known, ordered[-1], taken, world)
    split = Split(
        unit=ordered[-1],
        call=None,
        features=features,
        outcome=outcome,
        train=parts.names[0],
        holdout=parts.names[1],
        train_outcome=parts.names[2],
        holdout_outcome=parts.names[3],
        cutting=tuple(_said(chain, rows, world)),
        rows=rows,
        sides=sides,
        units=tuple(ordered),
    )
    return Cut(split=split, before=[*before, *moved, *whole], after=after, target=parts.target, moved=moved)


def _setting(parts: Apart) -> list[Unit]:
    """What features and outcome are said with, such as names of columns, and that was made after the split."""
    names = names_in(ast.parse(f"{parts.features}, {parts.outcome}".replace("{}", "_")))
    found = needed(parts.after, names)[0]
    made = {*parts.names, *names_of(unit for unit in parts.after if unit.facts.reads & {*parts.names})}
    return found if not any((unit.facts.reads | unit.facts.touches) & made for unit in found) else []


def _taken_apart_already(
    train: Sequence[str],
    holdout: Sequence[str],
    known: Mapping[str, Selection],
    body: Sequence[Unit],
    after: list[Unit],
    target: Target,
    world: World,
) -> Apart:
    """Features and outcome that were cut alike: ``X[mask], y[mask]``."""
    keys = {name: (_path(name, known)[-1].base, _columns(_path(name, known))) for name in [*train, *holdout]}
    unit = known[train[0]].unit
    if len(train) != 2 or sorted(keys[name] for name in train) != sorted(keys[name] for name in holdout):
        raise Obstacle(f"{unit}: the rows that train and those that judge are not cut alike")
    outcome = _which_is_outcome(train, body, world)
    if not outcome:
        raise Obstacle(f"{unit}: it is not seen which part is the outcome")
    features = next(name for name in train if name != outcome)
    pair = {keys[name]: name for name in holdout}
    names = (features, pair[keys[features]], outcome, pair[keys[outcome]])
    return Apart(features=keys[features][1], outcome=keys[outcome][1], names=names, after=after, target=target)


def _which_is_outcome(names: Sequence[str], body: Sequence[Unit], world: World) -> str:
    kinds = {name: world.kinds.get(name) for name in names}
    for kind, picked in (("series", True), ("frame", False)):
        found = [name for name in names if (kinds[name] == kind) == picked]
        if len(found) == 1 and list(kinds.values()).count(kind) == 1:
            return found[0]
    for call in [call for unit in body for call in fits(unit.tree)]:
        told = sorted(names_in(call.args[1]) & set(names)) if len(call.args) > 1 else []
        if len(told) == 1:
            return told[0]
    return ""


def _whole(
    parts: Apart, root: str, known: Mapping[str, Selection], near: Unit, taken: set[str], world: World
) -> tuple[str, str, list[Unit]]:
    """Variables of features and outcome of all rows, and the statements that make those that the notebook lacks."""
    roots = (root, _path(parts.names[2], known)[-1].base if parts.names[2] in known else root)
    names, made = list[str](), list[Unit]()
    for code, base, name in zip((parts.features, parts.outcome), roots, ("X", "y"), strict=True):
        if code == "{}":
            names.append(base)
            continue
        names.append(new_name(name, taken))
        made.append(synthetic(f"{names[-1]} = {code.replace('{}', base)}", near, world))
    return names[0], names[1], made


def _chain(
    sides: Sequence[str], known: Mapping[str, Selection], ordered: Sequence[Unit]
) -> tuple[list[Selection], str]:
    """All that both parts are cut with, in order, and the variable whose rows are cut."""
    paths = [_path(name, known) for name in sides]
    roots = sorted({path[-1].base for path in paths})
    if len(roots) > 1:
        raise Obstacle(f"{ordered[-1]}: the parts are cut from `{roots[0]}` and from `{roots[1]}`")
    chain = {one.name: one for path in paths for one in path}
    return sorted(chain.values(), key=lambda one: ordered.index(one.unit)), roots[0]


def _said(chain: Sequence[Selection], rows: str, world: World) -> list[Unit]:
    """The cut, said of raw rows; what it asks of the outcome of a part is asked of that part."""
    made, said = {one.name for one in chain}, dict[Unit, str]()
    outcomes: dict[str, str] = {}
    for one in chain:
        base = one.base if one.base in made else rows
        code = f"{one.name} = {one.rows.replace('{}', base)}"
        if one.pair[0]:
            code = f"{', '.join(one.pair)} = train_test_split({base}, {one.keywords})"
            parts = [target.id for target in targets(one.unit.tree) if isinstance(target, ast.Name)]
            outcomes |= {
                name: f"outcome({one.pair[place % 2]})" for place, name in enumerate(parts) if name not in one.pair
            }
        said[one.unit] = code
    codes = [(unit, changed(cst.parse_statement(code), Replaced(outcomes))[0]) for unit, code in said.items()]
    return [synthetic(cst.Module(body=[]).code_for_node(code), unit, world) for unit, code in codes]


def _flat(unit: Unit, world: World) -> list[Unit]:
    """Statements of their own, see `singly`; a loop over lists of row numbers is what it does last."""
    if isinstance(unit.tree, ast.For) and isinstance(unit.tree.iter, ast.Call) and not unit.tree.orelse:
        return _once(unit, unit.tree, world)
    return singly(unit, world)


def _once(unit: Unit, tree: ast.For, world: World) -> list[Unit]:
    """``for a, b in splitter.split(X, y): X1, X2 = X.iloc[a], X.iloc[b]``: the last pair is the one that stays."""
    call = tree.iter
    assert isinstance(call, ast.Call)
    plain = all(isinstance(one, ast.Assign) and not _calls_fit(one) for one in tree.body)
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "split" or not plain:
        return [unit]
    first = synthetic(f"{ast.unparse(tree.target)} = list({ast.unparse(call)})[-1]", unit, world)
    rest = [synthetic(ast.unparse(one), unit, world) for one in tree.body]
    return [first, *(part for one in rest for part in singly(one, world))]


def _calls_fit(tree: ast.stmt) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr.startswith(("fit", "predict")) for node in ast.walk(tree))


def _sides(
    body: Sequence[Unit], known: Mapping[str, Selection], target: Target, world: World
) -> tuple[list[str], list[str]]:
    """The parts that the model learns from, and those that only judge it."""
    last = max((index for index, unit in enumerate(body) if target.model in unit.facts.touches), default=-1)
    train = _reached(body[: last + 1], {target.model}, known)
    judging = _reached(body, asked(world, target) - {target.model}, known, stop=target.model)
    holdout = [name for name in judging if name not in train]
    if not train or not holdout:
        raise Obstacle("no split is found between the rows that train and those that judge")
    return train, holdout


def _reached(units: Sequence[Unit], names: set[str], known: Mapping[str, Selection], stop: str = "") -> list[str]:
    """The parts that some variables are made from, looking no further back than these."""
    open_names, found = set(names), list[str]()
    for unit in reversed(units):
        met = {name for name in unit.facts.touches & open_names if name in known and known[name].unit is unit}
        if met:
            found += sorted(met)
            open_names -= met
        elif unit.facts.touches & open_names - {stop}:
            open_names = (open_names - unit.facts.binds | unit.facts.reads) - {stop}
    return found


def _path(name: str, known: Mapping[str, Selection]) -> list[Selection]:
    """A part, what it was taken from, and so on; the last one first."""
    path = [known[name]]
    while path[-1].base in known:
        path.append(known[path[-1].base])
    return path


def _columns(path: Sequence[Selection]) -> str:
    code = "{}"
    for one in reversed(path):
        code = one.columns.replace("{}", code)
    return code


def _around(body: Sequence[Unit], units: set[Unit]) -> tuple[list[Unit], list[Unit]]:
    """What runs before the split, and what needs its parts."""
    last = max(index for index, unit in enumerate(body) if unit in units)
    made, before, after = names_of(units), list[Unit](), list[Unit]()
    for unit in body[: last + 1]:
        if unit in units:
            continue
        if (unit.facts.reads | unit.facts.touches) & made:
            made = made | unit.facts.touches
            after.append(unit)
        else:
            before.append(unit)
    return before, [*after, *body[last + 1 :]]
