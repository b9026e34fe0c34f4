"""The page to decide on: every number is one of the bundle, nothing is left unsaid, the command signs exactly it."""

from __future__ import annotations

import html as escaping
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from golive.approve.check import check
from golive.approve.page import html, view
from golive.approve.page.compared import compared
from golive.approve.rehearse import rehearse
from golive.approve.sign import sign
from golive.approve.written import keep
from golive.cli import run
from golive.engine.approval import FILE
from golive.errors import ApprovalError, InputError
from golive.prove.asked import Asked
from golive.prove.run import from_bundle
from golive.records import brief, document
from golive.records.evidence import Evidence, Word
from golive.records.parts import ProtectedGroup, Share
from golive.records.rehearsal import Rehearsal

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Loans

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)
BRIEF = """
[roles]
risk = "head of <b>risk</b>"
product = "head of product"
[decision]
question = "Do we lend?"
concern_of = "risk"
protected = ["Records", "Age"]
[sign]
roles = ["risk", "product"]
"""


@pytest.fixture
def rehearsed(checked: Loans) -> Loans:
    keep(checked.bundle, rehearse(checked.bundle, checked.rows, outcome="Status"))
    return checked


def text(page: str) -> str:
    """Return what a reader sees."""
    return " ".join(escaping.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)).split())


def read(loans: Loans, *, roles: tuple[str, ...] = ("risk", "product"), **more: object) -> str:
    return text(html(view(loans.bundle, roles=roles, today=TODAY, **more)))  # type: ignore[arg-type]  # by name


def change(loans: Loans, **changes: object) -> None:
    path = loans.bundle / "evidence" / "evidence.json"
    document.write(msgspec.structs.replace(document.read(path, Evidence), **changes), path)
    keep(loans.bundle, rehearse(loans.bundle, loans.rows, outcome="Status"))


def test_every_number_that_is_signed_stands_on_it_as_it_is_kept(rehearsed: Loans) -> None:
    said = read(rehearsed)
    for one in sign(rehearsed.bundle, role="risk", name="A", now=NOW).predicate.shown:
        assert f"{one.name} {one.text}" in said


def test_the_gains_are_those_of_the_rehearsal(rehearsed: Loans) -> None:
    found = rehearse(rehearsed.bundle, rehearsed.rows, outcome="Status")
    said = read(rehearsed)
    for other in found.against:
        assert f"+{other.per_thousand:,.0f} EUR" in said.replace("\u00a0", " ")
    assert "The whole rule, tried on cases whose outcome is known." in said


def test_a_rule_that_nobody_tried_is_said_to_be_one(checked: Loans) -> None:
    said = read(checked)
    assert "Not rehearsed. Nobody has seen yet what this rule does with real cases." in said
    assert "The cut-off of the evidence alone" in said
    assert "Unknown: this rule was not tried on real cases." in said


def test_the_same_bundle_gives_the_same_page(rehearsed: Loans) -> None:
    found = view(rehearsed.bundle, roles=["risk"], today=TODAY)
    assert html(found) == html(view(rehearsed.bundle, roles=["risk"], today=TODAY))


def test_it_needs_no_network_and_no_script(rehearsed: Loans) -> None:
    page = html(view(rehearsed.bundle, today=TODAY))
    assert "default-src 'none'" in escaping.unescape(page)
    assert "<script" not in page
    assert not re.search(r"""(src|href)="(?!#)""", page)


def test_who_must_sign_and_who_has_stand_beside_each_other(rehearsed: Loans) -> None:
    sign(rehearsed.bundle, role="risk", name="A. Signer", conditions=["at most 500 a day", "ask legal"], now=NOW)
    sign(rehearsed.bundle, role="legal", name="L", decision="reject", now=NOW)
    said = read(rehearsed)
    assert "Risk signed; still to sign: product." in said
    assert "risk – – signed Approved (A. Signer, 2026-03-01; a typed name)" in said
    assert "product – – open Has not signed" in said
    assert "legal: rejected it (L, 2026-03-01)" in said
    assert "risk: “at most 500 a day” – golive will enforce this: rule and bands decide at most 500" in said
    assert "risk: “ask legal” – this is text for people; nothing enforces it." in said
    assert "--role product --as NAME" in said
    assert "--role risk --as NAME" not in said


def test_conditions_of_a_rejection_are_no_conditions_of_the_rule(rehearsed: Loans) -> None:
    sign(rehearsed.bundle, role="legal", name="L", decision="reject", conditions=["ask legal"], now=NOW)
    said = read(rehearsed)
    assert "legal: rejected it (L, 2026-03-01)" in said
    assert "of those who signed" not in said
    sign(rehearsed.bundle, role="risk", name="A", conditions=["ask the board"], now=NOW)
    assert "1 more of those who signed" in read(rehearsed)


def test_a_typed_name_that_does_not_count_where_it_is_served_is_no_signature(rehearsed: Loans) -> None:
    sign(rehearsed.bundle, role="risk", name="A. Signer", now=NOW)
    said = read(rehearsed, accept_typed=False)
    assert "Still to sign: risk and product." in said
    assert "open Approved by a typed name, which does not count where it is served (A. Signer, 2026-03-01)" in said


def test_nobody_named_is_said_rather_than_passed_over(rehearsed: Loans) -> None:
    assert "Nobody has said yet: whoever serves names the roles in golive.toml." in read(rehearsed, roles=())


def test_the_brief_gives_the_question_the_roles_and_the_groups_that_nobody_looked_at(rehearsed: Loans) -> None:
    page = html(view(rehearsed.bundle, brief=brief.parse(BRIEF), today=TODAY))
    said = text(page)
    assert "Do we lend? The key concern of the head of <b>risk</b>." in said
    assert "<b>risk</b>" not in page
    assert "Still to sign: risk and product." in said
    assert "The brief names “Age”, and the evidence did not look at it." in said
    assert "Nobody has looked at groups that the law protects." in said


def test_protected_groups_come_with_ratio_range_and_both_errors(rehearsed: Loans) -> None:
    share = Share(n=100, value=0.7, low=0.6, high=0.8)

    def group(value: str, ratio: float | None) -> ProtectedGroup:
        low, high = (None, None) if ratio is None else (ratio - 0.1, ratio + 0.1)
        return ProtectedGroup(
            column="Records", value=value, n=100, events=20, favourable=share, reference=ratio is None, ratio=ratio,
            ratio_low=low, ratio_high=high, good_refused=share, bad_favoured=share,
        )  # fmt: skip

    change(rehearsed, protected=(group("no", None), group("yes", 0.72)))
    said = read(rehearsed, brief=brief.parse(BRIEF)).replace("\u00a0", " ")
    assert "Least often approved: “Records: yes”, 0.72 (0.62 to 0.82) times as often as “no”." in said
    assert "Records: yes 100 70 % 60 to 80 % 0.720 0.620 to 0.820 70 % 60 to 80 % 70 % 60 to 80 %" in said
    assert "“Records”, and the evidence did not look" not in said


def test_a_price_is_called_what_its_owner_says_it_means(rehearsed: Loans) -> None:
    found = document.read(rehearsed.bundle / "evidence" / "evidence.json", Evidence)
    nearest = found.verdict.break_even[0].assumption
    said = [
        msgspec.structs.replace(one, means="what is <b>lost</b>") if one.name == nearest else one
        for one in found.assumptions
    ]
    change(rehearsed, assumptions=tuple(said))
    carry = read(rehearsed).partition("Which prices carry it")[2]
    assert "what is <b>lost</b>" in carry
    assert f" {nearest} " not in carry.partition("what is <b>lost</b>")[0]


@pytest.mark.parametrize("word", [Word.do_not_use, Word.not_enough_data])
def test_a_negative_verdict_is_the_largest_word_and_stands_in_the_command(rehearsed: Loans, word: Word) -> None:
    path = rehearsed.bundle / "evidence" / "evidence.json"
    verdict = document.read(path, Evidence).verdict
    change(rehearsed, verdict=msgspec.structs.replace(verdict, word=word, conditions=()))
    page = html(view(rehearsed.bundle, roles=["risk"], today=TODAY))
    assert re.search(rf'<h1 class="word (poor|fair)">{word.value.capitalize()}</h1>', page)
    said = text(page)
    assert f'--although "{word.value}"' in said
    assert f"The evidence says “{word.value}”. Whoever approves all the same says so in the chain, for ever." in said
    sign(rehearsed.bundle, role="risk", name="A", although=word.value, now=NOW)
    assert f"approved, although the verdict is “{word.value}”" in read(rehearsed).replace("Approved", "approved")


def test_the_command_signs_exactly_what_stands_there(rehearsed: Loans) -> None:
    found = view(rehearsed.bundle, today=TODAY)
    assert f"--seen {found.seen}" in text(html(found))
    sign(rehearsed.bundle, role="risk", name="A", page=found.seen, now=NOW)
    since = r"the sign-off chain grew since the page was made: risk approved \(A, 2026-03-01T09:00:00Z\); nothing was"
    with pytest.raises(ApprovalError, match=since):
        sign(rehearsed.bundle, role="product", name="B", page=found.seen, now=NOW)
    sign(rehearsed.bundle, role="product", name="B", page=view(rehearsed.bundle, today=TODAY).seen, now=NOW)


def test_a_file_that_changed_since_the_page_is_not_signed(rehearsed: Loans) -> None:
    found = view(rehearsed.bundle, today=TODAY)
    (rehearsed.bundle / "evidence" / "report.html").write_text("<!doctype html>", encoding="utf-8")
    with pytest.raises(ApprovalError, match="a file or a number is another one than on the page"):
        sign(rehearsed.bundle, role="risk", name="A", page=found.seen, now=NOW)


def test_with_two_still_to_sign_it_says_to_make_it_anew_after_each(rehearsed: Loans) -> None:
    anew = "A signature changes the page too: after each, make it anew"
    assert anew in read(rehearsed)
    sign(rehearsed.bundle, role="risk", name="A", now=NOW)
    assert anew not in read(rehearsed)


def test_hostile_names_are_text(rehearsed: Loans) -> None:
    name = "</style><script>alert(1)</script> \u202egnihtyna"
    with pytest.raises(Exception, match="visible characters"):
        sign(rehearsed.bundle, role="risk", name=name, now=NOW)
    sign(rehearsed.bundle, role="risk", name="</style><script>alert(1)</script>", conditions=["<img src=x>"], now=NOW)
    page = html(view(rehearsed.bundle, roles=["risk"], today=TODAY))
    assert "<script" not in page
    assert "<img" not in page


def test_the_command_writes_it_beside_the_bundle_and_says_how_to_sign_it(
    rehearsed: Loans, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder: Path = rehearsed.bundle.parent
    monkeypatch.chdir(folder)
    (folder / "golive.toml").write_text('[approve]\nroles = ["risk", "product"]\n', encoding="utf-8")
    (folder / "brief.toml").write_text(BRIEF, encoding="utf-8")
    assert run(["approve", "page", str(rehearsed.bundle)]) == 0
    page = text((folder / "loans.approve.html").read_text(encoding="utf-8"))
    assert "Do we lend?" in page
    (seen,) = set(re.findall(r"--seen (sha256:[0-9a-f]{64})", page))
    assert seen in capsys.readouterr().err
    assert run(["approve", "page", str(rehearsed.bundle)]) == 2, "nothing is written over"
    signing = ["approve", "sign", str(rehearsed.bundle), "--role", "risk", "--as", "A"]
    assert run([*signing, "--seen", "sha256:" + "0" * 64]) == 2
    assert not (rehearsed.bundle / FILE).read_bytes()
    assert run([*signing, "--seen", seen]) == 0


def test_what_could_not_be_signed_has_no_page(checked: Loans) -> None:
    (checked.bundle / "money.toml").unlink()
    assert run(["approve", "page", str(checked.bundle)]) == 2
    assert not (checked.bundle.parent / "loans.approve.html").exists()


def before(loans: Loans, change: tuple[str, str]) -> Path:
    """Keep the policy as the one before, change it, and rehearse both."""
    path, kept = loans.bundle / "policy.toml", loans.bundle.parent / "before.toml"
    text = path.read_text(encoding="utf-8")
    kept.write_text(text, encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    check(loans.bundle, force=True)
    keep(loans.bundle, rehearse(loans.bundle, loans.rows, outcome="Status", against=kept), force=True)
    return kept


LARGE = '[[rules]]\nid = "large-amount"\nwhen = "Amount > 1500"\naction = "review"\n\n[[bands]]'


def test_cases_that_moved_to_people_are_counted_and_their_money_is_unknown(rehearsed: Loans) -> None:
    before(rehearsed, ("[[bands]]", LARGE))
    found = view(rehearsed.bundle, today=TODAY).rehearsal
    assert found is not None
    there = {flip.before: flip.cases for flip in found.flips}
    assert set(there) == {"approve", "reject"}
    more = sorted(there.items(), key=lambda one: -one[1])
    said = read(rehearsed)
    listed = ", ".join(f"{cases} from {action}" for action, cases in more)
    assert f"moved to people: {sum(there.values())} ({listed}), money unknown" in said
    assert f"Decided otherwise than by the policy before: {sum(there.values())} of 600 cases" in said
    assert "per 1,000 loans against the policy before" not in said
    assert "money unknown: people decide" in said
    assert "No case gets another answer" not in said


def test_the_policy_before_is_never_called_the_rule_of_today(rehearsed: Loans) -> None:
    before(rehearsed, ("[[bands]]", LARGE))
    said = read(rehearsed)
    assert "today" not in said.replace("Against what is done today, by the cut-off alone", "")
    assert "The policy before → this one" in said


def test_a_policy_put_beside_itself_is_said_to_be_compared_with_nothing(rehearsed: Loans) -> None:
    same = rehearsed.bundle / "policy.toml"
    keep(rehearsed.bundle, rehearse(rehearsed.bundle, rehearsed.rows, outcome="Status", against=same))
    said = read(rehearsed)
    assert "Nothing was compared: the file given as the policy before is this very policy." in said
    assert "No case gets another answer" not in said
    assert "0 EUR per 1,000 loans against the policy before" not in said


def test_what_is_done_today_comes_first_and_is_that_of_the_money_file(rehearsed: Loans) -> None:
    more = rehearsed.money.read_text(encoding="utf-8") + '[today]\nrule = "reject if Amount >= 1200"\n'
    for path in (rehearsed.money, rehearsed.bundle / "money.toml"):
        path.write_text(more, encoding="utf-8")
    asked = Asked(outcome="Status", event="bad", money=rehearsed.money)
    document.write(
        from_bundle(rehearsed.bundle, rehearsed.rows, asked), rehearsed.bundle / "evidence" / "evidence.json"
    )
    before(rehearsed, ('version = "1"', 'version = "2"'))
    found = view(rehearsed.bundle, today=TODAY)
    names = [one.said for one in compared(found)]
    assert names[0] == "today's rule (by the cut-off alone)"
    assert names[1] == "the policy before"


def test_the_rule_stands_on_it_in_words(rehearsed: Loans) -> None:
    before(rehearsed, ("[[bands]]", LARGE.replace("Amount > 1500", "Amount > 1500 and Records is not missing")))
    cut = f"{view(rehearsed.bundle, today=TODAY).policy.bands[0].high:g}"
    said = read(rehearsed)
    assert "If Amount is below 100 or Amount is above 4000: review . The customer reads: “A person looks" in said
    assert "If Amount is above 1500 and Records is not missing: review . (large-amount)" in said
    assert f"A score below {cut}: approve . (low) A score of {cut} or more: reject . (high)" in said
    assert "Whatever cannot be decided: review" in said


def test_what_differs_from_the_policy_signed_before_stands_on_it(rehearsed: Loans) -> None:
    assert "No other policy of this bundle was ever signed." in read(rehearsed)
    sign(rehearsed.bundle, role="risk", name="A. Signer", now=NOW)
    keep_signed = before(rehearsed, ("[[bands]]", LARGE))
    sentence = "Rule large-amount is new, after Amount-beyond-training: if Amount > 1500, then review."
    assert f"What differs from what A. Signer (risk) signed on 2026-03-01: {sentence}" in read(rehearsed)
    keep(rehearsed.bundle, rehearse(rehearsed.bundle, rehearsed.rows, outcome="Status"), force=True)
    assert sentence in read(rehearsed, against=keep_signed), "from the file, where the rehearsal does not know it"


def test_where_the_text_of_the_signed_policy_is_not_here_that_is_said(rehearsed: Loans) -> None:
    sign(rehearsed.bundle, role="risk", name="A. Signer", now=NOW)
    path = before(rehearsed, ("[[bands]]", LARGE))
    keep(rehearsed.bundle, rehearse(rehearsed.bundle, rehearsed.rows, outcome="Status"), force=True)
    assert "The text of that policy is not here, so this page cannot say how." in read(rehearsed)
    path.write_text(path.read_text(encoding="utf-8") + "# another\n", encoding="utf-8")
    with pytest.raises(InputError, match="is not the policy that was signed before"):
        view(rehearsed.bundle, against=path, today=TODAY)


def test_a_rehearsal_of_an_earlier_version_is_read_as_one_against_the_policy_before(rehearsed: Loans) -> None:
    before(rehearsed, ('version = "1"', 'version = "2"'))
    path = rehearsed.bundle / "policy" / "rehearsal.json"
    kept = document.read(path, Rehearsal)
    older = tuple(
        msgspec.structs.replace(one, name="the current policy") if one.name == "the policy before" else one
        for one in kept.against
    )
    document.write(msgspec.structs.replace(kept, against=older, changes=None), path)
    said = read(rehearsed)
    assert "No case gets another answer than by the policy before." in said
    assert "the current policy" not in said


def test_cases_taken_from_people_are_counted_beside_those_whose_money_is_known(rehearsed: Loans) -> None:
    before(rehearsed, ("[[bands]]", LARGE))
    text = (rehearsed.bundle / "policy.toml").read_text(encoding="utf-8")
    cut = f"{view(rehearsed.bundle, today=TODAY).policy.bands[0].high:g}"
    (rehearsed.bundle / "policy.toml").write_text(
        text[: text.index("[[cases]]")]
        .replace(f"to = {cut}\n", "to = 0.5\n")
        .replace(f"from = {cut}\n", "from = 0.5\n"),
        encoding="utf-8",
    )
    before(rehearsed, (LARGE, "[[bands]]"))
    assert "taken from people: " in read(rehearsed)
    kept = rehearsed.bundle.parent / "with-people.toml"
    kept.write_text(text, encoding="utf-8")
    found = rehearse(rehearsed.bundle, rehearsed.rows, outcome="Status", against=kept)
    keep(rehearsed.bundle, found, force=True)
    back = sum(flip.cases for flip in found.flips if flip.before == "review")
    changed = sum(flip.cases for flip in found.flips)
    assert 0 < back < changed
    assert f"{back} of the {changed} that changed go to people or come from them and count 0" in read(rehearsed)
