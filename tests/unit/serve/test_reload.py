"""What is served while files change: a new bundle behind the alias is taken up, a bundle that is written to is not."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.conformance import bundles
from tests.unit.serve.asking import answered

from golive.engine.approval import FILE
from golive.errors import WorldError
from golive.serve.handlers import Request
from golive.serve.service import Served, Service


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return bundles.bundle(tmp_path / "old.golive")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    policy = bundles.POLICY.replace('version = "1"', 'version = "2"')
    assert policy != bundles.POLICY
    return bundles.bundle(tmp_path / "new.golive", policy=policy, shapley=bundles.SHAPLEY)


@pytest.fixture
def service(old: Path, tmp_path: Path) -> Iterator[Service]:
    """A service that looks at every request, behind an alias of the old bundle."""
    (tmp_path / "live").symlink_to(old.name)
    with closing(serve(tmp_path / "live", tmp_path)) as service:
        yield service


def serve(path: Path, folder: Path) -> Service:
    return Service(path, journal=folder / "journal.db", roles=bundles.ROLES, accept_typed=True, every=0)


def asked(service: Service, path: str = "health/ready") -> tuple[int, bytes]:
    answer = answered(service, Request("GET", path, {}, b""))
    return answer.status, answer.body


def lead(alias: Path, to: Path) -> None:
    alias.with_name("next").symlink_to(to.name)
    alias.with_name("next").replace(alias)


def renewed(service: Service) -> None:
    service.look()
    assert service.renewing is not None
    service.renewing.join()


def test_where_the_alias_leads_is_served_from_then_on(service: Service, new: Path) -> None:
    assert asked(service)[0] == 200
    lead(new.with_name("live"), new)
    renewed(service)
    assert service.bundle.path == new
    assert service.served.policy_name == "small/2"
    assert asked(service)[0] == 200


def test_what_is_being_answered_is_finished_as_it_was_begun(service: Service, new: Path) -> None:
    served = service.checked()
    lead(new.with_name("live"), new)
    renewed(service)
    assert served.policy_name == "small/1"
    assert served.bundle.decide(bundles.GOOD).policy == served.bundle.policy_digest != service.bundle.policy_digest


@pytest.mark.parametrize("fault", ["unsigned", "gone", "changed"])
def test_what_cannot_be_served_is_not_taken_up_and_the_log_says_why(
    service: Service, old: Path, new: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    if fault == "unsigned":
        (new / FILE).unlink()
    elif fault == "gone":
        shutil.rmtree(new)
    else:
        (new / "graph.json").write_bytes(b"{}")
    lead(new.with_name("live"), new)
    renewed(service)
    assert service.bundle.path == old
    assert asked(service)[0] == 200
    assert "`live` is not taken up, the bundle before it goes on" in caplog.text


def test_the_same_folder_is_opened_again_when_told(old: Path, new: Path, tmp_path: Path) -> None:
    with closing(serve(old, tmp_path)) as service:
        shutil.rmtree(old)
        new.rename(old)
        assert asked(service)[0] == 503
        assert service.reload()
        assert asked(service)[0] == 200
        assert service.served.policy_name == "small/2"


def test_of_two_reloads_at_once_the_later_one_stands(
    service: Service, old: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, going = threading.Event(), threading.Event()
    open_now = Service._open

    def slow(self: Service) -> Served:
        found = open_now(self)
        if not opening.is_set():  # the first one is held up once it has read where the alias leads
            opening.set()
            going.wait(timeout=10)
        return found

    monkeypatch.setattr(Service, "_open", slow)
    service.reload_beside()
    first = service.renewing
    assert first is not None and opening.wait(timeout=10)
    lead(new.with_name("live"), new)
    service.look()
    second = service.renewing
    assert second is not None and second is not first
    second.join(timeout=0.05)
    going.set()
    first.join()
    second.join()
    assert service.bundle.path == new


def test_what_the_world_kept_from_being_taken_up_is_tried_again(
    service: Service, old: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(at: object) -> None:
        raise WorldError("the journal is locked")

    lead(new.with_name("live"), new)
    with monkeypatch.context() as patched:
        patched.setattr("golive.serve.heads.seen", locked)
        renewed(service)
    assert service.bundle.path == old
    renewed(service)
    assert service.bundle.path == new


@pytest.mark.parametrize("name", ["graph.json", "arrays.bin", "policy.toml", "policy/graph.json", "manifest.json",
                                  "money.toml", "evidence/evidence.json"])  # fmt: skip
def test_a_bundle_that_is_written_to_decides_nothing_until_it_is_whole_again(
    service: Service, old: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    whole = (old / name).read_bytes()
    (old / name).write_bytes(whole[: len(whole) // 2])
    status, body = asked(service)
    assert (status, b"urn:golive:problem:bundle" in body) == (503, True)
    assert asked(service)[0] == 503
    assert asked(service, "health/live")[0] == 200
    assert "nothing is decided" in caplog.text
    (old / name).write_bytes(whole)
    assert asked(service)[0] == 200
    assert "whole again" in caplog.text


@pytest.mark.parametrize("name", ["graph.json", "policy.toml"])
def test_a_file_that_is_removed_is_noticed(service: Service, old: Path, name: str) -> None:
    (old / name).unlink()
    assert asked(service)[0] == 503


def test_a_file_that_is_added_is_noticed(service: Service, old: Path) -> None:
    (old / "evidence" / "more.json").write_text("{}")
    assert asked(service)[0] == 503


def test_the_same_bytes_written_again_are_the_same_bundle(service: Service, old: Path) -> None:
    (old / "graph.json").write_bytes((old / "graph.json").read_bytes())
    assert asked(service)[0] == 200
