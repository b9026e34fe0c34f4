"""Check a policy, every problem at once, and compile it into the bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.approve.overlay import COMPILED, POLICY, need_folder, opened_with
from golive.approve.verify import spoken_for
from golive.engine.policy import compile_policy
from golive.engine.whole import put_files
from golive.errors import OutputExistsError
from golive.records import document
from golive.records.document import digest, encode
from golive.records.golden import Golden
from golive.records.golden_decisions import GoldenDecision, GoldenDecisions
from golive.records.policy import parse
from golive.records.toml import read_bytes, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from golive.engine.bundle import Bundle
    from golive.records.contract import Contract
    from golive.records.graph import Graph
    from golive.records.rules import Policy

GOLDEN = "policy/golden.json"


def check(bundle: Path, *, policy: Path | None = None, force: bool = False) -> Policy:
    """Check a policy and write its compiled form and its golden decisions into the bundle.

    Parameters
    ----------
    bundle
        The bundle folder.
    policy
        The file to check; it becomes the bundle's ``policy.toml``. Default: the one that is there.
    force
        Put another policy into a bundle that somebody has signed already; those signatures no longer hold then.

    Returns
    -------
    Policy
        As it was read.

    Raises
    ------
    DocumentError
        Everything that is wrong with it, each with line and column. Nothing was written.
    OutputExistsError
        The bundle was signed with another policy, and ``force`` was not given.
    """
    need_folder(bundle)
    source = policy or bundle / POLICY
    data = read_bytes(source, what="policy", hint=f"golive approve draft {bundle} writes one")
    contract = opened_with(bundle, None).contract
    checked, _ = compiled(data, contract, name=str(source) if policy else POLICY)
    _, graph = compiled(data, contract, name=POLICY)  # the compiled form names the file that travels with it
    _refuse_signed(bundle, data, force=force)
    golden = _golden(opened_with(bundle, data), bundle, data)
    put_files({bundle: {POLICY: data, COMPILED: encode(graph), GOLDEN: encode(golden)}})
    return checked


def compiled(data: bytes, contract: Contract, *, name: str) -> tuple[Policy, Graph]:
    """Parse and compile the bytes of a policy."""
    policy = parse(text_of(data, name=name), name=name, contract=contract)
    return policy, compile_policy(policy, contract, name=name)


def _refuse_signed(bundle: Path, data: bytes, *, force: bool) -> None:
    there = bundle / POLICY
    if not force and there.is_file() and there.read_bytes() != data and spoken_for(bundle):
        raise OutputExistsError(
            f"`{bundle.name}` was signed with another policy",
            hint="add --force to replace it; the signatures speak about the old one and no longer hold then",
        )


def _golden(opened: Bundle, bundle: Path, data: bytes) -> GoldenDecisions:
    rows = document.read(bundle / "golden" / "golden.json", Golden).rows
    decided = zip(rows, opened.decide_many([row.inputs for row in rows]), strict=True)
    return GoldenDecisions(
        policy=digest(data),
        rows=tuple(
            GoldenDecision(
                inputs=row.inputs,
                score=decision.score,
                action=decision.action,
                band=decision.band,
                rule=decision.rule,
                fallback=decision.fallback,
            )
            for row, decision in decided
        ),
    )
