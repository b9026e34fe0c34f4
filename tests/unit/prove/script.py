"""The page's script under Node: what a test gives goes in, what the script answers comes out."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

if TYPE_CHECKING:
    from pathlib import Path

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="Node is not installed: the page's arithmetic was NOT checked")


def run(script: str, given: object, **modules: Path) -> Any:
    """Run JavaScript with what is given as ``given``; it must set ``answer``. ``modules``: name -> file to require."""
    assert NODE is not None
    required = "".join(f"const {name} = require({json.dumps(str(file))});\n" for name, file in modules.items())
    whole = f"""
      {required}
      const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
      let answer;
      {script}
      console.log(JSON.stringify(answer));
    """
    done = subprocess.run([NODE, "-e", whole], input=msgspec.json.encode(given), capture_output=True, check=True)
    return json.loads(done.stdout)
