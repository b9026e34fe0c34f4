"""A container that serves the bundle: base image by argument, no compiler, no training stack, not as root."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from golive.engine.bundle import load
from golive.errors import InputError
from golive.export import recipes
from golive.export.requirements import locked
from golive.export.wheels import fetched, own_wheel
from golive.export.write import may_write, write_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SHIPPED = ("__init__.py", "__main__.py", "errors.py", "py.typed", "cli", "engine", "maths", "page", "records", "serve")
"""The parts of golive that serve; no room that trains."""


class Lock(NamedTuple):
    """How far the versions in the container are nailed down."""

    hashes: bool = True
    """Write the SHA-256 of each wheel; pip on this machine fetches them, from where it is configured to."""
    wheels: bool = False
    """Put the wheels into the folder, so that the image is built without a package index."""


WITH_HASHES = Lock()


def export_docker(
    bundle: str | Path,
    out: str | Path,
    *,
    roles: Sequence[str] = ("risk", "product"),
    accept_typed: bool = False,
    lock: Lock = WITH_HASHES,
    force: bool = False,
) -> list[Path]:
    """Write a folder from which a container can be built that serves this bundle.

    Parameters
    ----------
    bundle
        The bundle folder; every digest is checked before it is copied.
    out
        The folder to write.
    roles, accept_typed
        Written into ``compose.yaml`` as the container's configuration.
    lock
        Whether the locked versions have hashes, and whether their wheels lie in the folder.
    force
        Replace a folder that is there.

    Returns
    -------
    list of Path
        The files written, most important first.

    Raises
    ------
    BundleError
        A file of the bundle is missing or was changed.
    OutputExistsError
        ``out`` is there and ``force`` is false.
    WorldError
        Something that serves is not installed here, or pip cannot fetch the wheels.
    """
    opened = load(bundle)
    if not opened.path.is_dir():
        raise InputError(f"`{opened.path.name}` is not a folder", hint="unpack it first")
    may_write(Path(out), force=force)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    version = distribution("golive").version
    name, wheel = own_wheel(version, SHIPPED)
    pins = locked("golive", *(["serve", "postgres"] if _installed("psycopg") else ["serve"]))
    postgres = "psycopg" in pins
    with tempfile.TemporaryDirectory(prefix="golive-") as folder:
        wheels = fetched(pins, Path(folder)) if lock.hashes or lock.wheels else {}
        written = {
            "Dockerfile": recipes.DOCKERFILE.format(name=opened.manifest.name, python=python).encode(),
            "requirements.lock": _lock(pins, wheels if lock.hashes else {}, version, python).encode(),
            "compose.yaml": recipes.compose(roles, accept_typed=accept_typed, postgres=postgres).encode(),
            ".dockerignore": b"compose.yaml\nDockerfile\ntokens.json\n",
            f"wheels/{name}": wheel,
        }
        written |= {f"wheels/{file.name}": file.read_bytes() for file in wheels.values() if lock.wheels}
    written |= {f"bundle/{file}": data for file, data in _bundle(opened.path)}
    return write_folder(Path(out), written, force=force)


def _lock(pins: Mapping[str, str], wheels: Mapping[str, Path], version: str, python: str) -> str:
    lines = [f"# The exact versions that served golive {version} where this was exported, Python {python}."]
    if not wheels:
        lines.append("# Without hashes, because that was asked for; golive export docker writes them by default.")
    for name, pinned in pins.items():
        pin = f"{name}=={pinned}"
        if name in wheels:
            pin += f" \\\n    --hash=sha256:{hashlib.sha256(wheels[name].read_bytes()).hexdigest()}"
        lines.append(pin)
    return "\n".join(lines) + "\n"


def _installed(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


def _bundle(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(path.rglob("*")):
        if file.is_file():
            yield file.relative_to(path).as_posix(), file.read_bytes()
