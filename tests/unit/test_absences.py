"""What must not be loaded. Import contracts read imports only; these look at a fresh interpreter's modules."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numpy", "pandas", "sklearn", "lightgbm", "scipy", "duckdb", "starlette", "rich", "msgspec")
TRAINING = ("pandas", "sklearn", "lightgbm", "matplotlib")


def loaded(code: str, names: tuple[str, ...]) -> set[str]:
    """Run code in a fresh interpreter and return which of the named libraries it loaded."""
    look = f"{code}\nimport sys\nprint('LOADED', *[n for n in {names!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("LOADED"))
    return set(line.split()[1:])


def test_the_training_stack_is_installed_or_these_tests_mean_nothing() -> None:
    assert loaded("import pandas, sklearn", TRAINING) >= {"pandas", "sklearn"}


def test_importing_golive_loads_nothing_heavy() -> None:
    assert loaded("import golive; golive.__version__; dir(golive); golive.errors", HEAVY) == set()


def test_help_loads_no_room() -> None:
    assert loaded("from golive.cli import run; assert run(['--help']) == 0", HEAVY) == set()


@pytest.mark.parametrize("verb", ["approve", "serve", "export", "watch", "score", "actions"])
def test_the_help_of_a_production_room_loads_no_training_stack(verb: str) -> None:
    assert loaded(f"from golive.cli import run; assert run([{verb!r}, '--help']) == 0", TRAINING) == set()


def test_files_are_scored_without_the_training_stack() -> None:
    wanted = ["cases", "desk", "score", "actions"]
    code = "\n".join(f"import golive.chain.{name}" for name in wanted)
    assert loaded(f"{code}\nimport golive.tables.wider.columns, golive.tables.wider.book", TRAINING) == set()


def test_a_service_starts_without_its_pages_and_without_what_reads_approvals_or_money() -> None:
    later = (
        "golive.page", "golive.serve.queue.handlers", "golive.serve.openapi", "golive.serve.docs", "golive.serve.gate",
        "golive.engine.approval", "golive.maths.money", "numpy.ma", "email.message", "zipfile", "difflib",
    )  # fmt: skip
    assert loaded("import golive.serve.service, golive.serve.server", later) == set()


@pytest.mark.parametrize(
    "room", ["engine", "tables", "maths", "records", "page", "serve", "watch", "export", "approve"]
)
def test_no_module_of_production_loads_the_training_stack(room: str) -> None:
    code = f"""
import importlib, pkgutil
package = importlib.import_module("golive.{room}")
for module in pkgutil.walk_packages(package.__path__, "golive.{room}."):
    importlib.import_module(module.name)
"""
    assert loaded(code, TRAINING) == set()
