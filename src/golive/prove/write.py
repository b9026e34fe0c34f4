"""Evidence onto the disk: each file appears whole or not at all."""

from __future__ import annotations

from importlib import import_module
from shlex import quote
from typing import TYPE_CHECKING

from golive.engine.place import free, is_bundle, need_place
from golive.engine.whole import put_files
from golive.errors import OutputExistsError
from golive.page.alone import drawings
from golive.records.document import encode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from golive.records.evidence import Evidence

EVIDENCE = "evidence.json"
REPORT = "report.html"
WORKBOOK = "report.xlsx"
CHARTS = "charts"
"""Folder of the drawings of the page, each as a picture of its own."""
MONEY = "money.toml"
KNOWN = "known.toml"


def write(
    evidence: Evidence, out: Path, *, bundle: Path | None = None, money: Path | None = None, known: Path | None = None,
    force: bool = False,
) -> tuple[Path, ...]:  # fmt: skip
    """Write record and report, and put them into the bundle they speak about.

    Parameters
    ----------
    evidence
        What was found.
    out
        Folder for ``evidence.json``, ``report.html``, ``report.xlsx``, ``charts`` and copies of what people wrote.
    bundle
        Bundle folder; gets ``evidence/evidence.json``, ``evidence/report.html`` and ``money.toml``.
    money
        The money file that was used.
    known
        The file that says which inputs are known before the decision. Evidence names its digest.
    force
        Write over what is there.

    Raises
    ------
    OutputExistsError
        ``out`` holds something, or the bundle has other evidence or another money file, and ``force`` was not given.
        Nothing was written.
    """
    may_write(out, force=force)
    page: bytes = import_module("golive.prove.report").html(evidence).encode()
    files = {EVIDENCE: encode(evidence), REPORT: page}
    prices = {} if money is None else {MONEY: money.read_bytes()}
    answers = {} if known is None else {KNOWN: known.read_bytes()}
    drawn = {f"{CHARTS}/{name}.svg": svg.encode() for name, svg in drawings(page.decode())}
    book = {WORKBOOK: import_module("golive.prove.workbook").workbook(evidence)}
    wanted = {out: files | book | drawn | prices | answers}
    if bundle is not None:
        wanted[bundle] = {f"evidence/{name}": data for name, data in files.items()} | prices
        _refuse_other(bundle, wanted[bundle], force=force)
    return put_files(wanted)


def may_write(out: Path, *, force: bool) -> None:
    """Refuse a folder that cannot be written, before any work is done for it."""
    need_place(out)
    if is_bundle(out):
        raise OutputExistsError(
            f"`{out}` is a bundle; it gets its evidence by itself", hint="name another folder with --out"
        )
    if out.exists() and not out.is_dir():
        raise OutputExistsError(f"`{out}` is a file; expected a folder to write into", hint="name another --out")
    if out.is_dir() and any(out.iterdir()) and not force:
        hint = f"--out {quote(str(free(out.name or 'proof', out.parent)))}, or add --force"
        raise OutputExistsError(f"`{out}` is already there", hint=hint)


def _refuse_other(bundle: Path, files: Mapping[str, bytes], *, force: bool) -> None:
    for name, data in files.items():
        path = bundle / name
        if path.exists() and path.read_bytes() != data and not force:
            raise OutputExistsError(
                f"`{bundle}` already has another `{name}`",
                hint="add --force to replace it; a sign-off that named the old one no longer holds then",
            )
