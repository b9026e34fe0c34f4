"""What somebody asks of a file of rows: which columns mean what, and which other files are to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from golive.errors import InputError
from golive.records.fields import nearest

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy as np
    from numpy.typing import NDArray

    from golive.tables.read import Texts


class Options(TypedDict):
    """The optional columns of `golive.prove.measure.measure`."""

    group: NDArray[np.object_] | None
    count: NDArray[np.object_] | None
    weight: NDArray[np.object_] | None
    date: Texts | None
    today: NDArray[np.object_] | None
    segment: Texts
    protected: Texts


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What both ways of proving have in common."""

    outcome: str
    """Column of the outcome."""
    event: str | None = None
    money: Path | None = None
    higher_is_better: bool = False
    probability: bool | None = None
    sheet: str | None = None
    """Sheet of a workbook; the first one by default."""
    training: Path | None = None
    """File of the rows the model was fitted on."""
    marks: Path | None = None
    """File of their marks, as ``golive pack`` writes it."""
    known: Path | None = None
    """File that says which inputs are known before the decision."""
    group: str | None = None
    """Column of the customer, where customers have several rows."""
    count: str | None = None
    """Column that says how many equal rows a row stands for."""
    weight: str | None = None
    """Column of the sampling weights."""
    date: str | None = None
    """Column of the dates."""
    today: str | None = None
    """Column of today's decisions."""
    segments: tuple[str, ...] = ()
    """Columns whose values are judged one by one."""
    protected: tuple[str, ...] = ()
    """Columns of groups that the law protects."""

    def no_inputs(self, *others: str) -> frozenset[str]:
        """Return the columns that were named as something else than an input."""
        named = (self.outcome, self.group, self.count, self.weight, *others)
        return frozenset(name for name in named if name is not None)

    def options(self, rows: Texts, path: Path) -> Options:
        """Return the optional columns, as `golive.prove.measure.measure` takes them."""
        return Options(
            group=_column(self.group, rows, path),
            count=_column(self.count, rows, path),
            weight=_column(self.weight, rows, path),
            date=_several((self.date,) if self.date else (), rows, path) or None,
            today=_column(self.today, rows, path),
            segment=_several(self.segments, rows, path),
            protected=_several(self.protected, rows, path),
        )


def _column(name: str | None, rows: Texts, path: Path) -> NDArray[np.object_] | None:
    if name is None:
        return None
    need_column(rows, name, path)
    return rows[name]


def _several(names: tuple[str, ...], rows: Texts, path: Path) -> Texts:
    for name in names:
        need_column(rows, name, path)
    return {name: rows[name] for name in names}


def need_column(rows: Collection[str], column: str, path: Path | None = None) -> None:
    """Refuse a column that is not there; the nearest name is suggested."""
    if column not in rows:
        where = "the table" if path is None else f"`{path.name}`"
        raise InputError(f"{where} has no column `{column}`{nearest(column, rows)}", hint=f"it has: {', '.join(rows)}")
