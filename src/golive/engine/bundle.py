"""An open bundle: everything in it was checked before anything of it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.contract import Checker, shown
from golive.engine.decide import Decider
from golive.engine.files import BUILD_FILES, MANIFEST, open_files
from golive.engine.policy import compile_policy, same
from golive.engine.program import Program
from golive.engine.reasons import Explainer
from golive.engine.row_rules import RowRules, problem
from golive.engine.rows import read
from golive.errors import BundleError, ContractError
from golive.records.contract import Contract
from golive.records.document import Digest, decode, digest
from golive.records.graph import Graph
from golive.records.manifest import Manifest
from golive.records.policy import parse
from golive.records.toml import text_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.engine.files import Files
    from golive.engine.rows import Checked
    from golive.records.decision import Decision
    from golive.records.rules import Policy

POLICY = "policy.toml"
COMPILED = "policy/graph.json"
_LISTED = 100
"""Problems that an error lists at most."""


def load(path: str | Path) -> Bundle:
    """Open a bundle: a folder, or a zip of it.

    Parameters
    ----------
    path
        The folder or zip.

    Returns
    -------
    Bundle

    Raises
    ------
    BundleError
        A file is missing, changed, truncated, unknown, or of a format this version does not know; the file is named.
    DocumentError
        The policy in it cannot be used; every problem is listed with its place.
    """
    path = Path(path)
    return Bundle(path, open_files(path))


class Bundle:
    """A decision, ready to run. Made by `load`.

    Attributes
    ----------
    path
        Where it was opened.
    id
        The digest of its manifest: the same id, the same bytes.
    """

    def __init__(self, path: Path, files: Files) -> None:
        self.path = path
        manifest = _read(files, MANIFEST)
        self.id: Digest = digest(manifest)
        self.manifest: Manifest = decode(manifest, Manifest, name=MANIFEST)
        data = _verified(files, self.manifest)
        self.contract: Contract = decode(data["contract.json"], Contract, name="contract.json")
        self.graph: Graph = decode(data["graph.json"], Graph, name="graph.json")
        self.program = Program(self.graph, data["arrays.bin"])
        self.checker = Checker(self.contract)
        _agree(self.contract, self.program)
        self.rules = RowRules(self.contract, self.graph)
        self.explainer = Explainer(self.program, self.contract)
        self.policy: Policy | None = None
        self.policy_digest: Digest | None = None
        self._decider: Decider | None = None
        if POLICY in files.names:
            self._open_policy(files)
        elif COMPILED in files.names:
            raise BundleError(f"there is `{COMPILED}` but no `{POLICY}`", hint="restore the policy that was signed")

    def _open_policy(self, files: Files) -> None:
        data = files.read(POLICY)
        self.policy, graph = _policy(data, self.contract)
        if COMPILED in files.names and not same(decode(files.read(COMPILED), Graph, name=COMPILED), graph):
            raise BundleError(
                f"`{COMPILED}` is not what `{POLICY}` compiles to: one of them was changed",
                hint=f"golive approve check {self.path} compiles it again",
            )
        self.policy_digest = digest(data)
        self._decider = Decider(
            self.program, self.checker, self.rules, self.explainer, self.policy, Program(graph), self.id,
            self.policy_digest,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<golive bundle {self.manifest.name!r}, {self.id[:19]}>"

    def score(self, rows: object) -> NDArray[np.float64]:
        """Return the probability of the event for each row.

        Parameters
        ----------
        rows
            A pandas or polars DataFrame, a dict of columns, or a list of dicts.

        Returns
        -------
        ndarray of shape (n,)
            In 0..1; higher means that the event (``contract.event``) is more likely.

        Raises
        ------
        ContractError
            Rows break the contract, or one of its row rules; the first hundred problems are listed.
        """
        values, _ = self._values(rows, frozenset({self.graph.score}))
        score: NDArray[np.float64] = values[self.graph.score]
        return score

    def contributions(self, rows: object) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """Return what each raw input adds for each row; positive is towards the event.

        The contract says by which method (``reasons``) and on which scale (``reasons_in``).

        Returns
        -------
        names : tuple of str
            Raw inputs, in the order of the contract; none where the method is ``none``.
        contributions : ndarray of shape (n, len(names))
            NaN in a row for which there are none.

        Raises
        ------
        ContractError
            As for `score`.
        """
        values, count = self._values(rows, self.explainer.needs)
        return self.explainer.names, self.explainer.columns(values, count)

    def breaking(self, rows: object) -> NDArray[np.bool_]:
        """Return which rows break a row rule of the contract, (n,): those have no score.

        Raises
        ------
        ContractError
            Rows break the contract otherwise.
        """
        checked = read(rows, self.contract)
        self._refuse_broken(checked)
        values = self.program.columns(checked.columns, keep=self.rules.nodes) if self.rules.nodes else []
        return self.rules.first(values, checked.table.rows) >= 0

    def decide(self, case: object) -> Decision:
        """Decide one case.

        Parameters
        ----------
        case
            A dict of inputs, or a row of a frame.

        Returns
        -------
        Decision
            Whatever is wrong with the case, there is one: the fallback of the policy, with the problems named.

        Raises
        ------
        BundleError
            The bundle has no policy.
        """
        return self._deciding().one(case)

    def decide_many(self, rows: object) -> list[Decision]:
        """Decide rows of any kind that `score` takes; equal to deciding each alone.

        Raises
        ------
        BundleError
            The bundle has no policy.
        """
        return self._deciding().many(rows)

    def _deciding(self) -> Decider:
        if self._decider is None:
            raise BundleError(
                f"`{self.path.name}` has no policy, so nothing can be decided",
                hint=f"golive approve draft {self.path} writes one; score(rows) works without",
            )
        return self._decider

    def _values(self, rows: object, keep: frozenset[int]) -> tuple[list[Any], int]:
        """Run rows that keep the contract and its rules; return the values, and how many rows there are."""
        checked = read(rows, self.contract)
        self._refuse_broken(checked)
        values = self.program.columns(checked.columns, keep=keep | self.rules.nodes)
        self._refuse_ruled(checked, values)
        return values, checked.table.rows

    def _refuse_ruled(self, checked: Checked, values: list[Any]) -> None:
        first = self.rules.first(values, checked.table.rows)
        found = []
        for row in np.flatnonzero(first >= 0).tolist():
            what = problem(self.rules.rules[first[row]])
            found.append((row, what.field, f"{what.problem}; expected {what.expected}"))
        if not found:
            return
        row, field, words = found[0]
        raise ContractError(
            f"{len(found):,} of {len(first):,} rows break a row rule of the contract; row {row}: "
            f"{f'`{field}`: ' if field else ''}{words}",
            problems=found[:_LISTED],
            hint="leave these rows out: they have no score; decide_many gives them the action of the rule",
        )

    def _refuse_broken(self, checked: Checked) -> None:
        rows = np.flatnonzero(checked.broken)
        if not len(rows):
            return
        found: list[tuple[int, str, str]] = []
        for row in rows[:_LISTED].tolist():
            problems = self.checker.problems(checked.table.case(row))
            found += [(row, problem.field, f"{problem.problem}; expected {problem.expected}") for problem in problems]
        row, field, what = found[0]
        raise ContractError(
            f"{len(rows):,} of {len(checked.broken):,} rows break the contract; row {row}: `{field}`: {what}",
            problems=found[:_LISTED],
            hint="mend the rows, or use decide_many, which sends them to the fallback",
        )


def _read(files: Files, name: str) -> bytes:
    if name not in files.names:
        raise BundleError(f"`{name}` is missing", hint="restore the bundle from where it was built")
    return files.read(name)


def _verified(files: Files, manifest: Manifest) -> dict[str, bytes]:
    """Return the files of the build, each with the digest that the manifest gives."""
    unfit = sorted(set(manifest.files) ^ set(BUILD_FILES))
    if unfit:
        raise BundleError(f"{MANIFEST} should list exactly the files of a build; missing or unknown: {shown(unfit[0])}")
    data = {name: _read(files, name) for name in BUILD_FILES}
    for name, expected in manifest.files.items():
        if digest(data[name]) != expected:
            raise BundleError(
                f"`{name}` was changed: it has {digest(data[name])[:19]}, the manifest says {expected[:19]}",
                hint="restore the bundle from where it was built; a bundle is never edited",
            )
    return data


def _policy(data: bytes, contract: Contract) -> tuple[Policy, Graph]:
    policy = parse(text_of(data, name=POLICY), name=POLICY, contract=contract)
    return policy, compile_policy(policy, contract, name=POLICY)


def _agree(contract: Contract, program: Program) -> None:
    kinds = {known.name: known.kind.value for known in contract.inputs}
    for name, node in program.graph.inputs.items():
        if kinds.get(name) != program.kinds[node]:
            raise BundleError(f"the graph reads `{name}` as {program.kinds[node]}; the contract says {kinds.get(name)}")
