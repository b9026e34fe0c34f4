"""``%load_ext golive``: ``%tidy`` inside a notebook, its page shown under the cell.

The notebook is read as it was saved, and tidied by a process of its own: what runs in this kernel is left alone.
"""

from __future__ import annotations

import html
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from golive.errors import GoliveError, InputError, need

_HEIGHT = 640
"""Pixels of the page under the cell; it scrolls."""


def register(shell: Any) -> None:
    """Give a running IPython the command ``%tidy``."""

    def tidy(line: str) -> None:
        """Tidy this notebook as it was saved, or the one that is named; takes the options of `golive tidy`."""
        try:
            _tidy(_words(line, shell))
        except GoliveError as exc:
            print(f"error: {exc}")

    shell.register_magic_function(tidy, "line", "tidy")


def _tidy(words: list[str]) -> None:
    # A kernel asks for colours; under a cell there is no terminal that would know what to do with a progress bar.
    kept = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
    command = [sys.executable, "-m", "golive", "tidy", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**kept, "NO_COLOR": "1"}, text=True
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="")
    if running.returncode == 0 and not {"--check", "--help", "-h"} & set(words):
        _show(_place(words))


def _words(line: str, shell: Any) -> list[str]:
    """The words of the command, with this notebook where none is named."""
    words = shlex.split(line)
    named = any(word.endswith((".ipynb", ".py")) for word in words) or "--help" in words
    return words if named else [_this_notebook(shell), *words]


def _this_notebook(shell: Any) -> str:
    """Editors say which notebook a kernel belongs to, each in its own way."""
    for said in (shell.user_ns.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME")):
        if said and str(said).endswith(".ipynb") and Path(said).is_file():
            return str(said)
    raise InputError("this editor does not say which notebook this is", hint="name it: %tidy NOTEBOOK.ipynb")


def _place(words: list[str]) -> Path:
    """The folder of the package."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--out":
            return Path(following)
        if word.startswith("--out="):
            return Path(word.partition("=")[2])
    from golive.tidy.package import name_for

    return Path(name_for(next(word for word in words if word.endswith((".ipynb", ".py")))))


def _show(place: Path) -> None:
    """Put the page under the cell, in a frame that may do nothing."""
    display = need("IPython.display", extra="tidy")
    page = html.escape((place / "tidy.html").read_text(encoding="utf-8"))
    style = f"width:100%;height:{_HEIGHT}px;border:0"
    display.display(display.HTML(f'<div><iframe sandbox srcdoc="{page}" style="{style}"></iframe></div>'))
