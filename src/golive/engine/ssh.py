"""Signatures made and checked by OpenSSH's own ``ssh-keygen``: no key and no cryptography of ours.

Whose key is whose comes from the serving side (`Signers`), never from a bundle.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from golive.errors import ApprovalError, InputError, WorldError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PROGRAM = "ssh-keygen"
NAMESPACE = "golive"
"""A signature made for anything else (a commit, a mail) does not count here."""
_MAIL = re.compile(r"<([^<>\s]+)>\s*$")
_WAIT = 60.0


class Signers(NamedTuple):
    """Whose key is whose, and who may sign for which role."""

    allowed: Path
    """OpenSSH's ALLOWED SIGNERS format."""
    names: Mapping[str, tuple[str, ...]]
    """Role, as `golive.records.roles.role_key` writes it -> principals, exactly as in ``allowed``."""
    revoked: Path | None = None
    """Keys that count no more, also for what they signed before."""

    @property
    def files(self) -> tuple[Path, ...]:
        """What must be looked at again when it changes."""
        return (self.allowed,) if self.revoked is None else (self.allowed, self.revoked)


def principal(name: str) -> str:
    """Return the name under which a signer stands in ``allowed_signers``: the mail in ``<>``, else the whole name.

    Examples
    --------
    >>> principal("Anna Berg <anna@example.org>"), principal("anna@example.org")
    ('anna@example.org', 'anna@example.org')
    """
    found = _MAIL.search(name)
    return found[1] if found else name.strip()


def sign(message: bytes, key: Path) -> str:
    """Sign with a private key, or with a public one whose private key the agent holds.

    Raises
    ------
    InputError
        The key is not there, or cannot sign.
    WorldError
        ``ssh-keygen`` is not installed.
    """
    if not key.is_file():
        raise InputError(
            f"there is no key `{key}`", hint="ssh-keygen -t ed25519 -f ~/.ssh/golive makes one; name it with --key"
        )
    # It may ask for a passphrase on the terminal, so it gets the time it needs.
    done = _run(["-Y", "sign", "-n", NAMESPACE, "-f", str(key)], message, wait=None)
    if done.returncode:
        raise InputError(
            f"`{key}` cannot sign: {_said(done)}",
            hint="name a private key that only you can read, or a public key whose private one ssh-agent holds",
        )
    return done.stdout.decode("ascii")


def need_good(signers: Signers, *, role: str, name: str, signed_at: str, message: bytes, signature: str) -> str:
    """Return the fingerprint of the key behind a signature that counts.

    Parameters
    ----------
    signers
        From the serving side.
    role
        As `golive.records.roles.role_key` writes it.
    name
        Of the signer, as signed.
    signed_at
        ``2026-11-24T09:00:00Z``: the time against which ``valid-after`` and ``valid-before`` are held.
    message, signature
        The bytes, and the armoured signature over them.

    Raises
    ------
    ApprovalError
        The name may not sign for the role, or the signature is not one of its keys over these bytes.
    WorldError
        ``ssh-keygen`` is not installed.
    """
    who = principal(name)
    if who not in signers.names.get(role, ()):
        named = ", ".join(f"`{one}`" for one in signers.names.get(role, ())) or "nobody"
        raise ApprovalError(f"`{who}` may not sign for `{role}`: {named} may")
    if missing := next((path for path in signers.files if not path.is_file()), None):
        raise ApprovalError(f"the file of keys `{missing}` is not there")
    at = re.sub(r"\D", "", signed_at)
    options = ["-f", str(signers.allowed), "-I", who, "-O", f"verify-time={at}"]
    options += [] if signers.revoked is None else ["-r", str(signers.revoked)]
    with _kept(signature) as file:
        done = _run(["-Y", "verify", "-n", NAMESPACE, "-s", file, *options], message)
    if done.returncode:
        raise ApprovalError(f"the signature is not that of an allowed key of `{who}`: {_said(done)}")
    return _fingerprint(done)


def need_whole(message: bytes, signature: str) -> str:
    """Return the fingerprint of the key that made a signature over these bytes; whose key it is, is not asked.

    Raises
    ------
    ApprovalError
        It is no signature over these bytes.
    """
    with _kept(signature) as file:
        done = _run(["-Y", "check-novalidate", "-n", NAMESPACE, "-s", file], message)
    if done.returncode:
        raise ApprovalError(f"the signature does not fit the line: {_said(done)}")
    return _fingerprint(done)


def _run(options: Sequence[str], message: bytes, wait: float | None = _WAIT) -> subprocess.CompletedProcess[bytes]:
    # verify-time without a zone is local time, so the zone is ours; C keeps the words of its messages.
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
    try:
        return subprocess.run([PROGRAM, *options], input=message, capture_output=True, timeout=wait, env=environment)
    except FileNotFoundError as exc:
        raise WorldError(
            f"`{PROGRAM}` is not installed, so no ssh signature can be made or checked",
            hint="apt-get install openssh-client",
        ) from exc
    except subprocess.TimeoutExpired as exc:
        raise WorldError(f"`{PROGRAM}` did not answer within {wait:g} seconds") from exc


@contextmanager
def _kept(signature: str) -> Iterator[str]:
    try:
        folder = tempfile.TemporaryDirectory(prefix="golive-")
    except OSError as exc:
        raise WorldError(
            f"no signature can be checked, because nothing can be written for the moment: {exc.strerror}",
            hint="a container with a read-only root needs a /tmp that can be written",
        ) from exc
    with folder:
        file = Path(folder.name) / "signature"
        file.write_text(signature, encoding="utf-8")
        yield str(file)


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return why it failed, in its own words; a name that no line of the file fits gets none from it."""
    lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines()]
    told = [line for line in lines if line and "Signing data on" not in line and not line.startswith("@")]
    return told[-1] if told else "no line of the file has this name with this key"


def _fingerprint(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stdout.decode("utf-8", "replace").strip().rpartition(" ")[2]
