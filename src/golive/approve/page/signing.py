"""Conditions, who must sign and who has, the command, and what exactly a signature is put under."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from golive.engine.signoff import FIRST
from golive.page.escape import visible
from golive.page.markup import element, join
from golive.page.numbers import NOTHING
from golive.page.parts import Head, points, section, table
from golive.page.words import capital, quoted
from golive.records.evidence import NEGATIVE
from golive.records.roles import role_key
from golive.records.terms import sentence

if TYPE_CHECKING:
    from golive.approve.page.view import View
    from golive.page.markup import Child, Markup
    from golive.records.signoff import Line


class State(NamedTuple):
    """Where a role stands."""

    holds: bool
    """Whether its approval counts now."""
    words: str


def standing(found: View) -> dict[str, State]:
    """Return each required role, in order, and where it stands."""
    latest = {role_key(line.role): line for line in found.said.lines}
    return {role: _state(latest.get(role_key(role)), accept_typed=found.accept_typed) for role in found.roles}


def _state(line: Line | None, *, accept_typed: bool) -> State:
    if line is None:
        return State(False, "has not signed")
    who = f"{visible(line.name)}, {line.signed_at[:10]}"
    if not line.holds:
        return State(False, f"signed, and it does not hold: {visible(line.why)} ({who})")
    if line.decision != "approve":
        return State(False, f"{'rejected it' if line.decision == 'reject' else 'withdrew'} ({who})")
    if line.identity == "typed" and not accept_typed:
        return State(False, f"approved by a typed name, which does not count where it is served ({who})")
    until = f", until {line.expires}" if line.expires else ""
    how = "a typed name" if line.identity == "typed" else f"key {line.key}"
    against = f", although the verdict is “{line.although}”" if line.although else ""
    return State(True, f"approved{against}{until} ({who}; {how})")


def conditions(found: View) -> Markup:
    """Return what the verdict depends on, and what signers asked for."""
    warned: list[Child] = [quoted(one.text) for one in found.evidence.warnings]
    routed: list[Child] = [quoted(one) for one in found.policy.routing.said()]
    groups = {
        "Of the verdict": of_verdict(found), "Warnings": warned, "Of those who signed": of_signers(found),
        "Beside the rule": routed,
    }  # fmt: skip
    parts = [part for title, items in groups.items() if items for part in (element("h3", title), points(items))]
    return section("conditions", "Under which conditions", *(parts or [element("p", "None.")]))


def of_verdict(found: View) -> list[Child]:
    """Return what the verdict depends on, and who can clear it."""
    return [
        join((quoted(one.text), element("span", f" The {visible(one.who)} can clear it.", class_="quiet")))
        for one in found.evidence.verdict.conditions
    ]


def of_signers(found: View) -> list[Child]:
    """Return the conditions of the approvals that hold, and what holds them."""
    return [
        join((f"{visible(line.role)}: “{visible(one.text)}” ", element("span", f"– {sentence(one)}.", class_="quiet")))
        for line in found.said.lines
        if line.holds and line.decision == "approve"
        for one in line.conditions
    ]


def signatures(found: View) -> Markup:
    """Return who must sign, who may, and where each stands."""
    rows = [_signer(found, role, state) for role, state in standing(found).items()]
    heads = [Head(name) for name in ("Role", "who that is", "may sign", "state", "what was said")]
    asked = {role_key(role) for role in found.roles}
    besides: list[Child] = [
        f"{visible(line.role)}: {_state(line, accept_typed=found.accept_typed).words}"
        for line in found.said.lines
        if role_key(line.role) not in asked
    ]
    none = element("p", "Whoever serves names the roles, in golive.toml; none was found here.", class_="fair")
    listed = table("Required roles", heads, rows, kind="said") if rows else none
    more = [element("h3", "Others who spoke"), points(besides)] if besides else []
    return section("signatures", "Who must sign, and who has", listed, *more)


def _signer(found: View, role: str, state: State) -> list[Child]:
    may = ", ".join(map(visible, _named(found, role))) or NOTHING
    mark = element("strong", "signed" if state.holds else "open", class_="good" if state.holds else "fair")
    return [visible(role), visible(found.brief.roles.get(role, "")) or NOTHING, may, mark, capital(state.words)]


def _named(found: View, role: str) -> tuple[str, ...]:
    return () if found.signers is None else tuple(found.signers.names.get(role_key(role), ()))


def to_sign(found: View) -> Markup:
    """Return the commands that sign exactly what stands here, one for each role that is open."""
    word = found.evidence.verdict.word
    although = f' --although "{word.value}"' if word in NEGATIVE else ""
    open_ = [role for role, state in standing(found).items() if not state.holds] or ["ROLE"]
    yes: list[Child] = [
        join((element("b", f"{visible(role)}, yes: "), element("code", _command(found, role) + although)))
        for role in open_
    ]
    more: list[Child] = [
        join(("yes, under a condition: add ", element("code", '--condition "at most 500 a day until 2027-03-01"'))),
        join(("yes, until a day: add ", element("code", "--expires 2027-12-31"))),
        join(("no: add ", element("code", "--reject"))),
    ]
    lead = (
        "A page cannot sign. The command signs these very files and the numbers below; “--seen” makes it refuse when"
        " anything on this page is another one by then."
    )
    if len(open_) > 1:
        lead += " A signature changes the page too: after each, make it anew with “golive approve page”."
    warned = f"The evidence says “{word.value}”. Whoever approves all the same says so in the chain, for ever."
    return section(
        "to-sign", "To sign", element("p", warned, class_="poor") if word in NEGATIVE else None, points(yes),
        points(more), lead=lead,
    )  # fmt: skip


def _command(found: View, role: str) -> str:
    named = _named(found, role)
    words = ["golive", "approve", "sign", str(found.bundle), "--role", role, "--as", named[0] if named else "NAME"]
    return visible(f"{shlex.join(words)} --key KEY --seen {found.seen}")


def exactly(found: View) -> Markup:
    """Return the numbers and the bytes that a signature is put under."""
    numbers: list[list[Child]] = [[visible(one.name), visible(one.text)] for one in found.numbers]
    files: list[list[Child]] = [[one.name, element("code", f"sha256:{one.digest.sha256}")] for one in found.files]
    last = "nobody has said anything yet" if found.head == FIRST else found.head
    files.append(["last line of the sign-off chain", element("code", last)])
    files.append(["all of this (--seen)", element("code", found.seen)])
    lead = "Word for word what the signer is shown and the statement keeps, and the files it names by their digests."
    return section(
        "exactly", "What exactly is signed",
        table("Numbers", [Head("Number"), Head("as shown")], numbers, kind="words said two"),
        table("Files", [Head("File"), Head("digest of its bytes")], files, kind="said two"), lead=lead,
    )  # fmt: skip
