"""An alias leads to approved bundles only, is replaced in one step, and remembers what it led to."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conformance import bundles

from golive.cli import run
from golive.engine.approval import FILE
from golive.errors import GoliveError, InputError, WorldError
from golive.serve.alias import Trust, history, promote, rollback

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TRUST = Trust(bundles.ROLES, True, None)
OPTIONS = ["--role", "risk", "--role", "product", "--accept-typed"]


@pytest.fixture
def alias(tmp_path: Path) -> Path:
    for name, version in (("one", "1"), ("two", "2"), ("three", "3")):
        policy = bundles.POLICY.replace('version = "1"', f'version = "{version}"')
        bundles.bundle(tmp_path / f"{name}.golive", policy=policy)
    return tmp_path / "live"


def lead(alias: Path, name: str) -> None:
    promote(alias.with_name(f"{name}.golive"), alias, trust=TRUST, now=NOON)


def back(alias: Path) -> None:
    rollback(alias, trust=TRUST, now=NOON)


def leads_to(alias: Path) -> str:
    assert alias.is_symlink()
    return alias.resolve().stem


def test_it_leads_to_what_was_promoted_last_and_back_one_step_at_a_time(alias: Path) -> None:
    seen = []
    for name in ("one", "two", "three"):
        lead(alias, name)
        seen.append(leads_to(alias))
    back(alias)
    seen.append(leads_to(alias))
    back(alias)
    seen.append(leads_to(alias))
    lead(alias, "three")
    back(alias)
    seen.append(leads_to(alias))
    assert seen == ["one", "two", "three", "two", "one", "one"]
    kinds = [line.kind for line in history(alias)]
    assert kinds == ["promote", "promote", "promote", "rollback", "rollback", "promote", "rollback"]


def test_a_promotion_that_was_written_down_and_not_done_is_passed_over(
    alias: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, target: object) -> None:
        raise OSError(28, "No space left on device")

    lead(alias, "one")
    lead(alias, "two")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "symlink_to", full)
        with pytest.raises(WorldError, match="No space left"):
            lead(alias, "three")
        with pytest.raises(WorldError, match="No space left"):
            back(alias)
    assert leads_to(alias) == "two"
    back(alias)
    assert leads_to(alias) == "one"


def test_with_nothing_before_it_stays_as_it_is(alias: Path) -> None:
    lead(alias, "one")
    with pytest.raises(InputError, match="led to no other bundle before"):
        back(alias)
    assert leads_to(alias) == "one"
    assert len(history(alias)) == 1


def unsigned(bundle: Path) -> None:
    (bundle / FILE).unlink()


def changed(bundle: Path) -> None:
    (bundle / "graph.json").write_text("{}")


@pytest.mark.parametrize("spoil", [unsigned, changed])
def test_a_bundle_that_may_not_serve_is_neither_promoted_nor_gone_back_to(
    alias: Path, spoil: Callable[[Path], None]
) -> None:
    lead(alias, "one")
    spoil(alias.with_name("two.golive"))
    with pytest.raises(GoliveError):
        lead(alias, "two")
    lead(alias, "three")
    spoil(alias.with_name("one.golive"))
    with pytest.raises(GoliveError):
        back(alias)
    assert leads_to(alias) == "three"
    assert [line.path for line in history(alias)] == ["one.golive", "three.golive"]


def test_what_is_no_alias_is_never_replaced(alias: Path) -> None:
    alias.mkdir()
    with pytest.raises(InputError, match="is there and is no alias"):
        lead(alias, "one")
    with pytest.raises(InputError, match="is no alias"):
        back(alias)
    with pytest.raises(InputError, match=r"is no folder|is not there"):
        promote(alias.with_name("one.golive"), alias / "no" / "live", trust=TRUST, now=NOON)


def test_the_same_bundle_is_not_promoted_twice(alias: Path) -> None:
    lead(alias, "one")
    with pytest.raises(InputError, match="already"):
        lead(alias, "one")
    assert len(history(alias)) == 1


def test_a_history_that_somebody_edited_is_refused_by_its_line(alias: Path) -> None:
    lead(alias, "one")
    with alias.with_name("live.history.jsonl").open("a") as file:
        file.write("{}\n")
    with pytest.raises(InputError, match="line 2"):
        back(alias)


def test_the_commands_say_where_it_leads(alias: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        assert run(["promote", str(alias.with_name(f"{name}.golive")), "--alias", str(alias), *OPTIONS, "--json"]) == 0
    assert run(["rollback", "--alias", str(alias), *OPTIONS, "--json"]) == 0
    said = capsys.readouterr()
    made = [json.loads(part) for part in said.out.replace("}\n{", "}\0{").split("\0")]
    assert [(one["kind"], one["path"]) for one in made] == [
        ("promote", "one.golive"), ("promote", "two.golive"), ("rollback", "one.golive"),
    ]  # fmt: skip
    assert "leads to one.golive again" in said.err
    assert run(["promote", str(alias.with_name("two.golive")), "--alias", str(alias), "--role", "legal"]) == 2


def test_what_to_type_after_a_promotion_can_be_typed(alias: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = str(alias.with_name("one.golive"))
    assert run(["promote", one, "--alias", str(alias), *OPTIONS]) == 0
    expected = f"golive serve {alias} --role risk --role product --accept-typed --tokens tokens.json"
    assert expected in capsys.readouterr().err
    config = alias.with_name("golive.toml")
    config.write_text(
        '[approve]\nroles = ["risk", "product"]\naccept_typed = true\n[serve]\ntokens = "kept.json"\n', encoding="utf-8"
    )
    assert run(["promote", str(alias.with_name("two.golive")), "--alias", str(alias), "--config", str(config)]) == 0
    assert f"golive serve {alias} --config {config}\n" in capsys.readouterr().err
