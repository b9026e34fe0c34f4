"""Typed values out of a document that people wrote, with every problem collected and placed."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from golive.records.toml import Path, Toml


class Fields:
    """Takes typed values out of a TOML document; what is wrong is collected, so that all of it is mended in one go."""

    def __init__(self, toml: Toml) -> None:
        self.toml = toml
        self.problems: list[str] = []

    def problem(self, path: Path, what: str) -> None:
        self.problems.append(f"{self.toml.place(path)}: {what}")

    def known(self, table: dict[str, Any], path: Path, fields: tuple[str, ...]) -> None:
        """Name the fields that are not among those expected.

        One that is nearly an expected field which is missing is then read as that field: what would follow from its
        absence is no second mistake.
        """
        for key in [key for key in table if key not in fields]:
            self.problem(
                (*path, key), f"unknown field `{key}`{nearest(key, fields)}; expected one of: {', '.join(fields)}"
            )
            self.read_as(table, path, key, close_to(key, fields))

    def read_as(self, table: dict[str, Any], path: Path, key: str, meant: str) -> None:
        """Read a misspelt field as the one that was meant, where that is missing."""
        if meant and meant not in table:
            table[meant] = table.pop(key)
            self.toml.also((*path, key), (*path, meant))

    def table(
        self, data: Mapping[str, Any], key: str, path: Path = (), *, needed: bool = False
    ) -> dict[str, Any] | None:
        if key not in data:
            if needed:
                self.problem(path, f"the table `[{'.'.join(map(str, (*path, key)))}]` is missing")
            return None
        if not isinstance(data[key], dict):
            self.problem((*path, key), f"`{key}` is {data[key]!r}; expected a table")
            return None
        return dict(data[key])

    def tables(self, key: str) -> Iterator[tuple[dict[str, Any], Path]]:
        """Yield the tables of ``[[key]]`` with their paths."""
        data = self.toml.data.get(key, [])
        if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
            self.problem((key,), f"`{key}` is {data!r}; expected tables that start with [[{key}]]")
            return
        for index, item in enumerate(data):
            yield item, (key, index)

    def text(self, data: Mapping[str, Any], key: str, path: Path, default: str | None = "") -> str:
        """``default`` None: the field must be there."""
        return str(self._take(data, key, path, default, "text in double quotes", _is_text, ""))

    def number(self, data: Mapping[str, Any], key: str, path: Path, default: float | None = None) -> float:
        return float(self._take(data, key, path, default, "a finite number such as 0.6", is_number, 0.0))

    def whole(self, data: Mapping[str, Any], key: str, path: Path, default: int) -> int:
        return int(self._take(data, key, path, default, "a whole number from 0", _is_whole, 0))

    def flag(self, data: Mapping[str, Any], key: str, path: Path, default: bool | None = None) -> bool:
        return bool(self._take(data, key, path, default, "true or false", _is_flag, False))

    def day(self, data: Mapping[str, Any], key: str, path: Path) -> date | None:
        """Read a date; null where there is none."""
        found = self._take(data, key, path, date.min, "a date without quotes such as 2027-01-31", _is_day, date.min)
        return None if found == date.min else found

    def texts(self, data: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
        return tuple(self._take(data, key, path, [], "a list of texts", _are_texts, []))

    def _take(
        self, data: Mapping[str, Any], key: str, path: Path, default: object, expected: str,
        fits: Callable[[object], bool], instead: object,
    ) -> Any:  # fmt: skip
        if key not in data:
            if default is None:
                self.problem(path, f"`{key}` is missing; expected {expected}")
                return instead
            return default
        if not fits(data[key]):
            self.problem((*path, key), f"`{key}` is {_shown(data[key])}; expected {expected}")
            return instead
        return data[key]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean `message`?)`` for a word that nearly is a known one, else nothing."""
    found = close_to(word, known)
    return f" (did you mean `{found}`?)" if found else ""


def close_to(word: str, known: Iterable[str]) -> str:
    """Return the known word that another one nearly is; empty where there is none."""
    folded = {name.casefold(): name for name in known}
    from difflib import get_close_matches  # only for a message

    found = get_close_matches(word.casefold(), folded, n=1)
    return folded[found[0]] if found else ""


def _shown(value: object) -> str:
    """Return a value as a message shows it; a date and a time as the file has them."""
    return str(value) if isinstance(value, (date, time)) else repr(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def is_number(value: object) -> bool:
    """Return whether a value is a finite number; true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
