"""Missing values filled, and values chosen by a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from golive.pack.trace.column import Column
from golive.pack.trace.kinds import is_constant, is_interval
from golive.pack.trace.proxy import Proxy, only
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.series import Series


def fillna(series: Series, value: Any, options: dict[str, Any]) -> Series:
    """``series.fillna(value)`` with a constant or another column."""
    if options.get("method") is not None:
        raise refusal(
            f"fillna(method={options['method']!r}) looks at neighbouring rows, and one case on its own has none",
            "fill with a constant or an aggregate: .fillna(df['x'].median())",
        )
    only(options, "fillna", method=None, axis=None, limit=None)
    if is_interval(series.real):
        raise refusal("filling intervals of pd.cut is not compiled", "use labels=[...] or labels=False in pd.cut")
    if not is_constant(value) and not isinstance(value, Column):
        raise refusal(
            f"fillna with a `{type(value).__name__}` matches row labels",
            "use one value, or a column: .fillna(df['other'])",
        )
    if value is None:
        raise refusal("fillna without a value is not compiled", "name the value: .fillna(0)")
    return _filled(series, value)


def _filled(series: Series, value: Any) -> Series:
    nodes = series.session.nodes
    there, other = series.operand(value)
    real = series.real.fillna(there)
    if other.is_null or series.expr.kind == "boolean" or (not series.expr.nullable and other.kind != series.expr.kind):
        return series.made(real, series.expr)
    if other.kind != series.expr.kind:
        raise refusal(f"{series.expr.kind} is filled with {other.kind}", "fill with a value of the same kind")
    return series.made(real, nodes.apply("coalesce", series.expr, other))


def chosen(series: Series, cond: Any, other: Any, options: dict[str, Any], *, keep: bool) -> Series:
    """``where`` (keep the value where the condition holds) and ``mask`` (keep it where it does not)."""
    only(options, "where" if keep else "mask", axis=None, level=None)
    session, nodes = series.session, series.session.nodes
    test = cond if isinstance(cond, Proxy) or not callable(cond) else session.runtime.call(cond, series)
    if not isinstance(test, Column) or test.expr.kind != "boolean":
        raise refusal("the condition is not a column of truths of the same table")
    if callable(other) and not isinstance(other, Proxy):
        other = session.runtime.call(other, series)
    series.check_aligned(test)
    there, expr = series.operand(other)
    real = series.real.where(test.real, there) if keep else series.real.mask(test.real, there)
    kind = session.kind(real)
    own, else_ = nodes.fit(series.expr, kind), nodes.fit(expr, kind)
    return series.made(real, nodes.where(test.expr, own, else_) if keep else nodes.where(test.expr, else_, own))
