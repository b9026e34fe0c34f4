"""What the page computes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.page.words import priced, rule
from golive.prove.report.figures import sides, worth_moves
from golive.prove.report.rules import favoured, whys
from golive.records.evidence import Word

if TYPE_CHECKING:
    from golive.records.evidence import Evidence, MoneyEvidence


def page_data(evidence: Evidence) -> dict[str, object]:
    """Return what figures.js needs. Names that are shown can be seen whole; prices are found by their position."""
    money = evidence.money
    assert money is not None
    rising = not evidence.score.higher_is_better
    return {
        "table": evidence.table,
        "rows": evidence.rows,
        "currency": money.currency,
        "favourable": sides(money)[0],
        "rising": rising,
        "action": visible(money.above if rising else money.below),
        "rules": [rule(one) for one in money.against],
        "whys": [whys(money, at) for at in range(len(money.against))],
        "favours": [favoured(evidence, at)[0] for at in range(len(money.against))],
        "decides": [one.decides for one in money.against],
        "today": any(one.today for one in money.against),
        "possible": [one.action not in money.impossible for one in money.against],
        "worth": None if worth_moves(evidence) else money.worth.per_row,
        "bands": _bands(money),
        "perMonth": money.cases_per_month,
        "conditional": bool(evidence.verdict.conditions) or evidence.verdict.word is not Word.use,
        "asked": evidence.sentences[0].cutoff if evidence.sentences else None,
        "assumptions": [
            {
                "key": one.name, "name": priced(one), "owner": visible(one.owner), "value": one.value,
                "low": one.low, "high": one.high, "adjustable": one.adjustable,
            }
            for one in evidence.assumptions
        ],
    }  # fmt: skip


def _bands(money: MoneyEvidence) -> dict[str, object] | None:
    found = money.bands
    if found is None:
        return None
    people = [{"name": one.name, "value": one.value, "low": one.low, "high": one.high} for one in found.review]
    return {"capacity": found.capacity_per_day, "perDay": found.per_day, "people": people}
