"""The page on tied scores: golive's own line is what it says today; `python -m benchmarks.ties` asks the others."""

from __future__ import annotations

from benchmarks import ties


def test_no_order_of_the_rows_changes_a_lift() -> None:
    found = ties.ours(ties.rows())
    assert found.same
    assert set(found.said["constant"]) == {1.0}
    page = ties.PAGE.read_text(encoding="utf-8")
    assert f"| golive | `{found.function}` | {found.cell('constant')} | {found.cell('values')} | yes |\n" in page


def test_an_answer_that_follows_the_order_is_seen() -> None:
    """The control: the lift of the first hundred rows after a sort is what the page warns of."""
    given = ties.rows()
    said: dict[str, list[float | str]] = {
        kind: [
            sum(y for y, _ in sorted(zip(*order, strict=True), key=lambda row: -row[1])[:100]) / 20 for order in orders
        ]
        for kind, orders in given.items()
    }
    found = ties.Row("sorted", "", said)
    assert not found.same
    assert found.cell("constant") == "0.00 to 5.00"


def test_every_peer_on_the_page_has_its_requirements() -> None:
    page = ties.PAGE.read_text(encoding="utf-8")
    assert [peer for peer in ties.PEERS if f"| {peer} {ties.version(peer)} |" not in page] == []
