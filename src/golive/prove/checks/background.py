"""What is known besides the rows: of the training rows, and of when the inputs are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.errors import BundleError, InputError
from golive.prove.cases import column_names
from golive.prove.checks.sample import cells_of
from golive.records.document import digest, read
from golive.records.known import parse
from golive.records.toml import read_bytes, text_of
from golive.records.training_rows import TrainingRows, beside
from golive.tables.training import remember

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from golive.records.contract import Contract
    from golive.records.document import Digest
    from golive.records.known import Answers

NO_TRAINING = (
    "Nothing is known of the training rows: golive pack keeps marks of them beside the bundle, and"
    " --training FILE names the rows themselves."
)


@dataclass(frozen=True, kw_only=True)
class Background:
    """What the checks know besides the rows."""

    contract: Contract | None = None
    training: TrainingRows | None = None
    why: str = NO_TRAINING
    """Why ``training`` is not there."""
    answers: Answers | None = None
    """Which inputs are known before the decision."""
    labels: frozenset[str] = frozenset()
    """Labels of the outcome in these rows."""
    aside: frozenset[str] = frozenset()
    """Columns that are no inputs, such as the score."""
    date: str | None = None
    """The column of the date."""
    first: str | None = None
    """Its earliest value, ISO 8601."""
    digests: tuple[Digest | None, Digest | None] = (None, None)
    """Of the file that says what is known, and of the training rows."""


def marks_of(bundle: Path, bundle_id: Digest, named: Path | None) -> tuple[TrainingRows | None, str, Digest | None]:
    """Read the marks of a bundle's training rows: the file that was named, or the one beside the bundle.

    Returns
    -------
    tuple
        The marks, why there are none, and the digest of the file.

    Raises
    ------
    BundleError
        The file that was named is missing, unreadable, or belongs to another bundle.
    """
    path = named or beside(bundle)
    if named is None and not path.is_file():
        return None, NO_TRAINING, None
    found = read(path, TrainingRows)
    if found.bundle == bundle_id:
        return found, "", digest(path.read_bytes())
    if named is not None:
        raise BundleError(
            f"`{path}` belongs to another bundle, {(found.bundle or 'none')[:19]}; this one is {bundle_id[:19]}",
            hint="name the file that golive pack wrote beside this bundle, or the rows themselves with --training",
        )
    return None, f"`{path.name}` beside the bundle has the training rows of another one; pack it again.", None


def training_marks(
    frame: object, contract: Contract | None, among: Sequence[str], *, outcome: str, event: str
) -> TrainingRows:
    """Make marks of training rows that are there themselves.

    Parameters
    ----------
    frame
        A frame, a dict of columns, or rows of a file.
    contract
        Of the bundle; without one the columns are those that both have.
    among
        Columns of the rows that are judged.
    outcome, event
        The outcome column and the label of the event.
    """
    there = column_names(frame)
    wanted = tuple(among) if contract is None else tuple(one.name for one in contract.inputs if not one.made_by)
    inputs = [name for name in wanted if name in there and name != outcome]
    if not inputs or (contract is not None and len(inputs) < len(wanted)):
        lacking = next((name for name in wanted if name not in there), "")
        raise InputError(
            f"the training rows have no column `{lacking}`"
            if lacking
            else "the training rows have no column to compare",
            hint=f"they have: {', '.join(there)}",
        )
    return remember({name: cells_of(frame, name) for name in there}, inputs, outcome=outcome, event=event)


def answers_of(path: Path | None, contract: Contract | None) -> tuple[Answers | None, Digest | None]:
    """Read the file that says which inputs are known before the decision.

    Raises
    ------
    InputError
        There is no such file, it cannot be used, or there is no bundle whose inputs it could speak of.
    """
    if path is None:
        return None, None
    if contract is None:
        raise InputError(f"`{path.name}` speaks of the inputs of a bundle, and there is none", hint="leave --known out")
    data = read_bytes(path, what="file of answers", hint="golive prove BUNDLE --init-known known.toml writes one")
    inputs = tuple(one.name for one in contract.inputs)
    return parse(text_of(data, name=path.name), inputs, name=path.name), digest(data)
