"""Keep a rehearsal in the bundle, where those who sign are shown it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.approve.check import write
from golive.approve.verify import spoken_for
from golive.approve.written import REHEARSAL
from golive.errors import OutputExistsError
from golive.records.document import encode

if TYPE_CHECKING:
    from pathlib import Path

    from golive.records.rehearsal import Rehearsal


def keep(bundle: Path, rehearsal: Rehearsal, *, force: bool = False) -> Path:
    """Write a rehearsal into a bundle.

    Raises
    ------
    OutputExistsError
        The bundle was signed with another rehearsal, or without one, and ``force`` was not given.
    """
    path, data = bundle / REHEARSAL, encode(rehearsal)
    same = path.is_file() and path.read_bytes() == data
    if not same and not force and spoken_for(bundle):
        raise OutputExistsError(
            f"`{bundle.name}` was signed already, and not with this rehearsal",
            hint="add --force to keep it; the signatures do not speak about it and no longer hold then",
        )
    write(bundle, {REHEARSAL: data})
    return path
