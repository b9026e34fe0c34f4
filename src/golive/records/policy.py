"""The policy that people wrote, read from ``policy.toml``. The file is explained in docs/reference/policy.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from golive.errors import DocumentError
from golive.records.fields import Fields, is_number, nearest
from golive.records.policy_inputs import disagreements
from golive.records.rules import REVIEW, Band, Branch, Case, Fallback, Policy, Rule, branches
from golive.records.toml import Toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from golive.records.contract import Contract
    from golive.records.toml import Path

__all__ = ["REVIEW", "Band", "Branch", "Case", "Fallback", "Policy", "Rule", "branches", "parse", "refused"]

_TOP = ("id", "version", "owner", "actions", "rules", "bands", "fallback", "reasons", "cases")
_MOST = 4


def parse(text: str, *, name: str = "policy.toml", contract: Contract | None = None) -> Policy:
    """Read a policy; every problem of the file is reported at once.

    Parameters
    ----------
    text
        The whole file.
    name
        How messages call it.
    contract
        The inputs that rules may name. Without it only the file itself is checked here; compiling checks the rest.

    Raises
    ------
    DocumentError
        ``problems`` has one line each, beginning with ``policy.toml:7:12``.

    Examples
    --------
    >>> text = '''
    ... id = "all"
    ... version = "1"
    ... owner = "risk"
    ... actions = { names = ["approve", "review"], favourable = "approve" }
    ... bands = [{ id = "any", from = 0, to = 1, action = "review" }]
    ... fallback = { action = "review" }
    ... '''
    >>> [branch.kind for branch in branches(parse(text))]
    ['fallback', 'band']
    """
    reader = _Reader(Toml(text, name=name))
    policy = reader.policy()
    problems = [*reader.fields.problems, *disagreements(policy, contract, name=name)]
    if problems:
        raise refused(name, problems)
    return policy


def refused(name: str, problems: Sequence[str]) -> DocumentError:
    """Return the error for some problems of a policy, in the order of the file."""
    ordered = sorted(dict.fromkeys(problems), key=_position)
    many = "is 1 problem" if len(ordered) == 1 else f"are {len(ordered)} problems"
    return DocumentError(
        f"`{name}` cannot be used; there {many}:", problems=ordered, hint="docs/reference/policy.md shows a whole file"
    )


def _position(problem: str) -> tuple[int, int]:
    _, line, column, *_ = [*problem.split(":", 3), "", ""]
    return (int(line), int(column)) if line.isdigit() and column.isdigit() else (0, 0)


class _Reader:
    """Takes a policy out of a document and collects what is wrong with it."""

    def __init__(self, toml: Toml) -> None:
        self.toml = toml
        self.fields = Fields(toml)
        self.actions: tuple[str, ...] = ()
        self.ids: set[str] = set()

    def policy(self) -> Policy:
        data, fields = self.toml.data, self.fields
        fields.known(data, (), _TOP)
        favourable = self.favourable()
        reasons = fields.table(data, "reasons") or {}
        return Policy(
            id=self.filled(data, "id", ()),
            version=self.filled(data, "version", ()),
            owner=self.filled(data, "owner", ()),
            actions=self.actions,
            favourable=favourable,
            rules=tuple(self.rule(rule, path) for rule, path in self.tables("rules")),
            bands=self.bands(),
            fallback=self.fallback(favourable),
            most_reasons=self.most(reasons),
            reason_texts=self.texts(reasons),
            cases=tuple(self.case(case, path) for case, path in self.tables("cases")),
        )

    def favourable(self) -> str:
        """Read the actions and return the favourable one."""
        path = ("actions",)
        table = self.fields.table(self.toml.data, "actions", needed=True)
        if table is None:
            return ""
        self.fields.known(table, path, ("names", "favourable"))
        self.actions = self.fields.texts(table, "names", path)
        if len(set(self.actions)) != len(self.actions) or not all(name.strip() for name in self.actions):
            self.fields.problem((*path, "names"), f"`names` is {list(self.actions)}; expected each action once")
        if REVIEW not in self.actions:
            self.fields.problem((*path, "names"), f'`names` has no `{REVIEW}`; expected e.g. ["approve", "review"]')
        favourable = self.action(table, "favourable", path)
        if favourable == REVIEW:
            self.fields.problem((*path, "favourable"), f"`{REVIEW}` is the favourable action; expected another one")
        return favourable

    def rule(self, rule: dict[str, Any], path: Path) -> Rule:
        self.fields.known(rule, path, ("id", "when", "action", "reason", "message", "owner"))
        when = self.filled(rule, "when", path)
        return Rule(
            id=self.id(rule, path, "rule"),
            when=when,
            action=self.action(rule, "action", path),
            reason=self.fields.text(rule, "reason", path),
            message=self.fields.text(rule, "message", path),
            owner=self.fields.text(rule, "owner", path),
            where=self.toml.place_of_text((*path, "when"), when),
        )

    def bands(self) -> tuple[Band, ...]:
        """Read the bands, and check that they cover 0..1 once."""
        tables = list(self.tables("bands", needed=True))
        found = [(self.band(band, path), path) for band, path in tables]
        if found and all(_is_share(band.get(end)) for band, _ in tables for end in ("from", "to")):
            self.cover(found)
        return tuple(band for band, _ in found)

    def band(self, band: dict[str, Any], path: Path) -> Band:
        self.fields.known(band, path, ("id", "from", "to", "action", "message"))
        return Band(
            id=self.id(band, path, "band"),
            low=self.share(band, "from", path),
            high=self.share(band, "to", path),
            action=self.action(band, "action", path),
            message=self.fields.text(band, "message", path),
        )

    def cover(self, bands: list[tuple[Band, Path]]) -> None:
        reached = 0.0
        for band, path in bands:
            low, high, at = _plain(band.low), _plain(band.high), (*path, "from")
            if band.low >= band.high:
                self.fields.problem(at, f"the band `{band.id}` goes from {low} to {high}; expected from < to")
            if band.low > reached:
                self.fields.problem(
                    at, f"gap: no band covers {_plain(reached)} to {low}; expected from = {_plain(reached)}"
                )
            elif band.low < reached:
                what = f"overlap: scores from {low} to {_plain(min(reached, band.high))} are in two bands"
                self.fields.problem(at, f"{what}; expected from = {_plain(reached)}, in rising order")
            reached = max(reached, band.high)
        if reached < 1:
            self.fields.problem((*bands[-1][1], "to"), f"gap: no band covers {_plain(reached)} to 1; expected to = 1")

    def fallback(self, favourable: str) -> Fallback:
        path = ("fallback",)
        table = self.fields.table(self.toml.data, "fallback", needed=True)
        if table is None:
            return Fallback(action=REVIEW)
        self.fields.known(table, path, ("action", "message"))
        action = self.action(table, "action", path)
        if action and action == favourable:
            what = f"the fallback is `{action}`, the favourable action: what cannot be decided would be granted"
            self.fields.problem((*path, "action"), f'{what}; expected another action, e.g. "{REVIEW}"')
        return Fallback(action=action, message=self.fields.text(table, "message", path))

    def most(self, reasons: Mapping[str, Any]) -> int:
        self.fields.known(reasons, ("reasons",), ("most", "texts"))
        most = self.fields.whole(reasons, "most", ("reasons",), _MOST)
        if most > _MOST:
            self.fields.problem(("reasons", "most"), f"`most` is {most}; expected a whole number from 0 to {_MOST}")
        return min(most, _MOST)

    def texts(self, reasons: Mapping[str, Any]) -> dict[str, str]:
        path = ("reasons", "texts")
        table = self.fields.table(reasons, "texts", ("reasons",)) or {}
        return {name: self.fields.text(table, name, path) for name in table}

    def case(self, case: dict[str, Any], path: Path) -> Case:
        self.fields.known(case, path, ("inputs", "score", "action"))
        inputs = self.fields.table(case, "inputs", path, needed=True) or {}
        kept: dict[str, float | str | bool] = {}
        for key, value in inputs.items():
            if isinstance(value, (str, bool)) or is_number(value):
                kept[key] = value if isinstance(value, (str, bool)) else float(value)
            else:
                self.fields.problem(
                    (*path, "inputs", key), f"`{key}` is {value!r}; expected a number, text, true or false"
                )
        return Case(
            inputs=kept,
            score=self.share(case, "score", path) if "score" in case else None,
            action=self.action(case, "action", path),
            where=self.toml.place(path),
        )

    def tables(self, key: str, *, needed: bool = False) -> Iterator[tuple[dict[str, Any], Path]]:
        """Yield the tables of ``[[key]]`` with their paths."""
        data = self.toml.data.get(key, [])
        if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
            self.fields.problem((key,), f"`{key}` is {data!r}; expected tables, each beginning with `[[{key}]]`")
            return
        if needed and not data:
            self.fields.problem((key,), f"there is no `[[{key}]]`; expected at least one, covering 0 to 1")
        for index, item in enumerate(data):
            yield item, (key, index)

    def filled(self, data: Mapping[str, Any], key: str, path: Path) -> str:
        """Read a text that must be there and say something."""
        text = self.fields.text(data, key, path, None)
        if isinstance(data.get(key), str) and not text.strip():
            self.fields.problem((*path, key), f"`{key}` is empty; expected text")
        return text

    def id(self, data: Mapping[str, Any], path: Path, what: str) -> str:
        found = self.filled(data, "id", path)
        if found and found in self.ids:
            self.fields.problem((*path, "id"), f"the id `{found}` is used twice; expected another id for this {what}")
        self.ids.add(found)
        return found

    def action(self, data: Mapping[str, Any], key: str, path: Path) -> str:
        action = self.filled(data, key, path)
        if action.strip() and self.actions and action not in self.actions:
            what = f"the action `{action}` is not in `[actions] names`{nearest(action, self.actions)}"
            self.fields.problem((*path, key), f"{what}; expected one of: {', '.join(self.actions)}")
        return action

    def share(self, data: Mapping[str, Any], key: str, path: Path) -> float:
        """Read a score, 0..1."""
        value = data.get(key)
        if isinstance(value, str):
            self.fields.problem(
                (*path, key), f"`{key}` is the text {value!r}; expected a number from 0 to 1 without quotes"
            )
            return 0.0
        number = self.fields.number(data, key, path)
        if not 0 <= number <= 1:
            hint = f"; {_plain(number)} % is written {_plain(number / 100)}" if 1 < number <= 100 else ""
            self.fields.problem((*path, key), f"`{key}` is {_plain(number)}; expected a number from 0 to 1{hint}")
        return number


def _is_share(value: Any) -> bool:
    return is_number(value) and 0 <= value <= 1


def _plain(number: float) -> str:
    return repr(float(number)).removesuffix(".0")
