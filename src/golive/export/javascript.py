"""One JavaScript file and the decision as data, with golden rows that say whether both give what Python gives."""

from __future__ import annotations

import base64
from importlib.metadata import version
from importlib.resources import files
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from golive.engine.bundle import load
from golive.engine.files import open_files
from golive.engine.policy import compile_policy
from golive.export.golden import golden
from golive.export.scope import not_included
from golive.export.write import write_folder
from golive.page.squeeze import squeezed
from golive.records.document import encode
from golive.records.rules import branches

if TYPE_CHECKING:
    from golive.engine.bundle import Bundle


def export_javascript(bundle: str | Path, out: str | Path, *, force: bool = False) -> list[Path]:
    """Write a folder with the decision in JavaScript.

    Parameters
    ----------
    bundle
        The bundle; every digest is checked.
    out
        The folder to write: ``golive.js``, ``bundle.json``, ``golden.json``, ``check.mjs``.
    force
        Replace an export that is there.

    Returns
    -------
    list of Path
        The files written, in that order.

    Raises
    ------
    BundleError
        The bundle cannot be opened.
    OutputExistsError
        ``out`` is there and ``force`` is false, or it is no export.
    """
    opened = load(bundle)
    written = {
        "golive.js": runtime(),
        "bundle.json": encode(document(opened)),
        "golden.json": encode({"format": "javascript-golden/1", "bundle": opened.id, "rows": golden(opened)}),
        "check.mjs": _packaged("check.mjs"),
    }
    return write_folder(Path(out), written, force=force)


def document(bundle: Bundle) -> dict[str, object]:
    """Return everything the runtime needs, as JSON values."""
    return {
        "format": "javascript/1",
        "name": bundle.manifest.name,
        "bundle": bundle.id,
        "golive": version("golive"),
        "contract": msgspec.to_builtins(bundle.contract),
        "graph": msgspec.to_builtins(bundle.graph),
        "arrays": base64.b64encode(open_files(bundle.path).read("arrays.bin")).decode(),
        "policy": _policy(bundle),
        "not_included": not_included(bundle.contract, bundle.policy),
    }


def runtime() -> bytes:
    """Return the runtime as it is shipped: what its first lines say, and then only what means something."""
    script = _packaged("runtime.js").decode()
    header = "".join(takewhile(lambda line: line.startswith("//"), script.splitlines(keepends=True)))
    return f"{header}{squeezed(script)}\n".encode()


def _policy(bundle: Bundle) -> dict[str, object] | None:
    if bundle.policy is None:
        return None
    policy = bundle.policy
    return {
        "digest": bundle.policy_digest,
        "id": policy.id,
        "version": policy.version,
        "graph": msgspec.to_builtins(compile_policy(policy, bundle.contract)),
        "branches": [branch._asdict() for branch in branches(policy)],
        "most_reasons": policy.most_reasons,
        "reason_texts": policy.reason_texts,
    }


def _packaged(name: str) -> bytes:
    return (files("golive.export") / name).read_bytes()
