"""What is done without the model: ``[today]`` of the money file.

A rule is one of: an action for everybody (``approve all``), a comparison (``Amount >= 5000``, or with its action in
front: ``approve if Amount < 5000``), or the name of a column that holds today's decisions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from golive.errors import DocumentError
from golive.records.condition import SCORE, Flag, atoms, names, read
from golive.records.document import Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from golive.records.fields import Fields
    from golive.records.toml import Path


class Today(Part, frozen=True, kw_only=True):
    """What is done without the model. At most one of ``action``, ``column`` and ``comparison`` is there."""

    action: str | None = None
    """The action that everybody gets today; null when the file names none."""
    column: str | None = None
    """A column of today's decisions: names of the two actions, or 1 for the `above` action and 0 for the other."""
    comparison: str | None = None
    """A comparison over columns, e.g. ``Amount >= 5000``; where it holds a case gets ``holds`` today."""
    holds: str = ""
    """The action of the cases for which ``comparison`` holds; the others get the other one. Empty without one."""
    where: str = ""
    """``money.toml:20:8``: where the column or the comparison stands, for messages."""
    means: str = ""
    """What that is in words: ``who was late before gets no loan``; empty where the file says nothing."""
    impossible: tuple[str, ...] = ()
    """Actions that cannot be given to everybody (a law forbids it); nothing is compared to them."""

    @property
    def varies(self) -> bool:
        """Whether different cases get different actions today."""
        return self.column is not None or self.comparison is not None

    @property
    def said(self) -> str:
        """The rule in its owner's words, else as it stands in the file; empty where none is known."""
        if self.means or self.comparison is None:
            return self.means or (f"as in the column “{self.column}”" if self.column else "")
        return f"{self.holds} if {self.comparison}"


_LIKE_A_COMPARISON = re.compile(r"[<>=!]|\b(in|is|and|or|not|if)\b")


def read_today(reader: Fields, data: Mapping[str, Any], below: str, above: str) -> Today:
    """Take ``[today]`` out of a money file; ``below`` and ``above`` are empty where ``[actions]`` cannot be read."""
    table = reader.table(data, "today") or {}
    path: Path = ("today",)
    reader.known(table, path, ("rule", "means", "impossible"))
    constants = {f"{name} all": name for name in (below, above) if name}
    impossible = reader.texts(table, "impossible", path)
    for value in impossible:
        if constants and value not in constants:
            expected = " or ".join(f'"{name}"' for name in constants)
            reader.problem((*path, "impossible"), f"`impossible` is {value!r}; expected {expected}")
    told = tuple(value.removesuffix(" all") for value in impossible)
    rule, means = reader.text(table, "rule", path).strip(), reader.text(table, "means", path).strip()
    if not rule or not constants:
        return Today(impossible=told)
    if rule in constants:
        return Today(action=constants[rule], means=means, impossible=told)
    where = reader.toml.place_of_text((*path, "rule"), str(table["rule"]))
    if _LIKE_A_COMPARISON.search(re.sub(r"`[^`]*`", "", rule)):
        return replace(_compared(reader, rule, where, told, (below, above)), means=means)
    column = rule.removeprefix("`").removesuffix("`")
    if column in (below, above) or column.endswith(" all"):
        expected = ", ".join(f'"{name}"' for name in constants)
        reader.problem((*path, "rule"), f"`rule` is {rule!r}; expected {expected}, a comparison or a column")
    return Today(column=column, where=where, means=means, impossible=told)


def _compared(reader: Fields, rule: str, where: str, impossible: tuple[str, ...], actions: Sequence[str]) -> Today:
    """Read ``Amount >= 5000`` (holds: the `above` action) or ``approve if Amount < 5000``."""
    action, comparison = actions[1], rule
    for name in actions:
        if rule.startswith(f"{name} if "):
            action, comparison = name, rule.removeprefix(f"{name} if ")
    file, line, column = where.rsplit(":", 2)
    place = f"{file}:{line}:{int(column) + len(rule) - len(comparison)}"
    try:
        tree = read(comparison, where=place)
    except DocumentError as exc:
        reader.problems += exc.problems
        return Today(impossible=impossible)
    for atom in atoms(tree):
        if isinstance(atom, Flag):
            reader.problems.append(f"{atom.name.at}: `{atom.name.name}` stands alone; write `{atom.name.name}` = true")
        elif any(name.name == SCORE for name in names(atom)):
            reader.problems.append(
                f"{place}: today's rule asks about `score`, which is the new score; a column of that name stands in"
                " backticks"
            )
    return Today(comparison=comparison, holds=action, where=place, impossible=impossible)
