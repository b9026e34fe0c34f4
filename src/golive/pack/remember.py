"""What is kept of the training rows, beside the bundle: so that `prove` sees when it is judged on the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.whole import put_new
from golive.records.document import encode
from golive.records.training_rows import beside
from golive.tables.training import remember

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from golive.engine.bundle import Bundle


def keep_marks(bundle: Bundle, train: pd.DataFrame, outcome: str | None) -> Path | None:
    """Write the marks of the training rows; nothing where the bundle has no raw input in them.

    The marks are keyed with the bundle's id and never become part of it.
    """
    inputs = [one.name for one in bundle.contract.inputs if one.name in train.columns]
    if not inputs:
        return None
    cells = {str(name): train[name].to_numpy() for name in train.columns}
    found = remember(cells, inputs, outcome=outcome or "", event=bundle.contract.event, bundle=bundle.id)
    path = beside(bundle.path)
    put_new(path, encode(found), force=True)  # whether it may be replaced was asked before the work
    return path
