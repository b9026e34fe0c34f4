"""Put a name under a bundle, its rule, its prices and its evidence, together with the numbers that were shown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import msgspec

from golive.approve.append import append
from golive.approve.overlay import need_folder
from golive.approve.seen import seen as seen_on_page
from golive.approve.shown import shown
from golive.approve.written import documents, opened
from golive.engine import signoff, ssh
from golive.engine.approval import against, read_chain
from golive.engine.signed import NEEDED, subjects
from golive.errors import ApprovalError, InputError
from golive.records.roles import role_key
from golive.records.signoff import Signature, SignOff, Statement
from golive.records.terms import agreed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from golive.engine.ssh import Signers
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
    although: str = "",
    expires: date | None = None,
    key: Path | None = None,
    signers: Signers | None = None,
    seen: Sequence[Shown] | None = None,
    page: str = "",
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
        Who signs; with a key, the name in ``allowed_signers`` (the mail in ``<>``, else the whole name).
    decision
        ``approve``, ``reject`` or ``withdraw``.
    conditions
        Sentences under which the approval is given; `golive.records.terms` says which of them golive holds.
    although
        The negative verdict of the evidence, word for word, by whoever approves against it.
    expires
        The last day on which it holds.
    key
        Of OpenSSH: a private key, or a public one whose private key the agent holds. None: the name is only typed,
        which is a weak identity and is marked as such.
    signers
        Whose key is whose, where it is known: a signature that would not count is refused before it is written.
    seen
        The numbers that the signer was shown (`to_sign`); refused when they are no longer the ones in the bundle.
    page
        The digest on the page that was decided on (`golive.approve.seen`); refused when the files, the numbers or the
        chain are others by now.
    now
        The time of signing, with a time zone; the clock's when not given.

    Returns
    -------
    Statement
        What was written.

    Raises
    ------
    ApprovalError
        A file that must be signed is missing or speaks about other bytes, the chain is broken, the verdict is negative
        and was not named, or the key does not count.
    InputError
        An empty name, control characters, a day that has passed, a key that cannot sign.
    WorldError
        ``ssh-keygen`` is not installed.
    """
    signed_at = (now or datetime.now(UTC)).astimezone(UTC)
    _words({"role": role, "name": name, **{f"condition {i}": text for i, text in enumerate(conditions, start=1)}})
    if expires is not None and expires < signed_at.date():
        raise InputError(f"`expires` is {expires}, which has passed", hint=f"today is {signed_at.date()}")
    held = tuple(agreed(text.strip(), today=signed_at.date()) for text in conditions)
    numbers, files = to_sign(bundle, decision=decision)
    if seen is not None and tuple(seen) != numbers:
        raise ApprovalError(
            "the numbers changed after they were shown; nothing was signed", hint="look again, then sign"
        )
    _need_although(against(bundle), although, decision)

    def statement(previous: Digest) -> Statement:
        if page and page != seen_on_page(previous, files, numbers):
            raise _not_on_page(bundle, page, files, numbers)
        word = SignOff(
            previous=previous,
            role=role.strip(),
            name=name.strip(),
            decision=decision,
            shown=numbers,
            conditions=held,
            although=although,
            signed_at=signed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            expires=expires,
            signature=Signature(kind="typed" if key is None else "ssh"),
        )
        unsigned = Statement(subject=files, predicate=word)
        return unsigned if key is None else _with_key(unsigned, key, signers)

    return append(bundle, statement)


def _not_on_page(bundle: Path, page: str, files: Sequence[Subject], numbers: Sequence[Shown]) -> ApprovalError:
    """Say what is different from the page: that somebody spoke since is usual, another file or number is not."""
    again = f"golive approve page {bundle} --force makes it anew"
    entries = read_chain(bundle).entries
    heads = [signoff.FIRST, *(entry.digest for entry in entries)]
    for place, head in enumerate(heads[:-1]):
        if page == seen_on_page(head, files, numbers):
            since = ", ".join(_spoke(entry.statement.predicate) for entry in entries[place:])
            return ApprovalError(
                f"the sign-off chain grew since the page was made: {since}; nothing was signed",
                hint=f"files and numbers are those of the page; {again}, then sign with its new --seen",
            )
    return ApprovalError(
        "a file or a number is another one than on the page, or the page was of another chain; nothing was signed",
        hint=f"{again}; read it again before you sign",
    )


def _spoke(word: SignOff) -> str:
    said = {"approve": "approved", "reject": "rejected", "withdraw": "withdrew"}[word.decision]
    return f"{word.role} {said} ({word.name}, {word.signed_at})"


def _with_key(unsigned: Statement, key: Path, signers: Signers | None) -> Statement:
    """Put a signature in, after holding it against what it will be held against."""
    word = unsigned.predicate
    message = signoff.message(msgspec.json.encode(unsigned)[:-1])
    signature = ssh.sign(message, key)
    if signers is None:
        ssh.need_whole(message, signature)
    else:
        ssh.need_good(
            signers, role=role_key(word.role), name=word.name, signed_at=word.signed_at, message=message,
            signature=signature,
        )  # fmt: skip
    signed = msgspec.structs.replace(word, signature=Signature(kind="ssh", value=signature))
    return msgspec.structs.replace(unsigned, predicate=signed)


def _need_although(verdict: str, although: str, decision: Word) -> None:
    """Refuse an approval that passes over a negative verdict in silence, and one that sets aside what is not there."""
    if although == (verdict if decision == "approve" else ""):
        return
    if decision != "approve":
        raise ApprovalError(f"only an approval sets a verdict aside, not `{decision}`", hint="leave --although out")
    if verdict:
        raise ApprovalError(
            f"the verdict of the evidence is `{verdict}`"
            + (f", not `{although}`" if although else ", so an approval must say so"),
            hint=f'--although "{verdict}" approves all the same; the chain keeps it, and it is shown with the approval',
        )
    raise ApprovalError(f"the verdict of the evidence is not `{although}`", hint="leave --although out")


def to_sign(bundle: Path, *, decision: Word = "approve") -> tuple[tuple[Shown, ...], tuple[Subject, ...]]:
    """Return the numbers to show and the files that a signature speaks about, after checking that they fit together.

    Only an approval needs files that fit together: a word against a bundle is never refused because of what is wrong
    with it.

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
    found = opened(bundle) if decision == "approve" else documents(bundle)
    after = subjects(bundle)
    if before != after:
        raise ApprovalError("a file changed while it was read", hint="nothing was signed; try again")
    return shown(found.evidence, found.rehearsal), after


def _words(texts: dict[str, str]) -> None:
    for what, text in texts.items():
        if not text.strip() or not text.isprintable() or len(text) > _LONGEST:
            raise InputError(
                f"the {what} is {text!r}",
                hint=f"expected 1 to {_LONGEST} visible characters on one line",
            )
