"""The page for the people who decide: what waits, in which order, and what they did with it. As a browser asks it."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

import pytest
from tests.conformance import bundles
from tests.unit.serve.asking import Clock, answered
from tests.unit.serve.test_routing import REVIEW_ALL, decide, opened

from golive.engine import journal
from golive.records.tokens import Scope
from golive.serve import tokens
from golive.serve.answers import Answer
from golive.serve.door import Bearer, Door, Loopback, Open
from golive.serve.handlers import Later, Request, settle
from golive.serve.routes import handle
from golive.serve.service import Service

TODAY = date(2026, 3, 2)
REASONS = '\n[overrides]\nroles = ["underwriter"]\nreasons = ["document seen", "other"]\n'
BY_MONEY = '\n[review]\ncapacity_per_day = 100\norder = "expected money"\n'
HOSTILE = '<script>alert(1)</script>" onload="x'


class Browser:
    """Keeps cookies, follows nothing by itself."""

    def __init__(self, service: Service, door: Door) -> None:
        self.service, self.door, self.cookie = service, door, ""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        body = urlencode(form or {}).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"} if method == "POST" else {}
        path, _, query = path.partition("?")
        given = {"host": "localhost", "cookie": self.cookie, **kind, **headers}
        answer = answered(self.service, Request(method, unquote(path), given, body, query=query), self.door)
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return answer

    def get(self, path: str) -> str:
        answer = self.ask("GET", path)
        assert answer.status == 200, text(answer)
        return text(answer)

    def send(self, case: str, **fields: str) -> Answer:
        path = f"queue/cases/{quote(case, safe='')}"
        shown = self.get(path)
        hidden = dict(re.findall(r'type="hidden" name="(form|seen)" value="?([^">]*)', shown))
        return self.ask("POST", path, {**hidden, **fields})


def text(answer: Answer) -> str:
    assert answer.media_type == "text/html; charset=utf-8"
    return answer.body.decode()


@pytest.fixture
def tokens_file(tmp_path: Path) -> Path:
    return tmp_path / "tokens.json"


def bearer(file: Path, clock: Clock) -> Bearer:
    return Bearer(file, today=lambda: clock.now.date())


def test_what_waits_is_listed_in_the_order_of_what_a_right_answer_is_worth(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        decide(service, "small", Income=30.0)
        decide(service, "large", Income=900.0)
        decide(service, "broken", Age="old")
        listed = Browser(service, Loopback()).get("queue")
        assert "3 cases wait for somebody" in listed
        cases = re.findall(r'href="queue/cases/([a-z]+)">', listed)
        assert [case for case in cases if case in ("small", "large", "broken")][-3:] == ["broken", "large", "small"]


def test_an_answer_is_recorded_and_the_next_case_comes(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        decide(service, "a", "b")
        browser = Browser(service, Loopback())
        answer = browser.send("a", action="approve", by="desk 4", reason="known to us")
        assert (answer.status, answer.headers["Location"]) == (303, "./b?done=a")
        (row,) = journal.read(service.recorder.at).actions
        assert (row.case_id, row.action, row.by, row.reason) == ("a", "approve", "desk 4", "known to us")
        assert "1 case waits" in browser.get("queue")
        assert browser.send("b", action="reject", by="desk 4").headers["Location"] == "../../queue?done=b"
        assert "Recorded: reject for case b." in browser.get("queue?done=b")
        assert "Nothing to do." in browser.get("queue")
        again = browser.get("queue/cases/a")
        assert "desk 4 answered approve, because: known to us" in again


def test_a_decided_case_can_be_overridden_by_who_may_and_for_an_agreed_reason(
    tmp_path: Path, clock: Clock, tokens_file: Path
) -> None:
    secret = tokens.new(tokens_file, "desk 4", scopes=[Scope.desk], today=TODAY, roles=["underwriter"])
    intern = tokens.new(tokens_file, "intern", scopes=[Scope.desk], today=TODAY)
    policy = bundles.POLICY.replace("0.3", "0.9").replace("0.7", "0.95")
    with closing(opened(tmp_path, clock, REASONS, policy=policy)) as service:
        decide(service, "a")
        browser = Browser(service, bearer(tokens_file, clock))
        browser.ask("POST", "queue/login", {"token": intern})
        refused = browser.send("a", action="reject", reason="other")
        assert refused.status == 422 and "role is missing" in text(refused)
        browser.ask("POST", "queue/login", {"token": secret})
        assert browser.send("a", action="reject").status == 422
        assert browser.send("a", action="reject", reason="document seen", by="somebody else").status == 303
        (row,) = journal.read(service.recorder.at).actions
        assert (row.by, row.role, row.reason) == ("desk 4", "underwriter", "document seen")


def test_nobody_sees_a_case_without_a_session(tmp_path: Path, clock: Clock, tokens_file: Path) -> None:
    tokens.new(tokens_file, "desk 4", scopes=[Scope.desk], today=TODAY)
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        decide(service, "a")
        browser = Browser(service, bearer(tokens_file, clock))
        assert "Log in" in browser.get("queue") and "queue/cases/a" not in browser.get("queue")
        for method in ("GET", "POST"):
            answer = browser.ask(method, "queue/cases/a", {"action": "approve", "by": "x"})
            assert (answer.status, answer.headers["Location"]) == (303, "../../queue")
        browser.cookie = "golive_session=e30.0000"
        assert "Log in" in browser.get("queue")
        assert not journal.read(service.recorder.at).actions


@pytest.mark.parametrize(("secret", "status"), [("golive_wrong", 401), ("", 401), ("read", 403)])
def test_a_token_that_may_not_work_here_begins_no_session(
    tmp_path: Path, clock: Clock, tokens_file: Path, secret: str, status: int
) -> None:
    tokens.new(tokens_file, "desk 4", scopes=[Scope.desk], today=TODAY)
    read = tokens.new(tokens_file, "shop", scopes=[Scope.read, Scope.decide], today=TODAY)
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        browser = Browser(service, bearer(tokens_file, clock))
        answer = browser.ask("POST", "queue/login", {"token": read if secret == "read" else secret})
        assert answer.status == status and not browser.cookie
        assert read not in text(answer)


def test_a_session_ends_after_a_day_at_the_desk_with_its_token_and_at_the_button(
    tmp_path: Path, clock: Clock, tokens_file: Path
) -> None:
    secret = tokens.new(tokens_file, "desk 4", scopes=[Scope.desk], today=TODAY)
    tokens.new(tokens_file, "other", scopes=[Scope.desk], today=TODAY)
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        decide(service, "a")
        browser = Browser(service, bearer(tokens_file, clock))

        def inside() -> bool:
            return "waits for somebody" in browser.get("queue")

        browser.ask("POST", "queue/login", {"token": secret})
        assert inside()
        clock.now += timedelta(hours=8)
        assert not inside()
        browser.ask("POST", "queue/login", {"token": secret})
        assert inside()
        (key,) = re.findall(r'name="form" value="([0-9a-f]{64})"', browser.get("queue"))
        browser.ask("POST", "queue/logout", {"form": key})
        assert not inside()
        browser.ask("POST", "queue/login", {"token": secret})
        tokens.withdraw(tokens_file, "desk 4")
        assert not inside()


def test_a_form_of_another_page_or_session_is_refused(tmp_path: Path, clock: Clock, tokens_file: Path) -> None:
    secret = tokens.new(tokens_file, "desk 4", scopes=[Scope.desk], today=TODAY)
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        decide(service, "a")
        one, other = (Browser(service, bearer(tokens_file, clock)) for _ in range(2))
        for browser in (one, other):
            browser.ask("POST", "queue/login", {"token": secret})
        (key,) = re.findall(r'name="form" value="([0-9a-f]{64})"', one.get("queue/cases/a"))
        fields = {"action": "approve"}
        assert one.ask("POST", "queue/cases/a", fields).status == 403
        assert other.ask("POST", "queue/cases/a", fields | {"form": key}).status == 403
        assert (
            Browser(service, Loopback()).ask("POST", "queue/cases/a", fields, origin="https://evil.example").status
            == 403
        )
        assert not journal.read(service.recorder.at).actions
        assert one.ask("POST", "queue/cases/a", fields | {"form": key}).status == 303


def test_a_new_token_of_the_same_name_opens_nothing_that_the_old_one_began(
    tmp_path: Path, clock: Clock, tokens_file: Path
) -> None:
    secret = tokens.new(tokens_file, "desk 4", scopes=[Scope.desk], today=TODAY)
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        browser = Browser(service, bearer(tokens_file, clock))
        browser.ask("POST", "queue/login", {"token": secret})
        assert "Log out" in browser.get("queue")
        tokens.withdraw(tokens_file, "desk 4")
        tokens.new(tokens_file, "desk 4", scopes=[Scope.desk], today=TODAY)
        assert "Log out" not in browser.get("queue")


FIELDS = {"action": "approve", "by": "desk 4", "reason": "known"}


@pytest.mark.parametrize("door", [Loopback(), Open()])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "http://localhost"}, 303),
        ({"origin": "http://localhost"}, 303),
        ({}, 303),
        ({"sec-fetch-site": "same-site", "origin": "http://localhost:3000"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://localhost:3000"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_where_nobody_logs_in_the_browser_says_from_where_a_form_comes(
    tmp_path: Path, clock: Clock, door: Door, headers: dict[str, str], status: int
) -> None:
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        decide(service, "a")
        assert Browser(service, door).ask("POST", "queue/cases/a", FIELDS, **headers).status == status
        assert len(journal.read(service.recorder.at).actions) == (status == 303)


def test_a_form_of_one_process_is_taken_by_another_where_nobody_logs_in(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, BY_MONEY)) as one, closing(opened(tmp_path, clock, BY_MONEY)) as other:
        decide(one, "a")
        browser = Browser(one, Open())
        browser.get("queue/cases/a")
        browser.service = other
        assert browser.ask("POST", "queue/cases/a", FIELDS).status == 303


@pytest.mark.parametrize(
    ("host", "origin", "secure"),
    [
        ("localhost:8080", "http://localhost:8080", False),
        ("127.0.0.1:8080", "https://desk.example.org", True),
        ("desk.example.org", "", True),
    ],
)
def test_the_cookie_goes_over_tls_alone_except_on_ones_own_machine(
    tmp_path: Path, clock: Clock, tokens_file: Path, host: str, origin: str, secure: bool
) -> None:
    secret = tokens.new(tokens_file, "desk 4", scopes=[Scope.desk], today=TODAY)
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        browser = Browser(service, bearer(tokens_file, clock))
        answer = browser.ask("POST", "queue/login", {"token": secret}, host=host, origin=origin)
        flags = answer.headers["Set-Cookie"].split("; ")[1:]
        assert ("Secure" in flags) is secure and {"HttpOnly", "SameSite=Strict"} <= set(flags)


def test_text_of_a_case_is_shown_and_never_run(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        case = f"a/b?{HOSTILE}"
        decide(service, case, Town=HOSTILE)
        browser = Browser(service, Open())
        assert HOSTILE not in browser.get("queue")
        shown = browser.get(f"queue/cases/{quote(case, safe='')}")
        assert "<script" not in shown and "&lt;script&gt;" in shown
        answer = browser.send(case, action="nonsense", by=HOSTILE)
        assert answer.status == 422 and "<script" not in text(answer)
        assert browser.send(case, action="reject", by="desk 4").headers["Location"].startswith("../../queue?done=a%2Fb")
        assert "<script" not in browser.get(f"queue?done={quote(case, safe='')}")


def test_what_a_colleague_answered_meanwhile_is_not_written_over(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        decide(service, "a")
        one, other = (Browser(service, Loopback()) for _ in range(2))
        assert "answered" not in other.get("queue/cases/a")
        assert one.send("a", action="reject", by="desk 4").status == 303
        late = other.ask(
            "POST", "queue/cases/a", {"seen": "", "action": "approve", "by": "desk 9"}, origin="http://localhost"
        )
        assert late.status == 422 and "desk 4 answered reject while this page was open" in text(late)
        assert [row.action for row in journal.read(service.recorder.at).actions] == ["reject"]
        assert other.send("a", action="approve", by="desk 9").status == 303  # seen, and changed on purpose


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "The score decided: it lies in the band middle."),
        ({"Age": "old"}, "the fallback decided. The customer reads: “We look at this by hand.”"),
        ({"Age": 18.0}, "The rule young decided: Age &lt; 21"),
    ],
)
def test_a_case_says_what_decided_it(tmp_path: Path, clock: Clock, inputs: dict[str, object], said: str) -> None:
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        decide(service, "a", **inputs)
        assert said in Browser(service, Loopback()).get("queue/cases/a")


def test_only_listed_hosts_may_frame_the_page(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        headers = Browser(service, Loopback()).ask("GET", "queue").headers
        assert headers["Content-Security-Policy"] == "frame-ancestors 'none'" and headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
        framed = Service(
            service.bundle.path, journal=tmp_path / "other.db", unapproved=True, clock=clock,
            frame_hosts=("https://desk.example.org",),
        )  # fmt: skip
        with closing(framed):
            headers = Browser(framed, Loopback()).ask("GET", "queue").headers
            assert headers["Content-Security-Policy"] == "frame-ancestors https://desk.example.org"
            assert "X-Frame-Options" not in headers


@pytest.mark.parametrize("path", ["queue/cases/never", "queue?case=never"])
def test_a_case_that_was_never_decided_is_said_to_be_none(tmp_path: Path, clock: Clock, path: str) -> None:
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        answer = Browser(service, Loopback()).ask("GET", path)
        if answer.status == 303:
            answer = Browser(service, Loopback()).ask("GET", answer.headers["Location"])
        assert answer.status == 404 and "No such case" in text(answer)


def test_what_was_erased_is_not_shown_and_can_still_be_answered(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, BY_MONEY, policy=REVIEW_ALL)) as service:
        decide(service, "a")
        said = journal.Said(by="privacy", reason="asked for", now=clock.now)
        journal.erase(service.recorder.at, ["a"], said)
        browser = Browser(service, Loopback())
        assert "not kept, or were erased" in browser.get("queue/cases/a")
        assert "129" not in browser.get("queue/cases/a")
        assert browser.send("a", action="reject", by="desk 4").status == 303


def test_of_two_who_answer_at_one_moment_the_second_is_told(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, BY_MONEY)) as service:
        decide(service, "a")
        waits = []
        for who, action in (("desk 4", "approve"), ("desk 5", "reject")):
            body = urlencode({"action": action, "by": who, "reason": "known", "seen": ""}).encode()
            headers = {"host": "localhost", "content-type": "application/x-www-form-urlencoded"}
            waits.append(handle(service, Open(), Request("POST", "queue/cases/a", headers, body)))
        answers = [settle(one) for one in waits if isinstance(one, Later)]
        assert [answer.status for answer in answers] == [303, 422]
        assert "desk 4 answered approve while this page was open" in text(answers[1])
        assert [row.by for row in journal.read(service.recorder.at).actions] == ["desk 4"]
