"""The handlers: a request in, a status and a document out. Nothing here knows Starlette or Flask.

A handler that writes returns `Later`: the answer stands when the journal has said that the rows are durable. Whoever
carries it to the wire has them written in its own way, see `settle`. Nothing that goes wrong shows more than a problem
document; inputs of people are never logged.
"""

from __future__ import annotations

import logging
import time
import traceback
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

import msgspec

from golive.engine.journal import ActionRow, Conflict, DecisionRow, OutcomeRow, Refused
from golive.errors import ApprovalError, InputError, WorldError
from golive.serve import documents, metrics, shapes
from golive.serve.answers import Answer, RequestError, Wrong, problem, refuse
from golive.serve.body import parse
from golive.serve.door import OPEN
from golive.serve.labels import need_known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from golive.engine.journal import AnyRow, Route, Written
    from golive.records.tokens import Token
    from golive.serve.door import Door
    from golive.serve.recorder import Recorder
    from golive.serve.service import Service
    from golive.serve.shapes import Asked

ONE = "v1/decisions/"
"""The path of one decision, before its case id."""

log = logging.getLogger("golive.serve")


class Request(NamedTuple):
    """A request as every framework can give it."""

    method: str
    path: str
    """Inside the mount, without the leading slash, percent-decoded."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    holder: Token | None = None
    """Whose token it carried; none where whoever stands before the service vouches for its callers."""
    query: str = ""
    """Behind the question mark, as it was sent."""
    door: Door = OPEN
    """Who may speak to the service: asked again by pages, which have sessions."""


class Later(NamedTuple):
    """An answer that stands once its rows are durable."""

    recorder: Recorder
    rows: Sequence[AnyRow]
    route: Route | None
    """What becomes of new decisions by what was counted before them."""
    finish: Callable[[tuple[AnyRow, ...]], Answer]
    shown: Callable[[Answer], Answer] = lambda answer: answer
    """What becomes of an answer that says why it went wrong."""


def settle(later: Later, written: Callable[[], Written] | None = None) -> Answer:
    """Return the answer once its rows are written: here and now, where nobody did it before. Never raises.

    Parameters
    ----------
    later
        What is to be written and answered.
    written
        Returns what became of it, or raises why it was not written.
    """
    try:
        stands = later.recorder.write(later.rows, later.route) if written is None else written()
        if isinstance(stands, Conflict):
            raise _conflict(stands)
        if isinstance(stands, Refused):
            detail = f"more decisions were overridden than the policy allows, so {stands.case_id!r} stands as decided"
            raise refuse(409, "override-limit", "Too many overrides", detail)
        return later.finish(stands)
    except Exception as exc:
        return later.shown(failed(exc))


def decide(service: Service, request: Request) -> Later:
    """POST /v1/decisions: one case or a list; a case sent again gets the answer it got."""
    served = service.checked()
    asked = shapes.asked(_json(request), shapes.DECISION)
    inputs = [cast("dict[str, object]", entry["inputs"]) for entry in asked.entries]
    bundle = served.bundle
    decisions = bundle.decide_many(inputs) if asked.many else [bundle.decide(inputs[0])]
    shadows = [None] * len(inputs) if service.shadow is None else service.shadow.decide(inputs, decisions)
    rows = [
        documents.decision_row(
            service, served, str(entry["case_id"]), given, decision, subject=entry.get("subject"), shadow=shadow
        )
        for entry, given, decision, shadow in zip(asked.entries, inputs, decisions, shadows, strict=True)
    ]
    return Later(service.recorder, rows, served.route(), partial(_told, service, asked, time.perf_counter()))


def decision_of(service: Service, request: Request) -> Answer:
    """GET /v1/decisions/{id}: the answer as it was given."""
    case_id = request.path.removeprefix(ONE)
    found = service.recorder.find([case_id])
    if case_id not in found:
        raise _no_decision([Wrong("", "was never decided", case_id, "the id of a case that was")])
    return Answer(200, documents.answer(found[case_id]))


def outcomes(service: Service, request: Request) -> Later:
    """POST /v1/outcomes: what became of cases; a correction is a new row."""
    asked = shapes.asked(_json(request), shapes.OUTCOME)
    need_known(asked, service.served.labels)
    _decided(service, asked)
    rows = [msgspec.convert(entry | {"time": service.now()}, OutcomeRow) for entry in asked.entries]
    return _written(service, asked, rows)


def actions(service: Service, request: Request) -> Later:
    """POST /v1/actions: what people did with cases; an override says why."""
    asked = shapes.asked(_json(request), shapes.ACTION)
    served, decided = service.served, _decided(service, asked)
    entries = documents.checked_actions(served, asked, decided, request.holder)
    rows = [msgspec.convert({"reason": "", **entry, "time": service.now()}, ActionRow) for entry in entries]
    return _written(service, asked, rows, served.limit(decided))


def served(service: Service, request: Request) -> Answer:
    """GET /v1/bundle: what is served, under which policy, on whose word."""
    return Answer(200, documents.bundle(service))


def live(service: Service, request: Request) -> Answer:
    """GET /health/live: the process answers."""
    return Answer(200, {"status": "live"})


def ready(service: Service, request: Request) -> Later:
    """GET /health/ready: approved, and the journal can be written now."""
    service.checked()
    return Later(service.recorder, (), None, lambda rows: Answer(200, {"status": "ready"}))


def measured(service: Service, request: Request) -> Answer:
    """GET /metrics: what is counted, for Prometheus."""
    return Answer(
        200, metrics.text(service.metrics.total(), documents.gauges(service)).encode(), kind=metrics.MEDIA_TYPE
    )


def described(service: Service, request: Request) -> Answer:
    """GET /openapi.json: the service for machines."""
    from golive.serve.openapi import document

    return Answer(200, document(service.served, service.version))


def shown(service: Service, request: Request) -> Answer:
    """GET /docs: the service for people."""
    from golive.serve.docs import page

    return Answer(200, page(service.served).encode(), kind="text/html; charset=utf-8")


def _json(request: Request) -> object:
    return parse(request.body, request.headers.get("content-type", ""))


def _written(service: Service, asked: Asked, rows: Sequence[AnyRow], route: Route | None = None) -> Later:
    return Later(service.recorder, rows, route, partial(_as_asked, asked))


def _told(service: Service, asked: Asked, decided: float, rows: Sequence[AnyRow]) -> Answer:
    """Answer decisions that are durable now."""
    service.metrics.time("golive_journal_seconds", time.perf_counter() - decided)
    service.metrics.decided(cast("Sequence[DecisionRow]", rows))
    return _as_asked(asked, rows)


def _as_asked(asked: Asked, rows: Sequence[AnyRow]) -> Answer:
    return Answer(200, asked.answer([documents.answer(row) for row in rows]))


def _decided(service: Service, asked: Asked) -> dict[str, DecisionRow]:
    """Return the decisions that the entries speak of; refuse when one was never made."""
    found = service.recorder.find([str(entry["case_id"]) for entry in asked.entries])
    unknown = [(index, entry["case_id"]) for index, entry in enumerate(asked.entries) if entry["case_id"] not in found]
    if unknown:
        raise _no_decision(
            [
                Wrong(f"/{index}/case_id" if asked.many else "/case_id", "was never decided", case, "a decided case")
                for index, case in unknown
            ]
        )
    return found


def _no_decision(wrong: Sequence[Wrong]) -> RequestError:
    detail = f"no decision was made for {', '.join(repr(one.value) for one in wrong[:5])}"
    return refuse(404, "unknown-case", "No such case", detail, wrong=wrong)


def _conflict(conflict: Conflict) -> RequestError:
    if conflict.erased:
        gone = "was decided, and its inputs were erased"
        wrong = [Wrong("", gone, case, "a new case id") for case in conflict.erased]
        detail = "whether these are the same inputs cannot be told any more; nothing of this request was recorded"
        return refuse(410, "erased", "The inputs of the case were erased", detail, wrong=wrong)
    wrong = [Wrong("", "was decided before on other inputs", case, "a new case id") for case in conflict.case_ids]
    detail = "a case is decided once; nothing of this request was recorded"
    return refuse(409, "conflict", "The case was decided on other inputs", detail, wrong=wrong)


def failed(exc: Exception) -> Answer:
    """Return the answer of what went wrong, and log what is ours to mend."""
    if isinstance(exc, RequestError):
        return exc.answer
    if isinstance(exc, ApprovalError):
        log.error("not approved: %s", exc.message)
        return problem(503, "not-approved", "Nothing is decided now", "the bundle's approval does not stand any more")
    if isinstance(exc, (WorldError, InputError)):
        log.error("%s", exc.message)
        return problem(503, "journal", "Nothing is decided now", "the journal cannot be written; nothing was recorded")
    # Messages of foreign errors may hold a person's inputs, so only the kind and the place are logged.
    last = traceback.extract_tb(exc.__traceback__)[-1]
    log.error("%s at %s:%s", type(exc).__name__, last.filename, last.lineno)
    return problem(500, "internal", "This is our fault", "the request was not answered; the service's log says where")
