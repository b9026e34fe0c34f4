"""Cleaning and model leave Python."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from golive.errors import need
from golive.pack.build import build
from golive.pack.parity import REAL, sentence
from golive.records import document
from golive.records.parity import Parity
from golive.records.tidied import Tidied
from golive.records.walk import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.chain.demo.place import Place


def step(place: Place) -> Step:
    """Compile the repaired package's cleaning and model, and prove every row."""
    pandas = need("pandas", extra="demo")
    tidied = document.read(place.tidied, Tidied)
    with _importable(place):
        bundle = build(
            _named(tidied.model)(),
            pandas.read_csv(place.train),
            clean=_named(tidied.clean),
            outcome=tidied.outcome,
            event=int(tidied.event_class),
            holdout=pandas.read_csv(place.holdout),
            out=place.bundle,
        )
    parity = document.read(place.bundle / "parity.json", Parity)
    real = [check for check in parity.checks if check.what == "score" and check.rows in REAL]
    hostile = sum(check.compared for check in parity.checks if check.what == "score" and check.rows == "hostile")
    return Step(
        room="pack",
        sentences=(
            f"Cleaning and model are one graph of {len(bundle.graph.nodes)} operations: {sentence(parity.checks)}; so "
            f"are {hostile:,} hostile rows made to break it.",
            f"{len(parity.frozen)} numbers that the cleaning learned from the training rows are constants now, such as "
            + "; ".join(f"{one.what} = {one.value} ({one.where})" for one in parity.frozen[:2])
            + ".",
        ),
        files=(place.named(place.bundle),),
        facts={
            "operations": len(bundle.graph.nodes),
            "inputs": len(bundle.contract.inputs),
            "frozen": len(parity.frozen),
            "rows compared": sum(check.compared for check in real),
            "rows equal": sum(check.equal for check in real),
            "largest difference": max(check.largest for check in real),
            "hostile rows": hostile,
        },
    )


def _named(dotted: str) -> Any:
    module, _, name = dotted.partition(":")
    return getattr(import_module(module), name)


@contextmanager
def _importable(place: Place) -> Iterator[None]:
    """Let the package that tidy wrote be imported, and forget it afterwards: another run has another one."""
    known = set(sys.modules)
    sys.path.insert(0, str(place.package / "src"))
    quiet, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = quiet
        sys.path.remove(str(place.package / "src"))
        for name in set(sys.modules) - known:
            if name.partition(".")[0] == place.package.name:
                del sys.modules[name]
