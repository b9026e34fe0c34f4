"""An export folder is written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from golive.errors import OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK = ".golive-export"
"""Only a folder that holds this is ever replaced."""


def write_folder(out: Path, files: Mapping[str, bytes], *, force: bool) -> list[Path]:
    """Write files into a new folder and return their paths, in the order given.

    Raises
    ------
    OutputExistsError
        The folder is there and ``force`` is false, or it was not written by an export.
    """
    if out.exists():
        ours = (out / _MARK).is_file()
        if not (force and ours):
            hint = "--force replaces it" if ours else "it is no export of golive, so it is never replaced; name another"
            raise OutputExistsError(f"`{out}` is already there", hint=hint)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name, data in {**files, _MARK: b"written by golive export\n"}.items():
            file = beside / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        beside.chmod(0o755)
        if out.exists():
            shutil.rmtree(out)
        beside.rename(out)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return [out / name for name in files]
