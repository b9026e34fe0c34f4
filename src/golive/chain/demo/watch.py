"""What became of the served cases arrives; the promise is held against it."""

from __future__ import annotations

import re
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from golive.chain.demo.ask import post
from golive.chain.demo.cases import cases
from golive.chain.demo.serve import ROLES, SERVED
from golive.chain.demo.tamper import change_one_byte, refusal
from golive.engine.bundle import load
from golive.errors import WorldError
from golive.records.document import write
from golive.records.walk import Step
from golive.serve.server import serving
from golive.watch.keep import promise_kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.chain.demo.cases import Case
    from golive.chain.demo.place import Place

_DIGEST = re.compile(r"(?<=sha256:)[0-9a-f]{64}")

SILENT = 10
"""Every tenth decision is reported by nobody, so that "acted on" is not 100 %."""


def step(place: Place) -> Step:
    """Post outcomes and actions, then compare promised with realised money from the journal alone."""
    bundle = load(place.bundle)
    asked = cases(place.holdout, bundle.contract, first=SERVED)
    with serving(place.bundle, journal=place.journal, roles=ROLES, accept_typed=True) as server:
        _post(f"{server.url}/v1/outcomes", [{"case_id": case.case_id, "outcome": case.outcome} for case in asked])
        _post(f"{server.url}/v1/actions", _actions(asked, bundle.decide_many([case.inputs for case in asked])))
    now = datetime.now(UTC)
    watched = promise_kept(place.bundle, place.journal, as_of=now, final=True)
    found = place.out / "watched.json"
    write(watched, found)
    acted = watched.acted
    return Step(
        room="watch",
        sentences=(
            watched.sentence,
            f"{acted.reported} of {watched.cases.decided} decisions were acted on: {acted.agreed} as decided, "
            f"{acted.settled} settled after review. (The outcomes are real, but of rows that the promise was made on, "
            "so it should fit; who acted is made up.)",
            *_refusals(place, now),
        ),
        files=(place.named(found),),
        facts={
            "promise": watched.word,
            "outcomes": watched.cases.with_outcome,
            "acted on": acted.reported,
            **{f"promised {kept.name}": kept.promised.per_case for kept in watched.money},
            **{f"realised {kept.name}": kept.realised.per_case for kept in watched.money if kept.realised},
        },
    )


def _actions(asked: Sequence[Case], decided: Sequence[object]) -> list[dict[str, str]]:
    """Return what people did: the decision, and for a review what the outcome-blind desk would do, a rejection."""
    return [
        {"case_id": case.case_id, "action": _taken(decision), "by": "demo desk", "reason": ""}
        for number, (case, decision) in enumerate(zip(asked, decided, strict=True), start=1)
        if number % SILENT
    ]


def _taken(decision: object) -> str:
    action: str = decision.action  # type: ignore[attr-defined]
    return "reject" if action == "review" else action


def _post(url: str, body: object) -> None:
    status, answer = post(url, body)
    if status != 200:
        raise WorldError(f"`{url}` answered {status}: {answer}")


def _refusals(place: Place, now: datetime) -> tuple[str, ...]:
    """Change one amount in a copy of the journal, and one byte of a signature in a copy of the bundle."""
    with TemporaryDirectory() as folder:
        journal = Path(shutil.copy(place.journal, folder))
        _change_an_amount(journal)
        bundle = Path(shutil.copytree(place.bundle, Path(folder) / place.bundle.name))
        change_one_byte(bundle / "signoff.jsonl", behind=b'"name":"')
        return (
            f"One amount changed in a copy of the journal: {_refused(place.bundle, journal, now)}.",
            f"One byte of a signature changed in a copy of the bundle: {_refused(bundle, place.journal, now)}.",
        )


def _refused(bundle: Path, journal: Path, now: datetime) -> str:
    message = refusal(lambda: promise_kept(bundle, journal, as_of=now, final=True))
    return _DIGEST.sub("…", message.replace(f"{journal.parent}/", "")).rstrip(".")


def _change_an_amount(journal: Path) -> None:
    """Add a zero to the first amount that the first case asked for."""
    with sqlite3.connect(journal) as connection:
        (inputs,) = connection.execute("SELECT inputs FROM decisions WHERE seq = 5").fetchone()
        changed = inputs.replace(".0", "0.0", 1)
        connection.execute("UPDATE decisions SET inputs = ? WHERE seq = 5", (changed,))
    connection.close()
