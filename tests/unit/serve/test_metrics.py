"""What is counted: decisions, requests, refusals, times; nothing of a person, and few labels whatever is sent."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.conformance import bundles
from tests.unit.serve.asking import answered

from golive.serve import routes
from golive.serve.board import Board
from golive.serve.handlers import Request
from golive.serve.metrics import EDGES, Metrics, text
from golive.serve.service import Service

JSON = {"content-type": "application/json"}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    bundle = bundles.bundle(tmp_path / "small.golive")
    with closing(Service(bundle, journal=tmp_path / "j.db", roles=bundles.ROLES, accept_typed=True)) as service:
        yield service


def ask(service: Service, method: str, path: str, document: object = None) -> str:
    request = Request(method, path, JSON, json.dumps(document).encode())
    answer = answered(service, request)
    routes.count(service, request, answer, 0.0)
    return answer.body.decode()


def test_decisions_are_counted_by_action_band_rule_and_fallback(service: Service) -> None:
    for number in range(3):
        ask(service, "POST", "v1/decisions", {"case_id": f"c-{number}", "inputs": bundles.GOOD})
    ask(service, "POST", "v1/decisions", {"case_id": "broken", "inputs": {}})
    decided = service.bundle.decide(bundles.GOOD)
    told = ask(service, "GET", "metrics")
    line = f'golive_decisions_total{{action="{decided.action}",band="{decided.band}",rule="",fallback="false"}} 3'
    assert line in told.splitlines()
    assert 'golive_decisions_total{action="review",band="",rule="",fallback="true"} 1' in told.splitlines()
    assert "golive_journal_seconds_count 4" in told.splitlines()


def test_refusals_are_counted_by_their_kind_and_foreign_paths_together(service: Service) -> None:
    ask(service, "POST", "v1/decisions", {"case_id": "c-1"})
    for path in ("wp-login.php", "a/b/c", "v1/secret"):
        ask(service, "GET", path)
    ask(service, "BREW", "docs")
    told = ask(service, "GET", "metrics").splitlines()
    assert 'golive_problems_total{problem="wrong-fields"} 1' in told
    assert 'golive_requests_total{method="GET",route="unknown",status="404"} 3' in told
    assert 'golive_requests_total{method="other",route="docs",status="405"} 1' in told


def test_case_ids_and_inputs_are_nowhere_in_it(service: Service) -> None:
    ask(service, "POST", "v1/decisions", {"case_id": "Jane-Doe", "inputs": {**bundles.GOOD, "Town": "Atlantis"}})
    ask(service, "GET", "v1/decisions/Jane-Doe")
    told = ask(service, "GET", "metrics")
    assert "Jane" not in told
    assert "Atlantis" not in told
    assert 'route="v1/decisions/{case_id}"' in told


def test_what_is_served_and_whether_it_is_approved(service: Service) -> None:
    told = ask(service, "GET", "metrics").splitlines()
    assert "golive_approved 1" in told
    (info,) = (line for line in told if line.startswith("golive_bundle_info{"))
    assert service.bundle.id in info
    assert 'policy="small/1"' in info


def test_a_histogram_counts_up_to_all_and_adds_up_seconds() -> None:
    metrics = Metrics()
    for seconds in (0.0001, 0.0005, 0.003, 7.0):
        metrics.time("golive_request_seconds", seconds)
    told = text(metrics.counts, {}).splitlines()
    bins = [int(line.rpartition(" ")[2]) for line in told if line.startswith("golive_request_seconds_bucket")]
    assert len(bins) == len(EDGES) + 1
    assert bins == sorted(bins)
    assert (bins[0], bins[-1]) == (2, 4)
    assert "golive_request_seconds_count 4" in told


def test_every_line_is_in_the_text_form(service: Service) -> None:
    metrics = Metrics()
    metrics.count("golive_decisions_total", 'a"b\\c\nd', "", "", "false")
    line = re.compile(r'(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="([^"\\\n]|\\["\\n])*",?)+\})? [0-9.e+-]+)')
    for told in (ask(service, "GET", "metrics"), text(metrics.counts, {})):
        assert [one for one in told.splitlines() if not line.fullmatch(one)] == []


def test_what_is_counted_is_read_while_other_threads_count() -> None:
    counted, before = Metrics(), sys.getswitchinterval()
    counted.share(Board(1), 0)

    def go_on() -> None:
        for number in range(3_000):
            counted.count("golive_reloads_total", str(number))

    thread = threading.Thread(target=go_on)
    sys.setswitchinterval(1e-6)
    try:
        thread.start()
        while thread.is_alive():
            counted.total()
    finally:
        thread.join()
        sys.setswitchinterval(before)
    assert len(counted.total()) == 3_000
