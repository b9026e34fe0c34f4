"""The policy that people wrote, read from ``policy.toml``. The file is explained in docs/reference/policy.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from golive.errors import DocumentError
from golive.records.contract import Kind
from golive.records.fields import is_number
from golive.records.policy_fields import PolicyFields, is_share, plain
from golive.records.policy_inputs import disagreements
from golive.records.routing import TABLES as ROUTING
from golive.records.routing import read_routing
from golive.records.rules import REVIEW, Band, Branch, Case, Expected, Fallback, Policy, Rule, branches
from golive.records.toml import Toml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.records.contract import Contract
    from golive.records.toml import Path

__all__ = ["REVIEW", "Band", "Branch", "Case", "Fallback", "Policy", "Rule", "branches", "parse", "refused"]

_TOP = ("id", "version", "owner", "actions", "inputs", "rules", "bands", "fallback", "reasons", "cases", *ROUTING)
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
        self.fields = PolicyFields(toml)

    def policy(self) -> Policy:
        data, fields = self.toml.data, self.fields
        fields.known(data, (), _TOP)
        self.read_actions()
        reasons = fields.table(data, "reasons") or {}
        rules = tuple(self.rule(rule, path) for rule, path in fields.tables("rules"))
        bands = self.bands()
        return Policy(
            id=fields.name(data, "id", ()),
            version=fields.name(data, "version", ()),
            owner=fields.filled(data, "owner", ()),
            actions=fields.actions,
            favourable=fields.favourable,
            inputs=self.inputs(),
            rules=rules,
            bands=bands,
            fallback=self.fallback(),
            most_reasons=self.most(reasons),
            reason_texts=self.texts(reasons),
            cases=tuple(self.case(case, path) for case, path in fields.tables("cases")),
            routing=read_routing(fields, bands),
            where={"actions": self.toml.place(("actions", "names")), **self.places_of_texts(reasons)},
        )

    def read_actions(self) -> None:
        """Read the actions, and which of them is the favourable one."""
        path = ("actions",)
        table = self.fields.table(self.toml.data, "actions", needed=True)
        if table is None:
            return
        self.fields.known(table, path, ("names", "favourable"))
        self.fields.actions = self.fields.names(table, "names", path)
        if REVIEW not in self.fields.actions:
            self.fields.problem((*path, "names"), f'`names` has no `{REVIEW}`; expected e.g. ["approve", "review"]')
        self.fields.favourable = self.fields.action(table, "favourable", path)
        if self.fields.favourable == REVIEW:
            self.fields.problem((*path, "favourable"), f"`{REVIEW}` is the favourable action; expected another one")

    def inputs(self) -> tuple[Expected, ...]:
        """Read what is expected of inputs; `policy_inputs` holds it against the contract."""
        table = self.fields.table(self.toml.data, "inputs") or {}
        found = [self.expected(table, name) for name in table]
        return tuple(expected for expected in found if expected is not None)

    def expected(self, table: Mapping[str, Any], name: str) -> Expected | None:
        fields, path = self.fields, ("inputs", name)
        data = fields.table(table, name, ("inputs",))
        if data is None:
            return None
        fields.known(data, path, ("type", "from", "to"))
        kinds = tuple(kind.value for kind in Kind)
        if "type" not in data:
            fields.problem(path, f"`type` is missing; expected one of: {', '.join(kinds)}")
        kind = fields.one_of(data, "type", path, kinds)
        low, high = (fields.number(data, end, path) if end in data else None for end in ("from", "to"))
        if kind != Kind.number.value and (low is not None or high is not None):
            fields.problem(path, f"`{name}` is {kind}, which has no range; expected no from and no to")
        if low is not None and high is not None and low > high:
            fields.problem(path, f"`{name}` goes from {plain(low)} to {plain(high)}; expected from <= to")
        return Expected(name=name, kind=Kind(kind), low=low, high=high, where=self.toml.place(path))

    def rule(self, rule: dict[str, Any], path: Path) -> Rule:
        fields = self.fields
        fields.known(rule, path, ("id", "when", "action", "reason", "message", "owner", "legal"))
        when, reason = fields.filled(rule, "when", path), fields.text(rule, "reason", path)
        fields.plain(reason, "reason", (*path, "reason"))
        return Rule(
            id=fields.id(rule, path, "rule"),
            when=when,
            action=fields.action(rule, "action", path),
            reason=reason,
            message=fields.text(rule, "message", path),
            owner=fields.text(rule, "owner", path),
            legal=fields.text(rule, "legal", path),
            where=self.toml.place_of_text((*path, "when"), when),
        )

    def bands(self) -> tuple[Band, ...]:
        """Read the bands, and check that they cover 0..1 once."""
        tables = list(self.fields.tables("bands"))
        if self.toml.data.get("bands", []) == []:
            self.fields.problem(("bands",), "there is no `[[bands]]`; expected at least one, covering 0 to 1")
        found = [(self.band(band, path), path) for band, path in tables]
        if found and all(is_share(band.get(end)) for band, _ in tables for end in ("from", "to")):
            self.cover(found)
        return tuple(band for band, _ in found)

    def band(self, band: dict[str, Any], path: Path) -> Band:
        self.fields.known(band, path, ("id", "from", "to", "action", "message"))
        return Band(
            id=self.fields.id(band, path, "band"),
            low=self.fields.share(band, "from", path),
            high=self.fields.share(band, "to", path),
            action=self.fields.action(band, "action", path),
            message=self.fields.text(band, "message", path),
            where=self.toml.place(path),
        )

    def cover(self, bands: list[tuple[Band, Path]]) -> None:
        reached = 0.0
        for band, path in bands:
            low, high, at = plain(band.low), plain(band.high), (*path, "from")
            if band.low >= band.high:
                self.fields.problem(at, f"the band `{band.id}` goes from {low} to {high}; expected from < to")
            if band.low > reached:
                self.fields.problem(
                    at, f"gap: no band covers {plain(reached)} to {low}; expected from = {plain(reached)}"
                )
            elif band.low < reached:
                what = f"overlap: scores from {low} to {plain(min(reached, band.high))} are in two bands"
                self.fields.problem(at, f"{what}; expected from = {plain(reached)}, in rising order")
            reached = max(reached, band.high)
        if reached < 1:
            self.fields.problem((*bands[-1][1], "to"), f"gap: no band covers {plain(reached)} to 1; expected to = 1")

    def fallback(self) -> Fallback:
        path = ("fallback",)
        table = self.fields.table(self.toml.data, "fallback", needed=True)
        if table is None:
            return Fallback(action=REVIEW)
        self.fields.known(table, path, ("action", "message"))
        action = self.fields.other_action(table, "action", path, "what cannot be decided would get")
        return Fallback(action=action, message=self.fields.text(table, "message", path))

    def most(self, reasons: dict[str, Any]) -> int:
        self.fields.known(reasons, ("reasons",), ("most", "texts"))
        most = self.fields.whole(reasons, "most", ("reasons",), _MOST)
        if most > _MOST:
            self.fields.problem(("reasons", "most"), f"`most` is {most}; expected a whole number from 0 to {_MOST}")
        return min(most, _MOST)

    def texts(self, reasons: Mapping[str, Any]) -> dict[str, str]:
        path = ("reasons", "texts")
        table = self.fields.table(reasons, "texts", ("reasons",)) or {}
        return {name: self.fields.text(table, name, path) for name in table}

    def places_of_texts(self, reasons: Mapping[str, Any]) -> dict[str, str]:
        texts = reasons.get("texts")
        names = texts if isinstance(texts, dict) else ()
        return {name: self.toml.place(("reasons", "texts", name)) for name in names}

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
            score=self.fields.share(case, "score", path) if "score" in case else None,
            action=self.fields.action(case, "action", path),
            where=self.toml.place(path),
        )
