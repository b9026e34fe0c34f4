"""Types a page of the documentation line by line, as a reader would, and says how long each line took.

Lines that begin with ``$ docker`` are done by `tests.chain.container`: the same Dockerfile, the same settings, without
a daemon. Everything else goes through the shell.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.chain import container
from tests.serving import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "container.md"
_BLOCK = re.compile(r"^<!-- given\n(?P<given>.*?)^-->|^```console\n(?P<console>.*?)^```", re.MULTILINE | re.DOTALL)


class Typed(NamedTuple):
    """One line that was typed."""

    line: str
    seconds: float
    printed: str


def missing() -> str:
    """Say why the page cannot be typed here; empty when it can."""
    absent = [name for name in ("ssh-keygen", "curl") if shutil.which(name) is None]
    return container.missing() or (f"not installed: {', '.join(absent)}" if absent else "")


def lines(page: Path = PAGE) -> Iterator[tuple[str, str]]:
    """Yield ``given`` with Python, or ``typed`` with a line for the shell, in the order of the page."""
    for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        if found["given"]:
            yield "given", found["given"]
        else:
            for line in found["console"].splitlines():
                if line.startswith("$ "):
                    yield "typed", line.removeprefix("$ ")


def type_page(folder: Path, store: container.Store, told: Callable[[Typed], None]) -> list[Typed]:
    """Type the page in a folder that holds ``demo-out``; the container is gone afterwards."""
    done = []
    here = f"127.0.0.1:{free_port()}"  # the page's own port may be taken
    with ExitStack() as open_:
        for kind, text in ((kind, text.replace("127.0.0.1:8080", here)) for kind, text in lines()):
            start = time.perf_counter()
            if kind == "given":
                _shell(shlex.join([sys.executable, "-c", text]), folder)
                continue
            printed = _docker(text, folder, store, open_) if text.startswith("docker ") else _shell(text, folder)
            done.append(Typed(text, time.perf_counter() - start, printed))
            told(done[-1])
    return done


def _shell(line: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "-c", f'golive() {{ "{sys.executable}" -m golive "$@"; }}\n{line}']
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 0, f"$ {line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _docker(line: str, folder: Path, store: container.Store, open_: ExitStack) -> str:
    """Do what Docker would; a word that is not understood is an error."""
    verb, *words = shlex.split(line)[1:]
    options: dict[str, list[str]] = {}
    plain = []
    left = iter(words)
    for word in left:
        if word in ("-t", "--build-arg", "-e", "-v", "-p", "--tmpfs"):
            options.setdefault(word, []).append(next(left))
        elif word != "--read-only":
            plain.append(word)
    (named,) = plain
    if verb == "build":
        arguments = dict(part.split("=", 1) for part in options["--build-arg"])
        (tag,) = options["-t"]
        store.build(folder / named, tag, **{**arguments, "BASE": store.base_name})
        return ""
    assert verb == "run" and options["--tmpfs"] == ["/tmp"], line
    (mounted,), (published,) = options["-v"], options["-p"]
    data, inside = mounted.split(":")
    assert inside == "/data", line
    for file in [folder / data, *(folder / data).iterdir()]:
        os.chown(file, container.USER, container.USER)
    environment = dict(part.split("=", 1) for part in options.get("-e", []))
    port = int(published.split(":")[1])
    return open_.enter_context(container.running(store.opened(named), folder / data, port, **environment))
