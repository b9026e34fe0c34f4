"""A bundle opened with another policy than its own, or with none: to check and compare before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.bundle import Bundle
from golive.engine.files import open_files
from golive.errors import BundleError

if TYPE_CHECKING:
    from pathlib import Path

    from golive.engine.files import Files
    from golive.records.contract import Contract

POLICY = "policy.toml"
COMPILED = "policy/graph.json"
EVIDENCE = "evidence/evidence.json"


def opened_with(bundle: Path, policy: bytes | None) -> Bundle:
    """Open a bundle as if ``policy`` were its policy, uncompiled; None: as if it had none."""
    return Bundle(bundle, _Overlay(open_files(bundle), policy))


def need_folder(bundle: Path) -> None:
    """Refuse what is no bundle folder: a zip is read-only, and nothing can be written into what is not there."""
    if not (bundle / "manifest.json").is_file():
        raise BundleError(
            f"`{bundle}` is not a bundle folder",
            hint="expected a folder with a manifest.json in it; unpack a zip to work on its policy",
        )


def contract_beside(policy: Path, bundle: Path | None) -> Contract | None:
    """Return the contract of a bundle, or of the one in whose folder a policy lies; None where there is neither."""
    if bundle is not None:
        need_folder(bundle)
        return opened_with(bundle, None).contract
    return opened_with(policy.parent, None).contract if (policy.parent / "manifest.json").is_file() else None


class _Overlay:
    """The files of a bundle with one of them replaced."""

    def __init__(self, files: Files, policy: bytes | None) -> None:
        self._files, self._policy = files, policy
        self.names = (files.names - {POLICY, COMPILED}) | (frozenset() if policy is None else {POLICY})

    def read(self, name: str) -> bytes:
        """Return the bytes of one file."""
        return self._policy if name == POLICY and self._policy is not None else self._files.read(name)
