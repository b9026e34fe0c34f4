"""Long statements said in short ones: a chain with `assign` column by column, `pop` as taking and dropping."""

from __future__ import annotations

import ast
import copy
import io
import tokenize
from typing import TYPE_CHECKING

from golive.tidy.code import code_of, written
from golive.tidy.executed import executed
from golive.tidy.names import names_in
from golive.tidy.program import synthetic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.tidy.facts import World
    from golive.tidy.program import Unit


def spelled(unit: Unit, world: World, constants: Mapping[str, object]) -> list[Unit]:
    """The same in shorter statements; a statement that is none of these comes back as it is."""
    lines = executed(unit.tree, constants) or _popped(unit.tree, world) or _factorized(unit.tree)
    lines = lines or _Chain(unit, world).lines()
    return [synthetic(line, unit, world) for line in lines] if lines else [unit]


def _popped(tree: ast.stmt, world: World) -> list[str]:
    """``y = df.pop("y")``."""
    value = tree.value if isinstance(tree, (ast.Assign, ast.Expr)) else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute) or value.func.attr != "pop":
        return []
    frame = value.func.value
    if not isinstance(frame, ast.Name) or world.kinds.get(frame.id) != "frame" or len(value.args) != 1:
        return []
    name = written(value.args[0])
    taken = [f"{written(tree.targets[0])} = {frame.id}[{name}]"] if isinstance(tree, ast.Assign) else []
    return [*taken, f"{frame.id} = {frame.id}.drop(columns=[{name}])"]


def _factorized(tree: ast.stmt) -> list[str]:
    """``df["a"], values = pd.factorize(df["a"])``."""
    if not isinstance(tree, ast.Assign) or not isinstance(tree.value, ast.Call):
        return []
    function, target = tree.value.func, tree.targets[0]
    if not isinstance(function, ast.Attribute) or function.attr != "factorize" or not isinstance(target, ast.Tuple):
        return []
    # The values first: taking the codes may write over the column.
    places = (1, 0) if len(target.elts) == 2 else ()
    return [f"{written(target.elts[place])} = {written(tree.value)}[{place}]" for place in places]


class _Chain:
    """``df = df.assign(a=lambda d: ...).drop(...).pipe(f)``, one step below the other."""

    def __init__(self, unit: Unit, world: World) -> None:
        self.tree, self.world = unit.tree, world
        self.target = ""
        self.made: list[str] = []
        self.comments = _comments(code_of(unit.code))
        # The places of comments are those of the statement by itself.
        self.own = ast.parse(code_of(unit.code)).body[0] if self.comments else unit.tree

    def lines(self) -> list[str]:
        tree = self.own
        if not isinstance(tree, ast.Assign) or len(tree.targets) != 1 or not isinstance(tree.targets[0], ast.Name):
            return []
        steps = {node.func.attr for node in _receivers(tree.value) if isinstance(node.func, ast.Attribute)}
        if not steps & {"assign", "pipe"}:
            return []
        self.target = tree.targets[0].id
        try:
            last = self._walk(tree.value)
        except _NotAChain:
            return []
        if last != self.target:
            self._say(f"{self.target} = {last}", tree.value)
        return self.made

    def _walk(self, node: ast.expr) -> str:
        """The code that stands for a part of the chain, after the lines that make it."""
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, (ast.Subscript, ast.Attribute)):
            inner = self._walk(node.value)
            self._refuse_state(node.slice if isinstance(node, ast.Subscript) else None)
            return f"{inner}[{written(node.slice)}]" if isinstance(node, ast.Subscript) else f"{inner}.{node.attr}"
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            raise _NotAChain
        inner = self._walk(node.func.value)
        if node.func.attr == "assign" and not node.args:
            return self._assigned(inner, node)
        if node.func.attr == "pipe" and node.args:
            return self._piped(inner, node)
        self._refuse_state(*node.args, *(keyword.value for keyword in node.keywords))
        said = f"{inner}.{node.func.attr}({_arguments(node.args, node.keywords)})"
        # New names of columns stand by themselves: they may belong to how the rows are read.
        return self._flushed(said, node) if node.func.attr == "rename" else said

    def _assigned(self, inner: str, node: ast.Call) -> str:
        self._flushed(inner, _before(node))
        for number, keyword in enumerate(node.keywords):
            if keyword.arg is None:
                raise _NotAChain
            if isinstance(keyword.value, ast.Lambda):
                value = self._applied(keyword.value)
            elif isinstance(keyword.value, ast.Name) and keyword.value.id in self.world.functions:
                value = f"{keyword.value.id}({self.target})"
            else:
                if number:
                    self._refuse_state(keyword.value)
                value = written(keyword.value)
            self._say(f'{self.target}["{keyword.arg}"] = {value}', keyword.value)
        return self.target

    def _piped(self, inner: str, node: ast.Call) -> str:
        function, *rest = node.args
        self._refuse_state(*rest, *(keyword.value for keyword in node.keywords))
        if isinstance(function, ast.Lambda) and not rest and not node.keywords:
            self._flushed(inner, _before(node))
            return self._applied(function)
        if not isinstance(function, (ast.Name, ast.Attribute)):
            raise _NotAChain
        more = _arguments(rest, node.keywords)
        return f"{written(function)}({inner}{', ' if more else ''}{more})"

    def _applied(self, function: ast.Lambda) -> str:
        """The body of ``lambda d: ...``, said of the frame itself."""
        if len(function.args.args) != 1 or self.target in names_in(function.body) - {function.args.args[0].arg}:
            raise _NotAChain
        return written(_Named(function.args.args[0].arg, self.target).visit(copy.deepcopy(function.body)))

    def _flushed(self, inner: str, node: ast.expr) -> str:
        if inner != self.target:
            self._say(f"{self.target} = {inner}{'.copy()' if inner.isidentifier() else ''}", node)
        return self.target

    def _refuse_state(self, *nodes: ast.expr | None) -> None:
        """What the chain names by its variable is the frame as it was before the chain."""
        if self.made and any(node is not None and self.target in names_in(node) for node in nodes):
            raise _NotAChain

    def _say(self, line: str, node: ast.expr) -> None:
        above = [self.comments.pop(row) for row in sorted(self.comments) if row <= (node.end_lineno or 0)]
        self.made.append("\n".join([*above, line]))


class _NotAChain(Exception):  # noqa: N818  # the statement stays as it is
    pass


class _Named(ast.NodeTransformer):
    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(id=self.new, ctx=node.ctx) if node.id == self.old else node


def _receivers(node: ast.expr) -> list[ast.Call]:
    """The calls of a chain, the last first."""
    found = []
    while isinstance(node, (ast.Call, ast.Subscript, ast.Attribute)):
        found += [node] if isinstance(node, ast.Call) else []
        node = node.func if isinstance(node, ast.Call) else node.value
    return found


def _before(call: ast.Call) -> ast.expr:
    """What a method is called on."""
    return call.func.value if isinstance(call.func, ast.Attribute) else call


def _arguments(args: list[ast.expr], keywords: list[ast.keyword]) -> str:
    named = [f"{one.arg}={written(one.value)}" if one.arg else f"**{written(one.value)}" for one in keywords]
    return ", ".join([*map(written, args), *named])


def _comments(code: str) -> dict[int, str]:
    """Line -> the comment in it."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
