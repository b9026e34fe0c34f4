"""The same decision for a product that is not written in Python, and a container for one that may be."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from golive.chain.demo.absent import node
from golive.errors import ParityError
from golive.export.docker import Lock, export_docker
from golive.export.javascript import export_javascript
from golive.records.walk import Step

if TYPE_CHECKING:
    from pathlib import Path

    from golive.chain.demo.place import Place


def step(place: Place) -> Step:
    """Export to JavaScript, run the golden rows there, and write the container's files."""
    script = place.out / "javascript"
    files = export_javascript(place.bundle, script)
    container = place.out / "docker"
    # Without hashes: those would be asked of a package index, and the demo runs without a network.
    export_docker(place.bundle, container, accept_typed=True, lock=Lock(hashes=False))
    equal = _run(script / "check.mjs")
    runtime = next(file for file in files if file.suffix == ".js")
    return Step(
        room="export",
        sentences=(
            f"One JavaScript file without dependencies ({runtime.stat().st_size / 1000:.1f} kB) and the decision as "
            "data: "
            + (f"under Node, {equal}." if equal else "Node is not on this machine, so the golden rows wait to be run."),
            "A Dockerfile with exact versions serves the same bundle without pandas or scikit-learn.",
        ),
        files=(place.named(script), place.named(container)),
        facts={"golden rows under node": equal, "runtime bytes": runtime.stat().st_size},
    )


def _run(check: Path) -> str | None:
    program = node()
    if program is None:
        return None
    done = subprocess.run([program, str(check)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ParityError(f"the exported JavaScript disagrees with Python: {done.stdout}{done.stderr}")
    return done.stdout.strip()
