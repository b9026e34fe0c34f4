"""The proof that the graph and Python agree, frozen at build time."""

from __future__ import annotations

from golive.records.document import Part, Record


class Check(Part, frozen=True, kw_only=True):
    """One comparison over one set of rows."""

    rows: str
    """Which rows: ``training``, ``training, filtered`` (taken away in cleaning), ``holdout``, ``unseen`` (cells of
    training rows, combined anew), ``hostile``."""
    what: str
    """``rule`` (kept or broken as in pandas), ``cleaned`` (every cell), ``score``, ``decision`` (at
    cut-offs in the middle of gaps) or ``reference``."""
    compared: int
    """Rows compared."""
    equal: int
    """Rows within ``tolerance``; the build stops unless all are."""
    largest: float
    """Largest absolute difference seen."""
    tolerance: float


class Frozen(Part, frozen=True, kw_only=True):
    """A number or table that the cleaning function computed from the training frame and that is now fixed."""

    what: str
    """For people: ``median of Income``."""
    value: str
    """For people: ``124.0``, or ``5 groups``."""
    where: str
    """``file:line`` of the user's code."""


class Parity(Record, frozen=True, kw_only=True, tag="parity/1"):
    checks: tuple[Check, ...]
    frozen: tuple[Frozen, ...]
    left_out: tuple[str, ...] = ()
    """Rows of the holdout that break the contract, and why: they go to the fallback and are compared with nothing."""
    float_class: str
    """``float64`` (1e-12 relative to 1)."""
    versions: dict[str, str]
    """Library -> version that the expected values came from."""
    strings: str
    """How pandas stored text: ``object``, ``str[python]``, ``str[pyarrow]``."""
