"""Which cases were decided before: asked of the journal, over a connection that is kept where opening one is dear."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from golive.engine import journal
from golive.errors import WorldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.engine.journal import Address, DecisionRow
    from golive.engine.journal.store import Store


class Lookup:
    """Reads decisions. A SQLite file is opened each time; a connection to Postgres is kept, one per process."""

    def __init__(self, at: Address) -> None:
        self._at = at
        self._lock = threading.Lock()
        self._store: Store | None = None
        self._process = 0

    def find(self, case_ids: Sequence[str]) -> dict[str, DecisionRow]:
        """Return the decisions of some cases; a case never decided is absent."""
        if self._at.kind == "sqlite":
            return journal.find(self._at, case_ids)
        with self._lock:
            kept = self._store is not None and self._process == os.getpid()
            try:
                return self._asked(case_ids)
            except WorldError:
                if not kept or self._store is None or not self._store.lost:
                    raise
                self._store = None  # the server was started anew
                return self._asked(case_ids)

    def close(self) -> None:
        """Let the journal go. Calling it twice does no harm."""
        with self._lock:
            store, self._store = self._store, None
            if store is not None and self._process == os.getpid():
                store.close()

    def _asked(self, case_ids: Sequence[str]) -> dict[str, DecisionRow]:
        if self._store is None or self._process != os.getpid():
            self._store, self._process = journal.opened(self._at), os.getpid()
        with self._store.transaction():
            return journal.decisions_of(self._store, case_ids)
