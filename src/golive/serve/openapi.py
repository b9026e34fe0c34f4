"""The service described for machines: OpenAPI 3.1, made from the routes and from the contract of what is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from golive.records.contract import Kind
from golive.serve.shapes import ACTION, DECISION, MOST, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.records.contract import Input
    from golive.serve.service import Served
    from golive.serve.shapes import Field

PROBLEMS: Mapping[str, tuple[int, str]] = {
    "malformed-json": (400, "not JSON, not UTF-8, NaN, Infinity, a number beyond a double, a key twice in one object"),
    "unauthorized": (401, "no valid bearer token"),
    "scope": (403, "the token does not have the scope that is named"),
    "forbidden": (403, "with --no-auth: a foreign Host or Origin, or a proxy's header"),
    "unknown-path": (404, "no such path"),
    "unknown-case": (404, "no decision with this id"),
    "method": (405, "another method; Allow names the right ones"),
    "too-slow": (408, "the request did not come within 10 seconds"),
    "conflict": (409, "the case was decided on other inputs"),
    "override-limit": (409, "more decisions were overridden than the policy allows"),
    "erased": (410, "the inputs of the case were erased, so whether these are the same cannot be told"),
    "too-large": (413, "over 1,000,000 bytes, counted while reading"),
    "content-type": (415, "not application/json in UTF-8"),
    "wrong-fields": (422, "a field is missing, unknown or of another form"),
    "rate": (429, "the token asks more often than it may; Retry-After says when to come again"),
    "long-head": (431, "over 65,536 bytes of request line and headers"),
    "internal": (500, "our fault; the log names the place, never the inputs"),
    "journal": (503, "the journal cannot be written: nothing was decided"),
    "not-approved": (503, "the approval expired, was withdrawn or changed while the service ran"),
    "bundle": (503, "a file of the bundle was changed while the service ran"),
    "too-many": (503, "there are too many connections; Retry-After says when to come again"),
}
"""End of a problem's type -> status, and when."""


class Operation(NamedTuple):
    """What a route is for, in words and schemas."""

    summary: str
    scope: str
    takes: str = ""
    """Schema of one entry of the body."""
    gives: str = ""
    """Schema of one entry of the answer, or a media type."""
    refuses: tuple[int, ...] = ()
    """Statuses beyond those that every route has."""


_ALWAYS = (401, 403, 408, 413, 429, 431, 500, 503)
_BODY = (400, 415, 422)
OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("v1/decisions", "POST"): Operation(
        "Decide one case, or a list of up to 1,000.", "decide", "Case", "Decision", (409, 410)
    ),
    ("v1/decisions/{case_id}", "GET"): Operation("The answer as it was given.", "read", "", "Decision", (404,)),
    ("v1/outcomes", "POST"): Operation("What became of cases.", "outcome", "Outcome", "OutcomeRecorded", (404,)),
    ("v1/actions", "POST"): Operation("What people did with cases.", "outcome", "Action", "ActionRecorded", (404, 409)),
    ("v1/bundle", "GET"): Operation("What is served, under which policy, on whose word.", "read", "", "Bundle"),
    ("health/live", "GET"): Operation("The process answers.", "", "", "Status"),
    ("health/ready", "GET"): Operation("Approved, and the journal can be written now.", "", "", "Status"),
    ("metrics", "GET"): Operation("What is counted, for Prometheus.", "read", "", "text/plain"),
    ("openapi.json", "GET"): Operation("This description.", "read", "", "application/json"),
    ("docs", "GET"): Operation("This description for people.", "read", "", "text/html"),
}


def document(served: Served, version: str) -> dict[str, Any]:
    """Return the description of what is served now."""
    paths: dict[str, Any] = {}
    for (path, method), operation in OPERATIONS.items():
        paths.setdefault(f"/{path}", {})[method.lower()] = _operation(path, operation)
    contract = served.bundle.contract
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Decisions of {served.bundle.manifest.name}",
            "version": version,
            "description": f"Policy {served.policy_name}, bundle {served.bundle.id}. "
            f"The score is the probability of {contract.event!r}.",
        },
        "servers": [{"url": "."}],
        "paths": paths,
        "components": {
            "schemas": _schemas(served),
            "responses": _problems(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def case(served: Served) -> dict[str, Any]:
    """Return a case that keeps the contract, made up from what training saw."""
    return {
        "case_id": "2026-000123",
        "inputs": {known.name: _example(known) for known in served.bundle.contract.inputs},
    }


def _operation(path: str, operation: Operation) -> dict[str, Any]:
    statuses = {*_ALWAYS, *operation.refuses, *(_BODY if operation.takes else ())}
    made: dict[str, Any] = {
        "summary": operation.summary,
        "responses": {"200": _good(operation)}
        | {str(s): {"$ref": f"#/components/responses/{s}"} for s in sorted(statuses)},
        "security": [{"token": []}, {}] if operation.scope else [],
    }
    if operation.scope:
        made["description"] = f"Needs a token with the scope `{operation.scope}`, or --no-auth."
    if "{case_id}" in path:
        made["parameters"] = [{"name": "case_id", "in": "path", "required": True, "schema": _LINE}]
    if operation.takes:
        body = {"application/json": {"schema": _one_or_many(operation.takes)}}
        made["requestBody"] = {"required": True, "content": body}
    return made


def _good(operation: Operation) -> dict[str, Any]:
    if "/" in operation.gives:
        return {"description": operation.summary, "content": {operation.gives: {}}}
    schema = _one_or_many(operation.gives) if operation.takes else {"$ref": f"#/components/schemas/{operation.gives}"}
    return {"description": operation.summary, "content": {"application/json": {"schema": schema}}}


def _one_or_many(name: str) -> dict[str, Any]:
    one = {"$ref": f"#/components/schemas/{name}"}
    return {"oneOf": [one, {"type": "array", "items": one, "maxItems": MOST}]}


def _problems() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind, (status, when) in PROBLEMS.items():
        what = found.setdefault(str(status), {"description": "", "content": _PROBLEM})
        what["description"] = "; ".join(filter(None, (what["description"], f"`{kind}`: {when}")))
    return found


def _schemas(served: Served) -> dict[str, Any]:
    contract = served.bundle.contract
    inputs = {
        "type": "object",
        "description": "What the model reads. A case that breaks this is still decided: it gets the fallback of the "
        "policy and the list of its problems. Other keys are ignored and listed.",
        "properties": {known.name: _input(known) for known in contract.inputs},
        "required": [known.name for known in contract.inputs],
    }
    actions = {"type": "string", "enum": list(served.actions)}
    return {
        "Inputs": inputs,
        "Case": _entry(DECISION, inputs={"$ref": "#/components/schemas/Inputs"}) | {"examples": [case(served)]},
        "Outcome": _entry(OUTCOME, **_known(served.labels)),
        "Action": _entry(ACTION, action=actions),
        "OutcomeRecorded": _entry(OUTCOME, time=_TIME),
        "ActionRecorded": _entry(
            ACTION, action=actions, role={"type": "string"}, time=_TIME, above_limit={"type": "boolean"}
        ),
        "Decision": _DECISION | {"properties": {**_DECISION["properties"], "decision": {"type": "string"}}},
        "Bundle": {"type": "object", "required": ["name", "bundle", "policy", "actions", "inputs", "approved"]},
        "Status": {"type": "object", "properties": {"status": {"type": "string"}}, "required": ["status"]},
        "Problem": _PROBLEM_SCHEMA,
    }


def _entry(fields: Mapping[str, Field], **known: dict[str, Any]) -> dict[str, Any]:
    properties = {name: known.pop(name, _LINE if field.expected.startswith("text of 1") else _LONG)
                  for name, field in fields.items()}  # fmt: skip
    required = [name for name, field in fields.items() if field.required]
    return {"type": "object", "properties": properties | known, "required": required, "additionalProperties": False}


def _known(labels: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    return {"outcome": {"type": "string", "enum": list(labels)}} if labels else {}


def _input(known: Input) -> dict[str, Any]:
    types = {Kind.number: "number", Kind.text: "string", Kind.boolean: "boolean"}
    nullable = known.nullable and known.kind is not Kind.boolean
    made: dict[str, Any] = {"type": [types[known.kind], "null"] if nullable else types[known.kind]}
    if known.categories is not None and known.unknown.value == "refuse":
        made["enum"] = [*known.categories, *([None] if nullable else [])]
    if words := described(known):
        made["description"] = words
    return made | {"examples": [_example(known)]}


def described(known: Input) -> str:
    """Return in words what an input is and what training saw of it."""
    seen = f"{known.low:g} to {known.high:g}" if known.low is not None and known.high is not None else ""
    if known.categories is not None and known.unknown.value != "refuse":
        seen = ", ".join(known.categories)
    parts = (
        known.label,
        known.unit,
        f"seen in training: {seen}" if seen else "",
        known.form and f"written as {known.form}",
        known.made_by and f"computed by {known.made_by} before each decision",
    )
    return "; ".join(part for part in parts if part)


def _example(known: Input) -> Any:
    if known.kind is Kind.boolean:
        return True
    if known.kind is Kind.number:
        return known.high if known.high is not None else 1.0
    return known.categories[0] if known.categories else ""


_LINE = {"type": "string", "minLength": 1, "maxLength": 200, "description": "one line of printable characters"}
_LONG = {"type": "string", "maxLength": 2000}
_TIME = {"type": "string", "format": "date-time"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_DECISION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "case_id": _LINE,
        "time": _TIME,
        "score": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
        "band": _TEXT_OR_NULL,
        "rule": _TEXT_OR_NULL,
        "reasons": {"type": "array", "items": {"type": "object", "required": ["input", "text", "contribution"]}},
        "message": {"type": "string"},
        "fallback": {"type": "boolean"},
        "problems": {"type": "array", "items": {"type": "object", "required": ["field", "problem", "expected"]}},
        "ignored": {"type": "array", "items": {"type": "string"}},
        "approved": {"type": "boolean"},
        "versions": {"type": "object", "required": ["bundle", "policy", "policy_digest", "golive"]},
    },
    "required": ["case_id", "time", "decision", "score", "fallback", "problems", "approved", "versions"],
}
_PROBLEM_SCHEMA = {
    "type": "object",
    "properties": {
        "type": {"enum": [f"urn:golive:problem:{kind}" for kind in PROBLEMS]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object", "required": ["path", "problem", "expected"]}},
    },
    "required": ["type", "title", "status", "detail"],
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
