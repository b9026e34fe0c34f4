"""The row graph as a document: raw inputs -> cleaned columns -> calibrated score -> reason contributions.

A graph is a list of nodes in an order in which every node comes after its arguments; a node is named by its
position. Constants too long for JSON (tree tables, edges, weights) lie in ``arrays.bin``, little-endian and
8-byte aligned, and are named in ``arrays``. It is data, never code: what an operation does is fixed in
`golive.engine.operations`, in every export, and in docs/reference/graph.md.

Values inside a graph have three kinds. A *number* is a double in which NaN means missing; a *text* is a string
or null; a *boolean* is true or false, never missing.
"""

from __future__ import annotations

from golive.records.document import Part, Record

Scalar = float | str | bool | None
"""A parameter of a node. Whole numbers are written as doubles."""


class Node(Part, frozen=True, kw_only=True, omit_defaults=True):
    """One operation."""

    op: str
    """A key of `golive.engine.operations.OPERATIONS`."""
    args: tuple[int, ...] = ()
    """Positions of earlier nodes."""
    params: dict[str, Scalar | tuple[Scalar, ...]] = {}
    """Constants of the operation, by the names the operation fixes."""
    arrays: dict[str, str] = {}
    """Long constants: parameter name -> name in ``Graph.arrays``."""
    where: str = ""
    """``file:line`` of the user's code this came from; for messages only."""


class Array(Part, frozen=True, kw_only=True):
    """A piece of ``arrays.bin``."""

    dtype: str
    """``<f8``, ``<i4``, ``<u1``."""
    length: int
    """Number of elements; every array has one dimension."""
    offset: int
    """Bytes from the start of the file; a multiple of 8."""


class Source(Part, frozen=True, kw_only=True):
    """What a feature of the model is made of, so that reasons speak of raw inputs."""

    inputs: tuple[str, ...]
    """Raw inputs the feature depends on. A contribution is shared equally between them."""


class Term(Part, frozen=True, kw_only=True):
    """One additive part of what reasons speak about (``Contract.reasons_in``): a `linear` or `trees` node."""

    node: int
    weight: float
    """The members of a calibrated ensemble have 1/members each."""
    sources: tuple[Source, ...]
    """One per argument of the node, in order."""


class Shapley(Part, frozen=True, kw_only=True):
    """How contributions are found where there are no terms: inputs of the case replace those of a typical one."""

    inputs: tuple[str, ...]
    """Raw inputs that the score depends on, in the order of the contract."""
    baseline: tuple[Scalar, ...]
    """The typical case, one value per input: the median of training (numbers), the most frequent value (text,
    boolean). Null is missing."""
    orders: tuple[tuple[int, ...], ...]
    """Orders in which inputs come in, as positions in ``inputs``; each is walked forwards and backwards."""
    seed: int
    """What the orders were drawn with; for people, no engine draws again."""


class Graph(Record, frozen=True, kw_only=True, tag="graph/1"):
    """The whole decision up to the policy."""

    nodes: tuple[Node, ...]
    arrays: dict[str, Array] = {}
    inputs: dict[str, int]
    """Raw input -> its `input` node. Inputs that nothing uses are not here."""
    cleaned: dict[str, int]
    """Column that the model saw -> node, in the model's column order."""
    score: int
    """The node of the probability of the event, 0..1."""
    terms: tuple[Term, ...] = ()
    """What the reasons are read from; empty where the method is ``shapley`` or ``none``."""
    shapley: Shapley | None = None
    """Where the method is ``shapley``."""
    rules: dict[str, int] = {}
    """Rule of the contract -> boolean node, true where a case keeps it. Rules of training alone are not here."""
