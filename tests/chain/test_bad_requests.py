"""Bad requests to the running service: refused by name or sent to people, never approved, never half recorded."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.chain.conftest import environment

from golive.engine import journal

GOOD = {"Age": 40, "Amount": 1000, "Time": 36, "Income": 150, "Records": "no"}
START = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from golive.cli import main; main()"
)
SERVE = ("serve", "b.golive", "--role", "risk", "--accept-typed", "--no-auth", "--port", "0", "--journal", "j.db")


class Reply(NamedTuple):
    status: int
    body: Any


@pytest.fixture(scope="module")
def folder(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(made / "b.golive", folder / "b.golive")
    return folder


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """The address of ``golive serve``; it must end well, with one row for each case that was answered with 200."""
    process = subprocess.Popen(
        [sys.executable, "-c", START, *SERVE], cwd=folder, stderr=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stderr is not None
    said = ""
    while not (found := re.search(r"answering on (\S+)", said)):
        line = process.stderr.readline()
        assert line, said
        said += line
    yield found[1]
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 0 and "Traceback" not in rest, rest


def post(url: str, body: bytes) -> Reply:
    request = urllib.request.Request(f"{url}/v1/decisions", body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answered:
            return Reply(answered.status, json.load(answered))
    except urllib.error.HTTPError as exc:
        with exc:
            return Reply(exc.code, json.load(exc))


def recorded(folder: Path) -> list[str]:
    return [row.case_id for row in journal.read(folder / "j.db").decisions]


MALFORMED: dict[str, tuple[bytes, int, str]] = {
    "a number": (b"3", 422, "is not an object"),
    "a text": (b'"approve"', 422, "is not an object"),
    "null": (b"null", 422, "is not an object"),
    "a list of texts": (b'["a", "b"]', 422, "is not an object"),
    "nothing": (b"", 400, "the body is not JSON"),
    "half an object": (b'{"case_id": "c', 400, "the body is not JSON"),
    "NaN": (b'{"case_id": "c", "inputs": {"Age": NaN}}', 400, "`NaN` is not a JSON value; a missing number is null"),
    "a key twice": (b'{"case_id": "c", "case_id": "d"}', 400, "the key `case_id` stands twice"),
    "not UTF-8": ('{"case_id": "ö"}'.encode("latin1"), 400, "is not UTF-8"),
    "no inputs": (b'{"case_id": "c"}', 422, "/inputs"),
    "inputs that are a list": (b'{"case_id": "c", "inputs": []}', 422, "an object: input name -> value"),
    "a field nobody knows": (b'{"case_id": "c", "inputs": {}, "approve": true}', 422, "/approve"),
    "a hostile case id": (b'{"case_id": "\\u001b[2J", "inputs": {}}', 422, "text of 1 to 200 printable characters"),
    "a million and one bytes": (b'{"case_id": "' + b"c" * 999_990 + b'"}', 413, "longer than 1,000,000 bytes"),
    "too many cases": (json.dumps([{}] * 1001).encode(), 422, "at most 1,000 entries"),
    "too deep": (b"[" * 100_000 + b"]" * 100_000, 400, "the body is "),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_request_without_form_is_refused_and_not_recorded(name: str, url: str, folder: Path) -> None:
    body, status, said = MALFORMED[name]
    before = recorded(folder)
    reply = post(url, body)
    assert reply.status == status
    assert reply.body["title"] and said in json.dumps(reply.body, ensure_ascii=False)
    assert recorded(folder) == before


BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "a missing input": ({"Age": ...}, "Age", "absent"),
    "a null that may not be": ({"Age": None}, "Age", "null"),
    "text for a number": ({"Age": "40"}, "Age", "the text '40'"),
    "a boolean for a number": ({"Age": True}, "Age", "the boolean True"),
    "a number for text": ({"Records": 0}, "Records", "0"),
    "an unknown category": ({"Records": "</script>"}, "Records", "'</script>' was never seen in training"),
    "a list": ({"Age": [40]}, "Age", "the list"),
    "a whole number beyond doubles": ({"Age": 2**60}, "Age", "beyond 2**53"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_case_that_breaks_the_contract_goes_to_people_and_is_recorded(name: str, url: str, folder: Path) -> None:
    change, field, said = BROKEN[name]
    inputs = {known: value for known, value in {**GOOD, **change}.items() if value is not ...}
    reply = post(url, json.dumps({"case_id": name, "inputs": inputs}).encode())
    assert (reply.status, reply.body["decision"], reply.body["fallback"]) == (200, "review", True)
    assert reply.body["score"] is None
    (problem,) = reply.body["problems"]
    assert problem["field"] == field and said in problem["problem"]
    assert recorded(folder)[-1] == name


def test_one_bad_entry_refuses_the_whole_list(url: str, folder: Path) -> None:
    before = recorded(folder)
    reply = post(url, json.dumps([{"case_id": "one", "inputs": GOOD}, {"case_id": "two"}]).encode())
    assert reply.status == 422 and "/1/inputs" in json.dumps(reply.body)
    assert recorded(folder) == before


def test_after_all_that_a_good_case_is_decided_and_the_journal_holds(url: str, folder: Path) -> None:
    reply = post(url, json.dumps({"case_id": "good", "inputs": GOOD}).encode())
    assert (reply.status, reply.body["fallback"]) == (200, False)
    assert recorded(folder)[-1] == "good"
    assert journal.verify(folder / "j.db").broken is None
