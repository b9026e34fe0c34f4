"""The journal: every decision, outcome and action, written once, each row chained to the row before it.

One SQLite file, or one Postgres database with the same tables. Rows are only ever added; a correction is a new row.
Each writer (an open connection) has a chain of its own in each table::

    commitment = hmac-sha256(salt, canonical JSON of the personal columns)
    digest = sha256(digest of the writer's row before it + canonical JSON of the other columns)

and ``heads`` keeps the end of each chain, so a changed, moved, inserted or removed row is found by `verify`.
JSON columns are covered as the text that is stored. `golive.serve` writes, `golive.watch` reads.
"""

from __future__ import annotations

from golive.engine.journal.address import Address, address
from golive.engine.journal.chain import FIRST
from golive.engine.journal.columns import FEWEST_DAYS, FORMAT, AnyRow
from golive.engine.journal.counts import Counts, Day, Deciding, Overridden, Route, Turned, Window
from golive.engine.journal.log import Log, decisions_of, find, last_actions, read, waiting
from golive.engine.journal.remove import Said, erase, prune, retain, stamp
from golive.engine.journal.store import opened
from golive.engine.journal.tally import Tally, tally
from golive.engine.journal.walk import verify
from golive.engine.journal.writer import Conflict, Refused, Writer, Written, connect
from golive.records.journal import ActionRow, Broken, DecisionRow, Head, OutcomeRow, RemovalRow, Shadow, Verified

__all__ = [
    "FEWEST_DAYS",
    "FIRST",
    "FORMAT",
    "ActionRow",
    "Address",
    "AnyRow",
    "Broken",
    "Conflict",
    "Counts",
    "Day",
    "Deciding",
    "DecisionRow",
    "Head",
    "Log",
    "OutcomeRow",
    "Overridden",
    "Refused",
    "RemovalRow",
    "Route",
    "Said",
    "Shadow",
    "Tally",
    "Turned",
    "Verified",
    "Window",
    "Writer",
    "Written",
    "address",
    "connect",
    "decisions_of",
    "erase",
    "find",
    "last_actions",
    "opened",
    "prune",
    "read",
    "retain",
    "stamp",
    "tally",
    "verify",
    "waiting",
]
