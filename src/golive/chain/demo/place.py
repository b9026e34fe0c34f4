"""The folder the demo writes into, and the names in it."""

from __future__ import annotations

import os
import shutil
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, NamedTuple

from golive.engine.place import need_place
from golive.errors import OutputExistsError

if TYPE_CHECKING:
    from pathlib import Path

MARK = ".golive-demo"


class Place(NamedTuple):
    """Where everything of one run lies."""

    out: Path

    @property
    def notebook(self) -> Path:
        return self.out / "credit.ipynb"

    @property
    def package(self) -> Path:
        return self.out / "credit"

    @property
    def tidied(self) -> Path:
        return self.out / "tidied.json"

    @property
    def train(self) -> Path:
        return self.out / "train.csv"

    @property
    def holdout(self) -> Path:
        return self.out / "holdout.csv"

    @property
    def bundle(self) -> Path:
        return self.out / "credit.golive"

    @property
    def money(self) -> Path:
        return self.out / "money.toml"

    @property
    def known(self) -> Path:
        return self.out / "known.toml"

    @property
    def evidence(self) -> Path:
        return self.out / "evidence"

    @property
    def policy(self) -> Path:
        return self.out / "policy.toml"

    @property
    def journal(self) -> Path:
        return self.out / "journal.db"

    def environment(self) -> dict[str, str]:
        """Return the environment in which the package of tidy runs: the same every time."""
        return {**os.environ, "PYTHONPATH": str(self.package / "src"), "PYTHONHASHSEED": "0", "NO_COLOR": "1"}

    def named(self, path: Path) -> str:
        """Return a path as the reader sees it, relative to the output folder."""
        return path.relative_to(self.out).as_posix() + ("/" if path.is_dir() else "")


def prepare(out: Path, *, force: bool) -> Place:
    """Make the folder and put the notebook, its data, the brief and the prices into it.

    Raises
    ------
    OutputExistsError
        The folder is there and ``force`` is off, or it was not made by the demo: that one is never touched.
    """
    need_place(out)
    if out.exists():
        ours = (out / MARK).is_file()
        if out.is_symlink() and ours:
            raise OutputExistsError(
                f"`{out}` is a link, so it is not replaced", hint="name the folder itself with --out"
            )
        if not (ours and force) and (not out.is_dir() or any(out.iterdir())):
            hint = "--force replaces it" if ours else "it was not made by the demo; name another folder with --out"
            raise OutputExistsError(f"`{out}` is already there", hint=hint)
        if ours:
            shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).write_text("made by golive demo; --force replaces this folder\n", encoding="utf-8")
    for name in ("credit.ipynb", "credit_data.csv.gz", "brief.toml", "money.toml"):
        with as_file(files("golive.chain") / "data" / name) as source:
            shutil.copyfile(source, out / name)
    return Place(out.resolve())
