"""Everything that stands on the page to decide on, read from the bundle and from the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.approve.overlay import need_folder
from golive.approve.seen import seen
from golive.approve.sign import to_sign
from golive.approve.signed import before
from golive.approve.verify import verify
from golive.approve.written import documents
from golive.engine.approval import read_chain
from golive.engine.bundle import load
from golive.engine.signoff import FIRST
from golive.errors import BundleError
from golive.page.escape import visible
from golive.records.brief import Brief
from golive.records.roles import role_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from golive.approve.signed import Before
    from golive.engine.ssh import Signers
    from golive.records.document import Digest
    from golive.records.evidence import Evidence
    from golive.records.rehearsal import Rehearsal
    from golive.records.rules import Policy
    from golive.records.signoff import Shown, Subject, Verified


class View(NamedTuple):
    """What is decided on, who decides, and what was said so far."""

    bundle: Path
    name: str
    """What the bundle calls itself."""
    policy: Policy
    before: Before
    """The policy that was signed before this one, and what differs from it."""
    evidence: Evidence
    rehearsal: Rehearsal | None
    brief: Brief
    """Empty where there is none."""
    numbers: tuple[Shown, ...]
    files: tuple[Subject, ...]
    said: Verified
    signers: Signers | None
    accept_typed: bool
    """Whether a typed name counts for whoever serves; true where that is not known."""
    roles: tuple[str, ...]
    """Whose signature is required; empty where nobody has said."""
    head: Digest
    seen: Digest
    """Of all this: `golive approve sign --seen` refuses when anything is different by then."""

    @property
    def row(self) -> str:
        """What one case is."""
        return self.evidence.money.row if self.evidence.money else "case"

    def who(self, role: str) -> str:
        """Return the post or team behind a role of the brief."""
        return visible(self.brief.roles.get(role, role))

    @property
    def currency(self) -> str:
        """Of all money here."""
        return self.evidence.money.currency if self.evidence.money else ""


def view(
    bundle: Path, *, roles: Sequence[str] = (), signers: Signers | None = None, accept_typed: bool = True,
    brief: Brief | None = None, against: Path | None = None, today: date,
) -> View:  # fmt: skip
    """Read what the page shows; everything must fit together, as for a signature.

    Parameters
    ----------
    bundle
        The bundle folder.
    roles, signers, accept_typed
        Of whoever serves, as in ``golive.toml``.
    brief
        What was agreed before there was a model.
    against
        The policy that was signed before this one, where its file is at hand.
    today
        The day against which expiry is held.

    Raises
    ------
    ApprovalError, BundleError
        It could not be signed either: a file is missing, was changed, or speaks about other bytes.
    InputError
        ``against`` is not the policy that was signed before.
    """
    need_folder(bundle)
    numbers, files = to_sign(bundle)
    found, opened = documents(bundle), load(bundle)
    if opened.policy is None or opened.policy_digest is None:
        raise BundleError(f"`{bundle.name}` has no policy", hint=f"golive approve draft {bundle}")
    agreed = brief or Brief()
    head = read_chain(bundle).head or FIRST
    return View(
        bundle=bundle,
        name=opened.manifest.name,
        policy=opened.policy,
        before=before(bundle, opened.policy, opened.policy_digest, against=against, tried=found.rehearsal),
        evidence=found.evidence,
        rehearsal=found.rehearsal,
        brief=agreed,
        numbers=numbers,
        files=files,
        said=verify(bundle, today=today, signers=signers),
        signers=signers,
        accept_typed=accept_typed,
        roles=tuple({role_key(role): role for role in (*roles, *agreed.sign)}.values()),
        head=head,
        seen=seen(head, files, numbers),
    )
