"""What one case must look like before it is scored."""

from __future__ import annotations

from enum import Enum

from golive.records.document import Part, Record


class Kind(str, Enum):
    """The type of a raw input. A number is a double; text is Unicode; a boolean is true or false."""

    number = "number"
    text = "text"
    boolean = "boolean"


NUMBER = "number"
"""The form of a text that is read as a number."""


class Known(str, Enum):
    """When the input is known. ``unstated`` is a condition of the verdict."""

    before = "before"
    after = "after"
    unstated = "unstated"


class Unknown(str, Enum):
    """What a text value never seen in training does: break the contract, or go through the graph as unseen."""

    refuse = "refuse"
    accept = "accept"


class Input(Part, frozen=True, kw_only=True):
    """One raw input, as it exists in the product before any cleaning."""

    name: str
    """The key in a case and the column in a file."""
    kind: Kind
    nullable: bool
    """True when null occurred in training. A key that is absent is never the same as null: it is always refused."""
    unit: str = ""
    """Free text for people, e.g. ``EUR`` or ``months``."""
    label: str = ""
    """How a person calls it; the name where empty."""
    low: float | None = None
    """Smallest value seen in training (numbers only). Recorded for people and `watch`; not enforced."""
    high: float | None = None
    """Largest value seen in training (numbers only). Recorded, not enforced."""
    categories: tuple[str, ...] | None = None
    """Values seen in training, sorted (text only); null where the text is free (more than 100 values)."""
    form: str = ""
    """What a text is read as: a date, ``iso`` or ``%d.%m.%Y`` and the like, or ``number``; empty where it is text."""
    unknown: Unknown = Unknown.refuse
    """What a text value outside ``categories`` does; ``accept`` where ``categories`` is null."""
    known: Known = Known.unstated
    made_by: str = ""
    """Name of the sidecar that computes it from raw data before each decision; empty where it is raw itself."""


TRAINING = "training"
"""What `RowRule.action` says of a filter that says nothing about a case."""


class RowRule(Part, frozen=True, kw_only=True):
    """A row filter of the cleaning function: the model was fitted without the rows that break it."""

    name: str
    """``file:line`` of the user's code, without folders."""
    source: str
    """That line as it is written."""
    text: str
    """What holds for a case that keeps it, for people, e.g. ``Income < 2150``."""
    inputs: tuple[str, ...]
    """Raw columns it is made of."""
    action: str
    """What happens to a case that breaks it: an action of the policy, without a score; or ``training``: the case is
    scored like any other."""
    dropped: int
    """Training rows that it took away."""


class Sidecar(Part, frozen=True, kw_only=True):
    """A step that stays in Python, outside of the graph: the product computes its columns and hands them in."""

    name: str
    """Of the function."""
    where: str
    """``file:line`` where it begins."""
    source: str
    """Its own text, for people to read and port. Never imported and never run."""
    reads: tuple[str, ...]
    """Raw columns that it was given."""
    makes: tuple[str, ...]
    """Columns that it gives."""


class Contract(Record, frozen=True, kw_only=True, tag="contract/1"):
    """The inputs in order, and what the score means."""

    inputs: tuple[Input, ...]
    event: str
    """The class the score is the probability of, as text, e.g. ``1`` or ``bad``."""
    outcome: str = ""
    """The raw column that later tells what happened; never an input."""
    score_rises_with: str = "event"
    """``event``: a higher score means the event is more likely. The only value today."""
    reasons: str
    """The method behind the reason contributions: ``linear``, ``paths``, ``shapley`` or ``none``."""
    reasons_in: str = "log-odds"
    """What contributions are parts of: ``log-odds``, ``decision value`` or ``probability``, each perhaps with
    ``before calibration``."""
    rows: int
    """Training rows the ranges and categories were read from."""
    rules: tuple[RowRule, ...] = ()
    """Row filters of the cleaning function, in the order in which they ran. The first that a case breaks decides."""
    sidecar: Sidecar | None = None
    """What makes the inputs that say ``made_by``."""
