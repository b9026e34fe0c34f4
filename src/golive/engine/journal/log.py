"""Reading: the whole journal at one moment, or some of its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from golive.engine.journal.columns import row_of
from golive.engine.journal.store import reading
from golive.engine.journal.writer import last_of
from golive.records.journal import ActionRow, DecisionRow, OutcomeRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from golive.engine.journal.address import Address
    from golive.engine.journal.columns import AnyRow
    from golive.engine.journal.store import Store


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


def _all(store: Store, table: str) -> tuple[AnyRow, ...]:
    return tuple(row_of(table, cells) for cells in store.rows(f"SELECT * FROM {table} ORDER BY seq"))
