"""Which cell of the workbook holds which value of a policy. Written and read by the same tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from golive.approve.sheet.phrase import JOINERS, PARTS, SIGNS, phrased
from golive.errors import DocumentError
from golive.records import condition
from golive.records.contract import Kind
from golive.records.routing import BEYOND, ORDERS
from golive.tables.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from golive.records.contract import Contract
    from golive.records.toml import Path
    from golive.tables.sheets import Value

    Data = dict[str, Any]

INPUT = "input: "
"""Before the name of an input at the head of a column of cases."""
WRITTEN = "or the condition written out"


class Field(NamedTuple):
    """One value that stands alone in its row."""

    path: Path
    note: str
    offers: str = ""
    """The list of its drop-down."""


SINGLE: dict[str, tuple[Field, ...]] = {
    "Policy": (
        Field(("id",), "how the policy is called everywhere"),
        Field(("version",), "change it with every change"),
        Field(("owner",), "who answers for it"),
        Field(("actions", "names"), "what can be answered, with commas; `review` is one of them"),
        Field(("actions", "favourable"), "what must never happen by mistake", "actions"),
    ),
    "Fallback": (
        Field(("fallback", "action"), "for whatever cannot be decided; never the favourable one", "actions"),
        Field(("fallback", "message"), "what the customer reads then"),
    ),
    "Reasons": (Field(("reasons", "most"), "reasons in an answer, 0 to 4"),),
    "Routing": (
        Field(("review", "capacity_per_day"), "cases that people can look at on one day"),
        Field(("review", "order"), "what they see first", "orders"),
        Field(("review", "overflow", "action"), "beyond the capacity; never the favourable one", "actions"),
        Field(("review", "overflow", "message"), "what the customer reads then"),
        Field(("overrides", "roles"), "who may decide otherwise, with commas"),
        Field(("overrides", "reasons"), "the only reasons, with commas; empty: any"),
        Field(("overrides", "most"), "share of decisions, 0 to 1; empty: no limit"),
        Field(("overrides", "period_days"), "the decisions of how many days"),
        Field(("overrides", "from_cases"), "with fewer decisions the share is not asked"),
        Field(("overrides", "beyond"), "above the limit", "beyond"),
        Field(("control", "share"), "of the cases in the range, between 0 and 1"),
        Field(("control", "from"), "scores from here"),
        Field(("control", "to"), "scores to here"),
        Field(("control", "action"), "what these cases get", "actions"),
        Field(("control", "daily_loss_cap"), "in the currency of the money file"),
        Field(("effective", "from"), "the first day"),
        Field(("effective", "until"), "the last day"),
        Field(("effective", "utc_offset"), "when a day begins, e.g. +01:00"),
    ),
}
SINGLE_HEADS = ("what", "value", "what it means")
TEXTS = ("reasons", "texts")
LISTED = {("actions", "names"), ("overrides", "roles"), ("overrides", "reasons")}
"""Values that are lists of texts, written with commas."""
RULE_TAIL = ("action", "reason", "message", "owner", "legal")
RULES = (
    "id", "input 1", "compares 1", "value 1", "joined by",
    *(f"{what} {part}" for part in range(2, PARTS + 1) for what in ("input", "compares", "value")), WRITTEN, *RULE_TAIL,
)  # fmt: skip
BANDS = ("id", "from", "to", "action", "message")
INPUTS = ("name", "type", "from", "to")
SHEETS = ("Policy", "Inputs", "Rules", "Bands", "Fallback", "Reasons", "Routing", "Cases")
_SPARE = 20
"""Empty rows below the last one that have drop-downs too."""


def sheets(data: Data, contract: Contract | None) -> tuple[list[Sheet], dict[str, Sequence[str]]]:
    """Lay a policy out.

    Returns
    -------
    sheets : list of Sheet
    lists : dict
        What the drop-downs offer.
    """
    names = inputs(data, contract)
    offered: dict[str, Sequence[str]] = {
        "inputs": ("score", *("`score`" if name == "score" else name for name in names)),
        "compares": tuple(SIGNS),
        "joiners": JOINERS,
        "actions": tuple(data["actions"]["names"]),
        "types": tuple(kind.value for kind in Kind),
        "orders": ORDERS,
        "beyond": BEYOND,
    }
    tables = {
        "Inputs": _table("Inputs", INPUTS, _input_rows(data), {"type": "types"}),
        "Rules": _table("Rules", RULES, [rule_row(rule) for rule in data.get("rules", ())], _RULE_CHOICES)._replace(
            notes=_NOTES
        ),
        "Bands": _table("Bands", BANDS, [[band.get(head) for head in BANDS] for band in data["bands"]], _ACTION),
        "Cases": _table("Cases", case_heads(names), list(_case_rows(data, names)), _ACTION),
    }
    return [tables[name] if name in tables else _single(name, data, names) for name in SHEETS], offered


def inputs(data: Data, contract: Contract | None) -> tuple[str, ...]:
    """Return the inputs that a rule can name: those of the contract, or without one those that the policy names."""
    if contract is not None:
        return tuple(known.name for known in contract.inputs)
    found = dict.fromkeys(data.get("inputs", {}))
    for rule in data.get("rules", ()):
        for atom in condition.atoms(condition.read(rule["when"])):
            found |= dict.fromkeys(name.name for name in condition.names(atom) if name.name != condition.SCORE)
    for case in data.get("cases", ()):
        found |= dict.fromkeys(case["inputs"])
    return tuple(found)


def case_heads(names: Sequence[str]) -> tuple[str, ...]:
    return (*(INPUT + name for name in names), "score", "action")


def rule_row(rule: Data) -> list[Value]:
    """Return the cells of a rule."""
    found = _phrase(rule["when"])
    joiner, parts = found if found is not None else ("", [])
    cells: list[Value] = [None] * (3 * PARTS)
    for at, part in enumerate(parts):
        cells[3 * at : 3 * at + 3] = part
    first, others = cells[:3], cells[3:]
    written = None if found is not None else rule["when"]
    return [rule["id"], *first, joiner or None, *others, written, *(rule.get(name) for name in RULE_TAIL)]


def value_at(data: Data, path: Path) -> Any:
    """Return what stands at a path of tables; None where nothing does."""
    for key in path:
        if not isinstance(data, dict) or key not in data:
            return None
        data = data[key]
    return data


def label(path: Path) -> str:
    return ".".join(map(str, path))


def fields(sheet: str, names: Sequence[str]) -> Iterator[Field]:
    """Yield the values of a sheet whose rows hold one each."""
    yield from SINGLE[sheet]
    if sheet == "Reasons":
        for name in names:
            yield Field((*TEXTS, name), "what the customer reads when it raised the risk; empty: golive's own words")


def shown(value: Any) -> Value:
    """Return a value as it stands in one cell."""
    return ", ".join(value) if isinstance(value, list) else value


_NOTES = {
    "id": "Rules are asked from top to bottom; the first that holds decides. One row for each; rows can be moved.",
    "value 1": "A number, a text, or TRUE and FALSE; several with commas; another input in brackets: [Price]. "
    "Empty for `is missing`.",
    "joined by": "`and`: all of them hold. `or`: one of them is enough. A mixture is written out.",
    WRITTEN: "In place of the cells before: for conditions with brackets, or more than three comparisons.",
    "message": "What the customer reads.",
    "legal": "The ground it stands on; for auditors.",
}
_ACTION = {"action": "actions"}
_RULE_CHOICES = {
    "joined by": "joiners",
    "action": "actions",
    **{f"input {part}": "inputs" for part in range(1, PARTS + 1)},
    **{f"compares {part}": "compares" for part in range(1, PARTS + 1)},
}


def _phrase(when: str) -> Any:
    try:
        return phrased(condition.read(when))
    except DocumentError:
        return None


def _single(name: str, data: Data, names: Sequence[str]) -> Sheet:
    texts = dict.fromkeys((*names, *(value_at(data, TEXTS) or {}))) if name == "Reasons" else ()
    listed = list(fields(name, tuple(texts)))
    rows: list[list[Value]] = [[label(one.path), shown(value_at(data, one.path)), one.note] for one in listed]
    choices = [(row, 1, row, one.offers) for row, one in enumerate(listed, start=1) if one.offers]
    return Sheet(name, SINGLE_HEADS, rows, choices)


def _table(name: str, heads: Sequence[str], rows: Sequence[Sequence[Value]], offers: dict[str, str]) -> Sheet:
    last = len(rows) + _SPARE
    return Sheet(name, heads, rows, [(1, heads.index(head), last, of) for head, of in offers.items()])


def _input_rows(data: Data) -> list[list[Value]]:
    return [[name, *(of.get(head) for head in INPUTS[1:])] for name, of in data.get("inputs", {}).items()]


def _case_rows(data: Data, names: Sequence[str]) -> Iterator[list[Value]]:
    for case in data.get("cases", ()):
        yield [*(case["inputs"].get(name) for name in names), case.get("score"), case["action"]]
