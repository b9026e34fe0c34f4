"""Start the service, ask it, check it against the batch, and see it refuse what it must refuse."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from golive.chain.demo.ask import post
from golive.chain.demo.cases import broken, cases
from golive.chain.demo.tamper import change_one_byte, refusal
from golive.engine.bundle import Bundle, load
from golive.errors import ParityError
from golive.records.walk import Step
from golive.serve.server import serving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.chain.demo.cases import Case
    from golive.chain.demo.place import Place

ROLES = ("risk", "product")
SERVED = 200


def step(place: Place) -> Step:
    """Serve 200 real applications and 10 bad requests."""
    bundle = load(place.bundle)
    asked = cases(place.holdout, bundle.contract, first=SERVED)
    with serving(place.bundle, journal=place.journal, roles=ROLES, accept_typed=True) as server:
        answers = [_decision(server.url, case) for case in asked]
        refused, fallen = _bad_requests(server.url, asked, bundle)
    _same_as_batch(answers, bundle.decide_many([case.inputs for case in asked]))
    shown = place.out / "answer.json"
    shown.write_text(
        json.dumps({"request": _request(asked[0]), "answer": _stable(answers[0])}, indent=1) + "\n", "utf-8"
    )
    counts = {action: sum(answer["decision"] == action for answer in answers) for action in sorted(_actions(answers))}
    return Step(
        room="serve",
        sentences=(
            f"{SERVED} real applications were decided over HTTP ({_listed(counts)}); each decision was in the journal "
            "before its reply, and each equals the batch decision.",
            f"Of 10 bad requests {fallen} went to the fallback with a list of what is wrong, {refused} were refused; "
            f"none was approved. One request and its answer: {_told(asked[0], answers[0])}",
            *_refusals(place.bundle),
        ),
        files=(place.named(place.journal), place.named(shown)),
        facts={
            "served": SERVED,
            **{f"decided {action}": n for action, n in counts.items()},
            "bad requests refused": refused,
            "bad requests to the fallback": fallen,
        },
    )


def _decision(url: str, case: Case) -> dict[str, Any]:
    status, answer = post(f"{url}/v1/decisions", _request(case))
    if status != 200:
        raise ParityError(f"{case.case_id} was answered with {status}: {answer}")
    found: dict[str, Any] = answer
    return found


def _request(case: Case) -> dict[str, object]:
    return {"case_id": case.case_id, "inputs": case.inputs}


def _bad_requests(url: str, asked: Sequence[Case], bundle: Bundle) -> tuple[int, int]:
    """Send ten bad requests; return how many were refused and how many went to the fallback."""
    refused = fallen = 0
    for what, body in broken(asked, bundle.contract):
        status, answer = post(f"{url}/v1/decisions", body)
        if status == 200 and not answer["fallback"]:
            raise ParityError(f"a request in which {what} was decided as `{answer['decision']}`")
        refused += status != 200
        fallen += status == 200
    return refused, fallen


def _same_as_batch(answers: Sequence[dict[str, Any]], batch: Sequence[Any]) -> None:
    for answer, decision in zip(answers, batch, strict=True):
        over_http = (answer["decision"], answer["score"], answer["band"], answer["rule"])
        if over_http != (decision.action, decision.score, decision.band, decision.rule):
            raise ParityError(f"{answer['case_id']}: HTTP answered {over_http}, the batch {decision}")


def _refusals(bundle: Path) -> tuple[str, ...]:
    """Try to serve a changed bundle and one without signatures, in copies; return what was answered."""
    with TemporaryDirectory() as folder:
        changed, unsigned = (Path(folder) / name / bundle.name for name in ("changed", "unsigned"))
        for copy in (changed, unsigned):
            shutil.copytree(bundle, copy)
        change_one_byte(changed / "graph.json")
        (unsigned / "signoff.jsonl").unlink()
        return (
            f"With one byte of `graph.json` changed it does not start: {refusal(lambda: _start(changed))}.",
            f"Without the signatures it does not start: {refusal(lambda: _start(unsigned))}.",
        )


def _start(bundle: Path) -> None:
    with serving(bundle, journal=bundle.parent / "journal.db", roles=ROLES, accept_typed=True):
        pass


def _actions(answers: Sequence[dict[str, Any]]) -> set[str]:
    return {answer["decision"] for answer in answers}


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{action} {n}" for action, n in counts.items())


def _stable(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer without the time, so that a second run writes the same file."""
    return {name: value for name, value in answer.items() if name != "time"}


def _told(case: Case, answer: dict[str, Any]) -> str:
    reasons = "; ".join(reason["text"] for reason in answer["reasons"]) or "nothing raised the score"
    return f"{case.case_id} → {answer['decision']}, score {answer['score']:.3f}, band {answer['band']}; {reasons}."
