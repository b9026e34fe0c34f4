"""What other people's libraries answer about 500 real applications, and how long it takes.

``python -m benchmarks.peers.others PEER ROWS ANSWER`` reads outcomes, scores and what each action earns, as
`benchmarks.others` left them. Nothing of golive is used here.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = dict[str, Any]

TIMES = 5


def kds(y: Any, p: Any, earned: dict[str, Any]) -> Answer:
    from kds import metrics

    table = metrics.decile_table(y, p, labels=False)
    return {"says": f"lift of the top tenth {table['lift'].iloc[0]:.2f}, KS {table['KS'].max():.1f}"}


def empulse(y: Any, p: Any, earned: dict[str, Any]) -> Answer:
    from empulse.metrics import max_profit_score

    costs = {
        "tp_cost": -earned["reject bad"],
        "fp_cost": -earned["reject good"],
        "tn_cost": -earned["approve good"],
        "fn_cost": -earned["approve bad"],
    }
    value = float(max_profit_score(y, p, **costs))
    cut = float(max_profit_score.optimal_threshold(y, p, **costs))
    return {"says": f"maximum profit {value:.2f} a case", "cutoff": cut}


def binclass_tools(y: Any, p: Any, earned: dict[str, Any]) -> Answer:
    from bctools.utilities import get_amount_cost_df, get_cost_dict

    costs = get_cost_dict(
        TN=-earned["approve good"], FP=-earned["reject good"], FN=-earned["approve bad"], TP=-earned["reject bad"]
    )
    cuts = np.round(np.arange(0.01, 1, 0.01), 2)
    table = get_amount_cost_df(y, p, cuts, cost_dict=costs)
    total = [name for name in table.columns if "tot" in name.lower()][-1]
    best = table.loc[table[total].astype(float).idxmin()]
    return {"says": f"least cost {float(best[total]) / len(y):.2f} a case", "cutoff": float(best["threshold"])}


def dcurves(y: Any, p: Any, earned: dict[str, Any]) -> Answer:
    import pandas as pd
    from dcurves import dca

    lost = np.mean(earned["reject bad"] - earned["approve bad"])
    won = np.mean(earned["approve good"] - earned["reject good"])
    cut = round(float(won / (won + lost)), 2)
    found = dca(data=pd.DataFrame({"y": y, "p": p}), outcome="y", modelnames=["p"], thresholds=[cut])
    benefit = {row["model"]: row["net_benefit"] for _, row in found.iterrows()}
    return {
        "says": f"net benefit {benefit['p']:.3f}, of rejecting all {benefit['all']:.3f}, of rejecting nobody 0",
        "cutoff": cut,
    }


PEERS: dict[str, Callable[..., Answer]] = {
    "kds": kds, "empulse": empulse, "binclass-tools": binclass_tools, "dcurves": dcurves,
}  # fmt: skip


def main(peer: str, rows: Path, answer: Path) -> None:
    given = {name: np.array(values) for name, values in json.loads(rows.read_text()).items()}
    y, p = given.pop("outcome"), given.pop("score")
    found = PEERS[peer](y, p, given)
    spent = []
    for _ in range(TIMES):
        start = time.process_time()
        PEERS[peer](y, p, given)
        spent.append(time.process_time() - start)
    answer.write_text(json.dumps({**found, "seconds": float(np.median(spent))}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
