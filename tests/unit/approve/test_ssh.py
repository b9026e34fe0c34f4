"""Signatures by ssh keys: whose counts, over which bytes, for which role, at which time."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from golive.approve.sign import sign
from golive.approve.verify import verify
from golive.cli import run
from golive.engine import signoff, ssh
from golive.engine.approval import FILE, approval, read_chain
from golive.engine.ssh import Signers, principal
from golive.errors import ApprovalError, InputError, WorldError
from golive.records.signoff import Signature
from golive.serve.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.approve.conftest import Loans

needs_ssh = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed: apt-get install openssh-client"
)
pytestmark = needs_ssh
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ANNA, MEI = "anna@example.org", "mei@example.org"


class Keys:
    """Two people with a key each, and the serving side's files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.allowed, self.revoked = folder / "allowed_signers", folder / "revoked"
        self.key = {who: self._made(who) for who in (ANNA, MEI)}
        self.allow()

    def allow(self, options: str = "") -> None:
        """Write allowed_signers, with options for Anna's key."""
        lines = [f"{ANNA} {options} {self.public(ANNA)}".replace("  ", " "), f"{MEI} {self.public(MEI)}"]
        self.allowed.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def public(self, who: str) -> str:
        return " ".join(self.key[who].with_suffix(".pub").read_text(encoding="utf-8").split()[:2])

    def signers(self, **names: tuple[str, ...]) -> Signers:
        found = names or {"risk": (ANNA,), "product": (MEI,)}
        return Signers(self.allowed, found, self.revoked if self.revoked.exists() else None)

    def _made(self, who: str) -> Path:
        key = self.folder / who.partition("@")[0]
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True)
        return key


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    folder = tmp_path / "keys"
    folder.mkdir()
    return Keys(folder)


@pytest.fixture
def signed(checked: Loans, keys: Keys) -> Loans:
    """Signed by Anna for risk, with her key."""
    sign(checked.bundle, role="risk", name=f"Anna <{ANNA}>", key=keys.key[ANNA], now=NOW)
    return checked


def refusal(loans: Loans, signers: Signers | None, role: str = "risk") -> str:
    with pytest.raises(ApprovalError) as caught:
        approval(loans.bundle, roles=[role], signers=signers, today=TODAY)
    return caught.value.message


def test_a_key_that_is_allowed_for_the_role_approves_and_is_named(signed: Loans, keys: Keys) -> None:
    (found,) = approval(signed.bundle, roles=["Risk"], signers=keys.signers(), today=TODAY).approvers
    assert (found.identity, found.name) == ("ssh", f"Anna <{ANNA}>")
    assert found.key.startswith("SHA256:")
    (line,) = verify(signed.bundle, today=TODAY, signers=keys.signers()).lines
    assert line.holds
    assert line.key == found.key


def test_it_can_be_checked_without_golive_as_the_reference_says(signed: Loans, keys: Keys, tmp_path: Path) -> None:
    line = (signed.bundle / FILE).read_text(encoding="utf-8")
    kept = tmp_path / "signature"
    kept.write_text(json.loads(line)["predicate"]["signature"]["value"], encoding="utf-8")
    statement = re.sub(r'"value":"-----[^"]*"\}\},"digest":"[^"]*"\}\n$', '"value":""}}}', line)
    assert json.loads(statement)["predicate"]["role"] == "risk"
    command = ["ssh-keygen", "-Y", "verify", "-f", str(keys.allowed), "-I", ANNA, "-n", "golive", "-s", str(kept)]
    assert subprocess.run(command, input=statement.encode(), capture_output=True).returncode == 0
    changed = statement.replace('"role":"risk"', '"role":"rusk"')
    assert subprocess.run(command, input=changed.encode(), capture_output=True).returncode != 0


def test_without_allowed_signers_no_ssh_signature_serves(signed: Loans) -> None:
    assert "no allowed signers were named" in refusal(signed, None)


def test_the_log_needs_no_allowed_signers_but_says_which_key(signed: Loans) -> None:
    (line,) = verify(signed.bundle, today=TODAY).lines
    assert line.holds
    assert line.key.startswith("SHA256:")


def test_the_name_of_somebody_else_does_not_count_with_ones_own_key(checked: Loans, keys: Keys) -> None:
    sign(checked.bundle, role="risk", name=ANNA, key=keys.key[MEI], now=NOW)
    assert f"not that of an allowed key of `{ANNA}`" in refusal(checked, keys.signers())


def test_who_may_sign_for_another_role_may_not_sign_for_this_one(checked: Loans, keys: Keys) -> None:
    sign(checked.bundle, role="risk", name=MEI, key=keys.key[MEI], now=NOW)
    assert f"`{MEI}` may not sign for `risk`: `{ANNA}` may" in refusal(checked, keys.signers())
    assert "nobody may" in refusal(checked, keys.signers(product=(MEI,)))


def test_a_signature_that_would_not_count_is_refused_before_it_is_written(checked: Loans, keys: Keys) -> None:
    for name, key, role in ((ANNA, MEI, "risk"), (MEI, MEI, "risk"), ("nobody@example.org", ANNA, "product")):
        with pytest.raises(ApprovalError):
            sign(checked.bundle, role=role, name=name, key=keys.key[key], signers=keys.signers(), now=NOW)
    assert (checked.bundle / FILE).read_bytes() == b""


def test_a_key_made_later_or_worn_out_before_does_not_count(signed: Loans, keys: Keys) -> None:
    keys.allow('valid-after="20260101",valid-before="20261231"')
    assert approval(signed.bundle, roles=["risk"], signers=keys.signers(), today=TODAY)
    keys.allow('valid-after="20260302"')
    assert "not yet valid" in refusal(signed, keys.signers())
    keys.allow('valid-before="20260228"')
    assert "expired" in refusal(signed, keys.signers())


def test_the_time_of_signing_is_held_to_the_second_in_utc(
    signed: Loans, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    keys.allow('valid-after="20260301085959",valid-before="20260301090001"')
    assert approval(signed.bundle, roles=["risk"], signers=keys.signers(), today=TODAY)


def test_a_key_for_another_purpose_does_not_count(signed: Loans, keys: Keys) -> None:
    keys.allow('namespaces="git"')
    assert "namespace" in refusal(signed, keys.signers())


def test_a_revoked_key_does_not_count_even_for_what_it_signed_before(signed: Loans, keys: Keys) -> None:
    keys.revoked.write_text(keys.public(ANNA) + "\n", encoding="utf-8")
    assert "not that of an allowed key" in refusal(signed, keys.signers())


def test_a_file_of_keys_that_is_gone_lets_nobody_through(signed: Loans, keys: Keys) -> None:
    signers = Signers(keys.allowed, {"risk": (ANNA,)}, keys.folder / "gone")
    assert "is not there" in refusal(signed, signers)
    keys.allowed.unlink()
    assert "is not there" in refusal(signed, keys.signers())


def changed(loans: Loans, **word: object) -> None:
    """Write the one line again with other words and the same signature, its digest made to fit."""
    (entry,) = read_chain(loans.bundle).entries
    predicate = msgspec.structs.replace(entry.statement.predicate, **word)
    statement = msgspec.structs.replace(entry.statement, predicate=predicate)
    (loans.bundle / FILE).write_bytes(signoff.line(statement))


@pytest.mark.parametrize(
    "word",
    [
        {"role": "product"},
        {"decision": "reject"},
        {"expires": date(2030, 1, 1)},
        {"shown": ()},
        {"although": "do not use"},
    ],
    ids=lambda word: next(iter(word)),
)
def test_words_put_under_a_signature_afterwards_do_not_hold(signed: Loans, keys: Keys, word: dict[str, object]) -> None:
    changed(signed, **word)
    (line,) = verify(signed.bundle, today=TODAY).lines
    assert not line.holds
    assert "does not fit the line" in line.why


def test_a_signature_taken_to_another_line_does_not_hold(signed: Loans, keys: Keys) -> None:
    sign(signed.bundle, role="risk", name=ANNA, decision="withdraw", key=keys.key[ANNA], now=NOW)
    first, last = read_chain(signed.bundle).entries
    again = msgspec.structs.replace(first.statement.predicate, previous=last.digest)
    with (signed.bundle / FILE).open("ab") as file:
        file.write(signoff.line(msgspec.structs.replace(first.statement, predicate=again)))
    assert "not that of an allowed key" in refusal(signed, keys.signers())


def test_a_signature_for_another_bundle_is_about_other_bytes(signed: Loans, keys: Keys) -> None:
    (signed.bundle / "money.toml").write_text("# another\n" + (signed.bundle / "money.toml").read_text())
    assert "`money.toml` was changed" in refusal(signed, keys.signers())


def test_members_after_the_signature_that_nobody_signed_do_not_hold(signed: Loans, keys: Keys) -> None:
    """JSON takes the last of two members with one name: `product` would stand for what `risk` signed."""
    line = (signed.bundle / FILE).read_bytes()[: -signoff.TAIL]
    value = line.rpartition(b'"value":"')[2].removesuffix(b'"}}')
    forged = line[:-2] + b'},"role":"product","signature":{"kind":"ssh","value": "' + value + b'"}}'
    (signed.bundle / FILE).write_bytes(signoff.seal(forged))
    assert read_chain(signed.bundle).entries[0].statement.predicate.role == "product"
    assert "not that of an allowed key" in refusal(signed, keys.signers(product=(ANNA,)), "product")


def test_a_time_before_the_line_above_does_not_count(signed: Loans, keys: Keys) -> None:
    """Who holds a worn-out key could set the clock back to when it was good."""
    (first,) = read_chain(signed.bundle).entries
    early = {"previous": first.digest, "signed_at": "2026-02-01T09:00:00Z"}
    word = msgspec.structs.replace(first.statement.predicate, **early)
    unsigned = msgspec.structs.replace(
        first.statement, predicate=msgspec.structs.replace(word, signature=Signature(kind="ssh"))
    )
    made = ssh.sign(signoff.message(msgspec.json.encode(unsigned)[:-1]), keys.key[ANNA])
    word = msgspec.structs.replace(word, signature=msgspec.structs.replace(Signature(kind="ssh"), value=made))
    with (signed.bundle / FILE).open("ab") as file:
        file.write(signoff.line(msgspec.structs.replace(first.statement, predicate=word)))
    assert "before the line above" in refusal(signed, keys.signers())


def test_golive_does_not_sign_with_a_clock_behind_the_last_line(signed: Loans, keys: Keys) -> None:
    with pytest.raises(ApprovalError, match="the last line was signed at 2026-03-01T09:00:00Z"):
        sign(signed.bundle, role="risk", name=ANNA, key=keys.key[ANNA], now=datetime(2026, 2, 28, tzinfo=UTC))


def test_a_time_that_is_not_yet_does_not_count(signed: Loans, keys: Keys) -> None:
    with pytest.raises(ApprovalError, match="which is not yet"):
        approval(signed.bundle, roles=["risk"], signers=keys.signers(), today=date(2026, 2, 28))


@pytest.mark.parametrize(
    ("made", "said"),
    [(None, "there is no key"), ("no key", "cannot sign"), ("public", "No private key found")],
)
def test_a_key_that_cannot_sign_is_told_and_nothing_is_written(
    checked: Loans, keys: Keys, made: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    key = keys.folder / "other"
    if made is not None:
        key.write_text(keys.public(ANNA) if made == "public" else made, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        sign(checked.bundle, role="risk", name=ANNA, key=key, now=NOW)
    assert not (checked.bundle / FILE).exists() or (checked.bundle / FILE).read_bytes() == b""


def test_without_ssh_keygen_nothing_is_signed_and_nothing_is_believed(
    signed: Loans, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (signed.bundle / FILE).read_bytes()
    monkeypatch.setattr(ssh, "PROGRAM", "ssh-keygen-that-is-not-there")
    for attempt in (
        lambda: sign(signed.bundle, role="risk", name=ANNA, key=keys.key[ANNA], now=NOW),
        lambda: approval(signed.bundle, roles=["risk"], signers=keys.signers(), today=TODAY),
        lambda: verify(signed.bundle, today=TODAY),
    ):
        with pytest.raises(WorldError, match="is not installed") as caught:
            attempt()
        assert caught.value.hint == "apt-get install openssh-client"
    assert (signed.bundle / FILE).read_bytes() == before


def test_where_nothing_can_be_written_nothing_is_believed(
    signed: Loans, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(keys.folder / "not-there"))
    with pytest.raises(WorldError, match="no signature can be checked"):
        approval(signed.bundle, roles=["risk"], signers=keys.signers(), today=TODAY)


def test_a_service_stops_when_the_key_is_revoked_and_goes_on_when_it_is_not(signed: Loans, keys: Keys) -> None:
    keys.revoked.write_text("", encoding="utf-8")
    options = {"roles": ["risk"], "signers": keys.signers(), "clock": lambda: datetime(2026, 3, 2, tzinfo=UTC)}
    with closing(Service(signed.bundle, journal=signed.rows.with_name("j.db"), **options)) as service:  # type: ignore[arg-type]  # by name
        service.gate.check(TODAY)
        keys.revoked.write_text(keys.public(ANNA) + "\n", encoding="utf-8")
        with pytest.raises(ApprovalError, match="not that of an allowed key"):
            service.gate.check(TODAY)
        keys.revoked.write_text("", encoding="utf-8")
        service.gate.check(TODAY)


def test_a_service_that_cannot_check_stops_rather_than_goes_on(
    signed: Loans, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"roles": ["risk"], "signers": keys.signers(), "clock": lambda: datetime(2026, 3, 2, tzinfo=UTC)}
    with closing(Service(signed.bundle, journal=signed.rows.with_name("j.db"), **options)) as service:  # type: ignore[arg-type]  # by name
        monkeypatch.setattr(ssh, "PROGRAM", "ssh-keygen-that-is-not-there")
        keys.allow('valid-after="20260101"')
        with pytest.raises(ApprovalError, match="cannot be checked"):
            service.gate.check(TODAY)


@pytest.mark.parametrize("name", ["Anna Berg <anna@example.org>", " anna@example.org ", "anna@example.org"])
def test_the_principal_is_the_mail_or_the_whole_name(name: str) -> None:
    assert principal(name) == ANNA


def test_a_name_that_looks_like_an_option_is_a_name(checked: Loans, keys: Keys) -> None:
    sign(checked.bundle, role="risk", name="-f/etc/passwd", key=keys.key[ANNA], now=NOW)
    signers = keys.signers(risk=("-f/etc/passwd",))
    assert "not that of an allowed key" in refusal(checked, signers)


@pytest.fixture
def agent(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An agent that holds Anna's key, and no file with it any more."""
    said = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    for name, value in re.findall(r"(SSH_\w+)=([^;]+);", said):
        monkeypatch.setenv(name, value)
    try:
        subprocess.run(["ssh-add", "-q", str(keys.key[ANNA])], check=True)
        keys.key[ANNA].unlink()
        yield
    finally:
        subprocess.run(["ssh-agent", "-k"], capture_output=True, check=True)


@pytest.mark.usefixtures("agent")
def test_a_public_key_signs_through_the_agent(checked: Loans, keys: Keys) -> None:
    public = keys.key[ANNA].with_suffix(".pub")
    sign(checked.bundle, role="risk", name=ANNA, key=public, signers=keys.signers(), now=NOW)
    assert approval(checked.bundle, roles=["risk"], signers=keys.signers(), today=TODAY)


def test_the_command_signs_with_a_key_and_refuses_what_the_project_would_not_take(
    checked: Loans, keys: Keys, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(keys.folder)
    (keys.folder / "golive.toml").write_text(
        f'[approve]\nroles = ["risk"]\nallowed_signers = "allowed_signers"\n[approve.signers]\nrisk = ["{ANNA}"]\n',
        encoding="utf-8",
    )
    bundle = str(checked.bundle)
    as_mei = ["approve", "sign", bundle, "--role", "risk", "--as", MEI, "--key", "mei"]
    assert run(as_mei) == 2
    assert f"`{MEI}` may not sign for `risk`" in capsys.readouterr().err
    assert run(["approve", "sign", bundle, "--role", "risk", "--as", "Anna"]) == 0
    assert "accepts no typed names, so this word serves nothing there" in capsys.readouterr().err
    assert run(["approve", "sign", bundle, "--role", "risk", "--as", ANNA, "--key", "anna"]) == 0
    assert "Signed with an ssh key." in capsys.readouterr().err
    assert run(["approve", "verify", bundle]) == 0
    assert f"{ANNA} for risk (ssh SHA256:" in capsys.readouterr().err
    assert run(["approve", "withdraw", bundle, "--role", "risk", "--as", ANNA, "--key", "anna"]) == 0
    assert run(["approve", "verify", bundle]) == 1
