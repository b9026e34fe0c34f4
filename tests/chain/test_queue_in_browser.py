"""The page of the queue in a real browser: by keyboard alone, at the width of a phone, without a word of complaint."""

from __future__ import annotations

import json
import urllib.request
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from tests.chain import chromium
from tests.conformance import bundles
from tests.unit.serve.test_routing import MONEY, REVIEW_ALL

from golive.engine import journal
from golive.records.tokens import Scope
from golive.serve import tokens
from golive.serve.door import Bearer
from golive.serve.server import listen, server_of, serving, url_of
from golive.serve.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chain.chromium import Page

pytestmark = pytest.mark.skipif(chromium.CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    policy = REVIEW_ALL + "\n[review]\ncapacity_per_day = 9\n"
    made = bundles.bundle(tmp_path / "small.golive", signed=False, policy=policy)
    (made / "money.toml").write_text(MONEY, encoding="utf-8")
    return made


@pytest.fixture
def served(bundle: Path, tmp_path: Path) -> Iterator[tuple[str, str, Path]]:
    file, today = tmp_path / "tokens.json", datetime.now(UTC).date()
    desk = tokens.new(file, "desk 4", scopes=[Scope.desk], today=today)
    shop = tokens.new(file, "shop", scopes=[Scope.decide], today=today)
    service = Service(bundle, journal=tmp_path / "journal.db", unapproved=True)
    with closing(service), closing(listen("127.0.0.1", 0)) as listening:
        server = server_of(service, Bearer(file, today=lambda: today))
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        decide(url_of(listening), authorization=f"Bearer {shop}")
        try:
            yield url_of(listening), desk, tmp_path / "journal.db"
        finally:
            server.should_exit = True
            thread.join()


def decide(url: str, **headers: str) -> None:
    cases = [{"case_id": f"case {number}", "inputs": bundles.GOOD} for number in (1, 2)]
    headers["content-type"] = "application/json"
    asked = urllib.request.Request(f"{url}/v1/decisions", json.dumps(cases).encode(), headers)
    with urllib.request.urlopen(asked) as answered:
        assert answered.status == 200


def test_a_day_at_the_desk_by_keyboard_alone(served: tuple[str, str, Path]) -> None:
    url, desk, log = served
    with chromium.browser() as page:
        page.visit(f"{url}/queue", width=390)
        page.type(desk)
        page.follow("Enter")
        assert "2 cases wait" in heading(page)
        assert page.run("document.documentElement.scrollWidth") <= 390  # wide tables scroll inside their own box
        page.follow("Enter")
        for number, rest in ((1, "Case case 2"), (2, "0 cases wait")):
            assert heading(page) == f"Case case {number}"
            page.press("Tab")  # to the answers: none is chosen yet
            assert page.run("document.querySelectorAll('input:checked').length") == 0
            page.press("ArrowDown")
            page.press("Tab")
            page.type("known to us")
            page.follow("Enter")
            assert rest in heading(page)
        assert not page.said
    assert [(row.case_id, row.action, row.by, row.reason) for row in journal.read(log).actions] == [
        ("case 1", "reject", "desk 4", "known to us"),
        ("case 2", "reject", "desk 4", "known to us"),
    ]


def test_on_ones_own_machine_a_case_is_answered_without_a_token(bundle: Path, tmp_path: Path) -> None:
    log = tmp_path / "journal.db"
    with serving(bundle, journal=log, unapproved=True) as server, chromium.browser() as page:
        decide(server.url)
        page.visit(f"{server.url}/queue/cases/case%202", width=390)
        page.press("Tab")
        page.press("ArrowDown")
        page.press("Tab")
        page.press("Tab")
        page.type("desk 4")
        page.follow("Enter")
        assert heading(page) == "Case case 1"
    assert [(row.case_id, row.action, row.by) for row in journal.read(log).actions] == [("case 2", "reject", "desk 4")]


def heading(page: Page) -> str:
    return str(page.run("document.querySelector('h1').textContent"))
