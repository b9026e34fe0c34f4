"""Every figure on the page that prices or a cut-off can move, by name. The page's script repeats this file.

A figure is a pair (kind, value); `golive.page.numbers.show` and its JavaScript twin write it. The names are those of
the places on the page where the figure stands (``data-show``). tests/unit/prove/test_report_figures.py compares this
file and figures.js on more than a thousand settings.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from golive.maths.assumed import break_even, kept
from golive.maths.intervals import wilson
from golive.maths.linear import coefficient
from golive.maths.recompute import cells, chosen, forgone, shifted, smallest_gain, standing
from golive.maths.sentence import sentence
from golive.maths.table_sums import ABOVE, BELOW, bins, counts, cutoff_at, effective_in
from golive.page.escape import visible
from golive.page.numbers import price
from golive.page.words import priced, rule
from golive.prove.objective import limited
from golive.prove.report.rules import favoured, whys
from golive.prove.report.setting import recorded, under
from golive.prove.verdict import word
from golive.records.evidence import Word

if TYPE_CHECKING:
    from golive.maths.cutoff import Choice
    from golive.maths.recompute import Standing
    from golive.page.numbers import Shown
    from golive.prove.report.setting import Setting
    from golive.records.evidence import Evidence, MoneyEvidence
    from golive.records.score_table import Table

    Figures = dict[str, tuple[str, Shown]]

ASKED = "asked"
HANGS = ("name", "now", "value", "side", "then", "owner", "rule", "why", "range")


def figures(evidence: Evidence, setting: Setting) -> Figures:
    """Return every figure under a setting. Needs prices."""
    assert evidence.money is not None
    worth = None if worth_moves(evidence) else evidence.money.worth.per_row
    evidence = under(evidence, setting)
    choice = chosen(evidence.table, setting.prices)
    deployed = standing(evidence.table, setting.prices, choice.edge, choice)
    edge = choice.edge if setting.edge is None else setting.edge
    return {
        **_gains(evidence, setting, deployed, worth),
        **_aim(evidence, setting, choice),
        **_deeds(evidence, setting, choice.edge),
        **_more(evidence, setting, choice.edge),
        **_promises(evidence, setting, choice, deployed),
        **_hangs(evidence, setting, choice),
        **_cut(evidence, setting, edge, choice.edge),
        **_matrix(evidence, setting, edge),
        **_sentences(evidence, setting, edge),
    }


def sides(money: MoneyEvidence) -> tuple[int, int]:
    """Return the side of the favourable action and the other: 0 is below the cut-off."""
    return (BELOW, ABOVE) if money.favourable == money.below else (ABOVE, BELOW)


def worth_moves(evidence: Evidence) -> bool:
    """Return whether the smallest gain worth having was worked out from the prices, and moves with them."""
    assert evidence.money is not None
    return evidence.money.worth.per_row == smallest_gain(evidence.table, recorded(evidence).prices)


def shown_cut(evidence: Evidence, edge: int) -> float | None:
    """Return the number that people see for a cut-off they moved: a round one where it separates the same scores."""
    return None if edge in (0, bins(evidence.table)) else evidence.table.edges[edge - 1]


def _aim(evidence: Evidence, setting: Setting, choice: Choice) -> Figures:
    """What is maximised, and where the kept cut-off stands in the limits."""
    values = limited(evidence.table, setting.prices, choice.edge)
    kept_ = "" if choice.kept else " No cut-off keeps every limit; the nearest one is shown."
    said: Figures = {"objective": ("text", evidence.table.objective), "kept": ("text", kept_)}
    return said | {f"limit.{at}": ("score", value) for at, value in enumerate(values)}


def _gains(evidence: Evidence, setting: Setting, found: Standing, worth: float | None) -> Figures:
    """Against everybody `below`, everybody `above` and today's rule, and the word that follows."""
    money = evidence.money
    assert money is not None
    worth = smallest_gain(evidence.table, setting.prices) if worth is None else worth
    now = [
        msgspec.structs.replace(one, per_row=gain.point, low=gain.low, high=gain.high, changed=gain.changed)
        for one, gain in zip(money.against, found.against, strict=True)
    ]
    judged = word([one for one in now if one.decides], worth, evidence.rows)
    if judged is Word.use and (evidence.verdict.conditions or evidence.verdict.word is not Word.use):
        judged = Word.use_with_conditions
    said: Figures = {"word": ("text", judged.value), "worth": ("money", 1000 * worth)}
    for at, gain in enumerate(found.against):
        said |= _spread(f"gain.{at}", 1000.0, gain.point, gain.low, gain.high)
        said |= {f"changed.{at}": ("count", float(gain.changed)), f"gain.{at}.low": ("gain", _times(1000, gain.low))}
        if money.cases_per_month is not None:
            said |= _spread(f"month.{at}", money.cases_per_month, gain.point, gain.low, gain.high)
    return said


def _spread(name: str, times: float, value: float, low: float | None, high: float | None) -> Figures:
    return {name: ("gain", times * value), f"{name}.span": ("span", (_times(times, low), _times(times, high)))}


def _times(factor: float, value: float | None) -> float | None:
    return None if value is None else factor * value


def _deeds(evidence: Evidence, setting: Setting, edge: int) -> Figures:
    """What is done with 1,000 cases, what goes wrong among the favoured, and what the others cost."""
    assert evidence.money is not None
    yes, no = sides(evidence.money)
    found = cells(evidence.table, setting.prices, edge)
    parts = [found[2 * yes][0], found[2 * yes + 1][0], found[2 * no + 1][0], found[2 * no][0]]
    favoured = parts[0] + parts[1]
    inside = np.arange(bins(evidence.table)) >= edge
    lost = forgone(evidence.table, setting.prices, inside if no == ABOVE else ~inside, 0, no)
    per = 1000 / evidence.rows
    whole = _of_thousand([per * part for part in parts])
    return {
        "yes": ("count", whole[0] + whole[1]),
        "no": ("count", whole[2] + whole[3]),
        **{f"part.{at}": ("count", part) for at, part in enumerate(whole)},
        "wrong": ("gain", per * found[2 * yes + 1][1]),
        "bad": ("share", parts[1] / favoured if favoured else None),
        "bad.span": rate_limits(evidence.table, parts[1], favoured, edge, side=yes),
        "lost": ("money", per * lost[0]),
        "lost.span": ("span", (per * lost[1], per * lost[2])),
        "lost.revenue": ("money", per * _revenue(evidence, setting, edge, no)),
    }


def _of_thousand(parts: list[float]) -> list[float]:
    """Round parts of 1,000 so that they still add up: what is left goes to the largest fractions, first of equals."""
    found = [float(math.floor(part)) for part in parts]
    left = 1000 - int(math.fsum(found))
    for at in sorted(range(len(parts)), key=lambda at: found[at] - parts[at])[:left]:
        found[at] += 1
    return found


def more_edge(evidence: Evidence, edge: int) -> int:
    """Return the edge that favours about 100 of 1,000 more than another; of two as near, the lower."""
    assert evidence.money is not None
    below = np.append(0, np.cumsum(counts(evidence.table)))
    wanted = below[edge] + (0.1 if sides(evidence.money)[0] == BELOW else -0.1) * evidence.rows
    return int(np.argmin(np.abs(below - wanted)))


def _more(evidence: Evidence, setting: Setting, edge: int) -> Figures:
    """What favouring more cases, or fewer, would change."""
    assert evidence.money is not None
    other = more_edge(evidence, edge) if setting.volume is None else setting.volume
    yes, _ = sides(evidence.money)
    good, bad = (n for n, _, _ in cells(evidence.table, setting.prices, other)[2 * yes : 2 * yes + 2])
    changes, low, high = shifted(evidence.table, setting.prices, edge, other)
    per = 1000 / evidence.rows
    return {
        "more.yes": ("count", per * (good + bad)),
        "more": ("gain", per * changes),
        "more.span": ("span", (per * low, per * high)),
        "more.bad": ("share", bad / (good + bad) if good + bad else None),
        "more.bad.span": rate_limits(evidence.table, bad, good + bad, other, side=yes),
    }


def _revenue(evidence: Evidence, setting: Setting, edge: int, no: int) -> float:
    """Return the revenue that the cases without the event on the other side would have brought."""
    table, total = evidence.table, 0.0
    folded = table.by_fold
    here = (np.array(folded.event) == 0) & ((np.array(folded.bin) >= edge) == (no == ABOVE))
    for term in table.terms:
        if term.action == 1 - no and term.event == 0 and term.line == "revenue":
            total += coefficient(term.coefficient, setting.prices) * float(
                np.array(folded.sums[term.basis])[here].sum()
            )
    return total


def _promises(evidence: Evidence, setting: Setting, choice: Choice, deployed: Standing) -> Figures:
    """The best-looking figure beside the honest one and the two simple rules."""
    table, rows = evidence.table, evidence.rows
    best = float(choice.gain[choice.best]) + deployed.against[ABOVE].total
    totals = {"promised": best, "honest": deployed.total}
    totals |= {f"all.{at}": gain.total for at, gain in enumerate(deployed.against)}
    said: Figures = {}
    for name, total in totals.items():
        said |= {name: ("gain", 1000 * total / rows), f"{name}.total": ("gain", total)}
    limits = (deployed.low, deployed.high)
    said["honest.total.span"] = ("span", limits)
    said["honest.span"] = ("span", tuple(None if one is None else 1000 * one / rows for one in limits))  # type: ignore[assignment]  # two
    said["too.good"] = ("money", max(0.0, 1000 * (best - deployed.total) / rows))
    said["promised.cut"] = ("score", cutoff_at(table, choice.best))
    said["chosen.cut"] = ("score", cutoff_at(table, choice.edge))
    for name, edge in (("promised", choice.best), ("honest", choice.edge)):
        said[f"{name}.above"] = ("count", 1000 * float(counts(table)[edge:].sum()) / rows)
    return said


def _hangs(evidence: Evidence, setting: Setting, choice: Choice) -> Figures:
    """How far each price can move before nothing is gained, the cut-off kept; and the one that is nearest."""
    money = evidence.money
    assert money is not None
    stays = kept(evidence.table, choice.edge, choice.optimism)
    said: Figures = {}
    nearest, distance = None, float("inf")
    for at, one in enumerate(evidence.assumptions):
        limits = None if one.low is None or one.high is None else (one.low, one.high)
        now = setting.prices[one.name]
        found = [
            (abs(value - now), value, action)
            for action, against in enumerate(money.against)
            if one.adjustable and against.decides
            and (value := break_even(stays, setting.prices, one.name, action, limits)) is not None
        ]  # fmt: skip
        said[f"even.{at}"] = ("text", price(min(found)[1], 3) if found else None)
        if found and min(found)[0] / max(abs(now), 1e-12) < distance:
            distance, nearest = min(found)[0] / max(abs(now), 1e-12), (at, *min(found)[1:])
    earns = nearest is not None and stays.gain(setting.prices, nearest[2]) > 0
    return said | _nearest(evidence, setting, nearest, earns, choice.edge)


def _nearest(
    evidence: Evidence, setting: Setting, nearest: tuple[int, float, int] | None, earns: bool, edge: int
) -> Figures:
    if nearest is None:
        return {f"hangs.{key}": ("text", None) for key in HANGS}
    at, value, action = nearest
    money, one = evidence.money, evidence.assumptions[at]
    assert money is not None
    now = setting.prices[one.name]
    reached = one.low is not None and one.high is not None and one.low <= value <= one.high
    told = "reaches it" if reached else "does not reach it"
    known = f"{price(one.low)} to {price(one.high)}" if one.low is not None and one.high is not None else None
    return {
        "hangs.name": ("text", priced(one)),
        "hangs.now": ("text", price(now)),
        "hangs.value": ("text", price(value, 3)),
        "hangs.side": ("text", "falls below" if value < now else "rises above"),
        "hangs.then": ("text", "nothing is gained" if earns else "it begins to gain"),
        "hangs.owner": ("text", visible(one.owner) or "nobody yet"),
        "hangs.rule": ("text", rule(money.against[action])),
        "hangs.why": ("text", _why(evidence, action, edge) if earns else ""),
        "hangs.range": ("text", f"The range given, {known}, {told}" if known else "No range was given"),
    }


def _why(evidence: Evidence, action: int, edge: int) -> str:
    money, n = evidence.money, counts(evidence.table)
    assert money is not None
    own = float((n[:edge] if sides(money)[0] == BELOW else n[edge:]).sum())
    return whys(money, action)[int(favoured(evidence, action)[0] < own)]


def _cut(evidence: Evidence, setting: Setting, edge: int, chosen_edge: int) -> Figures:
    """The cut-off in the picture, as if fixed beforehand."""
    table, rows = evidence.table, evidence.rows
    found = standing(table, setting.prices, edge)
    cut = cutoff_at(table, edge) if edge == chosen_edge else shown_cut(evidence, edge)
    per = 1000 / rows
    limits = (_times(per, found.low), _times(per, found.high))
    said: Figures = {
        "cut": ("score", cut),
        "cut.below": ("count", per * found.below),
        "cut.above": ("count", per * found.above),
        "cut.money": ("gain", per * found.total),
        "cut.money.span": ("span", limits),
    }
    for at, gain in enumerate(found.against):
        said |= _spread(f"cut.gain.{at}", 1000.0, gain.point, gain.low, gain.high)
    return said


def _matrix(evidence: Evidence, setting: Setting, edge: int) -> Figures:
    """Right and wrong in counts and money, and the report everybody knows."""
    said: Figures = {}
    found = cells(evidence.table, setting.prices, edge)
    for at, (n, own, other) in enumerate(found):
        said |= {
            f"cell.{at}": ("count", float(n)),
            f"cell.{at}.money": ("gain", own),
            f"cell.{at}.other": ("gain", other),
        }
    return said | report(evidence.table, edge, [cell[0] for cell in found], rising=not evidence.score.higher_is_better)


def report(table: Table, edge: int, n: list[float], *, rising: bool) -> Figures:
    """Return precision, recall and F1 of both classes with limits, from the counts of the four cells."""
    hits, misses, false, quiet = (n[3], n[1], n[2], n[0]) if rising else (n[1], n[3], n[0], n[2])
    said: Figures = {
        "accuracy": ("share", (hits + quiet) / sum(n)),
        "accuracy.span": rate_limits(table, hits + quiet, sum(n), edge),
    }
    for at, (right, called, there) in enumerate(
        ((hits, hits + false, hits + misses), (quiet, quiet + misses, quiet + false))
    ):
        precision, recall = (right / whole if whole else 0.0 for whole in (called, there))
        said |= {
            f"class.{at}.precision": ("share", precision),
            f"class.{at}.precision.span": rate_limits(table, right, called, edge, side=int(rising) ^ at),
            f"class.{at}.recall": ("share", recall),
            f"class.{at}.recall.span": rate_limits(table, right, there, edge, event=1 - at),
            f"class.{at}.f1": ("figure", 2 * right / (called + there) if called + there else 0.0),
            f"class.{at}.called": ("count", float(called)),
        }
    return said


def rate_limits(
    table: Table, part: float, whole: float, edge: int, *, side: int | None = None, event: int | None = None
) -> tuple[str, tuple[float | None, float | None]]:
    """Return the limits of a share among the rows on one side of an edge, or with one outcome; rows that stand for
    several, or for one customer together, count as what they say independently."""
    if not whole:
        return "shares", (None, None)
    place, happened = np.array(table.by_fold.bin) >= edge, np.array(table.by_fold.event)
    which = np.ones(len(place), dtype=bool) if side is None else place == bool(side)
    independent = effective_in(table, which if event is None else which & (happened == event))
    return "shares", wilson(part * (independent / whole), independent)


def _sentences(evidence: Evidence, setting: Setting, edge: int) -> Figures:
    """The sentence of the first question, and that of the cut-off in the picture."""
    first = evidence.sentences[0].cutoff if evidence.sentences else None
    said = {} if first is None else _sentence(evidence, setting, ASKED, first)
    return said | _sentence(evidence, setting, "sentence", shown_cut(evidence, edge))


def _sentence(evidence: Evidence, setting: Setting, name: str, cutoff: float | None) -> Figures:
    money, rising = evidence.money, not evidence.score.higher_is_better
    assert money is not None
    if cutoff is None:
        return {
            name: ("text", "There is no cut-off here: everybody gets the same action."),
            f"{name}.lost": ("money", None),
            f"{name}.lost.span": ("span", (None, None)),
            f"{name}.saved": ("gain", None),
        }
    found = sentence(
        evidence.table,
        cutoff,
        action=visible(money.above if rising else money.below),
        prices=setting.prices,
        currency=money.currency,
        rising=rising,
    )
    return {
        name: ("text", found.text),
        f"{name}.lost": ("money", found.lost),
        f"{name}.lost.span": ("span", (found.lost_low, found.lost_high)),
        f"{name}.saved": ("gain", found.saved),
    }
