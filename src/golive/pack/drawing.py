"""The whole graph: the cleaning function first, then the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.engine.builder import Builder
from golive.errors import UnsupportedError
from golive.pack.answers import quiet
from golive.pack.compiling import compile_model
from golive.pack.dates import is_date, is_duration
from golive.pack.draft import Feature
from golive.pack.kinds import kinds_of
from golive.pack.places import placed
from golive.pack.trace import trace
from golive.pack.trace.rules import DEFAULT, Ruled, check_places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from golive.pack.compiling import Compiled
    from golive.pack.draft import Estimator
    from golive.pack.kinds import Kinds
    from golive.pack.own import Convert
    from golive.pack.trace import Replayed
    from golive.pack.trace.rules import Choice
    from golive.pack.trace.session import Tape
    from golive.records.contract import RowRule
    from golive.records.graph import Graph
    from golive.records.parity import Frozen

    Clean = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Drawn:
    """A graph, and what its making showed."""

    graph: Graph
    data: bytes
    """What ``arrays.bin`` will hold."""
    kinds: Kinds
    compiled: Compiled
    depends: Mapping[str, tuple[str, ...]]
    """Column -> raw inputs it is made of."""
    frozen: tuple[Frozen, ...]
    replay: Callable[[pd.DataFrame], Replayed] | None
    """The cleaning function with frozen aggregates; none without a function."""
    rules: tuple[RowRule, ...]
    places: NDArray[np.intp]
    """Where the rows of the cleaned frame stood in the training frame."""


@dataclass(frozen=True)
class _Columns:
    """What the cleaning function makes of the raw columns."""

    nodes: Mapping[str, int]
    depends: Mapping[str, tuple[str, ...]]
    frozen: tuple[Frozen, ...]
    replay: Callable[[pd.DataFrame], Replayed] | None
    guards: tuple[int, ...]
    ruled: Ruled
    places: NDArray[np.intp]


def draw(
    model: Estimator, train: pd.DataFrame, cleaned: pd.DataFrame, columns: Sequence[str], *, clean: Clean | None,
    outcome: str | None, event_index: int, filters: Choice = DEFAULT, tape: Tape | None = None,
    converters: Mapping[type, Convert] | None = None,
) -> Drawn:  # fmt: skip
    """Draw the graph.

    Parameters
    ----------
    model
        A fitted binary classifier.
    train, cleaned
        The raw training frame, and what the cleaning function made of it.
    columns
        The model's columns, in its order.
    clean
        The cleaning function; none where the raw columns are the model's.
    outcome
        The column that says what happened, which must reach no input.
    event_index
        Position of the event in ``model.classes_``.
    filters
        What happens to a case that a row filter of the cleaning function would take away.
    tape
        Where to write down what is frozen.
    converters
        The user's own transformers, and the functions that say what they do.

    Raises
    ------
    InputError
        ``filters`` names what is not there.
    UnsupportedError
        Something has no exact equal in the graph, or the model looks at a column that is made of what is no input.
    """
    kinds = kinds_of(train, without=outcome)
    builder = Builder()
    inputs = {name: builder.input(name, kind.value) for name, kind in kinds.known.items()}
    made = _columns(clean, train, builder, kinds, inputs, filters, tape)
    lost = [builder.node("not", kept) for kept in made.ruled.nodes.values()]
    features = []
    for name in columns:
        unfit = _unfit(name, made, kinds, outcome) or _date(name, cleaned[name])
        features.append(_passing(name, builder, unfit) if unfit else _feature(name, made, builder, inputs))
    try:
        with quiet():
            compiled = compile_model(
                model, builder, tuple(features), cleaned[list(columns)], event_index=event_index,
                guards=(*made.guards, *lost), converters=converters,
            )  # fmt: skip
    except UnsupportedError as exc:
        raise placed(exc, model, clean) from exc
    held = {feature.name: feature.node for feature in features if not feature.unfit[0]}
    graph, data = builder.finish(held, compiled.score, compiled.terms, made.ruled.nodes)
    return Drawn(graph, data, kinds, compiled, made.depends, made.frozen, made.replay, made.ruled.rules, made.places)


def _columns(
    clean: Clean | None, train: pd.DataFrame, builder: Builder, kinds: Kinds, inputs: Mapping[str, int],
    filters: Choice, tape: Tape | None,
) -> _Columns:  # fmt: skip
    if clean is None:
        check_places(filters, {})
        depends = {name: (name,) for name in inputs}
        return _Columns(inputs, depends, (), None, (), Ruled(), np.arange(len(train)))
    with quiet():
        traced = trace(clean, train.copy(), builder, kinds.known, filters, tape)
    return _Columns(
        traced.columns, traced.depends, traced.frozen, traced.replayed, traced.guards, traced.ruled, traced.places
    )  # fmt: skip


def _feature(name: str, made: _Columns, builder: Builder, inputs: Mapping[str, int]) -> Feature:
    node = made.nodes[name]
    infinite = node not in inputs.values() and builder.kind(node) == "number"
    return Feature(name, node, made.depends[name], column=name, infinite=infinite)


def _passing(name: str, builder: Builder, unfit: tuple[str, str]) -> Feature:
    """Return a column that is made of something else than inputs: no estimator may look at it."""
    return Feature(name, builder.node("number", value=None), (), unfit=unfit)


def _date(name: str, column: pd.Series) -> tuple[str, str] | None:
    if not (is_date(column) or is_duration(column)):
        return None
    return (
        f"the model's column `{name}` is {column.dtype}, and a model computes with numbers",
        "use .dt.year, (a - b).dt.days and the like in the cleaning function",
    )


def _unfit(name: str, made: _Columns, kinds: Kinds, outcome: str | None) -> tuple[str, str] | None:
    made_of = made.depends.get(name, (name,))
    if outcome is not None and (name == outcome or outcome in made_of):
        what = f"the model's column `{name}` is made of the outcome `{outcome}`, which nobody knows when deciding"
        return what, "leave it out and fit the model again"
    for raw in made_of:
        if raw in kinds.unfit:
            what, instead = kinds.unfit[raw]
            return f"column `{raw}` cannot be an input: {what}", instead
    if name not in made.nodes:
        return f"the model's column `{name}` does not come from the raw columns alone", "leave it out and fit again"
    return None
