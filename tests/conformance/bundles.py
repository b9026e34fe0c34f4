"""A small bundle with every kind of input, written by hand through the builder, and signed without a ceremony."""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING, cast

import msgspec
import numpy as np

from golive.engine import signoff
from golive.engine.approval import FILE, read_chain
from golive.engine.builder import Builder
from golive.engine.bundle import load
from golive.engine.folder import write_bundle
from golive.engine.policy import compile_policy
from golive.engine.signed import NEEDED, subjects
from golive.records.contract import Contract, Input, Kind, Unknown
from golive.records.document import encode
from golive.records.golden import Golden, GoldenRow
from golive.records.graph import Graph, Shapley, Source, Term
from golive.records.parity import Parity
from golive.records.policy import parse
from golive.records.signoff import Shown, Signature, SignOff, Statement
from golive.records.terms import agreed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from golive.records.graph import Scalar

EVIDENCE = '{"verdict": {"word": "use"}}\n'
"""As much of it as whoever serves looks at."""
ROLES = ("risk", "product")
JOBS = ("fixed", "freelance", 'it\'s "odd"', "straße")
CONTRACT = Contract(
    inputs=(
        Input(name="Income", kind=Kind.number, nullable=True, unit="EUR", low=6.0, high=959.0),
        Input(name="Age", kind=Kind.number, nullable=False, label="The age"),
        Input(name="Job", kind=Kind.text, nullable=True, categories=JOBS),
        Input(name="Town", kind=Kind.text, nullable=False, categories=("A", "B"), unknown=Unknown.accept),
        Input(name="Member", kind=Kind.boolean, nullable=False),
    ),
    event="1",
    outcome="Status",
    reasons="paths",
    rows=100,
)
GOOD: dict[str, Scalar] = {"Income": 129.0, "Age": 40.0, "Job": "fixed", "Town": "A", "Member": True}
SHAPLEY = Shapley(
    inputs=("Income", "Age", "Job", "Town", "Member"),
    baseline=(110.0, 40.0, None, "A", True),
    orders=((0, 1, 2, 3, 4), (3, 1, 4, 0, 2), (2, 4, 0, 1, 3)),
    seed=0,
)
POLICY = """\
id = "small"
version = "1"
owner = "risk"

[actions]
names = ["approve", "review", "reject"]
favourable = "approve"

[[rules]]
id = "young"
when = "Age < 21 or (Job = 'freelance' and Income < 20)"
action = "reject"
reason = "R01"
message = "Too young or too little."

[[rules]]
id = "no-member"
when = "not Member and Town not in ['A', 'B']"
action = "review"
reason = "R02"

[[bands]]
id = "low"
from = 0
to = 0.3
action = "approve"
message = "Welcome."

[[bands]]
id = "middle"
from = 0.3
to = 0.7
action = "review"

[[bands]]
id = "high"
from = 0.7
to = 1
action = "reject"

[fallback]
action = "review"
message = "We look at this by hand."

[reasons]
most = 3

[reasons.texts]
Town = "The town raises the risk."
"""


def bundle(
    out: Path, *, policy: str | None = POLICY, signed: bool = True, shapley: Shapley | None = None
) -> Path:  # fmt: skip
    """Write a bundle; signed by both roles unless told otherwise, and with another method of reasons where given."""
    graph, arrays = small_graph()
    if shapley is not None:
        graph = msgspec.structs.replace(graph, terms=(), shapley=shapley)
    parity = Parity(checks=(), frozen=(), float_class="float64", versions={}, strings="object")
    files = {
        "contract.json": encode(CONTRACT),
        "graph.json": encode(graph),
        "arrays.bin": arrays,
        "golden/golden.json": encode(Golden(rows=())),
        "parity.json": encode(parity),
    }
    # Golden rows hold what the engine answers, so it is asked first.
    write_bundle(out, files, name="small")
    files["golden/golden.json"] = encode(Golden(rows=golden_rows(out)))
    write_bundle(out, files, name="small", force=True)
    if policy is not None:
        add_policy(out, policy)
        if signed:
            for role in ROLES:
                sign(out, role)
    return out


def add_policy(out: Path, policy: str) -> None:
    for name in NEEDED:
        (out / name).parent.mkdir(exist_ok=True)
    (out / "policy.toml").write_text(policy, encoding="utf-8")
    (out / "policy" / "graph.json").write_bytes(encode(compile_policy(parse(policy, contract=CONTRACT), CONTRACT)))
    (out / "money.toml").write_text("the bytes of a money file\n", encoding="utf-8")
    (out / "evidence" / "evidence.json").write_text(EVIDENCE, encoding="utf-8")


def sign(
    out: Path, role: str, *, decision: str = "approve", expires: date | None = None, conditions: tuple[str, ...] = ()
) -> None:
    word = SignOff(
        previous=read_chain(out).head or signoff.FIRST,
        role=role,
        name="A. Signer",
        decision=decision,  # type: ignore[arg-type]  # named as text by the tests
        shown=(Shown(name="earned", text="1 EUR", value=1.0),),
        conditions=tuple(agreed(text, today=date.min) for text in conditions),
        signed_at="2026-03-01T09:00:00Z",
        expires=expires,
        signature=Signature(kind="typed"),
    )
    with (out / FILE).open("ab") as file:
        file.write(signoff.line(Statement(subject=subjects(out), predicate=word)))


def small_graph() -> tuple[Graph, bytes]:
    """A cleaning with every kind, a linear part and trees, and a calibration."""
    b = Builder()
    income, age = b.input("Income", "number"), b.input("Age", "number")
    job, town, member = b.input("Job", "text"), b.input("Town", "text"), b.input("Member", "boolean")
    filled = b.node("coalesce", income, b.node("number", value=110.0))
    log = b.node("log1p", b.node("clip", filled, low=0.0, high=1e6))
    ratio = b.node("div", log, age)
    kind = b.node("lookup", b.node("lower", b.node("strip", job)), keys=("fixed", "freelance", "straße"),
                  values=(-1.0, 1.0, 0.25), kind="number", default=0.5, missing=None)  # fmt: skip
    home = b.node("to_number", b.node("isin", town, keys=("A",), missing=False))
    member_number = b.node("to_number", member)
    cleaned = {"log": log, "ratio": ratio, "kind": kind, "home": home, "member": member_number, "age": age}
    weights = {"weights": np.array([-0.31, 4.0, -0.7, 0.2]), "baseline": np.array([4.6, 0.12, 0.4, 0.9])}
    linear = b.node("linear", log, ratio, home, member_number, arrays=weights, intercept=1.1)
    trees = b.node("trees", kind, age, log, arrays=TREES, base=0.05, single=False)
    total = b.node("add", linear, trees)
    curve = {"x": np.array([0.0, 0.2, 0.55, 1.0]), "y": np.array([0.0, 0.15, 0.6, 1.0])}
    score = b.node("interpolate", b.node("sigmoid", total), arrays=curve)
    terms = (
        Term(node=linear, weight=1.0, sources=sources(["Income"], ["Income", "Age"], ["Town"], ["Member"])),
        Term(node=trees, weight=1.0, sources=sources(["Job"], ["Age"], ["Income"])),
    )
    return b.finish(cleaned, score, terms)


def sources(*names: list[str]) -> tuple[Source, ...]:
    return tuple(Source(inputs=tuple(of)) for of in names)


TREES = {
    "feature": np.array([0, 1, 0, 0, 0, 2, 1, 0, 0, 0]),
    "threshold": np.array([0.25, 35.0, 0, 0, 0, 4.7, 60.0, 0, 0, 0]),
    "left": np.array([1, 2, -1, -1, -1, 6, 7, -1, -1, -1]),
    "right": np.array([4, 3, 0, 0, 0, 9, 8, 0, 0, 0]),
    "missing_left": np.array([0, 1, 0, 0, 0, 1, 0, 0, 0, 0]),
    "value": np.array([0.0, 0.1, 0.7, -0.2, 0.3, 0.05, 0.11, -0.13, 0.4, -0.6]),
    "root": np.array([0, 5]),
}


def golden_rows(out: Path) -> tuple[GoldenRow, ...]:
    opened = load(out)
    rows = [cast("dict[str, Scalar]", case) for case in cases(400) if not opened.checker.problems(case)][:20]
    names, shares = opened.contributions(rows)
    made = []
    for row, score, share in zip(rows, opened.score(rows).tolist(), shares.tolist(), strict=True):
        values = opened.program.row(row)
        cleaned = {name: plain(values[node]) for name, node in opened.graph.cleaned.items()}
        shared = dict(zip(names, share, strict=True))
        made.append(GoldenRow(inputs=row, cleaned=cleaned, score=score, contributions=shared))
    return tuple(made)


def plain(value: Scalar) -> Scalar:
    return None if isinstance(value, float) and value != value else value


NUMBERS: tuple[object, ...] = (
    None, 0, -0.0, 1, 12, 20, 21, 34.999999999999996, 35, 35.00000000000001, 60, 109.94717245212352, 129, 1e6, -1, 0.1,
    1e-5, 1e-7, 9007199254740991, 2**60, 2**53 + 2, "12", "", True, [], {}, [1, None, "a'b"], {"a": [True]},
)  # fmt: skip
TEXTS: tuple[object, ...] = (
    None, *JOBS, "A", "B", "C", "", " fixed ", "Freelance", "zeppelin", "tab\tand \u200b zero width", "😀", "a\\b",
    "é" * 70, "quote ' and \" both", 12, 12.5, False, [], {}, "STRASSE", "\x00",
)  # fmt: skip
BOOLEANS: tuple[object, ...] = (True, False, None, 1, 0, "true", [])


def cases(count: int, seed: int = 3) -> list[dict[str, object]]:
    """Return cases, about half of which keep the contract; the others break it in one or more ways."""
    draw = random.Random(seed)
    return [case(draw) for _ in range(count)]


def case(draw: random.Random) -> dict[str, object]:
    made: dict[str, object] = {
        "Income": None if draw.random() < 0.2 else round(draw.expovariate(1 / 120), draw.choice([0, 2, 15])),
        "Age": draw.choice([20.0, 21.0, 35.0, 60.0]) if draw.random() < 0.3 else float(draw.randint(18, 80)),
        "Job": draw.choice([None, *JOBS]),
        "Town": draw.choice(["A", "B", "C", "", "Köln"]),
        "Member": draw.random() < 0.5,
    }
    while draw.random() < 0.35:
        known = draw.choice(CONTRACT.inputs)
        values: Mapping[Kind, tuple[object, ...]] = {Kind.number: NUMBERS, Kind.text: TEXTS, Kind.boolean: BOOLEANS}
        made[known.name] = draw.choice(values[known.kind])
    if draw.random() < 0.05:
        del made[draw.choice(list(made))]
    if draw.random() < 0.05:
        made["extra"] = "ignored"
    return made
