"""``groupby``: a table of one aggregate per group, frozen on the training frame and looked up by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace.kinds import is_interval, plain
from golive.pack.trace.proxy import Proxy, holds_proxy
from golive.pack.trace.series import Series
from golive.pack.trace.site import refusal
from golive.pack.trace.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from golive.pack.trace.frame import Frame
    from golive.pack.trace.nodes import Expr, Nodes

_SPREAD = frozenset(
    [
        "mean",
        "median",
        "min",
        "max",
        "std",
        "var",
        "sum",
        "prod",
        "count",
        "size",
        "nunique",
        "first",
        "last",
        "any",
        "all",
        "sem",
        "skew",
        "quantile",
    ]
)
_FROZEN = _SPREAD | frozenset(["agg", "aggregate", "describe"])
_GROUPS = type(pd.DataFrame({"a": [1]}).groupby("a"))
_OPTIONS = frozenset(["as_index", "sort", "observed", "dropna", "group_keys"])
_NUMPY = {
    np.mean: "mean",
    np.median: "median",
    np.min: "min",
    np.max: "max",
    np.sum: "sum",
    np.std: "std",
    np.var: "var",
    np.size: "size",
}


def grouped(frame: Frame, by: Any, options: dict[str, Any]) -> Groups:
    """``frame.groupby(by)``."""
    several = list(by) if isinstance(by, list | tuple) else [by]
    keys = [one if isinstance(one, Series) else frame[one] for one in several if isinstance(one, Series | str)]
    if len(keys) < len(several) or not keys:
        raise refusal(f"groupby({by!r:.40}) is not compiled", "group by columns: df.groupby(['a', 'b'])")
    for key in keys:
        frame.check_rows(key)
        if is_interval(key.real):
            raise refusal("groups by intervals of pd.cut are not compiled", "use labels=False in pd.cut")
    if unknown := sorted(set(options) - _OPTIONS):
        raise refusal(f"groupby with {unknown[0]}= is not compiled", f"leave `{unknown[0]}` out")
    reals = [one.real if isinstance(one, Series) else one for one in several]
    return Groups(frame, keys, reals if isinstance(by, list | tuple) else reals[0], options, None)


def grouped_series(series: Series, by: Any, options: dict[str, Any]) -> Groups:
    """``series.groupby(other_series)``."""
    name = series.real.name if series.real.name is not None else "value"
    frame = series.to_frame(name)
    if any(isinstance(one, str) for one in (by if isinstance(by, list) else [by])):
        raise refusal("grouping one column by a name is not compiled", "df.groupby('key')['x']")
    return grouped(frame, by, options)[name]


class Groups(Proxy):
    """A table in groups, and the columns chosen from it."""

    owner = "a groupby"
    stands_for = (_GROUPS,)

    def __init__(self, frame: Frame, keys: list[Series], by: Any, options: dict[str, Any], chosen: Any) -> None:
        self.session = frame.session
        self._frame, self._keys, self._by, self._options, self._chosen = frame, keys, by, options, chosen

    def __getitem__(self, chosen: Any) -> Groups:
        if not all(name in self._frame.real.columns for name in (chosen if isinstance(chosen, list) else [chosen])):
            raise KeyError(chosen)
        return Groups(self._frame, self._keys, self._by, self._options, chosen)

    def __getattr__(self, name: str) -> Any:
        if name in _FROZEN:
            return lambda *args, **options: self._frozen(name, args, options)
        if name in ("apply", "pipe", "filter"):
            name = "groupby_apply"
        return super().__getattr__(name)

    def unknown(self, name: str) -> Any:
        return self[name] if name in self._frame.real.columns else super().unknown(name)

    def transform(self, func: Any, *args: Any, **options: Any) -> Any:
        """One value of its group for every row."""
        if self._chosen is None:
            raise refusal(
                "transform of all columns at once is not compiled", "df.groupby('key')['x'].transform('median')"
            )
        if not isinstance(self._chosen, list):
            return self._transformed(self._chosen, func, args, options)
        parts = {name: self._transformed(name, func, args, options) for name in self._chosen}
        real = pd.DataFrame({name: part.real for name, part in parts.items()})
        return self._frame.made(real, {name: part.expr for name, part in parts.items()})

    def spread(self, series: Series, name: str, compute: Callable[[Any], Any]) -> Series:
        """`compute` of the grouped column gives one value per group; look it up for every row."""
        what = f"{name} of {series.label} by {', '.join(key.label for key in self._keys)}"
        by_group = self.session.freeze(
            what, lambda: _per_group(self._keys, compute(self._grouped(series))), tell=lambda t: f"{len(t)} groups"
        )
        real = _looked_up(self._keys, by_group, series.real)
        kind = self.session.kind(real)
        expr = keyed(self.session.nodes, self._keys, by_group, kind, self._options.get("dropna", True))
        return Series(self.session, real, expr, rows=series.rows)

    def _grouped(self, series: Series) -> Any:
        reals = [key.real for key in self._keys]
        options = {name: self._options[name] for name in ("observed", "dropna") if name in self._options}
        return series.real.groupby(reals if len(reals) > 1 else reals[0], **options)

    def _transformed(self, name: Any, func: Any, args: Any, options: Any) -> Series:
        series = self._frame[name]
        func = _NUMPY.get(func, func) if not isinstance(func, str) else func
        if isinstance(func, str):
            if func not in _SPREAD:
                return getattr(self, func)  # type: ignore[no-any-return]  # refuses by name
            return self.spread(series, func, lambda groups: groups.transform(func, *args, **options))
        result = self.session.runtime.call(func, GroupColumn(series, self), *args, **options)
        if not isinstance(result, Series):
            raise refusal(
                "the function of a group does not give a column or an aggregate of it",
                "use .transform('median') and the like",
            )
        if not self.session.replaying:
            _check_same(result.real, self._grouped(series).transform(func, *args, **options))
        return Series(self.session, result.real.rename(series.real.name), result.expr, rows=series.rows)

    def _frozen(self, name: str, args: Any, options: Any) -> Any:
        if holds_proxy((args, options)):
            raise refusal(f"`{name}` of groups with a column as argument is not compiled")
        columns = self._chosen if isinstance(self._chosen, list) else [self._chosen] if self._chosen is not None else []
        what = (
            f"{name} of {', '.join(map(str, columns)) or 'all columns'} by {', '.join(key.label for key in self._keys)}"
        )

        def compute() -> Any:
            groups = self._frame.real.groupby(self._by, **self._options)
            chosen = groups if self._chosen is None else groups[self._chosen]
            return getattr(chosen, name)(*args, **options)

        return self.session.freeze(what, compute, tell=lambda result: f"{len(result)} groups")


class GroupColumn(Series):
    """A column inside ``groupby(...).transform(function)``: its aggregates are those of the row's group."""

    owner = "a column of a group"

    def __init__(self, series: Series, groups: Groups) -> None:
        super().__init__(series.session, series.real, series.expr, rows=series.rows)
        self._groups = groups

    def made(self, real: Any, expr: Expr) -> GroupColumn:
        return GroupColumn(super().made(real, expr), self._groups)

    def rows_count(self) -> int:
        raise refusal("the length of a group inside transform is not compiled", "use .transform('size')")

    def aggregated(self, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        if name == "mode":
            return _GroupMode(self, self._groups)
        if name not in _SPREAD:
            raise refusal(
                f"`{name}` of a group inside transform is not compiled", "use median, mean, min, max, std, count ..."
            )
        # Not transform(name): a group's own mean and pandas' grouped mean differ in the last place.
        found = self._groups.spread(
            self, name, lambda groups: groups.transform(lambda group: getattr(group, name)(*args, **options))
        )
        return GroupColumn(found, self._groups)


class _GroupMode(Proxy):
    """``group.mode()``, of which only the first value can be taken."""

    owner = "the modes of a group"
    stands_for = (pd.Series,)

    def __init__(self, column: GroupColumn, groups: Groups) -> None:
        self.session = column.session
        self._column, self._groups = column, groups

    @property
    def iloc(self) -> _GroupMode:
        return self

    def __getitem__(self, at: object) -> Series:
        if at != 0:
            raise refusal("only the first mode of a group is compiled", "use .mode()[0]")
        return self._groups.spread(self._column, "mode", lambda groups: groups.transform(_first_mode))


def _first_mode(group: Any) -> Any:
    modes = group.mode()
    return modes.iloc[0] if len(modes) else np.nan


def _per_group(keys: Sequence[Series], result: Any) -> Any:
    """One row per group: its keys (0, 1, ...) and the value."""
    columns = _key_frame(keys)
    columns["value"] = result.to_numpy()
    return columns.drop_duplicates(subset=[name for name in columns if name != "value"], ignore_index=True)


def _key_frame(keys: Sequence[Series]) -> Any:
    """The keys as columns; None and NaN are one missing key."""
    reals = [key.real.reset_index(drop=True) for key in keys]
    reals = [real.where(real.notna(), np.nan) if real.dtype == object else real for real in reals]
    return pd.DataFrame({f"key {at}": real for at, real in enumerate(reals)})


def _looked_up(keys: Sequence[Series], by_group: Any, like: Any) -> Any:
    columns = _key_frame(keys)
    found = columns.merge(by_group, how="left", on=list(columns.columns))["value"]
    return pd.Series(found.array, index=like.index, name=like.name)


def keyed(nodes: Nodes, keys: Sequence[Any], by_group: Any, kind: str, dropna: bool = True) -> Expr:
    """The value beside the keys of a row; missing where a key is unseen, or missing (unless missing is a group)."""
    rows = [tuple(plain(cell) for cell in row) for row in by_group.itertuples(index=False, name=None)]
    if len(keys) == 1:
        absent = None if dropna else next((value for key, value in rows if key is None), None)
        return table(nodes, keys[0].expr, [(row[0], row[1]) for row in rows if row[0] is not None], None, absent, kind)
    codes = [{key: code for code, key in enumerate(dict.fromkeys(row[at] for row in rows))} for at in range(len(keys))]
    number: Expr | None = None
    for key, code in zip(keys, codes, strict=True):
        pairs = [(one, at) for one, at in code.items() if one is not None]
        place = table(nodes, key.expr, pairs, None, None if dropna else code.get(None), "number")
        if number is not None:
            place = nodes.apply("add", nodes.apply("mul", number, nodes.constant(float(len(code)))), place)
        number = place
    assert number is not None
    groups = [(_number_of(row, codes), row[-1]) for row in rows if not (dropna and None in row[:-1])]
    return table(nodes, number, groups, None, None, kind)


def _number_of(row: tuple[Any, ...], codes: list[dict[Any, int]]) -> float:
    number = 0.0
    for cell, code in zip(row[:-1], codes, strict=True):
        number = number * len(code) + code[cell]
    return number


def _check_same(traced: Any, real: Any) -> None:
    """What the parts give together must be what pandas gives for the whole function."""
    same = traced.isna().equals(real.isna()) and bool((traced[traced.notna()] == real[real.notna()]).all())
    if not same:
        raise refusal(
            "the function of a group does something else than its parts on their own",
            "use .transform('median') and the like, one step per line",
        )
