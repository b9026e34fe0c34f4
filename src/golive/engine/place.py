"""Where something may be written: not below a file, not behind a link to nothing, not into a bundle."""

from __future__ import annotations

import os
from pathlib import Path

from golive.engine.files import BUILD_FILES, LATER_FILES, MANIFEST
from golive.errors import InputError


def need_place(out: Path) -> None:
    """Refuse a path at which nothing can be written, before any work is done for it.

    A bundle with a file that it does not know does not open any more, so nothing is written into one but the files
    that are added to bundles (``policy.toml`` and the like).

    Raises
    ------
    InputError
        A part of the path is a file, ``out`` is a link to nothing, or it lies inside a bundle.
    """
    if os.path.lexists(out) and not out.exists():
        raise InputError(f"`{out}` is a link to `{out.readlink()}`, which is not there", hint="name another place")
    real = Path(os.path.realpath(out))
    for above in real.parents:
        if above.exists() and not above.is_dir():
            raise InputError(
                f"`{out}` cannot be written: `{above.name}` in it is a file; expected a folder",
                hint="name another place",
            )
        if is_bundle(above) and real.relative_to(above).as_posix() not in LATER_FILES:
            raise InputError(
                f"`{out}` lies inside the bundle `{above.name}`, which would not open with a file it does not know",
                hint=f"name a place outside, for example {above.parent / real.name}",
            )


def free(name: str, within: Path = Path()) -> Path:
    """Return a place that is not taken yet: ``name``, or ``name-2``, ``name-3`` ..."""
    found, at = within / name, 1
    while os.path.lexists(found):
        at += 1
        found = within / f"{name}-{at}"
    return found


def is_bundle(folder: Path) -> bool:
    """Whether a folder looks like a bundle; manifests have other programs too."""
    return all((folder / name).is_file() for name in (MANIFEST, *BUILD_FILES[:2]))
