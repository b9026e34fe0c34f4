"""The notebook becomes a package, and the package is used as its owner would use it: through its command line."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from golive.errors import WorldError
from golive.records.document import write
from golive.records.walk import Step
from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from golive.chain.demo.place import Place
    from golive.records.tidied import Metric, Tidied


ORDERS = {
    "file": "cells from top to bottom",
    "counts": "execution counts",
    "again": "execution counts, some cells again",
    "flow": "data flow",
}


def step(place: Place) -> Step:
    """Tidy the notebook with its leak repaired, run the package's tests, and split the raw rows."""
    tidied = tidy_notebook(place.notebook, place.package, repair=True)
    write(tidied, place.tidied)
    tests = _in_package(place, "-m", "pytest", "-q", "-p", "no:cacheprovider").splitlines()[-1]
    _in_package(place, "-m", tidied.package, "split", "--out", str(place.out))
    first = tidied.metrics[0]
    repaired = sum(leak.repaired for leak in tidied.leaks)
    return Step(
        room="tidy",
        sentences=(
            f"{tidied.notebook} runs in the order of its {ORDERS[tidied.order]} only; {len(tidied.kept)} "
            f"statements are needed, {len(tidied.left)} are left out. The package's tests: "
            f"{_without_time(tests)}; {tidied.git}.",
            f"{first.name}: notebook {first.notebook:.4f}, package {first.kept:.4f}, "
            f"package without the leaks {_honest(first)}.",
            f"{len(tidied.leaks)} places learned from rows that later judge the model; {repaired} were repaired.",
            *(f"Leak in {leak.what}." for leak in tidied.leaks),
        ),
        files=(
            place.named(place.package),
            place.named(place.tidied),
            place.named(place.train),
            place.named(place.holdout),
        ),
        facts=_facts(tidied, first),
    )


def _facts(tidied: Tidied, first: Metric) -> dict[str, str | int | float | bool | None]:
    return {
        "order": tidied.order,
        "statements kept": len(tidied.kept),
        "statements left out": len(tidied.left),
        "leaks": len(tidied.leaks),
        "metric": first.name,
        "metric of the notebook": first.notebook,
        "metric of the package": first.kept,
        "metric without the leak": first.repaired,
    }


def _honest(metric: Metric) -> str:
    return "not known" if metric.repaired is None else f"{metric.repaired:.4f}"


def _without_time(line: str) -> str:
    """Cut pytest's last line before the time, so that two runs say the same."""
    return line.strip("= ").partition(" in ")[0]


def _in_package(place: Place, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-B", *arguments],
        cwd=place.package,
        env=place.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise WorldError(
            f"`{' '.join(arguments)}` failed in `{place.package}`:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return done.stdout.strip()
