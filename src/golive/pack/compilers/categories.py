"""Native categories in trees: each set of categories that a split asks for is one more argument of the trees.

The argument is a look-up of the column itself, so that a reason still speaks of the raw input and ``trees`` knows
nothing but thresholds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from golive.pack.draft import Draft, Feature, Features, Matrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Key = float | str
Side = Literal["left", "right"]
MIDDLE = 0.5
"""The threshold that tells the two sides apart: left is 0, right is 1."""
_AT: dict[Side | None, float | None] = {"left": 0.0, "right": 1.0, None: None}


class Sides:
    """The features of a model with native categories, and one more for each set that is asked for."""

    def __init__(self, draft: Draft, features: Features) -> None:
        self._draft = draft
        self._made: list[Feature] = list(features)
        self._known: dict[object, int] = {}

    @property
    def features(self) -> Features:
        """What `forest` is given."""
        return tuple(self._made)

    def replace(self, index: int, node: int) -> None:
        """Let another node stand for a feature."""
        old = self._made[index]
        self._made[index] = Feature(old.name, node, old.inputs, unfit=old.unfit)

    def ask(
        self, index: int, *, left: Iterable[Key] = (), right: Iterable[Key] = (), other: Side | None,
        missing: Side | None, code: tuple[str, ...] = (),
    ) -> int:  # fmt: skip
        """Return the argument that is 0 for categories that go left, 1 for those that go right.

        Parameters
        ----------
        index
            The feature that is asked.
        left, right
            Categories by side.
        other, missing
            The side of any other value, and of a missing one; without one it counts as missing in the tree.
        code
            The operations by which the library makes a whole number of what it is given.
        """
        to_left, to_right = frozenset(left), frozenset(right)
        key = (index, to_left, to_right, other, missing)
        if key not in self._known:
            feature = self._made[index]
            sides: list[tuple[Key, float]] = sorted(
                [(one, 0.0) for one in to_left] + [(one, 1.0) for one in to_right], key=lambda pair: str(pair[0])
            )
            node = self._draft.builder.node(
                "lookup", self._value(feature, code), kind="number", keys=tuple(one for one, _ in sides),
                values=tuple(at for _, at in sides), default=_AT[other], missing=_AT[missing],
            )  # fmt: skip
            self._known[key] = len(self._made)
            self._made.append(Feature(feature.name, node, feature.inputs, unfit=feature.unfit))
        return self._known[key]

    def _value(self, feature: Feature, code: tuple[str, ...]) -> int:
        b = self._draft.builder
        node = b.node("to_number", feature.node) if b.kind(feature.node) == "boolean" else feature.node
        for op in code:
            node = b.node(op, node)
        return node


def categories_of(X: Matrix, index: int) -> list[Key] | None:
    """Return the categories of a column by code; none where it is no pandas category."""
    if not isinstance(X, pd.DataFrame) or not isinstance(dtype := X.dtypes.iloc[index], pd.CategoricalDtype):
        return None
    return [key_of(one) for one in dtype.categories.tolist()]


def key_of(category: object) -> Key:
    """Return a category as the graph knows it."""
    return category if isinstance(category, str) else float(category)  # type: ignore[arg-type]


def is_missing(category: object) -> bool:
    """Return whether a category stands for missing values: None or NaN."""
    return category is None or category != category


def known(categories: Sequence[object]) -> list[tuple[int, Key]]:
    """Return (code, category) of those that are not missing."""
    return [(code, key_of(one)) for code, one in enumerate(categories) if not is_missing(one)]
