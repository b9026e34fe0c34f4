"""Write `fit`: the function that trains, with the steps before the model."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.book import Obstacle
from golive.tidy.code import function, statements
from golive.tidy.columns import Lens
from golive.tidy.fitters import Fitting, fitting, noun
from golive.tidy.rewrites import Replaced, changed

if TYPE_CHECKING:
    import libcst as cst

    from golive.tidy.facts import World
    from golive.tidy.lift import Lifting
    from golive.tidy.program import Unit
    from golive.tidy.roles import Plan

_ONLY = '''
def only(transformer, columns, frame):
    """Apply a transformer to some columns; the others and the order stay."""
    some = ColumnTransformer([("some", transformer, columns)], remainder="passthrough", verbose_feature_names_out=False)
    order = ColumnTransformer([("all", "passthrough", list(frame.columns))], verbose_feature_names_out=False)
    return make_pipeline(some.set_output(transform="pandas"), order.set_output(transform="pandas"))
'''


class Fit:
    """Writes the function and says which rows it takes."""

    def __init__(self, plan: Plan, lift: Lifting, world: World, *, repair: bool) -> None:
        self.plan, self.lift, self.world, self.repair = plan, lift, world, repair
        self.early = [step for step in plan.steps if step.before_split]
        self.late = [step for step in plan.steps if not step.before_split]
        self.takes = self._takes()

    @property
    def units(self) -> list[Unit]:
        """The statements that go into it."""
        early = [step.fitting.unit for step in self.early]
        return [*self.plan.make, *early, *self.plan.whole, *self.plan.train]

    @property
    def knows_all(self) -> bool:
        """Whether rows are handed in that are not only there to learn from."""
        return len(self.takes) > 2

    def _takes(self) -> tuple[str, ...]:
        split, taken = self.plan.split, set(self.plan.takes)
        whole = {split.features, split.outcome}
        if self.repair:
            taken -= whole
        elif self.early:
            taken.add(split.features)
            taken |= {split.outcome} if any(step.fitting.supervised for step in self.early) else set()
        return tuple(name for name in (*split.parts, split.features, split.outcome) if name in taken)

    def code(self) -> str:
        """The function."""
        plan, split = self.plan, self.plan.split
        body = [self.lift.call(unit.code) for unit in plan.make]
        for step in self.early:
            body += statements(self._early_step(step.fitting, last=step is self.early[-1]))
        body += [self._of_all(unit) for unit in plan.whole]
        for unit in plan.train:
            body += self._trains(unit)
        kinds = {split.train_outcome: "pd.Series", split.holdout_outcome: "pd.Series", split.outcome: "pd.Series"}
        parameters = [f"{name}: {kinds.get(name, 'pd.DataFrame')}" for name in self.takes]
        return function("fit", ", ".join(parameters), "", self._doc(), [*body, *statements(self._whole())])

    def only(self) -> str:
        """The function for steps of some columns, where there are any."""
        return _ONLY.strip() if any(step.fitting.columns is not None for step in self.plan.steps) else ""

    def _doc(self) -> str:
        doc, split = "Fit the model on cleaned rows and what happened.", self.plan.split
        told = []
        if self.early and not self.repair:
            told.append(f"the steps before it are fitted on `{split.features}`: all rows")
        if not self.repair and {split.features, split.outcome} & set(self.plan.takes):
            told.append("it is trained with all rows at hand, those kept aside too")
        if self.plan.peeks:
            told.append("rows that were kept aside to judge have a say in it")
        return f"{doc}\n\nAs in the notebook, {'; '.join(told)}." if told else doc

    def _of_all(self, unit: Unit) -> cst.BaseStatement:
        """A statement that reads all rows; repaired, it reads those to learn from."""
        if not self.repair:
            return self.lift.call(unit.code)
        split = self.plan.split
        instead = Replaced({split.features: split.train, split.outcome: split.train_outcome})
        return self.lift.call(changed(unit.code, instead)[0])

    def _trains(self, unit: Unit) -> list[cst.BaseStatement]:
        split = self.plan.split
        if self.repair and unit.facts.reads & {split.features, split.outcome} & set(self.plan.takes):
            raise Obstacle(f"{unit}: the model is trained on all rows, those kept aside too")
        partly = {step.fitting.unit: step.fitting for step in self.late if step.fitting.columns}
        if unit in partly:
            return statements(self._late_step(partly[unit]))
        applied = fitting(unit, Lens(frames={split.holdout}, world=self.world))
        if applied and applied.columns and applied.estimator in {step_name(found) for found in partly.values()}:
            return statements(f"{applied.target} = {applied.estimator}.transform({applied.source})")
        return [self.lift.call(unit.code)]

    def _early_step(self, found: Fitting, *, last: bool) -> str:
        """Fit a step that the notebook fitted before the split."""
        name, split = step_name(found), self.plan.split
        lines = self._made(found, split.train)
        if found.columns is None and found.wrapped:
            lines.append(f'{name}.set_output(transform="pandas")')
        asked = f", {split.train_outcome}" if found.supervised else ""
        aside = [f"{split.holdout} = {name}.transform({split.holdout})"] if split.holdout in self.takes else []
        if self.repair:
            return "\n".join([*lines, f"{split.train} = {name}.fit_transform({split.train}{asked})", *aside])
        asked = f", {split.outcome}" if found.supervised else ""
        lines += [f"{name}.fit({split.features}{asked})", f"{split.train} = {name}.transform({split.train})", *aside]
        if not last or split.features in self.plan.takes:
            lines.append(f"{split.features} = {name}.transform({split.features})")
        return "\n".join(lines)

    def _late_step(self, found: Fitting) -> str:
        """Fit a step on some columns of the training rows."""
        rows = self.plan.split.train
        asked = f", {self.plan.split.train_outcome}" if found.supervised else ""
        return "\n".join([*self._made(found, rows), f"{rows} = {step_name(found)}.fit_transform({rows}{asked})"])

    def _made(self, found: Fitting, rows: str) -> list[str]:
        """Make a step; for some columns it is told which."""
        name = step_name(found)
        lines = [f"{name} = {ast.unparse(found.made)}"] if found.made else []
        return [*lines, f"{name} = only({name}, {ast.unparse(found.columns)}, {rows})"] if found.columns else lines

    def _whole(self) -> str:
        """The model with its steps before it, so that it takes cleaned rows."""
        lines = [f'{step_name(one.fitting)}.set_output(transform="pandas")' for one in self.late if one.fitting.wrapped]
        names = [step_name(step.fitting) for step in self.plan.steps]
        whole = f"make_pipeline({', '.join([*names, self.plan.model])})" if names else self.plan.model
        return "\n".join([*lines, f"return {whole}"])


def step_name(found: Fitting) -> str:
    """The variable of a step; one made in place gets the word for what it is."""
    if found.estimator:
        return found.estimator
    assert found.made is not None
    return noun(ast.Call(func=ast.Attribute(value=found.made, attr="fit", ctx=ast.Load()), args=[], keywords=[]), {})
