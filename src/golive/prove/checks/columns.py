"""What the columns themselves give away: rows that come twice, names of rows, inputs that know the outcome."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.buckets import Ties
from golive.maths.classification import area
from golive.maths.recompute import FEWEST_EVENTS
from golive.maths.words import count, listed, percent
from golive.prove.conditions import SCIENTIST
from golive.records.checked import Checked, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.prove.checks.sample import Sample

    Bools = NDArray[np.bool_]
    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]

TELLING = 0.98
"""An area under the curve above this, from one column alone, is hardly ever honest."""
REPEATED = 0.01
"""Share of rows that may come again before it is said to be many."""
FEWEST_NAMES = 50
"""Rows below which different values in every row say nothing."""
MOST_ROWS_OF_ONE = 10
"""Rows of one value, on average, up to which a repeated id may be that of a customer or a case."""
_ID = re.compile(
    r"(^|[ _.-])(id|uuid|key|nr)$|^(customer|client|account|person|member|user)([ _.-]?(id|uuid|key|nr|no|number))?$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"[a-z](Id|ID)$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d([ T].*)?|\d\d?[./]\d\d?[./]\d{2,4}([ T].*)?")


def duplicates(rows: Sample) -> Checked:
    """Look for rows that are the same in every column, outcome included."""
    if not rows.columns:
        return Checked(
            code="duplicates",
            state=State.impossible,
            text="Rows that come twice cannot be seen: only outcome and score were given.",
        )
    again = len(rows.marks) - len(np.unique(rows.marks))
    share = again / len(rows.marks)
    found = f"{again:,} of {count(len(rows.marks))} repeat another one in every column ({percent(share)})"
    many = share > REPEATED
    return Checked(
        code="duplicates",
        state=State.failed if many else State.passed,
        text=f"{found}: what rests on them is less sure than its range says." if many else f"{found}.",
    )


def identifiers(rows: Sample, inputs: Sequence[str], dates: frozenset[str], *, certain: bool) -> Checked:
    """Look for inputs that have another value in every row, and so name rows instead of describing them."""
    if not rows.columns:
        text = "Names of rows cannot be seen: only outcome and score were given."
        return Checked(code="identifiers", state=State.impossible, text=text)
    if len(rows.event) < FEWEST_NAMES:
        text = f"Names of rows cannot be told from other values in {count(len(rows.event))}; it takes {FEWEST_NAMES}."
        return Checked(code="identifiers", state=State.impossible, text=text)
    found = [name for name in inputs if name in rows.columns and name not in dates and _names_rows(rows, name)]
    if not found:
        return Checked(code="identifiers", state=State.passed, text="No input has another value in every row.")
    said = f"{listed(found)}: another value in every row"
    if not certain:
        text = f"{said}; fine as long as the score was not made with it."
        return Checked(code="identifiers", state=State.passed, text=text)
    text = f"{said}. Such an input names rows; of a new case it says nothing."
    return Checked(code="identifiers", state=State.failed, text=text)


def repeated_ids(rows: Sample) -> Checked:
    """Look for columns that are called like a name of a customer or a case, and whose values come again.

    Rows of one customer are not independent: ranges that take them for it are too narrow.
    """
    named = [name for name in rows.columns if _ID.search(name) or _CAMEL.search(name)]
    found = []
    for name in named:
        codes, values = rows.factors[name]
        there = codes[np.array([value is not None for value in values], dtype=bool)[codes]]
        different = len(np.unique(there))
        if len(there) > different > len(there) / MOST_ROWS_OF_ONE:
            found.append(f"`{name}` has {different:,} values in {count(len(there))}")
    if not found:
        what = (
            "No column that is called like an id holds a value twice." if named else "No column is called like an id."
        )
        return Checked(code="repeated_ids", state=State.passed if named else State.impossible, text=what)
    text = (
        f"{'; '.join(found)}: if it names the customer, say so (--group, `group=`), for rows of one customer are no"
        " independent evidence; if it names the case, rows are there more than once."
    )
    return Checked(code="repeated_ids", state=State.failed, text=text)


def telling(rows: Sample, inputs: Sequence[str], *, certain: bool) -> Checked:
    """Look for single columns that tell the outcomes apart by themselves.

    Parameters
    ----------
    rows
        The sample.
    inputs
        Columns to look at.
    certain
        Whether these are known to be inputs of the model; of a mere table they may be anything.
    """
    events = int(rows.event.sum())
    if min(events, len(rows.event) - events) < FEWEST_EVENTS:
        text = f"One outcome was seen fewer than {FEWEST_EVENTS} times: no column can be blamed for knowing it."
        return Checked(code="telling_input", state=State.impossible, text=text)
    seen = [name for name in inputs if name in rows.columns]
    if not seen:
        text = "No column was given besides outcome and score; pass the frame, or a file that has the inputs."
        return Checked(code="telling_input", state=State.impossible, text=text)
    areas = {name: telling_area(rows, name) for name in seen}
    found = {name: one for name, one in areas.items() if one > TELLING}
    if not found:
        best = max(areas, key=lambda name: (areas[name], name))
        text = f"No input alone tells the outcomes apart; the best is `{best}` (AUC {areas[best]:.2f})."
        return Checked(code="telling_input", state=State.passed, text=text)
    said = "tells" if len(found) == 1 else "tell"
    then = "Find out when it is known" if certain else "If the score was made with it, find out when it is known"
    text = (
        f"{listed(list(found))} alone {said} the two outcomes apart almost without error; such an input is mostly"
        f" written down afterwards. {then}, or fit the model without it."
    )
    return Checked(code="telling_input", state=State.failed, text=text, condition=certain, who=SCIENTIST)


def telling_area(rows: Sample, name: str) -> float:
    """Return the best area under the curve that one column reaches alone.

    As a number (either direction, missing as the smallest or the largest), and as a category whose rate was learned
    on the other half of the rows, so that a value seen once says nothing.
    """
    codes, values = rows.factors[name]
    areas = [_by_rate(codes, len(values), rows.event, rows.marks)]
    if name in rows.numbers:
        numbers = rows.numbers[name]
        n = np.bincount(codes, minlength=len(values))
        events = np.bincount(codes[rows.event], minlength=len(values))
        for missing in (-np.inf, np.inf):
            areas.append(_either_way(np.where(np.isnan(numbers), missing, numbers), n, events))
    return max(areas)


def _either_way(order: Values, n: Integers, events: Integers) -> float:
    place = np.argsort(order, kind="stable")
    found = area(Ties(order[place], n[place], events[place]))
    return max(found, 1 - found)


def _by_rate(codes: Integers, size: int, event: Bools, marks: NDArray[np.uint64]) -> float:
    """Return the mean area of two halves, each scored with the rates of the other; 0.5 where one has one outcome."""
    half = (marks >> np.uint64(7)) & np.uint64(1) == 1
    areas = []
    for mine, other in ((half, ~half), (~half, half)):
        happened = int(event[mine].sum())
        if not 0 < happened < int(mine.sum()) or not other.any():
            return 0.5
        n = np.bincount(codes[other], minlength=size)
        rates = (np.bincount(codes[other & event], minlength=size) + event[other].mean()) / (n + 1)
        seen = np.bincount(codes[mine], minlength=size)
        there = np.flatnonzero(seen)
        place = there[np.argsort(rates[there], kind="stable")]
        order, starts = np.unique(rates[place], return_index=True)
        sizes = np.add.reduceat(seen[place], starts)
        hits = np.add.reduceat(np.bincount(codes[mine & event], minlength=size)[place], starts)
        areas.append(area(Ties(order, sizes, hits)))
    return float(np.mean(areas))


def _names_rows(rows: Sample, name: str) -> bool:
    """Whether a column has another value in every row, where chance would not give that."""
    codes, values = rows.factors[name]
    if len(values) < len(codes):
        return False
    if name in rows.numbers:
        numbers = rows.numbers[name]
        whole = bool((numbers == np.floor(numbers)).all())  # a missing value is none
        # Whole numbers drawn from a range of r values first meet at about sqrt(r) rows: below that nothing is odd.
        return whole and len(codes) ** 2 > 6 * float(numbers.max() - numbers.min() + 1)
    return not all(value is None or _DATE.fullmatch(value) for value in values)
