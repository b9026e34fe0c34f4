from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.errors import DocumentError, InputError
from golive.maths.formula import Call, Name, Number, Tree, evaluate, names, parse, show

VALUES: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]] | float] = {
    "Amount": np.array([100.0, 200.0]),
    "Time": np.array([12.0, 24.0]),
    "margin": 0.1,
    "loss rate": 0.5,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("margin * Amount - 15", [-5, 5]),
        ("-Amount + 1", [-99, -199]),
        ("2 × 3 ÷ 4 − 1", 0.5),
        ("`loss rate` * Amount", [50, 100]),
        ("min(Amount, 150, Time * 10)", [100, 150]),
        ("max(Amount, 150)", [150, 200]),
        ("Amount / Time / 2", [100 / 12 / 2, 200 / 24 / 2]),
        ("Amount - (Time - 2)", [90, 178]),
        ("1e2 + .5", 100.5),
        ("--3", 3),
        ("10 - 2 - 3", 5),
    ],
)
def test_formulas_mean_what_school_taught(text: str, expected: object) -> None:
    assert np.allclose(evaluate(parse(text), VALUES), np.array(expected), rtol=1e-15)


@pytest.mark.parametrize(
    ("text", "column", "found"),
    [
        ("margin * ", 10, "the end"),
        ("(Amount", 8, "the end"),
        ("Amount Time", 8, "`Time`"),
        ("sqrt(Amount)", 5, "`(`"),
        ("min(Amount)", 11, "`)`"),
        ("Amount $ 2", 8, "`$`"),
        ("", 1, "the end"),
        ("Amount ** 2", 9, "`*`"),
        ("__import__('os')", 11, "`(`"),
        ("1..2", 3, "`.2`"),
        ("a == b", 3, "`=`"),
        ("`never closed", 1, "```"),
    ],
)
def test_a_mistake_is_named_with_its_column(text: str, column: int, found: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(text, where="money.toml:7:12")
    assert caught.value.problems[0].startswith(f"money.toml:7:{12 + column}: found {found};")


@pytest.mark.parametrize("text", ["(" * 60 + "1" + ")" * 60, "-" * 60 + "1", "+".join(["1"] * 500)])
def test_a_formula_cannot_exhaust_the_stack(text: str) -> None:
    with pytest.raises(DocumentError, match="formula"):
        parse(text)


def test_a_division_by_zero_names_formula_and_row() -> None:
    with pytest.raises(InputError, match=r"money\.toml:2:11: `Time - 24` is zero in 1 row, the first is row 1"):
        evaluate(parse("Amount / (Time - 24)", where="money.toml:2:3"), VALUES)


def test_names_are_listed_in_order() -> None:
    assert [name.name for name in names(parse("b * (a + `loss rate`) - b"))] == ["b", "a", "loss rate", "b"]


def trees() -> st.SearchStrategy[Tree]:
    leaves: st.SearchStrategy[Tree] = st.one_of(
        st.floats(0, 1e6).map(Number), st.sampled_from(["a", "b c", "größe"]).map(Name)
    )

    def grown(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        pairs = st.tuples(inner, inner)
        return st.one_of(
            st.builds(Call, st.sampled_from(["+", "-", "*", "/", "min", "max"]), pairs),
            st.builds(Call, st.just("neg"), st.tuples(inner)),
        )

    return st.recursive(leaves, grown, max_leaves=12)


@given(trees())
def test_what_is_shown_reads_back_as_the_same_tree(tree: Tree) -> None:
    assert parse(show(tree)) == tree
