"""What a cleaning learns, by name, and what keeps it from being a function of any rows."""

from __future__ import annotations

from dataclasses import dataclass, field


class Obstacle(Exception):  # noqa: N818  # it is not an error: the other shape is used instead
    """Why the cleaning cannot be a function of any rows."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """A number or table that is taken over rows."""

    cell: int
    line: int
    what: str
    """``median of a``."""


@dataclass
class Book:
    """The names of what is learned; no two entries share one."""

    sites: list[Site] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    @property
    def empty(self) -> bool:
        """Whether nothing is learned at all, not even columns."""
        return not self._taken

    def name(self, what: str) -> str:
        name, number = what, 1
        while name in self._taken:
            number += 1
            name = f"{what} ({number})"
        self._taken.add(name)
        return name
