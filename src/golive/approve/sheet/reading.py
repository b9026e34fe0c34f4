"""The cells of a workbook back into what a policy says; every cell that cannot be taken is named."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from golive.approve.sheet.layout import (
    BANDS,
    INPUT,
    INPUTS,
    LISTED,
    RULE_TAIL,
    RULES,
    SHEETS,
    SINGLE,
    SINGLE_HEADS,
    TEXTS,
    WRITTEN,
    fields,
    label,
    rule_row,
    shown,
    value_at,
)
from golive.approve.sheet.phrase import JOINERS, PARTS, SIGNS, comparison
from golive.records.fields import nearest
from golive.tables.sheets import column_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from golive.records.toml import Path
    from golive.tables.sheets import Cell, Value

    Data = dict[str, Any]
    Row = dict[str, Cell]

_ACTS = ("=", "+", "@", "\t", "\r")
"""What a text must not begin with: other programs take it for a formula."""
_DIGITS = 1e-14
"""Numbers closer than this share are one: workbooks keep 15 digits, and people change more than that."""


class Reader:
    """Takes a policy out of a workbook.

    ``places`` says which cell each value came from; ``parts`` where in a condition each of its cells begins.
    """

    def __init__(self, cells: Mapping[str, list[list[Cell]]], old: Data, names: Sequence[str]) -> None:
        self.cells, self.old, self.names = cells, old, names
        self.problems: list[str] = []
        self.places: dict[Path, str] = {}
        self.parts: dict[Path, list[tuple[int, str]]] = {}

    def data(self) -> Data:
        """Return what the workbook says, in the order in which the file said it."""
        missing = [name for name in SHEETS if name not in self.cells]
        unknown = [name for name in self.cells if name not in SHEETS]
        self.problems += [f"the sheet `{name}` is missing; expected: {', '.join(SHEETS)}" for name in missing]
        self.problems += [f"the sheet `{name}` is not part of a policy{nearest(name, SHEETS)}" for name in unknown]
        new: Data = {}
        for sheet in SINGLE:
            self.single(sheet, new)
        new |= {"inputs": self.inputs(), "rules": self.rules(), "bands": self.bands(), "cases": self.cases()}
        for key in list(new):
            if new[key] in ({}, []) and key not in self.old:
                del new[key]
        return {**{key: new[key] for key in self.old if key in new}, **new}

    def single(self, sheet: str, new: Data) -> None:
        texts = dict.fromkeys((*self.names, *(value_at(self.old, TEXTS) or {})))
        known = {label(field.path): field.path for field in fields(sheet, tuple(texts))}
        for row in self.rows(sheet, SINGLE_HEADS):
            if "what" not in row:
                self.refuse(next(iter(row.values())), "there is nothing in column A that says what this is")
                continue
            name = str(row["what"].value)
            if name not in known:
                self.refuse(row["what"], f"`{name}` is unknown{nearest(name, known)}")
                continue
            path = known.pop(name)
            self.put(new, path, self.value(row.get("value"), value_at(self.old, path), listed=path in LISTED))
            self.places[path] = row["value"].place if "value" in row else row["what"].place
        self.problems += [f"the sheet `{sheet}` has no row `{name}`" for name in known if sheet in self.cells]
        for path in (("review", "overflow"), ("review",), ("overrides",), ("control",), ("effective",), TEXTS):
            self.keep_empty(new, path)

    def put(self, new: Data, path: Path, value: Any) -> None:
        if value is None:
            return
        for key in path[:-1]:
            new = new.setdefault(str(key), {})
        new[str(path[-1])] = value

    def keep_empty(self, new: Data, path: Path) -> None:
        """A table that said nothing still says nothing."""
        if value_at(self.old, path) == {} and value_at(new, path) is None:
            self.put(new, path, {})

    def inputs(self) -> Data:
        found: Data = {}
        for row in self.rows("Inputs", INPUTS):
            if "name" not in row:
                self.refuse(next(iter(row.values())), "there is no name in this row")
                continue
            name = str(row["name"].value)
            if name in found:
                self.refuse(row["name"], f"`{name}` stands twice")
            old = value_at(self.old, ("inputs", name)) or {}
            found[name] = self.item(row, INPUTS[1:], old, ("inputs", name))
        return found

    def rules(self) -> list[Data]:
        found = []
        for index, (row, old) in enumerate(self.before("rules", list(self.rows("Rules", RULES)))):
            path: Path = ("rules", index)
            rule = self.item(row, ("id", *RULE_TAIL), old, path)
            when = self.when(row, old, path)
            found.append({"id": rule.pop("id", ""), "when": when, **rule} if not old else {**rule, "when": when})
        return found

    def when(self, row: Row, old: Data, path: Path) -> str:
        """Return the condition: as it was written where its cells say what they said, else written from them."""
        first = next(iter(row[head] for head in RULES if head in row))
        self.places[*path, "when"] = first.place
        heads = RULES[1 : RULES.index(WRITTEN) + 1]
        cells = [row[head].value if head in row else None for head in heads]
        for head in heads:
            self.taken(row.get(head), None)
        if old and all(_alike(cell, was) for cell, was in zip(cells, rule_row(old)[1:], strict=False)):
            return str(old["when"])
        if WRITTEN in row:
            extra = next((row[head] for head in heads[:-1] if head in row), None)
            if extra is not None:
                self.refuse(extra, f"the condition is written out in {row[WRITTEN].place} too; empty one of the two")
            self.places[*path, "when"] = row[WRITTEN].place
            return str(row[WRITTEN].value)
        return self.phrase(row, first, path)

    def phrase(self, row: Row, first: Cell, path: Path) -> str:
        joiner = row.get("joined by")
        if joiner is not None and joiner.value not in JOINERS:
            self.refuse(joiner, f"found {joiner.value!r}; expected one of: {', '.join(JOINERS)}")
        text, said = "", False
        for part in range(1, PARTS + 1):
            cells = [row.get(f"{what} {part}") for what in ("input", "compares", "value")]
            if not any(cells):
                continue
            if said and joiner is None:
                self.refuse(cells[0] or first, "two comparisons; say in the column `joined by` whether and, or or")
            text += f" {joiner.value if joiner else 'and'} " if said else ""
            text += self.part(cells, first, len(text), (*path, "when"))
            said = True
        if not said:
            self.refuse(first, "this rule has no condition")
        return text or "?"

    def part(self, cells: Sequence[Cell | None], first: Cell, offset: int, path: Path) -> str:
        name, word, value = cells
        if name is None or word is None:
            self.refuse(name or word or value or first, "a comparison needs an input and how it is compared")
            return "?"
        if word.value not in SIGNS:
            expected = f"expected one of: {', '.join(SIGNS)}"
            self.refuse(word, f"found {word.value!r}{nearest(str(word.value), SIGNS)}; {expected}")
            return "?"
        try:
            left, sign, right = comparison(str(name.value), str(word.value), _plain(value))
        except ValueError as exc:
            self.refuse(value or word, str(exc))
            return "?"
        starts = (offset, offset + len(left) + 1, offset + len(left) + len(sign) + 2)
        found = zip(starts, (name.place, word.place, (value or word).place), strict=True)
        self.parts[path] = [*self.parts.get(path, []), *found]
        return f"{left} {sign} {right}".rstrip()

    def bands(self) -> list[Data]:
        rows = self.before("bands", list(self.rows("Bands", BANDS)))
        return [self.item(row, BANDS, old, ("bands", index)) for index, (row, old) in enumerate(rows)]

    def before(self, key: str, rows: list[Row]) -> Iterator[tuple[Row, Data]]:
        """Yield each row with what the file said there: of the same id, or in its place where only an id changed."""
        olds = list(self.old.get(key, ()))
        ids = [row["id"].value if "id" in row else None for row in rows]
        by_id = {old["id"]: old for old in olds}
        for index, (row, name) in enumerate(zip(rows, ids, strict=True)):
            here = olds[index] if len(olds) == len(rows) and olds[index]["id"] not in ids else {}
            yield row, by_id.get(name, here)

    def cases(self) -> list[Data]:
        for top in self.heads("Cases").values():
            if not str(top.value).startswith(INPUT) and top.value not in ("score", "action"):
                self.refuse(top, f"found {top.value!r}; expected `{INPUT}NAME`, score or action")
        found = []
        for index, row in enumerate(self.rows("Cases", None)):
            path: Path = ("cases", index)
            case: Data = {"inputs": {}}
            for head, cell in row.items():
                self.taken(cell, None)
                if head.startswith(INPUT):
                    name = head.removeprefix(INPUT)
                    case["inputs"][name] = _plain(cell)
                    self.places[*path, "inputs", name] = cell.place
            found.append({**case, **self.item(row, ("score", "action"), {}, path)})
            self.places[path] = next(iter(row.values())).place
        return self.as_before(found)

    def as_before(self, cases: list[Data]) -> list[Data]:
        """Take a case of the file where one says the same: it keeps the order of its inputs, and its empty texts."""
        old = list(self.old.get("cases", ()))
        return [next((was for was in old if _same_case(was, case)), case) for case in cases]

    def item(self, row: Row, names: Sequence[str], old: Data, path: Path) -> Data:
        """Read the named cells of a row, first those that the file has, in its order."""
        found: Data = {}
        for name in (*(name for name in old if name in names), *(name for name in names if name not in old)):
            value = self.value(row.get(name), old.get(name))
            if value is not None:
                found[name] = value
            if name in row:
                self.places[*path, name] = row[name].place
        self.places.setdefault(path, next(iter(row.values())).place)
        return found

    def value(self, cell: Cell | None, old: Any, *, listed: bool = False) -> Any:
        """Return what a cell says: what the file said where that is the same, else its value."""
        if cell is None:
            return "" if old == "" else [] if old == [] else None
        if not self.taken(cell, shown(old)) or _alike(cell.value, shown(old)):
            return old
        if listed:
            return [item.strip() for item in str(cell.value).split(",") if item.strip()]
        if isinstance(old, str) and not isinstance(cell.value, (str, bool)):
            return str(_plain(cell)).removesuffix(".0")  # a spreadsheet makes a number of the version 2
        return _plain(cell)

    def taken(self, cell: Cell | None, old: Value) -> bool:
        """Refuse what is no value, and texts that would be formulas elsewhere unless they stood there before."""
        if cell is None:
            return True
        if cell.odd:
            self.refuse(cell, f"found {cell.odd}, `{cell.value}`; expected a value")
            return False
        if isinstance(cell.value, str) and cell.value.startswith(_ACTS) and cell.value != old:
            self.refuse(cell, f"the text {cell.value!r} looks like a formula; expected a text that begins otherwise")
            return False
        return True

    def heads(self, sheet: str) -> dict[str, Cell]:
        rows = self.cells.get(sheet) or [[]]
        return {column_of(cell): cell for cell in rows[0]}

    def rows(self, sheet: str, expected: Sequence[str] | None) -> Iterator[Row]:
        """Yield the rows that hold something, as head -> cell."""
        heads = self.heads(sheet)
        named = {column: str(cell.value) for column, cell in heads.items()}
        for head in expected or ("action",):
            if list(named.values()).count(head) != 1 and sheet in self.cells:
                self.problems.append(f"the sheet `{sheet}` needs the column `{head}` once in its first row")
        for column, cell in heads.items():
            if expected is not None and named[column] not in expected:
                self.refuse(cell, f"the column `{named[column]}` is unknown{nearest(named[column], expected)}")
        for cells in self.cells.get(sheet, [])[1:]:
            for cell in cells:
                if column_of(cell) not in named:
                    self.refuse(cell, "this column has no name in the first row")
            row = {named[column_of(cell)]: cell for cell in cells if column_of(cell) in named and cell.value != ""}
            if row:
                yield row

    def refuse(self, cell: Cell, what: str) -> None:
        self.problems.append(f"{cell.place}: {what}")


def _same_case(one: Data, other: Data) -> bool:
    names = {*one["inputs"], *other["inputs"]}
    inputs = all(_alike(one["inputs"].get(name), other["inputs"].get(name)) for name in names)
    return inputs and all(_alike(one.get(name), other.get(name)) for name in ("score", "action"))


def _plain(cell: Cell | None) -> Any:
    """Return the value of a cell; a spreadsheet knows no whole numbers."""
    if cell is None:
        return None
    value = cell.value
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _alike(one: object, other: object) -> bool:
    """Return whether two cells say the same; an empty one says nothing."""
    if one in (None, "") or other in (None, ""):
        return one in (None, "") and other in (None, "")
    if isinstance(one, (int, float)) and isinstance(other, (int, float)) and not isinstance(one, bool):
        return not isinstance(other, bool) and math.isclose(one, other, rel_tol=_DIGITS)
    return type(one) is type(other) and one == other
