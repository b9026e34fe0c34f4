"""The list of files that a build made. Its own digest is the bundle id."""

from __future__ import annotations

from golive.records.document import Digest, Record


class Manifest(Record, frozen=True, kw_only=True, tag="bundle/1"):
    """Digests of the build files only; what people and later steps add (money, policy, sign-off) is not here.

    So the id names what was built, and approval of the same model never changes it.
    """

    name: str
    files: dict[str, Digest]
    """Path inside the bundle, with ``/`` -> digest of the bytes on disk."""
