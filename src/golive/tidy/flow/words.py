"""What is taken over rows, by the names of the functions that do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "mean": "mean",
    "average": "mean",
    "median": "median",
    "std": "standard deviation",
    "var": "variance",
    "min": "minimum",
    "max": "maximum",
    "amin": "minimum",
    "amax": "maximum",
    "sum": "sum",
    "prod": "product",
    "quantile": "quantile",
    "percentile": "percentile",
    "mode": "most frequent value",
    "value_counts": "counts",
    "bincount": "counts",
    "count": "count",
    "size": "count",
    "skew": "skew",
    "kurt": "kurtosis",
    "sem": "standard error",
    "mad": "mean deviation",
    "first": "first value",
    "last": "last value",
    "nth": "value",
    "idxmax": "place of the maximum",
    "idxmin": "place of the minimum",
    "argmax": "place of the maximum",
    "argmin": "place of the minimum",
    "ptp": "range",
    "agg": "aggregates",
    "aggregate": "aggregates",
    "corr": "correlation",
    "corrwith": "correlation",
    "corrcoef": "correlation",
    "cov": "covariance",
    "describe": "description",
    "pivot_table": "table",
    "crosstab": "table",
    "nlargest": "largest values",
    "nsmallest": "smallest values",
    "histogram": "counts",
}
"""What is taken over rows, in words."""

WEAK = frozenset({"nunique", "unique", "any", "all", "factorize", "memory_usage", "info", "isnull", "isna"})
"""Says which values there are, or whether; nobody's value stands in for another's."""
