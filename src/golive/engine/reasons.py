"""Why a score is what it is, in raw inputs: exact for linear models, path contributions for trees, else Shapley values.

An argument of a `linear` node contributes ``weight * (x - baseline)``; one of a `trees` node the sum, over the path of
each tree, of child value minus parent value where the tree asked for it. What an argument contributes is shared
equally between the raw inputs that it was made of. Row and columns add in the same order. Shapley values come from
`golive.engine.mixtures`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

import numpy as np

from golive.engine.contract import shown
from golive.engine.mixtures import Mixtures
from golive.records.decision import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.engine.operations.linear import Linear
    from golive.engine.operations.operation import Numbers
    from golive.engine.program import Program
    from golive.records.contract import Contract, Input

LEAST = 1e-6
"""What a contribution has to exceed to be a reason."""


class Case(Protocol):
    """Anything that knows the value of an input."""

    def __getitem__(self, name: str, /) -> object:
        """Return the value; None where it is missing."""


class _Part(NamedTuple):
    """One term: its node, its arguments, and where each argument's contribution goes."""

    running: Linear
    args: tuple[int, ...]
    goes: tuple[tuple[int, int, float], ...]
    """(number of the argument, position in ``names``, factor)."""


class Explainer:
    """Reads contributions from the values of a graph.

    Attributes
    ----------
    names
        The raw inputs that contribute, in the order of the contract.
    needs
        The nodes whose values it reads.
    """

    def __init__(self, program: Program, contract: Contract) -> None:
        sources = [source for term in program.graph.terms for source in term.sources]
        shapley = program.graph.shapley
        self._mixtures = Mixtures(program, shapley) if shapley else None
        touched = set(shapley.inputs) if shapley else {name for source in sources for name in source.inputs}
        self.inputs: list[Input] = [known for known in contract.inputs if known.name in touched]
        self.names = tuple(known.name for known in self.inputs)
        self._parts = _parts(program, self.names)
        self.needs = frozenset(arg for part in self._parts for arg in part.args)
        if self._mixtures:
            self.needs = self._mixtures.needs

    def row(self, values: Sequence[Any]) -> list[float]:
        """Return one contribution per name, for one case; NaN where there is none."""
        if self._mixtures:
            return self._mixtures.row(values)
        added = [0.0] * len(self.names)
        for running, args, goes in self._parts:
            contributions = running.row_contributions(*[values[arg] for arg in args])
            for number, place, factor in goes:
                added[place] += contributions[number] * factor
        return added

    def columns(self, values: Sequence[Any], rows: int) -> Numbers:
        """Return an array (rows, names) of the same."""
        if self._mixtures:
            return self._mixtures.columns(values, rows).T
        added = np.zeros((len(self.names), rows))
        for running, args, goes in self._parts:
            contributions = running.contributions(*[values[arg] for arg in args])
            for number, place, factor in goes:
                added[place] += contributions[number] * factor
        return added.T

    def reasons(
        self, contributions: Sequence[float], case: Case, *, most: int, texts: Mapping[str, str]
    ) -> tuple[Reason, ...]:
        """Return the strongest contributions towards the event, strongest first; of equals the earlier input."""
        found = [(-value, place) for place, value in enumerate(contributions) if value > LEAST]
        return tuple(
            Reason(
                input=self.names[place],
                text=texts.get(self.names[place]) or sentence(self.inputs[place], case[self.names[place]]),
                contribution=-value,
            )
            for value, place in sorted(found)[:most]
        )


def sentence(known: Input, value: object) -> str:
    """Return e.g. ``Records is yes: raises the risk``."""
    return f"{known.label or known.name} is {_written(value, known)}: raises the risk"


def _written(value: object, known: Input) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(float(value)) + (f" {known.unit}" if known.unit else "")
    text = str(value)
    return "empty" if not text else text if text.isprintable() and len(text) <= 60 else shown(text)


def _number(value: float) -> str:
    """Write whole numbers without a point, others as shortly as they can be read back."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def _parts(program: Program, names: tuple[str, ...]) -> list[_Part]:
    place = {name: position for position, name in enumerate(names)}
    parts = []
    for term in program.graph.terms:
        goes = tuple(
            (number, place[name], term.weight / len(source.inputs))
            for number, source in enumerate(term.sources)
            for name in source.inputs
            if name in place
        )
        running = cast("Linear", program.running[term.node])  # or trees, which answer to the same names
        parts.append(_Part(running, program.graph.nodes[term.node].args, goes))
    return parts
