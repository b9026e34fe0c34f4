"""Containers without a daemon: images built by buildah on a base made by mmdebstrap, and run from their own settings.

Buildah's chroot isolation needs no privileges that a build machine lacks, so it shows what the image holds and whether
it runs as its user. What it cannot show is Docker's own ``read_only`` and ``cap_drop``; the root is mounted read-only
here by hand instead, as Docker does.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NEEDED = ("buildah", "mmdebstrap", "unshare")
PACKAGES = "python3,python3-pip,openssh-client"
WAIT = 60.0
"""Seconds for a build step that hangs, and for the first answer."""
USER = 10001
_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
_SMALL = (
    "--variant=minbase", "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*", "--dpkgopt=force-unsafe-io",
    '--customize-hook=rm -rf "$1"/var/lib/apt/lists/*',
)  # fmt: skip
"""What nobody asks for here, and a disk that need not be sure."""
_READ_ONLY = """
mount --bind "$ROOT" "$ROOT" && mount -o remount,bind,ro "$ROOT" || exit 70
mount --bind "$DATA" "$ROOT/data" && mount --rbind /dev "$ROOT/dev" && mount -t tmpfs tmpfs "$ROOT/tmp" || exit 71
exec chroot --userspec=$OWNER "$ROOT" "$@"
"""


def missing() -> str:
    """Say why no container can be built here; empty when one can."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if absent:
        return f"not installed: {', '.join(absent)}"
    if os.geteuid() != 0:
        return "not root, which mmdebstrap and chroot need"
    if subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode:
        return "nothing may be mounted here, so no root could be shown to be read-only"
    debian = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    held = {"bookworm": (3, 11), "trixie": (3, 13)}.get(debian)
    if held != sys.version_info[:2]:
        return f"Debian `{debian}` has not the Python that runs here, {sys.version_info[0]}.{sys.version_info[1]}"
    return ""


@dataclass(frozen=True)
class Image:
    """A built image, mounted."""

    root: Path
    settings: Mapping[str, Any]
    """User, Env, Entrypoint, Cmd ... as the image holds them."""


class Store:
    """A place of its own for images, so that nothing of the machine's is touched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._place = ["--root", str(folder / "images"), "--runroot", str(folder / "run"), "--storage-driver"]
        self._driver = os.environ.get("STORAGE_DRIVER") or self._fastest()
        self.base_name = "localhost/golive-base"
        self.base_size = 0
        """Bytes of the files in the base image, once it is made."""

    def base(self) -> str:
        """Make the base image: Debian with Python, pip and ssh-keygen. Return its name."""
        tar = self.folder / "base.tar"
        debian = platform.freedesktop_os_release()["VERSION_CODENAME"]
        sources = [str(_SOURCES)] if _SOURCES.exists() else []
        ran(["mmdebstrap", "--quiet", f"--include={PACKAGES}", *_SMALL, debian, str(tar), *sources])
        with tarfile.open(tar) as packed:
            self.base_size = sum(member.size for member in packed)
        empty = self._buildah("from", "scratch")
        self._buildah("add", "--quiet", empty, str(tar), "/")
        self._buildah("commit", "--quiet", "--rm", empty, "golive-base")
        tar.unlink()
        return self.base_name

    def build(self, context: Path, name: str, **arguments: str) -> None:
        """Build the Dockerfile of a folder."""
        given = [part for key, value in arguments.items() for part in ("--build-arg", f"{key}={value}")]
        self._buildah("build", "--quiet", "--format", "docker", *given, "-t", name, str(context))

    def opened(self, name: str) -> Image:
        """Mount an image."""
        made = self._buildah("from", "--pull-never", name)
        settings = json.loads(self._buildah("inspect", "--type", "container", made))["Docker"]["config"]
        return Image(Path(self._buildah("mount", made)), settings)

    def close(self) -> None:
        """Unmount and delete everything."""
        self._buildah("umount", "--all")
        shutil.rmtree(self.folder)

    def _buildah(self, *words: str) -> str:
        return ran(["buildah", *self._place, self._driver, *words], BUILDAH_ISOLATION="chroot").strip()

    def _fastest(self) -> str:
        """Return how layers are kept: ``vfs`` copies each of them whole, and works everywhere."""
        made = subprocess.run(["buildah", *self._place, "overlay", "from", "scratch"], capture_output=True, text=True)
        mounted = ["buildah", *self._place, "overlay", "mount", made.stdout.strip()]
        if made.returncode == 0 and subprocess.run(mounted, capture_output=True).returncode == 0:
            return "overlay"
        shutil.rmtree(self.folder / "images", ignore_errors=True)
        return "vfs"


def ran(command: list[str], **environment: str) -> str:
    """Run a command to its end and return what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def inside(image: Image, data: Path, command: list[str], *, owner: str, **environment: str) -> list[str]:
    """Return the command that runs another one in an image whose root is read-only and whose /data is a folder."""
    kept = [*image.settings["Env"], *(f"{name}={value}" for name, value in environment.items())]
    mounted = ["env", f"ROOT={image.root}", f"DATA={data}", f"OWNER={owner}"]
    return [*mounted, "unshare", "--mount", "sh", "-c", _READ_ONLY, "sh", "env", "-i", *kept, *command]


@contextmanager
def running(image: Image, data: Path, port: int, *words: str, **environment: str) -> Iterator[str]:
    """Run an image as it says, answering on a port of this machine; yield its address."""
    settings = image.settings
    command = [*settings["Entrypoint"], *settings["Cmd"], "--port", str(port), *words]  # the last one counts
    started = inside(image, data, command, owner=settings["User"], **environment)
    with subprocess.Popen(started, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = []
            for line in process.stderr:
                said.append(line)
                if "answering on" in line:
                    break
            else:
                raise AssertionError(f"it did not start: {process.wait(WAIT)}\n{''.join(said)}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(WAIT)


def asked(url: str, token: str, document: object = None) -> tuple[int, Any]:
    """Ask the service, and return status and document."""
    body = None if document is None else json.dumps(document).encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=WAIT) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as exc:
        return exc.code, json.load(exc)
