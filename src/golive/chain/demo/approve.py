"""The rule is drafted from the evidence, checked, rehearsed on real cases, and signed by two roles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from golive.approve.check import check
from golive.approve.draft import draft
from golive.approve.rehearse import rehearse
from golive.approve.sign import sign
from golive.approve.verify import verify
from golive.approve.written import keep
from golive.records import document
from golive.records.tidied import Tidied
from golive.records.walk import Step

if TYPE_CHECKING:
    from golive.chain.demo.place import Place

SIGNERS = (("risk", "demo risk owner"), ("product", "demo product owner"))


def step(place: Place) -> Step:
    """Write policy.toml, compile it into the bundle, rehearse it on the holdout and sign."""
    tidied = document.read(place.tidied, Tidied)
    place.policy.write_text(draft(place.bundle), encoding="utf-8")
    policy = check(place.bundle, policy=place.policy)
    rehearsal = rehearse(place.bundle, place.holdout, outcome=tidied.outcome, event=tidied.event)
    keep(place.bundle, rehearsal)
    for role, name in SIGNERS:
        sign(place.bundle, role=role, name=name)
    verified = verify(place.bundle, today=datetime.now(UTC).date())
    acted = ", ".join(f"{one.action} {one.cases}" for one in rehearsal.acted)
    return Step(
        room="approve",
        sentences=(
            f"The drafted policy has {len(policy.bands)} bands, {len(policy.rules)} hard rule(s), {len(policy.cases)} "
            f"test cases and the fallback `{policy.fallback.action}`; on {rehearsal.rows:,} real cases: {acted}.",
            f"Per 1,000 cases it earns {rehearsal.per_thousand:,.0f} {rehearsal.currency} ({rehearsal.low:,.0f} to "
            f"{rehearsal.high:,.0f}). {len(verified.lines)} roles signed these numbers; their names were only typed, "
            "and are marked so.",
        ),
        files=(place.named(place.policy), place.named(place.bundle / "signoff.jsonl")),
        facts={
            "bands": len(policy.bands),
            "rules": len(policy.rules),
            "cases rehearsed": rehearsal.rows,
            **{f"would {one.action}": one.cases for one in rehearsal.acted},
            "per thousand": rehearsal.per_thousand,
            "signatures that hold": sum(line.holds for line in verified.lines),
        },
    )
