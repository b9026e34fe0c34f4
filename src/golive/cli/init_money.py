"""``golive prove --init-money``: a few questions, then a money file that can be read at once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from golive.cli.ask import above_0, ask, at_least_0, greet, somebody_is_there
from golive.cli.common import following, say, typed
from golive.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from golive.prove.template import Answers
    from golive.tables.read import Texts

LOOKED_AT = 10_000
"""Rows of the table that are looked at for its labels and numbers."""
NONE = "none"
SHOWN = 12
AMOUNTS = ("amount", "loan_amount", "loan amount", "loan_amnt", "exposure", "credit_limit", "limit", "balance", "value")
"""Names of columns that are offered as the amount, if they hold numbers; nothing else is guessed."""


def init_money(
    path: Path, *, table: Path | None, sheet: str | None, outcome: str | None, event: str | None, score: str | None,
    higher_is_better: bool, force: bool,
) -> int:  # fmt: skip
    """Write the commented money file; on a terminal ask first, and offer what the table holds."""
    from golive.engine.place import need_place
    from golive.engine.whole import put_new
    from golive.errors import OutputExistsError
    from golive.prove.template import money_template

    need_place(path)
    if path.exists() and not force:
        raise OutputExistsError(f"`{path}` is already there", hint="choose another name, or add --force")
    rows = {} if table is None else _rows(table, sheet, outcome, score)
    asking = somebody_is_there()
    answers = _known(rows, outcome, event, score, higher_is_better) if rows or event or higher_is_better else None
    if asking:
        answers = _asked(rows, outcome, score, answers)
    put_new(path, money_template(answers).encode(), force=force)
    say(f"wrote {path}: {_left_open(answers, asking=asking)}")
    following(_next(path, table, sheet, outcome, answers, score, higher_is_better))
    return 0


def _rows(table: Path, sheet: str | None, outcome: str | None, score: str | None) -> Texts:
    from golive.prove.asked import need_column
    from golive.tables.read import read

    rows = read(table, sheet=sheet, most=LOOKED_AT)
    for column in (outcome, score):
        if column is not None:
            need_column(rows, column, table)
    return rows


def _known(rows: Texts, outcome: str | None, event: str | None, score: str | None, higher_is_better: bool) -> Answers:
    """Return what table and command line tell by themselves."""
    from golive.prove.template import Answers

    amounts = _numeric(rows, (outcome, score))
    amount = next((name for name in amounts if name.casefold() in AMOUNTS), None)
    label = event or (_event(rows[outcome]) if rows and outcome else "bad")
    return Answers(event=label, rising=not higher_is_better, amount=amount if rows else "Amount", columns=tuple(rows))


def _event(cells: Iterable[str | None]) -> str:
    """Return the label that is usually the event: a 1 or a true, else the rarer one."""
    labels = Counter(cell for cell in cells if cell is not None)
    for label in ("1", "1.0", "true", "True", "TRUE"):
        if label in labels and len(labels) == 2:
            return label
    return min(labels, key=lambda label: (labels[label], label), default="1")


def _numeric(rows: Texts, others: Sequence[str | None]) -> list[str]:
    """Return the columns that could be an amount: numbers without holes, none below zero, not all the same."""
    from golive.tables.cast import number

    found = []
    for name, cells in rows.items():
        if name in others or "`" in name:
            continue
        values = [number(cell) for cell in cells]
        if all(value is not None and value >= 0 for value in values) and len(set(values)) > 2:
            found.append(name)
    return found


def _asked(rows: Texts, outcome: str | None, score: str | None, known: Answers | None) -> Answers:
    from golive.prove.template import Answers, check_action

    known = known or Answers()
    greet()
    currency = ask("Currency", known.currency, _currency)
    row = ask("What is one row, in a word", known.row, str)
    event = ask("Which label of the outcome is the event", known.event, _label(rows, outcome))
    good = ask(f"What is done with a case when `{event}` is not expected", known.good, check_action)
    other = ask("And with the others", known.other, _another(good))
    amount = _ask_amount(rows, outcome, score, known)
    whose = f"of `{amount}`" if amount else "of the average amount"
    return Answers(
        currency=currency, row=row, event=event, good=good, other=other, rising=known.rising, amount=amount,
        margin=ask(f"Share {whose} earned by `{good}` when all goes well", f"{known.margin:g}", at_least_0),
        loss=ask(f"Share {whose} lost by `{good}` when it ends in `{event}`", f"{known.loss:g}", at_least_0),
        cost=ask(f"What `{good}` costs each time, in {currency}", f"{known.cost:g}", at_least_0),
        volume=ask("Cases per month", f"{known.volume:g}", above_0), columns=known.columns,
    )  # fmt: skip


def _ask_amount(rows: Texts, outcome: str | None, score: str | None, known: Answers) -> str | None:
    from golive.prove.asked import need_column
    from golive.prove.template import check_column

    offered = _numeric(rows, (outcome, score))
    if offered:
        more = f" and {len(offered) - SHOWN} more" if len(offered) > SHOWN else ""
        say(f"Columns with amounts: {', '.join(offered[:SHOWN])}{more}")

    def check(name: str) -> str | None:
        if name == NONE:
            return None
        if rows:
            need_column(rows, name)
            if name not in offered:
                raise InputError(f"`{name}` is no amount: it holds text, holes or numbers below zero")
        return check_column(name)

    return ask(f"Column of the amount ({NONE}: there is none)", known.amount or NONE, check)


def _currency(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise InputError(f"{text!r} is no currency; expected three letters such as EUR")
    return text.upper()


def _label(rows: Texts, outcome: str | None) -> Callable[[str], str]:
    def check(text: str) -> str:
        labels = {cell for cell in rows[outcome] if cell is not None} if rows and outcome else {text}
        if text not in labels:
            raise InputError(f"`{text}` is not among the labels: {', '.join(sorted(labels)[:SHOWN])}")
        return text

    return check


def _another(good: str) -> Callable[[str], str]:
    from golive.prove.template import check_action

    def check(text: str) -> str:
        if text == good:
            raise InputError(f"`{text}` is already the other action; expected a different one")
        return check_action(text)

    return check


def _left_open(answers: Answers | None, *, asking: bool) -> str:
    if answers is None:
        return "put in your own columns, prices and owners"
    where = (
        f"the amount is `{answers.amount}`" if answers.amount else "no column holds an amount, so an average stands in"
    )
    return f"{where}; " + ("" if asking else "the prices are examples; ") + "name the owners and ranges of the prices"


def _next(
    path: Path, table: Path | None, sheet: str | None, outcome: str | None, answers: Answers | None, score: str | None,
    higher_is_better: bool,
) -> str:  # fmt: skip
    from golive.engine.place import free

    label = "LABEL" if answers is None else typed(answers.event)
    rows = "BUNDLE HOLDOUT" if table is None else f"--table {typed(table)}"
    rows += "" if sheet is None else f" --sheet {typed(sheet)}"
    if table is not None:
        rows += f" --score {'COLUMN' if score is None else typed(score)}"
    rows += " --higher-is-better" if higher_is_better else ""
    happened = f"--outcome {'COLUMN' if outcome is None else typed(outcome)} --event {label}"
    return f"golive prove {rows} {happened} --money {typed(path)} --out {free('proof')}"
