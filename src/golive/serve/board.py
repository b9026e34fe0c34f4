"""What the workers of one service share: a piece of memory, made before they are forked.

Each worker writes its counts into its own part, once a second; whoever is asked for the metrics adds all parts up. A
worker that takes the place of one that ended goes on with its counts, so that no counter ever falls.
"""

from __future__ import annotations

import logging
import mmap
import zlib
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from golive.serve.pace import SLOTS

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger("golive.serve")

_PACE = 8 * SLOTS
_PART = 256 * 1024
_HEAD = 8
"""Bytes before the counts of a part: their length and their checksum."""
_TRIES = 5


class Board:
    """Shared memory for a number of workers.

    Attributes
    ----------
    due
        For `golive.serve.pace.Pace`: one limit for all workers.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._memory = mmap.mmap(-1, _PACE + workers * _PART)
        self.due = memoryview(self._memory)[:_PACE].cast("d")

    def post(self, worker: int, counts: Mapping[tuple[str, ...], float]) -> None:
        """Write the counts of a worker, numbered from 0."""
        data = msgspec.json.encode([[list(key), value] for key, value in counts.items()])
        if len(data) + _HEAD > _PART:
            log.error("the counts of worker %d do not fit any more; the metrics of the others lack them", worker)
            return
        head = len(data).to_bytes(4, "little") + zlib.crc32(data).to_bytes(4, "little")
        at = _PACE + worker * _PART
        self._memory[at : at + _HEAD + len(data)] = head + data

    def read(self, worker: int) -> Counter[tuple[str, ...]]:
        """Return what a worker wrote last; nothing where it wrote nothing yet."""
        for _ in range(_TRIES):  # it may be writing just now
            data = self._part(worker)
            if data is not None:
                found: Counter[tuple[str, ...]] = Counter()
                for key, value in msgspec.json.decode(data) if data else ():
                    found[tuple(key)] = value
                return found
        return Counter()

    def others(self, worker: int) -> Counter[tuple[str, ...]]:
        """Return the counts of all workers but one, added up."""
        total: Counter[tuple[str, ...]] = Counter()
        for other in range(self._workers):
            if other != worker:
                total.update(self.read(other))
        return total

    def _part(self, worker: int) -> bytes | None:
        at = _PACE + worker * _PART
        length = int.from_bytes(self._memory[at : at + 4], "little")
        data = bytes(self._memory[at + _HEAD : at + _HEAD + min(length, _PART)])
        same = zlib.crc32(data) == int.from_bytes(self._memory[at + 4 : at + _HEAD], "little")
        return data if same else None
