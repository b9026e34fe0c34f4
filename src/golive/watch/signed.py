"""What was promised, read from files whose bytes somebody approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.engine.approval import unbroken
from golive.engine.signed import subjects
from golive.engine.words import Trusted, Words, differences
from golive.errors import ApprovalError, BundleError
from golive.records import document
from golive.records import money as prices
from golive.records.document import Digest
from golive.records.evidence import Evidence
from golive.records.rehearsal import Rehearsal
from golive.records.toml import text_of
from golive.records.watched import Span

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from golive.engine.signoff import Chain
    from golive.records.money import Money
    from golive.records.signoff import SignOff


EARNED = "earned"
MORE_THAN = "more than "


class Signed(NamedTuple):
    """The documents, and who stands behind their bytes."""

    bundle: Digest
    policy: Digest
    money: Money
    evidence: Evidence
    rehearsal: Rehearsal | None
    signers: tuple[str, ...]
    head: Digest


def signed(bundle: Path, *, today: date) -> Signed:
    """Read what was signed.

    An approval that expired still tells what was promised, so expiry is not held against it here.

    Raises
    ------
    BundleError
        There is no bundle.
    ApprovalError
        The chain is broken, or nobody approved the files as they are now.
    """
    if not (bundle / "manifest.json").is_file():
        raise BundleError(f"`{bundle}` is not a bundle folder", hint="name the folder that golive serve answers from")
    chain = unbroken(bundle)
    signers = _signers(chain, bundle, today)
    rehearsal = bundle / "policy" / "rehearsal.json"
    read = Signed(
        bundle=document.digest_file(bundle / "manifest.json"),
        policy=document.digest_file(bundle / "policy.toml"),
        money=prices.parse(text_of((bundle / "money.toml").read_bytes(), name="money.toml")),
        evidence=document.read(bundle / "evidence" / "evidence.json", Evidence),
        rehearsal=document.read(rehearsal, Rehearsal) if rehearsal.is_file() else None,
        signers=signers,
        head=chain.entries[-1].digest,
    )
    _signers(chain, bundle, today)  # again: what was read in between are the bytes that were signed
    return read


def promises(signed: Signed) -> dict[str, Span]:
    """Return what was promised per case: what is earned first, then the gain against each alternative.

    The rehearsal speaks of this very policy; without one the evidence speaks of its cut-off.
    """
    if signed.rehearsal is not None:
        told = signed.rehearsal
        found = {EARNED: _thousandth(told.per_thousand, told.low, told.high)}
        return found | {
            f"{MORE_THAN}{other.name}": _thousandth(other.per_thousand, other.low, other.high) for other in told.against
        }
    money = signed.evidence.money
    honest = None if money is None else money.profit
    if money is None or honest is None or honest.low is None or honest.high is None:
        raise ApprovalError(
            "what was signed promises no money: the evidence has no prices, or too few events for a range",
            hint="golive prove BUNDLE HOLDOUT --money money.toml, then sign again",
        )
    found = {EARNED: Span(per_case=honest.per_row, low=honest.low, high=honest.high)}
    return found | {
        f"{MORE_THAN}{other.name}": Span(per_case=other.per_row, low=other.low, high=other.high)
        for other in money.profit_against
        if other.low is not None and other.high is not None
    }


def _signers(chain: Chain, bundle: Path, today: date) -> tuple[str, ...]:
    now = subjects(bundle)
    words = Words(chain, now, Trusted(accept_typed=True, any_key=True), today=today)
    said = [each.statement.predicate for each in words.standing.values()]
    names = tuple(_named(word) for word in said if word.decision == "approve")
    if not names:
        last = words.said[-1].statement
        changes = ", ".join(differences(last.subject, now)) or f"`{last.predicate.role}` said {last.predicate.decision}"
        raise ApprovalError(
            f"nobody's approval stands behind the files as they are now: {changes}",
            hint=f"golive approve log {bundle} shows who said what",
        )
    return names


def _named(word: SignOff) -> str:
    although = f", although the verdict was `{word.although}`" if word.although else ""
    return f"{word.role} ({word.name}, {word.signature.kind}{although})"


def _thousandth(value: float, low: float, high: float) -> Span:
    return Span(per_case=value / 1000, low=low / 1000, high=high / 1000)
