"""The tracer: a pandas cleaning function, unchanged, as nodes of the row graph.

The function runs on the training frame with proxies that carry both pandas' own object and a node of the graph, so
that every value comes from pandas itself. What it learns from the rows (a median, the columns of `get_dummies`) is
frozen as a constant. What cannot be followed is refused with file, line and a rewrite; nothing is guessed.
"""

from __future__ import annotations

from golive.pack.trace.replayed import Replayed
from golive.pack.trace.run import Traced, trace

__all__ = ["Replayed", "Traced", "trace"]
