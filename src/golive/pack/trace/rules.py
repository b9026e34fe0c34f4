"""The row filters that the result of a cleaning function went through, as rules of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from golive.errors import InputError
from golive.pack.trace.filters import unaskable
from golive.pack.trace.site import refusal
from golive.pack.trace.words import in_words
from golive.records.contract import TRAINING, RowRule

if TYPE_CHECKING:
    from golive.engine.builder import Builder
    from golive.pack.trace.filters import Filter, Rows
    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.session import Session

REST = "*"
"""In a choice by place: all places that are not named."""
DEFAULT = "review"
Choice = str | Mapping[str, str]
"""What happens to cases that break a rule: one action for all, or by place; ``training``: nothing."""


class Ruled(NamedTuple):
    """The rules, and where the graph holds them."""

    rules: tuple[RowRule, ...] = ()
    nodes: Mapping[str, int] = {}
    """Rule that is asked of a case -> node, true where it is kept."""


def ruled(rows: Rows | None, session: Session, builder: Builder, choice: Choice) -> Ruled:
    """Make the rules, and note on the tape which filters take rows away in a replay.

    Raises
    ------
    UnsupportedError
        Rows were chosen by their position.
    InputError
        A place is named where no filter is, or a case is to be asked what it cannot be asked.
    """
    wanted = _by_place(choice)
    filters = rows.filters if rows else ()
    for step in filters:
        if step.kept is None:
            raise refusal(
                f"{step.because}: a case has no position among others",
                "keep rows by a condition: df = df[condition]",
                step.at,
            )
    groups = _grouped(filters, session)
    check_places(choice, groups)
    rules, nodes = [], {}
    for name, steps in groups.items():
        rule = _rule(name, steps, session, builder, wanted)
        rules.append(rule)
        asked = rule.action != TRAINING
        session.tape.filters |= {step.number: asked for step in steps}
        if asked:
            kept = _all_of(session, steps)
            assert kept.node is not None
            nodes[name] = kept.node
    return Ruled(tuple(rules), nodes)


def _by_place(choice: Choice) -> dict[str, str]:
    return dict(choice) if isinstance(choice, Mapping) else {REST: choice}


def _grouped(filters: tuple[Filter, ...], session: Session) -> dict[str, list[Filter]]:
    """Filters by the name of their rule: those of one line are one, apart from those no case can be asked."""
    asked = {step.where for step in filters if not _unaskable(session, step)}
    groups: dict[str, list[Filter]] = {}
    for step in filters:
        apart = step.where in asked and _unaskable(session, step)
        groups.setdefault(f"{step.where} (2)" if apart else step.where, []).append(step)
    return groups


def _unaskable(session: Session, step: Filter) -> str:
    assert step.kept is not None
    return unaskable(session.nodes, step.kept)


def check_places(choice: Choice, groups: Mapping[str, list[Filter]]) -> None:
    """Refuse a choice that names a place where no filter is, or an action that can be none."""
    wanted = _by_place(choice)
    for place, action in wanted.items():
        if not isinstance(action, str) or not action.strip() or not action.isprintable():
            raise InputError(f"the filter `{place}` gets {action!r}; expected an action of the policy, or `{TRAINING}`")
        if place != REST and place not in groups:
            listed = "; ".join(
                f"{name} ({steps[0].at.source if steps[0].at else ''})" for name, steps in groups.items()
            )
            raise InputError(
                f"the cleaning function takes no rows away at `{place}`",
                hint=f"it does at: {listed}" if listed else "it takes none away anywhere; leave `filters` out",
            )


def _rule(name: str, steps: list[Filter], session: Session, builder: Builder, wanted: Mapping[str, str]) -> RowRule:
    why = next((found for step in steps if (found := _unaskable(session, step))), "")
    action = wanted.get(name, TRAINING if why else wanted.get(REST, DEFAULT))
    if why and action != TRAINING:
        raise InputError(
            f"the filter {name} cannot be asked of a case: {why}", hint=f"--filter '{name}={TRAINING}', or leave it out"
        )
    kept = _all_of(session, steps)
    source = steps[0].at.source if steps[0].at else ""
    words = in_words(builder, kept.node) if kept.node is not None else ""
    return RowRule(
        name=name,
        source=source,
        text=words or (f"{steps[0].because}: {why}" if why else f"what this line keeps: {source}"),
        inputs=tuple(sorted(name for name in kept.depends if session.nodes.is_input(name))),
        action=action,
        dropped=sum(len(step.gone) for step in steps),
    )


def _all_of(session: Session, steps: list[Filter]) -> Expr:
    kept = steps[0].kept
    assert kept is not None
    for step in steps[1:]:
        assert step.kept is not None
        kept = session.nodes.both(kept, step.kept)
    return kept
