"""The raw values just before and just after a switch, found by halving until nothing lies between them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.contract import LARGEST
from golive.records.contract import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from golive.engine.program import Program
    from golive.pack.sample import Sample
    from golive.pack.switches import Switch

    Floats = NDArray[np.float64]

_GRID = 17
_AROUND = np.array([-0.25, -0.06, -0.016, -0.004, 0.0, 0.004, 0.016, 0.06, 0.25])
_AT_ONCE = 6_000
_TOP = np.uint64(1 << 63)
# The last bit of these may differ between numpy's builds and pandas' order of summing, so that the one double at
# which they pass a threshold is not the same everywhere. Rows keep a small distance from it.
_INEXACT = frozenset(
    {"exp", "expm1", "log", "log1p", "log2", "log10", "tanh", "pow", "sum", "mean", "linear", "sigmoid", "interpolate"}
)
_DISTANCE = 1e-12


def cells(program: Program, sample: Sample, switches: Sequence[Switch]) -> Iterator[tuple[int, str, float | None]]:
    """Yield (training row, input, value) for each switch.

    The last value before it, the first one after it, the neighbouring single-precision and whole numbers, and null
    where the contract has it.
    """
    behind = _behind_each(program)
    for switch in switches:
        for name in sorted(_behind(behind, switch)):
            if sample.inputs[name].nullable:
                yield switch.base, name, None
    inexact = _inexact_nodes(program)
    numbers = {name for name, known in sample.inputs.items() if known.kind is Kind.number}
    jobs = [(switch, name) for switch in switches for name in sorted(_behind(behind, switch) & numbers)]
    jobs.sort(key=lambda job: (job[0].x, job[0].other or -1, job[1]))
    for (x, other, name), group in groupby(jobs, key=lambda job: (job[0].x, job[0].other, job[1])):
        chosen = [switch for switch, _ in group]
        exact = x not in inexact and other not in inexact
        for start in range(0, len(chosen), _AT_ONCE):
            yield from _group(program, sample, chosen[start : start + _AT_ONCE], name, exact=exact)


def _group(
    program: Program, sample: Sample, switches: Sequence[Switch], name: str, *, exact: bool
) -> Iterator[tuple[int, str, float]]:  # fmt: skip
    base = np.array([switch.base for switch in switches])
    at = np.array([switch.at for switch in switches])
    side = _Side(program, sample, name, switches[0])
    if exact:
        rows, before, after = _bracket(side, sample, name, base, at)
        values = _near(before, after, whole=sample.is_whole(name))
        for row, near in zip(base[rows].tolist(), values.tolist(), strict=True):
            yield from ((row, name, value) for value in near if abs(value) < LARGEST)
        return
    distance = _DISTANCE * np.maximum(1.0, np.abs(at))
    for moved, nearer in ((at - distance, 0), (at + distance, 1)):
        rows, *ends = _bracket(side, sample, name, base, moved)
        end = ends[nearer]
        values = np.column_stack([end, np.floor(end) + nearer]) if sample.is_whole(name) else end[:, None]
        for row, near in zip(base[rows].tolist(), values.tolist(), strict=True):
            yield from ((row, name, value) for value in near)


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
    here = sample.numbers(name)[base]
    grid = _grid(sample.numbers(name), here)
    width = grid.shape[1]
    sides = side(np.repeat(base, width), grid.ravel(), np.repeat(at, width)).reshape(grid.shape)
    rows, step = _nearest_passes(sides, grid, here)
    low, high = _ordinal(grid[rows, step]), _ordinal(grid[rows, step + 1])
    low_side = sides[rows, step]
    while rows.size and (high - low).max() > 1:
        middle = low + (high - low) // np.uint64(2)
        same = side(base[rows], _double(middle), at[rows]) == low_side
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    before, after = np.where(low_side == 1, low, high), np.where(low_side == 1, high, low)
    return rows, _double(before), _double(after)


def _nearest_passes(
    sides: NDArray[np.int8], grid: Floats, here: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:  # fmt: skip
    """Return switch and step of the grid for the nearest passing upwards and the nearest one downwards.

    The nearest, because a long way off the row would leave its branch of the tree. Both, because a function that
    jumps, such as ``x % 7``, passes a value smoothly in one direction only.
    """
    before, after = sides[:, :-1], sides[:, 1:]
    far = np.abs((grid[:, :-1] + grid[:, 1:]) / 2 - np.where(np.isnan(here), 0.0, here)[:, None])
    rows, steps = [], []
    for passes in ((before == 1) & (after == 0), (before == 0) & (after == 1)):
        found = np.flatnonzero(passes.any(axis=1))
        rows.append(found)
        steps.append(np.where(passes, far, np.inf)[found].argmin(axis=1))
    return np.concatenate(rows), np.concatenate(steps)


def _grid(values: Floats, here: Floats) -> Floats:
    """Return values to look between, for each switch: what training saw, as much again, and around the row itself."""
    seen = values[~np.isnan(values)]
    if not seen.size:
        return np.tile([-1.0, 0.0, 1.0], (len(here), 1))
    low, high = float(seen.min()), float(seen.max())
    span = max(high - low, 1.0)
    spread = np.quantile(seen, np.linspace(0.0, 1.0, _GRID), method="lower")
    common = np.unique(np.concatenate([[low - span, 0.0, high + span, high + 100 * span], spread]))
    around = np.where(np.isnan(here), low, here)[:, None] + span * _AROUND
    grid = np.concatenate([np.tile(common, (len(here), 1)), around], axis=1)
    return np.sort(np.clip(grid, 1 - LARGEST, LARGEST - 1), axis=1)


def _near(before: Floats, after: Floats, *, whole: bool) -> Floats:
    with np.errstate(over="ignore"):
        near = before.astype(np.float32)
        below, above = np.nextafter(near, np.float32(-np.inf)), np.nextafter(near, np.float32(np.inf))
    values: list[NDArray[Any]] = [before, after, near, below, above]
    if whole:
        under = np.floor(np.minimum(before, after))
        values += [under, under + 1.0]
    return np.column_stack(values).astype(np.float64)


def _ordinal(values: Floats) -> NDArray[np.uint64]:
    """Return whole numbers in the order of the doubles, neighbours beside each other."""
    bits = np.ascontiguousarray(values).view(np.uint64)
    return np.where(bits >= _TOP, ~bits, bits | _TOP)


def _double(ordinals: NDArray[np.uint64]) -> Floats:
    bits = np.where(ordinals >= _TOP, ordinals ^ _TOP, ~ordinals)
    return np.ascontiguousarray(bits).view(np.float64)


def _behind_each(program: Program) -> list[frozenset[str]]:
    """Return for each node the inputs it is made of."""
    behind: list[frozenset[str]] = []
    for node in program.graph.nodes:
        own = frozenset([str(node.params["name"])]) if node.op == "input" else frozenset()
        behind.append(own.union(*(behind[arg] for arg in node.args)))
    return behind


def _behind(behind: Sequence[frozenset[str]], switch: Switch) -> frozenset[str]:
    return behind[switch.x] | (behind[switch.other] if switch.other is not None else frozenset())


def _inexact_nodes(program: Program) -> frozenset[int]:
    found: set[int] = set()
    for number, node in enumerate(program.graph.nodes):
        if node.op in _INEXACT or any(arg in found for arg in node.args):
            found.add(number)
    return frozenset(found)
