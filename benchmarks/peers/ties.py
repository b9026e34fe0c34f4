"""The lift of the top tenth, as other people's libraries compute it.

``python -m benchmarks.peers.ties PEER ROWS ANSWER`` reads outcomes and scores that `benchmarks.ties` left, in several
orders, and writes what each function of the peer says, or why it says nothing. Nothing of golive is used here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Lift = Callable[[Any, Any], float]

TENTH = 0.1


def at_a_tenth(shares: Any, lifts: Any) -> float:
    """Return the lift that a curve has at a tenth of the rows."""
    return float(np.interp(TENTH, np.asarray(shares, dtype=float), np.asarray(lifts, dtype=float)))


def of_gains(curve: Callable[..., Any], y: Any, p: Any) -> float:
    shares, gains = curve(y, p)
    return at_a_tenth(shares, gains) / TENTH


def kds() -> dict[str, Lift]:
    from kds import metrics

    return {"decile_table": lambda y, p: metrics.decile_table(y, p, labels=False)["lift"].iloc[0]}


def scikit_plot() -> dict[str, Lift]:
    from scikitplot.helpers import cumulative_gain_curve

    return {"plot_lift_curve, plot_cumulative_gain": lambda y, p: of_gains(cumulative_gain_curve, y, p)}


def scikit_plots() -> dict[str, Lift]:
    from scikitplot.api._utils._helpers import cumulative_gain_curve
    from scikitplot.decile.kds import decile_table

    return {
        "plot_lift, plot_cumulative_gain": lambda y, p: of_gains(cumulative_gain_curve, y, p),
        "decile.kds.decile_table": lambda y, p: float(
            np.asarray(decile_table(y, p, display_term_tables=False)["lift"])[0]
        ),
    }


def binclass_tools() -> dict[str, Lift]:
    from bctools.plots import response_curve_plot
    from bctools.utilities import get_gain_curve_data

    return {
        "lift_curve_plot, cumulative_gain_plot": lambda y, p: of_gains(get_gain_curve_data, y, p),
        "response_curve_plot": lambda y, p: float(response_curve_plot(y, p).data[0].y[0] / np.mean(y)),
    }


def empulse() -> dict[str, Lift]:
    from empulse.metrics import lift_score

    return {"lift_score": lambda y, p: float(lift_score(y, p, fraction=TENTH))}


def scorecardpy() -> dict[str, Lift]:
    import pandas as pd
    from scorecardpy.perf import eva_dfkslift

    return {
        "perf_eva (lift)": lambda y, p: float(
            eva_dfkslift(pd.DataFrame({"label": y, "pred": p}), groupnum=10)["lift"].iloc[1]
        )
    }


def optbinning() -> dict[str, Lift]:
    from matplotlib import pyplot
    from optbinning.scorecard import plots

    def lift(y: Any, p: Any) -> float:
        pyplot.close("all")
        plots.plot_cap(y, p)
        line = pyplot.gca().lines[-1]
        return at_a_tenth(line.get_xdata(), line.get_ydata()) / TENTH

    return {"scorecard.plots.plot_cap": lift}


def dcurves() -> dict[str, Lift]:
    """It has no lift: its net benefit at the base rate stands in its place, in units of the base rate."""
    import pandas as pd
    from dcurves import dca

    def benefit(y: Any, p: Any) -> float:
        base = float(np.mean(y))
        found = dca(data=pd.DataFrame({"y": y, "p": p}), outcome="y", modelnames=["p"], thresholds=[base])
        return float(found[found["model"] == "p"]["net_benefit"].iloc[0]) / base

    return {"dca (net benefit / base rate)": benefit}


PEERS: dict[str, Callable[[], dict[str, Lift]]] = {
    "kds": kds, "scikit-plot": scikit_plot, "scikit-plots": scikit_plots, "binclass-tools": binclass_tools,
    "empulse": empulse, "scorecardpy": scorecardpy, "optbinning": optbinning, "dcurves": dcurves,
}  # fmt: skip


def main(peer: str, rows: Path, answer: Path) -> None:
    given = json.loads(rows.read_text())
    found: dict[str, dict[str, list[float | str]]] = {}
    for name, lift in PEERS[peer]().items():
        found[name] = {kind: [said(lift, *order) for order in orders] for kind, orders in given.items()}
    answer.write_text(json.dumps(found))


def said(lift: Lift, outcome: list[int], score: list[float]) -> float | str:
    np.random.seed(0)  # response_curve_plot adds random numbers to the scores
    try:
        return float(lift(np.array(outcome), np.array(score)))
    except Exception as exc:
        return f"{type(exc).__name__}: {exc}".splitlines()[0]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
