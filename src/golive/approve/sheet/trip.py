"""There and back: a policy file to a workbook, and the workbook to the policy file."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from golive.approve.sheet.edits import rewritten
from golive.approve.sheet.layout import INPUT, LISTED, inputs, sheets, value_at
from golive.approve.sheet.reading import Reader
from golive.engine.policy import compile_policy
from golive.errors import DocumentError
from golive.records.policy import parse
from golive.records.toml import Toml, read_bytes, text_of
from golive.tables.sheets import read_sheets, workbook

if TYPE_CHECKING:
    from pathlib import Path

    from golive.records.contract import Contract

_MARK = "\ufeff"
_HINT = "golive approve draft BUNDLE writes a policy"


def to_workbook(policy: Path, contract: Contract | None = None) -> bytes:
    """Return the workbook of a policy.

    Parameters
    ----------
    policy
        The file; it must be right.
    contract
        Its inputs are offered in drop-downs; without one, those that the policy names.

    Raises
    ------
    DocumentError
        The policy cannot be used; every problem is listed with its place.
    """
    text = text_of(read_bytes(policy, what="policy", hint=_HINT), name=policy.name)
    parse(text, name=policy.name, contract=contract)
    old = tomllib.loads(text)
    data = workbook(*sheets(old, contract))
    try:
        back = _changed(data, "the workbook", text, policy.name, contract)
    except DocumentError as exc:
        back, found = "", exc.problems
    else:
        found = ()
    if back != text or any("," in item for path in LISTED for item in value_at(old, path) or ()):
        raise DocumentError(
            f"`{policy.name}` holds something that a workbook cannot carry",
            problems=found,
            hint="names in lists hold no comma, texts no characters that nobody sees; change it by hand",
        )
    return data


def from_workbook(path: Path, policy: Path, contract: Contract | None = None) -> bytes:
    """Return the policy file that a workbook says; what it says as before keeps its bytes, comments included.

    Parameters
    ----------
    path
        The workbook.
    policy
        The file that it was made from.
    contract
        As for `to_workbook`; with one, the policy is compiled and its cases run.

    Raises
    ------
    DocumentError
        ``problems`` has one line each, beginning with sheet and cell: ``Rules!D4``.
    """
    data = read_bytes(policy, what="policy", hint=_HINT)
    text = text_of(data, name=policy.name)
    parse(text, name=policy.name)
    cells = read_bytes(path, what="workbook", hint=f"golive approve to-xlsx {policy} OUT.xlsx writes one")
    changed = _changed(cells, path.name, text, policy.name, contract)
    return ((_MARK if data.startswith(_MARK.encode()) else "") + changed).encode()


def _changed(cells: bytes, book: str, text: str, name: str, contract: Contract | None) -> str:
    """Return the document that a workbook says."""
    old = tomllib.loads(text)
    reader = Reader(read_sheets(cells, name=book), old, inputs(old, contract))
    new = reader.data()
    if reader.problems:
        raise _refused(book, reader.problems)
    changed = rewritten(text, new, name=name)
    try:
        found = parse(changed, name=name, contract=contract)
        if contract is not None:
            compile_policy(found, contract, name=name)
    except DocumentError as exc:
        places = _Places(Toml(changed, name=name), reader)
        raise _refused(book, [places.told(problem) for problem in exc.problems]) from None
    return changed


def _refused(book: str, problems: list[str]) -> DocumentError:
    many = "is 1 problem" if len(problems) == 1 else f"are {len(problems)} problems"
    hint = "change these cells and save it again; docs/reference/policy.md explains every field"
    return DocumentError(f"`{book}` cannot be taken; there {many}:", problems=problems, hint=hint)


def _in_cells(what: str) -> str:
    """Say it as for a cell: nobody types quotes into a spreadsheet."""
    if found := re.fullmatch(r"(`.+`) is the text '(.*)'; expected (a number.*) without quotes", what, re.DOTALL):
        meant = re.fullmatch(r"\s*(\d+)[.,](\d+)\s*", found[2], re.ASCII)
        number = f"{meant[1]}.{meant[2]}, {found[3]}" if meant else found[3]
        return f"{found[1]}: the cell is text, '{found[2]}'; format it as a number and type {number}"
    if found := re.fullmatch(r"(`.+`) is '(.*)'; expected a date without quotes.*", what, re.DOTALL):
        return f"{found[1]}: the cell is text, '{found[2]}'; format it as a date and type the day anew"
    return what


class _Places:
    """Turns the places of a file that nobody has seen yet into cells."""

    def __init__(self, toml: Toml, reader: Reader) -> None:
        self.heads = reader.heads("Cases")
        self.cells: dict[str, list[tuple[int, str, str]]] = {}
        for path, cell in reader.places.items():
            place = toml.place(path)
            line, column = place.rsplit(":", 2)[1:]
            self.cells.setdefault(line, []).append((int(column), str(path[-1]), cell))
        self.conditions = {
            toml.place(path).rsplit(":", 2)[1]: (int(toml.place(path).rsplit(":", 1)[1]), parts)
            for path, parts in reader.parts.items()
        }

    def told(self, problem: str) -> str:
        """Name the cell in place of line and column, and say what to do in a spreadsheet."""
        place, colon, what = self._placed(problem).partition(": ")
        return f"{place}{colon}{self._empty(place, _in_cells(what))}"

    def _empty(self, place: str, what: str) -> str:
        """Name the cell of an input that a case leaves empty."""
        found = re.search(r"needs `(.+)`, which is empty$", what)
        sheet, _, cell = place.partition("!")
        if found is None or sheet != "Cases":
            return what
        columns = [column for column, head in self.heads.items() if head.value == f"{INPUT}{found[1]}"]
        row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return f"{what} ({columns[0]}{row})" if columns else what

    def _placed(self, problem: str) -> str:
        found = re.match(r"[^:]*:(\d+):(\d+): (.*)", problem, re.DOTALL)
        if found is None:
            return problem
        line, column, what = found[1], int(found[2]), found[3]
        if line not in self.cells:  # what is not there is told where its table begins
            above = [known for known in self.cells if int(known) <= int(line)]
            line, column = max(above, key=int, default=line), 1
            if line not in self.cells:
                return problem
        if line in self.conditions:
            start, parts = self.conditions[line]
            if before := [cell for offset, cell in parts if start + 1 + offset <= column]:
                return f"{before[-1]}: {what}"
        here = self.cells[line]
        named = [cell for _, name, cell in here if f"`{name}`" in what]
        near = [cell for at, _, cell in sorted(here) if at <= column]
        return f"{(named or near or [here[0][2]])[-1]}: {what}"
