"""Synthetic rows with everything the graph must answer for them; never a real person."""

from __future__ import annotations

from golive.records.document import Part, Record
from golive.records.graph import Scalar


class GoldenRow(Part, frozen=True, kw_only=True):
    inputs: dict[str, Scalar]
    cleaned: dict[str, Scalar]
    """Column -> value; null where missing."""
    score: float
    contributions: dict[str, float]
    """Raw input -> what it adds towards the event, before the four largest are picked; empty where there is none."""


class SidecarRow(Part, frozen=True, kw_only=True):
    """A synthetic raw row and what the sidecar of the contract gives for it."""

    inputs: dict[str, Scalar]
    makes: dict[str, Scalar]


class Golden(Record, frozen=True, kw_only=True, tag="golden/1"):
    rows: tuple[GoldenRow, ...]
    sidecar: tuple[SidecarRow, ...] = ()
    """For whoever computes the sidecar's columns elsewhere; empty where there is none."""
