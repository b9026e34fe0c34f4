"""An environment of its own for a peer: together they would silently force each other's old libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def environment(name: str) -> str:
    """Return the Python that has a peer, from ``peers/NAME.txt``.

    It is made in ``.venv-NAME``; the variable NAME_PYTHON (SHAP_PYTHON, SCIKIT_PLOT_PYTHON) names one that is there.

    Raises
    ------
    CalledProcessError
        It does not install.
    """
    if told := os.environ.get(f"{name.upper().replace('-', '_')}_PYTHON"):
        return told
    made = ROOT / f".venv-{name}"
    python = made / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(made)], check=True)
    wanted = Path(__file__).parent / "peers" / f"{name}.txt"
    command = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(wanted)]
    subprocess.run(command, check=True, capture_output=True)
    return str(python)


def asked(name: str, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``benchmarks.peers.MODULE`` in the environment of a peer, with nothing of golive on its path."""
    command = [environment(name), "-W", "ignore", "-m", f"benchmarks.peers.{module}", *arguments]
    clean = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"}
    return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=600)
