"""What the cut of raw rows needs to know of them, such as a date that is read from a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.columns import NONE, reads
from golive.tidy.frames import made_for, names_of
from golive.tidy.program import with_code
from golive.tidy.rewrites import changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.columns import Columns, Lens
    from golive.tidy.program import Unit
    from golive.tidy.roles import Split


def parting(middle: Sequence[Unit], split: Split, rows: set[str], lens: Lens) -> tuple[list[Unit], list[Unit]]:
    """What the cut of raw rows needs: the statements before it, and itself, both said of raw rows where they can be."""
    if not split.cutting:
        return [], []
    sized = _Sized(rows, split.rows)
    made = names_of(split.cutting)
    cutting = [with_code(unit, changed(unit.code, sized)[0], lens.world) for unit in split.cutting]
    read: dict[str, Columns] = {}
    others: set[str] = set()
    for unit in cutting:
        for name, columns in reads(unit.tree, lens).items():
            read[name] = read.get(name, NONE) | columns
        others |= unit.facts.reads - lens.frames - made - {split.rows}
    early = [with_code(unit, changed(unit.code, sized)[0], lens.world) for unit in middle]
    return made_for(early, read, others, lens)[0], cutting


class _Sized(cst.CSTTransformer):
    """``len(X)``, ``X.shape`` and ``X.index`` are those of the raw rows."""

    def __init__(self, names: set[str], rows: str) -> None:
        super().__init__()
        self.names, self.rows = names, rows

    def leave_Attribute(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.Attribute:
        if self._has_rows(original_node.value) and original_node.attr.value in ("shape", "index"):
            return updated_node.with_changes(value=cst.Name(self.rows))
        return updated_node

    def leave_Call(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.Call:
        function = original_node.func
        if (
            not isinstance(function, cst.Name)
            or function.value != "len"
            or not self._has_rows(original_node.args[0].value)
        ):
            return updated_node
        return updated_node.with_changes(args=[cst.Arg(cst.Name(self.rows))])

    def _has_rows(self, node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.Name) and node.value in self.names
