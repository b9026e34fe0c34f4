"""Numbers as people read them."""

from __future__ import annotations

import pytest

from golive.page.numbers import MINUS, NO_RANGE, NOTHING, SPACE, compact, price, show


def plain(shown: str) -> str:
    return shown.replace(SPACE, " ").replace(MINUS, "-")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("gain", 74379.5, "+74,380 EUR"),
        ("gain", -0.004, "0 EUR"),
        ("gain", -3.456, "-3.46 EUR"),
        ("money", 49168.0, "49,168 EUR"),
        ("money", 0.0, "0 EUR"),
        ("span", (-12475.2, 2841.6), "-12,475 to 2,842 EUR"),
        ("plain", -7295.58, "-7,296"),
        ("count", 1782.0, "1,782"),
        ("count", 588.6, "589"),
        ("share", 0.1076, "11 %"),
        ("share", 0.0001, "under 0.1 %"),
        ("shares", (0.0031, 0.04), "0.3 to 4 %"),
        ("score", 0.24979, "0.2498"),
        ("times", 2.8518, "2.85"),
        ("figure", -0.0989, "-0.099"),
        ("text", "use", "use"),
    ],
)
def test_each_kind_has_its_form(kind: str, value: object, shown: str) -> None:
    assert plain(show(kind, value, "EUR")) == shown  # type: ignore[arg-type]  # one of its members


def test_what_is_not_known_is_said_not_left_out() -> None:
    assert show("gain", None) == NOTHING
    assert show("span", (None, None), "EUR") == NO_RANGE


def test_no_line_breaks_between_a_number_and_its_unit() -> None:
    for kind, value in (("gain", 5.0), ("span", (1.0, 2.0)), ("share", 0.5)):
        last = show(kind, value, "EUR").rpartition(" ")[2]
        assert last.endswith(("EUR", "%"))
        assert SPACE in last


def test_axis_labels_are_short() -> None:
    assert [plain(compact(value)) for value in (-120000.0, 2.5e6, 3e9, 0.002, 0.0)] == [
        "-120k",
        "2.5M",
        "3G",
        "0.002",
        "0",
    ]


@pytest.mark.parametrize("value", [0.06, 12.0, 1500000.0, 0.000125, -0.5, 0.0])
def test_a_price_is_written_as_somebody_would_type_it(value: float) -> None:
    shown = plain(price(value))
    assert float(shown) == value
    assert "e" not in shown
