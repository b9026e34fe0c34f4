"""Runs the JavaScript runtime under Node on values that JSON alone cannot carry (NaN, infinities, -0)."""

from __future__ import annotations

import json
import math
import shutil
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import golive.errors

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNTIME = Path(golive.errors.__file__).parent / "export" / "runtime.js"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="Node is not installed: the JavaScript runtime was NOT checked")

PRELUDE = """
const golive = require(process.argv[1]);
const decode = (v) =>
  Array.isArray(v) ? v.map(decode)
  : v && typeof v === "object" ? ("$n" in v ? Number(v.$n) : Object.fromEntries(Object.entries(v).map(([k, x]) => [k, decode(x)])))
  : v;
const encode = (v) =>
  typeof v === "number" ? { $n: Object.is(v, -0) ? "-0" : String(v) }
  : Array.isArray(v) ? v.map(encode)
  : v && typeof v === "object" ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, encode(x)]))
  : v === undefined ? { $undefined: true } : v;
const given = decode(JSON.parse(require("fs").readFileSync(0, "utf8")));
const run = (given) => { %s };
process.stdout.write(JSON.stringify(encode(run(given))));
"""


def run(script: str, given: object) -> object:
    """Run a function body under Node: ``golive`` is the runtime, ``given`` what was handed in; return what it returns."""
    assert NODE is not None
    done = subprocess.run(
        [NODE, "-e", PRELUDE % script, str(RUNTIME)],
        input=json.dumps(_encode(given)),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return _decode(json.loads(done.stdout))


def ulps(x: float, y: float) -> float:
    """Return how many doubles lie between two numbers; NaN and NaN are the same."""
    if x != x or y != y:
        return 0 if x != x and y != y else math.inf
    return abs(_ordinal(x) - _ordinal(y))


def alike(expected: Sequence[object], found: Sequence[object], most: float) -> list[int]:
    """Return the positions where two rows differ: kind, text and boolean exactly, numbers by more than ``most`` ulps."""
    assert len(expected) == len(found)
    return [i for i, pair in enumerate(zip(expected, found, strict=True)) if not _alike(*pair, most)]


def _alike(x: object, y: object, most: float) -> bool:
    if isinstance(x, float) and isinstance(y, float):
        return ulps(x, y) <= most if most else repr(x) == repr(y)  # repr tells 0.0 from -0.0
    return type(x) is type(y) and x == y


def _ordinal(x: float) -> int:
    (bits,) = struct.unpack("<q", struct.pack("<d", x))
    return int(bits) if bits >= 0 else -(bits & 0x7FFFFFFFFFFFFFFF)


def _encode(value: object) -> object:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"$n": repr(value).replace("inf", "Infinity").replace("nan", "NaN")}
    if isinstance(value, dict):
        return {key: _encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encode(item) for item in value]
    return value


def _decode(value: object) -> object:
    if isinstance(value, dict):
        if "$n" in value:
            return float(value["$n"])
        return {key: _decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_decode(item) for item in value]
    return value
