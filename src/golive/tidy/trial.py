"""Write packages aside, run them, and keep the one that gives the notebook's own metric."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from golive.errors import NotebookError
from golive.tidy import package as packages
from golive.tidy.book import Obstacle
from golive.tidy.habits import unseeded
from golive.tidy.leaks import untold
from golive.tidy.plan import plan
from golive.tidy.shape import Shaped, shape
from golive.tidy.staged import stages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.program import Unit
    from golive.tidy.roles import Plan
    from golive.tidy.study import Studied
    from golive.tidy.target import Target

CLOSE = 1e-9
"""Two metrics are the same up to this; sums may be taken in another order."""

_PROBE = Path(__file__).with_name("probe.py")


@dataclass(frozen=True, kw_only=True)
class Tried:
    """Packages that were written and run."""

    plan: Plan | None
    """None where the cleaning is not a function of any rows."""
    kept: Shaped
    kept_answer: dict[str, Any]
    repaired: Shaped | None
    repaired_answer: dict[str, Any]
    obstacle: str
    """What stood in the way of the missing ones."""


def tried(studied: Studied, name: str, files: dict[str, Path], timeout: float) -> Tried:
    """Write both packages and run them; where the cleaning is not a function of any rows, the stages."""
    obstacle = ""
    for bold in (True, False):
        try:
            return _try_rows(studied, name, files, timeout, bold=bold)
        except Obstacle as exc:
            obstacle = obstacle or str(exc)
    shaped = stages(studied.kept, studied.world, studied.target, name, packages.data_names(files))
    (answer,) = _probed({"kept": shaped}, name, files, outcome="", rows=False, timeout=timeout)
    _refuse_other_metric(studied.target, answer, studied.kept)
    return Tried(plan=None, kept=shaped, kept_answer=answer, repaired=None, repaired_answer={}, obstacle=obstacle)


def _try_rows(studied: Studied, name: str, files: dict[str, Path], timeout: float, *, bold: bool) -> Tried:
    roles = plan(studied.kept, studied.world, studied.target, bold=bold)
    names = packages.data_names(files)
    given = (roles, studied.world, studied.target, name, names)
    shaped, obstacle = {"kept": shape(*given, repair=False)}, untold(roles, studied.leaks)
    if not obstacle:
        try:
            shaped["repaired"] = shape(*given, repair=True)
        except Obstacle as exc:
            obstacle = str(exc)
    outcome = next(iter(roles.outcome_columns), "") if len(roles.outcome_columns) == 1 else ""
    kept, *others = _probed(shaped, name, files, outcome=outcome, rows=True, timeout=timeout)
    _refuse_broken_law(kept)
    if difference := _difference(studied.target, kept):
        raise Obstacle(difference)
    repaired: dict[str, Any] = others[0] if others else {}
    if "error" in repaired:
        obstacle = f"{repaired['where']}: {repaired['error']}"
    return Tried(
        plan=roles,
        kept=shaped["kept"],
        kept_answer=kept,
        repaired=None if obstacle else shaped["repaired"],
        repaired_answer=repaired,
        obstacle=obstacle,
    )


def _probed(
    shaped: dict[str, Shaped], name: str, files: dict[str, Path], *, outcome: str, rows: bool, timeout: float
) -> list[dict[str, Any]]:
    """Run packages in a fresh interpreter."""
    with tempfile.TemporaryDirectory(prefix="golive-") as temporary:
        roots = {which: Path(temporary) / which for which in shaped}
        for which, root in roots.items():
            packages.write_modules(root, name, shaped[which].modules, data_for(files))
        request, answer = Path(temporary) / "request.json", Path(temporary) / "answer.json"
        asked = [{"root": str(root), "package": name, "rows": rows} for root in roots.values()]
        request.write_text(json.dumps({"packages": asked, "outcome": outcome}))
        command = [sys.executable, str(_PROBE), str(request), str(answer)]
        try:
            environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
            limit = timeout * len(asked)
            subprocess.run(command, cwd=temporary, env=environment, check=True, capture_output=True, timeout=limit)
        except subprocess.TimeoutExpired as exc:
            raise NotebookError(f"the package was still running after {timeout:g} seconds") from exc
        except subprocess.CalledProcessError as exc:
            raise NotebookError(f"the package stopped Python: {exc.stderr.decode(errors='replace')[-300:]}") from exc
        answers: list[dict[str, Any]] = json.loads(answer.read_text())
        return answers


def data_for(files: dict[str, Path]) -> dict[str, Path]:
    """Name in the data folder -> file."""
    return {name: files[text] for text, name in packages.data_names(files).items()}


def _refuse_broken_law(answer: dict[str, Any]) -> None:
    """Every row must be cleaned by itself as among others."""
    if "error" in answer:
        raise Obstacle(f"{answer['where']}: {answer['error']}")
    if answer["alone"]:
        raise Obstacle(f"a single row is cleaned otherwise than among others, in: {', '.join(answer['alone'])}")
    if not answer["as_cleaned"]:
        raise Obstacle("the rows that judge are changed after the cleaning, before the model gets them")
    if not answer["untouched"]:
        raise Obstacle("the cleaning changes the rows it is handed")


def _refuse_other_metric(target: Target, answer: dict[str, Any], kept: Sequence[Unit]) -> None:
    hint = "the slice lacks a line that matters; unseeded randomness is the usual cause"
    if "error" in answer:
        raise NotebookError(f"the package does not run, {answer['where']}: {answer['error']}", hint=hint)
    difference = _difference(target, answer)
    if not difference:
        return
    if chance := next(unseeded(kept), None):
        place = f"cell {chance.cell}, line {chance.line}: {chance.what}, so no seed gives the number again"
        raise NotebookError(f"{difference}; {place}; nothing was written", hint=chance.hint)
    raise NotebookError(f"{difference}; nothing was written", hint=hint)


def _difference(target: Target, answer: dict[str, Any]) -> str:
    for report in target.reports:
        value = answer["metrics"][report.name]
        if not math.isclose(value, report.value, rel_tol=0, abs_tol=CLOSE):
            return f"the package gives {report.name} {value!r}, the notebook {report.value!r}"
    return ""
