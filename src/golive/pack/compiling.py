"""The model as nodes: from the cleaned columns to the probability of the event, with what reasons are read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from golive.pack.converters import CONVERTERS, REFUSED
from golive.pack.draft import PROBABILITY, Draft
from golive.pack.own import with_own

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from golive.engine.builder import Builder
    from golive.pack.draft import Estimator, Features
    from golive.pack.own import Convert
    from golive.records.graph import Term


@dataclass(frozen=True)
class Compiled:
    """A model in the graph."""

    score: int
    """Node of the probability of the event; missing where the model would raise."""
    terms: tuple[Term, ...]
    reasons: str
    """``linear``, ``paths``, or ``shapley`` where there are no terms."""
    reasons_in: str
    """What contributions are parts of; see `Contract.reasons_in`."""
    tolerated: frozenset[str]
    """Cleaned columns whose unknown categories the model was told to accept."""
    libraries: frozenset[str]
    """Top-level modules that the parts of the model come from."""


def compile_model(
    model: Estimator, builder: Builder, features: Features, frame: pd.DataFrame, *, event_index: int,
    guards: Sequence[int] = (), converters: Mapping[type, Convert] | None = None,
) -> Compiled:  # fmt: skip
    """Compile a fitted binary classifier.

    Parameters
    ----------
    model
        The classifier, alone or at the end of a pipeline.
    builder
        Holds the nodes so far.
    features
        The columns that the model sees, in its order.
    frame
        The same columns on the training rows, as pandas gave them.
    event_index
        Position of the event in ``model.classes_``: 0 or 1.
    guards
        Nodes that are true where the cleaning function raises: there is no score there.
    converters
        The user's own transformers, and the functions that say what they do.

    Raises
    ------
    UnsupportedError
        An estimator or an option of it has no exact equal in the graph, or it looks at a column that has none.
    """
    draft = Draft(builder, with_own(CONVERTERS, converters), REFUSED)
    for guard in guards:
        draft.refuse_when(guard)
    scored = draft.classify(model, features, frame)
    probability, terms = scored.chance(model), scored.terms
    if event_index == 0:
        probability = builder.node("sub", builder.node("number", value=1.0), probability)
        terms = tuple(msgspec.structs.replace(term, weight=-term.weight) for term in terms)
    return Compiled(
        score=draft.guarded(probability),
        terms=terms,
        reasons=scored.reasons if terms else "shapley",
        reasons_in=scored.scale if terms else PROBABILITY,
        tolerated=frozenset(draft.tolerated),
        libraries=frozenset(draft.libraries),
    )
