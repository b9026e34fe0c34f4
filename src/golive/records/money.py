"""The money file: what each action earns on each outcome, in words and sums that its owners can read.

``money.toml`` is written by people. `parse` checks its shape and names every mistake with line and column;
the formulas inside are read by `golive.maths.formula` (never evaluated as code) once the columns are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from golive.errors import DocumentError
from golive.records.assumption import Assumption, read_assumptions
from golive.records.document import Part, Record
from golive.records.fields import Fields, close_to, is_number, nearest
from golive.records.objective import REVENUE, REVIEW_RATE, Objective, read_objective
from golive.records.review import Review, read_review
from golive.records.today import Today, read_today
from golive.records.toml import Toml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.records.toml import Path

LINES = ("revenue", "cost", "loss")
"""The named lines of a payoff. Each is written as a positive amount; payoff = revenue - cost - loss."""

LONGEST = 36_500
"""Days until an outcome can be trusted: a hundred years; no calendar goes much further."""
WORKING_DAYS = 21
"""Of a month, where nobody said how many cases the busiest day has."""
OUTCOMES = ("no_event", "event")
"""Position 0 is a case without the event, position 1 one with it, everywhere."""


class Formula(Part, frozen=True, kw_only=True):
    """One line of a payoff."""

    line: str
    """``revenue``, ``cost``, ``loss``; or ``payoff`` where one formula stands for the whole (signed)."""
    text: str
    """Arithmetic over columns and assumptions, e.g. ``margin * Amount - 15``; in units of the currency."""
    where: str
    """``money.toml:14:12``: where the text starts, for messages."""


class Payoff(Part, frozen=True, kw_only=True):
    """What one action earns on one case. The lines add up: revenue and payoff count plus, cost and loss minus."""

    event: tuple[Formula, ...]
    """When the event happens (the loan turns bad)."""
    no_event: tuple[Formula, ...]
    """When it does not."""


class Actions(Part, frozen=True, kw_only=True):
    """What can be done with a case. ``score >= cut-off`` gets ``above``, everywhere."""

    below: str
    """Done when the score is below the cut-off, e.g. ``approve``."""
    above: str
    """Done when the score is at or above the cut-off, e.g. ``reject``."""
    favourable: str
    """The one that must never happen by mistake; ``below`` unless the file says otherwise."""
    middle: str = ""
    """Done between two cut-offs: people look at the case, e.g. ``review``; empty where there are two bands only."""


class Volume(Part, frozen=True, kw_only=True):
    cases_per_month: float
    """Cases that will be decided in a month."""
    busiest_day: float | None = None
    """Cases on the busiest day; null: a working day's share of the month is taken."""
    owner: str = ""

    @property
    def per_day(self) -> float:
        """Cases that must be dealt with on one day: on the busiest one, or on one of `WORKING_DAYS`."""
        return self.cases_per_month / WORKING_DAYS if self.busiest_day is None else self.busiest_day


class Running(Part, frozen=True, kw_only=True):
    cost_per_month: float
    """What running the model costs in a month, in the currency; positive."""
    build_cost: float = 0.0
    """What building it cost once, in the currency; positive. Shown, never part of the verdict."""


class Money(Record, frozen=True, kw_only=True, tag="money/1"):
    """The money file, checked."""

    currency: str
    """ISO 4217, e.g. ``EUR``; for display, never converted."""
    minor_units: int = 2
    """Decimal places of the currency: 2 for cents."""
    row: str = "case"
    """What one row is, in one or two words: ``application``, ``customer``."""
    event: str = ""
    """The label of the outcome that is the event; empty when the file leaves it to the caller."""
    event_means: str = ""
    """What the event is, in the words of those who answer for it: ``not repaid as agreed``."""
    mature_after_days: int | None = None
    """Days after the decision until an outcome can be trusted."""
    actions: Actions
    assumptions: tuple[Assumption, ...] = ()
    """In the order of the file."""
    payoffs: dict[str, Payoff]
    """Action -> what it earns; one entry for each of the two actions."""
    today: Today = Today()
    objective: Objective = Objective()
    volume: Volume | None = None
    running: Running | None = None
    currency_column: str = ""
    """A column that names the currency of each row; every row must be in the file's. Empty: none is looked at."""
    review: Review | None = None
    """What people add who look at the cases of the middle band; null with two bands."""
    sampling: Assumption | None = None
    """The share of events in the world, where the rows were re-sampled; null: the rows are as they came."""
    labelled: str = "everyone"
    """``everyone``, or ``only approved`` when outcomes exist for approved cases only (a condition of the verdict)."""

    @property
    def owned(self) -> tuple[Assumption, ...]:
        """Every number that somebody has to answer for."""
        review = self.review.assumptions if self.review else ()
        return (*self.assumptions, *review, *([self.sampling] if self.sampling else []))


def parse(text: str, *, name: str = "money.toml") -> Money:
    """Read a money file.

    Parameters
    ----------
    text
        The whole file.
    name
        How messages call it.

    Raises
    ------
    DocumentError
        Every problem with ``name:line:column``, what stands there and what was expected.
        Formulas are not read here: `golive.maths.money.compile_payoffs` does, with the same places.
    """
    reader = Fields(Toml(text, name=name))
    money = _money(reader)
    if reader.problems or money is None:
        raise DocumentError(
            f"`{name}` cannot be used",
            problems=reader.problems,
            hint="docs/reference/money.md has one annotated file with every field",
        )
    return money


_FIELDS = (
    "currency", "currency_column", "minor_units", "row", "outcome", "actions", "assumptions", "payoff", "today",
    "objective", "volume", "running", "review", "sampling", "population",
)  # fmt: skip


def _money(reader: Fields) -> Money | None:
    data = reader.toml.data
    reader.known(data, (), _FIELDS)
    actions = _actions(reader, data)
    outcome = reader.table(data, "outcome") or {}
    reader.known(outcome, ("outcome",), ("event", "means", "mature_after_days"))
    payoffs = _payoffs(reader, data, actions)
    names = (actions.below, actions.above) if actions else ()
    found: dict[str, Any] = {
        "currency": _currency(reader, data),
        "currency_column": reader.text(data, "currency_column", ()),
        "minor_units": reader.whole(data, "minor_units", (), 2),
        "row": reader.text(data, "row", (), "case"),
        "event": _event(reader, outcome),
        "event_means": reader.text(outcome, "means", ("outcome",)).strip(),
        "mature_after_days": _days(reader, outcome),
        "assumptions": read_assumptions(reader, data, names),
        "today": read_today(reader, data, actions.below if actions else "", actions.above if actions else ""),
        "objective": read_objective(reader, data),
        "volume": _volume(reader, data),
        "running": _running(reader, data),
        "review": read_review(reader, data, actions.middle if actions else ""),
        "sampling": _sampling(reader, data),
        "labelled": _labelled(reader, data),
    }
    _has_revenue(reader, found["objective"], payoffs)
    _can_review(reader, found)
    if reader.problems or actions is None:
        return None
    return Money(actions=actions, payoffs=payoffs, **found)


def _currency(reader: Fields, data: Mapping[str, Any]) -> str:
    currency = reader.text(data, "currency", (), None)
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        reader.problem(("currency",), f'`currency` is {currency!r}; expected three capital letters such as "EUR"')
    return currency


def _event(reader: Fields, outcome: Mapping[str, Any]) -> str:
    event = outcome.get("event", "")
    if isinstance(event, bool) or not isinstance(event, (str, int)):
        reader.problem(("outcome", "event"), f'`event` is {event!r}; expected the label as text, such as "bad"')
    return str(event)


def _days(reader: Fields, outcome: Mapping[str, Any]) -> int | None:
    path = ("outcome",)
    if "mature_after_days" not in outcome:
        return None
    days = reader.whole(outcome, "mature_after_days", path, 0)
    if days > LONGEST:
        what = f"`mature_after_days` is {days:,}; expected at most {LONGEST:,}"
        reader.problem((*path, "mature_after_days"), what)
        return None
    return days


def _actions(reader: Fields, data: Mapping[str, Any]) -> Actions | None:
    table = reader.table(data, "actions", needed=True)
    if table is None:
        return None
    path = ("actions",)
    reader.known(table, path, ("below", "middle", "above", "favourable"))
    middle = reader.text(table, "middle", path)
    below, above = reader.text(table, "below", path, None), reader.text(table, "above", path, None)
    favourable = reader.text(table, "favourable", path, below)
    if below and below == above:
        reader.problem((*path, "above"), f"`above` is {above!r}, the same as `below`; expected two different actions")
    if favourable not in (below, above) and below and above:
        reader.problem((*path, "favourable"), f"`favourable` is {favourable!r}; expected {below!r} or {above!r}")
    if middle and middle in (below, above):
        reader.problem((*path, "middle"), f'`middle` is {middle!r}; expected a third action, such as "review"')
    return Actions(below=below, above=above, favourable=favourable, middle=middle)


def _payoffs(reader: Fields, data: Mapping[str, Any], actions: Actions | None) -> dict[str, Payoff]:
    table = reader.table(data, "payoff", needed=True) or {}
    wanted = (actions.below, actions.above) if actions and actions.below and actions.above else tuple(table)
    for name in [name for name in table if name not in wanted]:
        listed = f"`{name}` is not an action{nearest(name, wanted)}; expected one of: {', '.join(wanted)}"
        reader.problem(("payoff", name), listed)
        reader.read_as(table, ("payoff",), name, close_to(name, wanted))
    found = {}
    for name in wanted:
        payoff = reader.table(table, name, ("payoff",), needed=bool(name)) or {}
        reader.known(payoff, ("payoff", name), OUTCOMES)
        if payoff:
            found[name] = Payoff(
                event=_lines(reader, payoff, name, "event"), no_event=_lines(reader, payoff, name, "no_event")
            )
    return found


def _lines(reader: Fields, payoff: Mapping[str, Any], action: str, outcome: str) -> tuple[Formula, ...]:
    path: Path = ("payoff", action, outcome)
    value = payoff.get(outcome)
    if value is None:
        reader.problem(path[:2], f"`{outcome}` is missing; expected a formula, or a table of {', '.join(LINES)}")
        return ()
    if not isinstance(value, dict):
        return _formula(reader, path, "payoff", value)
    reader.known(value, path, LINES)
    if not value:
        reader.problem(path, f"the table is empty; expected one or more of {', '.join(LINES)}")
    return tuple(
        formula for line in LINES if line in value for formula in _formula(reader, (*path, line), line, value[line])
    )


def _formula(reader: Fields, path: Path, line: str, value: object) -> tuple[Formula, ...]:
    if is_number(value):
        return (Formula(line=line, text=repr(value), where=reader.toml.place(path)),)
    if not isinstance(value, str):
        reader.problem(path, f"`{path[-1]}` is {value!r}; expected a formula in double quotes or a number")
        return ()
    return (Formula(line=line, text=value, where=reader.toml.place_of_text(path, value)),)


def _volume(reader: Fields, data: Mapping[str, Any]) -> Volume | None:
    table = reader.table(data, "volume")
    if table is None:
        return None
    reader.known(table, ("volume",), ("cases_per_month", "busiest_day", "owner"))
    cases = reader.number(table, "cases_per_month", ("volume",))
    if cases <= 0 and "cases_per_month" in table:
        reader.problem(("volume", "cases_per_month"), f"`cases_per_month` is {cases:g}; expected more than 0")
    busiest = reader.number(table, "busiest_day", ("volume",)) if "busiest_day" in table else None
    if busiest is not None and not cases / 31 <= busiest <= cases:
        reader.problem(
            ("volume", "busiest_day"),
            f"`busiest_day` is {busiest:g}; expected at least a 31st of `cases_per_month` and at most all of them",
        )
    return Volume(cases_per_month=cases, busiest_day=busiest, owner=reader.text(table, "owner", ("volume",)))


def _running(reader: Fields, data: Mapping[str, Any]) -> Running | None:
    table = reader.table(data, "running")
    if table is None:
        return None
    reader.known(table, ("running",), ("cost_per_month", "build_cost"))
    found = Running(
        cost_per_month=reader.number(table, "cost_per_month", ("running",)),
        build_cost=reader.number(table, "build_cost", ("running",), 0.0),
    )
    for key, value in (("cost_per_month", found.cost_per_month), ("build_cost", found.build_cost)):
        if value < 0:
            reader.problem(("running", key), f"`{key}` is {value:g}; expected a cost written as a positive number")
    return found


def _sampling(reader: Fields, data: Mapping[str, Any]) -> Assumption | None:
    """Read the share of events in the world; it stands for itself, without a range."""
    table = reader.table(data, "sampling")
    if table is None:
        return None
    path: Path = ("sampling",)
    reader.known(table, path, ("base_rate", "owner", "source"))
    rate = reader.number(table, "base_rate", path)
    if "base_rate" in table and not 0 < rate < 1:
        reader.problem((*path, "base_rate"), f"`base_rate` is {rate:g}; expected a share between 0 and 1, such as 0.05")
    owner, source = reader.text(table, "owner", path), reader.text(table, "source", path)
    return Assumption(name="base rate", value=rate, owner=owner, source=source)


def _has_revenue(reader: Fields, objective: Objective, payoffs: Mapping[str, Payoff]) -> None:
    """Refuse to maximise or limit a revenue that no payoff has."""
    lines = {line.line for payoff in payoffs.values() for line in (*payoff.event, *payoff.no_event)}
    needs = objective.maximise == REVENUE or any(one.quantity.startswith(REVENUE) for one in objective.limits)
    if needs and REVENUE not in lines:
        reader.problem(
            ("objective", "maximise" if objective.maximise == REVENUE else "subject_to"),
            "no payoff has a line called `revenue`; expected at least one, such as"
            ' `[payoff.approve] no_event = { revenue = "margin * Amount" }`',
        )


def _can_review(reader: Fields, found: Mapping[str, Any]) -> None:
    """Refuse three bands where nothing says how many cases a day has, or a limit that they do not keep."""
    if found["review"] is None:
        if any(one.quantity == REVIEW_RATE for one in found["objective"].limits):
            reader.problem(("objective", "subject_to"), "`review_rate` needs a middle band: `[actions] middle`")
        return
    if found["volume"] is None:
        reader.problem(
            ("review", "capacity_per_day"), "a capacity needs `[volume]`: cases_per_month, and best busiest_day"
        )
    for one in found["objective"].limits:
        if one.quantity.endswith("_per_case"):
            reader.problem(("objective", "subject_to"), f"`{one}`: limits of money are not kept with three bands yet")


def _labelled(reader: Fields, data: Mapping[str, Any]) -> str:
    table = reader.table(data, "population") or {}
    reader.known(table, ("population",), ("labelled",))
    labelled = reader.text(table, "labelled", ("population",), "everyone")
    if labelled not in ("everyone", "only approved"):
        reader.problem(
            ("population", "labelled"), f'`labelled` is {labelled!r}; expected "everyone" or "only approved"'
        )
    return labelled
