"""What an operation is: its kinds, its constants, and the two functions that run it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from golive.records.graph import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Booleans = np.ndarray[Any, np.dtype[np.bool_]]
Codes = np.ndarray[Any, np.dtype[np.int32]]

Param = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A column of text by dictionary: ``values[code]`` is the text of a row, code -1 is null.

    The dictionary may repeat a value and may hold values that no row has.
    """

    codes: Codes
    values: list[str]

    def texts(self) -> list[str | None]:
        """Return the column as a list."""
        values: list[str | None] = [*self.values, None]
        return [values[code] for code in self.codes.ravel().tolist()]


@dataclass(frozen=True, slots=True)
class Coded:
    """Numbers that follow from one text: ``table[code]`` is the value of a row, the last entry that of null.

    Handed to operations that can use it; all others get one value per row.
    """

    codes: Codes
    table: Numbers

    def spread(self) -> Numbers:
        """Return one value per row."""
        spread: Numbers = self.table[self.codes]
        return spread


Column = Numbers | Booleans | Text
"""A column of one kind, (n,), or without dimension where all rows have the same value."""

Value = float | str | bool | None
"""A value of one row: a number (NaN = missing), a text (None = null) or a boolean."""


class Constants(NamedTuple):
    """What a node fixes when it is built."""

    params: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]
    arguments: int = 0
    """How many arguments the node has."""
    kinds: tuple[str, ...] = ()
    """Their kinds."""


class Running(Protocol):
    """An operation with its constants, ready to run."""

    @property
    def row(self) -> Callable[..., Any]:
        """One value per argument in, one value out."""

    @property
    def columns(self) -> Callable[..., Any]:
        """One column per argument in, one column out."""


class Functions(NamedTuple):
    """The two functions of an operation without a life of its own."""

    row: Callable[..., Any]
    columns: Callable[..., Any]


@dataclass(frozen=True)
class Operation:
    """One row of the table in docs/reference/graph.md."""

    signature: str
    """``n, n -> n``: n number, t text, b boolean; ``v`` number or text, ``x`` any, ``k`` the kind that the parameter
    ``kind`` names; equal letters are equal kinds; ``...`` repeats the last argument."""
    start: Callable[[Constants], Running]
    params: Mapping[str, Callable[[Any, Constants], str]] = field(default_factory=dict)
    """Name -> check, which returns what was expected, or nothing when the value fits."""
    arrays: Mapping[str, str] = field(default_factory=dict)
    """Name -> dtype."""
    check: Callable[[Constants], str] | None = None
    """What is wrong with the constants together; empty when they fit."""


def plain(signature: str, row: Callable[..., Any], columns: Callable[..., Any]) -> Operation:
    """Return an operation without constants."""
    functions = Functions(row, columns)
    return Operation(signature, lambda _: functions)
