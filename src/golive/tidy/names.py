"""Names in the syntax of a statement: which it reads and binds, which it assigns to, which it belongs to."""

from __future__ import annotations

import ast
import symtable
from typing import TypeGuard

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith, ast.Match)
_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")


def exposed(block: list[ast.stmt]) -> tuple[set[str], set[str]]:
    """Names that a block reads before it binds them, and the names it binds."""
    reads: set[str] = set()
    bound: set[str] = set()
    for statement in block:
        read, new = _exposed_by(statement)
        reads |= read - bound
        bound |= new
    return reads, bound


def is_star(statement: ast.stmt) -> TypeGuard[ast.ImportFrom]:
    """Whether a statement is ``from module import *``."""
    return isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"


def free_names(table: symtable.SymbolTable) -> set[str]:
    """Names of the module that the scopes inside a scope refer to."""
    names: set[str] = set()
    for child in table.get_children():
        names |= {symbol.get_name() for symbol in child.get_symbols() if symbol.is_global()}
        names |= free_names(child)
    return names


def root(node: ast.expr) -> str | None:
    """The variable that an expression such as ``a.b[0].c`` belongs to."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def targets(statement: ast.stmt) -> list[ast.expr]:
    """What a statement assigns to, tuples taken apart."""
    if isinstance(statement, ast.Assign):
        found = statement.targets
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor)):
        found = [statement.target]
    elif isinstance(statement, ast.Delete):
        found = statement.targets
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        found = [item.optional_vars for item in statement.items if item.optional_vars]
    else:
        found = []
    flat: list[ast.expr] = []
    for target in found:
        flat += target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
    return flat


def names_in(node: ast.AST) -> set[str]:
    """The variables that a piece of code mentions."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _exposed_by(statement: ast.stmt) -> tuple[set[str], set[str]]:
    blocks = [block for name in _BLOCKS if isinstance(block := getattr(statement, name, None), list)]
    if not isinstance(statement, COMPOUND):
        return _simple(statement)
    heads = [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.expr)]
    heads += [item.context_expr for item in getattr(statement, "items", [])]
    bound = set().union(*map(names_in, targets(statement)))
    reads: set[str] = set()
    for head in heads:
        if head is not getattr(statement, "target", None):
            reads |= _simple(ast.Expr(head))[0]
    for block in blocks:
        inner = [part for handler in block for part in getattr(handler, "body", [handler])] if _held(block) else block
        read, new = exposed(inner)
        reads |= read - (bound if not _held(block) else set())
        bound |= new
    return reads, bound


def _held(block: list[ast.stmt]) -> bool:
    return bool(block) and isinstance(block[0], (ast.ExceptHandler, ast.match_case))


def _simple(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Names read and bound by a statement without blocks, or by a definition as it is made."""
    table = symtable.symtable(ast.unparse(ast.fix_missing_locations(statement)), "cell", "exec")
    symbols = table.get_symbols()
    reads = {symbol.get_name() for symbol in symbols if symbol.is_referenced()}
    bound = {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}
    if isinstance(statement, ast.Delete):
        # Forgetting a name frees memory; it is never needed for a result.
        return reads - bound, set()
    if isinstance(statement, ast.AugAssign):
        reads |= bound
    if isinstance(statement, DEFINITIONS):
        return reads, bound | {statement.name}
    return reads | free_names(table), bound
