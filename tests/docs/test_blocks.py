"""Every block of the documentation runs.

A page's blocks run in order, in a folder that holds ``demo-out``: ``python`` blocks share one namespace, ``console``
blocks run each line that starts with ``$ golive`` (``# exit 1`` at its end states another exit code), ``toml`` and
``json`` blocks must parse. A block behind ``<!-- not run: why -->`` is left out, and the why must be there. What a
reader already has (a model, a frame) is set up by Python in a comment that starts with ``<!-- given``.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(page.relative_to(ROOT) for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")))
BLOCK = re.compile(
    r"^<!-- given\n(?P<given>.*?)^-->"
    r"|(?:^<!-- not run: *(?P<why>[^\n]*?) *-->\s*\n)?^```(?P<kind>\w*)[^\n]*\n(?P<text>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
RUN = {"python", "console"}
PARSED = {"toml": tomllib.loads, "json": json.loads}


def blocks(page: Path) -> list[re.Match[str]]:
    return list(BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")))


RUNNING = [page for page in PAGES if any(found["kind"] in RUN and found["why"] is None for found in blocks(page))]


def test_there_are_pages_that_run() -> None:
    assert RUNNING


@pytest.mark.parametrize("page", RUNNING, ids=str)
def test_the_blocks_of_a_page_run(page: Path, workspace: Path) -> None:
    namespace: dict[str, object] = {"__name__": "page"}
    for found in blocks(page):
        if found["why"] is not None:
            assert found["why"], f"{page}: a block is left out without a reason"
        elif found["given"] or found["kind"] == "python":
            exec(compile(found["given"] or found["text"], str(page), "exec"), namespace)
        elif found["kind"] == "console":
            for line in found["text"].splitlines():
                if line.startswith("$ golive"):
                    typed(line.removeprefix("$ "), page)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_the_documents_on_a_page_parse(page: Path) -> None:
    for found in blocks(page):
        if found["kind"] in PARSED and found["why"] is None:
            PARSED[found["kind"]](found["text"])


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
        assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


def typed(line: str, page: Path) -> None:
    command, _, expected = line.partition("# exit ")
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == int(expected or 0), f"{page}: {line}\n{done.stdout}\n{done.stderr}"
