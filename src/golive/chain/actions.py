"""A filled sheet becomes action rows of the journal: all of them, or none and every problem at once.

What counts is the decision in the journal, not the one that stands in the sheet: a sheet can be typed over.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from golive.chain.cases import id_of
from golive.chain.score import ACTION, BY, DECISION, ID, REASON
from golive.engine import journal
from golive.engine.bundle import load
from golive.errors import DocumentError, InputError
from golive.records.fields import nearest
from golive.records.journal import ActionRow
from golive.records.rules import REVIEW, overrides
from golive.records.scored import Recorded
from golive.serve import overriding
from golive.serve.overriding import Limit
from golive.serve.recorder import Recorder
from golive.serve.routing import Routing
from golive.serve.shapes import long_text, short_text
from golive.tables.formulas import as_meant
from golive.tables.wider import wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from golive.records.journal import DecisionRow
    from golive.records.rules import Policy
    from golive.tables.wider import Batch, Cell, Wide

_NEEDED = (ID, ACTION, BY, REASON)
_SHOWN = 50
"""Problems that are listed."""


class Sheet(NamedTuple):
    """The sheet, where its file does not say so itself."""

    sheet: str | None = None
    encoding: str | None = None
    prefix: str = ""
    """Before the names of the columns that `golive score` added."""
    by: str = ""
    """Who filled the rows that do not say it."""
    role: str = ""
    """In which role they acted, where the policy says who may override."""


def record_actions(path: Path, *, store: str, bundle: Path, sheet: Sheet) -> Recorded:
    """Record what people filled into a scored file.

    Parameters
    ----------
    path
        The file that `golive score` wrote, filled in.
    store
        The journal in which its cases were decided.
    bundle
        Its policy says which actions there are, and who may override for which reason how often.
    sheet
        How the file is to be read.

    Returns
    -------
    Recorded

    Raises
    ------
    DocumentError
        Rows that cannot be recorded, each with its place; nothing was recorded.
    InputError
        The file was not written by `golive score`, there is no such journal, or more was overridden than the policy
        allows.
    """
    policy = load(bundle.resolve()).policy
    if policy is None:
        raise InputError(f"`{bundle.name}` has no policy, so nobody knows which actions there are")
    opened = wide(path, sheet=sheet.sheet, encoding=sheet.encoding)
    reading = _Reading(opened, sheet, policy)
    decided: dict[str, DecisionRow] = {}
    filled: list[_Filled] = []
    rows = 0
    for batch in opened.batches(reading.names):
        rows += len(batch.places)
        found = journal.find(store, [case for case in reading.ids(batch) if case is not None])
        new = list(reading.filled(batch, found))
        decided |= {one.case: found[one.case] for one in new if one.case in found}
        filled += new
    reading.check(filled, decided)
    return Recorded(
        source=str(path),
        rows=rows,
        filled=len(filled),
        new=_record(store, filled, sheet.role, _limit(policy, decided)),
        overridden=sum(overrides(one.action, decided[one.case].action) for one in filled),
        journal=journal.address(store).shown,
    )


class _Filled(NamedTuple):
    """A row with an action."""

    place: int
    case: str
    action: str
    by: str
    reason: str


class _Reading:
    """Reads the rows of a sheet and collects what is wrong with them."""

    def __init__(self, opened: Wide, sheet: Sheet, policy: Policy) -> None:
        self._opened, self._sheet, self._policy = opened, sheet, policy
        self._prefix, self._by = sheet.prefix, sheet.by
        self._problems: dict[tuple[int, str], str] = {}
        missing = [name for part in _NEEDED if (name := sheet.prefix + part) not in opened.names]
        if missing:
            listed = ", ".join(f"`{name}`{nearest(name, opened.names)}" for name in missing)
            raise InputError(
                f"the file has no column {listed}; expected a file that golive score wrote",
                hint="--prefix WORD where it was scored with one; --sheet NAME where it is another sheet",
            )
        self.names = [name for part in (*_NEEDED, DECISION) if (name := sheet.prefix + part) in opened.names]

    def ids(self, batch: Batch) -> list[str | None]:
        return [None if (case := id_of(cell)) is None else as_meant(case) for cell in self._cells(batch, ID)]

    def filled(self, batch: Batch, found: Mapping[str, DecisionRow]) -> Iterator[_Filled]:
        """Yield the rows with an action; note rows in which something else was typed."""
        shown = self._cells(batch, DECISION) if self._prefix + DECISION in self.names else [None] * len(batch.places)
        parts = (self._cells(batch, part) for part in (ACTION, BY, REASON))
        for place, case, before, *typed in zip(batch.places, self.ids(batch), shown, *parts, strict=True):
            action, by, reason = (as_meant(str(cell).strip()) if cell is not None else "" for cell in typed)
            if case in found and before is not None and str(before).strip() != found[case].action:
                self._wrong(
                    place, DECISION, f"says {before!r}, the journal says `{found[case].action}`: "
                    f"type what you did into `{self._prefix + ACTION}`",
                )  # fmt: skip
            if action and case is None:
                self._wrong(place, ID, "is empty, so nobody can tell whose action this is")
            elif action:
                yield _Filled(place, case or "", action, by or self._by, reason)
            elif by or reason:
                self._wrong(place, ACTION, f"is empty, but `{BY if by else REASON}` is not")

    def check(self, filled: list[_Filled], decided: Mapping[str, DecisionRow]) -> None:
        """Refuse the sheet unless every filled row can be recorded."""
        seen: dict[str, int] = {}
        for one in filled:
            if one.case in seen:
                self._wrong(one.place, ID, f"is {one.case!r} again, filled in before at {seen[one.case]}")
            seen.setdefault(one.case, one.place)
            self._check(one, decided.get(one.case))
        if self._problems:
            listed = [f"{self._opened.where(place, name)} {what}" for (place, name), what in self._problems.items()]
            more = [f"and {len(listed) - _SHOWN:,} more"] if len(listed) > _SHOWN else []
            counted = "1 cell is" if len(listed) == 1 else f"{len(listed):,} cells are"
            raise DocumentError(
                f"nothing was recorded: {counted} not as expected", problems=[*listed[:_SHOWN], *more],
                hint="mend them in the file and run it again; rows that were recorded before are not recorded twice",
            )  # fmt: skip

    def _check(self, one: _Filled, decided: DecisionRow | None) -> None:
        if decided is None:
            self._wrong(one.place, ID, f"is {one.case!r}, which was never decided in this journal")
        # What was never decided is held as if it had gone to people: its action must exist all the same.
        found = REVIEW if decided is None else decided.action
        role, reason = self._sheet.role, one.reason
        for wrong in overriding.wrong(self._policy, found, action=one.action, role=role, reason=reason):
            self._wrong(one.place, *_told(wrong, one, self._policy.actions))
        if not short_text(one.by):
            self._wrong(one.place, BY, f"is {one.by!r}; expected who did it, in at most 200 characters (or --by NAME)")
        if not long_text(one.reason):
            self._wrong(one.place, REASON, "is no text of at most 2,000 printable characters")

    def _cells(self, batch: Batch, part: str) -> list[Cell]:
        return batch.columns[self._prefix + part]

    def _wrong(self, place: int, part: str, what: str) -> None:
        self._problems.setdefault((place, self._prefix + part), what)


def _told(wrong: overriding.Wrong, one: _Filled, actions: Sequence[str]) -> tuple[str, str]:
    """Return the column that is to be mended, and what is wrong there."""
    if wrong.field == "role":  # it comes from the command line, not from the sheet
        return ACTION, f"is {one.action!r}; the role (--role) {wrong.problem}; expected {wrong.expected}"
    if wrong.field == "action":
        return ACTION, f"is {one.action!r}{nearest(one.action, actions)}; expected {wrong.expected}"
    return wrong.field, f"{wrong.problem}; expected {wrong.expected}"


def _limit(policy: Policy, decided: Mapping[str, DecisionRow]) -> Limit | None:
    rules = policy.routing.overrides
    return None if rules is None or rules.most is None else Limit(Routing(policy), rules, decided)


def _record(store: str, filled: list[_Filled], role: str, limit: Limit | None) -> int:
    """Write all rows in one transaction and return how many were not there yet."""
    now = journal.stamp(datetime.now(UTC))
    rows = [
        ActionRow(case_id=one.case, action=one.action, by=one.by, reason=one.reason, time=now, role=role)
        for one in filled
    ]
    with closing(Recorder(store)) as recorder:
        written = recorder.write(rows, limit)
    if isinstance(written, journal.Refused):
        raise InputError(
            f"nothing was recorded: {written.case_id!r} overrides its decision, and with it more would be overridden "
            "than the policy allows",
            hint="talk to the owner of the policy, whose [overrides] say how many may be",
        )
    return sum(stands.time == now for stands in written if isinstance(stands, ActionRow))
