"""Gates about the build: the package's tests, and the same bundle from the same commit."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from golive.chain.check.subject import failed, passed, skipped
from golive.engine.files import MANIFEST
from golive.records.document import digest_file

if TYPE_CHECKING:
    from golive.chain.check.subject import Subject
    from golive.records.gates import Gate

OUT = "GOLIVE_OUT"
_PYTHON = ("python", "python3")
_LAST = 3
"""Lines of a failing command that are shown."""
_NO_TESTS = 5
"""pytest's exit code when it found none."""


def tests(subject: Subject) -> Gate:
    """Run the tests of the tidied package."""
    if not subject.wanted.tests:
        return skipped("tests", "no package was named", hint='tests = "FOLDER" in [check] of golive.toml')
    folder = subject.place(subject.wanted.tests)
    if not folder.is_dir():
        return failed("tests", f"`{folder}` is not a folder", hint="name the folder that golive tidy wrote")
    paths = os.pathsep.join(filter(None, (str((folder / "src").resolve()), os.environ.get("PYTHONPATH"))))
    words = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = _run(words, folder, PYTHONPATH=paths)
    again = f"cd {shlex.quote(str(folder))} && PYTHONPATH=src python -m pytest"
    if done.returncode == _NO_TESTS:
        return failed("tests", f"`{folder}` has no tests", hint=again)
    if done.returncode:
        return failed("tests", f"the tests of `{folder}` do not pass: {_end(done)}", hint=again)
    counted = _end(done, lines=1).partition(" in ")[0]  # the same commit, the same record: without the time
    return passed("tests", f"the tests of `{folder.name}`: {counted}")


def build(subject: Subject) -> Gate:
    """Build twice, and hold both ids against the bundle."""
    command = subject.wanted.build
    if not command:
        return skipped(
            "build", "no build command was named", hint='build = "python build.py" in [check] of golive.toml'
        )
    ids = []
    for _ in range(2):
        made = _built(command, subject.place("."), f"{subject.new.open.manifest.name}.golive")
        if not made.startswith("sha256:"):
            return failed("build", made, hint=f"`{command}` must make a bundle at the path in {OUT}")
        ids.append(made)
    there = subject.new.open.id
    if ids[0] != ids[1]:
        text = f"two builds of the same commit differ: {ids[0][:19]} and {ids[1][:19]}"
        return failed(
            "build", text, hint="fix each seed, sort what has no order, take dates and paths out of the build"
        )
    if ids[0] != there:
        text = f"this commit builds {ids[0][:19]}, but the bundle is {there[:19]}"
        return failed("build", text, hint="build it again from this commit, with the library versions of parity.json")
    return passed("build", f"built twice, both times {there[:19]}")


def _built(command: str, folder: Path, name: str) -> str:
    """Run the command once; return the id of what it made, or what went wrong."""
    words = shlex.split(command)
    if words[0] in _PYTHON:
        words[0] = sys.executable  # the Python that runs this, which has what the build needs
    with TemporaryDirectory() as parent:
        out = Path(parent) / name  # a bundle is named after its folder
        try:
            done = _run(words, folder, **{OUT: str(out)})
        except OSError as exc:
            return f"`{words[0]}` could not be run: {exc.strerror}"
        if done.returncode:
            return f"`{command}` ended with {done.returncode}: {_end(done)}"
        if not (out / MANIFEST).is_file():
            return f"`{command}` made no bundle at the path in {OUT}"
        return digest_file(out / MANIFEST)


def _run(words: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", **more}
    return subprocess.run(
        words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
        check=False,
    )  # fmt: skip


def _end(done: subprocess.CompletedProcess[str], lines: int = _LAST) -> str:
    said = [line.strip("= ") for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
    return "; ".join(said[-lines:]) or "it said nothing"
