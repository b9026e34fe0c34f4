"""The raw values just before and just after a switch, found by halving until nothing lies between them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from golive.engine.contract import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from golive.engine.program import Program
    from golive.pack.sample import Sample
    from golive.pack.switches import Switch

    Floats = NDArray[np.float64]

_GRID = 17
_AT_ONCE = 200_000
_TOP = np.uint64(1 << 63)
# The last bit of these may differ between numpy's builds and pandas' order of summing, so that the one double at
# which they pass a threshold is not the same everywhere. Rows keep a small distance from it.
_INEXACT = frozenset(
    {"exp", "expm1", "log", "log1p", "log2", "log10", "tanh", "pow", "sum", "mean", "linear", "sigmoid", "interpolate"}
)
_DISTANCE = 1e-12


def cells(program: Program, sample: Sample, switches: Sequence[Switch]) -> Iterator[tuple[int, str, float]]:
    """Yield (training row, input, value): the last value before each switch, the first one after it, and the
    neighbouring single-precision numbers."""
    reached = _numbers_behind(program)
    inexact = _inexact_nodes(program)
    jobs = [(switch, name) for switch in switches for name in sorted(_behind(reached, switch))]
    jobs.sort(key=lambda job: (job[0].x, job[0].other or -1, job[1]))
    for (x, other, name), group in groupby(jobs, key=lambda job: (job[0].x, job[0].other, job[1])):
        chosen = [switch for switch, _ in group]
        exact = x not in inexact and other not in inexact
        for start in range(0, len(chosen), _AT_ONCE // (_GRID + 4)):
            yield from _group(program, sample, chosen[start : start + _AT_ONCE // (_GRID + 4)], name, exact=exact)


def _group(
    program: Program, sample: Sample, switches: Sequence[Switch], name: str, *, exact: bool
) -> Iterator[tuple[int, str, float]]:  # fmt: skip
    base = np.array([switch.base for switch in switches])
    at = np.array([switch.at for switch in switches])
    side = _Side(program, sample, name, switches[0])
    if exact:
        rows, before, after = _bracket(side, sample, name, base, at)
        values = _integers(before, after) if sample.is_whole(name) else _doubles_and_singles(before, after)
        for row, near in zip(base[rows].tolist(), values.tolist(), strict=True):
            yield from ((row, name, value) for value in near if abs(value) <= LARGEST)
        return
    distance = _DISTANCE * np.maximum(1.0, np.abs(at))
    for moved, nearer in ((at - distance, 0), (at + distance, 1)):
        rows, *ends = _bracket(side, sample, name, base, moved)
        end = ends[nearer]
        whole = np.floor(end) + nearer if sample.is_whole(name) else end
        yield from ((row, name, value) for row, value in zip(base[rows].tolist(), whole.tolist(), strict=True))


class _Side:
    """On which side of its switch a row is when one input is moved: 1 before, 0 after, -1 unknown."""

    def __init__(self, program: Program, sample: Sample, name: str, switch: Switch) -> None:
        self._program, self._sample, self._name = program, sample, name
        self._x, self._other = switch.x, switch.other

    def __call__(self, base: NDArray[np.intp], values: Floats, at: Floats) -> NDArray[np.int8]:
        keep = {self._x} if self._other is None else {self._x, self._other}
        columns = self._program.columns(self._sample.taken(base, self._name, values), keep=keep)
        x = columns[self._x]
        y = at if self._other is None else columns[self._other] + at
        return np.where(np.isnan(x) | np.isnan(y), -1, x <= y).astype(np.int8)


def _bracket(
    side: _Side, sample: Sample, name: str, base: NDArray[np.intp], at: Floats
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """Return which switches can be passed by moving the input, and two neighbouring doubles around each passing.

    ``before`` is the end at which the switch is not yet passed, whichever of the two is smaller.
    """
    grid = _grid(sample.numbers(name))
    sides = side(np.repeat(base, len(grid)), np.tile(grid, len(base)), np.repeat(at, len(grid)))
    sides = sides.reshape(len(base), len(grid))
    passes = (sides[:, 1:] != sides[:, :-1]) & (sides[:, 1:] >= 0) & (sides[:, :-1] >= 0)
    rows = np.flatnonzero(passes.any(axis=1))
    step = passes[rows].argmax(axis=1)
    low, high = _ordinal(grid[step]), _ordinal(grid[step + 1])
    low_side = sides[rows, step]
    while rows.size and (high - low).max() > 1:
        middle = low + (high - low) // np.uint64(2)
        same = side(base[rows], _double(middle), at[rows]) == low_side
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    before, after = np.where(low_side == 1, low, high), np.where(low_side == 1, high, low)
    return rows, _double(before), _double(after)


def _grid(values: Floats) -> Floats:
    """Return values to look between: what training saw, and as much again on both sides."""
    seen = values[~np.isnan(values)]
    if not seen.size:
        return np.array([-1.0, 0.0, 1.0])
    low, high = float(seen.min()), float(seen.max())
    span = max(high - low, 1.0)
    spread = np.quantile(seen, np.linspace(0.0, 1.0, _GRID), method="lower")
    grid = np.unique(np.concatenate([[low - span, 0.0, high + span, high + 100 * span], spread]))
    return np.clip(grid, -LARGEST, LARGEST)


def _doubles_and_singles(before: Floats, after: Floats) -> Floats:
    with np.errstate(over="ignore"):
        near = before.astype(np.float32)
        below, above = np.nextafter(near, np.float32(-np.inf)), np.nextafter(near, np.float32(np.inf))
    return np.column_stack([before, after, near, below, above]).astype(np.float64)


def _integers(before: Floats, after: Floats) -> Floats:
    whole = np.floor(np.minimum(before, after))
    return np.column_stack([whole, whole + 1.0])


def _ordinal(values: Floats) -> NDArray[np.uint64]:
    """Return whole numbers in the order of the doubles, neighbours beside each other."""
    bits = np.ascontiguousarray(values).view(np.uint64)
    return np.where(bits >= _TOP, ~bits, bits | _TOP)


def _double(ordinals: NDArray[np.uint64]) -> Floats:
    bits = np.where(ordinals >= _TOP, ordinals ^ _TOP, ~ordinals)
    return np.ascontiguousarray(bits).view(np.float64)


def _numbers_behind(program: Program) -> list[frozenset[str]]:
    """Return for each node the number inputs it is made of."""
    behind: list[frozenset[str]] = []
    for number, node in enumerate(program.graph.nodes):
        if node.op == "input":
            behind.append(frozenset([str(node.params["name"])] if program.kinds[number] == "number" else []))
        else:
            behind.append(frozenset().union(*(behind[arg] for arg in node.args)))
    return behind


def _behind(behind: Sequence[frozenset[str]], switch: Switch) -> frozenset[str]:
    return behind[switch.x] | (behind[switch.other] if switch.other is not None else frozenset())


def _inexact_nodes(program: Program) -> frozenset[int]:
    found: set[int] = set()
    for number, node in enumerate(program.graph.nodes):
        if node.op in _INEXACT or any(arg in found for arg in node.args):
            found.add(number)
    return frozenset(found)
