"""Statements that bring rows in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.book import Obstacle
from golive.tidy.fitters import fits
from golive.tidy.frames import names_of
from golive.tidy.learned import statistics
from golive.tidy.names import root
from golive.tidy.neighbours import filters_rows
from golive.tidy.program import Unit, needed, synthetic
from golive.tidy.rewrites import changed
from golive.tidy.shuffled import keeps_or_orders, ordered_early
from golive.tidy.target import called

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.tidy.facts import World

_LIBRARIES = frozenset({"sklearn", "seaborn", "statsmodels", "datasets", "openml", "vega_datasets"})
_MADE_OF_STEPS = frozenset(
    {"make_pipeline", "make_union", "make_column_transformer", "make_column_selector", "make_scorer"}
)
_FILES = frozenset({"loadtxt", "genfromtxt", "load"})
_FILE_LIBRARIES = frozenset({"numpy", "joblib", "pickle"})


def reads_data(unit: Unit, world: World) -> bool:
    """Whether a statement reads rows from a file or a library, itself or through the notebook's own functions."""
    trees: list[ast.AST] = [unit.tree]
    trees += [world.functions[name].tree for name in unit.facts.reads & world.functions.keys()]
    return any(isinstance(node, ast.Call) and is_reader(node, world) for tree in trees for node in ast.walk(tree))


def is_reader(call: ast.Call, world: World) -> bool:
    """``pd.read_csv(...)``, ``load_iris()`` of scikit-learn, ``np.loadtxt(...)``."""
    name, owner = called(call), world.modules.get(root(call.func) or "", "")
    if name.startswith("read_"):
        return owner != ""
    if name.startswith(("load_", "fetch_", "make_")) and name not in _MADE_OF_STEPS:
        return owner in _LIBRARIES
    return name in _FILES and owner in _FILE_LIBRARIES


def loaded(before: Sequence[Unit], rest: Sequence[Unit], world: World) -> tuple[list[Unit], str, list[Unit]]:
    """Return the shortest beginning that reads all data, drops all rows that are dropped, and leaves one frame.

    Returns
    -------
    load
        What the raw rows come from.
    raw
        The variable that holds them.
    middle
        The other statements, in order.
    """
    before = ordered_early(before, world, reads_data)
    reading = [index for index, unit in enumerate(before) if reads_data(unit, world)]
    if not reading:
        raise Obstacle("no statement before the split reads data")
    rows = {name for unit in before for name in unit.facts.binds if world.kinds.get(name) in ("frame", "series", None)}
    dropping = [
        index for index, unit in enumerate(before) if filters_rows(unit.tree, rows) or keeps_or_orders(unit, world)
    ]
    last = max([*reading, *dropping])
    while before[last + 1 :] and _names_columns(before[last + 1].tree):
        last += 1
    for end in range(last + 1, len(before) + 1):
        later = [*before[end:], *rest]
        live = needed(later, names_of(later))[1] & names_of(before[:end])
        frames = [name for name in live if world.kinds.get(name, "frame") == "frame"]
        found = _parted(before[:end], frames[0], live) if len(frames) == 1 else None
        if found and not any(reads_data(unit, world) for unit in found[1]):
            refuse_learned(found[0], rows, "before the last rows are dropped")
            return found[0], frames[0], [*found[1], *before[end:]]
    raise Obstacle(f"{before[reading[-1]]}: what is read is not one frame")


def _names_columns(tree: ast.stmt) -> bool:
    """Whether columns get names that the code does not tell: ``df.columns = [...]``, ``df.rename(columns=str.lower)``.

    Directly after rows are read, this belongs to how they are read.
    """
    target = tree.targets[0] if isinstance(tree, ast.Assign) else None
    if isinstance(target, ast.Attribute):
        return target.attr == "columns"
    call = getattr(tree, "value", None)
    if (
        not isinstance(call, ast.Call)
        or called(call) != "rename"
        or isinstance(getattr(call.func, "value", None), ast.Call)
    ):
        return False
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "columns"), None)
    return isinstance(given, (ast.Attribute, ast.Lambda, ast.Name))


def _parted(begun: Sequence[Unit], raw: str, live: set[str]) -> tuple[list[Unit], list[Unit]] | None:
    """The statements that the raw frame needs, and the others, which must not need any of its rows."""
    load, _ = needed(begun, {raw})
    others = [unit for unit in begun if unit not in load]
    made = names_of(load) - names_of(others)
    return (
        (load, others)
        if not any(unit.facts.reads & made for unit in others) and live <= {raw} | names_of(others)
        else None
    )


def refuse_learned(units: Iterable[Unit], rows: set[str], where: str) -> None:
    """Raise where something is taken over rows or fitted to them."""
    for unit in units:
        learned = statistics(unit, rows)
        if learned or fits(unit.tree):
            raise Obstacle(f"{unit}: the {learned[0].what if learned else 'fit'} is taken {where}")


def taken_apart(unit: Unit, world: World) -> list[Unit]:
    """``df = clean(pd.read_csv(...))`` first reads and then cleans: what is read are the raw rows."""
    tree = unit.tree
    if not isinstance(tree, ast.Assign) or len(tree.targets) != 1 or not isinstance(tree.targets[0], ast.Name):
        return [unit]
    readers = [node for node in ast.walk(tree.value) if isinstance(node, ast.Call) and is_reader(node, world)]
    if len(readers) != 1 or readers[0] is tree.value:
        return [unit]
    name = tree.targets[0].id
    read = _Read(called(readers[0]), name)
    (rest,) = changed(unit.code, read)
    comments, bare = getattr(rest, "leading_lines", ()), rest.with_changes(leading_lines=[])
    first = synthetic(f"{name} = {read.code}", unit, world)
    second = synthetic(cst.Module(body=[]).code_for_node(bare), unit, world)
    return [_with(first, first.code.with_changes(leading_lines=comments)), _with(second, bare)]


def _with(unit: Unit, code: cst.BaseStatement) -> Unit:
    return Unit(
        cell=unit.cell,
        line=unit.line,
        last=unit.last,
        tree=unit.tree,
        code=code,
        lines={},
        facts=unit.facts,
    )


class _Read(cst.CSTTransformer):
    """Puts a name where a call reads, and keeps the call's code."""

    def __init__(self, function: str, name: str) -> None:
        super().__init__()
        self.function, self.name, self.code = function, name, ""

    def leave_Call(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        function = original_node.func
        last = function.attr.value if isinstance(function, cst.Attribute) else getattr(function, "value", "")
        if last != self.function:
            return updated_node
        self.code = cst.Module(body=[]).code_for_node(original_node)
        return cst.Name(self.name)
