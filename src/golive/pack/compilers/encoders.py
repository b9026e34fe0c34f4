"""Categories as numbers: one column per category, or one code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import sklearn

from golive.errors import InputError, UnsupportedError
from golive.pack.draft import Draft, Estimator, Feature, Features, Matrix, called

if TYPE_CHECKING:
    from collections.abc import Sequence

Category = float | str
# Before scikit-learn 1.8 "warn" said that an unknown category is taken as a rare one, and took it as none.
_WARNS_OF_RARE = tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 8)
_AS_RARE = ("infrequent_if_exist", "warn") if _WARNS_OF_RARE else ("infrequent_if_exist",)


_MOST_UNKNOWN = 0.2
"""Share of training rows that an encoder may not know: a member of a cross-validation never saw what is rare."""


def one_hot(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a OneHotEncoder: any ``drop``, rare categories as one, unknown ones ignored, rare or an error."""
    made: list[Feature] = []
    _check_known(estimator, features, X)
    for at, feature in enumerate(features):
        categories, rare = estimator.categories_[at], _rare(estimator, at)
        node = _readable(draft, feature)
        _unknown(draft, feature, node, categories, accepted=estimator.handle_unknown != "error")
        dropped = None if estimator.drop_idx_ is None else estimator.drop_idx_[at]
        for index, category in enumerate(categories):
            if index != dropped and not rare[index]:
                made.append(Feature(f"{feature.name}_{category}", _equals(draft, node, category), feature.inputs))
        if any(rare) and (dropped is None or not rare[dropped]):
            strangers = estimator.handle_unknown in _AS_RARE
            is_rare = _among(draft, node, categories, [one != strangers for one in rare])
            if strangers:  # what is not frequent, known or not
                is_rare = draft.builder.node("not", is_rare)
            name = f"{feature.name}_infrequent_sklearn"
            made.append(Feature(name, draft.builder.node("to_number", is_rare), feature.inputs))
    return tuple(made)


def ordinal(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile an OrdinalEncoder: codes in category order, rare categories last, its codes for missing and unknown."""
    accepted = estimator.handle_unknown == "use_encoded_value"
    _check_known(estimator, features, X)
    made = []
    for at, feature in enumerate(features):
        categories, rare = estimator.categories_[at], _rare(estimator, at)
        node = _readable(draft, feature)
        _unknown(draft, feature, node, categories, accepted=accepted)
        # None is a category like any other to scikit-learn, with its place among the codes; NaN has a code of its own.
        placed = [(category, r) for category, r in zip(categories, rare, strict=True) if not _is_nan(category)]
        frequent = sum(not r for _, r in placed)
        codes = [
            float(frequent if r else sum(not before for _, before in placed[:code]))
            for code, (_, r) in enumerate(placed)
        ]
        known = [(category, code) for (category, _), code in zip(placed, codes, strict=True) if category is not None]
        unknown = _optional(estimator.unknown_value) if accepted else None
        # A missing value that training never saw is an unknown category to scikit-learn.
        none = [code for (category, _), code in zip(placed, codes, strict=True) if category is None]
        encoded = none[0] if none else _optional(estimator.encoded_missing_value)
        missing = encoded if len(known) < len(categories) else unknown
        code = draft.builder.node(
            "lookup", node,
            keys=tuple(_key(category) for category, _ in known), values=tuple(code for _, code in known),
            kind="number", default=unknown, missing=missing,
        )  # fmt: skip
        made.append(Feature(feature.name, code, feature.inputs))
    return tuple(made)


def target(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a TargetEncoder: what training rows of the category had, and their overall mean for unknown ones."""
    if estimator.target_type_ == "multiclass":
        raise UnsupportedError(
            "TargetEncoder with target_type='multiclass' cannot be compiled",
            hint="target_type='binary' says the same of two classes",
        )
    overall = float(estimator.target_mean_)
    made = []
    for feature, categories, means in zip(features, estimator.categories_, estimator.encodings_, strict=True):
        node = _readable(draft, feature)
        _unknown(draft, feature, node, categories, accepted=True)
        pairs = list(zip(categories, (float(mean) for mean in means), strict=True))
        known = [(category, mean) for category, mean in pairs if not _is_missing(category)]
        missing = next((mean for category, mean in pairs if _is_missing(category)), overall)
        encoded = draft.builder.node(
            "lookup", node,
            keys=tuple(_key(category) for category, _ in known), values=tuple(mean for _, mean in known),
            kind="number", default=overall, missing=missing,
        )  # fmt: skip
        made.append(Feature(feature.name, encoded, feature.inputs))
    return tuple(made)


def _check_known(estimator: Estimator, features: Features, X: Matrix) -> None:
    """Refuse when the training rows hold what the encoder never saw: it was fitted on something else."""
    if not isinstance(estimator.categories, str):
        return  # the user's own list leaves out what it wants
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X)
    for at, feature in enumerate(features):
        column = frame.iloc[:, at]
        strange = column.notna() & ~column.isin(list(estimator.categories_[at]))
        if strange.mean() > _MOST_UNKNOWN:
            raise InputError(
                f"`{called(estimator)}` never saw {int(strange.sum()):,} of the {len(column):,} values of "
                f"`{feature.name}` in the cleaned training frame, such as {column[strange].iloc[0]!r}",
                hint="this is not the frame, or not the cleaning function, that the model was fitted with",
            )


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
    seen = _among(draft, node, categories, [True] * len(categories))
    draft.refuse_when(draft.builder.node("not", seen))


def _same_kind(draft: Draft, feature: Feature, node: int, categories: Sequence[object]) -> None:
    text = draft.builder.kind(node) == "text"
    for category in categories:
        if not _is_missing(category) and isinstance(_key(category), str) != text:
            raise UnsupportedError(
                f"column `{feature.name}` has the category {category!r} among {'texts' if text else 'numbers'}",
                hint="make the column one type in the cleaning function, for example .astype(str)",
            )


def _rare(estimator: Estimator, at: int) -> list[bool]:
    """Tell which categories of a column the encoder takes together."""
    together = getattr(estimator, "infrequent_categories_", None)
    if together is None or together[at] is None:
        return [False] * len(estimator.categories_[at])
    keys = {_key(category) for category in together[at] if not _is_missing(category)}
    missing = any(_is_missing(category) for category in together[at])
    return [missing if _is_missing(category) else _key(category) in keys for category in estimator.categories_[at]]


def _among(draft: Draft, node: int, categories: Sequence[object], chosen: Sequence[bool]) -> int:
    some = [category for category, one in zip(categories, chosen, strict=True) if one]
    keys = tuple(_key(category) for category in some if not _is_missing(category))
    return draft.builder.node("isin", node, keys=keys, missing=any(_is_missing(category) for category in some))


def _key(category: object) -> Category:
    return category if isinstance(category, str) else float(category)  # type: ignore[arg-type]


def _is_missing(category: object) -> bool:
    return category is None or _is_nan(category)


def _is_nan(category: object) -> bool:
    return isinstance(category, float) and category != category


def _optional(value: float) -> float | None:
    return None if value != value else float(value)
