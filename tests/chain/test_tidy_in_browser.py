"""The page of a tidied notebook in a real browser: at two widths, offline, with text that is out for harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.chain.chromium import CHROMIUM, HOSTILE, Page

from golive.records.tidied import Attempt, Kept, Leak, Left, Metric, Tidied, Touched
from golive.tidy.page import html

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the tidy page was NOT looked at")
LONG = f"df['{'a_long_name' * 12}'] = {HOSTILE}"


def record() -> Tidied:
    return Tidied(
        notebook=f"{HOSTILE}.ipynb",
        package="book",
        order="counts",
        attempts=(
            Attempt(order="file", cells=(1, 2), failed=f"cell 2, line 1: NameError: {LONG}", compared=2, same=0),
            Attempt(order="counts", cells=tuple(range(60, 0, -1)), compared=2, same=1, different=(2,)),
        ),
        touched=(Touched(path=LONG, what="removed", cell=3, line=1), Touched(path="a.csv", what="made")),
        shape="rows",
        kept=tuple(Kept(cell=cell, line=1, module=module) for cell in range(40) for module in ("clean", "load")),
        left=tuple(Left(cell=cell, line=1, text=LONG, reason=f"a picture {HOSTILE}") for cell in range(30)),
        leaks=(
            Leak(cell=1, line=2, kind="statistic", what=f"the median of {LONG}", repaired=True),
            Leak(cell=3, line=2, kind="fitter", what="the scaler learns from all rows", repaired=False),
        ),
        repair=True,
        metrics=(Metric(name="AUC", notebook=0.99, kept=0.99, repaired=0.87),),
        model="book.train:fitted",
        clean="book.clean:clean",
        files=(),
        git="",
        versions={},
    )


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_the_screen_and_runs_nothing(page: Page, tmp_path: Path, width: int, dark: bool) -> None:
    path = tmp_path / "tidy.html"
    path.write_text(html(record()), encoding="utf-8")
    page.open(path, width=width, dark=dark)
    assert page.said == []
    assert page.run("document.documentElement.scrollWidth") == width
    assert page.run("document.title").endswith(": tidied")
    assert page.count("img") == 0
    assert "Reported AUC 0.9900, honest 0.8700" in page.run("document.querySelector('.say').textContent")
    assert page.count("article") == 2
    assert page.run("[...document.querySelectorAll('section')].map((one) => one.id).join(' ')") == (
        "metric leaks order kept left touched"
    )
    page.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.settle()
    assert page.run("document.documentElement.scrollWidth") == width
