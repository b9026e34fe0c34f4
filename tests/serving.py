"""What tests of a service in a process of its own need: a free port, and the moment from which it answers."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def address(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Wait until `golive serve` answers; return its address and all that it said until then."""
    assert process.stderr is not None
    said = ""
    while "curl" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    found = re.search(r"answering on (http://127\.0\.0\.1:\d+)", said)
    assert found, said
    return found[1], said
