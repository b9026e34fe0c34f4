"""The rows of a table: how many, which are left after a filter, and the doors ``loc`` and ``iloc``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from golive.pack.trace.array import Labels
from golive.pack.trace.column import Column
from golive.pack.trace.filters import OTHERS, by_condition, by_position, narrowed, without_missing
from golive.pack.trace.frame_values import FrameValues
from golive.pack.trace.loc import ColumnsByPosition, Locator
from golive.pack.trace.nodes import Expr
from golive.pack.trace.proxy import holds_proxy, only
from golive.pack.trace.query import queried
from golive.pack.trace.series import Series
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.filters import Rows
    from golive.pack.trace.frame import Frame


class FrameRows(FrameValues):
    """A third of a `Frame`."""

    def remaining(self, real: Any, rows: Rows) -> Frame:
        """The same columns with only some rows left."""
        raise NotImplementedError

    def check_rows(self, other: Column) -> None:
        raise NotImplementedError

    @property
    def loc(self) -> Locator:
        return Locator(self)  # type: ignore[arg-type]  # self is a Frame

    @property
    def iloc(self) -> ColumnsByPosition:
        return ColumnsByPosition(self)  # type: ignore[arg-type]  # self is a Frame

    @property
    def index(self) -> Labels:
        return Labels(self.session, self.real.index, self.rows)

    def rows_count(self) -> int:
        return self.session.freeze("number of rows", lambda: len(self.real))

    @property
    def shape(self) -> tuple[int, int]:
        return self.rows_count(), len(self.real.columns)

    @property
    def size(self) -> int:
        return self.rows_count() * len(self.real.columns)

    @property
    def empty(self) -> bool:
        return self.rows_count() == 0 or len(self.real.columns) == 0

    @property
    def dtypes(self) -> Any:
        return self.session.freeze("types of the columns", lambda: self.real.dtypes, shown=False)

    def filtered(self, mask: Column, because: str) -> Frame:
        """Only some rows."""
        if mask.expr.kind != "boolean":
            raise refusal("rows are chosen by something that is not a column of truths")
        self.check_rows(mask)
        keep, rows = by_condition(self, mask, because)  # type: ignore[arg-type]  # self is a Frame
        return self.remaining(self.real[keep], rows)

    def query(self, expr: str, *, inplace: bool = False, **options: Any) -> Frame | None:
        only(options, "query", engine="python")
        mask = queried(self, expr)  # type: ignore[arg-type]  # self is a Frame
        return self.or_inplace(self.filtered(mask, "rows chosen by a condition"), inplace)

    def head(self, n: int = 5) -> Frame:
        rows = by_position(self, range(len(self.real))[:n], "only the first rows")  # type: ignore[arg-type]
        return self.remaining(self.real.head(n), rows)

    def tail(self, n: int = 5) -> Frame:
        places = range(len(self.real))[-n:] if n else []
        rows = by_position(self, places, "only the last rows")  # type: ignore[arg-type]
        return self.remaining(self.real.tail(n), rows)

    def _without_missing_columns(self, options: dict[str, Any]) -> Frame:
        """Which columns are left is frozen: in production they are those of the training frame."""
        names = self.session.freeze(
            "columns without missing values", lambda: list(self.real.dropna(axis=1, **options).columns)
        )
        return self[names]  # type: ignore[no-any-return]

    def pivot_table(self, **options: Any) -> Any:
        """A table of one aggregate by keys, frozen."""
        if holds_proxy(options):
            raise refusal("a pivot table of columns that are not in the table is not compiled", "name its columns")
        return self.session.freeze("pivot table", lambda: self.real.pivot_table(**options), made_of=repr(options))

    def dropna(self, *, inplace: bool = False, ignore_index: bool = False, **options: Any) -> Frame | None:
        if options.pop("axis", 0) not in (0, "index", "rows"):
            return self.or_inplace(self._without_missing_columns(options), inplace)
        left = without_missing(self, options)  # type: ignore[arg-type]  # self is a Frame
        return self.or_inplace(left.reset_index(drop=True) if ignore_index else left.copy(), inplace)  # type: ignore[arg-type]

    def drop_duplicates(
        self, subset: Any = None, *, keep: Any = "first", inplace: bool = False, ignore_index: bool = False
    ) -> Frame | None:
        repeated = self.duplicated(subset, keep)
        left, rows = narrowed(self, ~repeated.real.to_numpy(), repeated.expr, "repeated rows dropped")  # type: ignore[arg-type]
        made = self.remaining(self.real[left], rows)
        return self.or_inplace(made.reset_index(drop=True) if ignore_index else made, inplace)  # type: ignore[arg-type]

    def duplicated(self, subset: Any = None, keep: Any = "first") -> Series:
        """True on rows that repeat another: no node, because one case has no other."""
        expr = Expr(None, "boolean", frozenset([OTHERS]), nullable=False, infinite=False)
        return Series(self.session, self.real.duplicated(subset, keep), expr, rows=self.rows)

    def reset_index(self, *, drop: bool = False, inplace: bool = False) -> Frame | None:
        if not drop:
            raise refusal("row labels as a column are not compiled", "df.reset_index(drop=True)")
        return self.or_inplace(self.made(self.real.reset_index(drop=True), self.exprs()), inplace)
