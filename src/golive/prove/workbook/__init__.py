"""``report.xlsx``: the money of every cut-off as live formulas over prices that can be changed.

It shows the record and repeats what the page works out for a cut-off fixed beforehand. The choice, the honest figure
and its range need the half-samples and are not worked out here: they stand as recorded.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from golive.errors import need
from golive.prove.workbook.book import Book
from golive.prove.workbook.fixed import buckets, lift, summary
from golive.prove.workbook.priced import assumptions, confusion, cutoffs, summed, sums

if TYPE_CHECKING:
    from golive.records.evidence import Evidence

__all__ = ["workbook"]


def workbook(evidence: Evidence) -> bytes:
    """Return the workbook of some evidence: the same evidence, the same bytes.

    Raises
    ------
    MissingExtraError
        XlsxWriter is not installed; it comes with the extra ``prove``.
    """
    out = io.BytesIO()
    made = need("xlsxwriter", extra="prove").Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    )
    book = Book(made, evidence)
    summary(book)
    if evidence.money is not None:
        at = summed(evidence)
        assumptions(book, at)
        cutoffs(book, at)
        confusion(book, at)
        sums(book, at)
    buckets(book)
    lift(book)
    made.close()
    return out.getvalue()
