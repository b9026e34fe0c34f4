"""The rows of a table: how many, which are left after a filter, and the doors ``loc`` and ``iloc``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from golive.pack.trace.array import Labels
from golive.pack.trace.column import Column, Rows
from golive.pack.trace.frame_values import FrameValues
from golive.pack.trace.loc import ColumnsByPosition, Locator
from golive.pack.trace.series import combined
from golive.pack.trace.site import here, refusal

if TYPE_CHECKING:
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
        """Only some rows; good for aggregates, refused as the end of a cleaning function."""
        if mask.expr.kind != "boolean":
            raise refusal("rows are chosen by something that is not a column of truths")
        self.check_rows(mask)
        return self.remaining(self.real[mask.real], Rows(here(), combined(self, mask), because))

    def _rows_by(self, real: Any, because: str) -> Frame:
        return self.remaining(real, Rows(here(), None, because))

    def head(self, n: int = 5) -> Frame:
        return self._rows_by(self.real.head(n), "only the first rows")

    def tail(self, n: int = 5) -> Frame:
        return self._rows_by(self.real.tail(n), "only the last rows")

    def dropna(self, *, inplace: bool = False, **options: Any) -> Frame | None:
        if options.get("axis", 0) not in (0, "index", "rows"):
            raise refusal(
                "columns dropped for their missing values would differ from table to table",
                "name the columns: df.drop(columns=[...])",
            )
        return self.or_inplace(self._rows_by(self.real.dropna(**options), "rows with missing values dropped"), inplace)

    def drop_duplicates(
        self, subset: Any = None, *, keep: Any = "first", inplace: bool = False, ignore_index: bool = False
    ) -> Frame | None:
        real = self.real.drop_duplicates(subset=subset, keep=keep, ignore_index=ignore_index)
        return self.or_inplace(self._rows_by(real, "repeated rows dropped"), inplace)

    def reset_index(self, *, drop: bool = False, inplace: bool = False) -> Frame | None:
        if not drop:
            raise refusal("row labels as a column are not compiled", "df.reset_index(drop=True)")
        return self.or_inplace(self.made(self.real.reset_index(drop=True), self.exprs()), inplace)
