"""A ``match`` statement as if and elif, for the rewriting of a function; its cases are asked in the same order."""

from __future__ import annotations

import ast

from golive.pack.trace.site import Site, refusal


def as_ifs(node: ast.Match, file: str) -> list[ast.stmt]:
    """The lines that do the same.

    Raises
    ------
    UnsupportedError
        A case takes a value apart (a list, a dict, an object).
    """
    name = f"golive_subject_{node.lineno}"
    assign = ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=node.subject)
    lines = [assign, *_cases(name, node.cases, file)]
    return [ast.fix_missing_locations(ast.copy_location(line, node)) for line in lines]


def _cases(name: str, cases: list[ast.match_case], file: str) -> list[ast.stmt]:
    if not cases:
        return []
    case, subject = cases[0], ast.Name(id=name, ctx=ast.Load())
    tests = _tests(case.pattern, subject, file) + ([case.guard] if case.guard is not None else [])
    bound = getattr(case.pattern, "name", None)
    before: list[ast.stmt] = []
    if bound:
        before = [ast.Assign(targets=[ast.Name(id=bound, ctx=ast.Store())], value=subject)]
    if not tests:
        return [*before, *case.body]
    test = tests[0] if len(tests) == 1 else ast.BoolOp(op=ast.And(), values=tests)
    return [*before, ast.If(test=test, body=case.body, orelse=_cases(name, cases[1:], file))]


def _tests(pattern: ast.pattern, subject: ast.expr, file: str) -> list[ast.expr]:
    """What must hold for a pattern; nothing for one that takes everything."""
    if isinstance(pattern, ast.MatchValue):
        return [ast.Compare(left=subject, ops=[ast.Eq()], comparators=[pattern.value])]
    if isinstance(pattern, ast.MatchSingleton):
        return [ast.Compare(left=subject, ops=[ast.Is()], comparators=[ast.Constant(value=pattern.value)])]
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
        return []
    if isinstance(pattern, ast.MatchOr):
        parts = [_tests(part, subject, file) for part in pattern.patterns]
        return [ast.BoolOp(op=ast.Or(), values=[part[0] for part in parts])] if all(parts) else []
    raise refusal(
        "a `case` that takes a value apart cannot be followed",
        "write it with if and elif",
        Site(file, pattern.lineno),
    )
