"""Random small cleaning programs: the graph equals pandas on every row, or the program is refused.

``python -m conformance.fuzz_cleaning --cases 5000 --seed 0`` runs programs 0 to 4,999; a program is its number and
nothing else, so ``--seed 1234 --cases 1`` shows one. Ends with 1 when anything differs. What once was wrong is in
`KEPT` and runs in every test.

Every program sends its aggregates through ``learned``, so that pandas alone can clean unseen rows with what it learned
from the training rows. Each unseen row is cleaned on its own, beside training rows that keep the types of the columns.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import random
import re
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.engine.builder import Builder
from golive.engine.operations import Text
from golive.engine.program import Program
from golive.errors import UnsupportedError
from golive.pack.trace import trace
from golive.pack.trace.kinds import kind_of
from golive.records.contract import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

GOOD = ("equal", "refused", "unfit")
KEPT: dict[str, tuple[str, ...]] = {
    "a way through a function that no training row takes": (
        'df["n_0"] = df["i1"].apply(lambda x: math.sqrt(x) if x >= 0 else math.floor(x) if x < 0 else 100)',
    ),
    "decimals written into whole numbers by a condition": (
        'df["n_2"] = df["t2"].apply(lambda s: len(s) if isinstance(s, str) else -1)',
        'df.loc[df["b2"], "n_2"] = df.loc[df["b2"], "n1"] * 2',
    ),
    "a look-up has no score for a value that it never saw": (
        'df["b_1"] = df["i1"].apply(lambda x: x in (0, 1, np.nan) or not x)',
    ),
    "combine_first has the type of both columns": ('df["n_2"] = df["i1"] - df["i1"].combine_first(df["n1"])',),
}
"""What once was wrong, as text: a number means another program as soon as there is one more statement to draw."""
NUMBERS = ("3", "0", "-1.5", "0.1", "100", "7", "np.nan")
STATEMENTS: tuple[tuple[str, str], ...] = (
    # what it makes (n, t, b or = for nothing new), and the text; {n} {t} {b} are columns so far, {c} a constant
    ("n", 'df["{n}"] {op} df["{n}"]'),
    ("n", 'df["{n}"] {op} {c}'),
    ("n", '{c} - df["{n}"] * {c}'),
    ("n", 'df["{n}"] {div} {c}'),
    ("n", 'df["{n}"] {div} df["{n}"]'),
    ("n", 'df["{n}"].fillna({c})'),
    ("n", 'df["{n}"].fillna(learned.setdefault("{key}", df["{n}"].{agg}()))'),
    ("n", 'df["{n}"] - learned.setdefault("{key}", df["{n}"].{agg}())'),
    ("n", 'df["{n}"].clip(-2, {c2})'),
    ("n", 'df["{n}"].round({digits})'),
    ("n", 'np.log1p(df["{n}"].abs())'),
    ("n", 'np.{ufunc}(df["{n}"])'),
    ("n", 'np.{pair}(df["{n}"], df["{n}"])'),
    ("n", 'np.where(df["{b}"], df["{n}"], {c})'),
    ("n", 'np.where(df["{b}"], df["{n}"], df["{n}"])'),
    ("n", 'np.select([df["{b}"], df["{b}"]], [df["{n}"], {c}], {c})'),
    ("n", 'df["{n}"].where(df["{b}"])'),
    ("n", 'df["{n}"].mask(df["{b}"], df["{n}"])'),
    ("n", 'df["{n}"].replace({c}, {c})'),
    ("n", 'df["{n}"].replace([0, np.inf, -np.inf], np.nan)'),
    ("n", 'df["{t}"].map({{"a": 1, "b": {c}, "": 4}})'),
    ("n", 'df["{t}"].map(learned.setdefault("{key}", df.groupby("{t}")["{n}"].{agg}()))'),
    ("n", 'df["{b}"].astype(int) + df["{b}"]'),
    ("n", 'df["{n}"].replace([np.inf, -np.inf], 0).fillna(0).clip(-1000, 1000).astype(int)'),
    ("n", 'df[["{n}", "{n}"]].{along}(axis=1)'),
    ("n", 'pd.cut(df["{n}"], [-3, -1, 0, 2.5, 100], labels=False, right={truth}, include_lowest={truth})'),
    ("n", 'df["{n}"].apply(lambda x: x * 2 if x > {c} else ({c} if pd.isna(x) else -x))'),
    ("n", 'df["{n}"].apply(lambda x: 1 / x if x > 0 or x < -1 else x)'),
    ("n", 'df["{n}"].apply(lambda x: 10 // x)'),
    ("n", 'df["{n}"].apply(lambda x: min(x, {c}, 5) + max(0, x))'),
    ("n", 'df.apply(lambda r: r["{n}"] + 1 if r["{t}"] in ("a", "B") else (0 if r["{b}"] else r["{n}"]), axis=1)'),
    ("n", 'df["{t}"].apply(lambda s: len(s) if isinstance(s, str) else -1)'),
    ("n", 'df["{t}"].str.len()'),
    ("n", 'df["{t}"].apply(lambda s: {{"a": 1, "b": {c}, "x-y-z": 3}}.get(s, {c}))'),
    ("n", 'df["{t}"].apply(points)'),
    ("n", 'df["{n}"].apply(whole)'),
    ("n", 'df["{n}"].apply(steps)'),
    ("n", 'df["{n}"].apply(lambda x: math.sqrt(x) if x >= 0 else math.floor(x) if x < 0 else {c})'),
    ("n", 'df["{n}"].map(lambda x: x % 3 + x // 2 - abs(x), na_action="ignore")'),
    ("n", 'df[["{n}", "{n}"]].apply(lambda r: r.iloc[0] if False else {c}, axis=1)'),
    ("n", 'df.apply(lambda r: r["{n}"] / r["{n}"] if r["{b}"] else r["{n}"] ** 2, axis=1)'),
    ("n", 'df.apply(lambda r: max(r["{n}"], {c}) if r["{t}"] == "{word}" else min(r["{n}"], r["{n}"]), axis=1)'),
    ("n", 'df["{n}"].fillna(df["{n}"]) - df["{n}"].combine_first(df["{n}"])'),
    ("n", 'np.where(df["{t}"].isna(), {c}, np.where(df["{b}"], df["{n}"], df["{b}"]))'),
    ("n", 'df[["{b}", "{b}"]].sum(axis=1) * {c}'),
    ("n", 'df["{t}"].map({{"a": True, "b": False}}).fillna(False).astype(int)'),
    ("n", 'df["{t}"].astype("object").isin(["a", "b"]).map({{True: 1, False: {c}}})'),
    ("t", 'df["{t}"].astype(str)'),
    ("t", 'df["{t}"].apply(label)'),
    ("t", 'df["{t}"].apply(lambda s: f"<{{s}}>" if s == s and s is not None else "{word}")'),
    ("t", 'df.apply(lambda r: r["{t}"] if r["{b}"] and r["{n}"] > {c} else "{word}", axis=1)'),
    ("t", 'np.select([df["{b}"], df["{n}"] > {c}], ["{word}", "mid"], "else")'),
    ("b", 'df["{t}"].apply(lambda s: isinstance(s, str) and ("a" in s or s.startswith("x")))'),
    ("b", 'df["{n}"].apply(lambda x: x in (0, 1, {c}) or not x)'),
    ("b", 'df["{b}"].where(df["{b}"], df["{b}"])'),
    ("=", 'df.loc[df["{b}"], "{n}"] = df.loc[df["{b}"], "{n}"] * 2'),
    ("=", 'df.loc[df["{n}"] > {c}, ["n1", "n2"]] = {c}'),
    ("=", 'df.loc[df["{t}"] == "{word}", "flag"] = 1'),
    ("=", 'df["n2"], df["n1"] = df["n1"], df["n2"]'),
    ("t", 'df["{t}"].fillna("{word}")'),
    ("t", 'df["{t}"].str.{change}()'),
    ("t", 'df["{t}"].str[{slice}]'),
    ("t", 'df["{t}"].str.replace("-", "{word}")'),
    ("t", 'df["{t}"].str.split("-").str[1]'),
    ("t", 'df["{t}"] + "_" + df["{t}"]'),
    ("t", 'df["{t}"].map({{"a": "x", "b": "y", "A b": "{word}"}})'),
    ("t", 'df["{t}"].replace({{"a": "b", "b": "a"}})'),
    ("t", 'df["{t}"].where(df["{b}"], "{word}")'),
    (
        "t",
        'df["{t}"].where(df["{t}"].isin(learned.setdefault("{key}", df["{t}"].dropna().unique()[:2])), "{word}")',
    ),
    ("t", 'np.where(df["{b}"], "{word}", "other")'),
    ("t", 'df["{n}"].apply(lambda x: "high" if x > {c} else ("none" if x != x else "low"))'),
    ("t", 'df["{t}"].apply(lambda s: s.lower().strip() if isinstance(s, str) else "{word}")'),
    ("t", 'pd.cut(df["{n}"], [-1, 1, 50], labels=["lo", "hi"]).astype(object)'),
    ("b", 'df["{n}"] {cmp} {c}'),
    ("b", 'df["{n}"] {cmp} df["{n}"]'),
    ("b", 'df["{t}"] {same} "{word}"'),
    ("b", 'df["{t}"] {same} df["{t}"]'),
    ("b", 'df["{any}"].isna()'),
    ("b", 'df["{n}"].isin([0, 1, {c}])'),
    ("b", 'df["{t}"].isin(["a", "", "B"])'),
    ("b", '(df["{b}"] & ~df["{b}"]) | (df["{b}"] ^ df["{b}"])'),
    ("b", 'df["{n}"].between(-1, {c2})'),
    ("b", 'df["{t}"].str.contains("{letter}", na=False)'),
    ("b", 'df["{t}"].str.startswith("{letter}", na=False)'),
    ("b", 'df["{n}"].apply(lambda x: x > {c} and x != 7)'),
    ("b", 'df[["{b}", "{b}"]].{logic}(axis=1)'),
    ("=", 'df.loc[df["{b}"], "{n}"] = {c}'),
    ("=", 'df.loc[df["{b}"], "{t}"] = "{word}"'),
    ("=", 'df.loc[df["{b}"], "{n}"] = df["{n}"]'),
    ("=", 'df["{n}"] = df["{n}"].fillna(learned.setdefault("{key}", df["{n}"].{agg}()))'),
    # families beside single columns
    ("n", 'pd.Categorical(df["{t}"], categories=["a", "b", "{word}-"]).codes.astype(int)'),
    ("n", 'df["{t}"].astype(pd.CategoricalDtype(["b", "a"])).cat.codes.astype(int) + 1'),
    ("n", 'pd.cut(df["{n}"], [-np.inf, -1, 0, {c2}, np.inf], labels=False, duplicates="drop")'),
    ("n", 'pd.cut(df["{n}"], learned.setdefault("{key}", sorted(set(df["n2"].quantile([0, 0.3, 1])))), labels=False)'),
    ("n", 'np.digitize(df["{n}"], [-1, 0, 2.5])'),
    ("n", 'np.nan_to_num(df["{n}"])'),
    ("n", 'df["{t}"].map({{"a": 1, "b": 2}}).fillna(-1).astype(int)'),
    ("n", 'df["{n}"].pipe(lambda s, k: s * k, 2).where(lambda s: s > {c}, {c})'),
    ("n", 'df["{n}"].add(df["{n}"]).rsub({c}).mul(df["{b}"])'),
    ("n", 'df["{n}"].apply(matched)'),
    ("n", 'df["{t}"].apply(matched_text)'),
    ("n", 'df.apply(lambda r: sum(r[name] > {c} for name in ("{n}", "i1")), axis=1)'),
    ("n", 'df["{n}"].map(lambda x: math.floor(x) if math.isfinite(x) else -1)'),
    ("n", 'df[["n1", "n2", "i1"]].isna().sum(axis=1) + (df[["n1", "n2"]] > {c}).{logic}(axis=1)'),
    ("n", 'pd.to_numeric(df["{n}"], errors="coerce")'),
    ("t", 'df["{t}"].str.lstrip() + df["{t}"].str.rstrip()'),
    ("t", 'df["{t}"].str.cat(df["{t}"], sep="/")'),
    ("t", 'df["{t}"].apply(lambda s: "-".join([s, "z"]) if isinstance(s, str) else "none")'),
    ("t", "df.apply(lambda r: f\"{{r['t2']}}:{{r['t2'].strip()}}\", axis=1)"),
    ("t", 'pd.cut(df["{n}"], [-5, 0, 5], labels=["lo", "hi"], right={truth}).astype(object).fillna("out")'),
    ("t", 'df["{b}"].map({{True: "yes", False: "no"}})'),
    ("t", 'df["{b}"].astype(str)'),
    ("t", 'df["i1"].astype(str)'),
    ("t", '(df["i1"] // 2 * 3).astype(str) + df["{t}"].fillna("")'),
    ("t", 'df["{n}"].fillna(0).clip(-1000, 1000).astype(int).astype(str)'),
    ("t", 'df["i1"].apply(lambda x: f"{{x % 3}}" if x > 1 else str(x))'),
    ("t", "df.apply(lambda r: f\"{{r['i1'] + 1}}/{{int(r['i1'] / 2)}}/{{r['{b}']}}\", axis=1)"),
    ("n", 'df["i1"].astype(str).map({{"1": 1.5, "-3": {c}}})'),
    ("b", 'df["{t}"].str.contains("a|x-y|{letter}", na=False)'),
    ("b", 'df.apply(lambda r: any([r["{b}"], r["{n}"] > {c}]), axis=1)'),
    ("b", 'df.apply(lambda r: all(r[name] == r[name] for name in ("n1", "{n}")), axis=1)'),
    ("b", 'np.isin(df["{n}"], [0, 1, 7])'),
    ("b", 'np.logical_or(df["{b}"], df["{n}"] > {c})'),
    ("b", 'df["{t}"].eq("{word}") | df["{n}"].ne({c})'),
    ("=", 'df["{n}"] += {c}'),
    ("=", 'df["{n}"] *= df["{n}"]'),
    ("=", 'df.loc[df["{b}"], "n1"] *= 3'),
    ("=", 'df.loc[df["{b}"], ["n1", "n2"]] = [1.5, 2.5]'),
    ("=", 'df["p{at}"], df["q{at}"] = zip(*df["{n}"].apply(lambda x: (x + 1, "up" if x > {c} else "down")))'),
    ("=", 'df[["p{at}", "q{at}"]] = df.apply(lambda r: pd.Series([r["{n}"] * 2, r["i1"] - 1.5]), axis=1)'),
    ("=", 'df = pd.get_dummies(df, columns=["{t}"], prefix="d{at}", dtype=int).assign({t}=df["{t}"])'),
    ("=", 'df = df.join(pd.get_dummies(df["{t}"], prefix="e{at}", dummy_na={truth}))'),
    ("=", 'df = df.fillna({{"{n}": {c}, "{t}": "{word}"}})'),
    ("=", 'df[["n1", "n2"]] = df[["n1", "n2"]].clip(lower=-3).apply(lambda s: s * 2)'),
    ("=", 'df[["n1", "n2"]] = (df[["n1", "n2"]] - learned.setdefault("{key}", df[["n1", "n2"]].mean())).round(3)'),
    ("=", 'df = df.rename(columns={{"n1": "first"}}).rename(columns={{"first": "n1"}})'),
    (
        "=",
        'df = df.merge(learned.setdefault("{key}", df.groupby("{t}", as_index=False)["i1"].{agg}()'
        '.rename(columns={{"i1": "m{at}"}})), on="{t}", how="left")',
    ),
    ("=", 's = df["{n}"].copy(); u = s; s += 1; s[s > {c}] = 0; df["s{at}"] = u'),
    ("=", 'for name in ["n1", "n2"]: df[f"{{name}}_m{at}"] = df[name].isna().astype(int)'),
    ("=", 'df = df.replace({{"{t}": {{"a": "b", "b": "{word}"}}}})'),
    ("=", 'df = df.assign(g{at}=lambda d: d["{n}"] / 2, h{at}=lambda d: d["g{at}"] > {c})'),
)
HELPERS = """
import math

import numpy as np
import pandas as pd


def points(s):
    table = {"a": 5, "A b": 7}
    if pd.isna(s):
        return -1
    if s in table:
        return table[s]
    return len(s) if "-" in s else 0


def whole(x):
    try:
        return int(x)
    except (ValueError, OverflowError):
        return -99


def steps(x):
    total = 0
    for edge, gain in ((-1, 1), (0.5, 2), (7, 3)):
        if x > edge:
            total += gain
    return total


def label(s):
    try:
        return s.strip().upper()[:2] + "!"
    except AttributeError:
        return "none"


def matched(x):
    match x:
        case 0 | 1:
            return 10
        case y if y > 5:
            return y
        case _:
            return -1


def matched_text(s):
    match s:
        case "a":
            return 1
        case "b" | "x-y-z":
            return 2
        case _:
            return 3


"""
CHOICES: dict[str, tuple[str, ...]] = {
    "op": ("+", "-", "*"), "div": ("/", "//", "%"), "c": NUMBERS, "c2": ("0", "2.5", "50"), "digits": ("0", "1", "2"),
    "agg": ("mean", "median", "min", "max", "std", "sum"), "ufunc": ("sqrt", "sign", "floor", "exp", "square", "isnan"),
    "pair": ("maximum", "minimum", "fmax", "fmin"), "along": ("sum", "mean", "min", "max"), "truth": ("True", "False"),
    "word": ("a", "B", "x-y", ""), "change": ("lower", "upper", "strip"), "slice": ("0", ":2", "-1", "1:", "2"),
    "cmp": (">", "<", ">=", "<=", "==", "!="), "same": ("==", "!="), "letter": ("a", "-", "B"), "logic": ("any", "all"),
}  # fmt: skip


def program(seeds: list[int]) -> str:
    """The text of a cleaning function; each number picks and fills one statement."""
    columns = {"n": ["n1", "n2", "i1"], "t": ["t1", "t2"], "b": ["b1", "b2"]}
    lines: list[str] = []
    for at, seed in enumerate(seeds):
        rng = random.Random(seed)
        kind, text = rng.choice(STATEMENTS)
        filled = _filled(text, columns, rng, at)
        if kind == "=":
            lines.append(filled)
        else:
            lines.append(f'df["{kind}_{at}"] = {filled}')
            columns["b" if "isnan" in filled else kind].append(f"{kind}_{at}")
    return function_of(lines)


def function_of(lines: Sequence[str]) -> str:
    """The text of a cleaning function made of these lines."""
    start = ["def clean(df, learned=None):", "    learned = {} if learned is None else learned", "    df = df.copy()"]
    return "\n".join([*start, *(f"    {line}" for line in lines), "    return df", ""])


def _filled(text: str, columns: dict[str, list[str]], rng: random.Random, at: int) -> str:
    class Pick(dict[str, str]):
        def __missing__(self, name: str) -> str:
            if name == "key":
                return f"key {at}"
            if name == "at":
                return str(at)
            if name == "any":
                return rng.choice([*columns["n"], *columns["t"], *columns["b"]])
            return rng.choice(columns[name] if name in columns else CHOICES[name])

    if 'df[["{n}", "{n}"]]' in text or 'df[["{b}", "{b}"]]' in text:  # one column twice is refused
        kind = "n" if "{n}" in text else "b"
        one, two = rng.sample(columns[kind], 2)
        text = text.replace(f'df[["{{{kind}}}", "{{{kind}}}"]]', f'df[["{one}", "{two}"]]')
    if text.startswith("df = ") or "zip(" in text:  # names the same column twice
        text = text.replace("{n}", rng.choice(columns["n"])).replace("{t}", rng.choice(["t1", "t2"]))
    return text.format_map(Pick())


def frame(seed: int, rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    words = np.array(["a", "b", "A b", "x-y-z", "", " B ", None], dtype=object)
    numbers = np.array([0.0, -0.0, 1.0, -1.0, 2.5, 7.0, 0.1, 1e9, -3.0, 50.0, np.nan])
    return pd.DataFrame(
        {
            "n1": rng.choice(numbers, rows),
            "n2": np.round(rng.normal(0, 20, rows), 1),
            "i1": rng.integers(-3, 10, rows),
            "t1": rng.choice(words, rows),
            "t2": rng.choice(words[:-1], rows),
            "b1": rng.random(rows) < 0.5,
            "b2": rng.random(rows) < 0.2,
        }
    )


COUNTER = itertools.count()


def loaded(text: str, folder: Path) -> Any:
    path = folder / f"program_{next(COUNTER)}.py"
    path.write_text(HELPERS + text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.clean


def follow(seeds: list[int], folder: Path, refusals: Counter[str] | None = None) -> str:
    """``equal`` when the program was compiled and every row of it compared; ``refused``; ``unfit`` by pandas itself."""
    return follow_text(program(seeds), folder, refusals)


def follow_text(text: str, folder: Path, refusals: Counter[str] | None = None) -> str:
    """The same for the text of a program."""
    clean, train, unseen = loaded(text, folder), frame(1, 30), frame(2, 10)
    unseen.loc[0, "t2"] = "never seen"
    learned: dict[str, Any] = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            expected = clean(train.copy(), learned)
        except Exception:
            return "unfit"  # the program is wrong by itself
        builder = Builder()
        try:
            traced = trace(clean, train, builder, {str(name): Kind(kind_of(train[name])) for name in train})
        except UnsupportedError as exc:
            if refusals is not None:
                refusals[re.sub(r"^program_\d+\.py:\d+: ", "", exc.message.partition("\n")[0])[:90]] += 1
            return "refused"
        pd.testing.assert_frame_equal(traced.frame, expected)
        ends = {**traced.columns, **{f"guard {at}": node for at, node in enumerate(traced.guards)}}
        graph, arrays = builder.finish(ends, builder.node("number", value=0.0))
        running = Program(graph, arrays)
        compare(running, train, [expected.iloc[[at]] for at in range(len(train))], text)
        looked_up = any(frozen.what.startswith("looked up: ") for frozen in traced.frozen)
        singly = [alone(clean, unseen.iloc[[at]], train, learned) for at in range(len(unseen))]
        compare(running, unseen, singly, text, looked_up)
    return "equal"


def alone(clean: Any, row: pd.DataFrame, train: pd.DataFrame, learned: dict[str, Any]) -> pd.DataFrame | None:
    """One row by pandas, or nothing where pandas raises because of it."""
    try:
        return clean(pd.concat([row, train], ignore_index=True), dict(learned)).iloc[[0]]  # type: ignore[no-any-return]
    except Exception:
        return None


def compare(
    running: Program, rows: pd.DataFrame, expected: list[pd.DataFrame | None], text: str, looked_up: bool = False
) -> None:
    names = {name: node for name, node in running.graph.cleaned.items() if not name.startswith("guard ")}
    guards = [node for name, node in running.graph.cleaned.items() if name.startswith("guard ")]
    columns = running.columns({name: column(rows[name]) for name in running.graph.inputs})
    for at, wanted in enumerate(expected):
        case = {name: plain(rows[name].iloc[at]) for name in running.graph.inputs}
        values = running.row(case)
        raises = any(values[guard] for guard in guards)
        if raises and looked_up:
            continue  # a value that a look-up never saw has no score, whatever pandas gives
        assert raises == (wanted is None), f"{text}\n{case}: pandas {'raises' if wanted is None else 'does not raise'}"
        if wanted is None:
            continue
        for name, node in names.items():
            cell = plain(wanted[name].iloc[0])
            for found in (plain(values[node]), plain(of(columns[node], at))):
                assert same(found, cell), f"{text}\n{name} of {case}: graph {found!r}, pandas {cell!r}"


def same(found: Any, wanted: Any) -> bool:
    if found is None or wanted is None or isinstance(found, str) or isinstance(wanted, str):
        return bool(found == wanted)
    return bool(found == wanted or abs(found - wanted) <= 1e-12 * max(1.0, abs(wanted)))


def column(real: pd.Series) -> Any:
    if kind_of(real) != "text":
        return real.to_numpy(dtype=np.bool_ if real.dtype == bool else np.float64)
    codes, values = pd.factorize(real.astype(object))
    return Text(codes.astype(np.int32), list(values))


def of(values: Any, at: int) -> Any:
    if isinstance(values, Text):
        return values.values[values.codes[at]] if values.codes[at] >= 0 else None
    return values[at]


def plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return None if value is None or value != value else value


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance.fuzz_cleaning", description=__doc__)
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    found: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.seed, given.seed + given.cases):
            found[status := run(number, Path(folder), refusals)] += 1
            if status not in GOOD or given.cases == 1:
                print(f"program {number} {seeds_of(number)}: {status}", flush=True)
            if (number - given.seed + 1) % 250 == 0:
                print(f"{number - given.seed + 1} programs: {dict(found)}", file=sys.stderr, flush=True)
    for message, count in refusals.most_common(12):
        print(f"refused {count} times: {message}")
    print(f"{given.cases} programs: {', '.join(f'{count} {status:.40}' for status, count in found.items())}")
    return int(any(status not in GOOD for status in found))


def seeds_of(number: int) -> list[int]:
    """The numbers of the statements of a program, one to six."""
    rng = random.Random(number)
    return [rng.randrange(1_000_000) for _ in range(rng.randint(1, 6))]


def run(number: int, folder: Path, refusals: Counter[str]) -> str:
    """``equal``, ``refused``, ``unfit`` when pandas itself raises, or what differs."""
    try:
        return follow(seeds_of(number), folder, refusals)
    except AssertionError as exc:
        return f"wrong: {exc}"
    except Exception as exc:
        return f"crashed: {type(exc).__name__}: {exc}"


if __name__ == "__main__":
    raise SystemExit(main())
