"""Write the package of a plan: load, clean, split, train, evaluate."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.tidy.assemble import assembled
from golive.tidy.book import Book, Obstacle, Site
from golive.tidy.code import function, statements
from golive.tidy.fit import Fit, step_name
from golive.tidy.fitters import fits
from golive.tidy.frames import names_of
from golive.tidy.learned import learning
from golive.tidy.lift import learning_functions, lifting
from golive.tidy.names import names_in
from golive.tidy.remembered import remembered
from golive.tidy.rewrites import Paths, Replaced, Unapplied, WithoutColumns, changed, changed_expression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import libcst as cst

    from golive.tidy.facts import World
    from golive.tidy.lift import Lifting
    from golive.tidy.program import Place, Unit
    from golive.tidy.roles import Plan
    from golive.tidy.target import Report, Target

DOCS = {
    "load": "Read the raw rows.",
    "clean": "From raw rows to the columns of the model, and to what happened.",
    "split": "Keep rows aside to judge by.",
    "train": "Fit the model.",
    "evaluate": "Judge the model on the rows that were kept aside.",
}
OURS = frozenset(
    {"DATA", "load", "clean", "learn", "outcome", "split", "fit", "fitted", "only", "evaluate", "report", "run"}
)
"""Names that every package has; a function of the notebook with such a name gets another one."""


@dataclass(frozen=True, kw_only=True)
class Shaped:
    """The modules of a package, and what its cleaning learns before the split."""

    modules: Mapping[str, str]
    learned: tuple[Site, ...]
    homes: Mapping[Place, str]
    """Statement -> module it went to."""


def shape(plan: Plan, world: World, target: Target, package: str, files: Mapping[str, str], *, repair: bool) -> Shaped:
    """Write the modules.

    Parameters
    ----------
    files
        Path as it stands in the notebook -> file name in the data folder.
    repair
        Learn from the training part only; otherwise from all rows, as the notebook did.
    """
    writer = _Writer(plan, world, target, files, repair=repair)
    functions = {
        "load": ['DATA = Path(__file__).resolve().parents[2] / "data"', writer.load()],
        "clean": [writer.clean(), writer.learn(), writer.outcome()],
        "split": [writer.split()],
        "train": [writer.fitted(), writer.fit.code(), writer.fit.only()],
        "evaluate": [writer.report(), writer.evaluate()],
    }
    modules, homes = assembled(package, DOCS, functions, plan.shared, writer.lift, writer.taught)
    return Shaped(modules=modules, learned=tuple(writer.before.sites), homes={**writer.homes, **homes})


class _Writer:
    """Writes each function once; what the cleaning learns is gathered on the way."""

    def __init__(self, plan: Plan, world: World, target: Target, files: Mapping[str, str], *, repair: bool) -> None:
        self.plan, self.files, self.repair = plan, files, repair
        self.book = Book()
        self.homes: dict[Place, str] = {}
        lift = lifting(plan.shared, plan.body, world, target, ours=OURS, files=files)
        self.taught = learning_functions(plan.clean, set(plan.rows), plan.shared, lift, self.book)
        self.lift = lift.with_learned(self.taught)
        self.before = self._learned_before(lift)
        self.fit = Fit(plan, self.lift, world, repair=repair)
        self.homes |= {unit.place: "train" for unit in self.fit.units}

    def _learned_before(self, lift: Lifting) -> Book:
        """What is learned before the split: in the notebook from all rows."""
        plan, book = self.plan, Book()
        units = [unit for unit in plan.clean if unit not in plan.moved]
        learning_functions(units, set(plan.rows), plan.shared, lift, book)
        for unit in units:
            learning(unit, set(plan.rows), book)
        return book

    def load(self) -> str:
        paths = Paths(self.files, "folder")
        body = [code for unit in self.plan.load for code in changed(self._placed(unit, "load"), self.lift.calls, paths)]
        doc = "Return the raw rows, one per case, from the files in a folder."
        returned = statements(f"return {self.plan.raw}")
        return function("load", "folder: Path = DATA", "pd.DataFrame", doc, [*body, *returned])

    def clean(self) -> str:
        plan = self.plan
        outcome = frozenset[str]() if plan.outcome_in_features else plan.outcome_columns
        without = WithoutColumns(plan.skipped | outcome, outcome)
        body = statements(f"if learned is None:\n    learned = {{}}\n{self._fresh()}")
        for unit in plan.clean:
            self.homes[unit.place] = "clean"
            learns = remembered if unit in plan.moved and fits(unit.tree) else learning
            for code in learns(unit, set(plan.rows), self.book):
                body += [self.lift.call(kept) for kept in changed(code, without, Unapplied(()))]
        doc = (
            "Make the columns that the model gets from any raw rows, one row too.\n\n"
            "What is taken over rows (a median, a table by group, the columns) is kept in `learned`: an empty\n"
            "dictionary is filled, a filled one is used again. Without one, it is taken over these rows."
        )
        parameters = f"{plan.raw}: pd.DataFrame, learned: dict | None = None"
        return function("clean", parameters, "pd.DataFrame", doc, [*body, *statements(f"return {plan.split.features}")])

    def _fresh(self) -> str:
        """The first line of the cleaning: the caller's rows stay as they are, the outcome is not an input."""
        raw, columns = self.plan.raw, sorted(self.plan.outcome_columns)
        if not columns or self.plan.outcome_in_features:
            return f"{raw} = {raw}.copy()"
        names = ", ".join(f'"{name}"' for name in columns)
        return f'{raw} = {raw}.drop(columns=[{names}], errors="ignore")'

    def learn(self) -> str:
        raw = self.plan.raw
        body = statements(f"learned = {{}}\nclean({raw}, learned)\nreturn learned")
        return function("learn", f"{raw}: pd.DataFrame", "dict", "Return what `clean` learns from rows, by name.", body)

    def outcome(self) -> str:
        plan = self.plan
        changes = any(plan.raw in unit.facts.alters for unit in plan.outcome)
        body = statements(f"{plan.raw} = {plan.raw}.copy()") if changes else []
        body += [self.lift.call(self._placed(unit, "clean")) for unit in plan.outcome]
        body += statements(f"return {plan.split.outcome}")
        doc = "Return what happened, row by row: what the model learns to foretell."
        return function("outcome", f"{plan.raw}: pd.DataFrame", "pd.Series", doc, body)

    def split(self) -> str:
        plan = self.plan
        self.homes |= {unit.place: "split" for unit in (*plan.split.units, *plan.split.known)}
        doc = "Split raw rows into the part that is learned from and the part that is kept aside to judge."
        body = self._cut() if plan.split.call is None else self._one_call(plan.split.call)
        return function("split", f"{plan.raw}: pd.DataFrame", "tuple[pd.DataFrame, pd.DataFrame]", doc, body)

    def _one_call(self, call: ast.Call) -> list[cst.BaseStatement]:
        keywords = [f"{keyword.arg}={self._for_raw(keyword.value)}" for keyword in call.keywords]
        made = f"train_test_split({', '.join([self.plan.raw, *keywords])})"
        first = f"{self.plan.raw} = {self._known_rows()}\n" if self.plan.split.known else ""
        return statements(f"{first}train, holdout = {made}\nreturn train, holdout")

    def _known_rows(self) -> str:
        """Code of the raw rows that are split."""
        plan = self.plan
        if not plan.split.known:
            return plan.raw
        return f"{plan.raw}.dropna(subset={sorted(plan.outcome_columns)})"

    def _cut(self) -> list[cst.BaseStatement]:
        """The notebook's own cut; what it needs to know of the rows is made from a copy of them."""
        plan, split = self.plan, self.plan.split
        self.homes |= {unit.place: "split" for unit in plan.parting if unit.place not in self.homes}
        early = [self.lift.call(unit.code) for unit in plan.parting]
        cutting = [self.lift.call(unit.code) for unit in split.cutting]
        returned = statements(f"return {', '.join(split.sides)}")
        if plan.raw not in names_of(plan.parting) and not split.known:
            raw = Replaced({split.rows: plan.raw})
            return [*(part for code in [*early, *cutting] for part in changed(code, raw)), *returned]
        first = f"{split.rows} = {self._known_rows()}"
        if any(plan.raw in unit.facts.alters for unit in plan.parting):
            first += f"\n{plan.raw} = {plan.raw}.copy()"
        return [*statements(first), *early, *cutting, *returned]

    def _for_raw(self, value: ast.expr) -> str:
        """A keyword of the split, said of raw rows: ``stratify=y`` becomes ``stratify=outcome(df)``."""
        plan = self.plan
        names = names_in(value)
        if names & (plan.rows - {plan.split.outcome}):
            raise Obstacle(f"{plan.split.unit}: `{ast.unparse(value)}` cannot be said of raw rows")
        return changed_expression(value, Replaced({plan.split.outcome: f"outcome({plan.raw})"}))

    def fitted(self) -> str:
        doc = "Return the model, fitted on the training part."
        if self._from_train() and not self.fit.knows_all:
            body = "train, _ = split(load(folder))\nreturn fit(clean(train, learn(train)), outcome(train))"
            return function("fitted", "folder: Path = DATA", "", doc, statements(body))
        if not self._from_train() or self.fit.early:
            doc += "\n\nAs in the notebook, what is learned is learned from all rows, those kept aside too."
        lines = f"rows = load(folder)\ntrain, {'holdout' if self.plan.peeks else '_'} = split(rows)\n"
        lines += f"learned = learn({'train' if self._from_train() else 'rows'})\n"
        handed = ", ".join(self._given()[name] for name in self.fit.takes)
        return function("fitted", "folder: Path = DATA", "", doc, statements(f"{lines}return fit({handed})"))

    def _given(self) -> dict[str, str]:
        """Variable of the split -> how it is had from raw rows."""
        split = self.plan.split
        return {
            split.train: "clean(train, learned)",
            split.holdout: "clean(holdout, learned)",
            split.features: "clean(rows, learned)",
            split.train_outcome: "outcome(train)",
            split.holdout_outcome: "outcome(holdout)",
            split.outcome: "outcome(rows)",
        }

    def report(self) -> str:
        split = self.plan.split
        given = {self.plan.model: "fitted(folder)", **self._given()}
        judged = self._judged()
        handed = ", ".join(given[name] for name in judged)
        honest = self._from_train()
        train = "train" if honest or {split.train, split.train_outcome} & set(judged) else "_"
        lines = f"rows = load(folder)\n{train}, holdout = split(rows)\n"
        lines += f"learned = learn({'train' if honest else 'rows'})\nreturn evaluate({handed})"
        doc = "Return the metrics of the fitted model on the part that was kept aside."
        return function("report", "folder: Path = DATA", "dict[str, float]", doc, statements(lines))

    def evaluate(self) -> str:
        plan = self.plan
        unapplied = Unapplied({step_name(step.fitting) for step in plan.steps})
        body: list[cst.BaseStatement] = []
        for unit in plan.evaluate:
            body += changed(self.lift.call(self._placed(unit, "evaluate")), unapplied)
        self.homes |= {report.unit.place: "evaluate" for report in plan.reports}
        body += reported(plan.reports, self.lift.calls, unapplied)
        doc = "Return the metrics of a model on cleaned rows whose outcome is known."
        return function("evaluate", ", ".join(self._judged()), "dict[str, float]", doc, body)

    def _judged(self) -> list[str]:
        """What the judging needs, the model first."""
        plan, split = self.plan, self.plan.split
        asked = {
            node.id for report in plan.reports for node in ast.walk(report.expression) if isinstance(node, ast.Name)
        }
        names = asked.union(*(unit.facts.reads for unit in plan.evaluate))
        names = names.union(*(self.lift.extras.get(name, ()) for name in names))
        order = [plan.model, split.holdout, split.holdout_outcome, split.train, split.train_outcome]
        return [name for name in order if name in names]

    def _from_train(self) -> bool:
        """Whether the training part is all that is learned from: repaired, or nothing is learned before the split."""
        if self.repair or self.before.empty:
            return True
        if self.book != self.before:
            raise Obstacle("some is learned from all rows, before the split, and some from the training part, after it")
        return False

    def _placed(self, unit: Unit, home: str) -> cst.BaseStatement:
        self.homes[unit.place] = home
        return unit.code


def reported(reports: Sequence[Report], *rewrites: cst.CSTTransformer) -> list[cst.BaseStatement]:
    """The last lines of the judging: every number by its name."""
    lines: list[str] = []
    made: dict[str, str] = {}
    entries = []
    for report in reports:
        expression = report.expression
        if isinstance(expression, ast.Subscript) and isinstance(expression.value, ast.Call):
            # Several numbers of one call: it is made once.
            call = changed_expression(expression.value, *rewrites)
            if call not in made:
                made[call] = f"reported_{len(made) + 1}" if made else "reported"
                lines.append(f"{made[call]} = {call}")
            code = f"{made[call]}[{ast.unparse(expression.slice)}]"
        else:
            code = changed_expression(expression, *rewrites)
        entries.append(f'    "{report.name}": float({code}),')
    return statements("\n".join([*lines, "return {", *entries, "}"]))
