"""Stage `pack`: is there a bundle, and does it give what Python gave?"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from golive.records.status import Item, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.chain.status.sight import Sight


def items(sight: Sight) -> Iterator[Item]:
    """Yield the bundle and its parity."""
    bundle, parity = sight.build, sight.parity
    since, owner = sight.day_of("manifest.json"), sight.owner("pack")
    again = f"golive pack MODEL --train FILE --outcome COLUMN --event VALUE --out {_out(sight)}"
    if sight.folder is None:
        text, state = "there is no bundle", State.open
    elif isinstance(bundle, str):
        text, state = f"it does not open: {bundle}", State.failed
    else:
        text, state = f"it opens and every digest holds: {bundle.id[:19]}", State.done
    yield Item(
        id="pack.bundle", stage="pack", name="the bundle", state=state, text=text, owner=owner,
        since=None if state is State.open else since, next="" if state is State.done else again,
    )  # fmt: skip
    if isinstance(bundle, str) or isinstance(parity, str):
        text, state = "it comes with the bundle", State.later
    else:
        compared, equal = sum(one.compared for one in parity.checks), sum(one.equal for one in parity.checks)
        text = f"{equal:,} of {compared:,} comparisons with Python are equal"
        state = State.done if equal == compared and compared else State.failed
    yield Item(
        id="pack.parity", stage="pack", name="equal to Python", state=state, text=text, owner=owner,
        since=None if state is State.later else since, next=again if state is State.failed else "",
    )  # fmt: skip


def _out(sight: Sight) -> str:
    return quote(str(sight.folder or sight.project.folder / "model.golive"))
