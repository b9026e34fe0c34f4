"""Where a notebook runs: a copy of its folder, with a home of its own; and what it did there."""

from __future__ import annotations

import os
import shutil
import site
from pathlib import Path
from typing import TYPE_CHECKING

from golive.errors import InputError
from golive.records.tidied import Touched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LARGEST = 2_000_000_000
"""Bytes of the notebook's folder that are still copied."""

_NOT_COPIED = (".git", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints")
_DATA_HOMES = {"SCIKIT_LEARN_DATA": "scikit_learn_data", "SEABORN_DATA": "seaborn-data"}
"""Variable -> folder of the home in which a library keeps the data that it fetched."""


def copied(folder: Path, to: Path) -> Path:
    """Copy a folder without what only tools need."""
    size = sum(file.stat().st_size for file in _files(folder))
    if size > LARGEST:
        raise InputError(
            f"`{folder}` holds {size / 1e9:.1f} GB; at most {LARGEST / 1e9:.0f} GB are copied to run a notebook",
            hint="move the notebook into a folder of its own, or name its data with --data FOLDER",
        )
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns(*_NOT_COPIED), ignore_dangling_symlinks=True)
    return to


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NOT_COPIED]
        yield from (path for name in files if (path := Path(root) / name).is_file())


def environment(root: Path) -> dict[str, str]:
    """The variables a kernel runs with: its home is a folder beside the copy, whatever it looks for there."""
    home, real = root / "home", Path.home()
    (home / ".cache" / "matplotlib").mkdir(parents=True, exist_ok=True)
    for fonts in (real / ".cache" / "matplotlib").glob("fontlist*.json"):  # or every run would look for fonts again
        shutil.copy(fonts, home / ".cache" / "matplotlib")
    kept = {name: str(real / folder) for name, folder in _DATA_HOMES.items() if (real / folder).is_dir()}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return {
        **kept,
        **inherited,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "PYTHONUSERBASE": site.getuserbase(),  # packages that were installed for one person live in the real home
        "MPLBACKEND": "agg",  # pictures are not compared; a backend without windows costs nothing
        "IPYTHONDIR": str(root / "notes" / "ipython"),  # a fresh kernel runs nobody's startup files
        "PYTHONHASHSEED": "0",
    }


def touched(
    folder: Path, root: Path, brought: Sequence[str], places: Mapping[str, tuple[int, int]]
) -> tuple[Touched, ...]:
    """Compare the copy with the folder.

    Parameters
    ----------
    brought
        Files that golive put into the copy.
    places
        Path from ``root`` -> cell and line that asked for a change.
    """
    copy, home = root / "notebook", root / "home"
    before = {str(file.relative_to(folder)): file for file in _files(folder)}
    after = {str(file.relative_to(copy)): file for file in _files(copy)}
    found = [(name, "removed") for name in before.keys() - after.keys()]
    found += [(name, "made") for name in after.keys() - before.keys() - set(brought)]
    found += [(name, "changed") for name in after.keys() & before.keys() if _differ(before[name], after[name])]
    named = [(f"notebook/{name}", name, what) for name, what in found]
    for file in _files(home):
        if not file.is_relative_to(home / ".cache"):
            name = str(file.relative_to(home))
            named.append((f"home/{name}", f"~/{name}", "made"))
    return tuple(
        Touched(path=name, what=what, cell=place[0], line=place[1])
        if (place := _nearest(key, places))
        else Touched(path=name, what=what)
        for key, name, what in sorted(named)
    )


def _nearest(path: str, places: Mapping[str, tuple[int, int]]) -> tuple[int, int] | None:
    """The place for the path itself or for the folder that was removed with it."""
    return next((places[one] for one in (path, *map(str, Path(path).parents)) if one in places), None)


def _differ(one: Path, other: Path) -> bool:
    before, after = one.stat(), other.stat()
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
