"""Put functions into modules, each shared definition where it is used first, with exactly the imports it needs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.code import Imported, code_of, imported, module, open_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import libcst as cst

    from golive.tidy.lift import Lifting
    from golive.tidy.program import Place, Unit
    from golive.tidy.roles import Shared

_TEMPLATES = (
    Imported(name="Path", module="pathlib", what="Path"),
    Imported(name="pd", module="pandas", alias="pd"),
    Imported(name="ColumnTransformer", module="sklearn.compose", what="ColumnTransformer"),
    Imported(name="accuracy_score", module="sklearn.metrics", what="accuracy_score"),
    Imported(name="make_pipeline", module="sklearn.pipeline", what="make_pipeline"),
    Imported(name="train_test_split", module="sklearn.model_selection", what="train_test_split"),
)
"""What the written functions use, whatever the notebook imported."""


def assembled(
    package: str,
    docs: Mapping[str, str],
    functions: Mapping[str, Sequence[str]],
    shared: Shared,
    lift: Lifting,
    taught: Mapping[str, cst.FunctionDef],
) -> tuple[dict[str, str], dict[Place, str]]:
    """Return module -> text, and for each shared definition the module it went to.

    Parameters
    ----------
    docs
        Module -> its docstring, in the order in which modules may import each other.
    functions
        Module -> code of its functions.
    taught
        Functions of the notebook that were rewritten to learn.
    """
    pool = _Pool(shared, lift, taught)
    known = [*imported(shared.imports), *_TEMPLATES]
    texts: dict[str, str] = {}
    for name, doc in docs.items():
        parts = [part for part in functions[name] if part]
        constants, helpers = pool.take("\n\n".join(parts), name)
        texts[name] = module(doc, ["\n".join(constants), *parts, *helpers], known)
        known += [Imported(name=made, module=f"{package}.{name}", what=made, own=True) for made in _made(texts[name])]
    return texts, pool.homes


def _made(code: str) -> list[str]:
    """Names that a module makes at its top."""
    names = []
    for node in ast.parse(code).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names


class _Pool:
    """Definitions and constants that wait for the first module that uses them."""

    def __init__(self, shared: Shared, lift: Lifting, taught: Mapping[str, cst.FunctionDef]) -> None:
        self.homes: dict[Place, str] = {}
        self.given: set[str] = set()
        self.constants = {name: unit for unit in shared.constants for name in unit.facts.binds}
        self.helpers = {name: unit for unit in shared.functions for name in unit.facts.binds}
        self.codes = {name: code_of(lift.call(unit.code)) for name, unit in self.constants.items()}
        self.codes |= {name: code_of(lift.define(unit, taught.get(name))) for name, unit in self.helpers.items()}
        self.renames = lift.renames

    def take(self, code: str, home: str) -> tuple[list[str], list[str]]:
        """Hand out what some code uses, and what that uses, once."""
        taken: dict[str, Unit] = {}
        waiting = open_names(code)
        while waiting:
            name = waiting.pop()
            waiting_units = {**self.constants, **self.helpers}
            original = next((old for old, new in self.renames.items() if new == name), name)
            unit = waiting_units.get(original)
            if unit is None or original in self.given:
                continue
            self.given.add(original)
            self.homes[unit.place] = home
            taken[original] = unit
            waiting |= open_names(self.codes[original])
        constants = [self.codes[name] for name in self.constants if name in taken]
        return constants, [self.codes[name] for name in self.helpers if name in taken]
