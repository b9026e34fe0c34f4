"""Rewrite a function's syntax tree so that nothing in it can pass a proxy by unseen.

Python decides some things without asking the value: ``x is None``, ``isinstance(x, str)``, ``x in {...}``,
``table[x]``, ``float(x)``, ``f"{x}"``. Each is turned into a call of `golive.pack.trace.runtime.Runtime`, which
does the same for ordinary values and the right thing, or a refusal, for proxies. Every call goes through
``Runtime.call``, so that ``pd.cut`` is met under whatever name it was imported. Line numbers stay the user's.

The rewritten function keeps the globals, the defaults and the closure cells of the original.
"""

from __future__ import annotations

import ast
import inspect
import types
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from golive.errors import UnsupportedError
from golive.pack.trace.matching import as_ifs
from golive.pack.trace.site import Site, refusal, remember

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "__golive__"
_FACTORY = "__golive_factory__"
_FUTURE = 0x1FF0000  # the compiler flags of `from __future__ import ...`

Function = ast.FunctionDef | ast.Lambda


def rewritten(function: types.FunctionType, runtime: object) -> types.FunctionType:
    """The same function, talking to `runtime`.

    Raises
    ------
    UnsupportedError
        Its source cannot be found, has changed since it was imported, or holds a statement that cannot be followed.
    """
    code = function.__code__
    node = definition(code)
    _check_unchanged(node, code)
    remember(code.co_filename)
    new = _Rewriter(code.co_filename).visit(_copied(node))
    inner = _compiled(new, code)
    cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True)) | {NAME: types.CellType(runtime)}
    made = types.FunctionType(
        inner,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        tuple(cells[n] for n in inner.co_freevars),
    )
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def definition(code: types.CodeType) -> Function:
    """The syntax tree of a function, as it stands in its file."""
    try:
        lines, _ = inspect.findsource(code)
    except (OSError, TypeError) as exc:
        raise UnsupportedError(
            f"the source of `{code.co_name}` ({code.co_filename}) cannot be found",
            hint="put the function into a module, a .py file",
        ) from exc
    nodes = ast.walk(_parsed("".join(lines)))
    found = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.Lambda) and _is(node, code)]
    if len(found) > 1:
        found = [node for node in found if isinstance(node, ast.Lambda) and _spans(node, code)]
        found.sort(key=lambda node: (node.end_col_offset or 0) - node.col_offset)
    if not found:
        raise UnsupportedError(
            f"the source of `{code.co_name}` is not at {code.co_filename}:{code.co_firstlineno} any more",
            hint="the file was changed after it was imported: start again",
        )
    return found[0]


@lru_cache(maxsize=32)
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


def _is(node: ast.AST, code: types.CodeType) -> bool:
    if isinstance(node, ast.FunctionDef):
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        return node.name == code.co_name and first == code.co_firstlineno
    return isinstance(node, ast.Lambda) and code.co_name == "<lambda>" and node.lineno == code.co_firstlineno


def _spans(node: ast.Lambda, code: types.CodeType) -> bool:
    """True when every instruction of the code lies inside the body of this lambda (several may share a line)."""
    start = (node.body.lineno, node.body.col_offset)
    end = (node.body.end_lineno or 0, node.body.end_col_offset or 0)
    for line, end_line, column, end_column in list(code.co_positions())[1:]:
        if None in (line, end_line, column, end_column) or (column, end_column) == (0, 0):
            continue
        if (line, column) < start or (end_line, end_column) > end:
            return False
    return True


def _copied(node: Function) -> Function:
    """A deep copy by way of the compiler's own format; `copy.deepcopy` of a syntax tree is slow."""
    if isinstance(node, ast.Lambda):
        return ast.Lambda(args=_deep(node.args), body=_deep(node.body), **_place(node))
    return _function(node.name, _deep(node.args), [_deep(line) for line in node.body], node)


def _function(name: str, args: ast.arguments, body: list[ast.stmt], at: ast.AST) -> ast.FunctionDef:
    made = ast.FunctionDef(name=name, args=args, body=body, decorator_list=[], returns=None, **_place(at))
    made.__dict__["type_params"] = []  # asked for since Python 3.12
    return made


def _deep(value: Any) -> Any:
    if isinstance(value, list):
        return [_deep(item) for item in value]
    if not isinstance(value, ast.AST):
        return value
    fields = {name: _deep(content) for name, content in ast.iter_fields(value)}
    return type(value)(**fields, **(_place(value) if hasattr(value, "lineno") else {}))


def _place(node: Any) -> dict[str, Any]:
    return {name: getattr(node, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}


def _compiled(node: Function, code: types.CodeType) -> types.CodeType:
    """Compile inside a factory whose parameters are the free variables, and take the inner code out of it."""
    body: list[ast.stmt] = [node] if isinstance(node, ast.FunctionDef) else [ast.Return(value=node, **_place(node))]
    free = [ast.arg(arg=name, **_place(node)) for name in (NAME, *code.co_freevars)]
    args = ast.arguments(posonlyargs=[], args=free, kwonlyargs=[], kw_defaults=[], defaults=[])
    factory = _function(_FACTORY, args, body, node)
    module = ast.fix_missing_locations(ast.Module(body=[factory], type_ignores=[]))
    compiled = compile(module, code.co_filename, "exec", flags=code.co_flags & _FUTURE, dont_inherit=True)
    outer = next(_codes(compiled))
    return next(inner for inner in _codes(outer) if inner.co_name == code.co_name)


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    return (constant for constant in code.co_consts if isinstance(constant, types.CodeType))


def _check_unchanged(node: Function, code: types.CodeType) -> None:
    """Refuse to follow a file that is not the code in memory. Asserts are left out: test runners rewrite them."""
    if any(isinstance(part, ast.Assert) for part in ast.walk(node)):
        return
    if _content(_compiled(_copied(node), code)) != _content(code):
        raise UnsupportedError(
            f"`{code.co_name}` in memory is not what stands in {code.co_filename}:{code.co_firstlineno}",
            hint="the file was changed after it was imported: start again",
        )


def _content(code: types.CodeType) -> list[object]:
    """Names and constants; not the instructions, which differ with where the compiler meets the function."""
    found: list[object] = [code.co_names, code.co_varnames, code.co_freevars]
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found.append(_content(constant))
        elif not (isinstance(constant, str) and "<locals>" in constant):  # the full name of a class inside
            found.append(repr(constant))
    return found


class _Rewriter(ast.NodeTransformer):
    def __init__(self, file: str) -> None:
        self._file = file

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return self.visit(ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node))

    def visit_Assign(self, node: ast.Assign) -> Any:
        target = node.targets[0]
        if len(node.targets) > 1 or not isinstance(target, ast.Subscript | ast.Attribute):
            return self.generic_visit(node)
        value, owner = self.visit(node.value), self.visit(target.value)
        if isinstance(target, ast.Subscript):
            call = self._ask("setitem", node, value, owner, self._key(target.slice))
        elif target.attr.startswith("__"):
            return self.generic_visit(node)
        else:
            call = self._ask("set_attribute", node, value, owner, ast.Constant(value=target.attr))
        return ast.copy_location(ast.Expr(value=call), node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return self.generic_visit(node)
        if len(node.args) == 1 and isinstance(node.args[0], ast.Starred) and not node.keywords:
            return self._ask("spread", node, self.visit(node.func), self.visit(node.args[0].value))
        args = [self.visit(arg) for arg in node.args]
        keywords = [self.visit(keyword) for keyword in node.keywords]
        call = self._ask("call", node, self.visit(node.func), *args)
        call.keywords = keywords
        return call

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """A proxy has names of its own that pandas does not: the user must reach those of pandas only."""
        private = node.attr.startswith("__") and not node.attr.endswith("__")  # the compiler renames it
        if not isinstance(node.ctx, ast.Load) or private:
            return self.generic_visit(node)
        return self._ask("attribute", node, self.visit(node.value), ast.Constant(value=node.attr))

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """``x += y`` changes what x names, under every other name that it has too."""
        op, value = ast.Constant(value=type(node.op).__name__), self.visit(node.value)
        if isinstance(node.target, ast.Name):
            old = ast.copy_location(ast.Name(id=node.target.id, ctx=ast.Load()), node)
            assign = ast.Assign(targets=[node.target], value=self._ask("changed", node, op, old, value))
            return ast.fix_missing_locations(ast.copy_location(assign, node))
        owner = self.visit(node.target.value)
        if isinstance(node.target, ast.Subscript):
            call = self._ask("change_item", node, op, owner, self._key(node.target.slice), value)
        else:
            call = self._ask("change_attribute", node, op, owner, ast.Constant(value=node.target.attr), value)
        return ast.copy_location(ast.Expr(value=call), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            return self.generic_visit(node)
        return self._ask("getitem", node, self.visit(node.value), self._key(node.slice))

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        asked = [op for op in node.ops if isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn)]
        if not asked:
            return self.generic_visit(node)
        if len(node.ops) > 1:
            raise refusal(
                "a chained comparison with `is` or `in` cannot be followed",
                "write it as two with `and`",
                Site(self._file, node.lineno),
            )
        verb = {ast.Is: "is_", ast.IsNot: "is_not", ast.In: "is_in", ast.NotIn: "is_not_in"}[type(node.ops[0])]
        return self._ask(verb, node, self.visit(node.left), self.visit(node.comparators[0]))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        op = ast.Constant(value=type(node.op).__name__)
        return self._ask("computed", node, op, self.visit(node.left), self.visit(node.right))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return self._ask("text", node, *(self._piece(piece) for piece in node.values))

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        if isinstance(node.exc, ast.Call):  # the text of an error is for people: it need not be followed
            node.exc.args = [ast.Constant(value="") if isinstance(a, ast.JoinedStr) else a for a in node.exc.args]
        return ast.fix_missing_locations(self.generic_visit(node))

    def visit_Try(self, node: ast.Try) -> ast.AST:
        self.generic_visit(node)
        for handler in node.handlers:
            handler.body.insert(0, ast.copy_location(ast.Expr(value=self._ask("caught", handler)), handler))
        # A refusal is an exception too; the user's `except Exception` must not swallow it.
        refused = ast.Attribute(value=ast.Name(id=NAME, ctx=ast.Load()), attr="Refused", ctx=ast.Load())
        again = ast.ExceptHandler(type=refused, name=None, body=[ast.Raise(exc=None, cause=None)])
        node.handlers.insert(0, ast.copy_location(again, node))
        return ast.fix_missing_locations(node)

    def visit_Match(self, node: ast.Match) -> Any:
        return [self.visit(line) for line in as_ifs(node, self._file)]

    def _piece(self, piece: ast.expr) -> ast.expr:
        if not isinstance(piece, ast.FormattedValue):
            return piece
        spec = self.visit(piece.format_spec) if piece.format_spec is not None else ast.Constant(value="")
        return ast.Tuple(elts=[self.visit(piece.value), ast.Constant(value=piece.conversion), spec], ctx=ast.Load())

    def _key(self, key: ast.expr) -> ast.expr:
        if isinstance(key, ast.Slice):
            ends = [
                self.visit(end) if end is not None else ast.Constant(value=None)
                for end in (key.lower, key.upper, key.step)
            ]
            return self._ask("slice", key, *ends)
        if isinstance(key, ast.Tuple):
            key.elts = [self._key(part) for part in key.elts]
            return key
        return self.visit(key)  # type: ignore[no-any-return]

    def _ask(self, verb: str, at: ast.AST, *args: ast.expr) -> ast.Call:
        function = ast.Attribute(value=ast.Name(id=NAME, ctx=ast.Load()), attr=verb, ctx=ast.Load())
        call = ast.copy_location(ast.Call(func=function, args=list(args), keywords=[]), at)
        return ast.fix_missing_locations(call)
