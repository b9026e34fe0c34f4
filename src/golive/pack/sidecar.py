"""One step that stays in Python: a function of the raw frame whose columns the product must compute beside the graph.

The last way out, for a step that has no equal in the graph (decision 7). Its columns become inputs of the contract,
marked as made by it. golive keeps its text for people and never runs it in production; here it is called to see that it
gives the same each time and for each row alone.
"""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from msgspec.structs import replace

from golive.errors import InputError
from golive.pack.answers import quiet, raised
from golive.pack.contract import probe
from golive.pack.frames import listed, require
from golive.pack.golden import drawn_cases, scalar
from golive.pack.kinds import kinds_of
from golive.pack.sample import Sample
from golive.records.contract import Sidecar
from golive.records.golden import SidecarRow
from golive.records.parity import Check

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.pack.kinds import Kinds
    from golive.records.contract import Contract

MOST_ALONE = 1_000
"""Training rows that are tried alone, at most, evenly spread."""
_GOLDEN = 32


@dataclass(frozen=True)
class Beside:
    """A sidecar that was tried on the training rows."""

    record: Sidecar
    frame: pd.DataFrame
    """The raw training frame with its columns."""
    golden: tuple[SidecarRow, ...]
    check: Check
    _function: Callable[[Any], Any]

    def extended(self, rows: pd.DataFrame, what: str) -> pd.DataFrame:
        """Return other raw rows with the columns of the sidecar."""
        require(rows, self.record.reads, what)
        return rows.join(_called(self._function, rows[list(self.record.reads)]))


def beside(function: Callable[[Any], Any], train: pd.DataFrame, outcome: str | None) -> Beside:
    """Try a sidecar on the training rows.

    Parameters
    ----------
    function
        Takes the raw columns that can be inputs (never the outcome), gives a frame of other columns, row by row.
    train
        The raw training frame.
    outcome
        The column that says what happened.

    Raises
    ------
    InputError
        It gives something else than columns of these rows, other values when called again, or other values for a row
        alone than among the others; or its source cannot be found.
    """
    kinds = kinds_of(train, without=outcome)
    raw = train[list(kinds.known)]
    record = _record(function, tuple(kinds.known))
    made = _called(function, raw)
    if taken := [name for name in made.columns if name in train.columns]:
        raise InputError(f"`{record.name}` makes {listed(taken)}, which the training frame has already", hint="rename")
    if unfit := kinds_of(made, without=None).unfit:
        name, (why, instead) = next(iter(unfit.items()))
        raise InputError(f"the column `{name}` of `{record.name}` cannot be an input: {why}", hint=instead)
    alone = _check(function, record.name, raw, made)
    record = Sidecar(
        name=record.name, where=record.where, source=record.source, reads=record.reads, makes=tuple(made.columns)
    )  # fmt: skip
    check = Check(rows="training", what="sidecar", compared=alone, equal=alone, largest=0.0, tolerance=0.0)
    return Beside(record, train.join(made), _golden(function, raw, made, kinds), check, function)


def marked(contract: Contract, aside: Beside) -> Contract:
    """Return the contract that says which inputs the sidecar makes.

    Raises
    ------
    InputError
        The model uses none of them.
    """
    made = aside.record
    if not any(known.name in made.makes for known in contract.inputs):
        raise InputError(f"the model uses no column of the sidecar `{made.name}`", hint="leave the sidecar out")
    inputs = [replace(known, made_by=made.name) if known.name in made.makes else known for known in contract.inputs]
    return replace(contract, inputs=tuple(inputs), sidecar=made)


def _record(function: Callable[[Any], Any], reads: tuple[str, ...]) -> Sidecar:
    try:
        source, file = textwrap.dedent(inspect.getsource(function)), inspect.getsourcefile(function)
        line = inspect.getsourcelines(function)[1]
    except (OSError, TypeError) as exc:
        raise InputError(
            f"the source of the sidecar `{getattr(function, '__name__', function)}` cannot be found",
            hint="put it into a module, a .py file",
        ) from exc
    name = getattr(function, "__name__", type(function).__name__)
    return Sidecar(name=name, where=f"{Path(file or '').name}:{line}", source=source, reads=reads, makes=())


def _called(function: Callable[[Any], Any], rows: pd.DataFrame) -> pd.DataFrame:
    name = getattr(function, "__name__", "the sidecar")
    try:
        with quiet():
            made = function(rows.copy())
    except Exception as exc:
        raise InputError(f"the sidecar `{name}` raises {raised(exc, function)}") from exc
    if not isinstance(made, pd.DataFrame) or not made.index.equals(rows.index) or made.shape[1] == 0:
        what = f"{len(made)} rows" if isinstance(made, pd.DataFrame) else f"a {type(made).__name__}"
        raise InputError(
            f"the sidecar `{name}` gives {what} for {len(rows)}; expected a DataFrame of new columns, one row per row",
            hint='pd.DataFrame({"length": df["note"].str.len()}, index=df.index)',
        )
    if not made.columns.is_unique or not all(isinstance(column, str) for column in made.columns):
        raise InputError(f"the columns of the sidecar `{name}` need plain text names, each once")
    return made


def _check(function: Callable[[Any], Any], name: str, raw: pd.DataFrame, made: pd.DataFrame) -> int:
    """Call again, in another order, and for rows alone; return how many rows were alone."""
    _same(name, made, _called(function, raw), "when called again")
    _same(name, made, _called(function, raw.iloc[::-1]).loc[raw.index], "when the rows come in another order")
    places = np.unique(np.linspace(0, len(raw) - 1, min(len(raw), MOST_ALONE)).astype(int)).tolist()
    for place in places:
        _same(name, made.iloc[[place]], _called(function, raw.iloc[[place]]), "when the row is alone")
    return len(places)


def _same(name: str, one: pd.DataFrame, other: pd.DataFrame, when: str) -> None:
    if list(one.columns) != list(other.columns):
        raise InputError(f"the sidecar `{name}` gives other columns {when}: {listed([str(c) for c in other.columns])}")
    for column in one.columns:
        pairs = zip(one[column].tolist(), other[column].tolist(), strict=True)
        for row, (a, b) in enumerate(pairs):
            if not (a == b or (pd.isna(a) and pd.isna(b))):
                raise InputError(
                    f"the sidecar `{name}` gives `{column}` = {b!r:.40} {when}, and {a!r:.40} before (row "
                    f"{one.index[row]!r})",
                    hint="it may use the cells of one row and constants only: no averages, no order, no chance",
                )


def _golden(
    function: Callable[[Any], Any], raw: pd.DataFrame, made: pd.DataFrame, kinds: Kinds
) -> tuple[SidecarRow, ...]:  # fmt: skip
    """Synthetic raw rows and what the sidecar gives for each alone; one on which it raises is left out."""
    contract = probe(raw, kinds.known, list(kinds.known), (), event="", outcome=None, reasons="none")
    sample = Sample(raw, contract)
    cases = drawn_cases(sample, _GOLDEN)
    rows = sample.frame([0] * len(cases), cases)
    kind = {name: found.value for name, found in kinds_of(made, without=None).known.items()}
    found = []
    for place, case in enumerate(cases):
        try:
            cells = _called(function, rows.iloc[[place]])
        except InputError:
            continue
        found.append(SidecarRow(inputs=case, makes={name: scalar(cells[name].iloc[0], kind[name]) for name in kind}))
    return tuple(found)
