"""The items as a table for a tracker: csv that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.tables.formulas import harmless

if TYPE_CHECKING:
    from golive.records.status import Status

COLUMNS = ("id", "stage", "item", "state", "owner", "since", "found", "next")


def csv_of(status: Status) -> bytes:
    """Return one line per item, UTF-8; the id is stable, so that a tracker can match lines of two days."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for item in status.items:
        since = "" if item.since is None else item.since.isoformat()
        cells = (item.id, item.stage, item.name, item.state.value, item.owner, since, item.text, item.next)
        writer.writerow([harmless(visible(cell).replace("\n", " ")) for cell in cells])
    return text.getvalue().encode()
