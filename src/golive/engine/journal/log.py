"""Reading: the whole journal at one moment, or some of its cases."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from golive.engine.journal import old
from golive.engine.journal.columns import PERSONAL, TABLES, row_of
from golive.engine.journal.standing import last_of
from golive.engine.journal.store import reading
from golive.records.journal import ActionRow, DecisionRow, OutcomeRow
from golive.records.rules import REVIEW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from golive.engine.journal.address import Address
    from golive.engine.journal.chain import Cell
    from golive.engine.journal.columns import AnyRow
    from golive.engine.journal.store import Store


Exported: TypeAlias = "tuple[str, Mapping[str, str], Iterator[Mapping[str, Cell]]]"
"""A table: its name, the SQL type of each column, its rows."""
_WHOLE = ("seq", "number", "approved", "fallback", "upto", "removed")
_KINDS = dict.fromkeys(_WHOLE, "BIGINT") | {"score": "DOUBLE"}


class Log(NamedTuple):
    """The whole journal at one moment, in the order of writing."""

    decisions: tuple[DecisionRow, ...]
    outcomes: tuple[OutcomeRow, ...]
    actions: tuple[ActionRow, ...]


def read(at: str | Path | Address) -> Log:
    """Read the whole journal as it stands at one moment; older formats too."""
    with reading(at) as store:
        return Log(
            cast("tuple[DecisionRow, ...]", _all(store, "decisions")),
            cast("tuple[OutcomeRow, ...]", _all(store, "outcomes")),
            cast("tuple[ActionRow, ...]", _all(store, "actions")),
        )


def find(at: str | Path | Address, case_ids: Sequence[str]) -> dict[str, DecisionRow]:
    """Return the decisions of some cases; a case never decided is absent."""
    with reading(at) as store:
        return decisions_of(store, case_ids)


def decisions_of(store: Store, case_ids: Sequence[str]) -> dict[str, DecisionRow]:
    """Return the decisions of some cases from a journal that is open."""
    found = last_of(store, "decisions", case_ids)
    return {str(case): cast("DecisionRow", row_of("decisions", cells)) for case, cells in found.items()}


def waiting(at: str | Path | Address, policy: str, most: int) -> tuple[tuple[DecisionRow, ...], int]:
    """Return the oldest cases of a policy, of any version, that were decided `review` and on which nobody acted yet.

    Returns
    -------
    tuple
        At most ``most`` cases, in the order of their coming, and how many more there are.
    """
    start = f"{policy}/"
    asked = (
        f"FROM decisions WHERE action = '{REVIEW}' AND substr(policy_id, 1, ?) = ?"
        " AND NOT EXISTS (SELECT 1 FROM actions a WHERE a.case_id = decisions.case_id)"
    )
    with reading(at) as store:
        rows = store.rows(f"SELECT * {asked} ORDER BY seq LIMIT {most}", (len(start), start))
        found = tuple(cast("DecisionRow", row_of("decisions", cells)) for cells in rows)
        if len(found) < most:
            return found, 0
        (counted,) = store.rows(f"SELECT count(*) AS n {asked}", (len(start), start))
        return found, int(counted["n"] or 0) - most


def last_actions(at: str | Path | Address, case_ids: Sequence[str]) -> dict[str, ActionRow]:
    """Return what was done last with some cases; one on which nobody acted is absent."""
    with reading(at) as store:
        found = last_of(store, "actions", case_ids)
    return {str(case): cast("ActionRow", row_of("actions", cells)) for case, cells in found.items()}


@contextmanager
def exported(at: str | Path | Address, *, personal: bool) -> Iterator[Iterator[Exported]]:
    """Give every table of a journal as it stands at one moment, row by row.

    Parameters
    ----------
    at
        The journal.
    personal
        Also the columns that can be erased. Salts are never given: with them inputs could be tried against commitments.
    """
    with reading(at) as store:
        yield (
            _table(store, table, personal=personal) for table in (old.TABLES if store.format == old.FORMAT else TABLES)
        )


def _table(store: Store, table: str, *, personal: bool) -> Exported:
    hidden = {"salt"} if personal else {"salt", *PERSONAL.get(table, ())}
    columns = {name: _KINDS.get(name, "VARCHAR") for name in store.names(table) if name not in hidden}
    return table, columns, store.rows(f"SELECT {', '.join(columns)} FROM {table} ORDER BY seq")


def _all(store: Store, table: str) -> tuple[AnyRow, ...]:
    return tuple(row_of(table, cells) for cells in store.rows(f"SELECT * FROM {table} ORDER BY seq"))
