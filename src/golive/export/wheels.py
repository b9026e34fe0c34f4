"""Wheels for a container: golive's own, made of what is installed here, and those of the locked versions, by pip."""

from __future__ import annotations

import base64
import hashlib
import io
import platform
import subprocess
import sys
import zipfile
from importlib.resources import files
from typing import TYPE_CHECKING

from golive.errors import WorldError
from golive.export.requirements import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

_ALWAYS = (1980, 1, 1, 0, 0, 0)
"""The same parts, the same wheel."""
_METADATA = "Metadata-Version: 2.1\nName: golive\nVersion: {version}\nSummary: The parts of golive that serve.\n"
_WHEEL = "Wheel-Version: 1.0\nGenerator: golive\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def own_wheel(version: str, parts: Sequence[str]) -> tuple[str, bytes]:
    """Return the name and the bytes of a wheel with some parts of the installed golive."""
    info = f"golive-{version}.dist-info"
    root = files("golive")
    held = {f"golive/{name}": data for part in parts for name, data in _files(root / part, part)}
    held |= {f"{info}/METADATA": _METADATA.format(version=version).encode(), f"{info}/WHEEL": _WHEEL.encode()}
    record = "".join(f"{name},{_digest(data)},{len(data)}\n" for name, data in held.items())
    held[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            entry = zipfile.ZipInfo(name, _ALWAYS)
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return f"golive-{version}-py3-none-any.whl", packed.getvalue()


def fetched(pins: Mapping[str, str], folder: Path) -> dict[str, Path]:
    """Download the wheel of each pinned version for a Linux container with this Python and processor.

    Where from is said by pip's own configuration on this machine.

    Returns
    -------
    dict
        Name -> file in ``folder``.

    Raises
    ------
    WorldError
        pip is not there, or has no such wheel.
    """
    wanted = [f"{name}=={version}" for name, version in pins.items()]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", *_platform(), "--dest", str(folder), *wanted]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"it left with {done.returncode}"])[-1]
        raise WorldError(
            f"pip could not fetch the locked wheels: {why}",
            hint="--no-hashes writes exact versions without hashes, where no package index can be reached",
        )
    found = {plain(file.name.partition("-")[0]): file for file in folder.glob("*.whl")}
    if missing := sorted(pins.keys() - found.keys()):
        raise WorldError(f"pip fetched no wheel of {', '.join(missing)}", hint="--no-hashes leaves hashes out")
    return dict(sorted(found.items()))


def _platform() -> list[str]:
    """Return what makes pip choose wheels for Linux on another system."""
    if sys.platform == "linux":
        return []
    processor = {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    return [part for glibc in ("manylinux_2_28", "manylinux2014") for part in ("--platform", f"{glibc}_{processor}")]


def _files(at: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if at.is_file():
        yield name, at.read_bytes()
        return
    for inner in sorted(at.iterdir(), key=lambda entry: entry.name):
        if inner.name != "__pycache__":
            yield from _files(inner, f"{name}/{inner.name}")


def _digest(data: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
