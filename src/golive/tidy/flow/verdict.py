"""Each kind of leak as one sentence over what the values of a notebook stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.records.tidied import Leak
from golive.tidy.fitters import noun_of
from golive.tidy.flow.book import BOOK
from golive.tidy.flow.interpreter import Interpreter
from golive.tidy.flow.learners import marks_of_prediction
from golive.tidy.flow.rowsets import Path, Rows, Step, inside, meet
from golive.tidy.flow.values import PICKS, Judgement, Mark, marks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.tidy.flow.rowsets import Spot
    from golive.tidy.flow.values import Atom, Value
    from golive.tidy.program import Unit
    from golive.tidy.target import Target

_TOO = "all rows, also those later used to judge"
_SAID = {
    "target": "a feature is made from the outcome, not known when a case is scored",
    "resampled": "rows are added again before the split, so copies of them judge",
    "duplicates": "rows are both learned from and used to judge",
    "chosen": "a model or a cut-off is chosen by the rows that judge it",
    "tuned": "a setting, or where training stops, is chosen by the rows that judge it",
    "time": "a row is given what came after it",
    "split": "rows that have a date are split at random: later ones are learned from",
}
_FIRST = ("target", "duplicates", "resampled", "time", "tuned", "chosen", "fitter", "statistic")
"""Where one line does several things, what is said of it."""


def found(kept: Sequence[Unit], units: Sequence[Unit], target: Target | None) -> list[Leak]:
    """All leaks of what the reported numbers need, in the order of the file.

    Parameters
    ----------
    kept
        The slice, in the order it was run.
    units
        The whole notebook.
    target
        The model and its reports; without it all that is judged counts.
    """
    reports = {report.unit for report in target.reports} if target is not None else None
    wanted = [unit for unit in units if unit in kept or (reports is not None and unit in reports)]
    first = Interpreter(BOOK)
    first.walk(wanted)
    run = Interpreter(BOOK, _outcome(_asked(first, reports)))
    run.walk(wanted)
    asked = _asked(run, reports)
    return _told(_Case(run, asked, _final(run, target)))


def _asked(run: Interpreter, reports: set[Unit] | None) -> list[Judgement]:
    """The judgements that are reported; where that is not known, the last and all others on the same rows."""
    if reports is not None:
        return [one for one in run.judgements if one.unit in reports]
    plain = [one for one in run.judgements if not one.name.startswith("cross_val")] or run.judgements
    apart = [one for one in plain if not _on_training_rows(one)] or plain
    return [one for one in run.judgements if _rows(one) == _rows(apart[-1])]


def _final(run: Interpreter, target: Target | None) -> Value | None:
    return run.top.get(target.model) if target is not None else None


def _outcome(judgements: Iterable[Judgement]) -> frozenset[Atom]:
    """The columns that the outcome of these judgements is, or was made from alone."""
    found: set[Atom] = set()
    for one in judgements:
        trained = one.model.trained[1:2] if one.model is not None else ()
        for value in (one.outcome, *trained):
            if len({column for _, column in value.atoms}) == 1:  # the same column of several files is one
                found |= value.atoms
    return frozenset(found)


class _Case:
    """What was walked through, and which rows judge."""

    def __init__(self, run: Interpreter, judgements: Sequence[Judgement], final: Value | None) -> None:
        self.run, self.final = run, final
        aside = [one for one in judgements if not _on_training_rows(one)]
        self.judgements = aside or list(judgements)
        self.rows: Rows = frozenset().union(*(_rows(one) for one in self.judgements))
        self.aside = [] if self.judgements else run.aside
        if self.aside:
            self.rows = frozenset().union(*(one.rows or frozenset() for one in self.aside))

    def marks(self) -> set[Mark]:
        """All that the judged predictions depend on, and what the final model was chosen by."""
        found = set[Mark]()
        for one in self.judgements:  # each fold by what its own prediction stands on
            made = {*marks_of_prediction(one.predicted), *_of_filters(one)}
            found |= {mark for mark in made if meet(mark.rows, _rows(one))}
        finals = [self.final] if self.final is not None else [one for one in self.run.top.values() if one.trained]
        others = {mark for one in self.aside for mark in marks_of(one)}
        others |= {mark for one in finals for mark in one.marks if mark.kind in PICKS}
        return found | {mark for mark in others if meet(mark.rows, self.rows)}

    def dated(self, path: Path) -> bool:
        """Whether rows have an order in time; a date that only a duration is taken from is none."""
        uses = self.run.dates.get(path[0].key, set())
        return bool(uses & {"ordered", "part", "compared"}) or ("made" in uses and "difference" not in uses)

    def later(self, one: Spot, other: Spot) -> Spot:
        return max(one, other, key=self._turn)

    def _turn(self, spot: Spot) -> tuple[int, int, int]:
        return (self.run.turns.get(spot, -1), *spot)


def _of_filters(one: Judgement) -> Iterable[Mark]:
    """What decides which rows there are at all; not what parts those that judge from the others."""
    learned = [set(path) for path in _trained(one)]
    for path in one.predicted.rows or ():
        for step in path:
            if not learned or any(step in other for other in learned):
                yield from (mark for mark in step.marks if isinstance(mark, Mark))


def _rows(one: Judgement) -> Rows:
    return one.predicted.rows or one.outcome.rows or frozenset()


def _trained(one: Judgement) -> Rows:
    return (one.model.trained[0].rows or frozenset()) if one.model is not None and one.model.trained else frozenset()


def _on_training_rows(one: Judgement) -> bool:
    return bool(_trained(one)) and (one.predicted.rows or frozenset()) == _trained(one)


def _told(case: _Case) -> list[Leak]:
    marks = case.marks()
    told: dict[Spot, dict[str, str]] = {}
    for mark in marks:
        kind = mark.kind
        if kind == "later":
            if not any(case.dated(path) for path in mark.rows):
                continue
            kind = "time"
        told.setdefault(mark.spot, {})[kind] = _sentence(kind, mark.what)
    for one in case.judgements:
        for spot, kind, said in [*_again(one), *_shared(case, one, marks), *_by_chance(case, one)]:
            told.setdefault(spot, {})[kind] = _SAID[said]
    return [_leak(spot, kinds) for spot, kinds in sorted(told.items())]


def _leak(spot: Spot, kinds: dict[str, str]) -> Leak:
    kind = next(kind for kind in _FIRST if kind in kinds)
    cell, line = spot
    return Leak(cell=cell, line=line, kind=kind, what=f"cell {cell}, line {line}: {kinds[kind]}", repaired=False)


def _sentence(kind: str, what: str) -> str:
    if kind == "fitter":
        return f"the {noun_of(what)} learns from {_TOO}"
    if kind == "statistic":
        return f"the {what or 'statistic'} is taken over {_TOO}"
    return _SAID[kind]


def _again(one: Judgement) -> list[tuple[Spot, str, str]]:
    """Rows that are there more than once, and were so before the parts were taken."""
    learned = {step for path in _trained(one) for step in path if step.kind == "again"}
    judging = {step for path in one.predicted.rows or () for step in path if step.kind == "again"}
    both = judging & learned if one.model is not None and one.model.trained else judging
    return [(step.spot, "resampled", "resampled") for step in both]


def _shared(case: _Case, one: Judgement, marks: Iterable[Mark]) -> list[tuple[Spot, str, str]]:
    """Rows that the model learned from and that judge it."""
    model, judging = one.model, one.predicted.rows or frozenset()
    if model is None or not model.trained or model.fitted is None or not meet(_trained(one), judging):
        return []
    if any(one.model is not None for one in model.trained[1:]):
        return []  # the outcomes of these rows were predicted, not seen
    if any(mark.spot == model.fitted.spot and mark.kind in PICKS for mark in marks):
        return []  # a search that saw the rows is one leak, not two
    if _on_training_rows(one):
        return [(one.spot, "duplicates", "duplicates")]
    later = case.later(model.trained[0].spot, one.predicted.spot)
    split = any(_two_sided(path) for path in judging)
    if later == one.predicted.spot and split and inside(judging, _trained(one)):
        later = model.fitted.spot  # the parts are in order: it is the fit that takes all rows
    return [(later, "duplicates", "duplicates")]


def _two_sided(path: Path) -> bool:
    return path[-1].kind == "part" and path[-1].part not in (0, "rest")


def _by_chance(case: _Case, one: Judgement) -> list[tuple[Spot, str, str]]:
    """Rows with a date of which chance says which ones judge."""
    found = []
    for path in one.predicted.rows or ():
        for other in _trained(one):
            step = _parting(other, path)
            if step is not None and step.random and case.dated(path):
                found.append((step.spot, "time", "split"))
    return found


def _parting(one: Path, other: Path) -> Step | None:
    """The step at which the ways of two parts go different ways; of both, the one that is left to chance."""
    for a, b in zip(one, other, strict=False):
        if a != b:
            return b if b.random or not a.random else a
    return None
