"""Features and outcome that are read apart, put together as the raw rows and taken apart again by the cleaning."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.book import Obstacle
from golive.tidy.frames import names_of
from golive.tidy.names import root, targets
from golive.tidy.paired import new_name
from golive.tidy.program import Unit, needed, synthetic, with_code
from golive.tidy.reading import loaded, reads_data, refuse_learned
from golive.tidy.rewrites import changed
from golive.tidy.target import called

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.facts import World
    from golive.tidy.roles import Split

_FEATURES, _OUTCOMES = ("frame", "array"), ("series", "array", "frame")


def loaded_or_joined(
    before: Sequence[Unit], rest: Sequence[Unit], split: Split, world: World
) -> tuple[list[Unit], str, list[Unit]]:
    """Return what `loaded` does, also where two variables hold what is read: the features and the outcome.

    Parameters
    ----------
    split
        With the features and the outcome that are split.

    Raises
    ------
    Obstacle
        What is read is more than that.
    """
    try:
        return loaded(before, rest, world)
    except Obstacle as exc:
        found = _joined(_picked_early(before, world), rest, split, world)
        if found is None:
            raise exc from None
        return found


def _joined(
    before: Sequence[Unit], rest: Sequence[Unit], split: Split, world: World
) -> tuple[list[Unit], str, list[Unit]] | None:
    """The shortest beginning that leaves features and outcome, and what comes after it."""
    reading = [index for index, unit in enumerate(before) if reads_data(unit, world)]
    for end in range(max(reading, default=len(before)) + 1, len(before) + 1):
        later = [*before[end:], *rest]
        live = needed(later, names_of(later))[1] & names_of(before[:end])
        rows = {name for name in live if world.kinds.get(name, "frame") in ("frame", "series", "array")}
        aimed, fed = (rows & needed(before[end:], {name})[1] for name in (split.outcome, split.features))
        load, _ = needed(before[:end], rows)
        others = [unit for unit in before[:end] if unit not in load]
        made = names_of(load) - names_of(others)
        if len(rows) != 2 or len(aimed) != 1 or len(fed - aimed) != 1:
            continue
        if any(unit.facts.reads & made for unit in others) or not live <= rows | names_of(others):
            continue
        (target,), (features,) = aimed, fed - aimed
        kinds = world.kinds.get(features, "frame"), world.kinds.get(target, "series")
        if kinds[1] == "frame" and target in fed:
            continue  # these are other rows, not what happened
        if kinds[0] not in _FEATURES or kinds[1] not in _OUTCOMES:
            continue
        told = _made_by(target, load)
        if kinds[1] == "series" and isinstance(told, ast.Call) and called(told).startswith(("read_", "concat")):
            continue  # the column is still to be taken out of the file
        refuse_learned(load, names_of(load), "before features and outcome are both there")
        return _together(load, [*others, *before[end:]], features, target, names_of([*before, *rest]), world)
    return None


def _together(
    load: list[Unit], middle: list[Unit], features: str, outcome: str, taken: set[str], world: World
) -> tuple[list[Unit], str, list[Unit]]:
    """One frame of both; the outcome is a column that is called as its variable was."""
    raw, near = new_name("table", set(taken)), load[-1]
    arrays = _is_array(features, load, world), _is_array(outcome, load, world)
    framed = not arrays[1] and world.kinds.get(outcome) == "frame"
    column = f"{outcome}.iloc[:, 0]" if framed else outcome
    frame = f"pd.DataFrame({features}, columns={_names(features, load)})" if arrays[0] else features
    if arrays[0] and not arrays[1]:
        column += ".to_numpy()"
    made = synthetic(f"{raw} = {frame}.assign({outcome}={column})", near, world)
    if arrays[0]:
        middle = [with_code(unit, changed(unit.code, _Located(features))[0], world) for unit in middle]
    apart = [
        synthetic(f"{features} = {raw}.drop(columns=[{outcome!r}])", near, world),
        synthetic(f"{outcome} = {raw}[{[outcome] if framed else outcome!r}]", near, world),
    ]
    return [*load, made], raw, [*apart, *middle]


def _is_array(name: str, load: Sequence[Unit], world: World) -> bool:
    """Whether a variable holds an array as it is read; at the end of the run it may be something else."""
    made = _made_by(name, load)
    if made is None:
        return world.kinds.get(name) == "array"
    part = made.value if isinstance(made, (ast.Attribute, ast.Subscript)) else None
    if isinstance(part, ast.Name) and isinstance(call := _made_by(part.id, load), ast.Call):
        made = call
    if not isinstance(made, ast.Call):
        return world.kinds.get(name) == "array"
    owner = world.modules.get(root(made.func) or "", "")
    if owner == "pandas":
        return False
    if owner == "numpy":
        return True
    frames = next((one.value for one in made.keywords if one.arg == "as_frame"), None)
    if owner == "sklearn" and called(made).startswith(("load_", "make_")):
        return not (isinstance(frames, ast.Constant) and frames.value is True)
    return world.kinds.get(name) == "array"


def _made_by(name: str, load: Sequence[Unit]) -> ast.expr | None:
    """What a variable was bound to last."""
    for unit in reversed(load):
        if name in unit.facts.binds:
            return _bound_to(name, unit.tree)
    return None


def _bound_to(name: str, tree: ast.stmt) -> ast.expr | None:
    if not isinstance(tree, ast.Assign):
        return None
    names = [one.id if isinstance(one, ast.Name) else "" for one in targets(tree)]
    if isinstance(tree.value, ast.Tuple) and len(tree.value.elts) == len(names):
        return tree.value.elts[names.index(name)]
    return tree.value


def _names(features: str, load: Sequence[Unit]) -> str:
    """``bunch.feature_names`` for ``X = bunch.data``; else the variable with a number."""
    made = _made_by(features, load)
    if isinstance(made, ast.Attribute) and made.attr == "data" and isinstance(made.value, ast.Name):
        return f"{made.value.id}.feature_names"
    return f'[f"{features}{{i}}" for i in range({features}.shape[1])]'


class _Located(cst.CSTTransformer):
    """``X[:, 0]`` of an array is ``X.iloc[:, 0]`` of a frame."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def leave_Subscript(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.Subscript:
        owner = original_node.value
        if not isinstance(owner, cst.Name) or owner.value != self.name or len(original_node.slice) != 2:
            return updated_node
        return updated_node.with_changes(value=cst.Attribute(value=owner, attr=cst.Name("iloc")))


def _picked_early(before: Sequence[Unit], world: World) -> list[Unit]:
    """What is taken out of what was read, as ``y = bunch.target``, moves up to it; nothing may come in between."""
    reading = [index for index, unit in enumerate(before) if reads_data(unit, world)]
    if not reading:
        return list(before)
    place = reading[-1] + 1
    bunches = {name for name in names_of(before[:place]) if world.kinds.get(name) in ("other", "container")}
    early, late = list(before[:place]), list[Unit]()
    for unit in before[place:]:
        said = unit.facts.reads - world.modules.keys()
        met = names_of(late).union(*(one.facts.reads for one in late))
        free = isinstance(unit.tree, ast.Assign) and said and said <= bunches and not unit.facts.touches & met
        (early if free else late).append(unit)
    return [*early, *late]
