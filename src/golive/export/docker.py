"""A container that serves the bundle: base image by argument, no compiler, no training stack, not as root."""

from __future__ import annotations

import sys
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from golive.engine.bundle import load
from golive.errors import InputError
from golive.export.requirements import locked
from golive.export.write import write_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.resources.abc import Traversable

_SHIPPED = ("__init__.py", "__main__.py", "errors.py", "py.typed", "cli", "engine", "maths", "records", "serve")
"""The parts of golive that serve; no room that trains."""

DOCKERFILE = """\
# Build:  docker build -t {name} .
# Another base image with Python {python}:  docker build --build-arg BASE=registry.example/python:{python} -t {name} .
ARG BASE=docker.io/library/python:{python}-slim

FROM ${{BASE}} AS packages
COPY requirements.lock /
# Wheels only: nothing is compiled, so no compiler is needed.
RUN python -m pip install --no-cache-dir --no-deps --only-binary=:all: --target /packages -r /requirements.lock

FROM ${{BASE}}
COPY --from=packages /packages /app
COPY app /app
COPY bundle /bundle
RUN mkdir /data && chown 10001:10001 /data
ENV PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD \\
  ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/health/live', timeout=2)"]
# Who must have signed (GOLIVE_ROLES) and who may call (the file GOLIVE_TOKENS) come from the outside, never from the
# bundle.
ENTRYPOINT ["python", "-m", "golive", "serve", "/bundle"]
CMD ["--host", "0.0.0.0", "--port", "8080", "--journal", "/data/journal.db"]
"""

COMPOSE = """\
# golive token new NAME --scope decide --tokens tokens.json; docker compose up --build
services:
  decisions:
    build: .
    read_only: true
    tmpfs: [/tmp]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    restart: unless-stopped
    ports: ["127.0.0.1:8080:8080"]
    environment:
      # Digests of the tokens with which others may call. The tokens themselves are not kept anywhere.
      GOLIVE_TOKENS: /tokens.json
      # The roles whose approval is required.
      GOLIVE_ROLES: "{roles}"
{typed}    volumes: ["journal:/data", "./tokens.json:/tokens.json:ro"]
volumes:
  journal:
"""

_TYPED = """\
      # A typed name counts as a signature; anybody could have typed it.
      GOLIVE_ACCEPT_TYPED: "1"
"""

METADATA = """\
Metadata-Version: 2.1
Name: golive
Version: {version}
"""

LOCK = """\
# The exact versions that served golive {version} where this was exported, Python {python}.
# Exact pins without hashes: an installation does not remember the hashes of its wheels. To add them, where there is a
# package index:  pip-compile --generate-hashes, or  uv pip compile --generate-hashes, or  pip download and pip hash
"""


def export_docker(
    bundle: str | Path,
    out: str | Path,
    *,
    roles: Sequence[str] = ("risk", "product"),
    accept_typed: bool = False,
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
    """
    opened = load(bundle)
    if not opened.path.is_dir():
        raise InputError(f"`{opened.path.name}` is not a folder", hint="unpack it first")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    version = distribution("golive").version
    pins = "".join(f"{name}=={found}\n" for name, found in locked("golive", "serve").items())
    written: dict[str, bytes] = {
        "Dockerfile": DOCKERFILE.format(name=opened.manifest.name, python=python).encode(),
        "requirements.lock": (LOCK.format(version=version, python=python) + pins).encode(),
        "compose.yaml": COMPOSE.format(roles=" ".join(roles), typed=_TYPED if accept_typed else "").encode(),
        ".dockerignore": b"compose.yaml\nDockerfile\n",
        f"app/golive-{version}.dist-info/METADATA": METADATA.format(version=version).encode(),
    }
    written |= {f"app/golive/{name}": data for name, data in _package()}
    written |= {f"bundle/{name}": data for name, data in _bundle(opened.path)}
    return write_folder(Path(out), written, force=force)


def _package() -> Iterator[tuple[str, bytes]]:
    root = files("golive")
    for name in _SHIPPED:
        yield from _files(root / name, name)


def _files(at: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if at.is_file():
        yield name, at.read_bytes()
        return
    for inner in sorted(at.iterdir(), key=lambda entry: entry.name):
        if inner.name != "__pycache__":
            yield from _files(inner, f"{name}/{inner.name}")


def _bundle(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(path.rglob("*")):
        if file.is_file():
            yield file.relative_to(path).as_posix(), file.read_bytes()
