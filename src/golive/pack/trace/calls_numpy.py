"""NumPy functions on traced columns and arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from golive.pack.trace.arithmetic import UFUNCS
from golive.pack.trace.array import Array
from golive.pack.trace.column import Column
from golive.pack.trace.frame import Frame
from golive.pack.trace.kinds import is_constant
from golive.pack.trace.proxy import holds_proxy, only
from golive.pack.trace.scalar import Scalar
from golive.pack.trace.series import Series
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.session import Session


def _ufunc(ufunc: Any) -> Callable[..., Any]:
    def made(session: Session, *inputs: Any, **options: Any) -> Any:
        only(options, f"np.{ufunc.__name__}")
        frames = [one for one in inputs if isinstance(one, Frame)]
        if frames:
            return frames[0].each(
                lambda name, _: made(session, *(one[name] if isinstance(one, Frame) else one for one in inputs))
            )
        if any(isinstance(one, Scalar) for one in inputs):
            return _of_scalars(session, ufunc, inputs)
        return _of_columns(session, ufunc, inputs)

    return made


def _of_columns(session: Session, ufunc: Any, inputs: tuple[Any, ...]) -> Any:
    first = next(
        one for one in inputs if isinstance(one, Series) or (isinstance(one, Array) and not _has_series(inputs))
    )
    pairs = [first.operand(one) if one is not first else (first.real, first.expr) for one in inputs]
    for one in inputs:
        if isinstance(one, Column):
            one.check_plain()
    if isinstance(first, Array) and ufunc in (np.mod, np.floor_divide):
        first.check_arithmetic("mod", pairs[1][1])
    real = ufunc(*(real for real, _ in pairs))
    expr = UFUNCS[ufunc](session.nodes, *(expr for _, expr in pairs))
    return first.made(first.check_width(ufunc.__name__, real, expr), expr)


def _of_scalars(session: Session, ufunc: Any, inputs: tuple[Any, ...]) -> Any:
    first = next(one for one in inputs if isinstance(one, Scalar))
    scalars = [first.lifted(one) for one in inputs]
    for one in scalars:
        if one.expr.kind == "text":
            raise refusal(f"np.{ufunc.__name__} of text is not compiled", "use pd.isna(x) to test for a missing text")
        one.not_none()
    return first.made(UFUNCS[ufunc](session.nodes, *(one.expr for one in scalars)), numpy=True)


def _has_series(inputs: Any) -> bool:
    return any(isinstance(one, Series) for one in inputs)


def where(session: Session, condition: Any, *choices: Any) -> Any:
    """``np.where(condition, x, y)``."""
    if isinstance(condition, Scalar):
        raise refusal("np.where of a single value gives an array", "use `x if condition else y`")
    if len(choices) != 2:
        raise refusal("np.where with a condition alone gives row numbers", "np.where(condition, x, y)")
    test = _test(condition)
    return _chosen(
        session, [test], [choices[0]], choices[1], lambda reals, default: np.where(test.real, reals[0], default)
    )


def select(session: Session, condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """``np.select([...], [...], default)``: the first condition that holds."""
    tests = [_test(condition) for condition in condlist]
    if len(tests) != len(choicelist) or not tests:
        raise ValueError("list of cases must be same length as list of conditions")
    reals = [np.asarray(test.real) for test in tests]
    return _chosen(session, tests, list(choicelist), default, lambda values, other: np.select(reals, values, other))


def _chosen(
    session: Session, tests: list[Column], choices: list[Any], default: Any, compute: Callable[[list[Any], Any], Any]
) -> Array:
    pairs = [_choice(session, tests[0], one) for one in [*choices, default]]
    for test in tests[1:]:
        tests[0].check_aligned(test)
    real = compute([real for real, _ in pairs[:-1]], pairs[-1][0])
    kind = session.kind(real)
    exprs = [_as(session, expr, kind, real) for _, expr in pairs]
    found = exprs[-1]
    for test, expr in zip(reversed(tests), reversed(exprs[:-1]), strict=True):
        found = session.nodes.where(test.expr, expr, found)
    return Array(session, real, found, tests[0].rows)


def _choice(session: Session, like: Column, value: Any) -> tuple[Any, Expr]:
    if isinstance(value, Column):
        like.check_aligned(value)
        real = value.real.to_numpy() if isinstance(value, Series) else value.real
        return real, value.expr
    if is_constant(value):
        return value, session.nodes.constant(value)
    raise refusal(f"np.where with a `{type(value).__name__}` is not compiled", "use columns and constants")


def _as(session: Session, expr: Expr, kind: str, real: Any) -> Expr:
    """NumPy makes one type of both sides; numbers beside text become text, a missing one the text "nan"."""
    if kind == "text" and expr.kind != "text":
        if real.dtype.kind == "U" and expr.constant:
            constant = np.nan if expr.is_null else expr.value
            return session.nodes.constant(str(np.array([constant]).astype("U")[0]))
        if not expr.is_null:
            raise refusal("np.where writes numbers as text here", "keep one kind on both sides")
    return session.nodes.fit(expr, kind)


def _test(condition: Any) -> Column:
    if not isinstance(condition, Column) or condition.expr.kind != "boolean":
        raise refusal("the condition is not a column of truths", "compare first: df['x'] > 0")
    return condition


def clip(session: Session, a: Any, a_min: Any = None, a_max: Any = None, **options: Any) -> Any:
    """``np.clip(a, low, high)``."""
    low, high = options.pop("min", a_min), options.pop("max", a_max)
    only(options, "np.clip")
    if isinstance(a, Scalar):
        raise refusal("np.clip of a single value is not compiled", "use min(max(x, low), high)")
    return a.clip(low, high)


def around(session: Session, a: Any, decimals: int = 0) -> Any:
    """``np.round(a, decimals)``."""
    if isinstance(a, Scalar):
        a = a.made(a.expr, numpy=True)
        return session.runtime.call(round, a, decimals)
    return a.round(decimals)


def isin(session: Session, element: Any, test_elements: Any) -> Any:
    """``np.isin(column, values)``."""
    if not isinstance(element, Series):
        raise refusal("np.isin of this is not compiled", "df['x'].isin([...])")
    found = element.isin(test_elements)
    return Array(session, found.real.to_numpy(), found.expr, found.rows)


def digitize(session: Session, x: Any, bins: Any, right: bool = False) -> Any:
    """``np.digitize(column, edges)``: how many edges lie at or below the value; a missing one is above all."""
    if not isinstance(x, Column) or holds_proxy(bins):
        raise refusal("np.digitize of this is not compiled", "pd.cut(df['x'], edges, labels=False)")
    edges = np.asarray(bins, dtype=np.float64)
    if not (np.diff(edges) > 0).all():
        raise refusal("np.digitize with edges that do not rise is not compiled", "sort the edges")
    nodes = session.nodes
    above = [
        nodes.inverse(nodes.apply("le" if right else "lt", x.expr, nodes.constant(edge))) for edge in edges.tolist()
    ]
    count = nodes.apply("sum", *(nodes.to_number(one) for one in above), skip=True)
    return Array(session, np.digitize(np.asarray(x.real), edges, right=right), count, x.rows)


def _aggregate(name: str) -> Callable[..., Any]:
    """``np.mean(column)`` and its like: NumPy's own answer, frozen."""

    def made(session: Session, a: Any, *args: Any, **options: Any) -> Any:
        if not isinstance(a, Column) or holds_proxy((args, options)):
            raise refusal(f"np.{name} of this is not compiled", "use the method of the column or the table")
        label = a.label if isinstance(a, Series) else "an array"
        asked = f" {args[0]}" if args and name.endswith(("quantile", "percentile")) else ""
        return session.freeze(f"np.{name}{asked} of {label}", lambda: getattr(np, name)(a.real, *args, **options))

    return made


def nan_to_num(
    session: Session, x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """``np.nan_to_num(column)``."""
    if not isinstance(x, Column) or posinf is not None or neginf is not None:
        raise refusal("np.nan_to_num of this is not compiled", "df['x'].fillna(0)")
    nodes, largest = session.nodes, float(np.finfo(np.float64).max)
    filled = nodes.apply("coalesce", nodes.to_number(x.expr), nodes.constant(float(nan)))
    bounded = nodes.apply("clip", filled, low=-largest, high=largest)
    real = np.nan_to_num(np.asarray(x.real), nan=nan)
    return Array(session, real, bounded, x.rows)


_AGGREGATES = [
    "mean",
    "median",
    "std",
    "var",
    "min",
    "max",
    "sum",
    "prod",
    "nanmean",
    "nanmedian",
    "nanstd",
    "nanvar",
    "nanmin",
    "nanmax",
    "nansum",
    "percentile",
    "nanpercentile",
    "quantile",
    "nanquantile",
    "unique",
    "any",
    "all",
    "ptp",
    "amin",
    "amax",
]

FUNCTIONS: Mapping[Any, Callable[..., Any]] = {
    **{ufunc: _ufunc(ufunc) for ufunc in UFUNCS},
    np.where: where,
    np.select: select,
    np.clip: clip,
    np.round: around,
    np.around: around,
    np.isin: isin,
    np.digitize: digitize,
    np.nan_to_num: nan_to_num,
    **{getattr(np, name): _aggregate(name) for name in _AGGREGATES if hasattr(np, name)},
}
