"""Where the project's file is found, and where its paths lead. Never inside a bundle."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from golive.engine.place import is_bundle
from golive.engine.ssh import Signers
from golive.errors import InputError
from golive.records.project import Project, parse
from golive.records.roles import role_key
from golive.records.toml import read_bytes, text_of

FILE = "golive.toml"


class Found(NamedTuple):
    """A project file and the place it was read from."""

    path: Path
    project: Project

    def place(self, written: str) -> Path:
        """Return a path of the file, taken from the file's own folder."""
        return self.path.parent / written

    @property
    def signers(self) -> Signers | None:
        """Whose key is whose; None: the file names no allowed signers."""
        approve = self.project.approve
        if not approve.allowed_signers:
            return None
        names = {role_key(role): named for role, named in approve.signers.items()}
        revoked = self.place(approve.revoked) if approve.revoked else None
        return Signers(self.place(approve.allowed_signers), names, revoked)


def find(config: Path | None = None, *, beside: Path | None = None) -> Found | None:
    """Return the project file.

    Parameters
    ----------
    config
        Named by the caller; it wins, and must be there.
    beside
        The folder in which ``golive.toml`` is looked for else; the working directory when not given.

    Returns
    -------
    Found or None
        None: no file was named, and none is there.

    Raises
    ------
    InputError
        The named file is not there, or it lies inside a bundle: the root of trust is never read from one.
    DocumentError
        What is wrong with it, all at once.
    """
    path = config or (beside or Path.cwd()) / FILE
    if config is None and not path.exists():
        return None
    _need_outside(path)
    data = read_bytes(path, what="project file", hint="docs/reference/project.md shows a whole file")
    return Found(path, parse(text_of(data, name=path.name), name=path.name))


def secret(path: Path) -> bytes:
    """Read a secret; a line end behind it does not belong to it. Nothing of it is ever shown."""
    try:
        return path.read_bytes().rstrip(b"\r\n")
    except OSError as exc:
        raise InputError(f"the key `{path}` cannot be read: {exc.strerror}") from exc


def _need_outside(path: Path) -> None:
    inside = next((above for above in path.resolve().parents if is_bundle(above)), None)
    if inside is not None:
        raise InputError(
            f"`{path}` lies inside the bundle `{inside.name}`: whoever writes a bundle may not say who must sign it",
            hint=f"keep {FILE} in the project, and name it with --config",
        )
