"""What one statement reads, binds and alters, found by looking at it and not by running it.

Where it cannot be known whether a call alters its argument, it is taken to do so: a slice may hold a line too many,
never a line too few.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Mapping
from dataclasses import dataclass, field

from golive.tidy.names import COMPOUND, DEFINITIONS, exposed, free_names, is_star, root, targets

ALTERING = frozenset(
    {
        "fit",
        "fit_transform",
        "fit_predict",
        "fit_resample",
        "partial_fit",
        "set_params",
        "set_output",
        "append",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "clear",
        "update",
        "add",
        "discard",
        "sort",
        "reverse",
        "setdefault",
        "seed",
        "load_state_dict",
    }
)
"""Methods that alter the object they belong to, whatever it is."""

ALTERING_ARRAYS = frozenset({"shuffle", "put", "place", "copyto", "fill_diagonal", "putmask"})
"""Functions of numpy and random that alter their first argument."""

LEAVES_ALONE = frozenset(
    {
        "matplotlib",
        "seaborn",
        "plotly",
        "altair",
        "bokeh",
        "pandas",
        "sklearn",
        "scipy",
        "IPython",
        "warnings",
        "os",
        "sys",
        "time",
        "joblib",
        "pickle",
        "json",
        "xgboost",
        "lightgbm",
        "statsmodels",
        "shap",
        "math",
    }
)
"""Packages whose functions do not alter what they are given."""

_DATA = frozenset({"frame", "series", "model", "estimator"})
"""Kinds of variables whose methods alter them only where `ALTERING` or ``inplace=True`` says so."""

_PARTLY = (*COMPOUND, ast.AugAssign)
_BUILTINS = frozenset(dir(builtins)) | {"display", "get_ipython"}


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function or class of the notebook's own."""

    tree: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    free: frozenset[str]
    """Names of the notebook that its body reads."""
    alters: frozenset[str]
    """Names of the notebook that its body alters or binds through `global`."""
    parameters: tuple[str, ...]
    altered: frozenset[str]
    """Parameters that it alters."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    reads: frozenset[str]
    binds: frozenset[str]
    """Names that are something new afterwards, whatever they were."""
    may_bind: frozenset[str]
    """Names bound on some path only, or also read before."""
    alters: frozenset[str]
    """Names whose object is another afterwards, through any name it is known by."""

    @property
    def touches(self) -> frozenset[str]:
        return self.binds | self.may_bind | self.alters


@dataclass
class World:
    """What is known while the statements are walked in the order they were run."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    """Variable -> what it was at the end of the run, see `kernel.Run.names`."""
    functions: dict[str, Function] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    """Imported name -> top package it comes from."""
    stars: Mapping[str, list[str]] = field(default_factory=dict)
    """Module -> names that ``from module import *`` brings."""
    classes: Mapping[str, list[str | int | float | bool]] = field(default_factory=dict)
    """Column -> values that a label encoder found in it, in the order of their codes."""
    aliases: dict[str, frozenset[str]] = field(default_factory=dict)
    """Name -> names that may be the same object."""


def look(statement: ast.stmt, world: World) -> Facts:
    """Return the facts of one statement and remember what it defines for the ones after it."""
    reads, bound = exposed([statement])
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        _remember_aliases(statement, world)  # what is done to the loop's variable is done to what it goes over
    if is_star(statement):
        bound = set(world.stars.get(statement.module or "", ()))
    own = isinstance(statement, DEFINITIONS)
    # What the notebook's own functions need, the statement that mentions them needs; a body needs it when called.
    called = [] if own else _reached(reads, world)
    alters = set() if own else _altered(statement, world)
    for name in called:
        reads |= world.functions[name].free
        alters |= world.functions[name].alters
    alters = _same(alters, world)
    partly = isinstance(statement, _PARTLY)
    facts = Facts(
        reads=frozenset(reads | alters - (bound - reads)),
        binds=frozenset() if partly else frozenset(bound),
        may_bind=frozenset(bound) if partly else frozenset(),
        alters=frozenset(alters),
    )
    _remember(statement, world)
    return facts


def _reached(names: set[str], world: World) -> list[str]:
    """The notebook's own functions that these names lead to, through each other."""
    found: list[str] = []
    waiting = sorted(names & world.functions.keys())
    while waiting:
        name = waiting.pop()
        found.append(name)
        waiting += sorted((world.functions[name].free & world.functions.keys()) - {*found, *waiting})
    return found


def _altered(tree: ast.AST, world: World) -> set[str]:
    """Roots of what a statement alters in place."""
    found: set[str | None] = {*_written_as_text(tree, world)}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            found |= {root(target) for target in targets(node) if not isinstance(target, ast.Name)}
        if isinstance(node, ast.Call):
            found |= _altered_by_call(node, world)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            found |= _altered_by_bare_call(node.value, world)
    return {name for name in found if name is not None}


def _written_as_text(tree: ast.AST, world: World) -> set[str]:
    """Frames and models that are named in texts handed to `exec`."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if not any(isinstance(call.func, ast.Name) and call.func.id in ("exec", "eval") for call in calls):
        return set()
    texts = [str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    words = {word for text in texts for word in re.findall(r"[^\W\d]\w*", text)}
    return {word for word in words if world.kinds.get(word) in _DATA}


def _altered_by_call(call: ast.Call, world: World) -> set[str | None]:
    in_place = any(
        keyword.arg == "inplace" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        for keyword in call.keywords
    )
    if isinstance(call.func, ast.Attribute):
        if in_place or call.func.attr in ALTERING:
            return {root(call.func.value)}
        if call.func.attr in ALTERING_ARRAYS and call.args:
            return {root(call.args[0]), root(call.func.value)}
        return set()
    function = world.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
    return _arguments(call, function) if function else set()


def _arguments(call: ast.Call, function: Function) -> set[str | None]:
    """The variables handed in as parameters that the function alters."""
    given = [*zip(function.parameters, call.args, strict=False)]
    given += [(keyword.arg or "", keyword.value) for keyword in call.keywords]
    return {root(value) for name, value in given if name in function.altered}


def _altered_by_bare_call(call: ast.Call, world: World) -> set[str | None]:
    """A call whose value nobody takes is made for its effect, unless it is known to show something."""
    name = root(call.func)
    if name is None or name in world.functions or world.modules.get(name, name) in LEAVES_ALONE:
        return set()
    if isinstance(call.func, ast.Name):
        return set() if name in _BUILTINS else {root(argument) for argument in call.args}
    if name in world.modules:
        return set() if world.modules[name] == "numpy" else {root(argument) for argument in call.args}
    return set() if world.kinds.get(name) in _DATA else {name}


def _same(names: set[str], world: World) -> set[str]:
    """These names and all that may be the same objects."""
    found = set(names)
    for name in names:
        found |= world.aliases.get(name, frozenset())
    return found


def _remember(statement: ast.stmt, world: World) -> None:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        base = getattr(statement, "module", None) or ""
        if is_star(statement):
            names = world.stars.get(statement.module or "", [])
            world.modules.update(dict.fromkeys(names, base.partition(".")[0]))
        for alias in statement.names:
            top = (base or alias.name).partition(".")[0]
            world.modules[(alias.asname or alias.name).partition(".")[0]] = top
    elif isinstance(statement, DEFINITIONS):
        world.functions[statement.name] = _function(statement, world)
    else:
        _remember_aliases(statement, world)


def _function(tree: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, world: World) -> Function:
    parameters: tuple[str, ...] = ()
    if not isinstance(tree, ast.ClassDef):
        arguments = tree.args
        parameters = tuple(
            argument.arg for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        )
    free = free_names(symtable.symtable(ast.unparse(tree), "cell", "exec"))
    aliases = _aliases_inside(tree)
    altered = {aliases.get(name, name) for name in _altered(tree, world)}
    bound = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    return Function(
        tree=tree,
        free=frozenset(free),
        alters=frozenset(altered & free | bound),
        parameters=parameters,
        altered=frozenset(altered & set(parameters)),
    )


def _aliases_inside(tree: ast.AST) -> dict[str, str]:
    """``d = df`` in a body: what alters ``d`` alters ``df``."""
    return {
        node.targets[0].id: node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Name)
    }


def _remember_aliases(statement: ast.stmt, world: World) -> None:
    names = {target.id for target in targets(statement) if isinstance(target, ast.Name)}
    if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
        sources = _may_be(statement.value, world)
    elif isinstance(statement, (ast.For, ast.AsyncFor)):
        sources = {name for node in ast.walk(statement.iter) if isinstance(node, ast.Name) for name in [node.id]}
        sources = {name for name in sources if world.kinds.get(name) in ("container", None)}
        # ``for d in [train, test]`` goes over the frames themselves.
        sources |= _may_be(statement.iter, world) if isinstance(statement.iter, (ast.List, ast.Tuple)) else set()
    else:
        return
    for name in names:
        for other in world.aliases.pop(name, frozenset()):
            world.aliases[other] = world.aliases.get(other, frozenset()) - {name}
    for name in names:
        group = _same(sources - {name}, world)
        world.aliases[name] = frozenset(group)
        for other in group:
            world.aliases[other] = world.aliases.get(other, frozenset()) | {name}


def _may_be(value: ast.expr, world: World) -> set[str]:
    """Variables whose object an expression may hand on."""
    if isinstance(value, ast.Name):
        return {value.id}
    if isinstance(value, ast.Attribute):
        found = root(value)
        return {found} if found and found not in world.modules else set()
    if isinstance(value, ast.Subscript):
        found = root(value)
        # A part of a frame is a copy; a part of a list or a dict is the thing itself.
        return {found} if found and world.kinds.get(found) == "container" else set()
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return {name for element in value.elts for name in _may_be(element, world)}
    if isinstance(value, ast.Dict):
        return {name for element in value.values for name in _may_be(element, world)}
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in ALTERING:
        found = root(value.func.value)  # model = model.fit(...)
        return {found} if found and found not in world.modules and value.func.attr != "pop" else set()
    return set()
