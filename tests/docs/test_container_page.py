"""The tutorial of the container starts with lines that a reader can see and type."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.conformance import bundles

from golive.engine.bundle import load
from golive.engine.files import BUILD_FILES, MANIFEST

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "container.md"


def test_the_first_line_makes_the_bundle_as_pack_leaves_it(tmp_path: Path) -> None:
    made = bundles.bundle(tmp_path / "demo-out" / "credit.golive")
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("$ ")]
    subprocess.run(["bash", "-c", lines[0].removeprefix("$ ")], cwd=tmp_path, check=True)
    bare = tmp_path / "credit.golive"
    assert {path.relative_to(bare).as_posix() for path in bare.rglob("*") if path.is_file()} == {MANIFEST, *BUILD_FILES}
    assert load(bare).id == load(made).id
