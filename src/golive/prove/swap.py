"""The swap set: which cases are treated otherwise when the deployed cut-off replaces today's rule, and its worth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.parts import limits, ranged
from golive.maths.table_sums import rows_of
from golive.maths.words import amount, count, whole
from golive.prove.split import Split, share
from golive.records.parts import Swap, SwapPart

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.maths.parts import Compared
    from golive.records.money import Money
    from golive.records.score_table import Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]

CODES = ("newly_favoured", "newly_refused", "both_favoured", "both_refused")


def swap(split: Split, table: Table, money: Money, one: Compared, above: Bools, today: Bools, earns: Values) -> Swap:
    """Sort the rows by what happens to them today and under the deployed cut-off.

    Parameters
    ----------
    one
        The cut-off against today.
    above, today
        Which rows get the `above` action under the cut-off, and today, (n,).
    earns
        What each row earns under the cut-off, (n,).

    Notes
    -----
    Who changes is said for the deployed cut-off. Its money is too good by what choosing it on these rows found by luck;
    that is taken off the two parts that change in proportion to their rows, so that they add up to the gain against
    today that the verdict asks about.
    """
    favours_above = money.actions.favourable == money.actions.above
    now, then = (above, today) if favours_above else (~above, ~today)
    sets = (now & ~then, ~now & then, now & then, ~now & ~then)
    hidden = money.labelled == "only approved"
    changed = split.weighed.n(sets[0] | sets[1])
    luck = (float(one.won.sum()) - one.total) / changed if changed else 0.0
    parts = tuple(
        _part(split, table, one, code, here, earns, luck if at < 2 else 0.0, observable=not (hidden and at == 0))
        for at, (code, here) in enumerate(zip(CODES, sets, strict=True))
    )
    return Swap(parts=parts, text=_text(parts, money))


def _part(
    split: Split,
    table: Table,
    one: Compared,
    code: str,
    here: Bools,
    earns: Values,
    luck: float,
    *,
    observable: bool,
) -> SwapPart:
    weighed, rows = split.weighed, rows_of(table)
    n = weighed.n(here)
    change, low, high = float(one.won[here].sum()) - luck * n, None, None
    everywhere = np.ones(len(here), dtype=bool)
    if code.startswith("newly") and ranged(weighed, one, everywhere):
        owing = replace(one, optimism=max(luck, 0.0) * n / rows)
        low, high = (rows * limit for limit in limits(weighed, owing, here, among=everywhere))
        change = min(max(change, low), high)
    return SwapPart(
        code=code,
        n=whole(n),
        events=whole(weighed.n(here & weighed.event)),
        rate=share(weighed, weighed.event, here) if observable else None,
        money=float(earns[here].sum()) if observable else None,
        change=change if observable else None,
        change_low=low if observable else None,
        change_high=high if observable else None,
        observable=observable,
    )


def _text(parts: tuple[SwapPart, ...], money: Money) -> str:
    favoured, refused = parts[:2]
    yes = money.actions.favourable
    no = money.actions.above if yes == money.actions.below else money.actions.below
    left = f"{count(refused.n, money.row)} would newly get “{no}” ({_worth(refused, money)})"
    if not favoured.observable:
        return (
            f"Newly “{yes}”: not observable, because outcomes exist for approved cases only. {left}."
            " It is a second filter behind today's process."
        )
    return f"{count(favoured.n, money.row)} would newly get “{yes}” ({_worth(favoured, money)}), and {left}."


def _worth(part: SwapPart, money: Money) -> str:
    assert part.change is not None
    said = f"{amount(part.change, money.currency)} against today"
    if part.change_low is None or part.change_high is None:
        return said
    low, high = (amount(limit, money.currency) for limit in (part.change_low, part.change_high))
    return f"{said}, range {low} to {high}"
