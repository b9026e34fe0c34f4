"""A file of cases in, the same file with their decisions out, for the person at the desk.

The decision is the one that `serve` gives: the same engine, the same approval, the same journal. A row is recorded
before the file with its decision exists.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from golive.chain.cases import Reader
from golive.chain.desk import ChangedError, desk
from golive.engine.journal import address
from golive.engine.whole import new_file
from golive.errors import InputError, WorldError
from golive.records.scored import Scored
from golive.tables.files import kind_of
from golive.tables.wider import Added, wide

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from golive.chain.cases import Cases
    from golive.chain.desk import Answer, Trust
    from golive.records.decision import Problem
    from golive.tables.wider import Batch, Cell, Wide

ID, DECISION, ACTION, BY, REASON = "case_id", "decision", "action", "by", "reason"
"""Added columns that `golive.chain.actions` reads back."""


class Form(NamedTuple):
    """How the file is written, where it does not say so itself."""

    ids: str | None = None
    """Column that names the cases."""
    sheet: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    """``.`` or ``,``."""
    prefix: str = ""
    """Put before the name of each added column."""


AS_IT_SAYS = Form()


def score(
    source: Path,
    out: Path,
    *,
    bundle: Path,
    trust: Trust,
    form: Form = AS_IT_SAYS,
    journal: str | None = None,
    leave_changed: bool = False,
    force: bool = False,
    advance: Callable[[int], None] = lambda rows: None,
) -> Scored:
    """Decide the cases of a file.

    Parameters
    ----------
    source, out
        Two files of the same kind: csv, parquet or workbook. ``out`` is written whole or not at all.
    bundle
        The bundle folder, with a policy.
    trust, form
        Who must have signed, and how the file is to be read.
    journal
        Where each row is recorded before ``out`` is there; nothing is recorded without.
    leave_changed
        Write the file without a decision for cases that were decided before on other inputs; else they stop it.
    force
        Replace ``out``.
    advance
        Told how many rows were decided since it was told last.

    Raises
    ------
    ApprovalError
        The bundle is not approved.
    InputError
        The file cannot be decided as it is; nothing was recorded.
    WorldError
        The disk would not take the file, or the journal the rows.
    """
    _need_other(source, out)
    opened = wide(source, sheet=form.sheet, encoding=form.encoding)
    with new_file(out, force=force) as new, desk(bundle, trust, journal, leave_changed=leave_changed) as deciding:
        added = _added(deciding.actions, form.prefix, opened)
        before = source.stat()
        reader = Reader(opened, source, deciding.bundle.contract, ids=form.ids, decimal=form.decimal)
        tally: Counter[str] = Counter()
        problems: Counter[str] = Counter()

        def fill(batch: Batch) -> Sequence[Sequence[Cell]]:
            cases = reader.cases(batch)
            try:
                answers = deciding.answers(cases)
            except ChangedError as exc:
                raise _changed(exc, cases, batch, opened, form.ids or opened.names[0]) from None
            given = [one for one in answers if one is not None]
            tally.update(one.action for one in given)
            tally[_FALLBACK] += sum(one.fallback for one in given)
            tally[_CHANGED] += len(answers) - len(given)
            problems.update(_said(problem) for one in given for problem in one.problems)
            advance(len(answers))
            return _cells(cases.ids, answers, deciding.marks(answers))

        opened.write(new, added, reader.names, reader.numbers, fill)
        if (source.stat().st_mtime_ns, source.stat().st_size) != (before.st_mtime_ns, before.st_size):
            raise WorldError(f"`{source.name}` was written to while it was read", hint="run it again when it rests")
    return Scored(
        source=str(source),
        out=str(out),
        rows=reader.rows,
        decisions={action: tally[action] for action in deciding.actions},
        fallback=tally[_FALLBACK],
        problems=dict(problems.most_common(_MOST)),
        before=deciding.before,
        changed=tally[_CHANGED],
        ids=form.ids or "",
        bundle=deciding.bundle.id,
        policy=deciding.policy,
        approved=deciding.approved,
        journal=address(journal).shown if journal else "",
        notes=tuple(opened.notes),
    )


_MOST = 5
_FALLBACK, _CHANGED = "", " "
"""Counted beside the actions, which are never blank."""


def _need_other(source: Path, out: Path) -> None:
    """Refuse to write over what is read, and a file of another kind."""
    kind = kind_of(source)
    if out.exists() and out.samefile(source):
        raise InputError(f"`{out}` is the file that is read", hint="name another file to write")
    if not out.name.lower().endswith(kind):
        raise InputError(
            f"`{out.name}` is not named like `{source.name}`; expected a name that ends with `{kind}`",
            hint="a file keeps its kind, so that nothing of it is lost",
        )


def _added(actions: Sequence[str], prefix: str, opened: Wide) -> list[Added]:
    added = [one._replace(name=prefix + one.name) for one in _COLUMNS]
    taken = {name.casefold(): name for name in opened.names}
    there = [taken[one.name.casefold()] for one in added if one.name.casefold() in taken]
    if there:
        raise InputError(
            f"the file has {', '.join(f'`{name}`' for name in there)} already; nothing of it is written over",
            hint="--prefix golive_ puts a word before the names of the added columns",
        )
    return [one._replace(choices=actions) if one.name == prefix + ACTION else one for one in added]


_COLUMNS = (
    Added(ID, wide=24),
    Added(DECISION),
    Added("score", kind="number"),
    Added("band"),
    Added("rule"),
    Added("reasons", wide=60),
    Added("message", wide=30),
    Added("problems", wide=30),
    Added("approved", kind="truth"),
    Added(ACTION),
    Added(BY),
    Added(REASON, wide=30),
)


def _cells(
    ids: Sequence[str], answers: Sequence[Answer], approved: Sequence[bool | None]
) -> list[Sequence[Cell]]:  # fmt: skip
    """Return one list per added column."""
    nothing: list[Cell] = [None] * len(ids)
    rows = [_row(one) for one in answers]
    return [
        list(ids),
        *([row[at] for row in rows] for at in range(_SAID)),
        approved,
        nothing,
        nothing,
        nothing,
    ]


_SAID = 7
"""Columns that say what was decided."""


def _row(one: Answer) -> tuple[Cell, ...]:
    if one is None:
        return (*[None] * (_SAID - 1), _LEFT)
    reasons = "; ".join(reason.text for reason in one.reasons)
    return one.action, one.score, one.band, one.rule, reasons, one.message, "; ".join(map(_said, one.problems))


_LEFT = "decided before on other inputs: that decision stands, and nothing was decided here"


def _changed(exc: ChangedError, cases: Cases, batch: Batch, opened: Wide, column: str) -> InputError:
    """Return the refusal of a file with cases that were decided on other inputs: which, and where they stand."""
    places = dict(zip(cases.ids, batch.places, strict=True))
    shown = [f"{case!r} ({opened.where(places[case], column)})" for case in exc.cases[:_MOST]]
    more = f" and {len(exc.cases) - _MOST:,} more" if len(exc.cases) > _MOST else ""
    return InputError(
        f"decided before on other inputs, or erased since: {', '.join(shown)}{more}; no file was written, and what was "
        "recorded so far stands",
        hint="a case is decided once: give these rows ids of their own, or --leave-changed writes the file without a "
        "decision for them",
    )


def _said(problem: Problem) -> str:
    return f"{problem.field}: {problem.problem}" if problem.field else problem.problem
