"""A left merge or join with a table of constants: every column of it becomes a look-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from golive.pack.trace.groups import keyed
from golive.pack.trace.kinds import plain
from golive.pack.trace.proxy import holds_proxy
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.frame import Frame
    from golive.pack.trace.nodes import Expr


def merged(frame: Frame, right: Any, how: str, options: dict[str, Any]) -> Frame:
    """``frame.merge(right, how="left", on=...)``."""
    table = _constant(right)
    if options.get("right_index") is True and how == "left" and set(options) <= {"right_index", "left_on"}:
        return joined(frame, table, options.get("left_on"), how, {})
    names = {"on", "left_on", "right_on", "suffixes", "validate", "sort", "copy"}
    if how != "left" or (unknown := set(options) - names) or options.get("sort"):
        asked = f"how={how!r}" if how != "left" else ", ".join(sorted(unknown)) or "sort=True"
        raise refusal(
            f"merge with {asked} is not compiled: it changes which rows there are or their order",
            "df.merge(table, on='key', how='left')",
        )
    shared = [name for name in frame.real.columns if name in table.columns]
    left = _listed(options.get("on", options.get("left_on", shared)))
    right_keys = _listed(options.get("on", options.get("right_on", shared)))
    _check_unique(table, right_keys)
    real = frame.real.merge(table, how="left", **options)
    return _looked_up(frame, real, left, table, right_keys)


def joined(frame: Frame, right: Any, on: Any, how: str, options: dict[str, Any]) -> Frame:
    """``frame.join(other_columns)`` of the same rows, or ``frame.join(table, on="key")``."""
    from golive.pack.trace.frame import Frame as Traced
    from golive.pack.trace.series import Series

    if how != "left":
        raise refusal(f"join with how={how!r} changes which rows there are", "use how='left'")
    if isinstance(right, Series):
        right = right.to_frame()
    if isinstance(right, Traced):
        if on is not None or options:
            raise refusal("join of two traced tables by a key is not compiled")
        return beside([frame, right])
    table = _constant(right)
    if on is None:
        raise refusal("join by row labels is not compiled", "df.join(table, on='key')")
    if not table.index.is_unique:
        raise refusal("the table has the same key twice", "aggregate it first")
    real = frame.real.join(table, on=on, how="left", **options)
    keys = _listed(on)
    indexed = table.reset_index()
    renamed = indexed.set_axis([*(f"key {at}" for at in range(len(keys))), *table.columns], axis=1)
    return _looked_up(frame, real, keys, renamed, [f"key {at}" for at in range(len(keys))])


def beside(parts: list[Frame]) -> Frame:
    """Tables of the same rows side by side: ``pd.concat([...], axis=1)``."""
    first = parts[0]
    exprs = first.exprs()
    for part in parts[1:]:
        for name in part.real.columns:
            first.check_rows(part[name])
            if name in exprs:
                raise refusal(f"two columns are called `{name}`", "drop or rename one of them first")
        exprs |= part.exprs()
    return first.made(pd.concat([part.real for part in parts], axis=1), exprs)


def _looked_up(frame: Frame, real: Any, left: list[str], table: Any, right: list[str]) -> Frame:
    """`real` holds the columns of the frame first, then those of the table (without keys of the same name)."""
    own = list(frame.exprs().values())
    exprs: dict[Any, Expr | Any] = dict(zip(real.columns[: len(own)], own, strict=True))
    new = list(real.columns[len(own) :])
    sources = [name for name in table.columns if name not in right or (name not in left)]
    sources = [name for name in sources if not (name in right and str(name).startswith("key "))]
    keys = [frame[name] for name in left]
    for name, source in zip(new, sources, strict=True):
        kind = frame.session.kind(real[name])
        values = pd.DataFrame({**{f"key {at}": table[one] for at, one in enumerate(right)}, "value": table[source]})
        dropna = not any(plain(cell) is None for one in right for cell in table[one])
        exprs[name] = keyed(frame.session.nodes, keys, values, kind, dropna)
    if len(real) != len(frame.real):
        raise refusal("the merge changes the number of rows", "make the keys of the table unique")
    return frame.made(real, exprs)


def _constant(right: Any) -> Any:
    if holds_proxy(right):
        raise refusal(
            "a merge with a table made from the rows themselves is not compiled",
            "merge with an aggregate: df.groupby('key', as_index=False)['x'].mean()",
        )
    if isinstance(right, pd.Series):
        return right.to_frame()
    if not isinstance(right, pd.DataFrame):
        raise refusal(f"a merge with a `{type(right).__name__}` is not compiled")
    return right


def _check_unique(table: Any, keys: list[str]) -> None:
    missing = [key for key in keys if key not in table.columns]
    if missing or not keys:
        raise refusal(
            f"the keys of the merge ({', '.join(map(str, missing)) or 'none'}) are not columns of the table",
            "table.reset_index() turns row labels into a column",
        )
    if table.duplicated(subset=keys).any():
        raise refusal(
            f"the table has the same key ({', '.join(map(str, keys))}) twice: rows would be repeated",
            "aggregate it first, or .drop_duplicates()",
        )


def _listed(names: Any) -> list[str]:
    return list(names) if isinstance(names, list | tuple) else [names]
