"""Where the files of a project lie: found by their names, or named one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.engine import project
from golive.engine.journal import address
from golive.errors import InputError
from golive.records.brief import BRIEF, Brief, read

if TYPE_CHECKING:
    from pathlib import Path

    from golive.engine.journal import Address
    from golive.engine.project import Found

JOURNAL = "journal.db"
BUNDLES = "*.golive"


class Project(NamedTuple):
    """What there is. A path that is None was not found: its items are open."""

    folder: Path
    brief: Path | None
    bundle: Path | None
    journal: Address | None
    settings: Found | None
    """``golive.toml`` of the folder."""

    @property
    def empty(self) -> bool:
        """Whether nothing was found, so that this may be any folder."""
        return self.brief is None and self.bundle is None

    def agreed(self) -> Brief:
        """Return the brief; without one everything is blank."""
        if self.brief is None:
            return Brief()
        return read(self.brief)


def find(folder: Path, *, brief: Path | None = None, bundle: Path | None = None, journal: str | None = None) -> Project:
    """Look for what was not named.

    Raises
    ------
    InputError
        The folder is not there, something that was named is not there, or the folder holds several bundles.
    DocumentError
        Its ``golive.toml`` cannot be used.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder `{folder}`", hint="golive init --out FOLDER makes one")
    for what, path in (("brief", brief), ("bundle", bundle)):
        if path is not None and not path.exists():
            raise InputError(f"the {what} `{path}` is not there", hint="leave the option out while there is none")
    bundle = bundle or _bundle(folder)
    if bundle is not None and bundle.is_file():
        raise InputError(
            f"`{bundle}` is a file; what people add to a bundle is looked at in its folder",
            hint="unpack the zip, and name the folder with --bundle",
        )
    settings = project.find(beside=folder)
    return Project(
        folder=folder,
        brief=brief or _there(folder / BRIEF),
        bundle=bundle,
        journal=_named(journal) if journal else _journal(folder, settings),
        settings=settings,
    )


def _there(path: Path) -> Path | None:
    return path if path.exists() else None


def _named(journal: str) -> Address:
    at = address(journal)
    if at.kind == "sqlite" and not at.path.exists():
        raise InputError(f"the journal `{journal}` is not there", hint="leave the option out while there is none")
    return at


def _journal(folder: Path, settings: Found | None) -> Address | None:
    written = (settings.project.serve.journal if settings else None) or JOURNAL
    at = address(written if "://" in written else folder / written)
    return None if at.kind == "sqlite" and not at.path.exists() else at


def _bundle(folder: Path) -> Path | None:
    found = sorted(path for path in folder.glob(BUNDLES) if path.name[0] != ".")
    if len(found) > 1:
        listed = ", ".join(path.name for path in found)
        raise InputError(f"`{folder}` holds several bundles: {listed}", hint=f"--bundle {found[0]} names one")
    return found[0] if found else None
