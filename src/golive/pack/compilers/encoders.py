"""Categories as numbers: one column per category, or one code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.errors import UnsupportedError
from golive.pack.draft import Draft, Estimator, Feature, Features, Matrix, called

if TYPE_CHECKING:
    from collections.abc import Sequence

Category = float | str


def one_hot(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a OneHotEncoder: any ``drop``, unknown categories ignored or an error."""
    _refuse_infrequent(estimator)
    dropped = estimator.drop_idx_ if estimator.drop_idx_ is not None else [None] * len(features)
    made: list[Feature] = []
    for feature, categories, drop in zip(features, estimator.categories_, dropped, strict=True):
        node = _readable(draft, feature)
        _unknown(draft, feature, node, categories, accepted=estimator.handle_unknown != "error")
        for index, category in enumerate(categories):
            if index != drop:
                made.append(Feature(f"{feature.name}_{category}", _equals(draft, node, category), feature.inputs))
    return tuple(made)


def ordinal(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile an OrdinalEncoder: codes in category order, with its codes for missing and unknown."""
    _refuse_infrequent(estimator)
    accepted = estimator.handle_unknown == "use_encoded_value"
    made = []
    for feature, categories in zip(features, estimator.categories_, strict=True):
        node = _readable(draft, feature)
        _unknown(draft, feature, node, categories, accepted=accepted)
        known = [(category, code) for code, category in enumerate(categories) if not _is_missing(category)]
        unknown = _optional(estimator.unknown_value) if accepted else None
        # A missing value that training never saw is an unknown category to scikit-learn, and None one like any other.
        none = [code for code, category in enumerate(categories) if category is None]
        encoded = float(none[0]) if none else _optional(estimator.encoded_missing_value)
        missing = encoded if len(known) < len(categories) else unknown
        code = draft.builder.node(
            "lookup", node,
            keys=tuple(_key(category) for category, _ in known), values=tuple(float(code) for _, code in known),
            kind="number", default=unknown, missing=missing,
        )  # fmt: skip
        made.append(Feature(feature.name, code, feature.inputs))
    return tuple(made)


def _readable(draft: Draft, feature: Feature) -> int:
    """Return the feature as text or as a number."""
    if draft.builder.kind(feature.node) == "boolean":
        return draft.builder.node("to_number", feature.node)
    draft.finite(feature)
    return feature.node


def _equals(draft: Draft, node: int, category: object) -> int:
    if _is_missing(category):
        return draft.builder.node("to_number", draft.builder.node("is_missing", node))
    key = _key(category)
    kind, same = ("text", "same") if isinstance(key, str) else ("number", "eq")
    constant = draft.builder.node(kind, value=key)
    return draft.builder.node("to_number", draft.builder.node(same, node, constant))


def _unknown(draft: Draft, feature: Feature, node: int, categories: Sequence[object], *, accepted: bool) -> None:
    """Accept what the encoder never saw, or let the score be missing because scikit-learn raises."""
    _same_kind(draft, feature, node, categories)
    if accepted:
        if feature.column is not None:
            draft.tolerated.add(feature.column)
        return
    known = tuple(_key(category) for category in categories if not _is_missing(category))
    missing = any(_is_missing(category) for category in categories)
    seen = draft.builder.node("isin", node, keys=known, missing=missing)
    draft.refuse_when(draft.builder.node("not", seen))


def _same_kind(draft: Draft, feature: Feature, node: int, categories: Sequence[object]) -> None:
    text = draft.builder.kind(node) == "text"
    for category in categories:
        if not _is_missing(category) and isinstance(_key(category), str) != text:
            raise UnsupportedError(
                f"column `{feature.name}` has the category {category!r} among {'texts' if text else 'numbers'}",
                hint="make the column one type in the cleaning function, for example .astype(str)",
            )


def _refuse_infrequent(estimator: Estimator) -> None:
    enabled = estimator.min_frequency is not None or getattr(estimator, "max_categories", None) is not None
    if enabled:
        raise UnsupportedError(
            f"`{called(estimator)}` with min_frequency or max_categories cannot be compiled yet",
            hint="group rare categories in the cleaning function, for example with .where(x.isin(common), 'other')",
        )


def _key(category: object) -> Category:
    return category if isinstance(category, str) else float(category)  # type: ignore[arg-type]


def _is_missing(category: object) -> bool:
    return category is None or (isinstance(category, float) and category != category)


def _optional(value: float) -> float | None:
    return None if value != value else float(value)
