"""What the user writes for a transformer of their own, in the operations of the graph."""

from __future__ import annotations

from typing import Any


def capped(step: Any, columns: Any, graph: Any) -> list[Any]:
    """`conformance.project.Capped`: each column, or its cap where that is smaller."""
    return [graph.minimum(column, float(cap)) for column, cap in zip(columns, step.caps_, strict=True)]
