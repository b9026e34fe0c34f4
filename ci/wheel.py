"""Install the wheel alone into clean environments and import every module.

Three environments: the base alone (everything that needs no extra must import), newest of all extras, and the
lowest versions that pyproject.toml allows, where `golive demo` runs too. An error in any of them ends the run with
exit code 1.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMPORT_ALL = """
import importlib, pkgutil, sys, golive
extras = set(sys.argv[1:])
failed = 0
count = 0
for module in pkgutil.walk_packages(golive.__path__, "golive."):
    if module.name.endswith("__main__"):
        continue
    count += 1
    try:
        importlib.import_module(module.name)
    except Exception as exc:
        missing = getattr(exc, "name", None)
        if "all" in extras or missing is None or not isinstance(exc, ImportError) or missing.startswith("golive"):
            print(f"{module.name}: {exc!r}")
            failed += 1
        else:
            print(f"{module.name}: needs {missing} (an extra)")
assert golive.__all__
for name in golive.__all__ if "all" in extras else ["load", "Bundle", "errors"]:
    getattr(golive, name)
print(f"{count} modules, {failed} failed")
sys.exit(failed > 0)
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        wheel = built(Path(folder))
        lowest = Path(folder) / "lowest.txt"
        lowest.write_text("\n".join(lowest_versions()) + "\n")
        worst = 0
        for title, extra, constraints in (("base", "", None), ("newest", "[all]", None), ("lowest", "[all]", lowest)):
            print(f"== wheel, {title}", flush=True)
            worst = max(worst, imported(Path(folder) / title, f"{wheel}{extra}", extra.strip("[]"), constraints))
        return worst


def built(folder: Path) -> Path:
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder / "dist"), str(ROOT)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


def imported(folder: Path, what: str, extra: str, constraints: Path | None) -> int:
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    limits = ["--constraint", str(constraints)] if constraints else []
    subprocess.run([python, "-m", "pip", "install", "--quiet", *limits, what], check=True)
    subprocess.run([python, "-m", "pip", "check"], check=True)
    # Outside the checkout, so that only the wheel can be imported.
    code = subprocess.run([python, "-c", IMPORT_ALL, extra], cwd=folder).returncode
    # With the lowest versions the whole chain is walked: importing proves little.
    typed = ["demo"] if constraints else ["--help"]
    return code or subprocess.run([folder / "bin" / "golive", *typed], cwd=folder, stdout=subprocess.DEVNULL).returncode


def lowest_versions() -> list[str]:
    """Every lower bound of pyproject.toml as a pin."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    return sorted(
        {f"{found[1]}=={found[2]}" for line in wanted if (found := re.fullmatch(r"([\w-]+)>=([\d.]+)", line))}
    )


if __name__ == "__main__":
    sys.exit(main())
