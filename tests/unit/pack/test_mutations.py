"""A wrong constant anywhere in the graph fails the build.

For each operation there is a cleaning function or a model whose graph uses it. In every node of that operation each
parameter and each array is made wrong in turn (where it has none: the operation itself), and the proof must notice.
Cleaning functions are chosen for the operations, not for sense.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from sklearn import calibration
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import HistGradientBoostingClassifier, StackingClassifier, VotingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PowerTransformer,
    TargetEncoder,
)

from golive.engine.operations import OPERATIONS
from golive.errors import BundleError, GoliveError, ParityError
from golive.pack.answers import Answer, Python, cleaned_by, quiet
from golive.pack.contract import probe
from golive.pack.door import Door
from golive.pack.drawing import draw
from golive.pack.forms import forms_of
from golive.pack.proving import prove
from golive.pack.sample import Sample
from golive.pack.switches import arrays_of
from golive.records.graph import Graph, Node

Clean = Callable[[pd.DataFrame], pd.DataFrame]


def numbers_a(df: pd.DataFrame) -> pd.DataFrame:
    """add, sub, mul, div, neg, abs, coalesce, number"""
    df = df[["income", "debt", "age"]].copy()
    df["income"] = df["income"].fillna(120.5)
    df["z"] = abs(-(df["income"] + df["debt"]) * 0.3 - df["age"] / 7)
    return df


def numbers_b(df: pd.DataFrame) -> pd.DataFrame:
    """mod, floordiv, pow, round, sign, floor, ceil, trunc"""
    df = df[["income", "debt", "age"]].copy()
    df["a"] = df["age"] % 7
    df["b"] = df["debt"] // 130
    df["c"] = df["age"] ** 1.5
    df["d"] = (df["debt"] / 3).round(1)
    df["e"] = np.sign(df["age"] - 40)
    df["f"] = np.floor(df["debt"] / 9)
    df["g"] = np.ceil(df["debt"] / 11)
    df["h"] = np.trunc(df["debt"] / 13)
    return df


def numbers_c(df: pd.DataFrame) -> pd.DataFrame:
    """exp, expm1, log, log1p, log2, log10, sqrt, tanh"""
    out = df[["income"]].copy()
    x = df["age"] / 30
    out["a"] = np.exp(x)
    out["b"] = np.expm1(x)
    out["c"] = np.log(df["debt"] + 1.5)
    out["d"] = np.log1p(df["debt"])
    out["e"] = np.log2(df["debt"] + 1.5)
    out["f"] = np.log10(df["debt"] + 1.5)
    out["g"] = np.sqrt(df["age"])
    out["h"] = np.tanh(x - 1)
    return out


def numbers_d(df: pd.DataFrame) -> pd.DataFrame:
    """minimum, maximum, clip, cut, sum, mean, smallest, largest"""
    out = df[["income", "debt"]].copy()
    out["a"] = np.minimum(df["debt"], df["income"].fillna(100.0))
    out["b"] = np.maximum(df["debt"], df["income"].fillna(100.0))
    out["c"] = df["debt"].clip(50, 900.5)
    out["d"] = pd.cut(df["age"], [0, 25, 40, 60, 120], labels=False)
    out["e"] = df[["income", "debt", "age"]].sum(axis=1)
    out["f"] = df[["income", "debt", "age"]].mean(axis=1)
    out["g"] = df[["income", "debt", "age"]].min(axis=1)
    out["h"] = df[["income", "debt", "age"]].max(axis=1)
    return out


def truths_a(df: pd.DataFrame) -> pd.DataFrame:
    """lt, le, gt, ge, eq, ne, same, differs, is_missing, boolean"""
    out = df[["debt", "income"]].copy()
    out["a"] = df["age"] < 30
    out["b"] = df["age"] <= 31
    out["c"] = df["income"] > 140.0
    out["d"] = df["income"] >= 141.0
    out["e"] = df["age"] == 44
    out["f"] = df["income"] != 150.0
    out["g"] = df["home"] == "rent"
    out["h"] = df["job"] != "fixed"
    out["i"] = df["job"].isna()
    return out


def truths_b(df: pd.DataFrame) -> pd.DataFrame:
    """and, or, xor, not, where, to_number, isin, lookup, input, text"""
    out = df[["debt", "income"]].copy()
    young, rents = df["age"] < 30, df["home"] == "rent"
    out["a"] = (young & rents).astype(int)
    out["b"] = young | df["member"]
    out["c"] = rents ^ df["member"]
    out["d"] = ~young
    out["e"] = np.where(rents, df["debt"], df["age"])
    out["f"] = df["job"].isin(["fixed", "none"])
    out["g"] = df["home"].map({"rent": 1.5, "own": 2.5, "parents": 3.5})
    out["h"] = df["income"].isin([131.9, 125.9])
    out["i"] = np.where(young, "young", "older")
    out["j"] = True
    return out


def texts(df: pd.DataFrame) -> pd.DataFrame:
    """lower, upper, strip, trim, replace, slice, split, concat, contains, starts_with, ends_with, length"""
    out = df[["debt"]].copy()
    out["a"] = df["home"].str.upper().str.lower()
    out["k"] = df["home"] + "/" + df["job"]
    out["b"] = (" " + df["home"] + " ").str.strip()
    out["l"] = df["home"].str.strip("rs")
    out["c"] = df["home"].str.replace("rent", "let", regex=False)
    out["d"] = df["home"].str[:3]
    out["e"] = df["home"].str.split("e").str[0]
    out["f"] = df["home"].str.upper()
    out["g"] = df["home"].str.contains("ar", regex=False)
    out["h"] = df["home"].str.startswith("re")
    out["i"] = df["home"].str.endswith("wn")
    out["j"] = df["home"].str.len()
    return out


def dates(df: pd.DataFrame) -> pd.DataFrame:
    """parse_date, date_part"""
    out = df[["debt", "income"]].copy()
    since = pd.to_datetime(df["since"], format="%Y-%m-%d")
    out["a"], out["b"], out["c"] = since.dt.year, since.dt.month, since.dt.day
    out["d"] = (since - pd.Timestamp("2015-01-01")).dt.days
    return out


def numerals(df: pd.DataFrame) -> pd.DataFrame:
    """parse_number"""
    out = df[["debt", "income"]].copy()
    out["a"] = pd.to_numeric(df["size"], errors="coerce").fillna(-1)
    out["b"] = df["count"].astype(int)
    return out


def writing(df: pd.DataFrame) -> pd.DataFrame:
    """write_number"""
    out = df[["debt", "income"]].copy()
    out["a"] = df["age"].astype(str)
    out["b"] = df["age"].apply(lambda age: f"{age // 10}x")
    return out


def as_is(df: pd.DataFrame) -> pd.DataFrame:
    return df[["income", "age", "debt", "home", "job"]]


def boosting() -> Any:
    texts_in = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = ColumnTransformer(
        [("t", texts_in, make_column_selector(dtype_exclude=["number", "bool"]))], remainder="passthrough"
    )
    return make_pipeline(columns, HistGradientBoostingClassifier(max_iter=4, max_leaf_nodes=6, random_state=0))


def logistic(method: str) -> Any:
    numbers = make_pipeline(SimpleImputer(), MinMaxScaler(clip=True))
    columns = ColumnTransformer(
        [
            ("n", numbers, make_column_selector(dtype_include="number")),
            ("t", OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
        ]
    )
    return CalibratedClassifierCV(make_pipeline(columns, LogisticRegression(max_iter=500)), method=method, cv=2)


NUMBERS = ["income", "age", "debt"]


def side_by_side(*steps: tuple[str, Any, list[str]], last: Any = None, **weights: float) -> Any:
    columns = ColumnTransformer(steps, transformer_weights=weights, sparse_threshold=0)
    return make_pipeline(columns, last or LogisticRegression(max_iter=500))


def filled(*steps: Any) -> Any:
    """Only income is ever missing here: what another column would be filled with is never asked for."""
    return make_pipeline(ColumnTransformer([("income", SimpleImputer(), ["income"])], remainder="passthrough"), *steps)


def bins() -> Any:
    """KBinsDiscretizer, Binarizer, transformer_weights"""
    codes = KBinsDiscretizer(4, encode="ordinal", strategy="kmeans")
    dummies = KBinsDiscretizer(3, encode="onehot-dense", strategy="uniform")
    steps = [
        ("codes", codes, ["debt"]),
        ("dummies", dummies, ["age"]),
        ("sides", Binarizer(threshold=100.5), ["debt"]),
    ]
    return side_by_side(*steps, codes=0.3, sides=1.7)


def powers() -> Any:
    """PowerTransformer, both methods"""
    box_cox = PowerTransformer(method="box-cox", standardize=False)
    steps = [("yeo", filled(PowerTransformer()), ["income", "debt"]), ("box", box_cox, ["age"])]
    return side_by_side(*steps)


def rare() -> Any:
    """OneHotEncoder and OrdinalEncoder that take rare categories together"""
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=3, sparse_output=False)
    codes = {"handle_unknown": "use_encoded_value", "unknown_value": -2, "encoded_missing_value": -3}
    ordinal = OrdinalEncoder(max_categories=3, **codes)
    return side_by_side(("one", one_hot, ["job"]), ("code", ordinal, ["job"]), ("rest", filled(), NUMBERS))


def target() -> Any:
    """TargetEncoder"""
    return side_by_side(("target", TargetEncoder(cv=2, random_state=0), ["job"]), ("rest", filled(), NUMBERS))


def bayes() -> Any:
    """GaussianNB"""
    return side_by_side(("n", filled(), NUMBERS), last=GaussianNB())


def temperature() -> Any:
    """Temperature scaling, of what two others vote for"""
    voted = VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())], voting="soft", weights=[1, 2])
    inner = side_by_side(("n", filled(MinMaxScaler()), NUMBERS), last=voted)
    return CalibratedClassifierCV(inner, method="temperature", cv=2, ensemble=False)


def stacking() -> Any:
    """StackingClassifier"""
    members = [("a", LogisticRegression(max_iter=500)), ("b", GaussianNB())]
    last = StackingClassifier(members, cv=2, passthrough=True)
    return side_by_side(("n", filled(MinMaxScaler()), NUMBERS), last=last)


def single_precision() -> Any:
    xgboost = pytest.importorskip("xgboost")
    columns = make_column_selector(dtype_include="number")
    return make_pipeline(
        ColumnTransformer([("n", "passthrough", columns)]), xgboost.XGBClassifier(n_estimators=4, max_depth=2, n_jobs=1)
    )


WORLDS: dict[str, tuple[Clean, Callable[[], Any]]] = {
    **{clean.__name__: (clean, boosting) for clean in (numbers_a, numbers_b, numbers_c, numbers_d)},
    **{clean.__name__: (clean, boosting) for clean in (truths_a, truths_b, texts, dates, numerals, writing)},
    "boosting": (as_is, boosting),
    "logistic": (as_is, lambda: logistic("sigmoid")),
    "isotonic": (as_is, lambda: logistic("isotonic")),
    "single precision": (as_is, single_precision),
}
ESTIMATORS: dict[str, tuple[Clean, Callable[[], Any]]] = {
    make.__name__: (as_is, make) for make in (bins, powers, rare, target, bayes, stacking)
}
if hasattr(calibration, "_TemperatureScaling"):  # since scikit-learn 1.8
    ESTIMATORS["temperature"] = (as_is, temperature)
SIBLINGS = {
    "add": "sub", "sub": "add", "mul": "div", "div": "mul", "mod": "floordiv", "floordiv": "mod", "pow": "mul",
    "minimum": "maximum", "maximum": "minimum", "neg": "abs", "abs": "neg", "sign": "abs", "floor": "ceil",
    "ceil": "floor", "trunc": "ceil", "exp": "expm1", "expm1": "exp", "log": "log1p", "log1p": "log", "log2": "log10",
    "log10": "log2", "sqrt": "abs", "tanh": "sign", "lt": "le", "le": "lt", "gt": "ge", "ge": "gt", "eq": "le",
    "ne": "lt", "same": "differs", "differs": "same", "and": "or", "or": "and", "xor": "or", "lower": "upper",
    "upper": "lower", "sigmoid": "tanh",
}  # fmt: skip
"""What an operation without constants is mistaken for; the others become a constant."""
ONLY = {
    "isotonic": ("interpolate",),
    "dates": ("parse_date", "date_part"),
    "numerals": ("parse_number",),
    "writing": ("write_number",),
}
"""Worlds that are there for some operations alone: behind a flat piece of a curve no mistake shows, and what only asks
whether a text is unclear is compared on no row, because readers disagree on such a row."""
UNPROVABLE = {("linear", "baseline"), ("trees", "single")}
"""Only reasons are read from the first, and Python knows no reasons; the second is a last bit that the float class of
XGBoost allows, and is pinned in test_xgboost.py."""


class World:
    """A model and its cleaning, drawn and ready to be proven."""

    def __init__(self, clean: Clean, make: Callable[[], Any], loans: pd.DataFrame) -> None:
        outcome = (loans["status"] == "bad").astype(int)
        cleaned = cleaned_by(clean, loans)
        with quiet():
            model = make().fit(cleaned, outcome)
        columns = list(cleaned.columns)
        self.loans = loans
        self.drawn = draw(model, loans, cleaned, columns, clean=clean, outcome="status", event_index=1)
        self.python = Python(model, columns, 1, self.drawn.replay)
        self.expected: Answer = Python(model, columns, 1).training(cleaned)
        used = [str(name) for name in loans.columns if name in self.drawn.graph.inputs]
        accept = {"home", "job"} if clean is as_is else set()
        self.contract = probe(
            loans, self.drawn.kinds.known, used, accept, event="1", outcome=None, reasons=self.drawn.compiled.reasons,
            forms=forms_of(self.drawn.graph),
        )  # fmt: skip

    def prove(self, graph: Graph, data: bytes) -> None:
        door = Door(self.contract, graph, data)
        prove(door, self.python, Sample(self.loans, self.contract), self.expected, None)


@pytest.fixture(scope="module")
def world(loans: pd.DataFrame) -> Callable[[str], World]:
    """Each world is drawn once, when it is first asked for."""
    rows = loans.iloc[:160]
    days = pd.Series(pd.Timestamp("2016-01-01") + pd.to_timedelta(rows["age"] * 37 + rows["debt"], "D"))
    size, count = rows["debt"].map("{:.1f}".format), rows["age"].astype(str)
    rows = rows.assign(since=days.dt.strftime("%Y-%m-%d"), size=size, count=count)
    return cache(lambda name: World(*(WORLDS | ESTIMATORS)[name], rows))


def hunted(world: World, numbers: list[int], unasked: tuple[str, ...] = ()) -> tuple[int, list[str]]:
    """Make everything wrong in some nodes: how often the proof noticed, and what it did not.

    ``unasked`` begins what a world never asks: the left end of bins without one, a sum of what cannot be missing.
    """
    noticed, unnoticed = 0, []
    for number in numbers:
        for what, graph, data in wrongs(world.drawn.graph, world.drawn.data, number):
            if what.startswith(unasked):
                continue
            try:
                world.prove(graph, data)
            except ParityError:
                noticed += 1
            except (BundleError, GoliveError):
                continue  # not even a graph
            else:
                unnoticed.append(f"node {number}: {what}")
    return noticed, unnoticed


def wrongs(graph: Graph, data: bytes, number: int) -> Iterator[tuple[str, Graph, bytes]]:
    """Yield the graph with one thing wrong in one node."""
    node = graph.nodes[number]
    if node.op == "input":
        yield "another input", _swapped(graph, number), data
        return
    for name, value in node.params.items():
        if (node.op, name) in UNPROVABLE:
            continue
        # One more character to strip is one that no text has here.
        for wrong in [value[1:]] if name == "characters" and isinstance(value, str) else _wrong_values(value):
            params = {**node.params, name: wrong}
            yield f"{name}={wrong!r}", _with(graph, number, msgspec.structs.replace(node, params=params)), data
    for name in node.arrays:
        for index in _telling(graph, data, node, name):
            yield f"{name}[{index}]", graph, _wrong_array(graph, data, node, name, index)
    if node.op == "trees":
        yield "left and right", _turned(graph, number), data
    if not node.params and not node.arrays:
        yield "op", _with(graph, number, _mistaken(graph, number)), data


def _wrong_values(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, float):
        return [value + max(abs(value), 1.0) * 1e-6 if value % 1 else value + 1.0]
    if value in ("year", "month", "day"):
        return ["month" if value == "day" else "day"]
    if isinstance(value, str):
        return [value + "?"]
    if isinstance(value, tuple):
        wrong = [(place, _wrong_values(item)) for place, item in enumerate(value)]
        return [(*value[:place], items[0], *value[place + 1 :]) for place, items in wrong if items]
    return []


def _wrong_array(graph: Graph, data: bytes, node: Node, name: str, index: int) -> bytes:
    place = graph.arrays[node.arrays[name]]
    array = np.frombuffer(data, dtype=place.dtype, count=place.length, offset=place.offset).copy()
    if name == "threshold":
        # The smallest mistake there is; behind a computation neighbouring doubles may mean the same split.
        feature = arrays_of(graph, data, node)["feature"][index]
        of_input = graph.nodes[node.args[feature]].op == "input"
        array[index] = np.nextafter(array[index], np.inf) if of_input else array[index] * (1 + 1e-9)
    elif name == "missing_left":
        array[index] = 1 - array[index]
    elif name == "feature":
        array[index] = array[index] - 1 if array[index] else 1
    else:
        array[index] += max(1.0, abs(array[index])) * 1e-6
    return data[: place.offset] + array.tobytes() + data[place.offset + array.nbytes :]


def _telling(graph: Graph, data: bytes, node: Node, name: str) -> list[int]:
    """Return the entries that decide something."""
    arrays = arrays_of(graph, data, node)
    if node.op == "interpolate":  # where the curve rises
        return (np.flatnonzero(np.diff(arrays["y"]) > 0) + 1).tolist()[:3]
    if node.op != "trees":
        return [] if (node.op, name) in UNPROVABLE else np.flatnonzero(np.isfinite(arrays[name])).tolist()[:6]
    inner = np.flatnonzero(arrays["left"] >= 0)
    if name == "missing_left":  # where a missing value can come by: only income is ever missing here
        missing = [graph.nodes[arg].params.get("name") == "income" for arg in node.args]
        inner = inner[np.array(missing)[arrays["feature"][inner]]]
    deciding = {
        "value": np.flatnonzero(arrays["left"] < 0),
        "threshold": inner,
        "feature": inner,
        "missing_left": inner,
    }
    return deciding[name].tolist()[:8] if name in deciding else []


def _mistaken(graph: Graph, number: int) -> Node:
    node = graph.nodes[number]
    if node.op in SIBLINGS:
        return msgspec.structs.replace(node, op=SIBLINGS[node.op])
    if node.op == "where":
        return msgspec.structs.replace(node, args=(node.args[0], node.args[2], node.args[1]))
    if node.op in ("coalesce", "concat"):
        return msgspec.structs.replace(node, args=(node.args[0], node.args[0]))
    if OPERATIONS[node.op].signature.endswith("-> b"):
        return Node(op="boolean", params={"value": True})
    return Node(op="number", params={"value": 0.25})


def _swapped(graph: Graph, number: int) -> Graph:
    """Read another input of the same kind in its place."""
    node = graph.nodes[number]
    others = [n for n in graph.inputs.values() if n != number and graph.nodes[n].params["kind"] == node.params["kind"]]
    if not others:
        return _with(graph, number, node)
    other = graph.nodes[others[0]]
    names = {**graph.inputs, str(node.params["name"]): others[0], str(other.params["name"]): number}
    return msgspec.structs.replace(_with(_with(graph, number, other), others[0], node), inputs=names)


def _guards(graph: Graph) -> set[int]:
    """Return what only asks whether something is infinite; `test_guards.py` is about these."""
    score = graph.nodes[graph.score]
    if score.op != "where":
        return set()
    found = {graph.score, *score.args[:2]}
    for number in range(graph.score, -1, -1):
        if number in found and graph.nodes[number].op in ("or", "gt", "abs"):
            found.update(
                arg for arg in graph.nodes[number].args if graph.nodes[arg].op in ("or", "gt", "abs", "number")
            )
    return found


def _turned(graph: Graph, number: int) -> Graph:
    node = graph.nodes[number]
    arrays = {**node.arrays, "left": node.arrays["right"], "right": node.arrays["left"]}
    return _with(graph, number, msgspec.structs.replace(node, arrays=arrays))


def _with(graph: Graph, number: int, node: Node) -> Graph:
    return msgspec.structs.replace(graph, nodes=(*graph.nodes[:number], node, *graph.nodes[number + 1 :]))


@pytest.mark.parametrize("name", WORLDS)
def test_each_world_is_proven_equal_as_it_is(name: str, world: Callable[[str], World]) -> None:
    world(name).prove(world(name).drawn.graph, world(name).drawn.data)


@pytest.mark.parametrize("op", OPERATIONS)
def test_a_wrong_constant_in_each_operation_fails_the_build(op: str, world: Callable[[str], World]) -> None:
    tried, missed = 0, []
    there = [name for name in WORLDS if op in ONLY.get(name, (op,))]
    using = [name for name in there if any(node.op == op for node in world(name).drawn.graph.nodes)]
    for name in using[:2]:
        graph, guards = world(name).drawn.graph, _guards(world(name).drawn.graph)
        numbers = [n for n, node in enumerate(graph.nodes) if node.op == op and n not in guards]
        noticed, unnoticed = hunted(world(name), numbers[:3])
        tried += noticed
        missed += [f"{name}, {one}" for one in unnoticed]
    assert tried > 0
    assert missed == []


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_wrong_constant_of_each_estimator_fails_the_build(name: str, world: Callable[[str], World]) -> None:
    graph = world(name).drawn.graph
    world(name).prove(graph, world(name).drawn.data)
    tried, missed = hunted(world(name), _constants(graph), unasked=("lowest=", "skip="))
    assert tried > 5
    assert missed == []


def _constants(graph: Graph) -> list[int]:
    """Return nodes with constants, some of each operation, evenly."""
    guards = _guards(graph)
    found: dict[str, list[int]] = {}
    for number, node in enumerate(graph.nodes):
        if (node.params or node.arrays) and node.op != "input" and number not in guards:
            found.setdefault(node.op, []).append(number)
    most = {"number": 12}
    return [n for op, some in found.items() for n in some[:: -(-len(some) // most.get(op, 3))]]
