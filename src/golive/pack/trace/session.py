"""One run of a cleaning function: the training run records what it freezes, a replay reads it back.

The function takes the same way through its own code in both, because everything that can steer it is either
frozen or part of the table's shape. So the frozen values are read back in the order they were recorded, and each
carries what it is: a replay that asks for something else stops instead of mixing them up.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import numpy as np
import pandas as pd

from golive.engine.operations.dates import ISO
from golive.pack.trace.dates import is_date, parsed
from golive.pack.trace.kinds import kind_of
from golive.pack.trace.nodes import Expr, Nodes
from golive.pack.trace.site import here, refusal
from golive.records.parity import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from golive.engine.builder import Builder
    from golive.pack.trace.paths import Paths
    from golive.pack.trace.probing import Probed
    from golive.pack.trace.runtime import Runtime
    from golive.records.contract import Kind

T = TypeVar("T")


@dataclass
class Tape:
    """What the training run computed once and for all."""

    entries: list[tuple[str, Any]] = field(default_factory=list)
    """In the order asked for: what it is, and its value."""
    inside: dict[tuple[int, str, str], tuple[Any, object]] = field(default_factory=dict)
    """Asked for inside a function that runs once per row, where there is no fixed order: by apply, place and what.
    Each with the rows and arguments it was made of."""
    frozen: list[Frozen] = field(default_factory=list)
    probed: dict[int, Probed] = field(default_factory=dict)
    """Number of an apply -> what its function gave for each value, where it could not be followed."""
    whole: set[tuple[int, Any]] = field(default_factory=set)
    """Number of an apply and a column of the row (None: the only one) whose whole numbers its function writes."""
    filters: dict[int, bool] = field(default_factory=dict)
    """Number of a filter that the result went through -> whether it takes rows away in a replay."""


class Raw(NamedTuple):
    """A raw column that nothing has asked for yet; it becomes an input of the graph when something does."""

    name: str


class Session:
    """What all proxies of one run share."""

    def __init__(self, builder: Builder | None, kinds: Mapping[str, Kind], tape: Tape, frame: Any) -> None:
        self.nodes = Nodes(builder, kinds)
        self.frame = frame
        self._raw: dict[str, Expr] = {}
        self.tape = tape
        self.replaying = builder is None
        self.inside = False
        """The function is part of the model, which calls it again on every batch as it comes."""
        self.guards: list[Expr] = []
        self.paths: Paths | None = None
        """Set while a Python function is followed branch by branch."""
        self.rowwise = 0
        """Number of the apply whose function runs row by row; 0 outside."""
        self.runtime: Runtime = None  # type: ignore[assignment]  # set by `run` as soon as both exist
        self._applies = 0
        self._filters = 0
        self._position = 0

    def freeze(
        self,
        what: str,
        compute: Callable[[], T],
        *,
        shown: bool = True,
        tell: Callable[[T], str] | None = None,
        made_of: object = None,
    ) -> T:
        """What `compute` gives on the training frame; in a replay what it gave there.

        ``shown`` is False for what is part of the table's shape; ``tell`` writes the value for people; ``made_of``
        tells apart what has the same name and line but is of other rows or arguments.
        """
        if self.rowwise:
            return cast("T", self._freeze_inside(what, compute, made_of))
        if self.replaying:
            return cast("T", self._read(what))
        value = compute()
        self.tape.entries.append((what, copy.deepcopy(value)))
        if shown:
            self._list(what, tell(value) if tell else spoken(value))
        return value

    def raw(self, column: Raw) -> Expr:
        """The input of the graph. Whether it can be missing is seen in all rows of the training frame."""
        if column.name not in self._raw:
            real = self.frame[column.name]
            found = self.nodes.input(column.name, real)
            self._raw[column.name] = parsed(self, found, ISO, raises=True) if is_date(real) else found
        return self._raw[column.name]

    def kind(self, real: Any) -> str:
        """The kind of what pandas gave; in a replay the one it had on the training frame."""
        return self.freeze("kind of a step", lambda: kind_of(real), shown=False)

    def guard(self, raises: Expr) -> None:
        """Remember rows on which pandas would have raised: their score must not be used."""
        if raises.node is not None and not (raises.constant and not raises.value):
            self.guards.append(raises)

    def show(self, what: str, value: str) -> None:
        """List something that is fixed from here on, with the place that asks for it."""
        self._list(what, value)

    @property
    def apply(self) -> int:
        """Number of the apply that was begun last."""
        return self._applies

    def next_apply(self) -> int:
        self._applies += 1
        return self._applies

    def next_filter(self) -> int:
        self._filters += 1
        return self._filters

    def _read(self, what: str) -> Any:
        if self._position >= len(self.tape.entries) or self.tape.entries[self._position][0] != what:
            raise refusal(f"the cleaning function took another way than on the training frame: it asks for {what}")
        self._position += 1
        return copy.deepcopy(self.tape.entries[self._position - 1][1])

    def _freeze_inside(self, what: str, compute: Callable[[], object], made_of: object) -> Any:
        at = here()
        key = (self.rowwise, at.where if at else "", what)
        if key not in self.tape.inside:
            if self.replaying:
                raise refusal(f"{what} was not needed on the training frame, so it is not frozen")
            value = compute()
            self.tape.inside[key] = value, made_of
            self._list(what, spoken(value))
        elif not self.replaying and self.tape.inside[key][1] != made_of:
            raise refusal(
                f"{what} is asked for again in this line, of other rows or in another way",
                "compute each before the function; of the rows like this one: df.groupby('key')['x'].transform('mean')",
            )
        return copy.deepcopy(self.tape.inside[key][0])

    def _list(self, what: str, value: str) -> None:
        at = here()
        entry = Frozen(what=what, value=value, where=at.where if at else "")
        if entry not in self.tape.frozen:
            self.tape.frozen.append(entry)


def spoken(value: object) -> str:
    """A frozen value for people."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str | float | int | bool | datetime | timedelta) or value is None:
        return str(value)
    if isinstance(value, pd.DataFrame):
        return f"{len(value)} rows of {len(value.columns)} values"
    try:
        several = list(value)  # type: ignore[call-overload]  # a list, an index, an array or a Series
    except TypeError:
        return type(value).__name__
    if len(several) <= 8 and all(isinstance(item, str | float | int) for item in several):
        return ", ".join(spoken(item) for item in several)
    return f"{len(several)} values"
