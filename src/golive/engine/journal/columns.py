"""The tables of journal/2: which columns are personal, how a row becomes cells and comes back."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, TypeVar

import msgspec

from golive.engine.journal.chain import keyed
from golive.records.journal import ActionRow, DecisionRow, OutcomeRow, RemovalRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.engine.journal.chain import Cell

FORMAT = "journal/2"
FEWEST_DAYS = 184
"""Every row is kept for at least this long: six months, the longest six there are."""
PLAIN, DIGEST = "plain", "digest"
"""What a journal keeps of inputs. Once it is digests, nobody writes plain ones beside them."""
ERASED, PRUNED = "erased", "pruned"
"""Kinds of removal: the personal columns of a row; rows from the start of a chain."""
AnyRow = DecisionRow | OutcomeRow | ActionRow | RemovalRow
Row = TypeVar("Row", bound=AnyRow)

TABLES: Mapping[str, type[AnyRow]] = {
    "decisions": DecisionRow,
    "outcomes": OutcomeRow,
    "actions": ActionRow,
    "removals": RemovalRow,
}
PERSONAL: Mapping[str, tuple[str, ...]] = {
    # Reasons and problems repeat values of the inputs in their sentences; keys that the contract does not know are the
    # caller's own words. Who acted and why is free text.
    "decisions": ("inputs", "inputs_digest", "subject", "reasons", "problems", "ignored"),
    "actions": ("by", "reason"),
}
"""Table -> columns that can be erased. The chain covers a commitment to them."""
SCHEMA = """
CREATE TABLE meta (format TEXT NOT NULL, retention_days INTEGER NOT NULL, inputs TEXT NOT NULL);
CREATE TABLE heads (
  writer TEXT NOT NULL, chain TEXT NOT NULL, number BIGINT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (writer, chain));
CREATE TABLE seen (bundle TEXT PRIMARY KEY, head TEXT NOT NULL);
CREATE TABLE spoken (line TEXT PRIMARY KEY, about TEXT NOT NULL);
CREATE TABLE decisions (
  seq INTEGER PRIMARY KEY, writer TEXT NOT NULL, number BIGINT NOT NULL, case_id TEXT NOT NULL UNIQUE,
  time TEXT NOT NULL, bundle TEXT NOT NULL, policy TEXT NOT NULL, policy_id TEXT NOT NULL, golive TEXT NOT NULL,
  approved INTEGER NOT NULL, score DOUBLE PRECISION, action TEXT NOT NULL, band TEXT, rule TEXT, message TEXT NOT NULL,
  fallback INTEGER NOT NULL, routing TEXT NOT NULL, shadow TEXT, commitment TEXT NOT NULL, salt TEXT, inputs TEXT,
  inputs_digest TEXT, subject TEXT, reasons TEXT, problems TEXT, ignored TEXT,
  previous TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE outcomes (
  seq INTEGER PRIMARY KEY, writer TEXT NOT NULL, number BIGINT NOT NULL, case_id TEXT NOT NULL, outcome TEXT NOT NULL,
  time TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE actions (
  seq INTEGER PRIMARY KEY, writer TEXT NOT NULL, number BIGINT NOT NULL, case_id TEXT NOT NULL, action TEXT NOT NULL,
  time TEXT NOT NULL, role TEXT NOT NULL, above_limit INTEGER NOT NULL, commitment TEXT NOT NULL,
  salt TEXT, by TEXT, reason TEXT,
  previous TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE removals (
  seq INTEGER PRIMARY KEY, writer TEXT NOT NULL, number BIGINT NOT NULL, kind TEXT NOT NULL, chain TEXT NOT NULL,
  of_writer TEXT NOT NULL, upto BIGINT NOT NULL, removed BIGINT NOT NULL, head TEXT NOT NULL, by TEXT NOT NULL,
  reason TEXT NOT NULL, time TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL);
CREATE INDEX outcome_of ON outcomes (case_id, seq);
CREATE INDEX action_of ON actions (case_id, seq);
"""
_JSON = frozenset({"inputs", "reasons", "problems", "ignored", "routing", "shadow"})
_EXACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_BESIDE = frozenset({"previous", "digest", "salt"})
_DERIVED = frozenset({"erased"})
_EMPTY: Mapping[str, object] = {
    "reasons": (), "problems": (), "ignored": (), "by": "", "reason": "", "role": "", "above_limit": False,
}  # fmt: skip
"""What stands in a row where something was erased, or in one of journal/1 that did not have it."""
_FLAGS = frozenset({"approved", "fallback", "above_limit"})
_AS_IT_IS = frozenset({str, int, float, type(None)})
_TABLE_OF = {kind: table for table, kind in TABLES.items()}
_FIELDS = {kind: tuple(name for name in kind.__struct_fields__ if name not in _DERIVED) for kind in _TABLE_OF}
_HIDDEN = {table: _BESIDE.union(PERSONAL.get(table, ())) for table in TABLES}


def table_of(row: AnyRow) -> str:
    """Return the table that a row belongs to."""
    return _TABLE_OF[type(row)]


def cells_of(row: AnyRow, key: bytes | None) -> dict[str, Cell]:
    """Return a row as it is stored, without its place in the chain.

    Parameters
    ----------
    row
        The row.
    key
        Store a keyed digest in place of the inputs, and no sentence that repeats them.
    """
    cells: dict[str, Cell] = {}
    for name in _FIELDS[type(row)]:
        value = getattr(row, name)
        cells[name] = value if type(value) in _AS_IT_IS else _cell(name, value)
    if isinstance(row, DecisionRow):
        cells["inputs_digest"] = None
        if key is not None:
            cells["inputs_digest"] = inputs_digest(key, cells["inputs"])
            cells |= {
                "inputs": None,
                "reasons": _json([msgspec.structs.replace(reason, text="") for reason in row.reasons]),
                "problems": _json([msgspec.structs.replace(one, problem="is not as expected") for one in row.problems]),
            }
    if table_of(row) in PERSONAL:
        cells["salt"] = secrets.token_hex(16)
    return cells


def inputs_digest(key: bytes, inputs: Cell) -> str:
    """Return the keyed digest of inputs as they are stored."""
    return keyed(key, str(inputs).encode())


def row_of(table: str, cells: Mapping[str, Cell]) -> AnyRow:
    """Return a stored row as a record."""
    kind = TABLES[table]
    fields: dict[str, object] = {}
    for name in kind.__struct_fields__:
        cell = cells.get(name)
        if cell is None:
            fields[name] = _EMPTY.get(name)
        else:
            fields[name] = json.loads(str(cell)) if name in _JSON else bool(cell) if name in _FLAGS else cell
    if kind is DecisionRow:
        fields["erased"] = is_erased(cells)
    return msgspec.convert(fields, type=kind)


def is_erased(cells: Mapping[str, Cell]) -> bool:
    """Whether the personal columns of a row are gone."""
    return cells.get("salt", "") is None  # journal/1 has no salt, and erases nothing


def personal(table: str, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Return the columns that can be erased."""
    return {name: cells[name] for name in PERSONAL.get(table, ())}


def chained(table: str, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Return the columns that the digest covers."""
    hidden = _HIDDEN[table]
    return {name: value for name, value in cells.items() if name not in hidden}


def _cell(name: str, value: object) -> Cell:
    if value is None:
        return None
    if name == "inputs":  # whole numbers of any size, which msgspec has not
        return _EXACT.encode(value)
    if name in _JSON:
        return _json(value)
    return int(value) if isinstance(value, bool) else value  # type: ignore[return-value]  # the records hold no others


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
