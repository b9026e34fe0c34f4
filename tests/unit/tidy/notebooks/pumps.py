"""Make the readings of the second notebook: pumps that do not exist."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np


def write(out: Path) -> None:
    """Write 640 rows, some of them twice, with gaps and sensors that stick."""
    rng = np.random.default_rng(5)
    lines = ["pump;maker;site;hours;vibration;temperature;pressure;oil;stopped"]
    for pump in range(640):
        maker, site, oil = rng.choice(["Alba", "Born", ""], p=[0.5, 0.4, 0.1]), rng.choice(list("NSW")), rng.integers(3)
        hours, vibration = rng.integers(10, 9000), rng.gamma(2.0, 1.5)
        heat, pressure = rng.normal(70, 9), rng.normal(5, 1)
        risk = vibration / 3 + hours / 6000 + oil / 2 + (heat - 70) / 12 - 3.2
        stopped = "yes" if rng.random() < 1 / (1 + np.exp(-risk)) else "no"
        shown = "999" if rng.random() < 0.02 else "" if rng.random() < 0.06 else f"{heat:.1f}"
        bar = "" if rng.random() < 0.05 else f"{pressure:.2f}"
        cells = [f"P{pump:03d}", maker, site, str(hours), f"{vibration:.2f}", shown, bar, ("good", "fair", "poor")[oil]]
        lines += [";".join([*cells, stopped]).replace(".", ",")] * (1 + (pump % 40 == 7))
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
