"""The brief: what was agreed before there was a model. ``brief.toml`` is written by people; blanks are allowed.

Everybody is named by a role of ``[roles]``. An empty field is something that nobody has said yet: `blanks` lists it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from golive.errors import DocumentError
from golive.records.document import Part, Record
from golive.records.fields import Fields, is_number, nearest
from golive.records.roles import role_key
from golive.records.toml import Toml, read_bytes, text_of

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator, Mapping
    from typing import Any

    from golive.records.toml import Path

BRIEF = "brief.toml"
StageName = Literal["brief", "pack", "prove", "approve", "serve", "watch"]
STAGES: tuple[StageName, ...] = ("brief", "pack", "prove", "approve", "serve", "watch")
"""In the order of the chain."""


class Decision(Part, frozen=True, kw_only=True):
    question: str = ""
    """What is decided, in one question."""
    concern_of: str = ""
    """The role whose key concern it is."""
    felt_in: str = ""
    """The number in which they feel it, in words."""
    protected: tuple[str, ...] = ()
    """Columns of protected groups: looked at, never used."""


class Today(Part, frozen=True, kw_only=True):
    """What happens without the model."""

    rule: str = ""
    cases_per_month: float | None = None
    """Above 0; null while nobody has said."""
    cost: str = ""
    """In words."""


class Acting(Part, frozen=True, kw_only=True):
    """Where the answer must show up."""

    who: str = ""
    """The role that acts on it."""
    tool: str = ""


class Asked(Part, frozen=True, kw_only=True):
    """Something that was asked of somebody."""

    what: str
    of: str = ""
    """A role."""
    asked: date | None = None
    """Null: still to be asked."""
    answered: date | None = None


class Expected(Part, frozen=True, kw_only=True):
    """A date that somebody typed. Nothing is computed from it."""

    stage: StageName
    expected: date | None = None
    owner: str = ""
    """A role."""


class Brief(Record, frozen=True, kw_only=True, tag="brief/1"):
    roles: dict[str, str] = {}
    """Role -> who that is: a post, a team, a mailbox; never a person."""
    decision: Decision = Decision()
    today: Today = Today()
    acting: Acting = Acting()
    answers: dict[str, str] = {}
    """Action -> what it makes people do."""
    sign: tuple[str, ...] = ()
    """Roles that must sign."""
    asked: tuple[Asked, ...] = ()
    dates: tuple[Expected, ...] = ()


class Blank(Part, frozen=True, kw_only=True):
    """Something that nobody has said yet."""

    field: str
    """``decision.question``: where to write it."""
    question: str
    """What to ask."""


FIELDS: Mapping[str, str] = {
    "decision.question": "which decision is it",
    "decision.concern_of": "whose key concern is it",
    "decision.felt_in": "in which number do they feel it",
    "today.rule": "what is the rule today",
    "today.cases_per_month": "how many cases are there in a month",
    "today.cost": "what does today's way cost",
    "acting.who": "who acts on the answer",
    "acting.tool": "in which tool do they work",
    "answers": "what does each answer make them do",
    "sign.roles": "who must sign",
}
"""Every field that may not stay empty, and its question: `golive init` asks these, `golive status` lists the blanks."""


def blanks(brief: Brief) -> Iterator[Blank]:
    """Yield what nobody has said yet, in the order of the file."""
    decision, today, acting = brief.decision, brief.today, brief.acting
    said: tuple[object, ...] = (
        decision.question, decision.concern_of, decision.felt_in, today.rule, today.cases_per_month, today.cost,
        acting.who, acting.tool, len(brief.answers) > 1 and all(brief.answers.values()), brief.sign,
    )  # fmt: skip
    for (field, question), answer in zip(FIELDS.items(), said, strict=True):
        if not answer:
            yield Blank(field=field, question=question)
    for role, who in brief.roles.items():
        if not who:
            yield Blank(field=f"roles.{role}", question=f"who is `{role}`")
    for one in brief.dates:
        if one.expected is None or not one.owner:
            yield Blank(field=f"dates.{one.stage}", question=f"when is `{one.stage}` expected, and whose date is it")


def read(path: pathlib.Path) -> Brief:
    """Read the file of a brief.

    Raises
    ------
    InputError
        It is not there, or is no text.
    DocumentError
        As for `parse`.
    """
    data = read_bytes(path, what="brief", hint="golive init writes one")
    return parse(text_of(data, name=str(path)), name=str(path))


def parse(text: str, *, name: str = BRIEF) -> Brief:
    """Read a brief.

    Raises
    ------
    DocumentError
        Every problem with ``name:line:column``, what stands there and what was expected. Blanks are no problem.
    """
    reader = Fields(Toml(text, name=name))
    brief = _Reader(reader).brief()
    if reader.problems:
        raise DocumentError(
            f"`{name}` cannot be used",
            problems=reader.problems,
            hint="docs/reference/brief.md has one annotated file with every field",
        )
    return brief


class _Reader:
    """Takes the brief out of a document; roles are compared without case."""

    def __init__(self, reader: Fields) -> None:
        self.reader = reader
        self.data = reader.toml.data
        reader.known(self.data, (), ("roles", "decision", "today", "acting", "answers", "sign", "asked", "dates"))
        self.roles = self.texts("roles")

    def brief(self) -> Brief:
        return Brief(
            roles=self.roles,
            decision=self.decision(),
            today=self.today(),
            acting=self.acting(),
            answers=self.texts("answers"),
            sign=self.sign(),
            asked=tuple(self.asked()),
            dates=tuple(self.dates()),
        )

    def texts(self, key: str) -> dict[str, str]:
        table = self.reader.table(self.data, key) or {}
        return {name: self.reader.text(table, name, (key,)) for name in table}

    def table(self, key: str, fields: tuple[str, ...]) -> dict[str, Any]:
        table = self.reader.table(self.data, key) or {}
        self.reader.known(table, (key,), fields)
        return table

    def decision(self) -> Decision:
        path, table = ("decision",), self.table("decision", ("question", "concern_of", "felt_in", "protected"))
        return Decision(
            question=self.reader.text(table, "question", path),
            concern_of=self.role(table, "concern_of", path),
            felt_in=self.reader.text(table, "felt_in", path),
            protected=self.reader.texts(table, "protected", path),
        )

    def today(self) -> Today:
        path, table = ("today",), self.table("today", ("rule", "cases_per_month", "cost"))
        cases = table.get("cases_per_month", "")
        number = None if cases == "" else self.reader.number(table, "cases_per_month", path)
        if number is not None and number <= 0 and is_number(cases):
            self.reader.problem((*path, "cases_per_month"), f"`cases_per_month` is {cases!r}; expected more than 0")
        return Today(
            rule=self.reader.text(table, "rule", path),
            cases_per_month=number,
            cost=self.reader.text(table, "cost", path),
        )

    def acting(self) -> Acting:
        path, table = ("acting",), self.table("acting", ("who", "tool"))
        return Acting(who=self.role(table, "who", path), tool=self.reader.text(table, "tool", path))

    def sign(self) -> tuple[str, ...]:
        table = self.table("sign", ("roles",))
        names = self.reader.texts(table, "roles", ("sign",))
        return tuple(dict.fromkeys(self.known_role(name, ("sign", "roles")) for name in names if name))

    def asked(self) -> Iterator[Asked]:
        for path, table in self.tables("asked", ("what", "of", "asked", "answered")):
            asked, answered = (self.day(table, key, path) for key in ("asked", "answered"))
            if answered is not None and (asked is None or answered < asked):
                since = "is not there" if asked is None else f"is {asked}"
                self.reader.problem((*path, "answered"), f"`answered` is {answered}, but `asked` {since}")
            what = self.reader.text(table, "what", path, None)
            yield Asked(what=what, of=self.role(table, "of", path), asked=asked, answered=answered)

    def dates(self) -> Iterator[Expected]:
        seen: set[str] = set()
        for path, table in self.tables("dates", ("stage", "expected", "owner")):
            stage = self.reader.text(table, "stage", path, None)
            found = next((one for one in STAGES if one == stage), None)
            if found is None:
                if stage:
                    what = f"`stage` is {stage!r}{nearest(stage, STAGES)}; expected one of: {', '.join(STAGES)}"
                    self.reader.problem((*path, "stage"), what)
                continue
            if stage in seen:
                self.reader.problem((*path, "stage"), f"`{stage}` has two dates; expected one for each stage")
            seen.add(stage)
            day = self.day(table, "expected", path)
            yield Expected(stage=found, expected=day, owner=self.role(table, "owner", path))

    def tables(self, key: str, fields: tuple[str, ...]) -> Iterator[tuple[Path, dict[str, Any]]]:
        for table, path in self.reader.tables(key):
            self.reader.known(table, path, fields)
            yield path, table

    def role(self, table: Mapping[str, Any], key: str, path: Path) -> str:
        name = self.reader.text(table, key, path)
        return self.known_role(name, (*path, key)) if name else ""

    def known_role(self, name: str, path: Path) -> str:
        """Return a role as ``[roles]`` writes it."""
        for role in self.roles:
            if role_key(role) == role_key(name):
                return role
        listed = ", ".join(self.roles) or "nothing yet"
        self.reader.problem(path, f"the role `{name}` is not in [roles]{nearest(name, self.roles)}; it has: {listed}")
        return name

    def day(self, table: Mapping[str, Any], key: str, path: Path) -> date | None:
        return None if table.get(key) == "" else self.reader.day(table, key, path)
