"""Takes the pictures of the report in docs/images, with Chromium and nothing else.

    python ci/picture.py [demo-out/evidence/report.html]

``report.png`` is the first screen as a reader at a desk sees it; the others show it dark, on a phone, and where the
prices move. Whole pages would be a megabyte each.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from tests.chain.chromium import CHROMIUM, browser  # noqa: E402

IMAGES = ROOT / "docs" / "images"
VIEWS = (
    ("report", 1280, 900, False, "first"),
    ("report-dark", 1280, 900, True, "first"),
    ("report-phone", 390, 844, False, "first"),
    ("report-phone-dark", 390, 844, True, "earns"),
    ("report-prices", 1280, 900, False, "earns"),
)
"""File, width, height, dark, and the part of the page that is seen."""


def main(report: Path) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with browser() as page:
        for name, width, height, dark, part in VIEWS:
            page.open(report, width=width, height=height, dark=dark)
            page.run(f"document.getElementById('{part}').scrollIntoView()")
            page.settle()
            page.shoot(IMAGES / f"{name}.png")
            if page.said:
                sys.exit(f"{name}: {page.said}")
    print(f"wrote {len(VIEWS)} pictures to {IMAGES.relative_to(ROOT)}")


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("Chromium is not installed: no picture was taken")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "demo-out" / "evidence" / "report.html")
