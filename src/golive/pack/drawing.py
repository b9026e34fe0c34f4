"""The whole graph: the cleaning function first, then the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.engine.builder import Builder
from golive.errors import UnsupportedError
from golive.pack.answers import quiet
from golive.pack.compiling import compile_model
from golive.pack.kinds import kinds_of
from golive.pack.trace import trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from golive.pack.compiling import Compiled
    from golive.pack.draft import Estimator
    from golive.pack.kinds import Kinds
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
    replay: Clean | None
    """The cleaning function with frozen aggregates; none without a function."""


def draw(
    model: Estimator, train: pd.DataFrame, cleaned: pd.DataFrame, columns: Sequence[str], *, clean: Clean | None,
    outcome: str | None, event_index: int,
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

    Raises
    ------
    UnsupportedError
        Something has no exact equal in the graph, or a column of the model is made of something that is no input.
    """
    kinds = kinds_of(train, without=outcome)
    builder = Builder()
    inputs = {name: builder.input(name, kind.value) for name, kind in kinds.known.items()}
    nodes: Mapping[str, int] = inputs
    depends: Mapping[str, tuple[str, ...]] = {name: (name,) for name in inputs}
    frozen: tuple[Frozen, ...] = ()
    replay: Clean | None = None
    if clean is not None:
        with quiet():
            traced = trace(clean, train.copy(), builder, kinds.known)
        nodes, depends, frozen, replay = traced.columns, traced.depends, traced.frozen, traced.replay
    _check(columns, nodes, depends, kinds, outcome)
    held = {name: nodes[name] for name in columns}
    with quiet():
        compiled = compile_model(
            model, builder, held, depends, cleaned[list(columns)], event_index=event_index,
            inputs=frozenset(inputs.values()),
        )  # fmt: skip
    graph, data = builder.finish(held, compiled.score, compiled.terms)
    return Drawn(graph, data, kinds, compiled, depends, frozen, replay)


def _check(
    columns: Sequence[str], nodes: Mapping[str, int], depends: Mapping[str, tuple[str, ...]], kinds: Kinds,
    outcome: str | None,
) -> None:  # fmt: skip
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
