"""A rule change can be taken back, and no way around a rejection or a withdrawal that was seen is opened by that.

Whoever attacks here can write the bundle folders and turn the alias, but not the journal.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.conformance import bundles
from tests.unit.serve.asking import ready

from golive.engine.approval import FILE
from golive.engine.journal import address
from golive.errors import ApprovalError
from golive.serve import heads
from golive.serve.service import Service

NEW = bundles.POLICY.replace('version = "1"', 'version = "2"')


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return bundles.bundle(tmp_path / "old.golive")


@pytest.fixture
def new(old: Path) -> Path:
    """A copy with another rule, signed below the words about the old one."""
    made = old.with_name("new.golive")
    shutil.copytree(old, made)
    rule(made, NEW)
    return made


@pytest.fixture
def service(old: Path, tmp_path: Path) -> Iterator[Service]:
    (tmp_path / "live").symlink_to(old.name)
    with closing(serve(tmp_path / "live")) as service:
        yield service


def serve(path: Path) -> Service:
    return Service(path, journal=path.parent / "journal.db", roles=bundles.ROLES, accept_typed=True, every=0)


def rule(bundle: Path, policy: str, *, sign: bool = True) -> None:
    bundles.add_policy(bundle, policy)
    for role in bundles.ROLES if sign else ():
        bundles.sign(bundle, role)


def lead(bundle: Path) -> None:
    bundle.with_name("next").symlink_to(bundle.name)
    bundle.with_name("next").replace(bundle.with_name("live"))


def test_a_rule_change_is_taken_back_and_taken_up_again_also_after_a_restart(
    service: Service, old: Path, new: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for bundle, policy in ((new, "small/2"), (old, "small/1"), (new, "small/2"), (old, "small/1")):
        lead(bundle)
        assert service.reload()
        assert (service.served.policy_name, ready(service)) == (policy, 200)
    assert "`old.golive` answers now, policy small/1 of sha256:" in caplog.text
    serve(old.with_name("live")).close()


@pytest.mark.parametrize("word", ["withdraw", "reject"])
def test_a_word_against_it_that_a_running_service_saw_cannot_be_cut_off(service: Service, old: Path, word: str) -> None:
    before = (old / FILE).read_bytes()
    bundles.sign(old, "risk", decision=word)
    assert ready(service) == 503
    (old / FILE).write_bytes(before)
    assert ready(service) == 503
    with pytest.raises(ApprovalError, match="removed or rewritten"):
        serve(old.with_name("live"))


@pytest.mark.parametrize("word", ["withdraw", "reject"])
def test_a_word_against_it_that_was_seen_cannot_be_rolled_back_behind(
    service: Service, old: Path, new: Path, word: str
) -> None:
    before = (old / FILE).read_bytes()
    bundles.sign(old, "risk", decision=word)
    assert ready(service) == 503
    lead(new)
    assert service.reload()
    (old / FILE).write_bytes(before)
    lead(old)
    assert not service.reload()
    assert service.served.policy_name == "small/2"


def test_a_withdrawal_seen_below_a_newer_rule_counts_for_the_old_one(service: Service, old: Path) -> None:
    """The old rule is withdrawn and the new one signed in one chain, which is all that the service sees."""
    new = old.with_name("new.golive")
    shutil.copytree(old, new)
    bundles.sign(new, "risk", decision="withdraw")
    rule(new, NEW)
    lead(new)
    assert service.reload()
    lead(old)
    assert not service.reload()
    with pytest.raises(ApprovalError, match="a line that was seen before about these very files"):
        serve(old)


def test_a_withdrawal_seen_in_a_bundle_that_was_refused_stays_seen(service: Service, old: Path) -> None:
    withdrawn = old.with_name("withdrawn.golive")
    shutil.copytree(old, withdrawn)
    bundles.sign(withdrawn, "product", decision="withdraw")
    lead(withdrawn)
    assert not service.reload()
    with pytest.raises(ApprovalError, match="removed or rewritten"):
        serve(old)


def test_a_copy_with_the_longer_chain_heals_the_shorter_one(service: Service, old: Path) -> None:
    new = old.with_name("new.golive")
    shutil.copytree(old, new)
    bundles.sign(new, "risk")
    rule(new, NEW)
    lead(new)
    assert service.reload()
    lead(old)
    assert not service.reload()
    shutil.copy(new / FILE, old / FILE)
    assert service.reload()
    assert service.served.policy_name == "small/1"


@pytest.mark.parametrize("name", ["money.toml", "evidence/report.html"])
def test_words_about_other_prices_or_another_report_are_other_words(service: Service, old: Path, name: str) -> None:
    new = old.with_name("new.golive")
    shutil.copytree(old, new)
    (new / name).write_text("others\n", encoding="utf-8")
    for role in bundles.ROLES:
        bundles.sign(new, role)
    for bundle in (new, old):
        lead(bundle)
        assert service.reload()


def cut(chain: bytes) -> bytes:
    return chain[: chain.index(b"\n") + 1]


def junk(chain: bytes) -> bytes:
    return chain + b"{}\n"


@pytest.mark.parametrize("spoil", [cut, junk])
def test_a_chain_that_does_not_hold_teaches_nothing(
    service: Service, old: Path, spoil: Callable[[bytes], bytes]
) -> None:
    """Else a slip of the disk could never be mended."""
    whole = (old / FILE).read_bytes()
    (old / FILE).write_bytes(spoil(whole))
    assert ready(service) == 503
    (old / FILE).write_bytes(whole)
    assert ready(service) == 200


def test_what_was_seen_is_only_added_to(service: Service, old: Path, new: Path) -> None:
    at = address(old.parent / "journal.db")
    first = heads.looked_up(at)
    lead(new)
    assert service.reload()
    both = heads.looked_up(at)
    assert first.items() < both.items()
    assert len(set(both.values())) == 2, "the files of either rule"
    lead(old)
    assert service.reload()
    assert heads.looked_up(at) == both
