"""Every operation of the graph, once. The reference is docs/reference/graph.md; a test compares the two tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.operations.arithmetic import ARITHMETIC
from golive.engine.operations.constants import CONSTANTS
from golive.engine.operations.dates import DATES
from golive.engine.operations.linear import LINEAR
from golive.engine.operations.logic import LOGIC
from golive.engine.operations.numerals import NUMERALS
from golive.engine.operations.operation import Coded, Column, Operation, Text, Value
from golive.engine.operations.rowwise import ROWWISE
from golive.engine.operations.tables import TABLES
from golive.engine.operations.texts import TEXTS
from golive.engine.operations.trees import TREES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OPERATIONS", "Coded", "Column", "Operation", "Text", "Value"]

OPERATIONS: Mapping[str, Operation] = {
    **CONSTANTS,
    **ARITHMETIC,
    **LOGIC,
    **TABLES,
    **TEXTS,
    **DATES,
    **NUMERALS,
    **ROWWISE,
    **LINEAR,
    **TREES,
}
