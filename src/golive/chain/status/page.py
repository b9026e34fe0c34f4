"""The status as one HTML page: what is left first, then what is done, then the days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.chain.status.words import DAYS, NOBODY, days, headline
from golive.page.document import document
from golive.page.escape import visible
from golive.page.markup import element
from golive.page.parts import Head, points, section, table
from golive.records.status import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.page.markup import Markup
    from golive.records.status import Item, Status

_COLOURS = {
    State.done: "good",
    State.open: "fair",
    State.failed: "poor",
    State.later: "quiet",
    State.waiting: "open",
}


def html(status: Status) -> str:
    """Return the page: the same status, the same bytes."""
    left = [item for item in status.items if item.left]
    settled = [item for item in status.items if not item.left]
    first = element(
        "header",
        element("p", f"{status.project}, {status.day}", class_="kicker"),
        element("h1", headline(status), class_="word good" if not left else "word"),
        element("p", status.first_outcomes.text, class_="say"),
    )
    body = [first]
    if left:
        body.append(section("left", "Left", *map(_item, left)))
    if settled:
        body.append(section("settled", "Done, or waiting for a day", _settled(settled)))
    body.append(section("days", "Days", _days(status), lead=_LEAD))
    if status.notes:
        body.append(section("notes", "Notes", points(status.notes)))
    return document(f"{visible(status.project)}: {headline(status)}", element("main", *body))


_LEAD = (
    "Expected is what somebody typed; nothing is computed from it. What other models took is shown once two of them"
    " have finished a stage."
)


def _item(item: Item) -> Markup:
    """Return what is left as lines below each other: a command in a row of a table would not fit a phone."""
    since = "" if item.since is None else f", since {item.since}"
    return element(
        "article",
        element("h3", _state(item), f" \u00b7 {item.name}"),
        element("p", item.text),
        element("p", f"{item.owner or NOBODY}{since}", class_="quiet"),
        element("p", element("code", item.next)) if item.next else None,
        id=item.id,
    )


def _settled(items: Sequence[Item]) -> Markup:
    heads = (Head("item"), Head("state"), Head("owner"), Head("since"), Head("found"))
    rows = ((one.name, _state(one), one.owner or NOBODY, str(one.since or ""), one.text) for one in items)
    return table("Nobody has anything to do with these", heads, rows, kind="words said")


def _state(item: Item) -> Markup:
    return element("span", item.state.value, class_=_COLOURS[item.state])


def _days(status: Status) -> Markup:
    return table("What each stage took", [Head(name) for name in DAYS], days(status), kind="words")
