"""A number that nobody measured on these rows: its value, the range thought possible, and who answers for it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from golive.records.document import Part
from golive.records.fields import is_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from golive.records.fields import Fields
    from golive.records.toml import Path

FIELDS = ("value", "range", "owner", "source", "currency", "effect_of", "measured_by", "means")
"""The last four belong to ``[assumptions]`` alone."""


class Assumption(Part, frozen=True, kw_only=True):
    """A number that nobody measured on these rows, and who answers for it."""

    name: str
    value: float
    low: float | None = None
    """Smallest value its owner thinks possible; null when no range was given."""
    high: float | None = None
    owner: str = ""
    """A role, e.g. ``head of lending``; empty when nobody is named (a condition of the verdict)."""
    source: str = ""
    """Where the number comes from."""
    effect_of: str = ""
    """The action that is said to have this effect (a campaign that saves 30 %); empty where it is no effect. Until a
    control group measured it, it is a condition of the verdict."""
    measured_by: str = ""
    """The control group that measured the effect, in words; empty: it is assumed."""
    means: str = ""
    """What it is, with its unit, in words that a board understands: ``share of the loan lost when it goes bad``."""


def read_assumptions(reader: Fields, data: Mapping[str, Any], actions: Sequence[str]) -> tuple[Assumption, ...]:
    table = reader.table(data, "assumptions") or {}
    return tuple(read_assumption(reader, ("assumptions", name), name, value, actions) for name, value in table.items())


def read_assumption(
    reader: Fields,
    path: Path,
    name: str,
    value: object,
    actions: Sequence[str] = (),
    limits: tuple[float, float] = (-math.inf, math.inf),
) -> Assumption:
    """Read a value with range, owner and source; value and range must lie within the limits."""
    if not isinstance(value, dict):
        reader.problem(path, f"`{name}` is {value!r}; expected a table with value, range, owner, source")
        return Assumption(name=name, value=0.0)
    reader.known(value, path, FIELDS if path[0] == "assumptions" else FIELDS[:4])
    number = reader.number(value, "value", path)
    _same_currency(reader, value, path)
    low, high = _range(reader, value, path, number)
    for key, given in (("value", number), ("range", low), ("range", high)):
        if given is not None and not limits[0] <= given <= limits[1] and key in value:
            expected = "0 to 1" if limits[1] == 1 else f"at least {limits[0]:g}"
            reader.problem((*path, key), f"`{key}` is {value[key]}; expected {expected}")
            break
    return Assumption(
        name=name, value=number, low=low, high=high,
        owner=reader.text(value, "owner", path), source=reader.text(value, "source", path),
        effect_of=_effect_of(reader, value, path, actions), measured_by=reader.text(value, "measured_by", path),
        means=reader.text(value, "means", path).strip(),
    )  # fmt: skip


def _same_currency(reader: Fields, table: Mapping[str, Any], path: Path) -> None:
    """Refuse an amount in another currency: amounts are never converted."""
    own, here = reader.toml.data.get("currency"), table.get("currency")
    if here is not None and here != own:
        reader.problem(
            (*path, "currency"), f"`currency` is {here!r}, but the file is in {own!r}; convert the amount first"
        )


def _effect_of(reader: Fields, table: Mapping[str, Any], path: Path, actions: Sequence[str]) -> str:
    effect = reader.text(table, "effect_of", path)
    if effect and actions and effect not in actions:
        expected = " or ".join(f'"{name}"' for name in actions)
        reader.problem((*path, "effect_of"), f"`effect_of` is {effect!r}; expected {expected}")
    if not effect and "measured_by" in table:
        reader.problem((*path, "measured_by"), "`measured_by` stands without `effect_of`; expected the action")
    return effect


def _range(
    reader: Fields, table: Mapping[str, Any], path: Path, value: float
) -> tuple[float, float] | tuple[None, None]:
    limits = table.get("range")
    if limits is None:
        return None, None
    if not (isinstance(limits, list) and len(limits) == 2 and all(map(is_number, limits)) and limits[0] <= limits[1]):
        reader.problem((*path, "range"), f"`range` is {limits!r}; expected two numbers, the smaller first")
        return None, None
    low, high = float(limits[0]), float(limits[1])
    if not low <= value <= high and is_number(table.get("value")):
        reader.problem((*path, "value"), f"`value` is {value:g}, outside its own range {low:g} to {high:g}")
    return low, high
