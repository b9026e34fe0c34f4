"""What DuckDB finds, as numpy arrays a batch at a time: neither pandas nor pyarrow is loaded, nothing is held twice.

DuckDB hands over an Arrow C stream (https://arrow.apache.org/docs/format/CDataInterface.html), a fixed layout of
plain C structures. Columns of numbers of 1 or 8 bytes are copied out of it before their batch is released, so no array
points into memory that is gone.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import WorldError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

ROWS = 1 << 16
"""Rows handed out at a time: their columns and what is made of them stay in a processor's own memory."""


class _Array(ctypes.Structure):
    pass


class _Stream(ctypes.Structure):
    pass


_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private_data", ctypes.c_void_p),
]
_Stream._fields_ = [
    ("get_schema", ctypes.c_void_p),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype, _pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


def batches(relation: Any, kinds: Mapping[str, type[np.generic]]) -> Iterator[Arrays]:
    """Run a query and yield its columns, at most `ROWS` rows at a time.

    Parameters
    ----------
    relation
        A relation of DuckDB whose columns are of these kinds.
    kinds
        Column -> kind, in the order of the query. A missing number becomes NaN; other kinds must have none missing.
    """
    capsule = relation.__arrow_c_stream__()  # keeps the stream alive, and releases it
    stream = ctypes.cast(_pointer_of(capsule, b"arrow_array_stream"), ctypes.POINTER(_Stream))
    while True:
        batch = _Array()
        if stream.contents.get_next(stream, ctypes.byref(batch)):
            said = (stream.contents.get_last_error(stream) or b"no reason given").decode(errors="replace")
            raise WorldError(f"the rows could not be read to their end: {said.splitlines()[0]}")
        if not batch.release:
            return
        try:
            for start in range(0, batch.length, ROWS):
                stop = min(start + ROWS, batch.length)
                yield {
                    name: _cells(batch.children[at].contents, batch.offset, start, stop, np.dtype(kind))
                    for at, (name, kind) in enumerate(kinds.items())
                }
        finally:
            batch.release(ctypes.byref(batch))


def _cells(column: _Array, above: int, start: int, stop: int, kind: np.dtype[Any]) -> NDArray[Any]:
    first = above + column.offset + start
    found = np.empty(stop - start, dtype=kind)
    ctypes.memmove(found.ctypes.data, column.buffers[1] + first * kind.itemsize, found.nbytes)
    if column.null_count and column.buffers[0]:
        found[~_there(column.buffers[0], first, len(found))] = np.nan
    return found


def _there(address: int, first: int, n: int) -> NDArray[np.bool_]:
    """Read one bit per row, the lowest of a byte first."""
    held = ctypes.string_at(address + first // 8, (first % 8 + n + 7) // 8)
    bits = np.unpackbits(np.frombuffer(held, dtype=np.uint8), bitorder="little")
    found: NDArray[np.bool_] = bits[first % 8 : first % 8 + n] == 1
    return found
