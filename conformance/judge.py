"""Two answers to the same rows, compared. Arrays in, one record out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from conformance.expect import Expected

CELLS = 1e-12
_CUT_OFFS = 1000


@dataclass
class Outcome:
    """What became of one case."""

    name: str
    holds: str = ""
    status: str = "compiled"
    """``compiled``, ``refused``, ``wrong`` or ``crashed``."""
    message: str = ""
    float_class: str = ""
    tolerance: float = 0.0
    compared: int = 0
    """Rows that both scored."""
    largest: float = 0.0
    """Largest difference of a score."""
    flipped: int = 0
    """Rows on the other side of some cut-off in the middle of a gap."""
    cells: int = 0
    """Cleaned cells that differ."""
    beyond: int = 0
    """Rows whose score differs by more than the tolerance."""
    both_silent: int = 0
    """Rows on which Python raises, or which its cleaning leaves out, and for which golive has no score."""
    contract: int = 0
    """Rows that Python scores and the contract refuses."""
    invented: int = 0
    """Rows on which Python raises, or which its cleaning leaves out, and which got a score all the same."""
    row_path: int = 0
    """Rows that were compared one by one as well."""
    javascript: int = 0
    """Rows compared under Node."""
    javascript_largest: float = 0.0
    javascript_wrong: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)
    """The first rows that are wrong."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def judge(out: Outcome, expected: Expected, score: NDArray[np.float64], broken: NDArray[np.bool_]) -> None:
    """Compare scores of all rows; NaN where there is none."""
    given = ~broken & ~np.isnan(score)
    has = ~np.isnan(expected.score)
    both = given & has
    difference = np.abs(expected.score[both] - score[both])
    out.compared = int(both.sum())
    out.largest = float(difference.max(initial=0.0))
    out.beyond = int((difference > out.tolerance).sum()) + int((has & ~broken & np.isnan(score)).sum())
    out.flipped = flips(expected.score[both], score[both], out.tolerance)
    out.both_silent = int((~has & ~given).sum())
    out.contract = int((has & broken).sum())
    out.invented = int((~has & given).sum())
    numbers = np.flatnonzero(both)[difference > out.tolerance][:3].tolist()
    numbers += np.flatnonzero(~has & given)[:3].tolist() + np.flatnonzero(has & ~broken & np.isnan(score))[:3].tolist()
    out.notes += [f"row {row}: Python {expected.score[row]!r}, golive {score[row]!r}" for row in numbers]


def flips(expected: NDArray[np.float64], given: NDArray[np.float64], tolerance: float) -> int:
    """Count rows that lie on another side of a cut-off in the middle of a gap between two expected scores."""
    distinct = np.unique(expected)
    wide = np.flatnonzero(np.diff(distinct) > 4 * tolerance)
    if wide.size > _CUT_OFFS:
        wide = wide[np.linspace(0, wide.size - 1, _CUT_OFFS).astype(int)]
    at = (distinct[wide] + distinct[wide + 1]) / 2.0
    return int((np.searchsorted(at, expected, "right") != np.searchsorted(at, given, "right")).sum())


def judge_cells(out: Outcome, expected: pd.DataFrame, given: dict[str, Any], rows: NDArray[np.intp]) -> None:
    """Compare cleaned cells: texts exactly, numbers relative to the larger of 1 and the cell."""
    for name, values in given.items():
        column = expected[name]
        if values.dtype == object:
            wanted = [None if value != value else value for value in column.astype(object)]
            same = np.array([a == b for a, b in zip(wanted, values, strict=True)], dtype=bool)
        else:
            numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
            with np.errstate(invalid="ignore"):
                near = np.abs(numbers - values) <= CELLS * np.maximum(1.0, np.abs(numbers))
            same = near | (numbers == values) | (np.isnan(numbers) & np.isnan(values))
        out.cells += int((~same).sum())
        out.notes += [
            f"row {rows[at]}, column {name}: pandas {column.iloc[at]!r}, golive {values[at]!r}"
            for at in np.flatnonzero(~same)[:2]
        ]


def verdict(out: Outcome) -> None:
    """Call the case wrong when anything is."""
    if out.beyond or out.flipped or out.cells or out.invented or out.javascript_wrong:
        out.status = "wrong"
