"""The roles that the statements of a notebook play in a package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.tidy.alike import Parts
from golive.tidy.frames import names_of

if TYPE_CHECKING:
    import ast

    from golive.tidy.fitters import Fitting
    from golive.tidy.program import Unit
    from golive.tidy.target import Report


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Statements that every module may use."""

    imports: tuple[Unit, ...]
    functions: tuple[Unit, ...]
    constants: tuple[Unit, ...]

    @property
    def names(self) -> set[str]:
        return names_of([*self.imports, *self.functions, *self.constants])


@dataclass(frozen=True, kw_only=True)
class Split:
    unit: Unit
    call: ast.Call | None
    """The one call of `train_test_split` that makes all parts; none where ``cutting`` does."""
    features: str
    outcome: str
    """The variables that were split."""
    train: str
    holdout: str
    train_outcome: str
    holdout_outcome: str
    """The variables that came out."""
    cutting: tuple[Unit, ...] = ()
    """Statements that cut raw rows, which are called ``rows``, into the two ``sides``."""
    rows: str = ""
    sides: tuple[str, str] = ("", "")
    units: tuple[Unit, ...] = ()
    """Those of the notebook that ``cutting`` is made of."""
    known: tuple[Unit, ...] = ()
    """What kept the rows whose outcome is known: only they are split, others were there to be handed in."""

    @property
    def parts(self) -> tuple[str, str, str, str]:
        return self.train, self.train_outcome, self.holdout, self.holdout_outcome

    @property
    def both(self) -> list[Parts]:
        outcome = Parts(self.train_outcome, self.holdout_outcome, self.outcome, outcome=True)
        return [Parts(self.train, self.holdout, self.features), outcome]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A fitted transformer between the cleaning and the model."""

    fitting: Fitting
    before_split: bool
    """True is a leak: it was fitted on all rows."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    shared: Shared
    raw: str
    """The variable that holds the raw rows."""
    load: tuple[Unit, ...]
    outcome: tuple[Unit, ...]
    outcome_columns: frozenset[str]
    """Raw columns that the outcome is made from."""
    outcome_in_features: bool
    clean: tuple[Unit, ...]
    moved: frozenset[Unit]
    """Of the cleaning, what the notebook did after the split to both parts: it is learned from the training part."""
    skipped: frozenset[str]
    """Columns that were made, but not for the features."""
    rows: frozenset[str]
    """Variables of the cleaning with one entry per row."""
    split: Split
    parting: tuple[Unit, ...]
    """Statements before the split that it needs, such as a date that rows are cut by."""
    steps: tuple[Step, ...]
    make: tuple[Unit, ...]
    """Statements from before the split that set up the training."""
    whole: tuple[Unit, ...]
    """Statements from before the split that train on all rows, such as a search over settings."""
    takes: tuple[str, ...]
    """Variables of the split that the training reads: those to learn from, those kept aside too, all rows."""
    train: tuple[Unit, ...]
    model: str
    evaluate: tuple[Unit, ...]
    reports: tuple[Report, ...]

    @property
    def peeks(self) -> bool:
        """Whether the training reads rows that were kept aside to judge."""
        return bool({self.split.holdout, self.split.holdout_outcome} & set(self.takes))

    @property
    def body(self) -> list[Unit]:
        """Every statement that plays a role."""
        return [
            *self.load,
            *self.outcome,
            *self.clean,
            self.split.unit,
            *self.split.cutting,
            *self.parting,
            *self.make,
            *self.whole,
            *self.train,
            *self.evaluate,
        ]
