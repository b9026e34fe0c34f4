"""Runs the JavaScript runtime under Node on values that JSON alone cannot carry (NaN, infinities, -0)."""

from __future__ import annotations

import json
import math
import shutil
import struct
import subprocess
import tempfile
from typing import TYPE_CHECKING

import pytest

from golive.export.javascript import runtime

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNTIME = runtime()
"""As it is shipped."""
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="Node is not installed: the JavaScript runtime was NOT checked")

PRELUDE = """
const golive = require(process.argv[1]);
const each = (v, f) => Object.fromEntries(Object.entries(v).map(([key, item]) => [key, f(item)]));
const decode = (v) =>
  Array.isArray(v) ? v.map(decode)
  : !v || typeof v !== "object" ? v
  : "$n" in v ? Number(v.$n) : each(v, decode);
const encode = (v) =>
  typeof v === "number" ? { $n: Object.is(v, -0) ? "-0" : String(v) }
  : Array.isArray(v) ? v.map(encode)
  : v && typeof v === "object" ? each(v, encode)
  : v === undefined ? { $undefined: true } : v;
const given = decode(JSON.parse(require("fs").readFileSync(0, "utf8")));
const run = (given) => { %s };
process.stdout.write(JSON.stringify(encode(run(given))));
"""


def run(script: str, given: object) -> object:
    """Run a function body under Node, with ``golive`` and ``given``, and return what it returns."""
    assert NODE is not None
    with tempfile.NamedTemporaryFile(suffix=".js") as file:
        file.write(RUNTIME)
        file.flush()
        command = [NODE, "-e", PRELUDE % script, file.name]
        done = subprocess.run(command, input=json.dumps(_encode(given)), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return _decode(json.loads(done.stdout))


def ulps(x: float, y: float) -> float:
    """Return how many doubles lie between two numbers; NaN and NaN are the same."""
    if x != x or y != y:
        return 0 if x != x and y != y else math.inf
    return abs(_ordinal(x) - _ordinal(y))


def alike(expected: Sequence[object], found: Sequence[object], most: float) -> list[int]:
    """Return where two rows differ: kind, text and boolean at all, numbers by more than ``most`` ulps."""
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
