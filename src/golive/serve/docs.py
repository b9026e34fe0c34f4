"""The service described for people: one page that needs nothing else, with lines to paste."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from golive.page.document import document
from golive.page.markup import element
from golive.page.parts import Head, section, table
from golive.serve.openapi import OPERATIONS, PROBLEMS, case, described

if TYPE_CHECKING:
    from golive.page.markup import Child, Markup
    from golive.serve.openapi import Operation
    from golive.serve.service import Served


def page(served: Served) -> str:
    """Return the page of what is served now."""
    name = served.bundle.manifest.name
    body = element(
        "main",
        element("h1", f"Decisions of {name}"),
        element("p", f"Policy {served.policy_name}. Actions: {', '.join(served.actions)}."),
        element("p", f"Bundle {served.bundle.id}"),
        element("p", "For the lines below, say where the service is and with which token you call:"),
        _pasted("export URL=http://127.0.0.1:8080 TOKEN=golive_…"),
        *(_route(served, path, method, operation) for (path, method), operation in OPERATIONS.items()),
        _inputs(served),
        _problems(),
    )
    return document(f"Decisions of {name}", body)


def _pasted(lines: str) -> Markup:
    return element("div", element("pre", element("code", lines)), class_="box", tabindex=0)


def _route(served: Served, path: str, method: str, operation: Operation) -> Markup:
    needs = f"Needs a token with the scope {operation.scope}." if operation.scope else "Needs no token."
    answers = [200, *operation.refuses]
    return section(
        f"{method}-{path}".lower().replace("/", "-").replace("{", "").replace("}", "").replace(".", "-"),
        f"{method} /{path}",
        element("p", needs, f" Answers {', '.join(map(str, answers))}."),
        _pasted(_curl(served, path, method, operation)),
        lead=operation.summary,
    )


def _curl(served: Served, path: str, method: str, operation: Operation) -> str:
    lines = [f'curl "$URL/{path.replace("{case_id}", "2026-000123")}"']
    if operation.scope:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if operation.takes:
        quoted = json.dumps(_body(served, operation.takes), ensure_ascii=False).replace("'", "'\\''")
        lines += ["-H 'content-type: application/json'", f"-d '{quoted}'"]
    return " \\\n  ".join(lines)


def _body(served: Served, takes: str) -> dict[str, Any]:
    """Return a body that this service would take."""
    known = case(served)
    if takes == "Case":
        return known
    if takes == "Outcome":
        return {"case_id": known["case_id"], "outcome": next(iter(served.labels), "bad")}
    reason = "the employer could not be reached"
    return {"case_id": known["case_id"], "action": served.actions[0], "by": "desk 4", "reason": reason}


def _inputs(served: Served) -> Markup:
    rows: list[list[Child]] = []
    for known in served.bundle.contract.inputs:
        values = ", ".join(known.categories or ()) if known.unknown.value == "refuse" else ""
        rows.append([known.name, known.kind.value, "yes" if known.nullable else "no", values, described(known)])
    heads = [Head("Input"), Head("Type"), Head("May be null"), Head("One of"), Head("What it is")]
    lead = "A case that breaks this is still decided: it gets the fallback of the policy and the list of its problems."
    return section("inputs", "Inputs", table("What a case must hold", heads, rows), lead=lead)


def _problems() -> Markup:
    rows = [[str(status), kind, when] for kind, (status, when) in PROBLEMS.items()]
    heads = [Head("Status"), Head("type ends in"), Head("When")]
    lead = "What is refused is answered as a problem document (RFC 9457), with every wrong field at once."
    return section("problems", "Problems", table("What can be refused", heads, rows), lead=lead)
