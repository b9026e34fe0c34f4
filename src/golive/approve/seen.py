"""The state of a bundle that somebody decides on: one digest over its files, its numbers and what was said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from golive.records.document import Digest, digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.records.signoff import Shown, Subject


def seen(head: Digest, files: Sequence[Subject], numbers: Sequence[Shown]) -> Digest:
    """Return the digest of what is decided on.

    Parameters
    ----------
    head
        Digest of the last line of the chain; of no bytes where nobody has said anything.
    files, numbers
        What a signature speaks about, and what its signer is shown.
    """
    return digest(msgspec.json.encode({"head": head, "files": files, "numbers": numbers}))
