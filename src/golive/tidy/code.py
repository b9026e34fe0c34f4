"""Write functions and modules around statements that stay as they were written."""

from __future__ import annotations

import ast
import builtins
import symtable
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.names import free_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from golive.tidy.program import Unit

_OF_A_MODULE = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__"}


@dataclass(frozen=True, kw_only=True)
class Imported:
    """One name that an import brings."""

    name: str
    module: str
    """``numpy`` for ``import numpy as np``; the module of ``from ... import``."""
    what: str = ""
    """``median as m`` for ``from statistics import median as m``; empty for a plain import."""
    alias: str = ""
    own: bool = False
    """A module of the package itself."""


def function(name: str, parameters: str, returns: str, doc: str, body: Sequence[cst.BaseStatement]) -> str:
    """Return the code of a function. Statements and the comments above them stay as they are."""
    arrow = f" -> {returns}" if returns else ""
    frame = cst.parse_statement(f"def {name}({parameters}){arrow}:\n    pass\n")
    assert isinstance(frame, cst.FunctionDef)
    indented = doc.strip().replace("\n\n", "\n\n    ").replace("\n", "\n    ").replace("\n        ", "\n    ")
    quoted = f'"""{indented}"""' if "\n" not in indented else f'"""{indented}\n    """'
    statements = [cst.parse_statement(quoted.replace("\n    \n", "\n\n")), *_tidied(body)]
    return code_of(frame.with_changes(body=cst.IndentedBlock(body=statements)))


def statements(code: str) -> list[cst.BaseStatement]:
    """Parse lines of code."""
    return [
        part for part in cst.parse_module(code).body if isinstance(part, cst.BaseStatement | cst.SimpleStatementLine)
    ]


def code_of(node: cst.CSTNode) -> str:
    return cst.Module(body=[]).code_for_node(node).strip("\n")


def tree_of(node: cst.CSTNode) -> ast.expr:
    """The same expression as Python's own parser reads it."""
    # In brackets, because an expression inside brackets may go over several lines.
    return ast.parse(f"({cst.Module(body=[]).code_for_node(node)})", mode="eval").body


def written(tree: ast.AST) -> str:
    """Code of a tree, with the quotes that formatters use."""
    code = cst.parse_expression(ast.unparse(tree)).visit(_Quotes())
    assert isinstance(code, cst.BaseExpression)
    return code_of(code)


class _Quotes(cst.CSTTransformer):
    def leave_SimpleString(  # noqa: N802  # libcst calls it so
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        plain = original_node.value.startswith("'") and not {'"', "\\"} & set(original_node.value)
        return updated_node.with_changes(value=f'"{original_node.value[1:-1]}"') if plain else updated_node


def imported(units: Iterable[Unit]) -> list[Imported]:
    """The names that import statements bring, one by one."""
    found = []
    for unit in units:
        tree = unit.tree
        for alias in getattr(tree, "names", []):
            module = getattr(tree, "module", None)
            if module is None:
                name = alias.asname or alias.name.partition(".")[0]
                found.append(Imported(name=name, module=alias.name, alias=alias.asname or ""))
            elif alias.name == "*":
                found += [Imported(name=name, module=module, what=name) for name in sorted(unit.facts.binds)]
            else:
                what = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
                found.append(Imported(name=alias.asname or alias.name, module=module, what=what))
    return found


def module(doc: str, parts: Sequence[str], known: Iterable[Imported]) -> str:
    """Put a module together and import exactly what it uses."""
    body = "\n\n\n".join(part for part in parts if part)
    wanted = open_names(body)
    lines = import_lines([one for one in known if one.name in wanted])
    gap = "\n\n\n" if body.startswith(("def ", "class ", "@")) else "\n\n"
    return f'"""{doc}"""\n\n' + (lines + gap if lines else "") + body + "\n"


def open_names(code: str) -> set[str]:
    """Names that a module uses and does not make."""
    table = symtable.symtable(code, "module", "exec")
    made = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    read = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()} | free_names(table)
    return read - made - _OF_A_MODULE


def import_lines(found: Sequence[Imported]) -> str:
    """Import statements in the usual three blocks: Python's own, others', and the package's."""
    plain = sorted(
        {f"import {one.module}" + (f" as {one.alias}" if one.alias else "") for one in found if not one.what}
    )
    grouped: dict[str, set[str]] = {}
    for one in found:
        if one.what:
            grouped.setdefault(one.module, set()).add(one.what)
    lines = plain + [f"from {name} import {', '.join(sorted(whats))}" for name, whats in sorted(grouped.items())]
    blocks: Mapping[int, list[str]] = {0: [], 1: [], 2: []}
    own = {one.module for one in found if one.own}
    for line in lines:
        top = line.split()[1]
        blocks[2 if top in own else int(top.partition(".")[0] not in sys.stdlib_module_names)].append(line)
    return "\n\n".join("\n".join(block) for block in blocks.values() if block)


def top_packages(codes: Iterable[str]) -> set[str]:
    """The packages that some modules import, by their first name."""
    nodes = [node for code in codes for node in ast.walk(ast.parse(code))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


def _tidied(body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """Keep comments; of the empty lines above a statement keep at most one, above the first none."""
    tidied = []
    for index, statement in enumerate(body):
        above = list(getattr(statement, "leading_lines", ()))
        comments = [line for line in above if line.comment]
        gap = [cst.EmptyLine(indent=False)] if index and above and not above[0].comment else []
        tidied.append(statement.with_changes(leading_lines=[*gap, *comments]) if above else statement)
    return tidied
