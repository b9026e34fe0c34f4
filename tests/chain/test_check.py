"""`golive check`: each gate passes, fails and is skipped for its own reason, and a skipped one is said loudly."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.chain.conftest import edit

from golive.chain.check import decided
from golive.chain.check.run import GATES, check
from golive.chain.check.subject import Subject
from golive.chain.check.summary import markdown
from golive.cli import run
from golive.engine.project import find
from golive.records import document
from golive.records.document import encode
from golive.records.evidence import Evidence
from golive.records.gates import Gate, Gates, GateState
from golive.records.parts import Segment

TODAY = datetime.now(UTC).date()
EVIDENCE = Path("b.golive/evidence/evidence.json")
COPY = "import os, shutil\nshutil.copytree('b.golive', os.environ['GOLIVE_OUT'])\n"


def gates(settings: str = "", against: str | None = None) -> dict[str, Gate]:
    if settings:
        Path("golive.toml").write_text(settings, encoding="utf-8")
    old = None if against is None else Path(against)
    found = check(Path("b.golive"), against=old, found=find(), today=TODAY, advance=lambda _: None)
    assert [gate.name for gate in found.gates] == list(GATES)
    for gate in found.gates:
        assert bool(gate.hint) == (gate.state is not GateState.passed), gate
    return {gate.name: gate for gate in found.gates}


def one(name: str, settings: str = "", against: str | None = None) -> tuple[str, str]:
    found = gates(settings, against)[name]
    return found.state.value, found.text


def with_evidence(**changed: Any) -> None:
    found = document.read(EVIDENCE, Evidence)
    EVIDENCE.write_bytes(encode(msgspec.structs.replace(found, **changed)))


@pytest.fixture
def old(world: Path) -> str:
    """The bundle that decides today, signed."""
    shutil.copytree(world / "b.golive", world / "old.golive")
    return "old.golive"


@pytest.fixture
def calibrated(world: Path) -> None:
    """The small model is not calibrated, and nobody is required to have signed with it."""
    found = document.read(EVIDENCE, Evidence).calibration
    assert found is not None and found.material
    with_evidence(calibration=msgspec.structs.replace(found, material=False))


def test_a_bundle_alone_passes_what_can_be_asked_and_the_rest_is_loud(
    calibrated: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "b.golive"]) == 0
    said = capsys.readouterr().err
    for name in ("contract", "parity", "policy"):
        assert f"passed   {name}" in said
    for name in ("tests", "build", "money", "flips", "segments", "signatures", "speed", "previous"):
        assert f"SKIPPED  {name}" in said
    assert "8 SKIPPED: tests, build, money" in said


def test_everything_that_is_named_is_asked(old: str) -> None:
    Path("build.py").write_text(COPY)
    Path("package/tests").mkdir(parents=True)
    Path("package/tests/test_it.py").write_text("def test_it(): assert True\n")
    settings = (
        '[approve]\nroles = ["risk"]\naccept_typed = true\n[check]\ntests = "package"\nbuild = "python build.py"\n'
        'rows = "rows.csv"\nmoney_tolerance = 0.1\nflips = 0\nspeed = 1e9\nprevious = "old.golive"\n'
    )
    found = {name: gate.state.value for name, gate in gates(settings).items()}
    assert found.pop("segments") == "skipped"
    assert set(found.values()) == {"passed"}, found


def test_the_demo_passes_with_its_own_package_and_its_own_cases(workspace: Path) -> None:
    Path("demo-out/golive.toml").write_text(
        '[approve]\nroles = ["risk", "product"]\naccept_typed = true\n[check]\ntests = "credit"\nrows = "holdout.csv"\n'
        'money_tolerance = 0\nflips = 0\nprevious = "credit.golive"\n'
    )
    settings = find(Path("demo-out/golive.toml"))
    found = check(Path("demo-out/credit.golive"), against=None, found=settings, today=TODAY, advance=lambda _: None)
    states = {gate.name: gate.state.value for gate in found.gates}
    assert {name for name, state in states.items() if state == "skipped"} == {"build", "segments", "speed"}
    assert not found.failed
    assert "1,782 cases" in next(gate.text for gate in found.gates if gate.name == "flips")


@pytest.mark.parametrize(
    ("test", "state", "said"),
    [
        ("def test_it(): assert True", "passed", "1 passed"),
        ("def test_it(): assert False", "failed", "do not pass"),
        ("x = 1", "failed", "has no tests"),
        ("import nothing_like_it", "failed", "do not pass"),
        (None, "failed", "is not a folder"),
    ],
)
def test_tests(world: Path, test: str | None, state: str, said: str) -> None:
    if test is not None:
        Path("package").mkdir()
        Path("package/test_it.py").write_text(test + "\n")
    found = one("tests", '[check]\ntests = "package"\n')
    assert found[0] == state
    assert said in found[1]


def test_the_tests_of_a_package_import_it_from_its_own_source(world: Path) -> None:
    Path("package/src/mine").mkdir(parents=True)
    Path("package/src/mine/__init__.py").write_text("VALUE = 3\n")
    Path("package/test_it.py").write_text("from mine import VALUE\n\ndef test_it(): assert VALUE == 3\n")
    assert one("tests", '[check]\ntests = "package"\n')[0] == "passed"


@pytest.mark.parametrize(
    ("script", "state", "said"),
    [
        (COPY, "passed", "built twice, both times sha256:"),
        (
            COPY + "path = os.environ['GOLIVE_OUT'] + '/manifest.json'\nopen(path, 'a').write(' ')\n",
            "failed",
            "this commit builds sha256:",
        ),
        (
            COPY + "path = os.environ['GOLIVE_OUT'] + '/manifest.json'\nopen(path, 'a').write(os.urandom(8).hex())\n",
            "failed",
            "two builds of the same commit differ",
        ),
        ("", "failed", "made no bundle at the path in GOLIVE_OUT"),
        ("raise SystemExit('no data')", "failed", "ended with 1: no data"),
    ],
)
def test_build(world: Path, script: str, state: str, said: str) -> None:
    Path("build.py").write_text(script)
    found = one("build", '[check]\nbuild = "python build.py"\n')
    assert found[0] == state
    assert said in found[1]


def test_a_build_command_that_is_not_there_fails(world: Path) -> None:
    assert one("build", '[check]\nbuild = "no-such-program"\n') == (
        "failed",
        "`no-such-program` could not be run: No such file or directory",
    )


def test_a_build_command_goes_through_no_shell(world: Path) -> None:
    Path("build.py").write_text(COPY)
    assert one("build", '[check]\nbuild = "python build.py ; touch gone"\n')[0] == "passed"
    assert not Path("gone").exists()


@pytest.mark.parametrize("name", ["graph.json", "policy.toml"])
def test_a_bundle_that_does_not_open_fails_the_contract_and_skips_what_needs_it(world: Path, name: str) -> None:
    Path("b.golive", name).write_bytes(b"{")
    found = gates()
    assert found["contract"].state is GateState.failed
    assert name in found["contract"].text
    assert found["parity"].text == "the bundle does not open"
    assert run(["check", "b.golive"]) == 1


def test_a_zip_is_checked_but_for_its_signatures(world: Path) -> None:
    shutil.make_archive("b", "zip", "b.golive")
    Path("golive.toml").write_text('[approve]\nroles = ["risk"]\naccept_typed = true\n')
    found = check(Path("b.zip"), against=Path("b.zip"), found=find(), today=TODAY, advance=lambda _: None)
    states = {gate.name: gate.state.value for gate in found.gates}
    assert (states["contract"], states["parity"], states["policy"], states["previous"]) == ("passed",) * 4
    assert states["signatures"] == "failed"


def test_parity_says_by_how_much_golden_scores_moved(world: Path) -> None:
    found = gates()["parity"]
    assert found.figure is not None
    assert found.limit == 1e-12
    assert found.figure <= found.limit


@pytest.mark.parametrize(
    ("factor", "tolerance", "state"),
    [(1, 0, "passed"), (0.95, 0.1, "passed"), (0.85, 0.1, "failed"), (1.5, 0, "passed"), (0.95, None, "skipped")],
)
def test_money(old: str, factor: float, tolerance: float | None, state: str) -> None:
    money = document.read(EVIDENCE, Evidence).money
    assert money is not None and money.honest is not None and money.honest.per_row > 0
    honest = msgspec.structs.replace(money.honest, per_row=money.honest.per_row * factor)
    with_evidence(money=msgspec.structs.replace(money, honest=honest))
    settings = "" if tolerance is None else f"[check]\nmoney_tolerance = {tolerance}\n"
    assert one("money", settings, old)[0] == state


def test_money_that_nobody_signed_is_nothing_to_hold_against(old: str) -> None:
    Path(old, "signoff.jsonl").unlink()
    state, text = one("money", "[check]\nmoney_tolerance = 0.1\n", old)
    assert state == "skipped"
    assert "nobody has signed" in text


def test_money_in_another_currency_fails(old: str) -> None:
    money = document.read(EVIDENCE, Evidence).money
    assert money is not None
    with_evidence(money=msgspec.structs.replace(money, currency="USD"))
    assert one("money", "[check]\nmoney_tolerance = 0.1\n", old)[0] == "failed"


def test_a_negative_verdict_fails_also_without_a_bundle_before(world: Path) -> None:
    edit(EVIDENCE, '"word": "use with conditions"', '"word": "do not use"')
    assert one("money")[0] == "failed"


@pytest.mark.parametrize(("material", "state"), [(False, "passed"), (True, "failed")])
def test_calibration(world: Path, material: bool, state: str) -> None:
    found = document.read(EVIDENCE, Evidence).calibration
    assert found is not None
    with_evidence(calibration=msgspec.structs.replace(found, material=material))
    assert one("calibration")[0] == state


def test_scores_that_do_not_mean_what_they_say_pass_where_it_was_signed(world: Path) -> None:
    state, text = one("calibration", '[approve]\nroles = ["risk"]\naccept_typed = true\n')
    assert state == "passed"
    assert "Signed with it: approved by risk (typed)" in text


def test_without_evidence_nothing_of_it_is_asked(world: Path) -> None:
    EVIDENCE.unlink()
    found = gates()
    assert {found[name].state for name in ("money", "calibration", "segments")} == {GateState.skipped}


@pytest.mark.parametrize(("loser", "state"), [(False, "passed"), (True, "failed")])
def test_segments(world: Path, loser: bool, state: str) -> None:
    segment = Segment(column="Records", value="yes", n=10, events=5, rate=0.5, rate_low=0.2, rate_high=0.8, loser=loser)
    with_evidence(segments=(segment,))
    found = one("segments")
    assert found[0] == state
    assert ("`Records` yes" in found[1]) == loser


@pytest.mark.parametrize(
    ("approve", "state", "said"),
    [
        ('roles = ["risk"]\naccept_typed = true', "passed", "approved by risk (typed)"),
        ('roles = ["risk"]', "failed", "typed names were not allowed"),
        ('roles = ["risk", "law"]\naccept_typed = true', "failed", "`law` has not signed"),
        ("", "skipped", "names no role"),
    ],
)
def test_signatures(world: Path, approve: str, state: str, said: str) -> None:
    found = one("signatures", f"[approve]\n{approve}\n")
    assert found[0] == state
    assert said in found[1]


def test_golden_decisions_that_come_out_otherwise_fail(world: Path) -> None:
    golden = Path("b.golive/policy/golden.json")
    edit(golden, '"action": "approve"', '"action": "reject"')
    state, text = one("policy")
    assert state == "failed"
    assert "255 of 256" in text


def test_a_policy_that_was_changed_since_it_was_checked_fails(world: Path) -> None:
    with Path("b.golive/policy.toml").open("a") as file:
        file.write("# later\n")
    assert one("policy") == ("failed", "the policy was changed since it was checked")


def test_without_a_policy_nothing_is_decided(world: Path) -> None:
    shutil.rmtree("b.golive/policy")
    Path("b.golive/policy.toml").unlink()
    found = gates(against="b.golive")
    assert {found[name].state for name in ("policy", "flips", "speed")} == {GateState.skipped}


@pytest.mark.parametrize(("limit", "state"), [(1, "passed"), (0, "failed"), (None, "skipped")])
@pytest.mark.parametrize("rows", ["", 'rows = "rows.csv"\n'])
def test_flips(old: str, limit: float | None, state: str, rows: str) -> None:
    policy = Path("b.golive/policy.toml")
    text = policy.read_text(encoding="utf-8")
    (low,) = {line.split("=")[1].strip() for line in text.splitlines() if line.startswith("to =")} - {"1"}
    policy.write_text(text.replace(f"= {low}", "= 0.9"), encoding="utf-8")
    assert run(["approve", "check", "b.golive", "--force"]) == 0
    settings = "[check]\n" + ("" if limit is None else f"flips = {limit}\n") + rows
    found = gates(settings, old)["flips"]
    assert found.state.value == state
    assert found.figure is not None and 0 < found.figure < 1
    assert ("golden rows" in found.text) == (not rows)


@pytest.mark.parametrize(("limit", "state"), [("speed = 41", "passed"), ("speed = 39", "failed"), ("", "skipped")])
def test_speed_is_a_ratio_within_one_run(world: Path, limit: str, state: str) -> None:
    Path("golive.toml").write_text(f"[check]\n{limit}\n")
    passing = iter(
        step for _ in range(decided.ROUNDS) for step in (0.0, 4.0, 4.0, 6.0)
    )  # 4 s, then 2 s for 20 readings
    found = decided.speed(Subject(Path("b.golive"), None, find(), TODAY), clock=lambda: next(passing))
    assert (found.state.value, found.figure) == (state, 40.0)


def test_the_round_that_was_least_disturbed_counts(world: Path) -> None:
    costs = [9.0, 9.0] + [4.0, 2.0] + [7.0, 5.0] * (decided.ROUNDS - 2)
    passing = iter(step for cost in costs for step in (0.0, cost))
    subject = Subject(Path("b.golive"), None, None, TODAY)
    assert decided.ratio_of(subject.new.open, subject.new.inputs, lambda: next(passing)) == 40.0


@pytest.mark.parametrize("name", ["graph.json", "manifest.json"])
def test_a_bundle_before_that_does_not_open_fails(old: str, name: str) -> None:
    Path(old, name).write_bytes(b"{")
    found = gates("[check]\nflips = 1\n", old)
    assert found["previous"].state is GateState.failed
    assert found["flips"].state is GateState.failed
    assert "could not be asked" in found["flips"].text


def test_rows_that_do_not_fit_fail_the_gate_and_end_nothing(old: str) -> None:
    Path("short.csv").write_text("Age\n3\n")
    found = gates('[check]\nrows = "short.csv"\nflips = 1\n', old)
    assert found["flips"].state is GateState.failed
    assert "the bundle needs them" in found["flips"].text


def test_json_is_the_record_and_the_summary_says_the_same(calibrated: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("golive.toml").write_text('[approve]\nroles = ["law"]\n')
    assert run(["check", "b.golive", "--json", "--summary", "s.md"]) == 1
    found = msgspec.json.decode(capsys.readouterr().out.encode(), type=Gates)
    assert [gate.name for gate in found.failed] == ["signatures"]
    assert Path("s.md").read_text(encoding="utf-8") == markdown(found)
    assert "**FAILED**" in markdown(found)
    assert run(["check", "b.golive", "--summary", "s.md"]) == 1  # a pipeline runs it again


def test_the_empty_file_of_a_pipeline_is_filled(calibrated: None) -> None:
    Path("s.md").write_text("")
    assert run(["check", "b.golive", "--summary", "s.md"]) == 0
    assert Path("s.md").read_text(encoding="utf-8").startswith("# golive check\n")


def test_hostile_text_is_no_markup_of_the_summary() -> None:
    hostile = "a | b\n# c <img src=x> [x](javascript:1) `d` \x1b[2J"
    found = markdown(
        Gates(
            bundle=None,
            previous=None,
            gates=(Gate(name="tests", state=GateState.failed, text=hostile, hint=hostile),),
        )
    )
    (row,) = (line for line in found.splitlines() if line.startswith("| tests"))
    assert row.replace("\\|", "").count("|") == 7
    assert "\\<img" in row and "\\`d\\`" in row and "\\[x\\]" in row
    assert "\x1b" not in found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "nowhere.golive"], "there is no bundle `nowhere.golive`"),
        (["check", "b.golive", "--against", "nowhere.golive"], "there is no bundle before `nowhere.golive`"),
        (["check", "b.golive", "--config", "nowhere.toml"], "the project file `nowhere.toml` is not there"),
        (["check", "b.golive", "--summary", "money.toml"], "`money.toml` is already there"),
        (["check", "b.golive", "--summary", "b.golive/s.md"], "lies inside the bundle"),
        (["check"], "Missing argument"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(refused: Any, words: list[str], said: str) -> None:
    refused(tuple(words), said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("flip = 1", "unknown field `flip` (did you mean `flips`?)"),
        ("flips = 1.1", "expected a share from 0 to 1"),
        ("speed = -1", "expected 0 or more"),
        ("build = 3", "expected text in double quotes"),
        ('build = "python \'x"', "expected a command"),
    ],
)
def test_a_misspelt_gate_is_refused(world: Path, refused: Any, line: str, said: str) -> None:
    Path("golive.toml").write_text(f"[check]\n{line}\n")
    refused(("check", "b.golive"), said)
