"""Conditions of an approval that a machine can hold: read from the sentence that the signer wrote.

``at most 500 a day [from DATE] [until DATE]``, ``from DATE``, ``until DATE``, ``overrides at most 5 % [of a week]``.
Whatever else is text for people.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NoReturn

from golive.errors import InputError
from golive.records.document import Part

WEEK = 7
FEWEST = 20
"""Below so many acted cases a share of overrides says nothing, and breaks nothing."""

_PERIOD = r"(?: from (?P<start>\S+))?(?: (?:until|till|to) (?P<end>\S+))?"
_VOLUME = re.compile(
    rf"at most (?P<most>[0-9.,]+)(?: (?:cases?|decisions?|applications?))? (?:a|per|each) day{_PERIOD}"
)
_OVERRIDES = re.compile(
    rf"overrides? at most (?P<share>[0-9.,]+) ?%(?: (?:of|in|over) (?:a|the) (?P<window>day|week|month))?{_PERIOD}"
)
_DATES = re.compile(r"(?:from (?P<start>\S+))?(?: ?until (?P<end>\S+))?")
_WINDOWS = {"day": 1, "week": WEEK, "month": 30}
_WHOLE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(,[0-9]{3}){1,2}")
_SHARE = re.compile(r"[0-9]{1,3}(\.[0-9]+)?")


class Term(Part, frozen=True, kw_only=True):
    """What a service counts and holds. Exactly one of: a volume, a share of overrides, or dates alone."""

    most_per_day: int | None = None
    """Cases that rule and bands may decide on one day (UTC)."""
    overrides: float | None = None
    """Largest share, 0..1, of the decisions that people acted on which they may have turned."""
    window: int = WEEK
    """Days back over which overrides are counted."""
    start: date | None = None
    """First day: of the limit, or (dates alone) on which rule and bands decide."""
    end: date | None = None
    """Last day, in the same way."""

    @property
    def dates_only(self) -> bool:
        """Whether it says nothing but when."""
        return self.most_per_day is None and self.overrides is None


class Agreed(Part, frozen=True, kw_only=True):
    """A condition as it was signed."""

    text: str
    """In the signer's words."""
    term: Term | None = None
    """What golive holds; None: text for people."""


def agreed(text: str, *, today: date) -> Agreed:
    """Read a condition.

    Parameters
    ----------
    text
        The signer's sentence.
    today
        The day of signing: a period that is over cannot be agreed on.

    Raises
    ------
    InputError
        It is a sentence that golive holds, with a number or a day that cannot be meant.

    Examples
    --------
    >>> agreed("at most 500 a day", today=date(2026, 1, 1)).term.most_per_day
    500
    >>> agreed("ask legal first", today=date(2026, 1, 1)).term is None
    True
    """
    plain = " ".join(text.casefold().split()).rstrip(".")
    if found := _VOLUME.fullmatch(plain):
        return Agreed(text=text, term=_term(text, found, today, most_per_day=_volume(text, found["most"])))
    if found := _OVERRIDES.fullmatch(plain):
        window = _WINDOWS[found["window"] or "week"]
        return Agreed(text=text, term=_term(text, found, today, overrides=_share(text, found["share"]), window=window))
    if plain and (found := _DATES.fullmatch(plain)):
        return Agreed(text=text, term=_term(text, found, today))
    return Agreed(text=text)


def holds(term: Term, day: date) -> bool:
    """Return whether a day lies in the period of a term."""
    return not ((term.start is not None and day < term.start) or (term.end is not None and day > term.end))


def sentence(condition: Agreed) -> str:
    """Say what golive will do about a condition, for the one who signs it."""
    term = condition.term
    if term is None:
        return "this is text for people; nothing enforces it"
    return f"golive will enforce this: {_held(term)}"


def _held(term: Term) -> str:
    if term.dates_only:
        return f"rule and bands decide {_period(term)}; on other days each case gets the policy's fallback"
    within = f"{_period(term)}, " if term.start or term.end else ""
    after = "; after that period nothing of this is held" if term.end else ""
    if term.most_per_day is not None:
        what = f"rule and bands decide at most {term.most_per_day:,} cases a day (UTC)"
        return f"{within}{what}; each further case of the day gets the policy's fallback{after}"
    share = f"{100 * (term.overrides or 0):g} %"
    days = "day" if term.window == 1 else f"{term.window} days"
    what = f"once people turned more than {share} of the decisions they acted on in the last {days}"
    return f"{within}{what} (counted from {FEWEST} on), each case gets the policy's fallback until it is less{after}"


def _period(term: Term) -> str:
    first = f"from {term.start}" if term.start else ""
    last = f"until {term.end} (that day included)" if term.end else ""
    return " ".join(filter(None, (first, last)))


def _term(text: str, found: re.Match[str], today: date, **held: float | int) -> Term:
    start, end = (_day(text, found[name]) for name in ("start", "end"))
    if start is not None and end is not None and start > end:
        _refuse(text, f"{start} is after {end}", "from the first day until the last")
    if end is not None and end < today:
        _refuse(text, f"{end} has passed", f"a day from {today} on")
    return Term(start=start, end=end, **held)  # type: ignore[arg-type]  # by name


def _day(text: str, written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        _refuse(text, f"`{written}` is no day", "a day as 2027-03-01")


def _volume(text: str, written: str) -> int:
    if not _WHOLE.fullmatch(written) or int(written.replace(",", "")) < 1:
        _refuse(text, f"`{written}` is no number of cases", "a whole number from 1, as 500 or 1,500")
    return int(written.replace(",", ""))


def _share(text: str, written: str) -> float:
    if not _SHARE.fullmatch(written) or float(written) > 100:
        _refuse(text, f"`{written} %` is no share", "a number from 0 to 100, as 5 or 2.5")
    return float(written) / 100


def _refuse(text: str, what: str, expected: str) -> NoReturn:
    raise InputError(f"the condition `{text}`: {what}", hint=f"expected {expected}")
