"""The routes of the page: log in, see what waits, look at a case, record what was done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, quote

import msgspec

from golive.engine import journal
from golive.engine.journal import ActionRow
from golive.records.tokens import Scope
from golive.serve import documents
from golive.serve.answers import Answer, RequestError, refuse
from golive.serve.door import Bearer
from golive.serve.handlers import Later, failed
from golive.serve.queue import pages
from golive.serve.queue.waiting import valued, waiting
from golive.serve.shapes import ACTION, asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from golive.engine.journal import AnyRow, Counts, Route
    from golive.serve.handlers import Request
    from golive.serve.queue.sessions import Session
    from golive.serve.service import Service

_HTML = "text/html; charset=utf-8"
_FORM = "application/x-www-form-urlencoded"
_FIELDS = ("action", "by", "role", "reason")


class Entered(NamedTuple):
    """A request of somebody whose session holds."""

    service: Service
    request: Request
    session: Session
    fields: Mapping[str, str]
    """Of the form that was sent, or of the query."""


def page(handler: Callable[[Entered], Answer | Later]) -> Callable[[Service, Request], Answer | Later]:
    """Return the handler of a route: nobody gets further without a session, no form without its key."""

    def answered(service: Service, request: Request) -> Answer | Later:
        try:
            service.checked()
            session = service.sessions.found(request.door, request.headers, service.clock().timestamp())
            if session is None:
                return _shown(service, pages.login(service.served)) if request.path == pages.LIST else _to_list(request)
            fields = _form(request) if request.method == "POST" else dict(parse_qsl(request.query))
            key = fields.get("form", "")
            if request.method == "POST" and not service.sessions.is_own_form(session, request.headers, key):
                raise refuse(403, "forbidden", "Not from here", "the form is not of this session; open the page again")
            return handler(Entered(service, request, session, fields))
        except Exception as exc:
            return as_page(service, request, failed(exc))

    return answered


def as_page(service: Service, request: Request, answer: Answer) -> Answer:
    """Return a problem as people read it."""
    document = answer.document
    if not isinstance(document, dict) or answer.status < 400:
        return answer
    html = pages.refused(
        service.served, str(document["title"]), str(document["detail"]), back=_up(request) + pages.LIST
    )
    return _shown(service, html, answer.status)


def login(service: Service, request: Request) -> Answer:
    """POST /queue/login: a session for whoever holds a token with the scope `desk`."""
    try:
        token = request.door.token(_form(request).get("token", "")) if isinstance(request.door, Bearer) else None
        if token is None:
            return _shown(service, pages.login(service.served, "This token does not count."), 401)
        if not {Scope.desk, Scope.admin}.intersection(token.scopes):
            said = f"This token may {', '.join(token.scopes)}, but not work through the queue (scope desk)."
            return _shown(service, pages.login(service.served, said), 403)
        cookie = service.sessions.begun(token, request.headers, service.clock().timestamp())
        return _to_list(request, {"Set-Cookie": cookie})
    except Exception as exc:
        return as_page(service, request, failed(exc))


@page
def logout(entered: Entered) -> Answer:
    """POST /queue/logout: the session ends."""
    service, request = entered.service, entered.request
    return _to_list(request, {"Set-Cookie": service.sessions.ended(request.headers)})


@page
def listed(entered: Entered) -> Answer:
    """GET /queue: what waits; with ``?case=`` to one case."""
    service, session, fields = entered.service, entered.session, entered.fields
    if fields.get("case"):
        return _moved(f"{pages.CASES}/{quote(fields['case'], safe='')}")
    at = int(fields["from"]) if fields.get("from", "").isdecimal() and len(fields["from"]) < 6 else 0
    form = pages.logout(service.sessions.form_key(session), session.token.name) if session.token else None
    found = waiting(service)
    before = fields.get("done", "")
    last = journal.last_actions(service.recorder.at, [before]) if before else {}
    done = pages.recorded(before, last.get(before), pages.CASES)
    currency = service.served.currency
    return _shown(service, pages.waiting(service.served, found, form=form, currency=currency, at=at, before=done))


@page
def shown(entered: Entered) -> Answer:
    """GET /queue/cases/{case_id}: a case, and the form to act on it."""
    return _case(entered, {}, ())


@page
def acted(entered: Entered) -> Answer | Later:
    """POST /queue/cases/{case_id}: what somebody did with a case; what may be recorded is what /v1/actions takes."""
    service, request, session = entered.service, entered.request, entered.session
    row = _decision(entered)
    entry: dict[str, object] = {name: entered.fields[name] for name in _FIELDS if entered.fields.get(name)}
    entry["case_id"] = row.case_id
    if session.token is not None:
        entry["by"] = session.token.name
    try:
        one = asked(entry, ACTION)
        (complete,) = documents.checked_actions(service.served, one, {row.case_id: row}, session.token)
    except RequestError as exc:
        return _case(entered, entered.fields, _problems(exc))
    action = msgspec.convert({**complete, "time": service.now()}, ActionRow)
    unseen = _Unseen(entered.fields.get("seen", ""), service.served.limit({row.case_id: row}))

    def finish(rows: Sequence[AnyRow]) -> Answer:
        rest = [other.row.case_id for other in waiting(service).cases]
        to = f"./{quote(rest[0], safe='')}" if rest else f"{_up(request)}{pages.LIST}"
        return _moved(f"{to}?done={quote(row.case_id, safe='')}")

    def told(answer: Answer) -> Answer:
        said = f"{unseen.late} while this page was open; nothing of yours was recorded."
        try:
            if unseen.late:
                return _case(entered, entered.fields, [said])
        except Exception as exc:  # the journal cannot be read any more
            answer = failed(exc)
        return as_page(service, request, answer)

    return Later(service.recorder, [action], unseen, finish, told)


class _Unseen:
    """Lets an answer through unless somebody acted since its page was made: asked in the transaction that records it.

    Parameters
    ----------
    seen
        What the page showed, as `pages.mark` writes it.
    limit
        What else may refuse the answer.
    """

    def __init__(self, seen: str, limit: Route | None) -> None:
        self._seen, self._limit = seen, limit
        self.late = ""
        """What somebody else did meanwhile."""

    def __call__(self, row: ActionRow, counts: Counts) -> ActionRow | None:
        last, self.late = counts.last(row.case_id), ""
        if pages.mark(last) != self._seen:
            self.late = f"{last.by or 'Somebody'} answered {last.action}" if last else "What was answered is gone"
            return None
        return row if self._limit is None else self._limit(row, counts)  # type: ignore[arg-type,return-value]  # of actions


def _case(entered: Entered, typed: Mapping[str, str], problems: Sequence[str]) -> Answer:
    service, session = entered.service, entered.session
    row = _decision(entered)
    served = service.served
    before = dict(parse_qsl(entered.request.query)).get("done", "")
    last = journal.last_actions(service.recorder.at, [row.case_id, before])
    (found,) = valued([row], served.stakes)
    html = pages.one(
        served,
        found,
        done=last.get(row.case_id),
        before=pages.recorded(before, last.get(before)),
        form_key=service.sessions.form_key(session),
        by=session.token.name if session.token else None,
        roles=session.token.roles if session.token else (),
        typed=typed,
        problems=problems,
        currency=served.currency,
    )
    return _shown(service, html, 422 if problems else 200)


def _decision(entered: Entered) -> journal.DecisionRow:
    case_id = entered.request.path.removeprefix(pages.CASES + "/")
    found = entered.service.recorder.find([case_id])
    if case_id not in found:
        raise refuse(404, "unknown-case", "No such case", f"no decision was made for {case_id!r}")
    return found[case_id]


def _problems(exc: RequestError) -> list[str]:
    """Say in sentences what was refused of a form."""
    document = exc.answer.document
    errors = document.get("errors", ()) if isinstance(document, dict) else ()
    return [f"{one['path'].removeprefix('/')} {one['problem']}; expected {one['expected']}" for one in errors]


def _form(request: Request) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise refuse(415, "content-type", "Not a form", f"the content type is `{kind}`, expected `{_FORM}`")
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict", max_num_fields=20))
    except ValueError:
        raise refuse(400, "malformed-form", "Not a form", "the body is no form in UTF-8") from None


def _shown(service: Service, html: str, status: int = 200) -> Answer:
    hosts = " ".join(service.frame_hosts) or "'none'"
    headers = {
        "Content-Security-Policy": f"frame-ancestors {hosts}", "Cache-Control": "no-store",
        # With `no-referrer` a browser would not say that a form comes from this page (`Origin: null`).
        "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    if not service.frame_hosts:
        headers["X-Frame-Options"] = "DENY"
    return Answer(status, html.encode(), headers, _HTML)


def _to_list(request: Request, headers: Mapping[str, str] | None = None) -> Answer:
    return _moved(_up(request) + pages.LIST, headers)


def _moved(to: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(303, b"", {"Location": to, "Cache-Control": "no-store", **(headers or {})}, _HTML)


def _up(request: Request) -> str:
    """Return the way from a page up to the mount; a case id is one step, whatever it holds."""
    return "../../" if request.path.startswith(pages.CASES + "/") else "../" if "/" in request.path else ""
