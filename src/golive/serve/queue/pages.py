"""What the page shows. Text of cases is hostile and escaped; forms work without any script."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from golive.maths.words import number, percent
from golive.page.document import document
from golive.page.markup import Markup, element, join
from golive.page.numbers import money
from golive.page.parts import Head, facts, points, table
from golive.records.rules import REVIEW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.page.markup import Child
    from golive.records.contract import Contract, Input
    from golive.records.journal import ActionRow, DecisionRow
    from golive.records.rules import Policy
    from golive.serve.queue.waiting import Case, Waiting
    from golive.serve.service import Served

SHOWN = 50
"""Cases of one page of the list."""
LOGIN, LIST, CASES = "queue/login", "queue", "queue/cases"


def login(served: Served, problem: str = "") -> str:
    """Return the page on which somebody logs in."""
    return _page(
        served, "Log in",
        element("h1", "Log in"),
        element("p", "Paste the token that you were given for your desk. The session ends after eight hours."),
        _problem(problem),
        element(
            "form",
            # For password managers, which file a secret under a name.
            element("input", type="text", name="desk", autocomplete="username", hidden=True),
            element("label", "Token", for_="token"),
            element(
                "input", id="token", name="token", type="password", autocomplete="current-password", required=True,
                autofocus=True, class_="wide",
            ),
            element("button", "Log in", type="submit"),
            method="post", action="login" if problem else LOGIN, class_="desk",
        ),
    )  # fmt: skip


def waiting(
    served: Served, found: Waiting, *, form: Markup | None, currency: str, at: int = 0, before: Markup | None = None
) -> str:
    """Return the list of the cases that wait; ``form`` ends the session."""
    cases = found.cases[at : at + SHOWN]
    count = len(found.cases) + found.more
    rows = [_listed(one, currency) for one in cases]
    names = ("Case", "At stake", "Looks better", "Score", "First reason")
    heads = [*map(Head, names), Head("Waits since", "UTC")]
    first = cases[0].row.case_id if cases else ""
    begin = element("a", "Begin with the first", href=_link(first), class_="button", autofocus=True) if cases else None
    return _page(
        served, "Cases to review",
        before,
        element("h1", f"{count:,} {'case waits' if count == 1 else 'cases wait'} for somebody"),
        element("p", _ORDERS[found.order], class_="lead"),
        element("p", begin, class_="buttons"),
        table("Cases to review", heads, rows, kind="queue") if cases else element("p", "Nothing to do."),
        _turn(len(found.cases), at),
        element("h2", "Find a case"),
        element(
            "form",
            element("label", "Case id", for_="case"),
            element("input", id="case", name="case", class_="wide", required=True, maxlength=200),
            element("button", "Show it", type="submit"),
            method="get", action=LIST, class_="desk",
        ),
        form,
    )  # fmt: skip


def one(
    served: Served, found: Case, *, done: ActionRow | None, form_key: str, by: str | None, roles: Sequence[str],
    typed: Mapping[str, str], problems: Sequence[str], currency: str, before: Markup | None = None,
) -> str:  # fmt: skip
    """Return a case with the form to act on it.

    Parameters
    ----------
    served, found
        What answers, and the case.
    done
        What somebody did with it before.
    form_key
        Of the session; empty where nobody logs in.
    by, roles
        Who acts, where a token says so (else it is asked), and in which roles.
    typed, problems
        What was sent and refused, and why.
    currency
        Of the money file.
    before
        What was recorded on the page before.
    """
    row = found.row
    return _page(
        served, f"Case {row.case_id}",
        before,
        element("p", element("a", "Back to the list", href="../../queue")),
        element("h1", f"Case {row.case_id}"),
        element("p", *_said(found, currency, settled=done is not None), class_="say"),
        element("p", why(served.policy, row)),
        _done(done),
        element(
            "div",
            element(
                "div",
                element("h2", "Why the score is what it is"),
                points([reason.text or reason.input for reason in row.reasons], ordered=True)
                or element("p", "No reasons are recorded for this case."),
                points([f"{wrong.field} {wrong.problem}; expected {wrong.expected}".strip() for wrong in row.problems]),
                # The focus is here: the next Tab reaches the answers, and no key chooses one by accident.
                element("h2", "What you do", tabindex=-1, autofocus=True),
                _refusals(problems),
                _act(served, row.action, form_key=form_key, by=by, roles=roles, typed=typed, done=done),
            ),
            element("div", element("h2", "The case"), _inputs(served.bundle.contract, row.inputs)),
            class_="beside",
        ),
    )  # fmt: skip


def refused(served: Served, title: str, detail: str, *, back: str) -> str:
    """Return the page of something that cannot be done."""
    return _page(
        served, title, element("h1", title), element("p", detail),
        element("p", element("a", "Back to the list", href=back)),
    )  # fmt: skip


def logout(form_key: str, name: str) -> Markup:
    """Return the form that ends a session."""
    return element(
        "form",
        element("input", type="hidden", name="form", value=form_key),
        element("p", f"You are logged in as {name}. ", element("button", "Log out", type="submit")),
        method="post", action="queue/logout",
    )  # fmt: skip


_ORDERS = {
    "expected money": "First the case in which a right answer is worth most.",
    "score": "First the highest score.",
    "arrival": "First the case that came first.",
}


def _page(served: Served, title: str, *body: Child) -> str:
    foot = element("p", element("small", f"Policy {served.policy_name}; bundle {served.bundle.id[:19]}…"))
    return document(
        f"{title} · {served.bundle.manifest.name}", element("main", *body, foot, class_="at-desk"), forms=True
    )


def _listed(found: Case, currency: str) -> list[Child]:
    row, stake = found.row, found.stake
    name = element("a", row.case_id, href=_link(row.case_id))
    since = row.time[:16].replace("T", " ")
    reason = row.reasons[0].text or row.reasons[0].input if row.reasons else "no score" if row.score is None else ""
    worth = money(stake.right_answer, currency) if stake else "not known"
    return [name, worth, stake.best if stake else "not known", _score(row.score), reason, since]


def _turn(count: int, at: int) -> Markup | None:
    links = [
        element("a", said, href=f"{LIST}?from={to}", class_="button")
        for said, to in ((f"The {SHOWN} before", at - SHOWN), (f"The next {SHOWN}", at + SHOWN))
        if 0 <= to < count
    ]
    return element("p", *links, class_="buttons") if links else None


def _said(found: Case, currency: str, *, settled: bool) -> list[Child]:
    row, stake = found.row, found.stake
    waits = "It was sent to a person." if settled else "It waits for a person."
    decided = waits if row.action == REVIEW else f"The decision is {row.action}."
    score = "It has no score." if row.score is None else f"Its score is {_score(row.score)}."
    if stake is None:
        return [f"{decided} {score}"]
    best, *others = sorted(stake.expected.items(), key=lambda pair: -pair[1])
    more = money(best[1] - others[0][1], currency)
    worth = f"A right answer is worth {money(stake.right_answer, currency)} more than acting on the score alone."
    better = f"On the score alone {best[0]} is expected to earn {more} more than {others[0][0]}."
    return [f"{decided} {score} {better} {worth}"]


def why(policy: Policy, row: DecisionRow) -> str:
    """Say what decided: a rule, a band, the fallback, or what was done beside them."""
    told = f" The customer reads: “{row.message}”" if row.message else ""
    if "condition" in row.routing:
        return f"A condition of the approval did not hold, so the fallback decided.{told}"
    if "effective" in row.routing:
        return f"The policy was not in force on that day, so the fallback decided.{told}"
    if row.fallback:
        return f"The case broke what the policy expects, so the fallback decided.{told}"
    control = row.routing.get("control")
    if isinstance(control, dict) and control.get("arm") == "control":
        return f"It was drawn into the control arm, so that its outcome becomes known.{told}"
    if row.rule is not None:
        written = next((rule.when for rule in policy.rules if rule.id == row.rule), "")
        return f"The rule {row.rule} decided{f': {written}' if written else ''}.{told}"
    return f"The score decided: it lies in the band {row.band}.{told}"


def recorded(case_id: str, done: ActionRow | None, cases: str = ".") -> Markup | None:
    """Return the line that says what was recorded on the page before, and the way back to it."""
    if done is None:
        return None
    change = element("a", "Change it", href=f"{cases}/{quote(case_id, safe='')}")
    return element("p", f"Recorded: {done.action} for case {case_id}. ", change, class_="good", role="status")


def _score(score: float | None) -> str:
    return "none" if score is None else percent(score) if score > 0 else number(score)


def _done(done: ActionRow | None) -> Markup | None:
    if done is None:
        return None
    who = f"{done.by or 'somebody'}{f', {done.role},' if done.role else ''}"
    why = f", because: {done.reason}" if done.reason else ""
    above = " This was beyond the agreed share of overrides." if done.above_limit else ""
    at = done.time[:16].replace("T", " ")
    return element("p", f"On {at} UTC {who} answered {done.action}{why}.{above} What you record now counts instead.")


def _act(
    served: Served, decided: str, *, form_key: str, by: str | None, roles: Sequence[str], typed: Mapping[str, str],
    done: ActionRow | None,
) -> Markup:  # fmt: skip
    actions = [action for action in served.actions if action != REVIEW or decided != REVIEW]
    rules = served.policy.routing.overrides
    return element(
        "form",
        element("input", type="hidden", name="form", value=form_key) if form_key else None,
        element("input", type="hidden", name="seen", value=mark(done)),
        element("fieldset", element("legend", "Your answer"), *(
            element(
                "label",
                element(
                    "input", type="radio", name="action", value=action, required=True,
                    checked=typed.get("action") == action,
                ),
                f" {action}", element("small", " as decided") if action == decided else None,
            )
            for action in actions
        )),
        _reason(rules.reasons if rules else (), typed.get("reason", ""), decided == REVIEW),
        None if by is not None else _field("by", "Who you are", typed.get("by", ""), required=True),
        _roles(roles, typed.get("role", ""), asked=rules is not None and by is None),
        element("button", "Record it and go on" if done is None else "Change it", type="submit"),
        method="post", action="", class_="desk",
    )  # fmt: skip


def mark(done: ActionRow | None) -> str:
    """Return what a form says it has seen of what others did."""
    return "" if done is None else f"{done.time} {done.action}"


def _reason(reasons: Sequence[str], typed: str, review: bool) -> Markup:
    asked = "Why" if review else "Why, where you decide otherwise"
    if not reasons or review:
        return _field("reason", asked, typed, required=False)
    options = [element("option", said, value=said, selected=typed == said) for said in reasons]
    none = element("option", "", value="")
    return join((element("label", asked, for_="reason"), element("select", none, *options, id="reason", name="reason")))


def _roles(roles: Sequence[str], typed: str, *, asked: bool) -> Markup | None:
    if asked:
        return _field("role", "In which role", typed, required=False)
    if len(roles) < 2:
        return None
    options = [element("option", role, value=role, selected=typed == role) for role in roles]
    return join((element("label", "In which role", for_="role"), element("select", *options, id="role", name="role")))


def _field(name: str, asked: str, typed: str, *, required: bool) -> Markup:
    field = element("input", id=name, name=name, value=typed, required=required, maxlength=2000, class_="wide")
    return join((element("label", asked, for_=name), field))


def _refusals(problems: Sequence[str]) -> Markup | None:
    if not problems:
        return None
    return element("div", *(element("p", said, class_="poor") for said in problems), role="alert")


def _inputs(contract: Contract, inputs: Mapping[str, object] | None) -> Markup:
    """Return the case in the order of the contract; what the contract does not know comes last."""
    if inputs is None:
        return element("p", "The inputs of this case are not kept, or were erased.")
    known = {one.name: one for one in contract.inputs}
    names = [*(name for name in known if name in inputs), *(name for name in inputs if name not in known)]
    return facts((_named(known.get(name), name), _value(inputs[name])) for name in names)


def _named(known: Input | None, name: str) -> str:
    unit = f", {known.unit}" if known is not None and known.unit else ""
    return f"{(known.label if known else '') or name}{unit}"


def _value(value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.15g}" if isinstance(value, float) else str(value)


def _problem(said: str) -> Markup | None:
    return element("p", said, class_="poor", role="alert") if said else None


def _link(case_id: str) -> str:
    return f"{CASES}/{quote(case_id, safe='')}"
