"""One policy, three ways: a million random rows decided one by one, by column and in JavaScript; and what it costs.

The rows hold nulls, NaN, infinities, absent keys, wrong types, numbers on and beside every border, and scores exactly
on a band's border. Action, band, rule, fallback, reasons with their texts and the inputs that have a problem must be
equal, scores within four units in the last place of 1. The cost is that of rules and bands alone, against the score of
200 trees of 31 leaves, reasons left out.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.engine import THREADS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from golive.engine.bundle import Bundle
    from golive.records.decision import Decision

    Case = dict[str, object]

ROWS = 1_000_000
CHUNK = 10_000
MOST = 4 * 2.0**-52
TARGET = 0.05
"""Of scoring: what the policy may cost."""
SAID = 5
POLICY = """\
id = "three-ways"
version = "1"
owner = "risk"
actions = {{ names = ["approve", "review", "reject", "ask"], favourable = "approve" }}
fallback = {{ action = "review", message = "A person looks." }}
inputs = {{ Income = {{ type = "number", from = 0, to = 5000 }}, Age = {{ type = "number", to = 200 }} }}

[[rules]]
id = "young"
when = "Age < 21 or (Job = 'freelance' and Income is not missing and Income < 20)"
action = "reject"

[[rules]]
id = "elsewhere"
when = "not Member and Town not in ['A', 'B', '']"
action = "ask"

[[rules]]
id = "more-years-than-income"
when = "Age > Income and score >= 0.2"
action = "review"

[[rules]]
id = "old-and-known"
when = "Age in [60, 61, 62.5] and Income != 129 and Town = 'A'"
action = "approve"

[[bands]]
id = "low"
from = 0
to = {low!r}
action = "approve"

[[bands]]
id = "middle"
from = {low!r}
to = {high!r}
action = "review"

[[bands]]
id = "high"
from = {high!r}
to = 1
action = "reject"
"""
SCRIPT = """
const golive = require(process.argv[1]);
const bundle = golive.load(JSON.parse(require("fs").readFileSync(process.argv[2], "utf8")));
const back = (x) => (x && x.$n ? Number(x.$n) : x);
const plain = (row) => Object.fromEntries(Object.entries(row).map(([key, x]) => [key, back(x)]));
const told = (d) => [
  d.action, d.band, d.rule, d.fallback, d.score, d.reasons.map((r) => [r.input, r.text]),
  d.problems.map((p) => p.field),
];
require("readline").createInterface({ input: process.stdin }).on("line", (line) =>
  process.stdout.write(JSON.stringify(JSON.parse(line).map((row) => told(bundle.decide(plain(row))))) + "\\n"));
"""
COST_POLICY = """
id = "cost"
version = "1"
owner = "nobody"
actions = { names = ["approve", "review", "reject"], favourable = "approve" }
rules = [
  { id = "a", when = "x0 is not missing and x0 > 2.5", action = "review" },
  { id = "b", when = "x1 is not missing and x1 < -3", action = "reject" },
  { id = "c", when = "x2 is not missing and x3 is not missing and x2 > 3 and x3 > 1", action = "review" },
]
bands = [
  { id = "low", from = 0, to = 0.4, action = "approve" },
  { id = "middle", from = 0.4, to = 0.6, action = "review" },
  { id = "high", from = 0.6, to = 1, action = "reject" },
]
fallback = { action = "review" }
"""


@dataclass
class Tally:
    """What came out."""

    rows: int = 0
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(what decided, action) -> rows."""
    broken: int = 0
    """Rows that break the contract, in one input or more."""
    on_border: int = 0
    farthest: float = 0.0
    """The largest difference of two scores, in units of the last place of 1."""
    different: list[str] = field(default_factory=list)
    cpu: Counter[str] = field(default_factory=Counter)
    """Seconds of this process by path; Node's are its own."""


def main() -> None:
    if any(os.environ.get(name) != "1" for name in THREADS):
        subprocess.run(
            [sys.executable, "-m", "benchmarks", "policy"],
            env={**os.environ, **dict.fromkeys(THREADS, "1")},
            check=True,
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        tally = three_ways(ROWS, Path(folder))
        _report(tally)
        _cost(Path(folder))


def three_ways(rows: int, folder: Path, *, seed: int = 0) -> Tally:
    """Decide random rows one by one, by column and in JavaScript, and hold the three against each other."""
    bundle, borders = _bundle(folder)
    tally, draw = Tally(), random.Random(seed)
    with _node(bundle, folder) as node:
        for start in range(0, rows, CHUNK):
            cases = [_case(draw) for _ in range(min(CHUNK, rows - start))]
            alone = _timed(tally, "one by one", lambda: [_told(bundle.decide(case)) for case in cases])  # noqa: B023
            many = _timed(tally, "by column", lambda: [_told(one) for one in bundle.decide_many(cases)])  # noqa: B023
            _count(tally, cases, alone, many, _asked(node, cases), borders)
    return tally


def _bundle(folder: Path) -> tuple[Bundle, tuple[float, float]]:
    """Return the small bundle of the conformance tests, with bands cut exactly at scores that come often."""
    from tests.conformance import bundles

    import golive

    path = bundles.bundle(folder / "three.golive", policy=None)
    scores = sorted(golive.load(path).score(_grid()).tolist())
    low, high = scores[len(scores) // 3], scores[2 * len(scores) // 3]
    bundles.add_policy(path, POLICY.format(low=low, high=high))
    return golive.load(path), (low, high)


def _grid() -> list[Case]:
    incomes, jobs = (20.0, 60.0, 129.0, 400.0), ("fixed", "straße")
    return [
        {"Income": income, "Age": age, "Job": job, "Town": "A", "Member": member}
        for income, age, job, member in itertools.product(incomes, (21.0, 35.0, 44.0, 59.0), jobs, (True, False))
    ]


GRID = _grid()
BORDERS = (0.0, 20.0, 21.0, 60.0, 61.0, 62.5, 129.0, 200.0, 5000.0)
EDGES = tuple(near for at in BORDERS for near in (at, math.nextafter(at, -math.inf), math.nextafter(at, math.inf)))
ODD = (math.nan, math.inf, -math.inf, None, -0.0, 1e-300, 1e300, 2.0**53)


def _case(draw: random.Random) -> Case:
    from tests.conformance import bundles

    if draw.random() < 0.3:
        return dict(draw.choice(GRID))
    case = bundles.case(draw)
    for name in ("Income", "Age"):
        if draw.random() < 0.15:
            case[name] = draw.choice(EDGES)
        elif draw.random() < 0.03:
            case[name] = draw.choice(ODD)
    return case


def _told(decision: Decision) -> list[object]:
    return [
        decision.action, decision.band, decision.rule, decision.fallback, decision.score,
        [[reason.input, reason.text] for reason in decision.reasons],
        [problem.field for problem in decision.problems],
    ]  # fmt: skip


class _node:  # noqa: N801  # a with-block, named like a function
    """Node with the bundle loaded, asked line by line."""

    def __init__(self, bundle: Bundle, folder: Path) -> None:
        from golive.export.javascript import document, runtime
        from golive.records.document import encode

        node = shutil.which("node")
        if node is None:
            raise SystemExit("Node is not installed; apt-get install nodejs")
        (folder / "golive.js").write_bytes(runtime())
        (folder / "bundle.json").write_bytes(encode(document(bundle)))
        self.command = [node, "-e", SCRIPT, str(folder / "golive.js"), str(folder / "bundle.json")]

    def __enter__(self) -> subprocess.Popen[str]:
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.communicate()


def _asked(node: subprocess.Popen[str], cases: list[Case]) -> list[list[Any]]:
    assert node.stdin is not None and node.stdout is not None
    node.stdin.write(json.dumps([{name: _sent(cell) for name, cell in case.items()} for case in cases]) + "\n")
    node.stdin.flush()
    answers: list[list[Any]] = json.loads(node.stdout.readline())
    return answers


def _sent(cell: object) -> object:
    """JSON has no NaN, no infinity, and Python writes -0.0 so that it comes back."""
    if isinstance(cell, float) and not math.isfinite(cell):
        return {"$n": str(cell).replace("inf", "Infinity").replace("nan", "NaN")}
    return cell


def _timed(tally: Tally, what: str, run: Callable[[], list[list[object]]]) -> list[list[object]]:
    start = time.process_time()
    found = run()
    tally.cpu[what] += time.process_time() - start  # type: ignore[assignment]  # seconds
    return found


def _count(
    tally: Tally, cases: list[Case], alone: list[list[Any]], many: list[list[Any]], script: list[list[Any]],
    borders: tuple[float, float],
) -> None:  # fmt: skip
    for case, one, column, other in zip(cases, alone, many, script, strict=True):
        action, band, rule, fallback, score, _, problems = one
        tally.rows += 1
        tally.ways[rule or band or ("fallback" if fallback else "?"), action] += 1
        tally.on_border += score in borders
        tally.broken += bool(problems)
        for way, found in (("by column", column), ("in JavaScript", other)):
            if not _alike(tally, one, found) and len(tally.different) < 100:
                tally.different.append(f"{case}: one by one {one}, {way} {found}")


def _alike(tally: Tally, one: list[Any], found: list[Any]) -> bool:
    if one[4] is not None and found[4] is not None:
        tally.farthest = max(tally.farthest, abs(one[4] - found[4]) / 2.0**-52)
        if abs(one[4] - found[4]) > MOST:
            return False
    elif one[4] is not found[4]:
        return False
    return one[:4] == found[:4] and one[5:] == found[5:]


def _report(tally: Tally) -> None:
    print(f"{tally.rows:,} rows, decided one by one, by column and in JavaScript")
    for (what, action), rows in sorted(tally.ways.items(), key=lambda item: -item[1]):
        print(f"  {what:24} {action:8} {rows:10,}")
    print(f"  scores exactly on a border of a band: {tally.on_border:,}")
    print(f"  rows that break the contract: {tally.broken:,}")
    spent = ", ".join(f"{what} {seconds:.0f}" for what, seconds in tally.cpu.items())
    print(f"  CPU seconds: {spent}")
    print(f"  largest difference of two scores: {tally.farthest:g} units in the last place of 1, at most 4 allowed")
    print(f"  decided differently: {len(tally.different)}: {'met' if not tally.different else 'MISSED'}")
    for line in tally.different[:SAID]:
        print(f"    {line}")


def _cost(folder: Path) -> None:
    import lightgbm

    from benchmarks.engine import _built, _cases, _numbers
    from golive.engine.policy import compile_policy
    from golive.engine.program import Program
    from golive.engine.rows import read
    from golive.engine.ways import way
    from golive.records.condition import SCORE
    from golive.records.policy import parse

    train, y, rows = _numbers()
    model = lightgbm.LGBMClassifier(n_estimators=200, num_leaves=31, verbose=-1, n_jobs=1).fit(train, y)
    bundle = _built(model, train, folder / "cost")
    rule = Program(compile_policy(parse(COST_POLICY), bundle.contract))
    ways, keep = frozenset({rule.graph.score}), frozenset({bundle.graph.score})
    case: Iterator[Mapping[str, Any]] = _cases(rows)

    decide = way(rule)
    columns = read(rows, bundle.contract).columns
    scores = bundle.program.columns(columns, keep)[bundle.graph.score]
    _share("one row", lambda: decide(next(case), 0.3), lambda: bundle.program.row(next(case), keep), times=2_000)
    _share(
        f"{len(rows):,} rows",
        lambda: rule.columns({**columns, SCORE: scores}, ways),
        lambda: bundle.program.columns(columns, keep),
        times=3,
    )


def _share(what: str, policy: Callable[[], object], score: Callable[[], object], *, times: int) -> None:
    policy(), score()
    runs = [(_cpu(policy, times), _cpu(score, times)) for _ in range(5)]
    share = statistics.median(mine / other for mine, other in runs)
    mine, other = (statistics.median(column) for column in zip(*runs, strict=True))
    said = "met" if share <= TARGET else "MISSED"
    told = f"policy {mine * 1e6:10,.1f} µs, score {other * 1e6:12,.1f} µs"
    print(f"{what:12} {told}: {share:.1%}; at most {TARGET:.0%}: {said}")


def _cpu(function: Callable[[], object], times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        function()
    return (time.process_time() - start) / times


if __name__ == "__main__":
    main()
