"""Takes the pictures of the report, of the status and of the page to decide on, with Chromium and nothing else.

    python ci/picture.py [demo-out]

``report.png`` is the first screen as a reader at a desk sees it; the others show it dark, on a phone, and where the
prices move. ``decide`` is of a second version of the demo's rule, which sends large amounts to people. Whole pages
would be a megabyte each.
"""

from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from tests.chain.chromium import CHROMIUM, browser  # noqa: E402

from golive import cli  # noqa: E402
from golive.chain.status.look import look  # noqa: E402
from golive.chain.status.page import html  # noqa: E402
from golive.chain.status.project import find  # noqa: E402

IMAGES = ROOT / "docs" / "images"
VIEWS = (
    ("report", 1280, 1110, False, "first"),
    ("report-dark", 1280, 1110, True, "first"),
    ("report-phone", 390, 844, False, "first"),
    ("report-phone-dark", 390, 844, True, "earns"),
    ("report-prices", 1280, 900, False, "earns"),
)
"""File, width, height, dark, and the part of the page that is seen."""


DATES = """
[[dates]]
stage = "approve"
expected = 2026-11-20
owner = "risk"

[[dates]]
stage = "serve"
expected = 2027-02-01
owner = "product"
"""
"""What the demo's brief gets for the picture."""


DECIDE = (("decide", 1280, 860, "first"), ("decide-phone", 390, 844, "first"), ("decide-rule", 1280, 620, "rule"))
"""File, width, height, and the part of the page to decide on that is seen."""

LARGE = """
[[rules]]
id = "large-amount"
when = "Amount > 3000"
action = "review"
reason = "R03"
message = "A person looks at your case."
owner = "head of credit risk"

[[bands]]"""
"""What the second version of the demo's rule has more, before its bands."""


def main(demo: Path) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with browser() as page, TemporaryDirectory() as folder:
        status = _status(demo, Path(folder) / "lending")
        page.open(status, width=1280, height=1000)
        page.shoot(IMAGES / "status.png")
        for name, width, height, dark, part in VIEWS:
            page.open(demo / "evidence" / "report.html", width=width, height=height, dark=dark)
            page.run(f"document.getElementById('{part}').scrollIntoView()")
            page.settle()
            page.shoot(IMAGES / f"{name}.png")
            if page.said:
                sys.exit(f"{name}: {page.said}")
        decide = _decide(demo, Path(folder) / "decide")
        for name, width, height, part in DECIDE:
            page.open(decide, width=width, height=height)
            page.run(f"document.getElementById('{part}').scrollIntoView()")
            page.settle()
            page.shoot(IMAGES / f"{name}.png")
            if page.said or page.run("document.documentElement.scrollWidth > innerWidth"):
                sys.exit(f"{name}: {page.said or 'wider than the screen'}")
    print(f"wrote {1 + len(VIEWS) + len(DECIDE)} pictures to {IMAGES.relative_to(ROOT)}")


def _status(demo: Path, folder: Path) -> Path:
    """Write the page of a bundle that is signed and not served yet."""
    shutil.copytree(demo / "credit.golive", folder / "credit.golive")
    brief = (demo / "brief.toml").read_text(encoding="utf-8")
    (folder / "brief.toml").write_text(brief + DATES, encoding="utf-8")
    found = find(folder)
    page = html(look(found, today=date.today()))
    path = folder / "status.html"
    path.write_text(page.replace(str(folder) + "/", ""), encoding="utf-8")  # as typed in the folder
    return path


def _decide(demo: Path, folder: Path) -> Path:
    """Write the page of a second version of the rule, rehearsed against the one that was signed, half signed."""
    bundle, before, changed = folder / "credit.golive", folder / "signed.toml", folder / "policy.toml"
    shutil.copytree(demo / "credit.golive", bundle)
    shutil.copy(demo / "brief.toml", folder)
    shutil.copy(bundle / "policy.toml", before)
    text = before.read_text(encoding="utf-8").replace('version = "1"', 'version = "2"', 1)
    at = text.index("\n[[bands]]")
    changed.write_text(text[:at] + LARGE + text[at + len("\n[[bands]]") :], encoding="utf-8")
    rows = ["--rows", str(demo / "holdout.csv"), "--outcome", "Status", "--against", str(before)]
    for words in (
        ["check", str(bundle), "--policy", str(changed), "--force"],
        ["rehearse", str(bundle), *rows, "--force"],
        ["sign", str(bundle), "--role", "risk", "--as", "head of credit risk", "--yes"],
        ["page", str(bundle)],
    ):
        if cli.run(["approve", *words]):
            sys.exit(f"golive approve {words[0]} failed: no picture was taken")
    return folder / "credit.approve.html"


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("Chromium is not installed: no picture was taken")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "demo-out")
