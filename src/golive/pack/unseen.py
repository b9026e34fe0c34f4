"""Rows that nobody has seen: every cell is one of training, and each column was drawn for itself.

They keep the contract and lie where real rows lie, but no training row is repeated: what the cleaning function learned
from a row as a whole, or from the rows beside it, comes out differently on them. Same input, same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from golive.pack.sample import Sample

_SHARE = 5
"""One unseen row for so many training rows."""
_FEWEST, _MOST = 200, 5_000
_SEED = 20_240_229


def unseen_rows(sample: Sample) -> pd.DataFrame:
    """Return raw rows with the column types of training, numbered from 0."""
    rng = np.random.default_rng(_SEED)
    rows = min(max(len(sample) // _SHARE, _FEWEST), _MOST)
    made = sample.train.iloc[rng.integers(0, len(sample), rows)].reset_index(drop=True)
    drawn = {
        name: sample.train[name].iloc[rng.integers(0, len(sample), rows)].reset_index(drop=True)
        for name in sample.inputs
    }
    return made.assign(**drawn)
