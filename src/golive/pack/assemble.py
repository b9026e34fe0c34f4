"""From a model, its cleaning and its frames to the bytes of a bundle, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.engine.builder import Builder
from golive.errors import InputError, UnsupportedError
from golive.pack.answers import Python, cleaned_by, quiet
from golive.pack.compiling import compile_model
from golive.pack.contract import probe
from golive.pack.door import Door
from golive.pack.frames import checked, model_columns, require
from golive.pack.golden import golden_rows
from golive.pack.hostile import hostile_rows
from golive.pack.kinds import kinds_of
from golive.pack.labels import check_direction, find_event, outcome_column
from golive.pack.models import check_model
from golive.pack.parity import compare, float_class
from golive.pack.sample import Sample
from golive.pack.versions import strings, versions
from golive.records.document import encode
from golive.records.parity import Check, Frozen, Parity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from golive.pack.answers import Answer
    from golive.pack.compiling import Compiled
    from golive.pack.draft import Estimator
    from golive.pack.kinds import Kinds
    from golive.records.contract import Contract
    from golive.records.graph import Graph

    Clean = Callable[[pd.DataFrame], pd.DataFrame]

_REFERENCE = 1e-9
_LISTED = 20


def assemble(
    model: Estimator, train: object, *, clean: Clean | None, outcome: str | None, event: object, reference: object,
    holdout: object,
) -> dict[str, bytes]:  # fmt: skip
    """Compile, prove and encode; see `golive.pack.build.build` for the arguments and what is raised."""
    check_model(model)
    frame = checked(train, "train")
    outcomes = outcome_column(frame, outcome)
    said = find_event(model, event, outcomes)
    cleaned = checked(cleaned_by(clean, frame), "the cleaned training frame", fewest=0)
    columns = model_columns(model, cleaned, outcome)
    expected = Python(model, columns, said.index).training(cleaned)
    check_direction(said, outcomes, expected.score)
    checks = _compare_reference(reference, expected)

    drawn = _draw(model, frame, cleaned, columns, clean, outcome, said.index)
    contract = _contract(frame, drawn, said.label, outcome)
    door = Door(contract, drawn.graph, drawn.data)
    python = Python(model, columns, said.index, drawn.replay)
    sample = Sample(frame, contract)

    checks += compare(door, "training", frame, door.ask(frame), expected)
    left_out: tuple[str, ...] = ()
    if holdout is not None:
        more, left_out = _compare_holdout(door, python, checked(holdout, "holdout", fewest=1))
        checks += more
    checks += _compare_any(door, python, "hostile", hostile_rows(door.program, drawn.data, sample))
    golden = golden_rows(door, python, sample)
    parity = Parity(
        checks=tuple(checks), frozen=drawn.frozen, left_out=left_out, float_class=float_class(door)[0],
        versions=versions(model), strings=strings(frame),
    )  # fmt: skip
    return {
        "contract.json": encode(contract),
        "graph.json": encode(drawn.graph),
        "arrays.bin": drawn.data,
        "golden/golden.json": encode(golden),
        "parity.json": encode(parity),
    }


@dataclass(frozen=True)
class _Drawn:
    """The whole graph, and what its making showed."""

    graph: Graph
    data: bytes
    kinds: Kinds
    compiled: Compiled
    depends: Mapping[str, tuple[str, ...]]
    frozen: tuple[Frozen, ...]
    replay: Clean | None


def _draw(
    model: Estimator, train: pd.DataFrame, cleaned: pd.DataFrame, columns: Sequence[str], clean: Clean | None,
    outcome: str | None, event_index: int,
) -> _Drawn:  # fmt: skip
    """Draw the graph: the cleaning function first, then the model."""
    kinds = kinds_of(train, without=outcome)
    builder = Builder()
    inputs = {name: builder.input(name, kind.value) for name, kind in kinds.known.items()}
    frozen: tuple[Frozen, ...] = ()
    replay: Clean | None = None
    nodes: Mapping[str, int] = inputs
    depends: Mapping[str, tuple[str, ...]] = {name: (name,) for name in inputs}
    if clean is not None:
        traced = _traced(clean, train, builder, kinds)
        nodes, depends, frozen, replay = traced.columns, traced.depends, traced.frozen, traced.replay
    _check_drawn(columns, nodes, depends, kinds, outcome)
    with quiet():
        compiled = compile_model(
            model, builder, {name: nodes[name] for name in columns}, depends, cleaned[list(columns)],
            event_index=event_index, inputs=frozenset(inputs.values()),
        )  # fmt: skip
    graph, data = builder.finish({name: nodes[name] for name in columns}, compiled.score, compiled.terms)
    return _Drawn(graph, data, kinds, compiled, depends, frozen, replay)


def _traced(clean: Clean, train: pd.DataFrame, builder: Builder, kinds: Kinds) -> Any:
    from golive.pack.trace import trace

    with quiet():
        return trace(clean, train.copy(), builder, kinds.known)


def _check_drawn(
    columns: Sequence[str], nodes: Mapping[str, int], depends: Mapping[str, tuple[str, ...]], kinds: Kinds,
    outcome: str | None,
) -> None:  # fmt: skip
    """Raise when a column of the model is made of something that is no input."""
    for name in columns:
        made_of = depends.get(name, (name,))
        if outcome is not None and (name == outcome or outcome in made_of):
            raise UnsupportedError(
                f"the model's column `{name}` is made of the outcome `{outcome}`, which nobody knows when deciding",
                hint="leave it out and fit the model again",
            )
        for raw in made_of:
            if raw in kinds.unfit:
                what, instead = kinds.unfit[raw]
                raise UnsupportedError(f"column `{raw}` cannot be an input: {what}", hint=instead)
        if name not in nodes:
            raise UnsupportedError(f"the model's column `{name}` does not come from the raw columns alone")


def _contract(train: pd.DataFrame, drawn: _Drawn, event: str, outcome: str | None) -> Contract:
    used = [str(name) for name in train.columns if name in drawn.graph.inputs]
    if not used:
        raise UnsupportedError("the score depends on no raw column", hint="is this the right model?")
    tolerant = _tolerant(used, drawn.compiled.tolerated, {name: drawn.depends[name] for name in drawn.graph.cleaned})
    return probe(train, drawn.kinds.known, used, tolerant, event=event, outcome=outcome, reasons=drawn.compiled.reasons)


def _tolerant(
    used: Sequence[str], tolerated: Collection[str], depends: Mapping[str, tuple[str, ...]]
) -> frozenset[str]:  # fmt: skip
    """Return the inputs whose unknown values go only to encoders that were told to accept them."""
    goes_to = {name: {column for column, made_of in depends.items() if name in made_of} for name in used}
    return frozenset(name for name, columns in goes_to.items() if columns and columns <= set(tolerated))


def _compare_reference(reference: object, expected: Answer) -> list[Check]:
    if reference is None:
        return []
    given = np.asarray(reference, dtype=np.float64)
    rows = len(expected.score)
    if given.shape != (rows,):
        raise InputError(f"`reference` has the shape {given.shape}; expected one score per training row, ({rows},)")
    if np.isnan(given).any():
        raise InputError(f"`reference` is NaN in {int(np.isnan(given).sum())} of {rows} rows")
    difference = np.abs(given - expected.score)
    if difference.max() > _REFERENCE:
        row = int(difference.argmax())
        raise InputError(
            f"the model gives other scores on `train` than `reference`: {int((difference > _REFERENCE).sum())} of "
            f"{rows} rows differ, most in row {row} ({given[row]!r} given, {expected.score[row]!r} computed)",
            hint="this is not the frame, or not the cleaning function, that the model was fitted with",
        )
    return [
        Check(
            rows="training", what="reference", compared=rows, equal=rows, largest=float(difference.max()),
            tolerance=_REFERENCE,
        )
    ]  # fmt: skip


def _compare_holdout(
    door: Door, python: Python, holdout: pd.DataFrame
) -> tuple[tuple[Check, ...], tuple[str, ...]]:  # fmt: skip
    """Compare the holdout rows that keep the contract; say in words why others were left out."""
    require(holdout, [known.name for known in door.contract.inputs], "holdout")
    holdout = holdout.reset_index(drop=True)
    broken = door.broken(holdout)
    if broken.all():
        raise InputError("every row of `holdout` breaks the contract: " + door.problem(holdout, 0))
    rows = np.flatnonzero(broken).tolist()
    left_out = [f"holdout row {row}: {door.problem(holdout, row)}" for row in rows[:_LISTED]]
    left_out += [f"and {len(rows) - _LISTED} more holdout rows"] if len(rows) > _LISTED else []
    return _compare_any(door, python, "holdout", holdout[~broken].reset_index(drop=True)), tuple(left_out)


def _compare_any(door: Door, python: Python, rows: str, raw: pd.DataFrame) -> tuple[Check, ...]:
    told = door.ask(raw)
    return compare(door, rows, raw, told, python.answer(raw, told.silent))
