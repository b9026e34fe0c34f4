"""What became of a notebook: the order it was lived in, what was kept, what leaked, and the metric three times."""

from __future__ import annotations

from golive.records.document import Part, Record


class Attempt(Part, frozen=True, kw_only=True):
    """One order in which the cells were run in a fresh kernel."""

    order: str
    """``file`` (top to bottom), ``counts`` (by execution count), ``again`` (so, and cells again where a count is
    missing before theirs) or ``flow`` (moved so that names exist when used)."""
    cells: tuple[int, ...]
    """Cell numbers in the order they were run. Cells are counted from 1 down the file, text cells included."""
    failed: str = ""
    """Where and why it stopped, e.g. ``cell 9, line 2: NameError: ...``; empty when it ran to the end."""
    compared: int
    """Cells that printed something, when lived or now."""
    same: int
    """Of these, cells that printed the same as what is stored."""
    different: tuple[int, ...] = ()
    """The others, as far as it ran."""


class Kept(Part, frozen=True, kw_only=True):
    """A statement that the result needs; imports aside, which go wherever they are used."""

    cell: int
    line: int
    """Line in the cell, from 1."""
    module: str
    """Module of the package it went to, e.g. ``clean``."""


class Left(Part, frozen=True, kw_only=True):
    """A statement that the result does not need."""

    cell: int
    line: int
    text: str
    """Its first line."""
    reason: str


class Leak(Part, frozen=True, kw_only=True):
    """Something learned from rows that are later used to judge."""

    cell: int
    line: int
    kind: str
    """``fitter`` (an imputer, scaler, encoder ...), ``statistic`` (a median, a mean by group ...), ``target`` (the
    outcome in a feature), ``resampled`` (rows added again before the split), ``duplicates`` (rows on both sides of it),
    ``chosen`` (a model or a cut-off chosen by the rows that judge), ``tuned`` (settings, or where training stops) or
    ``time`` (rows with a date split at random, or a row given what came after it)."""
    what: str
    """A sentence for people."""
    repaired: bool
    """True when the package that was written does not have it any more."""


class Metric(Part, frozen=True, kw_only=True):
    """One reported number, three times."""

    name: str
    notebook: float
    kept: float
    """The package with the leaks left in: equal to the notebook, or nothing is written."""
    repaired: float | None
    """The package without the leaks: the honest number. Null when they could not be taken out."""


class Touched(Part, frozen=True, kw_only=True):
    """A file that the notebook made, changed or removed: in its copy, never the user's own."""

    path: str
    """Relative to the folder of the notebook; in the home it was given, ``~/...``."""
    what: str
    """``made``, ``changed`` or ``removed``."""
    cell: int | None = None
    """The cell that asked for it first; null where another process did it."""
    line: int | None = None


class Tidied(Record, frozen=True, kw_only=True, tag="tidied/1"):
    notebook: str
    """File name."""
    package: str
    """Import name of the package."""
    order: str
    """The attempt that was believed, see `Attempt.order`."""
    attempts: tuple[Attempt, ...]
    touched: tuple[Touched, ...] = ()
    """What the run did to files."""
    shape: str
    """``rows`` (``clean`` works on any rows, one too) or ``stages`` (the notebook's stages as functions)."""
    why_stages: str = ""
    """What stood in the way of ``rows``; empty otherwise."""
    kept: tuple[Kept, ...]
    left: tuple[Left, ...]
    leaks: tuple[Leak, ...]
    repair: bool
    """True when the written package is the repaired one."""
    why_not_repaired: str = ""
    """Why there is no repaired metric; empty otherwise."""
    metrics: tuple[Metric, ...]
    model: str
    """For `pack`, e.g. ``credit.train:fitted``."""
    clean: str
    """For `pack`, e.g. ``credit.clean:clean``; empty where the shape is ``stages``."""
    outcome: str = ""
    """Raw column that holds the outcome; empty when it is not one column."""
    event: str = ""
    """The raw value that is the event, e.g. ``bad``; empty when several are."""
    event_class: str = ""
    """The class of the model that is the event, e.g. ``1``."""
    files: tuple[str, ...]
    """Paths inside the package, sorted."""
    git: str
    """What became of version control, in words."""
    versions: dict[str, str]
    """Library -> version that ran."""
