"""What a case is, and the two tables that the case files fill."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Case:
    """One thing that somebody built."""

    name: str
    make: Callable[[], Any]
    """The classifier, not fitted."""
    columns: tuple[str, ...]
    """Raw columns that it is given."""
    covers: frozenset[str]
    """Items of `conformance.items`."""
    holds: str
    """What it is, for people."""
    clean: Callable[[Any], Any] | None = None
    """The cleaning function in front of it."""
    frozen: Callable[[Any, Any], Any] | None = None
    """``frozen(df, train)``: what ``clean`` means for new rows when all it learned comes from ``train``, written out in
    pandas; absent where it learns nothing. On the training rows themselves both give the same."""
    array: bool = False
    """Fitted on ``df.to_numpy()``."""
    fit: Callable[[Any, Any, Any], None] | None = None
    """``fit(model, X, y)``, where it takes more than ``model.fit(X, y)``."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What `golive.build` is given besides."""


PIPELINES: dict[str, Case] = {}
CLEANINGS: dict[str, Case] = {}


def covered(text: str) -> frozenset[str]:
    return frozenset(item.strip() for item in text.replace("\n", ";").split(";") if item.strip())


def everything() -> dict[str, Case]:
    """Return all cases: pipelines first."""
    from conformance import cleaning, pipelines

    assert pipelines and cleaning  # importing them fills the tables
    return {**PIPELINES, **CLEANINGS}


def add(table: dict[str, Case], case: Case) -> None:
    if case.name in PIPELINES or case.name in CLEANINGS:
        raise ValueError(f"two cases are called {case.name}")
    table[case.name] = case
