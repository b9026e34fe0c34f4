"""Which files a path means: one file of rows, or the parquet parts of a folder or of a pattern."""

from __future__ import annotations

import hashlib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from golive.errors import InputError
from golive.records.document import Digest, digest_file

if TYPE_CHECKING:
    from collections.abc import Iterable

PARQUET = ".parquet"
BOOKS = (".xlsx", ".xlsm")
"""Workbooks; macros are never run."""
KINDS = (".csv", ".tsv", ".txt", ".csv.gz", PARQUET, *BOOKS)
PATTERN = frozenset("*?[")
_READ = "this version reads .csv, .csv.gz, .parquet and .xlsx"


def parts(path: Path) -> tuple[Path, ...]:
    """Return the files that a path means, sorted by name.

    Parameters
    ----------
    path
        A file of rows; a folder, whose parquet files are taken, also those of folders inside it; or a pattern such as
        ``scored/part-*.parquet``. Names that start with ``.`` or ``_`` are left out, as Spark does.

    Raises
    ------
    InputError
        Nothing is there, or more than one file and not all of them parquet.
    """
    if path.is_file():
        return (path,)
    if path.is_dir():
        found = _shown(path, path.rglob(f"*{PARQUET}"))
        if not found:
            raise InputError(
                f"`{path}` is not a file, but a folder without parquet files",
                hint="name one file of rows, or a folder of .parquet parts",
            )
        return found
    if PATTERN & set(path.name):
        found = _shown(path.parent, path.parent.glob(path.name))
        if not found:
            raise InputError(f"no file fits the pattern `{path}`", hint="put it in quotes: '*.parquet'")
        others = [one.name for one in found if one.suffix.lower() != PARQUET]
        if others and len(found) > 1:
            raise InputError(
                f"`{path}` means {len(found)} files, and `{others[0]}` is not parquet; only parquet comes in parts",
                hint="join the files, or write them as parquet",
            )
        return found
    raise _nothing(path)


def kind_of(path: Path) -> str:
    """Return how one file of rows is to be read: one of `KINDS`."""
    if not path.is_file():
        if path.is_dir():
            raise InputError(f"`{path}` is not a file, but a folder", hint="name a .csv, .csv.gz or .parquet file")
        raise _nothing(path)
    kind = ("".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix).lower()
    if kind not in KINDS:
        hint = "save it as .xlsx" if kind in (".xls", ".xlsb", ".ods") else _READ
        raise InputError(f"`{path.name}` is of an unknown kind, `{kind}`", hint=hint)
    return kind


def digest_of(path: Path) -> Digest:
    """Return the digest of one file's bytes; of many, that of their digests and names, a line each.

    The lines are those of ``sha256sum`` run in the folder, so that the digest can be taken again by hand.
    """
    found = parts(path)
    if len(found) == 1:
        return digest_file(found[0])
    top = path if path.is_dir() else path.parent
    lines = [f"{digest_file(one).removeprefix('sha256:')}  {one.relative_to(top).as_posix()}\n" for one in found]
    return Digest("sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest())


def _shown(top: Path, found: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(
        one
        for one in sorted(found)
        if one.is_file() and not any(piece.startswith((".", "_")) for piece in one.relative_to(top).parts)
    )


def _nothing(path: Path) -> InputError:
    beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
    near = get_close_matches(path.name, beside, n=1)
    return InputError(
        f"`{path}` is not a file, because nothing is there",
        hint=f"did you mean {path.parent / near[0]}?" if near else "name a .csv, .csv.gz, .parquet or .xlsx file",
    )
