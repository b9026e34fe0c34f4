"""Classifiers made of classifiers: their mean, their votes, or another classifier on top of them.

Members are added in scikit-learn's own order, so that what is exact in each stays exact in the mean. Where each
member's reasons are parts of its probability, those of the mean are their mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from golive.errors import UnsupportedError
from golive.pack.compilers.compose import picked
from golive.pack.compilers.forests import guard, read_tree
from golive.pack.compilers.trees import forest
from golive.pack.draft import PROBABILITY, Draft, Estimator, Feature, Features, Matrix, Scored, called, merged

if TYPE_CHECKING:
    from collections.abc import Sequence


def voting(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a soft VotingClassifier: the mean of its members' probabilities, with their weights."""
    members = [(member, draft.classify(member, features, X)) for member in estimator.estimators_]
    weights = estimator._weights_not_none
    return _mean(draft, members, None if weights is None else [float(weight) for weight in weights])


def bagging(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a BaggingClassifier: the mean of members that see some of the columns each."""
    matrix = np.asarray(X.toarray() if hasattr(X, "toarray") else X)
    members = []
    for member, columns in zip(estimator.estimators_, estimator.estimators_features_, strict=True):
        if len(member.classes_) != 2:
            raise UnsupportedError(
                "a member of BaggingClassifier saw rows of one class only", hint="more rows, or a larger max_samples"
            )
        chosen = tuple(features[index] for index in columns)
        members.append((member, draft.classify(member, chosen, picked(matrix, list(columns)))))
    return _mean(draft, members, None)


def stacking(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a StackingClassifier: the answers of its members, perhaps the columns too, into the last one."""
    said = []
    for member, method in zip(estimator.estimators_, estimator.stack_method_, strict=True):
        scored = draft.classify(member, features, X)
        said.append(Feature(called(member), _answer(scored, member, method), merged(features)))
    after = estimator.transform(X)
    scored = draft.classify(estimator.final_estimator_, (*said, *(features if estimator.passthrough else ())), after)
    return Scored(scored.probability, scored.decision)


def boosted_votes(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary AdaBoostClassifier of trees: each votes for a class with its weight."""
    if getattr(estimator, "algorithm", "") == "SAMME.R":  # before scikit-learn 1.6
        raise UnsupportedError("AdaBoostClassifier with algorithm='SAMME.R' cannot be compiled", hint="'SAMME' can")
    trees = []
    for member, weight in zip(estimator.estimators_, estimator.estimator_weights_.tolist(), strict=False):
        if not hasattr(member, "tree_"):
            raise UnsupportedError(
                f"AdaBoostClassifier of `{called(member)}` cannot be compiled", hint="of trees it can"
            )
        guard(draft, member, features)
        shares = member.tree_.value[:, 0, :]
        trees.append(read_tree(member.tree_, np.where(shares[:, 1] > shares[:, 0], weight, -weight)))
    total, terms = forest(draft, estimator, trees, features, base=0.0)
    builder = draft.builder
    weight = float(estimator.estimator_weights_.sum())
    share = builder.node("div", total, builder.node("number", value=weight))
    decision = builder.node("add", share, share)
    terms = tuple(msgspec.structs.replace(term, weight=2.0 / weight) for term in terms)
    return Scored(builder.node("sigmoid", decision), decision, terms, "paths")


def _mean(draft: Draft, members: Sequence[tuple[Estimator, Scored]], weights: list[float] | None) -> Scored:
    """Return the weighted mean: sum of probability times weight, by the sum of weights."""
    node = draft.builder.node
    chances = [scored.chance(member) for member, scored in members]
    if weights is not None:
        chances = [
            node("mul", chance, node("number", value=weight)) for chance, weight in zip(chances, weights, strict=True)
        ]
    total = chances[0]
    for chance in chances[1:]:
        total = node("add", total, chance)
    shares = weights or [1.0] * len(members)
    whole = sum(shares)
    mean = node("div", total, node("number", value=whole))
    if any(scored.scale != PROBABILITY or not scored.terms for _, scored in members):
        return Scored(mean, None)
    terms = tuple(
        msgspec.structs.replace(term, weight=term.weight * share / whole)
        for (_, scored), share in zip(members, shares, strict=True)
        for term in scored.terms
        if share
    )
    return Scored(mean, None, terms, "paths", PROBABILITY)


def _answer(scored: Scored, member: Estimator, method: str) -> int:
    if method == "predict_proba":
        return scored.chance(member)
    if method == "decision_function" and scored.decision is not None:
        return scored.decision
    raise UnsupportedError(
        f"StackingClassifier uses `{method}` of `{called(member)}`, which cannot be compiled",
        hint="stack_method='predict_proba'",
    )
