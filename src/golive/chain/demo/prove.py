"""What the score earns on rows it has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.bundle import load
from golive.errors import InputError
from golive.prove.asked import Asked
from golive.prove.run import from_bundle
from golive.prove.write import write
from golive.records import document
from golive.records.known import template
from golive.records.tidied import Tidied
from golive.records.walk import Step

if TYPE_CHECKING:
    from golive.chain.demo.place import Place


def step(place: Place) -> Step:
    """Measure the bundle on the holdout with the demo's prices."""
    tidied = document.read(place.tidied, Tidied)
    inputs = tuple(one.name for one in load(place.bundle).contract.inputs)
    place.known.write_text(template(inputs, said_by="head of consumer lending"), encoding="utf-8")
    asked = Asked(outcome=tidied.outcome, event=tidied.event, money=place.money, known=place.known)
    evidence = from_bundle(place.bundle, place.holdout, asked)
    written = write(evidence, place.evidence, bundle=place.bundle, money=place.money, known=place.known)
    money, rejected = evidence.money, evidence.sentences[0]
    if money is None or money.honest is None:
        raise InputError("the demo's holdout gives no honest money", hint="this is a fault of golive; report it")
    return Step(
        room="prove",
        sentences=(
            evidence.verdict.sentence,
            *(f"On one condition: {one.text}" for one in evidence.verdict.conditions),
            rejected.text,
            f"The best cut-off of these rows promises {money.promised.per_row:.2f} {money.currency} per {money.row}; "
            f"on rows that did not choose it, it is {money.honest.per_row:.2f} "
            f"({money.honest.low:.2f} to {money.honest.high:.2f}).",
        ),
        files=tuple(place.named(path) for path in written if place.evidence in path.parents),
        facts={
            "rows": evidence.rows,
            "events": evidence.events,
            "verdict": evidence.verdict.word.value,
            "conditions": len(evidence.verdict.conditions),
            "rejected above 0.9": rejected.n,
            "right above 0.9": rejected.right,
            "lost above 0.9": rejected.lost,
            "cut-off": money.cutoff.chosen[0] if money.cutoff.chosen else None,
            "promised": money.promised.per_row,
            "honest": money.honest.per_row,
            "low": money.honest.low,
            "high": money.honest.high,
            **{f"against {one.name}": one.per_row for one in money.against},
        },
    )
