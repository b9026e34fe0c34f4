"""The notebook as one program: its statements in the order they were run, and the slice that a result needs."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from golive.errors import NotebookError
from golive.tidy.facts import Facts, World, look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from golive.tidy.notebook import Cell


Place = tuple[int, int]
"""Cell and line."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Unit:
    """One statement at the top of a cell."""

    cell: int
    line: int
    last: int
    """Its first and last line in the cell, from 1."""
    tree: ast.stmt
    code: cst.BaseStatement
    """The same statement as it was written, comments above it included."""
    lines: Mapping[cst.CSTNode, int]
    """Line in the cell of every node of ``code``."""
    facts: Facts

    def __str__(self) -> str:
        return f"cell {self.cell}, line {self.line}"

    @property
    def place(self) -> Place:
        return self.cell, self.line

    @property
    def text(self) -> str:
        """Its first line."""
        return ast.unparse(self.tree).splitlines()[0]


def program(
    cells: Iterable[Cell], kinds: Mapping[str, str], stars: Mapping[str, list[str]] | None = None
) -> tuple[list[Unit], World]:
    """Take the cells apart, in this order.

    ``kinds`` and ``stars`` are what the run saw, see `kernel.Run`.
    """
    world = World(kinds=kinds, stars=stars or {})
    return [unit for cell in cells for unit in _units(cell, world)], world


def broken(cell: Cell) -> str:
    """Why a cell is not Python, or nothing."""
    try:
        ast.parse(cell.source)
    except SyntaxError as exc:
        shown = (exc.text or "").strip()
        return f"cell {cell.number}, line {exc.lineno or 1}: {exc.msg}" + (f": `{shown}`" if shown else "")
    return ""


def needed(units: Sequence[Unit], names: Iterable[str]) -> tuple[list[Unit], set[str]]:
    """Slice backward: the units that make these names what they are after the last unit, and what stays open.

    A name stays open when no unit binds it anew: an argument, a builtin, or state that no cell makes.
    """
    open_names = set(names)
    kept: list[Unit] = []
    for unit in reversed(units):
        if unit.facts.touches & open_names:
            open_names = open_names - unit.facts.binds | unit.facts.reads
            kept.append(unit)
    return kept[::-1], open_names


def synthetic(code: str, near: Unit, world: World) -> Unit:
    """A statement that the notebook did not have, made at the place of one it had."""
    tree = ast.parse(code).body[0]
    return Unit(
        cell=near.cell,
        line=near.line,
        last=near.last,
        tree=tree,
        code=cst.parse_statement(code),
        lines={},
        facts=look(tree, world),
    )


def with_code(unit: Unit, code: cst.BaseStatement, world: World) -> Unit:
    """The same statement in other words."""
    tree = ast.parse(cst.Module(body=[]).code_for_node(code)).body[0]
    ast.increment_lineno(tree, unit.line - tree.lineno)  # lines are those of the cell
    return replace(unit, tree=tree, code=code, facts=look(tree, world))


def _units(cell: Cell, world: World) -> list[Unit]:
    if reason := broken(cell):
        raise NotebookError(reason, hint="mend the line, or delete the cell if it was never used")
    trees = ast.parse(cell.source).body
    try:
        wrapper = MetadataWrapper(cst.parse_module(cell.source))
    except cst.ParserSyntaxError as exc:
        raise NotebookError(f"cell {cell.number}, line {exc.raw_line}: {exc.message}") from exc
    places = wrapper.resolve(PositionProvider)
    lines = {node: place.start.line for node, place in places.items()}
    codes = [code for statement in _with_header(wrapper.module) for code in _apart(statement)]
    return [
        Unit(
            cell=cell.number,
            line=tree.lineno,
            last=tree.end_lineno or tree.lineno,
            tree=tree,
            code=code,
            lines=lines,
            facts=look(tree, world),
        )
        for tree, code in zip(trees, codes, strict=True)
    ]


def _with_header(module: cst.Module) -> list[cst.BaseStatement | cst.SimpleStatementLine]:
    """The comments at the top of a cell belong to its first statement."""
    if not module.body or not module.header:
        return list(module.body)
    first, *rest = module.body
    above = [*module.header, *first.leading_lines] if hasattr(first, "leading_lines") else []
    return [first.with_changes(leading_lines=above), *rest]


def _apart(statement: cst.BaseStatement | cst.SimpleStatementLine) -> list[cst.BaseStatement]:
    """``a = 1; b = 2`` are two statements."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) == 1:
        return [statement]
    first, *rest = (part.with_changes(semicolon=cst.MaybeSentinel.DEFAULT) for part in statement.body)
    lines: list[cst.BaseStatement] = [
        statement.with_changes(body=[first], trailing_whitespace=cst.TrailingWhitespace())
    ]
    return [*lines, *(cst.SimpleStatementLine(body=[part]) for part in rest)]
