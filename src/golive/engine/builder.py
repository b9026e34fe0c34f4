"""Building a graph node by node, with every kind checked at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from golive.engine.operations import OPERATIONS
from golive.engine.operations.kinds import result_kind
from golive.engine.operations.operation import Constants
from golive.errors import UnsupportedError
from golive.records.graph import Array, Graph, Node, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from golive.engine.operations.operation import Param
    from golive.records.graph import Scalar


class _Made(NamedTuple):
    op: str
    args: tuple[int, ...]
    params: dict[str, Param]
    arrays: dict[str, NDArray[Any]]
    where: str
    kind: str


class Builder:
    """Collects nodes; equal nodes become one.

    Examples
    --------
    >>> b = Builder()
    >>> income = b.input("Income", "number")
    >>> score = b.node("sigmoid", b.node("log1p", income))
    >>> graph, arrays = b.finish({"Income": income}, score)
    >>> [node.op for node in graph.nodes]
    ['input', 'log1p', 'sigmoid']
    """

    def __init__(self) -> None:
        self._made: list[_Made] = []
        self._known: dict[object, int] = {}
        self._inputs: dict[str, int] = {}

    def input(self, name: str, kind: str) -> int:
        """Return the node of a raw input; the same name has one kind."""
        if name in self._inputs and self.kind(self._inputs[name]) != kind:
            raise UnsupportedError(f"the input `{name}` is used as {self.kind(self._inputs[name])} and as {kind}")
        self._inputs[name] = self.node("input", name=name, kind=kind)
        return self._inputs[name]

    def node(
        self, op: str, *args: int, where: str = "", arrays: Mapping[str, NDArray[Any]] | None = None, **params: Param
    ) -> int:
        """Add one operation and return its number.

        Parameters
        ----------
        op
            A key of `OPERATIONS`.
        args
            Numbers of the nodes it takes.
        where
            ``file:line`` of the user's code, for messages.
        arrays
            Its long constants, cast to the dtype of the operation.
        params
            Its constants. Whole numbers become doubles, lists become tuples, NaN becomes null.

        Raises
        ------
        UnsupportedError
            There is no such operation, or a kind or constant does not fit it.
        """
        if op not in OPERATIONS:
            raise UnsupportedError(f"there is no operation `{op}`", where=where, hint="see docs/reference/graph.md")
        held = {name: _scalar(value) for name, value in params.items()}
        cast = {name: _array(value, OPERATIONS[op].arrays.get(name)) for name, value in (arrays or {}).items()}
        key = (op, args, repr(sorted(held.items())), *((name, a.tobytes()) for name, a in sorted(cast.items())))
        if key in self._known:
            return self._known[key]
        kinds = tuple(self.kind(arg) for arg in args)
        try:
            kind = result_kind(op, OPERATIONS[op], Constants(held, cast, len(args), kinds))
        except UnsupportedError as exc:
            raise UnsupportedError(exc.message, where=where, hint=exc.hint) from None
        self._made.append(_Made(op, args, held, cast, where, kind))
        self._known[key] = len(self._made) - 1
        return self._known[key]

    def made(self, node: int) -> tuple[str, tuple[int, ...], Mapping[str, Param]]:
        """Return the operation of a node, its arguments and its constants."""
        held = self._made[node]
        return held.op, held.args, held.params

    def kind(self, node: int) -> str:
        """Return ``number``, ``text`` or ``boolean``."""
        return self._made[node].kind

    def finish(
        self, cleaned: Mapping[str, int], score: int, terms: Sequence[Term] = (), rules: Mapping[str, int] | None = None
    ) -> tuple[Graph, bytes]:
        """Return the graph of the nodes that are needed, and the bytes of ``arrays.bin``.

        Raises
        ------
        UnsupportedError
            The score is not a number, or a term is not a `linear` or `trees` node with one source per argument.
        """
        self._check(score, terms)
        kept = dict(rules or {})
        needed = self._needed([*cleaned.values(), *kept.values(), score, *(term.node for term in terms)])
        number = {old: new for new, old in enumerate(needed)}
        arrays = _Arrays()
        nodes = tuple(self._record(old, number, arrays) for old in needed)
        graph = Graph(
            nodes=nodes,
            arrays=arrays.places,
            inputs={str(node.params["name"]): index for index, node in enumerate(nodes) if node.op == "input"},
            cleaned={name: number[node] for name, node in cleaned.items()},
            score=number[score],
            terms=tuple(Term(node=number[t.node], weight=t.weight, sources=t.sources) for t in terms),
            rules={name: number[node] for name, node in kept.items()},
        )
        return graph, bytes(arrays.data)

    def _check(self, score: int, terms: Sequence[Term]) -> None:
        if self.kind(score) != "number":
            raise UnsupportedError(f"the score is a {self.kind(score)}; expected a number")
        for term in terms:
            made = self._made[term.node]
            if made.op not in ("linear", "trees") or len(term.sources) != len(made.args):
                raise UnsupportedError(
                    f"a term of the reasons is `{made.op}` with {len(term.sources)} sources; expected `linear` or "
                    f"`trees` with one source for each of its {len(made.args)} arguments"
                )

    def _needed(self, ends: Iterable[int]) -> list[int]:
        needed = set(ends)
        for node in range(len(self._made) - 1, -1, -1):
            if node in needed:
                needed.update(self._made[node].args)
        return sorted(needed)

    def _record(self, old: int, number: Mapping[int, int], arrays: _Arrays) -> Node:
        made = self._made[old]
        return Node(
            op=made.op,
            args=tuple(number[arg] for arg in made.args),
            params=dict(made.params),
            arrays={name: arrays.add(f"{number[old]}.{name}", array) for name, array in made.arrays.items()},
            where=made.where,
        )


class _Arrays:
    """The bytes of ``arrays.bin`` while they grow; equal arrays are kept once."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.places: dict[str, Array] = {}
        self._known: dict[tuple[str, bytes], str] = {}

    def add(self, name: str, array: NDArray[Any]) -> str:
        dtype = array.dtype.str.replace("|", "<")
        data = array.tobytes()
        if (dtype, data) not in self._known:
            self.data += b"\0" * (-len(self.data) % 8)
            self.places[name] = Array(dtype=dtype, length=len(array), offset=len(self.data))
            self.data += data
            self._known[dtype, data] = name
        return self._known[dtype, data]


def _scalar(value: Param) -> Param:
    if isinstance(value, (list, tuple)):
        return tuple(_one(item) for item in value)
    one: Scalar = _one(value)
    return one


def _one(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    return None if isinstance(value, float) and math.isnan(value) else value


def _array(value: NDArray[Any], dtype: str | None) -> NDArray[Any]:
    array = np.asarray(value)
    if dtype is None:
        return array
    with np.errstate(invalid="ignore"):
        cast = array.astype(dtype)
        back = cast.astype(array.dtype)
    if not np.array_equal(back, array, equal_nan=array.dtype.kind == "f"):
        raise UnsupportedError(f"an array of {array.dtype} does not fit {dtype} without loss")
    return np.ascontiguousarray(cast)
