"""Unseen rows: real cells in new company, and what only holds on the training rows does not survive them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import golive
from golive.errors import ParityError
from golive.pack.contract import probe
from golive.pack.kinds import kinds_of
from golive.pack.sample import Sample
from golive.pack.trace.frame import Frame
from golive.pack.unseen import unseen_rows
from golive.records.document import read
from golive.records.parity import Parity

if TYPE_CHECKING:
    from pathlib import Path

    from golive.pack.trace.series import Series


def sample_of(loans: pd.DataFrame) -> Sample:
    used = [name for name in loans.columns if name != "status"]
    kinds = kinds_of(loans, without="status").known
    return Sample(loans, probe(loans, kinds, used, (), event="1", outcome=None, reasons="none"))


def test_every_cell_is_one_of_training_and_no_row_is(loans: pd.DataFrame) -> None:
    made = unseen_rows(sample_of(loans))
    used = [name for name in loans.columns if name != "status"]
    assert len(made) == 200
    assert made[used].dtypes.equals(loans[used].dtypes)
    for name in used:
        assert set(made[name].dropna()) <= set(loans[name].dropna())
    seen = {repr(row) for row in loans[used].values.tolist()}
    assert not seen & {repr(row) for row in made[used].values.tolist()}


def test_the_same_training_rows_give_the_same_unseen_rows(loans: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(unseen_rows(sample_of(loans)), unseen_rows(sample_of(loans)))


def test_each_build_compares_them(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    numbers = loans[["age", "debt"]]
    bundle = golive.build(LogisticRegression().fit(numbers, bad), numbers, out=tmp_path / "m.golive")
    checks = {(one.rows, one.what): one.compared for one in read(bundle.path / "parity.json", Parity).checks}
    assert checks["unseen", "score"] == 200


def test_a_graph_that_is_right_on_training_rows_alone_is_found_out(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken tracer: the sum of two columns is taken for a table by the first of them."""
    numbers = loans[["age", "debt"]]
    known = dict(zip(numbers["age"], numbers["age"] + numbers["debt"], strict=True))
    numbers = numbers.assign(debt=numbers["age"].map(known) - numbers["age"])  # now true on every training row

    def clean(df: pd.DataFrame) -> pd.DataFrame:
        df = df.copy()
        df["sum"] = df["age"] + df["debt"]
        return df

    model = LogisticRegression(max_iter=1000).fit(clean(numbers), bad)
    plain = Frame.__setitem__

    def broken(self: Frame, key: str, value: Series) -> None:
        plain(self, key, value)
        if key == "sum" and self.session.nodes.building:
            age = self.expr("age")
            keys, sums = (tuple(map(float, part)) for part in (known, known.values()))
            table = self.session.nodes.apply(
                "lookup", age, keys=keys, values=sums, kind="number", default=None, missing=None
            )
            self._exprs[key] = table

    monkeypatch.setattr(Frame, "__setitem__", broken)
    with pytest.raises(ParityError, match="unseen rows"):
        golive.build(model, numbers, clean=clean, out=tmp_path / "m.golive")
    assert not (tmp_path / "m.golive").exists()
