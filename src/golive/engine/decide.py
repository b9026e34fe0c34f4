"""From a case to an action: contract, score, policy, reasons. It fails closed.

What breaks the contract, a score that is missing or outside 0..1, and any error go to the fallback of the policy. A
case that breaks a row rule of the contract has no score either and goes where the rule says, which is never the
favourable action. No branch leads to another action by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.policy import FALLBACK, borders
from golive.engine.row_rules import problem
from golive.engine.rows import Cells, is_missing, read, written
from golive.engine.ways import way
from golive.errors import ContractError
from golive.records.condition import SCORE
from golive.records.decision import Decision, Problem
from golive.records.rules import branches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.engine.contract import Checker
    from golive.engine.operations.operation import Booleans, Numbers
    from golive.engine.program import Program
    from golive.engine.reasons import Case, Explainer
    from golive.engine.row_rules import RowRules
    from golive.engine.rows import Checked
    from golive.records.contract import RowRule
    from golive.records.document import Digest
    from golive.records.rules import Policy

_PLAIN = frozenset({str, int, float, bool, type(None)})
_LAST_PLACES = 4 * np.finfo(np.float64).eps


class Decider:
    """Everything that a decision needs, made once per open bundle."""

    def __init__(
        self, program: Program, checker: Checker, rules: RowRules, explainer: Explainer, policy: Policy, rule: Program,
        bundle: Digest, digest: Digest,
    ) -> None:  # fmt: skip
        self._program, self._checker, self._rules, self._explainer = program, checker, rules, explainer
        self._policy, self._rule = policy, rule
        self._bundle, self._digest = bundle, digest
        self._branches = branches(policy)
        self._score = program.graph.score
        self._keep = frozenset({self._score}) | explainer.needs | rules.nodes
        self._ways = frozenset({rule.graph.score})
        self._way = way(rule)
        self._borders = np.asarray(borders(policy))

    def one(self, case: object) -> Decision:
        """Decide one case."""
        cells = as_case(case)
        problems = self._checker.problems(cells)
        if problems:
            return self._fallback(problems)
        try:
            return self._answer(cells)
        except Exception as exc:  # fails closed: whatever went wrong, the fallback decides and the answer says so
            return self._fallback((_failed(exc),))

    def many(self, rows: object) -> list[Decision]:
        """Decide many cases: equal to deciding each alone."""
        checked = read(rows, self._checker.contract)
        try:
            return self._answers(checked)
        except Exception:  # fails closed row by row: only the rows that are at fault go to the fallback
            return [self.one(checked.table.case(row)) for row in range(checked.table.rows)]

    def _answer(self, case: Mapping[str, Any]) -> Decision:
        values = self._program.row(case, self._keep)
        if (broken := self._rules.broken(values)) is not None:
            return self._ruled(broken)
        score = float(values[self._score])
        branch = self._way(case, score)
        added = self._explainer.row(values) if self._policy.most_reasons else ()
        return self._decision(score, branch, added, case)

    def _answers(self, checked: Checked) -> list[Decision]:
        values = self._program.columns(checked.columns, self._keep)
        score = values[self._score]
        ways = self._rule.columns({**checked.columns, SCORE: score}, self._ways)[self._rule.graph.score]
        rows = checked.table.rows
        added = self._explainer.columns(values, rows).tolist() if self._policy.most_reasons else [()] * rows
        alone = checked.broken | self._at_a_border(score)
        ruled = self._rules.first(values, checked.table.rows)
        cells = zip(score.tolist(), ways.tolist(), added, alone.tolist(), ruled.tolist(), strict=True)
        found = []
        for row, (one, branch, contributions, by_itself, rule) in enumerate(cells):
            if by_itself:
                found.append(self.one(checked.table.case(row)))
            elif rule >= 0:
                found.append(self._ruled(self._rules.rules[rule]))
            else:
                found.append(self._decision(one, branch, contributions, Cells(checked.table, row)))
        return found

    def _at_a_border(self, score: Numbers) -> Booleans:
        """Mark scores so close to a border that the last place decides: these rows are decided alone.

        Row and columns run the same functions and give the same bits where this was tested; on a platform where numpy
        computes one value otherwise than many, the decision is still the same.
        """
        near: Booleans = (np.abs(score[:, None] - self._borders) <= _LAST_PLACES).any(axis=1)
        return near

    def _decision(self, score: float, branch: float, added: Sequence[float], case: Case) -> Decision:
        if not 0 <= score <= 1:
            none = Problem(field="", problem=f"the score is {score}", expected="a score in 0..1")
            return self._fallback(self._checker.unread(case) or (none,))
        way = self._branches[int(branch)]
        policy = self._policy
        return Decision(
            action=way.action,
            score=score,
            band=way.id if way.kind == "band" else None,
            rule=way.id if way.kind == "rule" else None,
            reasons=self._explainer.reasons(added, case, most=policy.most_reasons, texts=policy.reason_texts),
            message=way.message,
            fallback=way.kind == "fallback",
            problems=(),
            bundle=self._bundle,
            policy=self._digest,
        )

    def _fallback(self, problems: tuple[Problem, ...]) -> Decision:
        way = self._branches[FALLBACK]
        return self._undecided(way.action, way.message, problems)

    def _ruled(self, rule: RowRule) -> Decision:
        """Answer a case that the model knows nothing about; the message for the customer speaks of the fallback."""
        way = self._branches[FALLBACK]
        return self._undecided(rule.action, way.message if rule.action == way.action else "", (problem(rule),))

    def _undecided(self, action: str, message: str, problems: tuple[Problem, ...]) -> Decision:
        return Decision(
            action=action,
            score=None,
            band=None,
            rule=None,
            reasons=(),
            message=message,
            fallback=True,
            problems=problems,
            bundle=self._bundle,
            policy=self._digest,
        )


def as_case(case: object) -> dict[str, Any]:
    """Return a case as a dict of plain values; a row of a frame (a Series) counts as one, with null for missing."""
    if type(case) is dict and _PLAIN.issuperset(map(type, case.values())):
        return case  # what came as JSON; nothing here writes to it
    if isinstance(case, Mapping):
        cells = dict(case)
    elif hasattr(case, "to_dict"):
        cells = {name: None if is_missing(cell) else written(cell) for name, cell in case.to_dict().items()}
    else:
        raise ContractError(f"a case is a {type(case).__name__}", hint="expected a dict of inputs")
    return {name: cell.item() if isinstance(cell, np.generic) else cell for name, cell in cells.items()}


def _failed(exc: Exception) -> Problem:
    return Problem(
        field="", problem=f"the case could not be decided ({type(exc).__name__})", expected="a case that can be"
    )
