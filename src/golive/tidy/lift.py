"""Make the notebook's own functions whole: what they took from the notebook's variables becomes an argument."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.book import Book, Obstacle
from golive.tidy.frames import names_of
from golive.tidy.learned import learning_body
from golive.tidy.rewrites import Paths, Replaced, changed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from golive.tidy.facts import World
    from golive.tidy.program import Unit
    from golive.tidy.roles import Shared
    from golive.tidy.target import Target


@dataclass(frozen=True, kw_only=True)
class Lifting:
    """Function -> names it is handed as keywords from now on."""

    extras: Mapping[str, tuple[str, ...]]
    returns: Mapping[str, tuple[ast.expr, ...]]
    """Function that only printed -> what it returns from now on."""
    renames: Mapping[str, str]
    """Function whose name the package needs for itself -> its new name."""
    files: Mapping[str, str]
    """Path as it stands in the notebook -> file name in the data folder."""

    def with_learned(self, names: Iterable[str]) -> Lifting:
        more = {name: (*self.extras.get(name, ()), "learned") for name in names}
        return replace(self, extras={**self.extras, **more})

    def call(self, code: cst.BaseStatement) -> cst.BaseStatement:
        """Hand the arguments in wherever such a function is called."""
        return changed(code, self.calls)[0]

    @property
    def calls(self) -> cst.CSTTransformer:
        return _Calls(self.extras, self.renames)

    def define(self, unit: Unit, code: cst.BaseStatement | None = None) -> cst.BaseStatement:
        """The definition with its new arguments and its new return."""
        code = code or unit.code
        if not isinstance(code, cst.FunctionDef):
            return self.call(code)
        name = code.name.value
        (calling,) = changed(code, self.calls, Paths(self.files, "DATA"))
        assert isinstance(calling, cst.FunctionDef)
        added = [cst.Param(name=cst.Name(extra)) for extra in self.extras.get(name, ())]
        parameters = calling.params.with_changes(kwonly_params=[*calling.params.kwonly_params, *added])
        if added and calling.params.star_arg is cst.MaybeSentinel.DEFAULT:
            parameters = parameters.with_changes(star_arg=cst.ParamStar())
        if name in self.returns and isinstance(calling.body, cst.IndentedBlock):
            returned = ", ".join(ast.unparse(part) for part in self.returns[name])
            body = [*calling.body.body, cst.parse_statement(f"return {returned}")]
            calling = calling.with_changes(body=calling.body.with_changes(body=body))
        return calling.with_changes(params=parameters)


def lifting(
    shared: Shared,
    body: Sequence[Unit],
    world: World,
    target: Target,
    *,
    ours: Collection[str],
    files: Mapping[str, str],
) -> Lifting:
    """Find what each function takes from variables that are no longer there for everybody.

    ``ours`` are names that the package needs for itself.
    """
    own = {unit.tree.name: unit for unit in shared.functions if isinstance(unit.tree, _NAMED)}
    variables = names_of(body) - shared.names
    extras: dict[str, tuple[str, ...]] = {}
    for name in own:
        taken = _closure(name, world) & variables
        if taken:
            _refuse_global(own[name], taken)
            extras[name] = tuple(sorted(taken))
            _refuse_as_value(name, [*body, *shared.functions])
    renames = {name: f"notebook_{name}" for name in sorted(shared.names & set(ours))}
    return Lifting(extras=extras, returns=target.returns, renames=renames, files=files)


def learning_functions(
    units: Sequence[Unit], rows: set[str], shared: Shared, lift: Lifting, book: Book
) -> dict[str, cst.FunctionDef]:
    """Functions of the cleaning that take a number over all rows they are handed, rewritten to learn it."""
    found: dict[str, cst.FunctionDef] = {}
    for unit in shared.functions:
        if not isinstance(unit.tree, ast.FunctionDef):
            continue
        handed = _rows_handed(unit.tree, units, rows) | (set(lift.extras.get(unit.tree.name, ())) & rows)
        if handed and (learned := learning_body(unit, handed, book)):
            found[unit.tree.name] = learned
    return found


_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _closure(name: str, world: World) -> set[str]:
    names: set[str] = set()
    waiting, seen = [name], {name}
    while waiting:
        free = world.functions[waiting.pop()].free
        names |= free
        new = (free & world.functions.keys()) - seen
        seen |= new
        waiting += sorted(new)
    return names


def _refuse_global(unit: Unit, taken: set[str]) -> None:
    """A variable that a function binds through `global` cannot be handed in."""
    for node in ast.walk(unit.tree):
        if isinstance(node, ast.Global) and set(node.names) & taken:
            name = getattr(unit.tree, "name", "")
            raise Obstacle(f"cell {unit.cell}, line {node.lineno}: `{name}` binds `{node.names[0]}` through `global`")


def _refuse_as_value(name: str, units: Sequence[Unit]) -> None:
    """A function that is handed on, as in ``apply(f)``, cannot be handed arguments."""
    for unit in units:
        called = {id(node.func) for node in ast.walk(unit.tree) if isinstance(node, ast.Call)}
        for node in ast.walk(unit.tree):
            if isinstance(node, ast.Name) and node.id == name and id(node) not in called:
                raise Obstacle(f"{unit}: `{name}` uses variables of the notebook and is handed on as a value")


def _rows_handed(tree: ast.FunctionDef, units: Sequence[Unit], rows: set[str]) -> set[str]:
    """Parameters that get rows where the cleaning calls the function."""
    parameters = [argument.arg for argument in [*tree.args.posonlyargs, *tree.args.args]]
    handed: set[str] = set()
    for call in [node for unit in units for node in ast.walk(unit.tree) if isinstance(node, ast.Call)]:
        if not isinstance(call.func, ast.Name) or call.func.id != tree.name:
            continue
        given = [*zip(parameters, call.args, strict=False)]
        given += [(keyword.arg or "", keyword.value) for keyword in call.keywords]
        for name, value in given:
            if any(isinstance(node, ast.Name) and node.id in rows for node in ast.walk(value)):
                handed.add(name)
    return handed


class _Calls(Replaced):
    """Hands arguments in, and calls what was renamed by its new name."""

    def __init__(self, extras: Mapping[str, tuple[str, ...]], renames: Mapping[str, str]) -> None:
        super().__init__(renames)
        self.extras = extras

    def leave_Call(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.Call:
        function = original_node.func
        names = self.extras.get(function.value, ()) if isinstance(function, cst.Name) else ()
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        added = [cst.Arg(value=cst.Name(name), keyword=cst.Name(name), equal=equal) for name in names]
        return updated_node.with_changes(args=[*updated_node.args, *added]) if added else updated_node
