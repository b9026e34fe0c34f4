"""Follow a Python function branch by branch: every way through it becomes a `where` in the graph.

The function runs once per way. Each time it asks a symbolic value for its truth, the answer is taken from the way
that is being walked; what is new is answered True first and False in a later run. What Python would raise (a
division by zero, ``int`` of a missing value) is a branch too, so that the user's ``try`` catches it as it would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.errors import GoliveError
from golive.pack.trace.expected import ExpectedError, UnansweredError
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from golive.pack.trace.nodes import Expr, Nodes

MOST_WAYS = 512
DEEPEST = 128
_HINT = "write it as a dict with .map(), np.select or pd.cut, or as several smaller functions"


@dataclass(frozen=True, slots=True)
class Way:
    """One way through a function."""

    answers: tuple[tuple[Expr, bool], ...]
    result: object
    raised: bool = False


class Paths:
    """Walks all ways through one function."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._planned: list[bool] = []
        self._answers: list[tuple[Expr, bool]] = []

    def walk(self, function: Callable[[], object]) -> list[Way]:
        """Every way through `function`, in depth-first order, True before False."""
        ways: list[Way] = []
        while True:
            self._answers = []
            ways.append(self._once(function))
            planned = [answer for _, answer in self._answers]
            while planned and not planned[-1]:
                planned.pop()
            if not planned:
                return ways
            if len(ways) >= MOST_WAYS:
                raise refusal(f"the function has more than {MOST_WAYS} ways through it", _HINT)
            self._planned = [*planned[:-1], False]

    def ask(self, test: Expr) -> bool:
        """The truth of a test on the way that is being walked."""
        if test.constant:
            return bool(test.value)
        for known, answer in self._answers:
            if known.node == test.node:
                return answer
        if len(self._answers) >= DEEPEST:
            raise refusal(
                f"the function asks more than {DEEPEST} questions of one value: a loop that depends on it?", _HINT
            )
        at = len(self._answers)
        answer = self._planned[at] if at < len(self._planned) else True
        self._answers.append((test, answer))
        return answer

    def _once(self, function: Callable[[], object]) -> Way:
        try:
            result = function()
        except UnansweredError as exc:
            return Way(tuple(self._answers), exc, raised=True)
        except GoliveError:
            raise
        except (ArithmeticError, LookupError, ValueError, AttributeError, TypeError) as exc:
            ours = isinstance(exc, TypeError | AttributeError) and not isinstance(exc, ExpectedError)
            if ours or not self._answers:
                raise  # it raises whatever the value, or because of what a symbolic value cannot do: not a branch
            return Way(tuple(self._answers), exc, raised=True)
        return Way(tuple(self._answers), result)


def joined(nodes: Nodes, ways: Sequence[Way], leaf: Callable[[Way], Expr], depth: int = 0) -> Expr:
    """The ways as one expression; `ways` share their first `depth` answers."""
    if len(ways[0].answers) == depth:
        return leaf(ways[0])
    test = ways[0].answers[depth][0]
    yes = [way for way in ways if way.answers[depth][1]]
    no = [way for way in ways if not way.answers[depth][1]]
    if not yes or not no:
        return joined(nodes, ways, leaf, depth + 1)
    return nodes.where(test, joined(nodes, yes, leaf, depth + 1), joined(nodes, no, leaf, depth + 1))


def condition(nodes: Nodes, way: Way) -> Expr:
    """True on the rows that go this way."""
    found = nodes.constant(True)
    for test, answer in way.answers:
        step = test if answer else nodes.inverse(test)
        found = step if found.constant else nodes.both(found, step)
    return found
