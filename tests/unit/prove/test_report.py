"""The report: words for the business first, every figure of the record, nothing that could ask the network."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pandas as pd
import pytest
from benchmarks.page import DATA, large

from golive.page.numbers import MINUS, SPACE
from golive.prove.conditions import conditions
from golive.prove.measure import measure
from golive.prove.report import html, notebook
from golive.prove.report.figures import _of_thousand, figures, more_edge
from golive.prove.report.late import late
from golive.prove.report.setting import recorded
from golive.prove.template import money_template
from golive.records.document import decode, encode
from golive.records.evidence import Calibration, Condition, Evidence, Verdict, Warned, Word
from golive.records.money import parse

if TYPE_CHECKING:
    from golive.records.money import Money

FORBIDDEN = (
    "AUC", "lift", "precision", "recall", "false positive", "threshold", "calibration", "fold", "bootstrap",
    "significant", "optimal", "holdout", "event", "baseline",
)  # fmt: skip
VOID = {"meta", "link", "input", "br", "line", "path", "rect", "circle"}


class Screen(HTMLParser):
    """The text a reader sees inside one element, and what is left open."""

    def __init__(self, page: str, ident: str = "") -> None:
        super().__init__()
        self.ident, self.depth, self.said = ident, 0, ""
        self.open: list[str] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if "id" in named:
            self.ids.append(named["id"] or "")
        if tag in VOID:
            return
        self.open.append(tag)
        if not self.depth and (named.get("id") == self.ident or not self.ident):
            self.depth = len(self.open)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        if len(self.open) == self.depth and self.ident:
            self.depth = -1
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.depth > 0 and not set(self.open) & {"script", "style"}:
            self.said += data


def seen(page: str, ident: str = "first") -> str:
    return Screen(page, ident).said.replace(SPACE, " ").replace(MINUS, "-")


@pytest.fixture(scope="module")
def evidence(world: SimpleNamespace, money: Money) -> Evidence:
    return measure(world.outcome, world.score, event="bad", money=money, columns=world.columns)


@pytest.fixture(scope="module")
def page(evidence: Evidence) -> str:
    return html(evidence)


@pytest.fixture(scope="module")
def unpriced(world: SimpleNamespace) -> Evidence:
    return measure(world.outcome, world.score, event="bad")


def test_the_first_screen_has_no_word_of_statistics(page: str, unpriced: Evidence) -> None:
    for shown in (seen(page), seen(html(unpriced))):
        assert [word for word in FORBIDDEN if re.search(rf"\b{word}(s|ed)?\b", shown, re.IGNORECASE)] == []


def test_no_condition_and_no_warning_brings_such_a_word_back(evidence: Evidence, money: Money) -> None:
    nobody = [msgspec.structs.replace(one, owner="") for one in money.assumptions]
    few = msgspec.structs.replace(money, assumptions=tuple(nobody), labelled="only approved")
    off = msgspec.structs.replace(evidence.calibration or pytest.fail("no calibration"), material=True)
    assert isinstance(off, Calibration)
    gain = np.array([1000.0, -1.0, -2.0])
    found = conditions(few, unstable=0.5, flips=0.5, gain=gain, calibration=off, checks=())
    assert {one.code for one in found} >= {
        "unstable_cut_off",
        "prices_flip",
        "calibration",
        "owner_missing",
        "only_approved",
    }
    codes = ("constant_score", "direction", "few_events", "few_scores", "one_class_model", "never heard of")
    warned = tuple(Warned(code=code, text="AUC and lift of the holdout") for code in codes)
    verdict = msgspec.structs.replace(evidence.verdict, word=Word.use_with_conditions, conditions=found)
    shown = seen(html(msgspec.structs.replace(evidence, verdict=verdict, warnings=warned)))
    shown += " ".join(one.text for one in found)  # those that stand further down too: a shorter list shows them here
    assert [word for word in FORBIDDEN if re.search(rf"\b{word}(s|ed)?\b", shown, re.IGNORECASE)] == []
    assert [one.text.split(";")[0] in shown for one in found[:2]] == [True, True]


def test_the_first_screen_says_what_a_product_owner_must_know(page: str, evidence: Evidence) -> None:
    shown, money = seen(page), evidence.money
    assert money
    assert money.honest
    for at, one in enumerate(money.against):
        name = ("approving everybody", "rejecting everybody")[at]
        low = (one.low or 0) * 1000
        earns = f"{one.per_row * 1000:+,.0f} EURprofit per 1,000 applications against {name} ({low:,.0f} to"
        assert earns in shown
        assert f"A month, with 400: {one.per_row * 400:+,.0f} EUR (" in shown
    approved = f"{1000 * money.cutoff.below / evidence.rows:.0f}"
    assert f"Of 1,000 it approves {approved}, rejects " in shown
    assert f"With the score{approved}" in shown
    assert "Approving everybody1,00025 % (22 to 28 %)" in shown
    assert "although they would have turned out well" in shown
    assert "that is not earned, in profit; in revenue, before their costs, it is " in shown
    assert "Judged on 1,000 applications, 250 of them “bad”, known 360 days after the decision" in shown
    assert "Were “bad” 1.5 times as often, " in shown
    harder = f"{1000 * money.scenarios[0].per_row:+,.0f} EUR. 2 times as often: "
    assert f"against rejecting everybody, per 1,000, the score would earn {harder}" in shown
    assert f", {1000 * money.scenarios[1].per_row:+,.0f} EUR." in shown
    assert f"{money.promised.per_row * 1000:+,.0f} EUR per 1,000 applications: what the best cut-off earns" in shown
    assert "(owner: head of" in shown
    asked = (
        "each from whoever answers for it: margin = 0.08 (head of lending); loss given default = 0.6 (head of risk)."
    )
    assert asked in shown
    assert "turn out “bad” all the same" in shown
    assert f"may be as low as {(money.against[1].low or 0) * 1000:+,.0f} EUR" in shown
    assert "95 times in 100" in shown
    assert "Not taken off: running it (800 EUR a month) and building it (20,000 EUR, once)." in shown
    assert "Every case has a score: the chance of “bad” as the model sees it, from 0 to 1. From 0." in shown


def test_today_stands_beside_the_score_in_the_words_of_those_who_follow_it(world: SimpleNamespace) -> None:
    text = money_template().replace(
        '# rule = "approve all"', 'means = "large loans are refused"\nrule = "Amount >= 1200"'
    )
    found = measure(world.outcome, world.score, event="bad", money=parse(text), columns=world.columns)
    assert found.money
    shown, today = seen(html(found)), found.money.against[2]
    small, bad = world.columns["Amount"] < 1200, np.array(world.outcome) == "bad"
    rate = f"{100 * bad[small].mean():.0f} % ("
    assert f"Today: large loans are refused{small.sum():.0f}{rate}" in shown
    assert f"){today.total:+,.0f} EUR{1000 * today.per_row:+,.0f} EUR (" in shown  # 1,000 rows: the total is per 1,000
    assert shown.count("EURprofit per 1,000") == 1  # the simple rules stand in the table alone
    harder = found.money.scenarios[0]
    assert harder.against_today is not None
    assert f"what is done today {1000 * (harder.per_row - harder.against_today):+,.0f} EUR" in shown
    unsaid = seen(html(measure(world.outcome, world.score, money=parse(text.replace("means = ", "# means = ")),
                               columns=world.columns)))  # fmt: skip
    assert "Today: reject if Amount >= 1200" in unsaid


def test_a_price_is_called_what_its_owner_says_it_means(world: SimpleNamespace) -> None:
    means = 'means = "share of the loan that is lost"\nvalue = 0.6'
    said = parse(money_template().replace("value = 0.6", means))
    page = html(measure(world.outcome, world.score, event="bad", money=said, columns=world.columns))
    assert "share of the loan that is lost = 0.6 (head of risk)" in seen(page)
    assert "Share of the loan that is lost</label>" in page
    assert "In the money file: <code>loss given default</code>." in page


def test_the_first_screen_has_at_most_fifteen_lines(evidence: Evidence, world: SimpleNamespace, money: Money) -> None:
    many = tuple(Condition(code=f"c{at}", text=f"Condition {at}.", who="owner") for at in range(9))
    verdict = msgspec.structs.replace(evidence.verdict, word=Word.use_with_conditions, conditions=many)
    today = np.where(world.columns["Amount"] > 1000, "reject", "approve")
    against = measure(world.outcome, world.score, money=money, columns=world.columns, today=today)
    three = msgspec.structs.replace(against, verdict=verdict)
    assert "8 more conditions" in seen(html(three))
    for found in (evidence, three, msgspec.structs.replace(evidence, verdict=verdict)):
        page = html(found)
        first = page[page.index('<header id="first"') : page.index("</header>")]
        said = "".join(re.findall(r"<dl.*?</dl>", first, re.DOTALL))
        listed = first.count('class="sum"') + first.count("<tr") - 1  # the head of the table says nothing by itself
        assert 10 <= 1 + listed + said.count("<dd>") + max(said.count("<li>") - 1, 0) <= 15
    assert "8 more conditions, and who can settle them" in seen(page)


def test_it_says_what_bad_means_and_over_which_time(world: SimpleNamespace) -> None:
    meant = parse(money_template().replace("# means =", "means ="))
    day = np.datetime64("2024-01-01") + np.arange(1000) % 400
    dated = measure(world.outcome, world.score, money=meant, columns=world.columns, date=day)
    shown = seen(html(dated))
    assert dated.dates
    assert f"applications from {dated.dates.split} to 2025-02-03, " in shown
    assert "of them “bad”: not repaid as agreed, known 360 days after the decision" in shown
    unpriced = measure(pd.Series(world.outcome, name="Status"), world.score, event="bad")
    assert "250 of them “bad” in the column “Status”" in seen(html(unpriced))


def test_harder_times_are_those_of_cases_never_approved_where_only_approved_ones_have_outcomes(
    world: SimpleNamespace,
) -> None:
    only = parse(money_template().replace('labelled = "everyone"', 'labelled = "only approved"'))
    shown = seen(html(measure(world.outcome, world.score, money=only, columns=world.columns)))
    assert "Were “bad” 1.5 times as often among cases that were never approved, " in shown


def test_more_volume_is_asked_for_and_answered(page: str, evidence: Evidence) -> None:
    assert evidence.money
    edge, approved = evidence.money.cutoff.edge, evidence.money.cutoff.below
    more = more_edge(evidence, edge)
    assert evidence.curve
    assert evidence.curve.below[more] == pytest.approx(approved + 100, abs=10)
    change = 1000 * (evidence.curve.total[more] - evidence.curve.total[edge]) / evidence.rows
    start = f"With {1000 * evidence.curve.below[more] / evidence.rows:.0f} of 1,000 approved instead of "
    assert (
        f"{start}{1000 * approved / evidence.rows:.0f}, what it earns per 1,000 changes by {change:+,.0f} EUR ("
        in seen(page)
    )


def test_the_buttons_lead_to_prices_cases_and_signature(page: str, evidence: Evidence) -> None:
    found = Screen(page)
    for name, place in (("Change the prices", "prices"), ("See the cases", "right"), ("Sign", "sign")):
        assert re.search(rf'<a [^>]*href="#{place}"[^>]*>{name}</a>', page)
        assert place in found.ids
    negative = msgspec.structs.replace(evidence.verdict, word=Word.do_not_use, conditions=())
    assert "sign" not in Screen(html(msgspec.structs.replace(evidence, verdict=negative))).ids


def test_what_stands_on_the_page_is_what_stands_in_the_record(evidence: Evidence) -> None:
    found, money = figures(evidence, recorded(evidence)), evidence.money
    assert money
    assert money.honest
    assert found["word"][1] == evidence.verdict.word.value
    for at, one in enumerate(money.against):
        assert found[f"gain.{at}"][1] == pytest.approx(1000 * one.per_row)
        assert found[f"gain.{at}.span"][1] == pytest.approx((1000 * (one.low or 0), 1000 * (one.high or 0)))
        assert found[f"all.{at}.total"][1] == pytest.approx(one.total)
        assert found[f"changed.{at}"][1] == one.changed
    assert found["promised.total"][1] == pytest.approx(money.promised.total)
    assert found["honest.total"][1] == pytest.approx(money.honest.total)
    assert found["chosen.cut"][1] == money.cutoff.chosen[0]
    assert found["asked"][1] == evidence.sentences[0].text
    assert found["asked.lost.span"][1] == pytest.approx(
        (evidence.sentences[0].lost_low, evidence.sentences[0].lost_high)
    )
    assert found["asked.saved"][1] == pytest.approx(evidence.sentences[0].saved)
    for at, cell in enumerate(evidence.classification.cells):
        assert (found[f"cell.{at}"][1], found[f"cell.{at}.money"][1]) == pytest.approx((cell.n, cell.money))
    for at, label in enumerate(evidence.classification.report):
        assert found[f"class.{at}.precision"][1] == pytest.approx(label.precision)
        assert found[f"class.{at}.f1"][1] == pytest.approx(label.f1)
    nearest = evidence.verdict.break_even[0]
    assert found["hangs.name"][1] == nearest.assumption
    assert float(str(found["hangs.value"][1])) == pytest.approx(nearest.value, rel=0.01)
    assert found["hangs.owner"][1] == nearest.owner


def test_every_part_that_was_asked_for_is_there(page: str) -> None:
    for title in (
        "Does the score mean what it says?", "How well does the score sort?", "What does a cut-off earn?",
        "Right and wrong", "Promised and honest", "Conditions and checks", "How it was worked out", "What was judged",
    ):  # fmt: skip
        assert f">{title}</h2>" in page
    for caption in ("Buckets of equal width", "Lift by equal share", "Confusion matrix", "Classification report"):
        assert f"<caption>{caption}" in page


def test_the_same_evidence_gives_the_same_bytes_also_after_it_was_stored(evidence: Evidence, page: str) -> None:
    assert html(evidence) == page
    assert html(decode(encode(evidence), Evidence, name="evidence.json")) == page


def test_every_element_is_closed_and_every_name_stands_once(page: str, unpriced: Evidence) -> None:
    for shown in (page, html(unpriced)):
        found = Screen(shown)
        assert found.open == []
        assert len(found.ids) == len(set(found.ids))
        for name in re.findall(r'(?:aria-labelledby|aria-describedby|for)="([^"]+)"', shown):
            assert set(name.split()) <= set(found.ids)


def test_every_figure_with_a_place_is_one_the_script_knows(page: str, evidence: Evidence) -> None:
    places = set(re.findall(r'data-show="([^"]+)"', page))
    known = {**figures(evidence, recorded(evidence)), **late(evidence, recorded(evidence))}
    assert places <= known.keys()
    assert len(places) > 60


def test_the_page_is_small(page: str, unpriced: Evidence, world: SimpleNamespace, money: Money) -> None:
    assert len(page.encode()) < 400_000
    three = np.digitize(world.score, [0.2, 0.5]) / 2
    small = html(measure(world.outcome, three, event="bad", money=money, columns=world.columns))
    for one in (page, small):
        bare, n = DATA.subn("", one)
        assert n > 10
        assert len(bare.encode()) < 100_000
    assert len(html(unpriced).encode()) < 100_000


def test_the_largest_page_is_small_too() -> None:
    assert len(html(large()).encode()) < 400_000  # 200 groups of scores, 20 folds, five columns in the formulas


def test_nothing_on_the_page_can_ask_the_network(page: str) -> None:
    assert not re.search(r"https?:(?!//www\.w3\.org/2000/svg)|@import|url\(|<(img|iframe|link|object|embed)\b", page)
    assert "fetch(" not in page
    assert "default-src 'none'" in page.replace("&#x27;", "'")


def test_without_prices_the_three_questions_stand_on_the_first_screen(unpriced: Evidence) -> None:
    page = html(unpriced)
    shown = seen(page)
    assert "No prices yet" in shown
    assert all(question in shown for question in unpriced.questions)
    assert "<script" not in page
    assert ">Does the score mean what it says?</h2>" in page
    assert "EUR" not in page


def test_a_score_that_is_no_probability_gets_no_ideal_line(world: SimpleNamespace) -> None:
    page = html(measure(world.outcome, 850 - 550 * world.score, event="bad", higher_is_better=True))
    assert ">Does the score follow what happens?</h2>" in page
    assert 'class="ideal" d="M76.0 338.0' not in page


def test_few_events_show_no_range_and_say_so(money: Money) -> None:
    rng = np.random.default_rng(3)
    outcome = ["bad"] * 6 + ["good"] * 60
    columns = {"Amount": rng.uniform(500, 3000, 66), "Time": np.full(66, 24.0)}
    shown = seen(html(measure(outcome, rng.uniform(size=66), event="bad", money=money, columns=columns)))
    assert "Not enough data" in shown
    assert "(no range)" in shown
    assert "too few for a range" in shown


def test_do_not_use_is_said_with_its_reason(world: SimpleNamespace) -> None:
    cheap = parse(money_template().replace('loss = "`loss given default` * Amount"', 'loss = "0 * Amount"'))
    found = measure(world.outcome, world.score, event="bad", money=cheap, columns=world.columns)
    assert found.verdict.word is Word.do_not_use
    shown = seen(html(found))
    assert "Do not use" in shown
    assert found.verdict.sentence.removeprefix("Do not use it. ") in shown
    assert "it. " not in shown.partition("Nothing to sign")[0].lower()
    assert "Nothing to sign." in shown


def test_text_from_the_data_is_only_ever_text(world: SimpleNamespace) -> None:
    hostile = "</script><script>alert(1)</script>\u202e"
    outcome = [hostile if one == "bad" else "good" for one in world.outcome]
    text = (
        money_template().replace('event = "bad"', f'event = "{hostile}"').replace('row = "application"', 'row = "<b>x"')
    )
    text = text.replace('"head of risk"', '"<img src=x onerror=alert(1)>"').replace('"approve"', "'\"><i>'")
    text = text.replace("[payoff.approve]", "[payoff.'\"><i>']").replace("[payoff.approve.", "[payoff.'\"><i>'.")
    money = parse(text)
    evidence = measure(outcome, world.score, event=hostile, money=money, columns=world.columns, name="<u>")
    page = html(evidence)
    for trick in ("<script>alert", "<img", "<i>", "<b>x", "<u>", "\u202e"):
        assert trick not in page
    assert page.count("<script") == 2
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;[U+202E]" in page
    assert Screen(page).open == []


def test_a_price_that_cannot_be_moved_is_shown_disabled_with_the_reason(world: SimpleNamespace) -> None:
    text = money_template().replace('"margin * Amount * Time / 12"', '"min(margin * Amount * Time / 12, 400)"')
    page = html(measure(world.outcome, world.score, event="bad", money=parse(text), columns=world.columns))
    card = page[page.index('id="price-0"') : page.index('id="price-1"')]
    assert card.count(" disabled") == 2
    assert "Cannot be moved here: " in card
    assert "min(margin" in card
    assert " disabled" not in page[page.index('id="price-1"') :].partition("</small>")[0]


def test_an_action_with_a_name_of_its_own_reads_well(world: SimpleNamespace) -> None:
    text = money_template().replace('"approve"', '"send to desk"').replace("[payoff.approve", '[payoff."send to desk"')
    shown = seen(html(measure(world.outcome, world.score, event="bad", money=parse(text), columns=world.columns)))
    assert "against “send to desk” for everybody" in shown
    assert "it gives “send to desk” to" in shown


def test_prices_without_a_name_leave_nothing_to_move(world: SimpleNamespace) -> None:
    fixed = parse("""currency = "EUR"
[actions]
below = "approve"
above = "reject"
[payoff.approve]
event = -100
no_event = 20
[payoff.reject]
event = 0
no_event = 0
""")
    page = html(measure(world.outcome, world.score, event="bad", money=fixed))
    assert "there is nothing to move" in page
    assert "No single price" in seen(page)
    assert "A month" not in seen(page)


def test_today_stands_first(world: SimpleNamespace) -> None:
    text = money_template().replace('# rule = "approve all"', 'rule = "approve all"')
    shown = seen(html(measure(world.outcome, world.score, event="bad", money=parse(text), columns=world.columns)))
    first = shown.index("against today, which is approving everybody")
    assert first < shown.index("against rejecting everybody")
    assert "Today: approving everybody1,00025 %" in shown


def test_a_notebook_shows_the_page_in_a_frame_of_its_own(evidence: Evidence, page: str) -> None:
    frame = notebook(evidence)
    assert frame.startswith("<iframe ")
    assert 'sandbox="allow-scripts"' in frame
    assert "<script" not in frame

    class Frame(HTMLParser):
        inside = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.inside = dict(attrs).get("srcdoc") or ""

    found = Frame()
    found.feed(frame)
    assert found.inside == page


def test_the_verdict_record_may_be_negative_without_a_reason_for_more_rows(evidence: Evidence) -> None:
    verdict = Verdict(word=Word.not_enough_data, sentence="Not enough data. Too few.")
    shown = seen(html(msgspec.structs.replace(evidence, verdict=verdict)))
    assert "Too few." in shown


@pytest.mark.parametrize("rows", [1, 7, 1782, 2003])
def test_the_four_groups_of_1000_cases_add_up(rows: int) -> None:
    rng = np.random.default_rng(rows)
    for _ in range(200):
        counted = rng.multinomial(rows, rng.dirichlet([1, 0.1, 1, 0.5]))
        exact = [1000 / rows * int(part) for part in counted]
        whole = _of_thousand(exact)
        assert sum(whole) == 1000
        assert all(abs(one - other) < 1 for one, other in zip(whole, exact, strict=True))
