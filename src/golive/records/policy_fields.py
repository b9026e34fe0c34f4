"""What the parts of a policy file have in common: names that must be plain, actions that must exist, scores in 0..1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from golive.records.alike import oddity
from golive.records.fields import Fields, is_number, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.records.toml import Path, Toml


class PolicyFields(Fields):
    """Fields of a policy; what is wrong is collected."""

    def __init__(self, toml: Toml) -> None:
        super().__init__(toml)
        self.actions: tuple[str, ...] = ()
        self.favourable = ""
        self._ids: set[str] = set()

    def filled(self, data: Mapping[str, Any], key: str, path: Path) -> str:
        """Read a text that must be there and say something."""
        text = self.text(data, key, path, None)
        if isinstance(data.get(key), str) and not text.strip():
            self.problem((*path, key), f"`{key}` is empty; expected text")
        return text

    def name(self, data: Mapping[str, Any], key: str, path: Path) -> str:
        """Read a text by which programs know something."""
        text = self.filled(data, key, path)
        self.plain(text, key, (*path, key))
        return text

    def plain(self, text: str, key: str, path: Path) -> None:
        """Refuse a name that only looks like another one."""
        if odd := oddity(text):
            self.problem(path, f"`{key}` is {text!a}: {odd}")

    def id(self, data: Mapping[str, Any], path: Path, what: str) -> str:
        found = self.name(data, "id", path)
        if found and found in self._ids:
            self.problem((*path, "id"), f"the id `{found}` is used twice; expected another id for this {what}")
        self._ids.add(found)
        return found

    def action(self, data: Mapping[str, Any], key: str, path: Path) -> str:
        action = self.filled(data, key, path)
        if action.strip() and self.actions and action not in self.actions:
            odd = f": {found}" if (found := oddity(action)) else nearest(action, self.actions)
            what = f"the action `{action}` is not in `[actions] names`{odd}"
            self.problem((*path, key), f"{what}; expected one of: {', '.join(self.actions)}")
        return action

    def other_action(self, data: Mapping[str, Any], key: str, path: Path, why: str) -> str:
        """Read an action that may not be the favourable one."""
        action = self.action(data, key, path)
        if action and action == self.favourable:
            others = ", ".join(other for other in self.actions if other != action)
            self.problem((*path, key), f"{why} `{action}`, the favourable action; expected one of: {others}")
        return action

    def share(self, data: Mapping[str, Any], key: str, path: Path, default: float | None = None) -> float:
        """Read a score or a share, 0..1."""
        value = data.get(key)
        if isinstance(value, str):
            self.problem((*path, key), f"`{key}` is the text {value!r}; expected a number from 0 to 1 without quotes")
            return 0.0
        number = self.number(data, key, path, default)
        if not 0 <= number <= 1:
            hint = f"; {plain(number)} % is written {plain(number / 100)}" if 1 < number <= 100 else ""
            self.problem((*path, key), f"`{key}` is {plain(number)}; expected a number from 0 to 1{hint}")
        return number

    def range(self, data: Mapping[str, Any], path: Path, low: float, high: float) -> None:
        """Refuse a range that ends before it starts."""
        if is_share(data.get("from")) and is_share(data.get("to")) and low >= high:
            self.problem((*path, "from"), f"it goes from {plain(low)} to {plain(high)}; expected from < to")

    def one_of(self, data: Mapping[str, Any], key: str, path: Path, words: tuple[str, ...]) -> str:
        """Read one of some words; the first is taken where there is none."""
        word = self.text(data, key, path, words[0])
        if isinstance(data.get(key), str) and word not in words:
            listed = ", ".join(f'"{known}"' for known in words)
            self.problem((*path, key), f"`{key}` is {word!r}{nearest(word, words)}; expected one of: {listed}")
            return words[0]
        return word or words[0]

    def names(self, data: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
        """Read names, each once."""
        found = self.texts(data, key, path)
        if len(set(found)) != len(found) or not all(name.strip() for name in found):
            self.problem((*path, key), f"`{key}` is {list(found)}; expected each one once, and none empty")
        for name in found:
            self.plain(name, key, (*path, key))
        return found


def is_share(value: Any) -> bool:
    return is_number(value) and 0 <= value <= 1


def plain(number: float) -> str:
    """Return a number as people write it."""
    return repr(float(number)).removesuffix(".0")
