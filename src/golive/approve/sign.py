"""Put a name under a bundle, its rule, its prices and its evidence, together with the numbers that were shown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from golive.approve.append import append
from golive.approve.overlay import need_folder
from golive.approve.shown import shown
from golive.approve.written import opened
from golive.engine.approval import NEEDED, subjects
from golive.errors import ApprovalError, InputError
from golive.records.signoff import Signature, SignOff, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from golive.records.document import Digest
    from golive.records.signoff import Shown, Subject, Word

_LONGEST = 500


def sign(
    bundle: Path,
    *,
    role: str,
    name: str,
    decision: Word = "approve",
    conditions: Sequence[str] = (),
    expires: date | None = None,
    seen: Sequence[Shown] | None = None,
    now: datetime | None = None,
) -> Statement:
    """Append one signature to the chain of a bundle.

    Everything is checked first: the build against its manifest, the policy with its test cases, that the compiled
    policy, the evidence and the rehearsal speak about these very files.

    Parameters
    ----------
    bundle
        The bundle folder, with money, evidence and a checked policy in it.
    role
        For which role the signer speaks, e.g. ``risk``.
    name
        Who signs. A typed name is a weak identity and is marked as such.
    decision
        ``approve``, ``reject`` or ``withdraw``.
    conditions
        Sentences under which the approval is given.
    expires
        The last day on which it holds.
    seen
        The numbers that the signer was shown (`to_sign`); refused when they are no longer the ones in the bundle.
    now
        The time of signing, with a time zone; the clock's when not given.

    Returns
    -------
    Statement
        What was written.

    Raises
    ------
    ApprovalError
        A file that must be signed is missing or speaks about other bytes, or the chain is broken.
    InputError
        An empty name, control characters, a day that has passed.
    """
    signed_at = (now or datetime.now(UTC)).astimezone(UTC)
    _words({"role": role, "name": name, **{f"condition {i}": text for i, text in enumerate(conditions, start=1)}})
    if expires is not None and expires < signed_at.date():
        raise InputError(f"`expires` is {expires}, which has passed", hint=f"today is {signed_at.date()}")
    numbers, files = to_sign(bundle)
    if seen is not None and tuple(seen) != numbers:
        raise ApprovalError(
            "the numbers changed after they were shown; nothing was signed", hint="look again, then sign"
        )

    def statement(previous: Digest) -> Statement:
        return Statement(
            subject=files,
            predicate=SignOff(
                previous=previous,
                role=role.strip(),
                name=name.strip(),
                decision=decision,
                shown=numbers,
                conditions=tuple(condition.strip() for condition in conditions),
                signed_at=signed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                expires=expires,
                signature=Signature(kind="typed"),
            ),
        )

    return append(bundle, statement)


def to_sign(bundle: Path) -> tuple[tuple[Shown, ...], tuple[Subject, ...]]:
    """Return the numbers to show and the files that a signature speaks about, after checking that they fit together.

    Raises
    ------
    ApprovalError
        A file is missing, or one speaks about other bytes than the ones there.
    """
    need_folder(bundle)
    missing = [name for name in NEEDED if not (bundle / name).is_file()]
    if missing:
        raise ApprovalError(
            f"`{bundle.name}` cannot be signed yet: {', '.join(f'`{name}`' for name in missing)} missing",
            hint="golive prove BUNDLE HOLDOUT --money money.toml, then golive approve draft and check",
        )
    before = subjects(bundle)
    documents = opened(bundle)
    after = subjects(bundle)
    if before != after:
        raise ApprovalError("a file changed while it was read", hint="nothing was signed; try again")
    return shown(documents.evidence, documents.rehearsal), after


def _words(texts: dict[str, str]) -> None:
    for what, text in texts.items():
        if not text.strip() or not text.isprintable() or len(text) > _LONGEST:
            raise InputError(
                f"the {what} is {text!r}",
                hint=f"expected 1 to {_LONGEST} visible characters on one line",
            )
