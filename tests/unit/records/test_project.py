"""The project file: what is read, what is refused, and where it may lie."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conformance import bundles

from golive.engine.project import find
from golive.errors import DocumentError, InputError
from golive.records.project import Project, parse

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "project.md"
EXAMPLE = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]


def test_the_annotated_example_reads_as_it_says() -> None:
    found = parse(EXAMPLE)
    assert found.approve.roles == ("risk", "product")
    assert found.approve.signers["risk"] == ("anna@example.org", "luis@example.org")
    assert (found.serve.port, found.serve.journal, found.serve.retention_days) == (8080, "journal.db", 365)
    assert (found.check.money_tolerance, found.check.previous) == (0.1, "previous.golive")


def test_an_empty_file_says_nothing() -> None:
    assert parse("") == Project()


def test_every_field_of_the_record_stands_in_the_example() -> None:
    found = parse(EXAMPLE)
    for part in (found.approve, found.serve, found.check):
        for name in part.__struct_fields__:
            assert re.search(rf"^(\[approve\.)?{name}\b", EXAMPLE, re.MULTILINE), name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[aprove]", "golive.toml:1:1: unknown field `aprove` (did you mean `approve`?)"),
        ('[approve]\nrole = ["risk"]', "golive.toml:2:8: unknown field `role` (did you mean `roles`?)"),
        ("[serve]\nframe_host = []", "did you mean `frame_hosts`?"),
        ("[check]\nmoney_tolerence = 0.1", "did you mean `money_tolerance`?"),
        ('[approve]\nroles = "risk"', "`roles` is 'risk'; expected a list of texts"),
        ('[approve]\nroles = ["risk", "Risk "]', "expected each role once"),
        ('[approve]\nroles = [""]', "expected each role once"),
        ("[approve]\naccept_typed = 1", "`accept_typed` is 1; expected true or false"),
        ('[approve]\naccept_typed = "no"', "expected true or false"),
        ('[approve.signers]\nrisk = ["a@x.org"]', "nobody's key is known"),
        ('[approve]\nallowed_signers = "f"', "keys are known, and nobody may sign for any role"),
        ('[approve]\nallowed_signers = "f"\n[approve.signers]\nrisk = ["a"]\nRisk = ["b"]', "stands there twice"),
        ('[approve]\nallowed_signers = "f"\n[approve.signers]\nrisk = []', "expected at least one name"),
        (
            '[approve]\nroles = ["risk", "legal"]\nallowed_signers = "f"\n[approve.signers]\nrisk = ["a"]',
            "nobody may sign for the required role `legal`",
        ),
        (
            '[approve]\nroles = ["risk"]\nallowed_signers = "f"\n[approve.signers]\nrisk = ["a"]\nrsik = ["b"]',
            "`rsik` is not in `roles`",
        ),
        ("[serve]\nport = 70000", "`port` is 70000; expected 0 to 65535"),
        ("[serve]\nport = 80.5", "expected a whole number"),
        ("[serve]\nretention_days = 0", "expected a whole number from 1"),
        ("[check]\nmoney_tolerance = 10", "`money_tolerance` is 10; expected a share from 0 to 1"),
        ("[check]\nflips = -0.1", "expected a share from 0 to 1"),
        ("[check]\nspeed = -1", "expected 0 or more"),
        ("settings = 3", "`settings` is 3; expected a table"),
        ("[approve", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(text)
    assert said in str(caught.value)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        parse("[serve]\nport = -1\nworker = 2\n[check]\nflips = 2\n")
    assert len(caught.value.problems) == 3


def test_the_content_of_settings_is_the_users_own() -> None:
    assert parse("[settings]\nanything = { at = ['all'] }") == Project()


def test_the_named_file_wins_over_the_one_beside(tmp_path: Path) -> None:
    (tmp_path / "golive.toml").write_text("[serve]\nport = 1\n")
    (tmp_path / "other.toml").write_text("[serve]\nport = 2\n")
    beside, named = find(beside=tmp_path), find(tmp_path / "other.toml", beside=tmp_path)
    assert beside is not None
    assert named is not None
    assert (beside.project.serve.port, named.project.serve.port) == (1, 2)


def test_no_file_is_none_and_a_named_one_must_be_there(tmp_path: Path) -> None:
    assert find(beside=tmp_path) is None
    with pytest.raises(InputError, match="is not there"):
        find(tmp_path / "golive.toml")


def test_paths_are_taken_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "golive.toml").write_text("")
    found = find(beside=tmp_path)
    assert found is not None
    assert found.place("keys/allowed") == tmp_path / "keys" / "allowed"
    assert found.place("/etc/allowed") == Path("/etc/allowed")


@pytest.mark.parametrize("inside", [".", "evidence"])
def test_a_file_inside_a_bundle_is_never_read(tmp_path: Path, inside: str) -> None:
    bundle = bundles.bundle(tmp_path / "small.golive")
    (bundle / inside / "golive.toml").write_text("[approve]\naccept_typed = true\n")
    link = tmp_path / "golive.toml"
    link.symlink_to(bundle / inside / "golive.toml")
    for attempt in ({"beside": bundle / inside}, {"config": bundle / inside / "golive.toml"}, {"config": link}):
        with pytest.raises(InputError, match=r"lies inside the bundle `small\.golive`"):
            find(**attempt)
