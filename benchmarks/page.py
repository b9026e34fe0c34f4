"""How long one step of a slider takes on the page: script, style and layout, in Chromium.

    python -m benchmarks.page [report.html]

Without a page: 20,000 rows with as many groups of scores as a page may hold (200), six prices, four columns in the
formulas. Every control is moved through its range; a step is what runs from the browser's frame to a finished layout.
The last line is the size of the page, and that without its data: what the script computes with, drawings and lists.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tests.chain.chromium import CHROMIUM, browser

from golive.prove.measure import measure
from golive.prove.report import html
from golive.records.money import parse

if TYPE_CHECKING:
    from tests.chain.chromium import Page

    from golive.records.evidence import Evidence

MONEY = """
currency = "EUR"
[actions]
below = "approve"
above = "reject"
[assumptions]
margin = { value = 0.08, range = [0.06, 0.1], owner = "lending" }
fee = { value = 30, range = [20, 40], owner = "lending" }
lost = { value = 0.6, range = [0.5, 0.7], owner = "risk" }
rent = { value = 0.02, range = [0.01, 0.03], owner = "treasury" }
handling = { value = 15, range = [10, 20], owner = "operations" }
letter = { value = 2, range = [1, 3], owner = "operations" }
[payoff.approve]
event = { loss = "lost * Amount", cost = "handling + rent * Amount" }
no_event = { revenue = "margin * Amount * Time / 12 + fee * Time / 12", cost = "handling + rent * Balance" }
[payoff.reject]
event = { cost = "letter" }
no_event = { cost = "letter" }
[volume]
cases_per_month = 400
"""
DATA = re.compile(r'<script type="text/plain" id="data">.*?</script>|<svg.*?</svg>|<tbody>.*?</tbody>', re.DOTALL)
"""What the script computes with, what is drawn and what is listed."""
WATCH = """
window.steps = [];
const frame = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (work) => frame((at) => {
  const start = performance.now();
  work(at);
  document.body.getBoundingClientRect();
  window.steps.push(performance.now() - start);
});
"""
MOVE = """(async () => {
  const inputs = [...document.querySelectorAll('input[type="range"]')].filter((one) => !one.disabled);
  window.steps = [];
  for (const input of inputs) {
    const before = input.value, low = +input.min, high = +input.max;
    for (let at = 1; at < 40; at++) {
      input.value = low + (high - low) * at / 40;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((done) => frame(() => frame(done)));
    }
    input.value = before;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((done) => frame(() => frame(done)));
  }
  return window.steps;
})()"""


def large() -> Evidence:
    """Return evidence as large as a page can have to work with."""
    rng = np.random.default_rng(5)
    n = 20_000
    bad = rng.uniform(size=n) < 0.2
    score = 1 / (1 + np.exp(-rng.normal(np.where(bad, 0.8, -1.2), 1.3)))
    columns = {"Amount": np.round(rng.lognormal(7, 0.8, n), 2), "Balance": np.round(rng.lognormal(6, 0.8, n), 2),
               "Time": rng.integers(6, 60, n).astype(float)}  # fmt: skip
    return measure(bad, score, event=True, money=parse(MONEY), columns=columns)


def main() -> None:
    if CHROMIUM is None:
        print("Chromium is not installed: nothing was measured")
        return
    with tempfile.TemporaryDirectory() as folder, browser() as page:
        for width, name in ((1280, "desk"), (390, "phone")):
            report = (
                Path(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].endswith(".html") else Path(folder, "large.html")
            )
            if not report.exists():
                report.write_text(html(large()), encoding="utf-8")
            steps, cpu = moved(page, report, width)
            print(f"{name} ({width} pixels), {len(steps)} steps: median {statistics.median(steps):.1f} ms, "
                  f"90th percentile {statistics.quantiles(steps, n=10)[-1]:.1f} ms, longest {max(steps):.1f} ms; "
                  f"CPU {cpu:.1f} ms a step")  # fmt: skip
        print(sizes(report.read_text(encoding="utf-8")))


def sizes(page: str) -> str:
    """Say how large a page is."""
    whole, bare = (len(text.encode()) / 1000 for text in (page, DATA.sub("", page)))
    return f"{whole:.1f} kB; {bare:.1f} kB without its data"


def moved(page: Page, report: Path, width: int) -> tuple[list[float], float]:
    """Return the wall time of each step in milliseconds, and the mean CPU time of one (script, style, layout)."""
    page.ask("Performance.enable", timeDomain="threadTicks")
    added = page.ask("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
    page.open(report, width=width)
    before = _busy(page)
    steps: list[float] = page.run(MOVE)
    busy = _busy(page) - before
    page.ask("Page.removeScriptToEvaluateOnNewDocument", identifier=added["identifier"])
    if page.said:
        sys.exit(str(page.said))
    return steps, 1000 * busy / len(steps)


def _busy(page: Page) -> float:
    found = {one["name"]: one["value"] for one in page.ask("Performance.getMetrics")["metrics"]}
    return float(found["ScriptDuration"] + found["LayoutDuration"] + found["RecalcStyleDuration"])


if __name__ == "__main__":
    main()
