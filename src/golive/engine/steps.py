"""The steps of a program for one case, and what is remembered of those that follow from one text alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_TEXTS = 256
"""Texts of one input that are remembered: the categories that come again and again, not free text."""
LONGEST = 64
"""Characters of a text that is remembered."""


class Step(NamedTuple):
    """One node that has to be computed."""

    node: int
    args: tuple[int, ...]
    row: Callable[..., Any]
    columns: Callable[..., Any]
    mixed: bool
    """Whether an argument that follows from one text meets rows, and has to be spread over them first."""
    coded: bool
    """Whether ``columns`` takes `Coded` arguments."""


class Plan:
    """The steps that some nodes need.

    Attributes
    ----------
    steps
        All of them, in order.
    """

    def __init__(self, steps: Sequence[Step], texts: Sequence[int | None]) -> None:
        self.steps = steps
        self._rest = in_turn([step for step in steps if texts[step.node] is None])
        inputs = {texts[step.node]: None for step in steps}
        self._texts = [
            _Text(node, [step for step in steps if texts[step.node] == node]) for node in inputs if node is not None
        ]

    def run(self, values: list[Any]) -> None:
        """Compute the steps for one case into the list of its values."""
        for text in self._texts:
            text.run(values)
        run(self._rest, values)


_Turn = tuple[int, "Callable[..., Any]", int, int, tuple[int, ...]]
"""Node, what computes it, its first argument, its second or -1, and all of them where they are more than two."""


def in_turn(steps: Sequence[Step]) -> tuple[_Turn, ...]:
    """Return some steps as `run` takes them, with nothing left to look up."""
    return tuple(
        (step.node, step.row, (*step.args, -1)[0], step.args[1] if len(step.args) == 2 else -1,
         () if len(step.args) in (1, 2) else step.args)
        for step in steps
    )  # fmt: skip


def run(turns: Sequence[_Turn], values: list[Any]) -> None:
    """Compute some steps for one case."""
    for node, function, first, second, more in turns:
        if second >= 0:
            values[node] = function(values[first], values[second])
        elif more or first < 0:
            values[node] = function(*[values[arg] for arg in more])
        else:
            values[node] = function(values[first])


class _Text:
    """What follows from one text input: computed once per text, because every operation gives the same again."""

    def __init__(self, node: int, steps: list[Step]) -> None:
        self._node, self._steps = node, in_turn(steps)
        self._made = [step.node for step in steps]
        self._known: dict[str | None, list[Any]] = {}

    def run(self, values: list[Any]) -> None:
        text = values[self._node]
        if text is not None and (type(text) is not str or len(text) > LONGEST):
            return run(self._steps, values)
        found = self._known.get(text)
        if found is None:
            run(self._steps, values)
            if len(self._known) < MOST_TEXTS:
                self._known[text] = [values[node] for node in self._made]
        else:
            for node, value in zip(self._made, found, strict=True):
                values[node] = value
        return None
