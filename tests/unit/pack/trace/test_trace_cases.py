"""Upper and lower case of text that pandas stores with pyarrow: letter by letter, unlike Python's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pyarrow", reason="without pyarrow pandas asks Python")
pytest.importorskip("pandas", minversion="2.3", reason="no text that is stored by pyarrow and compares like other text")

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.errors import UnsupportedError
    from golive.pack.trace import Traced

WORDS = ["straße", "ẞ", "ΟΔΟΣ", "ΣΑΣ, ΟΔΟΣ", "İzmir", "ISTANBUL", "ı", "Ä", "x\u0307", "", None]


def both(df: pd.DataFrame) -> pd.DataFrame:
    return df.assign(up=df["word"].str.upper(), low=df["word"].str.lower(), again=df["word"].str.upper().str.lower())


def stored(words: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({"word": pd.Series(words, dtype=pd.StringDtype("pyarrow", na_value=np.nan))})


def test_letters_change_as_pyarrow_changes_them(equal: Callable[..., Traced]) -> None:
    traced = equal(both, stored(WORDS[:4]), stored(WORDS))
    assert traced.frame["up"].iloc[0] == "STRAẞE"
    assert traced.frame["low"].iloc[2] == "οδοσ"


def test_a_letter_without_a_single_capital_is_refused(refused: Callable[..., UnsupportedError]) -> None:
    error = refused(lambda df: df.assign(up=df["word"].str.upper()), "the text 'ﬁn' has a letter", stored(["ﬁn"]))
    assert ".str.lower()" in error.hint
