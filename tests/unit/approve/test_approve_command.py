"""``golive approve`` on the command line: from draft to verify, with its exit codes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest

from golive.cli import run
from golive.engine.approval import FILE

if TYPE_CHECKING:
    from .conftest import Loans


def approve(*arguments: object) -> int:
    return run(["approve", *map(str, arguments)])


@pytest.fixture
def signed(loans: Loans) -> Loans:
    assert approve("draft", loans.bundle) == 0
    assert approve("check", loans.bundle) == 0
    assert approve("rehearse", loans.bundle, "--rows", loans.rows, "--outcome", "Status", "--event", "bad") == 0
    assert approve("sign", loans.bundle, "--role", "risk", "--as", "A. Signer") == 0
    return loans


def test_the_whole_way_ends_with_a_chain_that_holds(signed: Loans, capsys: pytest.CaptureFixture[str]) -> None:
    assert approve("sign", signed.bundle, "--role", "product", "--as", "B. Owner", "--condition", "500 a day") == 0
    capsys.readouterr()
    assert approve("log", signed.bundle) == 0
    assert approve("verify", signed.bundle) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "A. Signer for risk (typed): approve" in said.err
    assert "condition: 500 a day" in said.err
    assert "2 approvals hold" in said.err


def test_the_numbers_stand_before_the_signature(signed: Loans, capsys: pytest.CaptureFixture[str]) -> None:
    assert approve("sign", signed.bundle, "--role", "product", "--as", "B. Owner") == 0
    said = capsys.readouterr().err
    assert said.index("the policy earns per 1,000 cases") < said.index("B. Owner, for product: approve")
    assert "weak identity" in said


def test_machines_get_the_records(signed: Loans, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert approve("verify", signed.bundle, "--json") == 0
    verified = msgspec.json.decode(capfdbinary.readouterr().out)
    assert verified["format"] == "verified/2"
    assert [line["holds"] for line in verified["lines"]] == [True]


def test_a_changed_byte_makes_verify_leave_with_1(signed: Loans, capsys: pytest.CaptureFixture[str]) -> None:
    path = signed.bundle / FILE
    path.write_bytes(path.read_bytes().replace(b"A. Signer", b"B. Signer"))
    assert approve("verify", signed.bundle) == 1
    said = capsys.readouterr().err
    assert "line 1  BROKEN" in said
    assert "B. Signer" in said and "A. Signer" in said


def test_an_edited_policy_makes_verify_leave_with_1(signed: Loans, capsys: pytest.CaptureFixture[str]) -> None:
    path = signed.bundle / "policy.toml"
    path.write_text(path.read_text(encoding="utf-8") + "# one more\n", encoding="utf-8")
    assert approve("verify", signed.bundle) == 1
    assert "`policy.toml` was changed" in capsys.readouterr().err


def test_a_rejection_is_no_approval(signed: Loans) -> None:
    assert approve("sign", signed.bundle, "--role", "risk", "--as", "A. Signer", "--reject") == 0
    assert approve("verify", signed.bundle) == 1


def test_nothing_is_written_over_without_force(signed: Loans, capsys: pytest.CaptureFixture[str]) -> None:
    before = (signed.bundle / "policy.toml").read_bytes()
    assert approve("draft", signed.bundle) == 2
    assert "already there" in capsys.readouterr().err
    assert (signed.bundle / "policy.toml").read_bytes() == before


def test_a_draft_can_be_written_elsewhere(signed: Loans) -> None:
    out = signed.bundle.parent / "mine" / "policy.toml"
    assert approve("draft", signed.bundle, "--out", out) == 0
    assert out.read_bytes() == (signed.bundle / "policy.toml").read_bytes()


@pytest.mark.parametrize("verb", ["draft", "check", "log", "verify"])
def test_no_bundle_is_bad_input(verb: str, loans: Loans) -> None:
    assert approve(verb, loans.bundle.parent / "nowhere") == 2


def test_a_zip_is_read_only_and_said_to_be(signed: Loans, capsys: pytest.CaptureFixture[str]) -> None:
    packed = shutil.make_archive(str(signed.bundle), "zip", signed.bundle)
    for arguments in (["draft"], ["check"], ["verify"], ["sign", "--role", "risk", "--as", "A"]):
        assert approve(arguments[0], packed, *arguments[1:]) == 2
        assert "unpack a zip" in capsys.readouterr().err


def test_a_withdrawal_is_a_word_of_its_own(signed: Loans, capsys: pytest.CaptureFixture[str]) -> None:
    assert approve("withdraw", signed.bundle, "--role", "risk", "--as", "A. Signer") == 0
    assert "A. Signer, for risk: withdraw" in capsys.readouterr().err
    assert approve("verify", signed.bundle) == 1


def test_the_signer_reads_which_condition_golive_will_hold(signed: Loans, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--condition", "at most 500 a day", "--condition", "ask legal first")
    assert approve("sign", signed.bundle, "--role", "legal", "--as", "L", *given) == 0
    said = capsys.readouterr().err
    assert "condition `at most 500 a day`: golive will enforce this: rule and bands decide at most 500 cases" in said
    assert "condition `ask legal first`: this is text for people; nothing enforces it" in said
    assert approve("log", signed.bundle) == 0
    assert "condition (held by golive): at most 500 a day; condition: ask legal first" in capsys.readouterr().err


def test_a_condition_that_cannot_be_meant_is_refused_before_anything_is_signed(signed: Loans) -> None:
    before = (signed.bundle / FILE).read_bytes()
    given = ("--condition", "at most 500 a day until 2027-02-30")
    assert approve("sign", signed.bundle, "--role", "legal", "--as", "L", *given) == 2
    assert (signed.bundle / FILE).read_bytes() == before


def test_a_changed_file_of_the_build_makes_verify_leave_with_1(
    signed: Loans, capsys: pytest.CaptureFixture[str]
) -> None:
    path = signed.bundle / "arrays.bin"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert approve("verify", signed.bundle) == 1
    assert "BUILD CHANGED: `arrays.bin` was changed" in capsys.readouterr().err


def test_approving_and_watching_never_load_the_training_stack(signed: Loans) -> None:
    """In a fresh interpreter with pandas installed, through every verb that works on rows, prices and chains."""
    code = f"""
import sys
from golive.cli import run
bundle, rows = {str(signed.bundle)!r}, {str(signed.rows)!r}
assert run(["approve", "check", bundle]) == 0
assert run(["approve", "rehearse", bundle, "--rows", rows, "--outcome", "Status"]) == 0
assert run(["approve", "draft", bundle, "--force"]) == 0
assert run(["approve", "sign", bundle, "--role", "risk", "--as", "A. Signer"]) == 0
assert run(["approve", "verify", bundle]) == 0
import golive.watch.keep
print("LOADED", *[name for name in ("pandas", "sklearn", "lightgbm", "matplotlib", "scipy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["LOADED"]


def test_check_prints_the_policy_it_read_and_says_what_the_service_does(
    loans: Loans, capsys: pytest.CaptureFixture[str]
) -> None:
    assert approve("draft", loans.bundle) == 0
    path = loans.bundle / "policy.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n[effective]\nuntil = 2099-12-31\n", encoding="utf-8")
    capsys.readouterr()
    assert approve("check", loans.bundle, "--json") == 0
    printed = msgspec.json.decode(capsys.readouterr().out)
    assert printed["format"] == "policy/1"
    assert printed["routing"]["effective"]["last"] == "2099-12-31"
    assert approve("check", loans.bundle) == 0
    assert "done by the service: effective: from the start until 2099-12-31" in capsys.readouterr().err


def project(loans: Loans, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Stand in a folder with this golive.toml."""
    monkeypatch.chdir(loans.bundle.parent)
    (loans.bundle.parent / "golive.toml").write_text(text, encoding="utf-8")


def test_verify_leaves_with_1_while_a_role_of_the_project_is_missing(
    signed: Loans, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project(signed, monkeypatch, '[approve]\nroles = ["risk", "product"]\naccept_typed = true\n')
    assert approve("verify", signed.bundle) == 1
    said = capsys.readouterr().err
    assert "MISSING: no approval for `product` counts" in said
    assert "--role product" in said.splitlines()[-1]
    assert approve("sign", signed.bundle, "--role", "product", "--as", "B. Owner") == 0
    assert approve("verify", signed.bundle) == 0
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("next: golive serve")
    assert "--config" in last
    assert "--accept-typed" not in last


def test_verify_leaves_with_1_where_the_project_takes_no_typed_names(
    signed: Loans, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project(signed, monkeypatch, '[approve]\nroles = ["risk"]\n')
    assert approve("verify", signed.bundle) == 1
    assert "--key KEY" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("verb", ["log", "verify"])
def test_the_settings_are_read_and_named_once(
    verb: str, signed: Loans, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project(signed, monkeypatch, '[approve]\nroles = ["risk"]\naccept_typed = true\n')
    assert approve(verb, signed.bundle) == 0
    assert capsys.readouterr().err.count("settings from") == 1


def test_verify_leaves_with_1_while_a_rejection_stands(signed: Loans, capsys: pytest.CaptureFixture[str]) -> None:
    assert approve("sign", signed.bundle, "--role", "legal", "--as", "C", "--reject") == 0
    assert approve("verify", signed.bundle) == 1
    said = capsys.readouterr().err
    assert "1 approval holds for the files" in said
    assert "REJECTED: C for legal rejected it in line 2, and that stands" in said
    assert "golive serve" not in said
    assert approve("sign", signed.bundle, "--role", "legal", "--as", "C") == 0
    assert approve("verify", signed.bundle) == 0


def test_the_page_finds_the_brief_beside_the_bundle(
    signed: Loans, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    brief = '[roles]\nlegal = "counsel"\n[sign]\nroles = ["legal"]\n'
    (signed.bundle.parent / "brief.toml").write_text(brief, encoding="utf-8")
    assert approve("page", signed.bundle) == 0
    assert "Still to sign: legal" in (signed.bundle.parent / "loans.approve.html").read_text(encoding="utf-8")
